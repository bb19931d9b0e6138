// What the page knows about stock without asking: status, risk order, filters. Pure.

/** @import {Filters, InventoryRow, OrderRow, Status} from "./types.js" */

/** @type {Record<string, number>} */
const RANK = { critical: 0, high: 1, medium: 2, low: 3, none: 4 };

/**
 * The one status rule of the server (DESIGN.md section 3), needed here only to know what a row that
 * was not on the page counted as before it changed.
 * @param {number} onHand
 * @param {number} target
 * @returns {Status}
 */
export function statusOf(onHand, target) {
  if (target <= 0) return "none";
  if (onHand <= 0) return "out";
  if (onHand * 5 <= target) return "critical";
  if (onHand * 5 <= target * 3) return "low";
  if (onHand < target) return "good";
  return onHand * 2 <= target * 3 ? "optimal" : "over";
}

/**
 * Days the stock lasts at its daily use; null when nothing was used lately.
 * @param {InventoryRow} row
 */
export function cover(row) {
  const use = row.stats?.daily_use ?? 0;
  return use > 0 ? row.on_hand / use : null;
}

/**
 * Whether `a` is a later state of the same row than `b`: the version counts movements, the policy has its own.
 * @param {InventoryRow} a
 * @param {InventoryRow} b
 */
export function newer(a, b) {
  return a.version > b.version || a.version === b.version && a.policy_version > b.policy_version;
}

/** @param {InventoryRow} row */
const ratio = (row) => (row.target > 0 ? row.on_hand / row.target : Infinity);

/** Plain order of characters, as both databases sort. @param {string} a @param {string} b */
const byText = (a, b) => (a < b ? -1 : Number(a > b));

/** @type {Record<string, (a: InventoryRow, b: InventoryRow) => number>} */
const COMPARE = {
  risk: (a, b) => RANK[b.priority] - RANK[a.priority] || ratio(b) - ratio(a),
  name: (a, b) => byText(a.name.toLowerCase(), b.name.toLowerCase()),
  sku: (a, b) => byText(a.sku, b.sku),
  on_hand: (a, b) => a.on_hand - b.on_hand,
  updated_at: (a, b) => byText(a.updated_at ?? "", b.updated_at ?? ""),
};

/**
 * The comparison of a `sort` parameter. Ties are left to a stable sort, so that equal rows stay as the
 * server ordered them.
 * @param {string} sort
 * @returns {(a: InventoryRow, b: InventoryRow) => number}
 */
export function comparison(sort) {
  const falling = sort.startsWith("-");
  const by = COMPARE[falling ? sort.slice(1) : sort] ?? COMPARE.risk;
  return (a, b) => (falling ? by(b, a) : by(a, b)) || 0;
}

/**
 * Whether a row belongs under the filters. What the server served for this search stays, because
 * it may have been found by a barcode, which rows do not carry.
 * @param {Filters} filters
 * @param {InventoryRow} row
 * @param {ReadonlySet<string>} served
 */
export function matches(filters, row, served) {
  if (row.archived) return false;
  if (filters.status.length && !filters.status.includes(row.status)) return false;
  if (filters.category && filters.category !== row.category) return false;
  if (!filters.q || served.has(row.sku)) return true;
  const q = filters.q.toLowerCase();
  return row.name.toLowerCase().includes(q) || row.sku.toLowerCase().includes(q);
}

/**
 * Which part of its life an order is in, in the words of the tabs.
 * @param {OrderRow} order
 * @returns {"approve"|"way"|"done"}
 */
export function phaseOf(order) {
  if (order.status === "pending") return "approve";
  return order.status === "approved" ? "way" : "done";
}

/**
 * The order of a queue: the most urgent first, then the one that waits longest; what is done, newest first.
 * @param {OrderRow} a
 * @param {OrderRow} b
 */
export function queueOrder(a, b) {
  if (phaseOf(a) === "done" && phaseOf(b) === "done") return (a.updated_at ?? "") < (b.updated_at ?? "") ? 1 : -1;
  return RANK[a.priority] - RANK[b.priority] || ((a.requested_at ?? "") < (b.requested_at ?? "") ? -1 : 1);
}

/** All items of a room, whatever their status. @param {Record<string, number>} counts */
export function sum(counts) {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
