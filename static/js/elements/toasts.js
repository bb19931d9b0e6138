// Short messages in the corner: what was done and can be undone, what was refused and why.

import { clone, fill, need } from "../dom.js";
import { passFocus } from "../focus.js";
import { BoundElement } from "./live-element.js";

/** @import {Toast} from "../news.js" */

/** Long enough to read and to reach for Undo; failures stay until dismissed. */
const STAY_MS = 7_000;
/** More at once would cover the page; the oldest goes. */
const AT_ONCE = 3;

export class Toasts extends BoundElement {
  /** @override @param {AbortSignal} signal */
  attach(signal) {
    document.addEventListener("toast-wanted", (event) => this.#show(/** @type {CustomEvent<Toast>} */ (event).detail), { signal });
    document.addEventListener("toast-withdrawn", (event) => this.#withdraw(/** @type {CustomEvent<string>} */ (event).detail), { signal });
    this.onAct({ "toast-close": (button) => close(button.closest(".toast")) }, signal);
  }

  /** @param {Toast} toast */
  #show({ title, detail = "", bad = false, action, key = "" }) {
    const box = clone("toast-template");
    box.dataset.key = key;
    fill(box, { title, detail });
    box.toggleAttribute("data-bad", bad);
    box.setAttribute("role", bad ? "alert" : "status");
    if (action) this.#addAction(box, action);
    for (const same of [...this.children].filter((other) => other.textContent === box.textContent)) same.remove();
    this.append(box);
    while (this.children.length > AT_ONCE) this.firstElementChild?.remove();
    if (!bad) setTimeout(() => box.remove(), STAY_MS);
  }

  /** @param {string} key */
  #withdraw(key) {
    for (const box of this.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)) box.remove();
  }

  /** @param {HTMLElement} box @param {{label: string, run: () => void}} action */
  #addAction(box, { label, run }) {
    const button = need(box, "[data-act=toast-action]");
    button.hidden = false;
    button.textContent = label;
    button.addEventListener("click", () => {
      close(box);
      run();
    });
  }
}

/** Who pressed something in it goes on at the top of what the page is about. @param {Element|null} box */
function close(box) {
  if (box) passFocus(box, document.querySelector("main h1"));
  box?.remove();
}
