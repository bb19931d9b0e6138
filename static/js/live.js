// Joins the parts for the page at hand: boot data → store, transports → connection → store, effects → API.

import * as api from "./api.js";
import { wait } from "./backoff.js";
import { clock } from "./clock.js";
import { Connection } from "./connection.js";
import { longPollTransport } from "./long-poll.js";
import { pollTransport } from "./poll.js";
import { socketTransport } from "./socket.js";
import { initial } from "./state.js";
import { Store } from "./store.js";
import { streamTransport } from "./stream.js";

/** @import {Boot, Filters} from "./types.js" */
/** @import {Effect} from "./changes.js" */
/** @import {Rung} from "./ladder.js" */

/** Counts and lists that can not be derived are asked for once per burst of events. */
const SETTLE_MS = 400;

/** @type {Boot} */
export const boot = JSON.parse(document.getElementById("boot")?.textContent ?? "null");

/** What the page shows now; the filters of the inventory page write here. @type {Filters} */
export const filters = boot.filters ?? { q: "", status: [], category: "", sort: "-risk" };

export const store = new Store(initial(boot), run, (fn) => requestAnimationFrame(fn));

const scheme = location.protocol === "https:" ? "wss" : "ws";
/** From the quickest to the one that works wherever this page could be loaded. @type {Rung[]} */
const rungs = [
  { mode: "socket", transport: socketTransport(`${scheme}://${location.host}/ws`, clock), tries: 2, slow: false, holds: false },
  { mode: "stream", transport: streamTransport(api.events, clock), tries: 1, slow: false, holds: true },
  { mode: "long-poll", transport: longPollTransport(api.events, clock), tries: 1, slow: true, holds: true },
  { mode: "poll", transport: pollTransport(api.events, clock), tries: 1, slow: false, holds: false },
];
const connection = new Connection({
  room: boot.room.code,
  rungs,
  clock,
  position: () => store.state.position,
  report: (message) => store.send(message.type === "link" ? { ...message, at: clock.now() } : message),
});

/** @param {Effect} effect */
function run(effect) {
  if (effect.do === "fetch-scan" && isShown(effect.scan)) void fetchWhole("scans", effect.scan, 0);
  if (effect.do === "rejoin") connection.rejoin();
  if (effect.do === "load") void load(0);
  if (effect.do === "recount") recount();
  if (effect.do === "recheck" && boot.number === effect.sheet) recheck();
  if (effect.do === "fetch" && boot.number === effect.sheet) void fetchWhole("sheets", effect.sheet, 0);
}

/** The parameters of this page's own inventory list. */
export function inventoryQuery() {
  const { q, status, category, sort } = filters;
  return { warehouse: boot.room.code, q, status: status.join(","), category, sort };
}

/** The statuses of this page's own orders. */
export function orderQuery() {
  if (boot.page === "item") return { sku: boot.item?.sku };
  if (boot.page !== "orders" || boot.tab === "approve") return { status: "pending" };
  if (boot.tab === "way") return { status: "approved" };
  return { status: "received,rejected,cancelled,closed_short", sort: "-created_at" };
}

const address = () => location.pathname + location.search;

/** Fetches the page anew, all of it as it was at one position of the log. @param {number} attempt */
async function load(attempt) {
  const asked = address();
  try {
    const drawn = await api.page(asked);
    if (asked !== address()) return void load(attempt);
    store.send({ type: "snapshot", boot: drawn, at: clock.now() });
  } catch (error) {
    if (api.isSignedOut(error)) return connection.signOut();
    if (store.state.loading) clock.after(() => void load(attempt + 1), wait(attempt, clock.random));
  }
}

const recount = settled(async () => {
  const { counts } = await api.get("/inventory", { warehouse: boot.room.code, limit: 1, count: true });
  store.send({ type: "counted", counts });
});

/**
 * Fetches a sheet or a photo of which an event did not name all that changed. What comes late is older than what the page
 * was told since, and does not replace it: it is asked for until it is whole.
 * @param {"sheets"|"scans"} kind
 * @param {string} number
 * @param {number} attempt
 */
async function fetchWhole(kind, number, attempt) {
  try {
    const row = await api.get(`/${kind}/${number}`);
    store.send({ type: "merge", [kind]: [row] });
    if (row.version >= (store.state[kind].get(number)?.version ?? 0)) return;
  } catch (error) {
    if (api.isSignedOut(error)) return connection.signOut();
    if (error instanceof api.Refusal && [403, 404].includes(error.problem.status)) return;
  }
  clock.after(() => void fetchWhole(kind, number, attempt + 1), wait(attempt, clock.random));
}

/** A sheet that was undone takes back many movements at once. */
const recheck = settled(() => fetchWhole("sheets", boot.number ?? "", 0));

/** More of what a short list ran out of: the riskiest rows, the next orders. */
export const refill = settled(async () => {
  const [stock, orders] = await Promise.all([
    api.get("/inventory", { ...inventoryQuery(), limit: 20 }),
    api.get("/orders", { warehouse: boot.room.code, ...orderQuery() }),
  ]);
  store.send({ type: "merge", rows: stock.data, orders: orders.data });
});

/** Calls that come close together become one; a failed one is left to the next. @param {() => Promise<void>} task */
function settled(task) {
  let timer = 0;
  return () => {
    clock.cancel(timer);
    timer = clock.after(() => void task().catch(() => {}), SETTLE_MS);
  };
}

/** Whether the page shows what was seen on a photo: its own, or one of its sheet's. @param {string} scan */
const isShown = (scan) => boot.number === scan || (boot.number && store.state.scans.get(scan)?.sheet === boot.number);

/** A page that asks only now and then asks now: its own write has just changed something. */
export function refresh() {
  if (store.state.mode === "poll") connection.rejoin();
}

export function start() {
  connection.start();
  for (const sign of ["focus", "pageshow"]) addEventListener(sign, () => connection.check());
  addEventListener("online", () => connection.look());
  document.addEventListener("visibilitychange", () => connection.seen(document.hidden));
  if (document.hidden) connection.seen(true);
}
