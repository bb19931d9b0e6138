// The verbs of the movement dialog: what each asks, what it would leave on the shelf, what it sends. Pure but for the API.

import * as api from "../api.js";

/** @import {InventoryRow} from "../types.js" */

/** @typedef {{quantity: number, reason: string, note: string|undefined, to: string, supplier: string|undefined}} Typed */

/**
 * @typedef {object} Verb
 * @property {string} title
 * @property {string} submit
 * @property {string} done past tense, for the toast
 * @property {string} [label] of the quantity
 * @property {(row: InventoryRow, quantity: number) => number|null} after what would be on hand; null when that does not change
 * @property {(row: InventoryRow, typed: Typed, expected: number) => Promise<any>} send
 */

/** @param {InventoryRow} row */
const path = (row) => `/inventory/${encodeURIComponent(row.warehouse)}/${encodeURIComponent(row.sku)}`;

/** @param {string} kind @returns {Verb["send"]} */
const movement = (kind) => (row, { quantity, reason, note }) =>
  api.post("/movements", { warehouse: row.warehouse, sku: row.sku, kind, quantity, note, ...(kind === "waste" ? { reason } : {}) });

/** @type {Record<string, Verb>} */
export const VERBS = {
  receive: { title: "Receive", submit: "Receive", done: "Received", after: (row, q) => row.on_hand + q, send: movement("receive") },
  issue: { title: "Issue", submit: "Issue", done: "Issued", after: (row, q) => row.on_hand - q, send: movement("issue") },
  waste: { title: "Waste", submit: "Write off", done: "Wrote off", after: (row, q) => row.on_hand - q, send: movement("waste") },
  count: {
    title: "Count", submit: "Save count", done: "Counted", label: "Counted on the shelf", after: (_, q) => q,
    send: (row, { quantity, note }, expected) => api.put(path(row), { on_hand: quantity, expected, reason: "cycle_count", note }),
  },
  transfer: {
    title: "Transfer", submit: "Transfer", done: "Transferred", after: (row, q) => row.on_hand - q,
    send: (row, { quantity, to, note }) => api.post("/transfers", { from: row.warehouse, to, sku: row.sku, quantity, note }),
  },
  order: {
    title: "Order", submit: "Ask for it", done: "Asked for", after: () => null,
    send: (row, { quantity, note, supplier }) => api.post("/orders", { warehouse: row.warehouse, sku: row.sku, quantity, note, supplier }),
  },
};

/** @param {InventoryRow} row what ordering up to the target would take, in whole packs */
export function suggested(row) {
  const need = Math.max(row.target - row.position, 0);
  return Math.ceil(need / Math.max(row.pack, 1)) * Math.max(row.pack, 1);
}
