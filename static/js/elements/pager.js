// Fetches the pages of the stock table: the first one for new filters, the next one on scrolling down.

import * as api from "../api.js";
import { boot, inventoryQuery, store } from "../live.js";
import { sum } from "../stock.js";
import { refusedToast } from "../writes.js";

/** @import {Boot, InventoryRow} from "../types.js" */

export class Pager {
  #host;
  #cursor = boot.page === "inventory" ? (boot.next_cursor ?? null) : null;
  #loading = false;
  /** @type {IntersectionObserver|null} */
  #observer = null;
  /** The latest question; an answer to an older one is dropped. */
  #asked = 0;
  /** What the server served for these filters. @type {Set<string>} */
  skus = new Set();

  /** @param {HTMLElement} host */
  constructor(host) {
    this.#host = host;
  }

  /** Whether the server has further rows. */
  get more() {
    return this.#cursor !== null;
  }

  /** @param {string} sku */
  has(sku) {
    return this.skus.has(sku);
  }

  /** @param {string[]} skus */
  served(skus) {
    for (const sku of skus) this.skus.add(sku);
  }

  /** @param {AbortSignal} signal */
  watch(signal) {
    const end = this.#host.querySelector("[data-more]");
    if (!end) return;
    end.addEventListener("click", (event) => (event.preventDefault(), void this.#next()), { signal });
    this.#observer = new IntersectionObserver((seen) => seen.at(-1)?.isIntersecting && void this.#next(), { rootMargin: "600px" });
    this.#observer.observe(end);
    signal.addEventListener("abort", () => this.#observer?.disconnect());
  }

  /** An end that is still in view after a page has come is told of again. */
  #lookAgain() {
    const end = this.#host.querySelector("[data-more]");
    if (!end) return;
    this.#observer?.unobserve(end);
    this.#observer?.observe(end);
  }

  async first() {
    this.skus = new Set();
    this.#cursor = null;
    await this.#ask({});
  }

  /** The server drew the page anew: what follows comes after its last row, wherever this page had got to. @param {Boot} boot */
  restart({ rows, next_cursor = null }) {
    this.#asked += 1;
    this.#cursor = boot.page === "inventory" ? next_cursor : null;
    this.skus = new Set(rows.map(({ sku }) => sku));
    this.#show("[data-more]", this.more);
    this.#lookAgain();
  }

  async #next() {
    if (!this.#cursor || this.#loading) return;
    await this.#ask({ cursor: this.#cursor });
    this.#host.dispatchEvent(new CustomEvent("resort-wanted", { bubbles: true }));
    this.#lookAgain();
  }

  /** @param {{cursor?: string}} from */
  async #ask(from) {
    const question = ++this.#asked;
    this.#loading = true;
    try {
      const { data, next_cursor } = await api.get("/inventory", { ...inventoryQuery(), ...from });
      if (question !== this.#asked) return;
      this.#cursor = next_cursor;
      this.served(data.map((/** @type {InventoryRow} */ row) => row.sku));
      store.send({ type: "merge", rows: data });
    } catch (error) {
      refusedToast(error);
    } finally {
      this.#loading = false;
      this.#show("[data-more]", this.more);
    }
  }

  /** Fetches what an event does not carry, for a row that has just come into view. @param {string} sku */
  async complete(sku) {
    const path = `/inventory/${encodeURIComponent(boot.room.code)}/${encodeURIComponent(sku)}`;
    const row = await api.get(path).catch(() => null);
    if (row) store.send({ type: "merge", rows: [row] });
  }

  /** Says how many rows there are, -1 while that is not known (WAI-ARIA 1.2, aria-rowcount). @param {number} rows drawn */
  showEmpty(rows) {
    this.#host.querySelector("table")?.setAttribute("aria-rowcount", String(this.more ? -1 : rows + 1));
    this.#show("[data-empty=short]", rows === 0);
    const first = sum(store.state.counts ?? { some: 1 }) === 0;
    this.#show("[data-empty=filtered]", rows === 0 && !first);
    this.#show("[data-empty=first]", rows === 0 && first);
  }

  /** @param {string} selector @param {boolean} visible */
  #show(selector, visible) {
    const element = this.#host.querySelector(selector);
    if (element instanceof HTMLElement) element.hidden = !visible;
  }
}
