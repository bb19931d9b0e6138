// Adds an item to the catalogue and, if something is on the shelf already, receives it.

import * as api from "../api.js";
import { fill, need } from "../dom.js";
import { boot } from "../live.js";
import { itemUrl } from "../views.js";
import { BoundElement } from "./live-element.js";

export class ItemDialog extends BoundElement {
  /** @override @param {AbortSignal} signal */
  attach(signal) {
    const dialog = /** @type {HTMLDialogElement} */ (need(this, "dialog"));
    const form = /** @type {HTMLFormElement} */ (need(this, "form"));
    document.addEventListener("item-wanted", () => (form.reset(), fill(this, { problem: "" }), dialog.showModal()), { signal });
    form.addEventListener("submit", (event) => (event.preventDefault(), void this.#save(form)), { signal });
    this.onAct({ dismiss: () => dialog.close() }, signal);
  }

  /** @param {HTMLFormElement} form */
  async #save(form) {
    const typed = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value).trim()]));
    const { sku, name, category, unit, barcode, first } = typed;
    const warehouse = boot.room.code;
    try {
      const item = await api.post("/items", { sku, name, category, unit, barcodes: barcode ? [{ code: barcode, pack_quantity: 1 }] : [] });
      if (Number(first) > 0) await api.post("/movements", { warehouse, sku: item.sku, kind: "receive", quantity: Number(first), note: "first stock" });
      location.assign(itemUrl(warehouse, item.sku));
    } catch (error) {
      if (!(error instanceof api.Refusal)) throw error;
      fill(this, { problem: error.problem.errors?.map((one) => one.detail).join(" ") || error.problem.detail });
    }
  }
}
