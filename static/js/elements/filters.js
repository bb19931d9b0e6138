// The filters of the inventory page: form, header search and column heads write one set of filters,
// and the address follows, so that a reload or a link shows the same rows.

import { need } from "../dom.js";
import { filters } from "../live.js";
import { BoundElement } from "./live-element.js";

/** Typing pauses shorter than this are not searched for. */
const TYPING_MS = 160;

export class Filters extends BoundElement {
  #timer = 0;

  /** @override @param {AbortSignal} signal */
  attach(signal) {
    const form = need(this, "form");
    form.addEventListener("change", () => this.#read(), { signal });
    form.addEventListener("submit", (event) => (event.preventDefault(), this.#read()), { signal });
    document.addEventListener("search-changed", (event) => this.#search(/** @type {CustomEvent<string>} */ (event).detail), { signal });
    document.addEventListener("click", (event) => this.#click(event), { signal });
  }

  #read() {
    const data = new FormData(/** @type {HTMLFormElement} */ (need(this, "form")));
    filters.status = data.getAll("status").map(String);
    filters.category = String(data.get("category") ?? "");
    this.#changed();
  }

  /** @param {string} q */
  #search(q) {
    filters.q = q;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#changed(), TYPING_MS);
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const target = /** @type {Element} */ (event.target);
    const head = target.closest("button[data-sort]");
    if (head instanceof HTMLElement) this.#sort(head);
    if (!target.closest("[data-clear]")) return;
    event.preventDefault();
    this.#clear();
  }

  /** The same head again turns the order round; risk has only one useful direction. @param {HTMLElement} head */
  #sort(head) {
    const by = head.dataset.sort ?? "-risk";
    const turned = by.startsWith("-") ? by.slice(1) : `-${by}`;
    filters.sort = filters.sort === by && by !== "-risk" ? turned : by;
    for (const th of head.closest("tr")?.children ?? []) th.removeAttribute("aria-sort");
    head.closest("th")?.setAttribute("aria-sort", filters.sort.startsWith("-") ? "descending" : "ascending");
    this.#changed();
  }

  #clear() {
    Object.assign(filters, { q: "", status: [], category: "" });
    const form = /** @type {HTMLFormElement} */ (need(this, "form"));
    for (const box of /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll("[name=status]"))) box.checked = false;
    const category = form.querySelector("select");
    if (category) category.value = "";
    document.dispatchEvent(new CustomEvent("search-cleared"));
    this.#changed();
  }

  #changed() {
    const { q, status, category, sort } = filters;
    const set = Object.entries({ q, status: status.join(","), category, sort: sort === "-risk" ? "" : sort }).filter(([, value]) => value);
    const search = new URLSearchParams(set).toString();
    history.replaceState(null, "", location.pathname + (search && `?${search}`));
    need(this, ".filters__clear").hidden = !q && !status.length && !category;
    document.dispatchEvent(new CustomEvent("filters-changed"));
  }
}
