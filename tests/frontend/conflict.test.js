import assert from "node:assert/strict";
import { test } from "node:test";

import { post } from "../../static/js/api.js";
import { refusalText } from "../../static/js/conflict.js";
import { order } from "./fakes.js";

const stale = { title: "Stale", status: 412, code: "stale_version", detail: "RO-1042 was changed since you looked at it." };

test("a stale decision says what they have and what was decided on here", () => {
  const text = refusalText({ ...stale, current: order({ quantity: 30, note: "for the fair", version: 2 }) }, { ...order(), quantity: 24 });

  assert.equal(text, "RO-1042 was changed since you looked at it. Quantity: theirs 30, yours 24 · Note: theirs for the fair, yours –. "
    + "Press again to decide on it as it is now.");
});

test("a stale decision on an order that looks the same is only to be repeated", () => {
  const text = refusalText({ ...stale, current: order({ version: 2 }) }, order());

  assert.equal(text, "RO-1042 was changed since you looked at it. Press again to decide on it as it is now.");
});

test("any other refusal speaks for itself, the field's own words first", () => {
  const problem = { title: "Invalid", status: 422, code: "invalid", detail: "One field is wrong." };

  assert.equal(refusalText(problem, order()), "One field is wrong.");
  assert.equal(refusalText({ ...problem, errors: [{ pointer: "/quantity", detail: "At least 1.", code: "range" }] }, order()), "At least 1.");
});

test("a decision names the version it was made against, other posts name none", async (t) => {
  /** @type {any[]} */
  const sent = [];
  t.mock.method(globalThis, "fetch", async (/** @type {string} */ _, /** @type {any} */ init) => (sent.push(init.headers), Response.json({})));

  await post("/orders/RO-1042/approve", {}, { version: 7 });
  await post("/orders/RO-1042/receive", { quantity: 1 });

  assert.deepEqual(sent.map((headers) => headers["If-Match"]), ['"7"', undefined]);
});
