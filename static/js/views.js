// From a row to what its slots show. Pure: names here are the data-field and data-bind names of the templates.

import { sparkPath } from "./charts.js";
import { coverText, delta, qty, words } from "./format.js";
import { sentence } from "./sentence.js";
import { cover, phaseOf } from "./stock.js";

/** @import {EventFrame, InventoryRow, Movement, OrderRow} from "./types.js" */
/** @typedef {Record<string, string|boolean>} Fields text and attributes; true and false are attributes that are there or not */

/** @type {Record<string, string>} */
export const SIGNS = { out: "⊘", critical: "▼▼", low: "▼", good: "●", optimal: "✓", over: "▲", none: "–" };

/** @param {string} room @param {string} sku */
export const itemUrl = (room, sku) => `/w/${encodeURIComponent(room)}/items/${encodeURIComponent(sku)}`;

/** @param {number} part @param {number} whole */
const share = (part, whole) => String(whole <= 0 ? 0 : Math.round(Math.min(Math.max((part / whole) * 100, 0), 100)));

/** @param {InventoryRow} row @returns {Fields} */
export function rowFields(row) {
  const spark = row.stats ? sparkPath(row.stats.spark) : "";
  return {
    sku: row.sku, name: row.name, url: itemUrl(row.warehouse, row.sku), bin_text: row.bin ?? "",
    status: row.status, status_sign: SIGNS[row.status], status_word: row.status === "none" ? "No target" : words(row.status),
    on_hand: qty(row.on_hand), target_text: row.target > 0 ? ` / ${qty(row.target)}` : "",
    fill: share(row.on_hand, row.target), tick: share(row.min, row.target),
    cover: coverText(cover(row)), on_order: qty(row.on_order), position: qty(row.position),
    pending_text: row.pending > 0 ? `+${qty(row.pending)} to approve` : "",
    ...(row.stats ? { spark, spark_area: spark && `${spark}V24H0Z` } : {}),
    updated_by: row.updated_by, updated_at: row.updated_at ?? "", archived: String(row.archived),
    issue_label: `Issue ${row.name}`, receive_label: `Receive ${row.name}`, count_label: `Count ${row.name}`, waste_label: `Waste ${row.name}`,
  };
}

/** @param {OrderRow} order @returns {Fields} */
export function orderFields(order) {
  const phase = phaseOf(order);
  return {
    number: order.number, name: order.name, url: itemUrl(order.warehouse, order.sku), unit: order.unit,
    phase: { approve: "pending", way: "approved", done: "done" }[phase], status: order.status,
    priority: order.priority, priority_word: words(order.priority),
    requested_by: order.requested_by, requested_at: order.requested_at ?? "",
    supplier_text: order.supplier ? ` · ${order.supplier}` : "", why: order.why?.text ?? order.note ?? "",
    decision: decision(order), received: qty(order.received), quantity: qty(order.quantity),
    received_n: String(order.received), quantity_n: String(order.quantity), outstanding_n: String(order.outstanding),
    none_received: order.received === 0, some_received: order.received > 0, select_label: `Select ${order.number}`,
  };
}

/** @param {OrderRow} order */
function decision({ status, decided_by, decision_note }) {
  if (status === "pending") return "";
  return words(status) + (decided_by ? ` by ${decided_by}` : "") + (decision_note ? `: ${decision_note}` : "");
}

/** A count sheet, with an item shown on its photos. @param {string} room @param {string} number @param {string} sku */
const countUrl = (room, number, sku) => `/w/${encodeURIComponent(room)}/counts/${number}?item=${encodeURIComponent(sku)}`;

/** @param {Movement} m @returns {Fields} */
export function movementFields(m) {
  const why = [m.reason?.replaceAll("_", " "), m.note, m.sheet ? null : m.ref, m.reversed_by ? "undone" : null];
  return {
    sheet: m.sheet ? ` · ${m.sheet}` : "", sheet_url: m.sheet ? countUrl(m.warehouse, m.sheet, m.sku) : "",
    id: String(m.id), kind: m.kind, kind_word: words(m.kind) + (m.reverses ? ", reversed" : ""),
    delta: delta(m.delta), balance_after: qty(m.balance_after), by: m.by, occurred_at: m.occurred_at,
    why: why.filter(Boolean).map((part) => ` · ${part}`).join(""),
    reversed: String(m.reversed_by !== null), settled: m.reversed_by !== null || m.reverses !== null,
  };
}

/** @param {EventFrame} frame @returns {Fields} */
export function newsFields(frame) {
  const { phrase, amount, after } = sentence(frame);
  const { name, url } = subject(frame);
  // A detector finishes by itself: the news is whose photo it was.
  const by = frame.event === "scan-updated" ? frame.data.by : frame.by;
  return { by, at: frame.at, kind: frame.change?.verb ?? "", phrase, amount, after, name, url };
}

/** What the news is about. @param {EventFrame} frame @returns {{name: string, url: string}} */
function subject({ event, room, data }) {
  const page = `/w/${encodeURIComponent(room)}`;
  if (event === "scan-updated") return { name: data.place ?? data.number, url: `${page}/scans/${data.number}` };
  if (event === "count-updated") return { name: data.title ?? data.number, url: `${page}/counts/${data.number}` };
  return { name: data.name ?? "", url: data.sku ? itemUrl(room, data.sku) : "" };
}
