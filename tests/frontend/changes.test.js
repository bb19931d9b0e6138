import assert from "node:assert/strict";
import { test } from "node:test";

import { apply, initial } from "../../static/js/state.js";
import { boot, order, row } from "./fakes.js";

/** @import {Message} from "../../static/js/state.js" */

const COUNTS = { out: 0, critical: 2, low: 5, good: 9 };

/** @param {import("../../static/js/types.js").InventoryRow} data @param {any} change @returns {any} */
const event = (data, change) => ({ type: "event", event: "inventory-updated", room: "north", seq: 43, at: "2026-03-02T10:12:00.000000Z", by: "Mina Kaya", data, change });

/** @param {...Message} messages */
function run(...messages) {
  /** @type {import("../../static/js/state.js").Next} */
  let next = { state: { ...initial(boot({ counts: COUNTS })), phase: "live" }, effects: [] };
  for (const message of messages) next = apply(next.state, message);
  return next;
}

test("a row on the page moves from one count to the other", () => {
  const { state } = run(event(row({ on_hand: 3, status: "critical", version: 41 }), { verb: "issue", delta: -6 }));

  assert.deepEqual(state.counts, { out: 0, critical: 3, low: 4, good: 9 });
});

test("a row not on the page is counted from what it was before the movement", () => {
  const data = row({ sku: "OIL", on_hand: 0, target: 10, status: "out", version: 8 });

  const { state } = run(event(data, { verb: "issue", delta: -2 }));

  assert.deepEqual(state.counts, { out: 1, critical: 1, low: 5, good: 9 });
});

test("what can not be known is asked for: a changed policy, a first movement", () => {
  const policy = run(event(row({ sku: "OIL", version: 8 }), { verb: "policy" }));
  const first = run(event(row({ sku: "OIL", version: 1 }), { verb: "receive", delta: 9 }));

  for (const { state, effects } of [policy, first]) {
    assert.deepEqual(state.counts, COUNTS);
    assert.ok(effects.some((effect) => effect.do === "recount"));
  }
});

test("a change that only follows from an order is no news of its own", () => {
  const { effects, state } = run(event(row({ on_order: 18, version: 40 }), { verb: "approve" }));

  assert.deepEqual([effects.map((effect) => effect.do), state.feed.length], [["row"], 0]);
});

test("an own write is saving until the event of its version is here", () => {
  const saving = run({ type: "saving", key: "row:TEA-500" }, { type: "answered", key: "row:TEA-500", version: 41 }).state;
  assert.equal(saving.saving.has("row:TEA-500"), true);

  const { state } = apply(saving, event(row({ version: 41 }), { verb: "issue", delta: -1 }));

  assert.equal(state.saving.size, 0);
});

test("an event that is faster than the answer settles the write when the answer comes", () => {
  const first = run({ type: "saving", key: "row:TEA-500" }, event(row({ version: 41 }), { verb: "issue", delta: -1 })).state;
  assert.equal(first.saving.has("row:TEA-500"), true);

  assert.equal(apply(first, { type: "answered", key: "row:TEA-500", version: 41 }).state.saving.size, 0);
});

test("a refused write is not saving any more", () => {
  assert.equal(run({ type: "saving", key: "order:RO-1042" }, { type: "refused", key: "order:RO-1042" }).state.saving.size, 0);
});

test("fetched rows bring statistics but never an older state", () => {
  const stats = { daily_use: 1, spark: [1, 2] };

  const { state } = run({ type: "merge", rows: [row({ version: 39, on_hand: 1, stats }), row({ sku: "OIL" })], orders: [order({ version: 0, quantity: 1 })] });

  const kept = state.rows.get("TEA-500");
  assert.deepEqual([kept?.on_hand, kept?.stats, state.rows.size, state.orders.get("RO-1042")?.quantity], [9, stats, 2, 18]);
});

test("an answer shown in place of a late event settles the write too", () => {
  const saving = run({ type: "saving", key: "order:RO-1042" }, { type: "answered", key: "order:RO-1042", version: 2 }).state;

  const { state } = apply(saving, { type: "merge", orders: [order({ version: 2, status: "approved" })] });

  assert.deepEqual([state.saving.size, state.orders.get("RO-1042")?.status], [0, "approved"]);
});

test("a changed policy is a newer state of the row, although nothing moved", () => {
  const { state } = run({ type: "merge", rows: [row({ policy_version: 3, min: 9 })] });
  assert.equal(state.rows.get("TEA-500")?.min, 9);

  const late = apply(state, event(row({ policy_version: 2, on_order: 18 }), { verb: "approve" })).state;
  assert.equal(late.rows.get("TEA-500")?.min, 9, "and an event from before it does not take it back");
});

test("an answer from before the change of a policy does not take it back", () => {
  const changed = run(event(row({ policy_version: 3, min: 9 }), { verb: "policy" })).state;

  const { state } = apply(changed, { type: "merge", rows: [row()] });

  assert.equal(state.rows.get("TEA-500")?.min, 9);
});

test("what follows from an order changes no version and is still shown", () => {
  const { state } = run(event(row({ on_order: 18 }), { verb: "approve" }));

  assert.equal(state.rows.get("TEA-500")?.on_order, 18);
});
