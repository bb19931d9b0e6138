// The page of an empty stock room: creates the first warehouse and goes there.

import * as api from "./api.js";
import { fill, need } from "./dom.js";

const form = /** @type {HTMLFormElement|null} */ (document.querySelector("[data-start]"));

/** A code from a name: "Harbour East" is "harbour-east". @param {string} name */
function codeOf(name) {
  return name.toLowerCase().normalize("NFKD").replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
}

/** @param {HTMLFormElement} filled */
async function create(filled) {
  const [name, code] = ["name", "code"].map((field) => /** @type {HTMLInputElement} */ (need(filled, `[name=${field}]`)).value.trim());
  try {
    const warehouse = await api.post("/warehouses", { name, code: code || codeOf(name) });
    location.assign(`/w/${encodeURIComponent(warehouse.code)}`);
  } catch (error) {
    if (!(error instanceof api.Refusal)) throw error;
    fill(filled, { problem: error.problem.errors?.map((one) => one.detail).join(" ") || error.problem.detail });
  }
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  void create(form);
});
form?.addEventListener("input", (event) => {
  const input = /** @type {HTMLInputElement} */ (event.target);
  if (input.name === "name") need(form, "[name=code]").setAttribute("placeholder", codeOf(input.value) || "north");
});
