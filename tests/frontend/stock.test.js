import assert from "node:assert/strict";
import { test } from "node:test";

import { moved } from "../../static/js/arrange.js";
import { comparison, cover, matches, phaseOf, queueOrder, statusOf } from "../../static/js/stock.js";
import { order, row } from "./fakes.js";

test("the edges of a status are where the server has them", () => {
  const statuses = [0, 2, 3, 6, 7, 9, 10, 15, 16].map((onHand) => statusOf(onHand, 10));

  assert.deepEqual(statuses, ["out", "critical", "low", "low", "good", "good", "optimal", "optimal", "over"]);
  assert.equal(statusOf(0, 0), "none");
  assert.equal(statusOf(3, 15), "critical", "a fifth exactly, which floating point must not lose");
});

test("the riskiest come first, those without a target last", () => {
  const rows = [row({ sku: "C", priority: "none", on_hand: 20, target: 10 }), row({ sku: "D", priority: "none", target: 0 }),
    row({ sku: "A", priority: "critical", on_hand: 1, target: 10 }), row({ sku: "B", priority: "critical", on_hand: 2, target: 10 })];

  assert.deepEqual(rows.sort(comparison("-risk")).map(({ sku }) => sku), ["A", "B", "C", "D"]);
});

test("equal rows stay in the order the server gave them", () => {
  const rows = [row({ sku: "B", on_hand: 1 }), row({ sku: "A", on_hand: 1 }), row({ sku: "C", on_hand: 2 })];
  const by = (/** @type {string} */ sort) => [...rows].sort(comparison(sort)).map(({ sku }) => sku).join("");

  assert.deepEqual([by("on_hand"), by("-on_hand"), by("sku"), by("name")], ["BAC", "CBA", "ABC", "BAC"]);
});

test("cover is unknown without use", () => {
  assert.equal(cover(row()), null);
  assert.equal(cover(row({ stats: { daily_use: 0, spark: [] } })), null);
  assert.equal(cover(row({ on_hand: 9, stats: { daily_use: 2, spark: [] } })), 4.5);
});

test("a row found by its barcode stays found", () => {
  const filters = { q: "400638", status: [], category: "", sort: "-risk" };

  assert.equal(matches(filters, row(), new Set()), false);
  assert.equal(matches(filters, row(), new Set(["TEA-500"])), true);
  assert.equal(matches({ ...filters, status: ["out"] }, row(), new Set(["TEA-500"])), false);
});

test("archived rows are never listed", () => {
  assert.equal(matches({ q: "", status: [], category: "", sort: "" }, row({ archived: true }), new Set()), false);
});

test("a queue begins with the most urgent, then the longest waiting", () => {
  const orders = [order({ number: "1", priority: "low" }), order({ number: "2", requested_at: "2026-03-02T10:00:00Z" }), order({ number: "3" })];

  assert.deepEqual(orders.sort(queueOrder).map(({ number }) => number), ["3", "2", "1"]);
  assert.deepEqual(["pending", "approved", "closed_short"].map((status) => phaseOf(order({ status: /** @type {any} */ (status) }))), ["approve", "way", "done"]);
});

test("moved counts what would be seen to move, come or go", () => {
  const far = (/** @type {string} */ a, /** @type {string} */ b) => moved([...a], [...b]);

  assert.deepEqual([far("abcd", "abcd"), far("abcd", "bcda"), far("abcd", "dcba"), far("abc", "ab"), far("abc", "abcd"), far("", "")], [0, 1, 3, 1, 1, 0]);
});
