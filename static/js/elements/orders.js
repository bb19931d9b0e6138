// A list of orders: the queue to approve, what is on the way, what is done, or one item's own.

import { clone, fill, flash, need } from "../dom.js";
import { boot, refill, store } from "../live.js";
import { mark } from "../sentence.js";
import { phaseOf, queueOrder } from "../stock.js";
import { orderFields } from "../views.js";
import { BoundElement } from "./live-element.js";
import { decideOn } from "./decisions.js";

/** @import {News} from "../store.js" */
/** @import {OrderChanged} from "../changes.js" */
/** @import {OrderRow} from "../types.js" */
/** @import {Fields} from "../views.js" */
/** @typedef {{element: HTMLElement, order: OrderRow|null, leaving: number}} Drawn */

/** A card decided by somebody else says by whom for this long before it leaves. */
const LEAVE_MS = 3_000;

export class Orders extends BoundElement {
  /** @type {Map<string, Drawn>} */
  #drawn = new Map();

  /** @override @param {AbortSignal} signal */
  attach(signal) {
    for (const element of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll(".order"))) {
      const number = element.dataset.number ?? "";
      this.#drawn.set(number, { element, order: store.state.orders.get(number) ?? null, leaving: 0 });
    }
    store.subscribe((news) => this.#update(news), signal);
    decideOn(this, signal);
  }

  /** @param {OrderRow} order */
  #belongs(order) {
    if (this.dataset.tab === "item") return order.sku === this.dataset.sku;
    return phaseOf(order) === this.dataset.tab;
  }

  /** @param {News} news */
  #update({ state, orders, redraw }) {
    for (const [number, drawn] of this.#drawn) {
      const order = state.orders.get(number);
      drawn.element.toggleAttribute("data-saving", state.saving.has(`order:${number}`));
      if (order && order !== drawn.order) this.#change(drawn, order, orders.get(number));
      else if (!order && redraw) this.#drop(number);
    }
    for (const order of state.orders.values()) if (this.#belongs(order) && !this.#drawn.has(order.number)) this.#insert(order);
    this.#finish();
  }

  /** @param {Drawn} drawn @param {OrderRow} order @param {OrderChanged|undefined} change */
  #change(drawn, order, change) {
    const byOther = change !== undefined && change.event.by !== store.state.me;
    const signed = { mark: byOther ? mark(change.event) : "" };
    drawn.order = order;
    flash(drawn.element);
    if (this.#belongs(order)) return draw(drawn.element, order, signed);
    fill(drawn.element, signed);
    if (drawn.leaving) return;
    drawn.element.classList.add("is-leaving");
    drawn.leaving = window.setTimeout(() => this.#drop(order.number), byOther ? LEAVE_MS : 0);
  }

  /** @param {OrderRow} order */
  #insert(order) {
    if (this.#drawn.size >= Number(this.dataset.limit ?? Infinity)) return;
    const element = clone("order-template");
    draw(element, order, { mark: "" });
    const after = [...this.#drawn.values()].find(({ order: other }) => other && queueOrder(order, other) < 0);
    need(this, "ul").insertBefore(element, after?.element ?? null);
    this.#drawn.set(order.number, { element, order, leaving: 0 });
    this.#drawn = new Map([...this.#drawn].sort(([, a], [, b]) => (a.order && b.order ? queueOrder(a.order, b.order) : 0)));
    flash(element);
  }

  /** @param {string} number */
  #drop(number) {
    const drawn = this.#drawn.get(number);
    const next = drawn?.element.nextElementSibling ?? drawn?.element.previousElementSibling;
    if (drawn?.element.contains(document.activeElement) && next instanceof HTMLElement) next.focus();
    drawn?.element.remove();
    this.#drawn.delete(number);
    this.#finish();
  }

  #finish() {
    need(this, "[data-empty]").hidden = this.#drawn.size > 0;
    const bulk = this.querySelector("[data-bulk]");
    if (bulk instanceof HTMLElement) bulk.hidden = this.#drawn.size === 0;
    const waiting = store.state.tabs?.approve ?? 0;
    if (boot.page !== "item" && this.dataset.tab === "approve" && this.#drawn.size < Math.min(waiting, 10)) refill();
  }
}

/** @param {HTMLElement} element @param {OrderRow} order @param {{mark: string}} more */
function draw(element, order, more) {
  /** @type {Fields} */
  const fields = { ...orderFields(order), ...more };
  fill(element, fields);
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (element.querySelectorAll("[data-when]"))) {
    part.hidden = !part.dataset.when?.split(" ").includes(String(fields.phase));
  }
}
