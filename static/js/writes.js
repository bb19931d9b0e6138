// Own writes: what is under way is marked, and stays marked until the change has come back as an event.

import { get, Refusal } from "./api.js";
import { clock } from "./clock.js";
import { refresh, store } from "./live.js";
import { toast } from "./news.js";

/** @import {InventoryRow, OrderRow} from "./types.js" */
/** @import {Merge} from "./state.js" */
/** @typedef {{inventory?: InventoryRow, order?: OrderRow, movement?: {id: number}}} Answer */

/** Writes to scans and sheets of which the page does not show yet what came of them. @type {Map<string, Set<Promise<void>>>} */
const open = new Map();

/** An event that takes longer than this is not waited for: the answer itself is shown. */
const PATIENCE_MS = 3_000;
/** What is not shown by then has met a lost connection: nobody expects that what they pressed before still happens. */
const LOST_MS = 10_000;

/**
 * @param {string} key "row:<sku>" or "order:<number>"; "scan:<number>" and "sheet:<number>" by `counting`
 * @param {() => Promise<any>} call
 * @returns {Promise<any>} the answer; a refusal is thrown on to whoever has the form
 */
export async function write(key, call) {
  store.send({ type: "saving", key });
  try {
    const answer = await call();
    returned(key, answer.inventory || answer.order ? answer : rowOf(key, answer));
    return answer;
  } catch (error) {
    store.send({ type: "refused", key });
    if (error instanceof Refusal && error.problem.current) showCurrent(error.problem.current);
    throw error;
  }
}

/** @param {string} key @param {any} answer @returns {Answer} */
const rowOf = (key, answer) => (key.startsWith("row:") ? { inventory: answer } : { order: answer });

/** @param {string} key @param {Answer} answer */
function returned(key, { inventory, order }) {
  const row = key.startsWith("row:") ? inventory : order;
  if (row?.version === undefined) return store.send({ type: "refused", key });
  store.send({ type: "answered", key, version: row.version });
  const show = () => store.send({ type: "merge", rows: inventory ? [inventory] : [], orders: order ? [order] : [] });
  if (store.state.phase === "live") clock.after(show, PATIENCE_MS);
  else show();
  refresh();
}

/**
 * A write to a scan or a sheet. What it changed comes back as an event; should that take too long, the whole is fetched.
 * @param {"scan"|"sheet"} kind
 * @param {string} number
 * @param {() => Promise<any>} call
 * @returns {Promise<any>}
 */
export function counting(kind, number, call) {
  const key = `${kind}:${number}`;
  const answered = saved(kind, number, call);
  const shown = answered.then((answer) => seen(kind, number, versionOf(kind, answer) ?? 0));
  const writes = open.get(key) ?? new Set();
  open.set(key, writes.add(shown));
  const over = () => void writes.delete(shown);
  shown.then(over, over);
  return answered;
}

/**
 * Waits for what is being written to scans and sheets here, until the page shows it: what is decided after that is decided
 * on one's own changes too.
 * @param {string[]} keys "scan:<number>" and "sheet:<number>"
 * @returns {Promise<boolean>} whether all of it was done, and shown before long
 */
export async function rested(keys) {
  for (let all = true; ;) {
    const writes = keys.flatMap((key) => [...(open.get(key) ?? [])]);
    if (writes.length === 0) return all;
    // One write may follow another: a label is named photo by photo.
    const ended = await Promise.allSettled(writes);
    all &&= ended.every(({ status }) => status === "fulfilled");
  }
}

/** @param {"scan"|"sheet"} kind @param {string} number @param {() => Promise<any>} call @returns {Promise<any>} */
async function saved(kind, number, call) {
  const key = `${kind}:${number}`;
  store.send({ type: "saving", key });
  try {
    const answer = await call();
    const version = versionOf(kind, answer);
    store.send(version === undefined ? { type: "refused", key } : { type: "answered", key, version });
    clock.after(() => void fetchLate(kind, number, version ?? 0), PATIENCE_MS);
    refresh();
    return answer;
  } catch (error) {
    store.send({ type: "refused", key });
    if (error instanceof Refusal && error.problem.current) showCurrent(error.problem.current);
    throw error;
  }
}

/** @param {"scan"|"sheet"} kind @param {any} answer @returns {number|undefined} */
const versionOf = (kind, answer) => answer?.[kind]?.version ?? answer?.version;

/** @param {"scan"|"sheet"} kind @param {string} number */
const heldHere = (kind, number) => (kind === "scan" ? store.state.scans : store.state.sheets).get(number);

/** Waits until the page has a version; not for what it does not have at all, nor for ever. @param {"scan"|"sheet"} kind @param {string} number @param {number} version @returns {Promise<void>} */
function seen(kind, number, version) {
  return new Promise((resolve, reject) => {
    const end = new AbortController();
    const lost = clock.after(() => {
      end.abort();
      reject(new Error(`${number} is not shown`));
    }, LOST_MS);
    const look = () => {
      if ((heldHere(kind, number)?.version ?? Infinity) < version) return;
      end.abort();
      clock.cancel(lost);
      resolve();
    };
    store.subscribe(look, end.signal);
    look();
  });
}

/** @param {"scan"|"sheet"} kind @param {string} number @param {number} version */
async function fetchLate(kind, number, version) {
  const held = heldHere(kind, number);
  if ((held?.version ?? -1) >= version) return;
  const whole = await get(`/${kind}s/${number}`).catch(() => null);
  if (whole) store.send({ type: "merge", [`${kind}s`]: [whole] });
}

/** A conflict brings the row as it is now: the page shows it at once. A sheet comes without its lines. @param {any} current */
function showCurrent(current) {
  const kind = String(current.number ?? "").split("-")[0];
  if (kind === "CS" && !current.lines) return void fetchLate("sheet", current.number, current.version);
  /** @type {Record<string, Partial<Merge>>} */
  const kinds = { RO: { orders: [current] }, SC: { scans: [current] }, CS: { sheets: [current] } };
  store.send({ type: "merge", ...(kinds[kind] ?? { rows: [current] }) });
}

/** For writes without a form of their own: the refusal becomes a toast. @param {unknown} error */
export function refusedToast(error) {
  if (!(error instanceof Refusal)) throw error;
  toast({ title: error.problem.title, detail: error.problem.detail, bad: true });
}
