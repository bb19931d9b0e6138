// A number that follows the state: orders in each part of their life, items in each status.

import { flash } from "../dom.js";
import { qty } from "../format.js";
import { store } from "../live.js";
import { sum } from "../stock.js";
import { BoundElement } from "./live-element.js";

/** @import {State} from "../state.js" */

/** @param {State} state @param {string} of @returns {number|undefined} */
function value(state, of) {
  if (of === "approve" || of === "way" || of === "done") return state.tabs?.[of];
  if (!state.counts) return undefined;
  return of === "total" ? sum(state.counts) : state.counts[of] ?? 0;
}

export class Count extends BoundElement {
  /** @override @param {AbortSignal} signal */
  attach(signal) {
    store.subscribe(({ state }) => this.#draw(state), signal);
  }

  /** @param {State} state */
  #draw(state) {
    const now = value(state, this.dataset.count ?? "");
    if (now === undefined || this.textContent === qty(now)) return;
    this.textContent = qty(now);
    if (this.classList.contains("nav__count")) this.hidden = now === 0;
    else flash(this);
  }
}
