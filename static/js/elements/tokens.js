// Makes and revokes API tokens; a new one's secret is on the page until it is left, and nowhere else.

import * as api from "../api.js";
import { clone, fill, flash, need } from "../dom.js";
import { toast } from "../news.js";
import { refusedToast } from "../writes.js";
import { BoundElement } from "./live-element.js";

/** @typedef {{id: number, name: string, created_at: string, expires_at: string|null, token?: string}} Token */

export class Tokens extends BoundElement {
  /** @override @param {AbortSignal} signal */
  attach(signal) {
    const form = /** @type {HTMLFormElement} */ (need(this, "form"));
    form.addEventListener("submit", (event) => (event.preventDefault(), void this.#make(form)), { signal });
    this.onAct({ revoke: (button) => void this.#revoke(button), copy: () => void this.#copy() }, signal);
  }

  /** @param {HTMLFormElement} form */
  async #make(form) {
    const data = new FormData(form);
    const days = Number(data.get("expires_in_days")) || null;
    try {
      /** @type {Token} */
      const made = await api.post("/tokens", { name: String(data.get("name")).trim(), expires_in_days: days });
      form.reset();
      fill(this, { problem: "", secret: made.token ?? "" });
      need(this, "[data-secret]").hidden = false;
      this.#add(made);
    } catch (error) {
      if (!(error instanceof api.Refusal)) throw error;
      fill(this, { problem: error.problem.errors?.[0]?.detail ?? error.problem.detail });
    }
  }

  /** @param {Token} made */
  #add({ id, name, created_at, expires_at }) {
    const row = clone("token-template");
    fill(row, { id: String(id), name, created_at, expires_at: expires_at ?? "", never: expires_at ? "" : "never" });
    need(this, "[data-rows]").prepend(row);
    need(this, "[data-empty]").hidden = true;
    flash(row);
  }

  /** @param {HTMLElement} button */
  async #revoke(button) {
    const row = /** @type {HTMLElement} */ (button.closest("[data-id]"));
    try {
      await api.remove(`/tokens/${row.dataset.id}`);
      row.remove();
      toast({ title: "Token revoked", detail: "Whoever used it is refused from now on." });
    } catch (error) {
      refusedToast(error);
    }
  }

  async #copy() {
    await navigator.clipboard?.writeText(need(this, "[data-field=secret]").textContent ?? "");
    toast({ title: "Copied" });
  }
}
