import assert from "node:assert/strict";
import { test } from "node:test";

import { LOST, Refusal } from "../../static/js/api.js";
import { BUSY_MS, CAP_MS, FIRST_MS, busyWait } from "../../static/js/backoff.js";
import { upload } from "../../static/js/upload.js";

/** @type {FakeRequest[]} */
const sent = [];

/** What the server says, where its answer is not lost. @type {{status: number, responseText: string, retryAfter: string|null}|null} */
let answer = null;

/** A request that is answered at once, or whose answer is lost. */
class FakeRequest extends EventTarget {
  upload = new EventTarget();
  /** @type {Record<string, string>} */
  headers = {};

  open() {}

  /** @param {string} name @param {string} value */
  setRequestHeader(name, value) {
    this.headers[name] = value;
  }

  send() {
    sent.push(this);
    Object.assign(this, answer);
    this.dispatchEvent(new Event(answer ? "load" : "error"));
  }

  getResponseHeader() {
    return answer?.retryAfter ?? null;
  }
}
Object.assign(globalThis, { XMLHttpRequest: FakeRequest });

test("a photo that is sent again after a lost answer has the key it had before", async () => {
  const watch = { progress: () => {}, signal: new AbortController().signal };
  const parcel = { key: "one-photo", form: new FormData() };

  for (const time of [1, 2]) await assert.rejects(upload("/scans", parcel, watch), (error) => error instanceof Refusal && error.problem === LOST, String(time));

  assert.deepEqual(sent.map(({ headers }) => headers["Idempotency-Key"]), ["one-photo", "one-photo"]);
});

test("a photo that was taken back before it could leave is not sent", async () => {
  sent.length = 0;
  const taken = { progress: () => {}, signal: AbortSignal.abort() };

  await assert.rejects(upload("/scans", { key: "one-photo", form: new FormData() }, taken), { name: "AbortError" });

  assert.deepEqual(sent, []);
});

test("a refusal says why in the words of the server, and when the photo may come again", async () => {
  const watch = { progress: () => {}, signal: new AbortController().signal };
  const refused = { title: "The database cannot be reached", status: 503, code: "unavailable", detail: "Try again." };
  const problem = () => upload("/scans", { key: "one-photo", form: new FormData() }, watch).then(assert.fail, ({ problem }) => problem);

  answer = { status: 503, responseText: JSON.stringify(refused), retryAfter: "7" };
  assert.deepEqual(await problem(), { ...refused, retry_after_ms: 7_000 });
  answer = { status: 503, responseText: "<html>", retryAfter: null };
  const { detail, retry_after_ms } = await problem();
  assert.deepEqual([detail, retry_after_ms], ["The server answered 503.", undefined]);
});

test("a photo waits as long as the server says, and longer each time", () => {
  const waits = (/** @type {number|undefined} */ said) => [0, 3, 20].map((attempt) => busyWait(said, attempt, () => 0.5));

  assert.deepEqual(waits(1_000), [FIRST_MS, FIRST_MS * 8, CAP_MS].map((most) => 1_000 + most / 2));
  assert.deepEqual(waits(undefined), [FIRST_MS, FIRST_MS * 8, CAP_MS].map((most) => BUSY_MS + most / 2));
  assert.equal(busyWait(1_000, 5, () => 0), 1_000);
});
