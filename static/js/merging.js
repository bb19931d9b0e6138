// What answers of the API change in the page's picture: rows that were asked for, and the life of an own write. Pure.

import { takeScan, takeWholeSheet } from "./counting.js";
import { newer } from "./stock.js";

/** @import {InventoryRow} from "./types.js" */
/** @import {Merge, State, WriteMessage} from "./state.js" */

/** An event carries no statistics: the old ones stay, the last point of the line is now. @param {InventoryRow} row @param {InventoryRow|undefined} before @returns {InventoryRow} */
export function withStats(row, before) {
  if (row.stats || !before?.stats) return row;
  return { ...row, stats: { ...before.stats, spark: [...before.stats.spark.slice(0, -1), row.on_hand] } };
}

/** @param {Map<string, number>} saving @param {string} key @param {number} version */
export function settled(saving, key, version) {
  const awaited = saving.get(key);
  if (!awaited || version < awaited) return saving;
  const rest = new Map(saving);
  rest.delete(key);
  return rest;
}

/** Rows fetched while live: what an event brought since then is newer and stays. @param {State} state @param {Merge} message @returns {State} */
export function mergeRows(state, { rows: fetched = [], orders: asked = [], scans: photos = [], sheets: counts = [] }) {
  const rows = new Map(state.rows);
  for (const row of fetched) {
    const here = rows.get(row.sku);
    rows.set(row.sku, here && !newer(row, here) ? { ...here, stats: row.stats ?? here.stats } : withStats(row, here));
  }
  const orders = new Map(state.orders);
  for (const one of asked) {
    if ((orders.get(one.number)?.version ?? -1) < one.version) orders.set(one.number, one);
  }
  const scans = photos.reduce(takeScan, state.scans);
  const sheets = counts.reduce(takeWholeSheet, state.sheets);
  let { saving } = state;
  for (const row of fetched) saving = settled(saving, `row:${row.sku}`, row.version);
  for (const [kind, all] of /** @type {const} */ ([["order", asked], ["scan", photos], ["sheet", counts]])) {
    for (const one of all) saving = settled(saving, `${kind}:${one.number}`, one.version);
  }
  return { ...state, rows, orders, scans, sheets, saving };
}

/** The life of an own write: saving, answered with a version, refused. @param {State} state @param {WriteMessage} message @returns {State} */
export function settle(state, message) {
  const saving = new Map(state.saving);
  if (message.type === "saving") saving.set(message.key, 0);
  else if (message.type === "refused") saving.delete(message.key);
  else if (here(state, message.key) >= message.version) saving.delete(message.key);
  else saving.set(message.key, message.version);
  return { ...state, saving };
}

/** The version of what a write is about, -1 where the page does not have it. @param {State} state @param {string} of */
function here({ rows, orders, scans, sheets }, of) {
  const [kind, key] = of.split(/:(.*)/s);
  /** @type {Record<string, Map<string, {version: number}>>} */
  const kinds = { row: rows, order: orders, scan: scans, sheet: sheets };
  return kinds[kind].get(key)?.version ?? -1;
}
