// The count sheets of a warehouse: the open ones, or what became of the others.

import { older } from "../arrange.js";
import { clone, fill, flash, need } from "../dom.js";
import { store } from "../live.js";
import { sheetFields } from "../sheet-views.js";
import { BoundElement } from "./live-element.js";

/** @import {State} from "../state.js" */
/** @import {Sheet} from "../types.js" */

export class Sheets extends BoundElement {
  /** @type {Map<string, {element: HTMLElement, sheet: Sheet|undefined}>} */
  #drawn = new Map();

  /** @override @param {AbortSignal} signal */
  attach(signal) {
    for (const element of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll(".sheet"))) {
      const number = element.dataset.number ?? "";
      this.#drawn.set(number, { element, sheet: store.state.sheets.get(number) });
    }
    store.subscribe(({ state }) => this.#update(state), signal);
  }

  /** @param {Sheet|undefined} sheet */
  #belongs(sheet) {
    return sheet !== undefined && (sheet.status === "open") === (this.dataset.tab === "open");
  }

  /** @param {State} state */
  #update({ sheets }) {
    for (const [number, { element }] of this.#drawn) {
      if (!this.#belongs(sheets.get(number))) (element.remove(), this.#drawn.delete(number));
    }
    for (const sheet of sheets.values()) {
      if (!this.#belongs(sheet)) continue;
      const drawn = this.#drawn.get(sheet.number) ?? this.#insert(sheet);
      if (drawn.sheet === sheet) continue;
      if (drawn.sheet?.status !== sheet.status) flash(drawn.element);
      drawn.sheet = sheet;
      fill(drawn.element, sheetFields(sheet));
    }
    need(this, "[data-empty]").hidden = this.#drawn.size > 0;
  }

  /** @param {Sheet} sheet */
  #insert(sheet) {
    const drawn = { element: clone("sheet-template"), sheet: undefined };
    const next = older([...this.#drawn.values()].flatMap(({ sheet: other }) => other ?? []), sheet)?.number ?? "";
    need(this, "[data-rows]").insertBefore(drawn.element, this.#drawn.get(next)?.element ?? null);
    this.#drawn.set(sheet.number, drawn);
    return drawn;
  }
}
