// Opens a count sheet: of chosen items, of a category or a place, of everything; blind if wished.

import * as api from "../api.js";
import { clone, fill, need } from "../dom.js";
import { boot } from "../live.js";
import { sheetUrl } from "../sheet-views.js";
import { BoundElement } from "./live-element.js";

/** @import {Pick, Picked} from "./pick.js" */

export class NewSheet extends BoundElement {
  /** @type {Map<string, HTMLElement>} */
  #chosen = new Map();

  /** @override @param {AbortSignal} signal */
  attach(signal) {
    const form = need(this, "form");
    form.addEventListener("submit", (event) => (event.preventDefault(), void this.#open()), { signal });
    form.addEventListener("change", () => this.#show(), { signal });
    this.addEventListener("item-picked", (event) => this.#choose(/** @type {CustomEvent<Picked>} */ (event).detail), { signal });
    this.onAct({ unchoose: (chip) => this.#unchoose(chip.dataset.sku ?? "") }, signal);
    this.#show();
  }

  get #typed() {
    const typed = new FormData(/** @type {HTMLFormElement} */ (need(this, "form")));
    return (/** @type {string} */ name) => String(typed.get(name) ?? "").trim();
  }

  #show() {
    const typed = this.#typed;
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-for]"))) part.hidden = part.dataset.for !== typed("which");
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-for-mode]"))) part.hidden = part.dataset.forMode !== typed("mode");
  }

  /** @param {Picked} picked */
  #choose({ sku, name }) {
    /** @type {Pick} */ (need(this, "aims-pick")).show("");
    if (this.#chosen.has(sku)) return;
    const chip = clone("chosen-template");
    fill(chip, { sku, name, label: `Leave ${name} out` });
    this.#chosen.set(sku, chip);
    need(this, "[data-chosen]").append(chip);
  }

  /** @param {string} sku */
  #unchoose(sku) {
    this.#chosen.get(sku)?.remove();
    this.#chosen.delete(sku);
    need(this, "aims-pick input").focus();
  }

  /** Which lines the sheet begins with. */
  #which() {
    const typed = this.#typed;
    const which = typed("which");
    if (which === "all") return { all: true };
    return which === "chosen" ? { skus: [...this.#chosen.keys()] } : { [which]: typed(which) };
  }

  async #open() {
    const typed = this.#typed;
    const blind = typed("mode") === "count" && typed("blind") !== "";
    fill(this, { problem: "" });
    try {
      const sheet = await api.post("/sheets", { warehouse: boot.room.code, mode: typed("mode"), title: typed("title") || undefined, blind, ...this.#which() });
      location.assign(sheetUrl(boot.room.code, sheet.number));
    } catch (error) {
      if (!(error instanceof api.Refusal)) throw error;
      fill(this, { problem: error.problem.errors?.map((one) => one.detail).join(" ") || error.problem.detail });
    }
  }
}
