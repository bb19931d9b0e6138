// What a sheet will do to the stock, said on the button that does it; and taking all of it back.

import * as api from "../api.js";
import { fill, gate, need } from "../dom.js";
import { store } from "../live.js";
import { awaits, countText, deed, done, isTyped, plan, result } from "../sheet-views.js";
import { confirmed } from "../news.js";
import { rememberSheet, undoSheet } from "../undo.js";
import { counting, rested } from "../writes.js";
import { lineOf } from "./line-writes.js";
import { BoundElement } from "./live-element.js";
import { photos } from "./shown.js";

/** @import {State} from "../state.js" */
/** @import {Sheet} from "../types.js" */
/** @import {Uploads} from "./uploads.js" */

export class Apply extends BoundElement {
  /** Enter was pressed on the last line: the button takes the focus as soon as it may be pressed, unless that has moved on. */
  #reached = false;
  /** It was pressed, and what came of that is not known yet. */
  #applying = false;

  /** @override @param {AbortSignal} signal */
  attach(signal) {
    store.subscribe(({ state }) => this.#draw(state), signal);
    document.addEventListener("apply-reached", () => ((this.#reached = true), this.#draw(store.state)), { signal });
    document.addEventListener("uploads-changed", () => this.#draw(store.state), { signal });
    this.onAct({ apply: () => void this.#apply(), "undo-sheet": () => void undoSheet(this.#number) }, signal);
    this.#draw(store.state);
  }

  get #number() {
    return this.dataset.number ?? "";
  }

  get #sheet() {
    return store.state.sheets.get(this.#number);
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
    fill(this, { deed: deed(sheet, now), sum: awaits(sheet, photos(state), sending())?.said ?? result(sheet) });
    this.toggleAttribute("data-saving", state.saving.has(`sheet:${this.#number}`));
  }

  /** A click takes the focus from a number that was typed last, which is still on its way then. */
  async #apply() {
    if (this.#applying) return;
    this.#applying = true;
    try {
      await this.#applyAll();
    } finally {
      this.#applying = false;
    }
  }

  /** Saves what is typed and was refused when it was: it is on the screen, so it is to be applied. @param {string[]} writes @returns {Promise<boolean>} */
  async #saved(writes) {
    for (const field of typed(this.#sheet)) field.dispatchEvent(new Event("change", { bubbles: true }));
    const done = await rested(writes);
    const [left] = typed(this.#sheet);
    left?.focus();
    return done && !left;
  }

  async #applyAll() {
    fill(this, { problem: "" });
    const odd = document.querySelector("aims-lines [name=counted]:invalid");
    if (odd instanceof HTMLElement) {
      odd.focus();
      return fill(this, { problem: "What is typed there is no count: put it right, or empty it." });
    }
    const writes = [`sheet:${this.#number}`, ...photos(store.state).map(({ number }) => `scan:${number}`)];
    if (!await rested(writes) || !await this.#saved(writes)) return fill(this, { problem: "Nothing was applied: a change before it was refused, or is not shown yet. Look at it, and press again." });
    const sheet = this.#sheet;
    if (sheet?.status !== "open") return;
    const question = awaits(sheet, photos(store.state), sending())?.question;
    if (question && !await confirmed(question)) return;
    const what = deed(sheet, plan(sheet, store.state.rows));
    try {
      await counting("sheet", sheet.number, () => api.post(`/sheets/${sheet.number}/apply`, {}, { version: sheet.version }));
      rememberSheet(sheet.number, `${sheet.number}: ${done(what)}`);
    } catch (error) {
      if (!(error instanceof api.Refusal)) throw error;
      fill(this, { problem: error.problem.errors?.[0]?.detail ?? error.problem.detail });
    }
  }
}

/** How many photos for this sheet are not sent yet. */
const sending = () => /** @type {Uploads|null} */ (document.querySelector("aims-uploads"))?.pending ?? 0;

/** The fields with a count in them that the sheet does not have; what it has may not be drawn yet. @param {Sheet|undefined} sheet */
function typed(sheet) {
  const lines = new Map(sheet?.lines?.map((line) => [line.sku, line]));
  const fields = /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll("aims-lines [name=counted]")]);
  return fields.filter((field) => {
    const line = lines.get(lineOf(field)?.dataset.sku ?? "");
    return line && isTyped(field) && field.value !== countText(line);
  });
}
