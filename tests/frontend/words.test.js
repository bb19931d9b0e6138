import assert from "node:assert/strict";
import { test } from "node:test";

import { sparkPath, stepPath, summary, ticks } from "../../static/js/charts.js";
import { coverText, delta, moment, qty, words } from "../../static/js/format.js";
import { mark, sentence } from "../../static/js/sentence.js";
import { uuid } from "../../static/js/uuid.js";
import { movementFields, orderFields, rowFields } from "../../static/js/views.js";
import { order, row } from "./fakes.js";

test("quantities are grouped and carry a true minus", () => {
  assert.deepEqual([qty(1_234_567), qty(-3), delta(6), delta(-3), delta(0)], ["1,234,567", "−3", "+6", "−3", "0"]);
});

test("cover is never a false precision", () => {
  assert.deepEqual([null, 0, 0.4, 1, 12.9, 99, 500].map(coverText), ["no recent use", "0 d", "< 1 d", "1 d", "12 d", "99+ d", "99+ d"]);
});

test("a moment is said by its age", () => {
  const now = new Date(2026, 2, 12, 15, 0).getTime();
  const ago = (/** @type {number} */ minutes) => moment(now - minutes * 60_000, now);

  assert.deepEqual([ago(0), ago(5), ago(120), ago(60 * 24 * 2), ago(60 * 24 * 20)], ["now", "5 min", "13:00", "Tue 15:00", "20 Feb"]);
  assert.deepEqual([ago(-60 * 24 * 3), ago(-60 * 24 * 365)], ["15 Mar", "12 Mar 2027"]);
  assert.equal(words("closed_short"), "Closed short");
});

test("a line of news names the verb, the amount and what is left", () => {
  const issued = /** @type {any} */ ({ event: "inventory-updated", by: "Mina Kaya", data: row({ on_hand: 9 }), change: { verb: "issue", delta: -3 } });
  const approved = /** @type {any} */ ({ event: "replenishment-updated", by: "Ana Costa", data: order(), change: { verb: "approve" } });

  assert.deepEqual(sentence(issued), { phrase: "issued", amount: "3", after: " · 9 now" });
  assert.deepEqual(sentence(approved), { phrase: "approved", amount: "18", after: " · RO-1042" });

test("of a count the feed says what it changed and what is there, not the change as if it had been counted", () => {
  const counted = (/** @type {number} */ change, on_hand = 3) => sentence(/** @type {any} */ ({ event: "inventory-updated", data: row({ on_hand }), change: { verb: "count", delta: change } }));

  assert.deepEqual(counted(-8), { phrase: "counted", amount: "", after: " · −8, 3 now" });
  assert.deepEqual([counted(2).after, counted(0).after], [" · +2, 3 now", " · 3 now"]);
});
  assert.deepEqual([mark(issued), mark(approved)], ["issued by Mina", "approved by Ana"]);
});

test("a sparkline is one step for each day, scaled to the largest", () => {
  assert.equal(sparkPath([2, 1, 0]), "M0 1.0H30.0V12.0H60.0V23.0H90.0");
  assert.equal(sparkPath([]), "");
  assert.equal(sparkPath([0, 0]), "M0 23.0H45.0V23.0H90.0");
});

test("a history holds each balance until the next movement", () => {
  const points = [{ at: 0, balance: 5, kind: "count" }, { at: 10, balance: 3, kind: "issue" }];
  const same = (/** @type {number} */ value) => value;

  assert.equal(stepPath(points, { from: 0, to: 20 }, { x: same, y: same }), "M0.0 5.0H10.0V3.0H20.0");
  assert.match(summary(points, { days: 30, min: 4, target: 8, unit: "pack" }), /^3 now, between 3 and 5 \(pack\) in the last 30 days/);
});

test("an axis has round steps and ends above the largest value", () => {
  assert.deepEqual(ticks(17, 4), [0, 5, 10, 15, 20]);
  assert.deepEqual(ticks(0, 4), [0, 1]);
  for (const top of [1, 3, 9, 99, 1_234, 10 ** 12]) assert.ok((ticks(top, 4).at(-1) ?? 0) >= top, String(top));
});

test("a row shows words and figures, and no slot of its is undefined", () => {
  const fields = rowFields(row({ pending: 18, on_hand: 30 }));

  assert.deepEqual([fields.status_word, fields.fill, fields.tick, fields.pending_text, fields.url], ["Low", "100", "40", "+18 to approve", "/w/north/items/TEA-500"]);
  assert.equal(rowFields(row({ target: 0, status: "none" })).fill, "0");
  assert.equal(rowFields(row({ sku: "A/B C" })).url, "/w/north/items/A%2FB%20C");
  assert.ok(Object.values(fields).every((value) => value !== undefined));
});

test("an order says who decided and why", () => {
  const fields = orderFields(order({ status: "rejected", decided_by: "Ana Costa", decision_note: "Too much" }));

  assert.deepEqual([fields.phase, fields.decision], ["done", "Rejected by Ana Costa: Too much"]);
});

test("a reversed movement says so and can not be undone again", () => {
  const movement = { id: 3, warehouse: "north", sku: "T", name: "T", kind: "transfer_in", delta: 4, balance_after: 9, reason: null, note: "late", ref: null, sheet: null,
    reverses: null, reversed_by: 8, by: "Mina", occurred_at: "2026-03-02T10:12:00.000000Z" };

  const fields = movementFields(movement);

  assert.deepEqual([fields.kind_word, fields.why, fields.settled, fields.reversed], ["Transfer in", " · late · undone", true, "true"]);
});

test("a key is a random UUID, also where the page is not a secure context", () => {
  const secure = crypto.randomUUID;
  try {
    Object.defineProperty(crypto, "randomUUID", { value: undefined, configurable: true });
    assert.match(uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  } finally {
    Object.defineProperty(crypto, "randomUUID", { value: secure, configurable: true });
  }
  assert.notEqual(uuid(), uuid());
});
