// The ledger of one item; an event says that it grew, the new lines are fetched.

import * as api from "../api.js";
import { clone, fill, flash, need } from "../dom.js";
import { boot, store } from "../live.js";
import { reverse } from "../undo.js";
import { movementFields } from "../views.js";
import { BoundElement } from "./live-element.js";

/** @import {Movement} from "../types.js" */

/** Lines drawn. */
const LINES = 50;

export class Movements extends BoundElement {
  #movements = boot.movements ?? [];

  /** @override @param {AbortSignal} signal */
  attach(signal) {
    const sku = this.dataset.sku ?? "";
    store.subscribe(({ rows, redraw }) => (redraw || rows.has(sku)) && void this.#fetch(sku), signal);
    this.onAct({ reverse: (button) => this.#reverse(Number(/** @type {HTMLElement} */ (button.closest("[data-id]")).dataset.id)) }, signal);
  }

  /** @param {string} sku */
  async #fetch(sku) {
    const answer = await api.get("/movements", { warehouse: boot.room.code, sku, limit: LINES }).catch(() => null);
    if (!answer) return;
    const known = new Set(this.#movements.map(({ id }) => id));
    this.#movements = answer.data;
    need(this, "[data-rows]").replaceChildren(...this.#movements.map((one) => row(one, !known.has(one.id))));
    need(this, "[data-empty]").hidden = this.#movements.length > 0;
  }

  /** @param {number} id */
  #reverse(id) {
    const movement = this.#movements.find((one) => one.id === id);
    if (movement) void reverse(movement);
  }
}

/** @param {Movement} movement @param {boolean} isNew */
function row(movement, isNew) {
  const element = clone("movement-template");
  fill(element, movementFields(movement));
  if (isNew) flash(element);
  return element;
}
