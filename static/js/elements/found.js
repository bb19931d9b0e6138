// What one photo shows, item by item, beside what is on hand; and the way from there to a count sheet.

import * as api from "../api.js";
import { clone, fill, need, place } from "../dom.js";
import { delta, qty } from "../format.js";
import { boot, store } from "../live.js";
import { counted, found, leaves } from "../scan-views.js";
import { sheetUrl } from "../sheet-views.js";
import { BoundElement } from "./live-element.js";
import { highlight, photos } from "./shown.js";

/** @import {State} from "../state.js" */
/** @import {Found as Item} from "../scan-views.js" */

export class Found extends BoundElement {
  /** Items whose level was asked for, so that each is asked for once. @type {Set<string>} */
  #asked = new Set();

  /** @override @param {AbortSignal} signal */
  attach(signal) {
    const form = need(this, "[data-make]");
    form.addEventListener("submit", (event) => (event.preventDefault(), void this.#make()), { signal });
    form.addEventListener("change", () => this.#draw(store.state), { signal });
    store.subscribe(({ state }) => this.#draw(state), signal);
    for (const sign of ["focusin", "pointerover"]) this.addEventListener(sign, (event) => this.#light(event, false), { signal });
    this.addEventListener("click", (event) => this.#light(event, true), { signal });
    this.#draw(store.state);
  }

  get #mode() {
    return /** @type {HTMLInputElement|null} */ (this.querySelector("[name=mode]:checked"))?.value ?? "count";
  }

  /** @param {Event} event @param {boolean} lead */
  #light({ target }, lead) {
    const row = /** @type {HTMLElement|null} */ (/** @type {Element} */ (target).closest("[data-sku]"));
    if (row) highlight({ sku: row.dataset.sku }, lead && /** @type {Element} */ (target).closest("[data-act=show-item]") !== null);
  }

  /** @param {State} state */
  #draw(state) {
    const [scan] = photos(state);
    if (!scan) return;
    const items = found([scan]);
    const rows = need(this, "[data-rows]");
    const drawn = new Map([...rows.children].map((row) => [/** @type {HTMLElement} */ (row).dataset.sku, row]));
    const sheet = state.sheets.get(scan.sheet ?? "");
    const applied = sheet?.status === "applied";
    place(rows, items.map((item) => this.#row(/** @type {HTMLElement|undefined} */ (drawn.get(item.sku)), item, applied)));
    /** @type {HTMLElement} */ (this.closest("section")).hidden = scan.status !== "done" && items.length === 0;
    need(this, "table").hidden = items.length === 0;
    need(this, "[data-empty]").hidden = items.length > 0 || scan.status !== "done";
    const link = /** @type {HTMLAnchorElement} */ (need(this, "[data-sheet-link]"));
    const { count } = leaves(scan, sheet);
    link.hidden = scan.sheet === null;
    if (scan.sheet) link.href = sheetUrl(boot.room.code, scan.sheet);
    fill(this, { sheet: `${scan.sheet ?? ""}${sheet && sheet.status !== "open" ? `, ${sheet.status}` : ""}`, make: `${this.#mode === "count" ? "Count" : "Receive"} ${counted(items.length, "item")}…` });
    need(this, "[data-make]").hidden = scan.status !== "done" && scan.sheet === null;
    need(this, "[data-field=make]").hidden = !count;
    need(this, "fieldset").hidden = !count;
  }

  /** @param {HTMLElement|undefined} drawn @param {Item} item @param {boolean} applied what is on hand has it already */
  #row(drawn, { sku, name, stocked, units }, applied) {
    const row = drawn ?? clone("found-template");
    const level = store.state.rows.get(sku);
    if (!level) void this.#fetch(sku);
    const difference = this.#mode === "count" ? units - (level?.on_hand ?? 0) : units;
    fill(row, { sku, name, stocked: stocked || level?.version ? "" : "not stocked here yet", units: qty(units), on_hand: qty(level?.on_hand ?? 0), difference: applied ? "" : delta(difference), sign: String(Math.sign(difference)) });
    return row;
  }

  /** @param {string} sku */
  async #fetch(sku) {
    if (this.#asked.has(sku)) return;
    this.#asked.add(sku);
    const row = await api.get(`/inventory/${encodeURIComponent(boot.room.code)}/${encodeURIComponent(sku)}`).catch(() => null);
    if (row) store.send({ type: "merge", rows: [row] });
  }

  async #make() {
    fill(this, { problem: "" });
    try {
      const sheet = await api.post(`/scans/${this.dataset.number}/count`, { mode: this.#mode });
      location.assign(sheetUrl(boot.room.code, sheet.number));
    } catch (error) {
      if (!(error instanceof api.Refusal)) throw error;
      fill(this, { problem: error.problem.errors?.[0]?.detail ?? error.problem.detail });
    }
  }
}
