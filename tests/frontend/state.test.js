import assert from "node:assert/strict";
import { test } from "node:test";

import { apply, initial } from "../../static/js/state.js";
import { boot, order, row } from "./fakes.js";

/** @import {Message, State} from "../../static/js/state.js" */

/** @param {number} seq @param {any} [over] @returns {any} */
const event = (seq, over = {}) => ({
  type: "event", event: "inventory-updated", room: "north", seq, at: "2026-03-02T10:12:00.000000Z", by: "Mina Kaya",
  data: row({ on_hand: 100 - seq, version: seq }), change: { verb: "issue", delta: -1, movement: seq }, ...over,
});

/** @param {string} mode @param {number} seq @param {string} [epoch] @returns {Message} */
const joined = (mode, seq, epoch = "e1") => /** @type {any} */ ({ type: "joined", room: "north", epoch, seq, mode });

/** The page as the server would draw it then. @param {string} epoch @param {number} seq @param {any} [over] @returns {Message} */
const drawn = (epoch, seq, over) => ({ type: "snapshot", boot: boot({ room: { code: "north", name: "North", epoch, seq }, ...over }) });

/** Applies messages one after the other. @param {State} state @param {...Message} messages */
function run(state, ...messages) {
  /** @type {string[]} */
  const effects = [];
  for (const message of messages) {
    const next = apply(state, message);
    state = next.state;
    effects.push(...next.effects.map((effect) => effect.do));
  }
  return { state, effects };
}

/** A page that has joined and missed nothing. @param {any} [over] */
const live = (over) => run(initial(boot(over)), joined("resumed", 42)).state;

const onHand = (/** @type {State} */ state) => state.rows.get("TEA-500")?.on_hand;

test("a page that missed nothing is live with the answer to its join", () => {
  assert.equal(live().phase, "live");
});

test("the next event is applied and moves the position", () => {
  const { state, effects } = run(live(), event(43));

  assert.deepEqual([onHand(state), state.position.seq, effects], [57, 43, ["row", "news"]]);
});

test("a duplicate changes nothing", () => {
  const once = run(live(), event(43)).state;

  assert.deepEqual(run(once, event(43), event(42)), { state: once, effects: [] });
});

test("an event of another room changes nothing", () => {
  const before = live();

  assert.equal(run(before, event(43, { room: "harbour" })).state, before);
});

test("a gap asks for the room again, once, and applies nothing beyond it", () => {
  const { state, effects } = run(live(), event(45), event(46));

  assert.deepEqual([state.position.seq, state.phase, effects], [42, "catching-up", ["rejoin"]]);
});

test("after a gap the missed events arrive and the page is live at the head", () => {
  const { state } = run(live(), event(45), joined("resumed", 45), event(43), event(44));
  assert.equal(state.phase, "catching-up");

  const done = run(state, event(45)).state;

  assert.deepEqual([done.phase, done.position.seq], ["live", 45]);
});

test("a ping whose head is beyond the page's own tells of a lost last event", () => {
  const { state, effects } = run(live(), { type: "ping", id: 1, heads: { north: 44, harbour: 900 } });

  assert.deepEqual([state.phase, effects], ["catching-up", ["rejoin"]]);
  assert.deepEqual(run(live(), { type: "ping", id: 1, heads: { north: 42 } }).effects, []);
});

test("a reset loads the snapshot, and events that come meanwhile are applied after it", () => {
  const reset = run(live(), joined("reset", 50, "e2"), event(51), event(52));
  assert.deepEqual([reset.effects, onHand(reset.state)], [["load"], 9]);

  const { state } = run(reset.state, drawn("e2", 51, { rows: [row({ on_hand: 70, version: 51 })], orders: [] }));

  assert.deepEqual([onHand(state), state.position, state.phase], [48, { epoch: "e2", seq: 52 }, "live"]);
  assert.equal(state.orders.size, 0, "what the snapshot does not have is gone");
});

test("a snapshot older than the join leaves no hole: the rest is asked for", () => {
  const reset = run(live(), joined("reset", 50, "e2")).state;

  const { state, effects } = run(reset, drawn("e2", 48));

  assert.deepEqual([state.position.seq, state.waiting, effects], [48, true, ["redraw", "rejoin"]]);
});

test("a snapshot of another log than the one that was joined is of no use", () => {
  const reset = run(live(), joined("reset", 3, "e3"), event(4)).state;

  const late = run(reset, drawn("e2", 51));
  assert.deepEqual([late.state, late.effects], [reset, ["load"]]);

  assert.deepEqual(run(late.state, drawn("e3", 3)).state.position, { epoch: "e3", seq: 4 });
});

test("a second answer to the same join neither loses what is kept nor calls the page live", () => {
  const { state } = run(live(), joined("reset", 50), event(51), joined("resumed", 42));

  assert.deepEqual([state.phase, state.kept.length], ["catching-up", 1]);
});

test("a link that was opened before another brought more has nothing to add", () => {
  const ahead = run(live(), event(43), event(44)).state;

  const { state, effects } = run(ahead, joined("resumed", 43), event(43), event(44), event(45));

  assert.deepEqual([state.phase, state.position.seq, effects], ["live", 45, ["row", "news"]]);
});

test("a live page is as old as what was heard last, any other as it was", () => {
  const heard = (/** @type {number} */ at) => /** @type {Message} */ ({ type: "link", status: "heard", at });
  assert.equal(run(initial(boot()), heard(1_000)).state.asOf, null);

  const { state } = run(live(), heard(2_000), event(45), heard(3_000));
  assert.deepEqual([state.phase, state.asOf], ["catching-up", 2_000]);

  const lost = run(live(), heard(4_000), { type: "link", status: "offline", reason: "lost", at: 9_000 }, heard(9_500)).state;
  assert.equal(lost.asOf, 4_000);
  const loaded = run(live(), joined("reset", 50), /** @type {Message} */ ({ ...drawn("e1", 50), at: 7_000 }));
  assert.equal(loaded.state.asOf, 7_000);
});

test("the way in use is known, and a round trip belongs to it", () => {
  const { state } = run(live(), { type: "rtt", ms: 3 }, { type: "link", status: "up", mode: "stream" });

  assert.deepEqual([state.mode, state.rtt, state.phase], ["stream", null, "live"]);
});

test("a reset replaces the counts and the news as well", () => {
  const before = live({ order_counts: { approve: 5, way: 4, done: 3 }, counts: { low: 9 } });
  const after = { order_counts: { approve: 1, way: 2, done: 7 }, counts: { low: 2 }, feed: [event(50)] };

  const { state } = run(before, joined("reset", 50, "e2"), drawn("e2", 50, after));

  assert.deepEqual([state.tabs, state.counts, state.feed], [after.order_counts, after.counts, after.feed]);
});

test("a snapshot nobody waits for any more changes nothing", () => {
  const before = live();

  assert.equal(run(before, drawn("e1", 41)).state, before);
});

test("another epoch is never resumed, whatever the server calls it", () => {
  assert.deepEqual(run(initial(boot()), joined("resumed", 42, "e2")).effects, ["load"]);
  assert.deepEqual(run(initial(boot()), joined("live", 44)).effects, ["load"]);
});

test("an older version of a row does not replace a newer one, but its place in the log counts", () => {
  const { state } = run(live(), event(43, { data: row({ on_hand: 1, version: 39 }) }));

  assert.deepEqual([onHand(state), state.position.seq], [9, 43]);
});

test("statistics stay with the row and the line ends with what is there now", () => {
  const stats = { daily_use: 2, spark: [11, 10, 9] };

  const { state } = run(live({ rows: [row({ stats })] }), event(43));

  assert.deepEqual(state.rows.get("TEA-500")?.stats, { daily_use: 2, spark: [11, 10, 57] });
});

test("the page is offline since the first loss, until it has caught up", () => {
  const lost = run(live(), { type: "link", status: "offline", reason: "lost", at: 1_000 }, { type: "link", status: "connecting" },
    { type: "link", status: "offline", reason: "lost", at: 9_000 }).state;
  assert.deepEqual([lost.phase, lost.since], ["offline", 1_000]);

  const back = run(lost, joined("resumed", 43)).state;
  assert.deepEqual([back.phase, back.since], ["catching-up", null]);
  assert.equal(run(back, event(43)).state.phase, "live");
});

test("a room that may not be seen any more stops the page with the reason", () => {
  const { state } = run(live(), { type: "error", code: "not_found", detail: "No such warehouse.", room: "north" });

  assert.deepEqual([state.phase, state.reason], ["stopped", "No such warehouse."]);
});

test("whatever happens in between, the page ends where the log ends", () => {
  const log = Array.from({ length: 30 }, (_, i) => event(43 + i));
  for (let cut = 0; cut < 30; cut += 1) {
    const { state } = run(live(), ...log.slice(0, cut), { type: "link", status: "offline", reason: "", at: 1 }, joined("resumed", 72), ...log.slice(cut));
    assert.deepEqual([state.position.seq, onHand(state), state.phase], [72, 28, "live"], `cut at ${cut}`);
  }
});

test("an approved order is known as on the way and leaves the count of the queue", () => {
  const approved = { event: "replenishment-updated", data: order({ status: "approved", version: 2 }), change: { verb: "approve" } };

  const { state } = run(live({ pending_count: 1 }), event(43, approved));

  assert.deepEqual([state.orders.get("RO-1042")?.status, state.tabs], ["approved", { approve: 0, way: 1, done: 0 }]);
});

test("a decision on an order the page never saw still leaves the count of the queue", () => {
  const rejected = { event: "replenishment-updated", data: order({ number: "RO-7", status: "rejected", version: 2 }), change: { verb: "reject" } };

  assert.equal(run(live({ pending_count: 30 }), event(43, rejected)).state.tabs?.approve, 29);
});
