// The tiles of the Now page: how many items are in each status.

import { flash, need } from "../dom.js";
import { qty } from "../format.js";
import { store } from "../live.js";
import { BoundElement } from "./live-element.js";

/** @import {State} from "../state.js" */

export class Tiles extends BoundElement {
  /** @override @param {AbortSignal} signal */
  attach(signal) {
    store.subscribe(({ state }) => this.#draw(state), signal);
  }

  /** @param {State} state */
  #draw({ counts }) {
    if (!counts) return;
    for (const tile of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-status]"))) {
      const now = counts[tile.dataset.status ?? ""] ?? 0;
      if (tile.dataset.count === String(now)) continue;
      tile.dataset.count = String(now);
      const figure = need(tile, ".tile__count");
      figure.textContent = qty(now);
      flash(figure);
    }
  }
}
