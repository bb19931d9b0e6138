// The search field of the header: on the inventory page it filters as one types, elsewhere it goes there.

import { need } from "../dom.js";
import { boot } from "../live.js";
import { BoundElement } from "./live-element.js";

export class Search extends BoundElement {
  /** @override @param {AbortSignal} signal */
  attach(signal) {
    const input = /** @type {HTMLInputElement} */ (need(this, "input"));
    document.addEventListener("search-cleared", () => (input.value = ""), { signal });
    document.addEventListener("search-focused", () => (input.focus(), input.select()), { signal });
    input.addEventListener("keydown", (event) => event.key === "Escape" && input.blur(), { signal });
    if (boot.page !== "inventory") return;
    const tell = () => document.dispatchEvent(new CustomEvent("search-changed", { detail: input.value.trim() }));
    input.addEventListener("input", tell, { signal });
    need(this, "form").addEventListener("submit", (event) => (event.preventDefault(), tell()), { signal });
  }
}
