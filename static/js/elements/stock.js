// The stock table: values change in place, rows move only when nobody is using them.

import { moved } from "../arrange.js";
import { clone, fill, need } from "../dom.js";
import { delta } from "../format.js";
import { filters, refill, store } from "../live.js";
import { mark } from "../sentence.js";
import { comparison, matches } from "../stock.js";
import { rowFields } from "../views.js";
import { BoundElement } from "./live-element.js";
import { Pager } from "./pager.js";

/** @import {News} from "../store.js" */
/** @import {RowChanged} from "../changes.js" */
/** @import {InventoryRow} from "../types.js" */

/** With no hand on the table for this long it sorts itself. */
const IDLE_MS = 10_000;
/** How long a change stays signed with the name of who made it. */
const MARK_MS = 4_000;

export class Stock extends BoundElement {
  /** @type {Map<string, {element: HTMLElement, row: InventoryRow|null}>} */
  #drawn = new Map();
  #pager = new Pager(this);
  #touched = Date.now();
  #timer = 0;

  /** @override @param {AbortSignal} signal */
  attach(signal) {
    for (const element of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-sku].stock__row"))) {
      this.#drawn.set(element.dataset.sku ?? "", { element, row: store.state.rows.get(element.dataset.sku ?? "") ?? null });
    }
    this.#pager.served([...this.#drawn.keys()]);
    store.subscribe((news) => this.#update(news), signal);
    for (const sign of ["pointermove", "focusin", "keydown"]) this.addEventListener(sign, () => (this.#touched = Date.now()), { signal, passive: true });
    this.onAct({ resort: () => this.resort() }, signal);
    document.addEventListener("resort-wanted", () => this.resort(), { signal });
    document.addEventListener("filters-changed", () => this.#reload(), { signal });
    this.#pager.watch(signal);
  }

  /** @param {News} news */
  #update({ state, rows, redraw }) {
    for (const [sku, drawn] of this.#drawn) {
      const row = state.rows.get(sku);
      drawn.element.toggleAttribute("data-saving", state.saving.has(`row:${sku}`));
      if (!row || row === drawn.row) continue;
      if (this.hasAttribute("data-short") && row.priority !== drawn.row?.priority) refill();
      this.#change(drawn, row, rows.get(sku));
    }
    if (redraw) this.#pager.restart(redraw);
    if (redraw) this.resort();
    else this.#settle();
  }

  /** @param {{element: HTMLElement, row: InventoryRow|null}} drawn @param {InventoryRow} row @param {RowChanged|undefined} change */
  #change(drawn, row, change) {
    const difference = drawn.row ? row.on_hand - drawn.row.on_hand : 0;
    const byOther = change && change.event.by !== store.state.me;
    drawn.row = row;
    const signed = { delta: difference ? delta(difference) : "", mark: byOther ? mark(change.event) : "" };
    fill(drawn.element, { ...rowFields(row), ...signed }, true);
    if (difference || byOther) setTimeout(() => fill(drawn.element, { delta: "", mark: "" }), MARK_MS);
  }

  /** The SKUs in the order they should stand. @returns {string[]} */
  #wanted() {
    const sort = comparison(this.dataset.sort ?? "-risk");
    const rows = this.#inServerOrder().filter((row) => this.#belongs(row)).sort(sort);
    const end = this.#pager.more ? rows.findLastIndex((row) => this.#pager.has(row.sku)) + 1 : rows.length;
    return rows.slice(0, Number(this.dataset.limit ?? end)).slice(0, end).map((row) => row.sku);
  }

  /** Rows that are equal under the sort keep the order they were drawn or served in. @returns {InventoryRow[]} */
  #inServerOrder() {
    const { rows } = store.state;
    const keys = new Set([...this.#drawn.keys(), ...this.#pager.skus, ...rows.keys()]);
    return [...keys].flatMap((sku) => rows.get(sku) ?? []);
  }

  /** @param {InventoryRow} row */
  #belongs(row) {
    return this.hasAttribute("data-short") ? !row.archived && row.target > 0 : matches(filters, row, this.#pager.skus);
  }

  /** Says how far the drawn order is off, or mends it when nobody would notice. */
  #settle() {
    clearTimeout(this.#timer);
    const wanted = this.#wanted();
    const off = moved([...this.#drawn.keys()], wanted);
    const idle = Date.now() - this.#touched;
    if (off && (idle > IDLE_MS || this.hasAttribute("data-short") && !this.matches(":hover, :focus-within"))) return this.resort();
    this.#showPill(off);
    if (off) this.#timer = window.setTimeout(() => this.#settle(), IDLE_MS - idle + 50);
  }

  /** @param {number} off */
  #showPill(off) {
    const pill = /** @type {HTMLElement|null} */ (this.querySelector("[data-resort]"));
    if (!pill) return;
    pill.hidden = off === 0;
    need(pill, "[data-field=moved]").textContent = `${off} ${off === 1 ? "row" : "rows"} moved`;
  }

  resort() {
    const focused = document.activeElement;
    const next = new Map(this.#wanted().map((sku) => [sku, this.#drawn.get(sku) ?? this.#make(sku)]));
    need(this, "[data-rows]").replaceChildren(...[...next.values()].map(({ element }) => element));
    this.#drawn = next;
    if (focused instanceof HTMLElement && this.contains(focused)) focused.focus({ preventScroll: true });
    this.#showPill(0);
    this.#pager.showEmpty(next.size);
  }

  /** @param {string} sku */
  #make(sku) {
    const row = /** @type {InventoryRow} */ (store.state.rows.get(sku));
    const element = clone("row-template");
    fill(element, rowFields(row));
    if (!row.stats) this.#pager.complete(sku);
    return { element, row };
  }

  async #reload() {
    this.dataset.sort = filters.sort;
    await this.#pager.first();
    this.resort();
  }
}
