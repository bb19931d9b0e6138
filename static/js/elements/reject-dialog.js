// Why an order is rejected: three common reasons as chips, or words of one's own.

import * as api from "../api.js";
import { refusalText } from "../conflict.js";
import { fill, need } from "../dom.js";
import { store } from "../live.js";
import { write } from "../writes.js";
import { BoundElement } from "./live-element.js";

/** @import {OrderRow} from "../types.js" */

export class RejectDialog extends BoundElement {
  #number = "";
  /** The order as it was when the dialog opened, or as the last conflict showed it. @type {OrderRow|undefined} */
  #seen;

  /** @override @param {AbortSignal} signal */
  attach(signal) {
    document.addEventListener("rejection-wanted", (event) => this.#open(/** @type {CustomEvent<string>} */ (event).detail), { signal });
    this.addEventListener("click", (event) => this.#chip(/** @type {HTMLElement} */ (event.target)), { signal });
    need(this, "form").addEventListener("submit", (event) => (event.preventDefault(), void this.#save()), { signal });
    this.onAct({ dismiss: () => this.#dialog.close() }, signal);
  }

  get #dialog() {
    return /** @type {HTMLDialogElement} */ (need(this, "dialog"));
  }

  get #note() {
    return /** @type {HTMLInputElement} */ (need(this, "[name=note]"));
  }

  /** @param {string} number */
  #open(number) {
    const order = store.state.orders.get(number);
    this.#seen = order;
    this.#number = number;
    this.#note.value = "";
    fill(this, { title: `Reject ${number}`, subtitle: order ? `${order.quantity} ${order.unit} of ${order.name}` : "", problem: "" });
    this.#dialog.showModal();
    this.#note.focus();
  }

  /** @param {HTMLElement} target */
  #chip(target) {
    const reason = /** @type {HTMLElement|null} */ (target.closest("[data-reason]"))?.dataset.reason;
    if (!reason) return;
    this.#note.value = reason;
    this.#note.focus();
  }

  async #save() {
    const note = this.#note.value.trim();
    if (!note) return fill(this, { problem: "A rejection needs a reason: whoever asked will read it." });
    try {
      await write(`order:${this.#number}`, () => api.post(`/orders/${this.#number}/reject`, { note }, { version: this.#seen?.version }));
      this.#dialog.close();
    } catch (error) {
      if (!(error instanceof api.Refusal)) throw error;
      this.#refused(error);
    }
  }

  /** @param {api.Refusal} refusal */
  #refused({ problem }) {
    fill(this, { problem: refusalText(problem, this.#seen ?? {}) });
    if (problem.code === "stale_version") this.#seen = problem.current;
  }
}
