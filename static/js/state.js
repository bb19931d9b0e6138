// The page's picture of its room, as one pure function: apply(state, message) → state and effects.
//
// An event is applied exactly once and in order, or the room is asked for again; nothing here waits,
// fetches or draws. Effects are what the rest of the page should do about it.

import { applyEvent } from "./changes.js";
import { mergeRows, settle } from "./merging.js";

/** @import {Boot, EventFrame, Frame, InventoryRow, Mode, OrderRow, Position, Scan, Sheet} from "./types.js" */
/** @import {LinkMessage} from "./connection.js" */
/** @import {Effect} from "./changes.js" */

/**
 * @typedef {object} State
 * @property {string} room
 * @property {string} me the name changes of one's own carry
 * @property {Position} position the last event applied
 * @property {"connecting"|"live"|"catching-up"|"offline"|"stopped"} phase
 * @property {number|null} since when the connection was lost, ms since 1970
 * @property {Mode} mode the way to the server, while there is one
 * @property {number|null} asOf when the page was last known to show what the server has, ms since 1970
 * @property {string} reason
 * @property {boolean} signIn the server wants a new sign-in
 * @property {number|null} rtt round trip, ms
 * @property {number} head the seq at which catching up is over
 * @property {string} log the epoch that was joined; a snapshot of another is of no use
 * @property {boolean} waiting a join is under way, its `joined` not here yet
 * @property {boolean} loading a snapshot is under way; events are kept, not applied
 * @property {EventFrame[]} kept
 * @property {Map<string, InventoryRow>} rows by SKU
 * @property {Map<string, OrderRow>} orders by number
 * @property {Map<string, Scan>} scans by number
 * @property {Map<string, Sheet>} sheets by number
 * @property {EventFrame[]} feed newest first
 * @property {Record<string, number>|null} counts items by status in the whole room
 * @property {{approve: number, way: number, done: number}|null} tabs
 * @property {Map<string, number>} saving own writes under way: version awaited, 0 before the answer
 *
 * @typedef {{type: "snapshot", boot: Boot, at?: number}} Snapshot what the server would draw now
 * @typedef {{type: "merge", rows?: InventoryRow[], orders?: OrderRow[], scans?: Scan[], sheets?: Sheet[]}} Merge rows fetched while live
 * @typedef {{type: "counted", counts: Record<string, number>}} Counted
 * @typedef {{type: "saving", key: string}|{type: "answered", key: string, version: number}|{type: "refused", key: string}} WriteMessage
 * @typedef {Frame|(LinkMessage & {at?: number})|Snapshot|Merge|Counted|WriteMessage} Message
 * @typedef {{state: State, effects: Effect[]}} Next
 */

/** @param {Boot} boot @returns {State} */
export function initial(boot) {
  return {
    room: boot.room.code,
    me: boot.me.name,
    phase: "connecting", since: null, mode: "socket", asOf: null, reason: "", signIn: false, rtt: null,
    head: 0, log: boot.room.epoch, waiting: false, loading: false, kept: [],
    saving: new Map(),
    ...picture(boot),
  };
}

/** What the page shows of the room, exact for one position. @param {Boot} boot */
function picture(boot) {
  return {
    position: { epoch: boot.room.epoch, seq: boot.room.seq },
    rows: new Map(boot.rows.map((row) => [row.sku, row])),
    orders: new Map(boot.orders.map((order) => [order.number, order])),
    scans: new Map(boot.scans?.map((scan) => [scan.number, scan])),
    sheets: new Map(boot.sheets?.map((sheet) => [sheet.number, sheet])),
    feed: boot.feed,
    counts: boot.counts ?? (boot.tiles ? Object.fromEntries(boot.tiles.map((t) => [t.status, t.count])) : null),
    tabs: boot.order_counts ?? (boot.pending_count === undefined ? null : { approve: boot.pending_count, way: 0, done: 0 }),
  };
}

/**
 * @param {State} state
 * @param {Message} message
 * @returns {Next}
 */
export function apply(state, message) {
  switch (message.type) {
    case "event": return event(state, message);
    case "joined": return joined(state, message);
    case "ping": return behind(state, message.heads[state.room] ?? 0);
    case "rtt": return only({ ...state, rtt: message.ms });
    case "error": return refused(state, message);
    case "link": return link(state, message);
    case "snapshot": return snapshot(state, message);
    case "merge": return only(mergeRows(state, message));
    case "counted": return only({ ...state, counts: message.counts });
    case "saving": case "answered": case "refused": return only(settle(state, message));
    default: return only(state);
  }
}

/** @param {State} state @returns {Next} */
const only = (state) => ({ state, effects: [] });

/** @param {State} state @param {EventFrame} frame @returns {Next} */
function event(state, frame) {
  if (frame.room !== state.room) return only(state);
  if (state.loading) return only({ ...state, kept: [...state.kept, frame] });
  if (frame.seq <= state.position.seq) return only(state);
  if (frame.seq > state.position.seq + 1) return behind(state, frame.seq);
  const next = applyEvent(state, frame);
  const moved = { ...next.state, position: { ...state.position, seq: frame.seq } };
  const caughtUp = state.phase === "catching-up" && !state.waiting && frame.seq >= state.head;
  return { state: caughtUp ? { ...moved, phase: "live" } : moved, effects: next.effects };
}

/** Something up to `head` is missing: ask again from here, once. @param {State} state @param {number} head @returns {Next} */
function behind(state, head) {
  if (head <= state.position.seq || state.waiting || state.loading) return only(state);
  return { state: { ...state, phase: "catching-up", waiting: true, head }, effects: [{ do: "rejoin" }] };
}

/** @param {State} state @param {Extract<Frame, {type: "joined"}>} frame @returns {Next} */
function joined(state, { room, epoch, seq, mode }) {
  if (room !== state.room) return only(state);
  const here = { ...state, since: null, reason: "", waiting: false, head: seq, log: epoch };
  // A lower head than the page's own: another link brought more while this one was opened.
  if (epoch === state.position.epoch && (mode === "resumed" || mode === "live" && seq === state.position.seq)) {
    return only({ ...here, phase: state.loading || seq > state.position.seq ? "catching-up" : "live" });
  }
  return { state: { ...here, phase: "catching-up", loading: true, kept: [] }, effects: [{ do: "load" }] };
}

/** @param {State} state @param {Snapshot} message @returns {Next} */
function snapshot(state, { boot, at }) {
  if (!state.loading) return only(state);
  if (boot.room.epoch !== state.log) return { state, effects: [{ do: "load" }] };
  /** @type {Next} */
  let next = { state: { ...state, loading: false, kept: [], asOf: at ?? state.asOf, ...picture(boot) }, effects: [{ do: "redraw", boot }] };
  for (const frame of state.kept) {
    const step = event(next.state, frame);
    next = { state: step.state, effects: [...next.effects, ...step.effects] };
  }
  if (next.state.phase !== "catching-up" || next.state.waiting) return next;
  if (next.state.position.seq >= state.head) return { ...next, state: { ...next.state, phase: "live" } };
  const again = behind(next.state, state.head);
  return { state: again.state, effects: [...next.effects, ...again.effects] };
}

/** @param {State} state @param {LinkMessage & {at?: number}} message @returns {Next} */
function link(state, message) {
  if (message.status === "connecting") return only(state);
  if (message.status === "up") return only({ ...state, mode: message.mode, rtt: null });
  if (message.status === "heard") return only(state.phase === "live" ? { ...state, asOf: message.at ?? state.asOf } : state);
  const lost = { ...state, since: state.since ?? message.at ?? null, reason: message.reason, rtt: null, waiting: false, loading: false, kept: [] };
  if (message.status === "offline") return only({ ...lost, phase: "offline" });
  return only({ ...lost, phase: "stopped", signIn: message.signIn });
}

/** @param {State} state @param {Extract<Frame, {type: "error"}>} frame @returns {Next} */
function refused(state, { room, detail }) {
  return only(room === state.room ? { ...state, phase: "stopped", reason: detail, waiting: false } : state);
}
