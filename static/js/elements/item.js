// The head of an item's page: the figures follow the row.

import { fill, need } from "../dom.js";
import { delta } from "../format.js";
import { store } from "../live.js";
import { rowFields } from "../views.js";
import { BoundElement } from "./live-element.js";

/** @import {InventoryRow} from "../types.js" */

/** How long the size of a change stays beside the figure. */
const DELTA_MS = 4_000;

export class Item extends BoundElement {
  /** @type {InventoryRow|undefined} */
  #row;

  /** @override @param {AbortSignal} signal */
  attach(signal) {
    const sku = this.dataset.sku ?? "";
    this.#row = store.state.rows.get(sku);
    store.subscribe(({ state }) => {
      const row = state.rows.get(sku);
      if (row && row !== this.#row) this.#draw(row);
    }, signal);
  }

  /** @param {InventoryRow} row */
  #draw(row) {
    const difference = row.on_hand - (this.#row?.on_hand ?? row.on_hand);
    this.#row = row;
    fill(need(this, "[data-facts]"), { ...rowFields(row), delta: difference ? delta(difference) : "" }, true);
    fill(need(this, ".item__sub"), { bin_text: row.bin ?? "" });
    setTimeout(() => fill(need(this, "[data-facts]"), { delta: "" }), DELTA_MS);
  }
}
