// The policy form: saved against the version it was read at; a clash shows theirs and yours.

import * as api from "../api.js";
import { fill, need } from "../dom.js";
import { boot, store } from "../live.js";
import { toast } from "../news.js";
import { BoundElement } from "./live-element.js";

/** @import {InventoryRow} from "../types.js" */

const LABELS = { min: "Minimum", target: "Target", pack: "Pack", lead_time_days: "Lead time", bin: "Bin", supplier: "Supplier", mode: "Orders by itself" };
/** @typedef {keyof typeof LABELS} Name */
const NAMES = /** @type {Name[]} */ (Object.keys(LABELS));
const NUMBERS = new Set(["min", "target", "pack", "lead_time_days"]);

export class Policy extends BoundElement {
  #version = 0;
  #touched = false;
  /** What somebody else saved meanwhile, as it was shown beside one's own. @type {InventoryRow|null} */
  #theirs = null;

  /** @override @param {AbortSignal} signal */
  attach(signal) {
    this.#version = Number(this.#form.dataset.version);
    this.#form.addEventListener("submit", (event) => (event.preventDefault(), void this.#save()), { signal });
    this.#form.addEventListener("input", () => (this.#touched = true), { signal });
    this.onAct({ mine: () => this.#useMine(), theirs: () => this.#useTheirs() }, signal);
    store.subscribe(() => this.#follow(), signal);
  }

  get #form() {
    return /** @type {HTMLFormElement} */ (need(this, "form"));
  }

  get #row() {
    return store.state.rows.get(this.dataset.sku ?? "");
  }

  /** A form nobody has touched follows the row; one in use keeps what was typed. */
  #follow() {
    const row = this.#row;
    if (row && row.policy_version !== this.#version && !this.#touched) this.#show(row);
  }

  /** @param {InventoryRow} row */
  #show(row) {
    for (const name of NAMES) {
      const input = /** @type {HTMLInputElement} */ (need(this, `[name=${name}]`));
      if (name === "mode") input.checked = row.mode === "suggest";
      else input.value = String(row[name] ?? "");
    }
    this.#version = row.policy_version;
    this.#touched = false;
  }

  /** What the form says. @returns {Record<Name, string|number|null>} */
  #typed() {
    const data = new FormData(this.#form);
    const pairs = NAMES.map((name) => {
      const text = String(data.get(name) ?? "").trim();
      if (name === "mode") return [name, text || "off"];
      return [name, NUMBERS.has(name) ? Number(text) : text || null];
    });
    return Object.fromEntries(pairs);
  }

  async #save() {
    const path = `/inventory/${encodeURIComponent(boot.room.code)}/${encodeURIComponent(this.dataset.sku ?? "")}/policy`;
    const body = { ...this.#typed(), snoozed_until: this.#row?.snoozed_until ?? null };
    this.#form.toggleAttribute("data-saving", true);
    try {
      const row = await api.put(path, body, { version: this.#version });
      store.send({ type: "merge", rows: [row] });
      this.#show(row);
      this.#clash(null);
      fill(this, { problem: "" });
      toast({ title: "Policy saved" });
    } catch (error) {
      if (!(error instanceof api.Refusal)) throw error;
      this.#refused(error);
    } finally {
      this.#form.toggleAttribute("data-saving", false);
    }
  }

  /** @param {api.Refusal} refusal */
  #refused({ problem }) {
    const clash = problem.status === 412 && problem.current;
    fill(this, { problem: clash ? "" : problem.errors?.map((one) => one.detail).join(" ") || problem.detail });
    for (const { pointer } of problem.errors ?? []) this.querySelector(`[name="${CSS.escape(pointer.slice(1))}"]`)?.setAttribute("aria-invalid", "true");
    if (!clash) return;
    store.send({ type: "merge", rows: [problem.current] });
    this.#clash(problem.current);
  }

  /** @param {InventoryRow|null} theirs */
  #clash(theirs) {
    const box = need(this, "[data-conflict]");
    for (const input of this.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
    this.#theirs = theirs;
    box.hidden = !theirs;
    if (!theirs) return;
    const mine = this.#typed();
    const different = NAMES.filter((name) => String(theirs[name] ?? "") !== String(mine[name] ?? ""));
    const parts = different.map((name) => `${LABELS[name]}: theirs ${theirs[name] ?? "–"}, yours ${mine[name] ?? "–"}`);
    fill(box, { differences: parts.join(" · ") || "Both say the same." });
  }

  #useMine() {
    this.#version = this.#theirs?.policy_version ?? this.#version;
    void this.#save();
  }

  #useTheirs() {
    if (this.#theirs) this.#show(this.#theirs);
    this.#clash(null);
    fill(this, { problem: "" });
  }
}
