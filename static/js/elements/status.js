// One polite sentence about what others changed, at most every five seconds; single cells stay silent.

import { store } from "../live.js";
import { BoundElement } from "./live-element.js";

/** @import {News} from "../store.js" */

/** WCAG 4.1.3 wants status said; said for every cell it would drown the page. */
const PAUSE_MS = 5_000;

export class Status extends BoundElement {
  #items = new Set();
  #orders = new Set();
  #critical = new Set();
  #timer = 0;

  /** @override @param {AbortSignal} signal */
  attach(signal) {
    store.subscribe((news) => this.#collect(news), signal);
  }

  /** @param {News} news */
  #collect({ rows, orders }) {
    for (const [sku, { before, event }] of rows) {
      this.#items.add(sku);
      if (event.data.priority === "critical" && before?.priority !== "critical") this.#critical.add(sku);
    }
    for (const number of orders.keys()) this.#orders.add(number);
    if (this.#timer || !(rows.size + orders.size)) return;
    this.#timer = window.setTimeout(() => this.#say(), PAUSE_MS);
  }

  #say() {
    const items = count(this.#items, "item");
    const orders = count(this.#orders, "order");
    const critical = this.#critical.size ? `${this.#critical.size} now critical` : "";
    this.textContent = `${[[items, orders].filter(Boolean).join(" and "), "changed"].join(" ")}${critical && `, ${critical}`}`;
    for (const set of [this.#items, this.#orders, this.#critical]) set.clear();
    this.#timer = 0;
  }
}

/** @param {Set<unknown>} set @param {string} noun */
const count = ({ size }, noun) => (size ? `${size} ${noun}${size === 1 ? "" : "s"}` : "");
