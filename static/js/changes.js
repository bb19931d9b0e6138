// What one event changes in the page's picture: rows, orders, scans, sheets, counts, feed, own writes. Pure.

import { takeReview, takeScan, takeSheet } from "./counting.js";
import { settled, withStats } from "./merging.js";
import { newer, phaseOf, statusOf } from "./stock.js";

/** @import {Boot, EventFrame, InventoryRow, OrderRow, Sheet} from "./types.js" */
/** @import {Next, State} from "./state.js" */

/**
 * @typedef {{do: "rejoin"}} Rejoin ask the room again from the position held
 * @typedef {{do: "load"}} Load fetch the snapshot
 * @typedef {{do: "redraw", boot: Boot}} Redraw everything may be different
 * @typedef {{do: "recount"}} Recount the counts can not be derived from this event
 * @typedef {{do: "row", key: string, before: InventoryRow|undefined, event: EventFrame}} RowChanged
 * @typedef {{do: "order", key: string, before: OrderRow|undefined, event: EventFrame}} OrderChanged
 * @typedef {{do: "news", event: EventFrame}} News
 * @typedef {{do: "fetch", sheet: string}} Fetch the event has no room for all that changed
 * @typedef {{do: "fetch-scan", scan: string}} FetchScan the same of a photo
 * @typedef {{do: "recheck", sheet: string}} Recheck what is left to decide on it can not be derived from this event
 * @typedef {Rejoin|Load|Fetch|Recheck|FetchScan|Redraw|Recount|RowChanged|OrderChanged|News} Effect
 */

/** The feed keeps what one screen can show; more would only cost memory on a page left open. */
const FEED_LENGTH = 30;
/** The verbs that are news about stock; the others follow from an order, which says so itself. */
const STOCK_NEWS = new Set(["receive", "issue", "waste", "adjust", "count", "transfer_in", "transfer_out", "reverse", "policy"]);
/** Of photos and counts, what colleagues want to know; every tick and every percent is not. */
const COUNTING_NEWS = new Set(["scan done", "scan fail", "sheet open", "sheet apply", "sheet undo"]);
/** The verbs after which a row's former status can not be told from the row. */
const OPAQUE = new Set(["policy", "create", "edit", "archive"]);

/** @param {State} state @param {EventFrame} frame @returns {Next} */
export function applyEvent(state, frame) {
  if (frame.event === "inventory-updated") return inventory(state, frame);
  if (frame.event === "replenishment-updated") return order(state, frame);
  if (frame.event === "scan-updated") return counting(state, frame, "scan");
  if (frame.event === "count-updated") return counting(state, frame, "sheet");
  return report(state, frame, []);
}

/** @param {State} state @param {EventFrame} frame @returns {Next} */
function inventory(state, frame) {
  /** @type {InventoryRow} */
  const row = frame.data;
  const before = state.rows.get(row.sku);
  if (before && newer(before, row)) return { state, effects: [] };
  const rows = new Map(state.rows).set(row.sku, withStats(row, before));
  const counts = state.counts && count(state.counts, before, frame);
  const next = { ...state, rows, counts: counts ?? state.counts, saving: settled(state.saving, `row:${row.sku}`, row.version) };
  /** @type {Effect[]} */
  const effects = [{ do: "row", key: row.sku, before, event: frame }];
  if (state.counts && !counts) effects.push({ do: "recount" });
  if (frame.change?.verb === "reverse") effects.push(...rechecks(state.sheets, row));
  return STOCK_NEWS.has(frame.change?.verb ?? "") ? report(next, frame, effects) : { state: next, effects };
}

/** What is compared with stock of which a movement was taken back. @param {Map<string, Sheet>} sheets @param {InventoryRow} row @returns {Effect[]} */
function rechecks(sheets, { sku, version }) {
  const open = [...sheets.values()].filter(({ status, mode }) => status === "open" && mode === "count");
  const behind = open.filter(({ lines }) => lines?.some((line) => line.sku === sku && line.on_hand_version < version));
  return behind.map(({ number }) => ({ do: "recheck", sheet: number }));
}

/** @param {State} state @param {EventFrame} frame @returns {Next} */
function order(state, frame) {
  /** @type {OrderRow} */
  const after = frame.data;
  const before = state.orders.get(after.number);
  if (before && before.version > after.version) return { state, effects: [] };
  const orders = new Map(state.orders).set(after.number, after);
  const tabs = state.tabs && shift(state.tabs, phaseBefore(before, frame), phaseOf(after));
  const next = { ...state, orders, tabs, saving: settled(state.saving, `order:${after.number}`, after.version) };
  return report(next, frame, [{ do: "order", key: after.number, before, event: frame }]);
}

/** @param {State} state @param {EventFrame} frame @param {"scan"|"sheet"} kind @returns {Next} */
function counting(state, frame, kind) {
  const { number, version } = frame.data;
  const take = frame.change?.verb === "review" ? takeReview : takeScan;
  const taken = kind === "scan" ? { scans: take(state.scans, frame.data) } : { sheets: takeSheet(state.sheets, frame.data) };
  const next = { ...state, ...taken, saving: settled(state.saving, `${kind}:${number}`, version) };
  /** @type {Effect[]} */
  const effects = kind === "sheet" && frame.data.lines === null ? [{ do: "fetch", sheet: number }] : [];
  if (kind === "scan" && frame.data.detections === null) effects.push({ do: "fetch-scan", scan: number });
  return COUNTING_NEWS.has(`${kind} ${frame.change?.verb}`) ? report(next, frame, effects) : { state: next, effects };
}

/** @param {State} state @param {EventFrame} frame @param {Effect[]} effects @returns {Next} */
function report(state, frame, effects) {
  const feed = [frame, ...state.feed].slice(0, FEED_LENGTH);
  return { state: { ...state, feed }, effects: [...effects, { do: "news", event: frame }] };
}

/**
 * The counts after the event; null when they have to be asked for.
 * @param {Record<string, number>} counts
 * @param {InventoryRow|undefined} before
 * @param {EventFrame} frame
 */
function count(counts, before, { data, change }) {
  if (!before && (data.version <= 1 || OPAQUE.has(change?.verb ?? ""))) return null;
  const was = before ? before.status : statusOf(data.on_hand - (change?.delta ?? 0), data.target);
  if (before && before.archived !== data.archived) return null;
  return shift(counts, was, data.status);
}

/**
 * @template {Record<string, number>} T
 * @param {T} counts
 * @param {string|null} from
 * @param {string} to
 * @returns {T}
 */
function shift(counts, from, to) {
  if (from === to) return counts;
  /** @type {Record<string, number>} */
  const next = { ...counts, [to]: (counts[to] ?? 0) + 1 };
  if (from) next[from] = Math.max((next[from] ?? 0) - 1, 0);
  return /** @type {T} */ (next);
}

/** @param {OrderRow|undefined} before @param {EventFrame} frame @returns {string|null} */
function phaseBefore(before, { data, change }) {
  if (before) return phaseOf(before);
  if (data.version <= 1) return null;
  const verb = change?.verb ?? "";
  if (verb === "receive" || verb === "close") return "way";
  return verb === "cancel" && data.decided_at ? "way" : "approve";
}
