import assert from "node:assert/strict";
import { test } from "node:test";

import { LOST, Refusal } from "../../static/js/api.js";
import { upload } from "../../static/js/upload.js";

/** @type {FakeRequest[]} */
const sent = [];

/** A request whose answer is lost. */
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
    this.dispatchEvent(new Event("error"));
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
