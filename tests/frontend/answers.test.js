import assert from "node:assert/strict";
import { test } from "node:test";

import { Refusal, events } from "../../static/js/api.js";
import { answerOf, refusalOf } from "../../static/js/answers.js";
import { ABNORMAL } from "../../static/js/protocol.js";

/** @param {number} status @param {string} code @param {number} [wait] */
const refusal = (status, code, wait) => refusalOf(new Refusal({ title: "", status, code, detail: "No.", retry_after_ms: wait }), "north");

test("an answer is read like the frames in it", () => {
  const bye = { type: "bye", code: 4101, reason: "restarting", retry_after_ms: 900 };

  assert.deepEqual(answerOf({ room: "north", epoch: "e1", seq: 4, mode: "resumed", events: [], bye }),
    { epoch: "e1", seq: 4, mode: "resumed", events: [], bye });
  for (const strange of [null, "", [], {}, { epoch: "e1", seq: "4", mode: "live", events: [] }, { epoch: "e1", seq: 4, mode: "live" },
    { epoch: "e1", seq: 4, mode: "live", events: [{ type: "event" }] }]) {
    assert.throws(() => answerOf(strange), JSON.stringify(strange));
  }
});

test("signed out is what it is on the socket", () => {
  const { frame, code } = refusal(401, "unauthenticated");

  assert.deepEqual([frame, code], [{ type: "bye", code: 4503, reason: "signed_out", retry_after_ms: 0 }, 4503]);
});

test("a room that may not be seen is refused in the server's words", () => {
  for (const [status, code] of /** @type {const} */ ([[404, "not_found"], [403, "forbidden"]])) {
    assert.deepEqual(refusal(status, code).frame, { type: "error", code, detail: "No.", room: "north" });
  }
});

test("busy is a goodbye that says when to come back", () => {
  assert.deepEqual(refusal(503, "busy", 1_000).frame, { type: "bye", code: 1013, reason: "busy", retry_after_ms: 1_000 });
  assert.equal(refusal(503, "unknown").frame, null, "who names no time says nothing about the way either");
});

test("what a proxy says in the server's place is a reason to try another way, not to stop", () => {
  for (const [status, code] of /** @type {const} */ ([[403, "unknown"], [404, "unknown"], [502, "unknown"], [500, "internal"], [0, "offline"]])) {
    assert.deepEqual(refusal(status, code), { frame: null, code: ABNORMAL }, String(status));
  }
  assert.deepEqual(refusalOf(new TypeError("not a stream"), "north"), { frame: null, code: ABNORMAL });
});

/** The refusal of one request to the API. @param {import("node:test").TestContext} t @param {Response} response */
async function refused(t, response) {
  t.mock.method(globalThis, "fetch", async () => response);
  const { signal } = new AbortController();
  return events({ room: "north", position: null, signal }).then(() => assert.fail("it was not refused"), (error) => error.problem);
}

test("Retry-After is read as seconds and as a date", async (t) => {
  const after = async (/** @type {string} */ said) =>
    (await refused(t, new Response("{}", { status: 503, headers: { "Retry-After": said } }))).retry_after_ms;

  assert.equal(await after("7"), 7_000);
  const wait = await after(new Date(Date.now() + 60_000).toUTCString());
  assert.ok(wait > 50_000 && wait <= 60_000, String(wait));
  assert.equal(await after("99999999999"), 3_600_000, "a timer would take more for nothing at all");
  for (const nonsense of ["soon", "-1", "Thu, 01 Jan 1970 00:00:00 GMT"]) assert.equal(await after(nonsense), undefined, nonsense);
});

test("a question names what it wants and nothing else", async (t) => {
  /** @type {any[]} */
  const sent = [];
  t.mock.method(globalThis, "fetch", async (/** @type {string} */ url, /** @type {any} */ init) => (sent.push([url, init.headers.Accept]), Response.json({})));
  const { signal } = new AbortController();

  await events({ room: "north east", position: { epoch: "e1", seq: 0 }, wait: 25, signal });
  await events({ room: "north", position: null, stream: true, signal });

  assert.deepEqual(sent, [["/api/events?room=north+east&epoch=e1&after=0&wait=25", "application/json"], ["/api/events?room=north", "text/event-stream"]]);
});
