// Asks before something is lost that people have done.

import { fill, need } from "../dom.js";
import { BoundElement } from "./live-element.js";

/** @import {Question} from "../news.js" */
/** @typedef {Question & {answer: (yes: boolean) => void}} Asked */

export class ConfirmDialog extends BoundElement {
  /** @override @param {AbortSignal} signal */
  attach(signal) {
    document.addEventListener("answer-wanted", (event) => this.#ask(/** @type {CustomEvent<Asked>} */ (event).detail), { signal });
    this.onAct({ dismiss: () => this.#dialog.close() }, signal);
  }

  get #dialog() {
    return /** @type {HTMLDialogElement} */ (need(this, "dialog"));
  }

  /** However the dialog is closed, only its own button says yes. @param {Asked} asked */
  #ask({ answer, ...words }) {
    fill(this, { keep: "Keep it", ...words });
    this.#dialog.returnValue = "";
    this.#dialog.addEventListener("close", () => answer(this.#dialog.returnValue === "yes"), { once: true });
    this.#dialog.showModal();
  }
}
