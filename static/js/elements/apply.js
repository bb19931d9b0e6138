// What a sheet will do to the stock, said on the button that does it; and taking all of it back.

import * as api from "../api.js";
import { fill, gate, need } from "../dom.js";
import { store } from "../live.js";
import { deed, done, plan, result } from "../sheet-views.js";
import { rememberSheet, undoSheet } from "../undo.js";
import { counting } from "../writes.js";
import { BoundElement } from "./live-element.js";

/** @import {State} from "../state.js" */

export class Apply extends BoundElement {
  /** Enter was pressed on the last line: the button takes the focus as soon as it may be pressed, unless that has moved on. */
  #reached = false;

  /** @override @param {AbortSignal} signal */
  attach(signal) {
    store.subscribe(({ state }) => this.#draw(state), signal);
    document.addEventListener("apply-reached", () => ((this.#reached = true), this.#draw(store.state)), { signal });
    this.onAct({ apply: () => void this.#apply(), "undo-sheet": () => void undoSheet(this.#number) }, signal);
    this.#draw(store.state);
  }

  get #number() {
    return this.dataset.number ?? "";
  }

  /** @param {State} state */
  #draw(state) {
    const sheet = state.sheets.get(this.#number);
    if (!sheet) return;
    const now = plan(sheet, state.rows);
    const button = /** @type {HTMLButtonElement} */ (need(this, "[data-act=apply]"));
    button.toggleAttribute("data-none", now.items === 0 || now.undecided > 0);
    gate(this);
    this.#reached &&= document.activeElement === document.body;
    if (this.#reached && !button.disabled) button.focus();
    fill(this, { deed: deed(sheet, now), sum: result(sheet) });
    this.toggleAttribute("data-saving", state.saving.has(`sheet:${this.#number}`));
  }

  async #apply() {
    const sheet = store.state.sheets.get(this.#number);
    if (!sheet) return;
    const what = deed(sheet, plan(sheet, store.state.rows));
    fill(this, { problem: "" });
    try {
      await counting("sheet", sheet.number, () => api.post(`/sheets/${sheet.number}/apply`, {}, { version: sheet.version }));
      rememberSheet(sheet.number, `${sheet.number}: ${done(what)}`);
    } catch (error) {
      if (!(error instanceof api.Refusal)) throw error;
      fill(this, { problem: error.problem.errors?.[0]?.detail ?? error.problem.detail });
    }
  }
}
