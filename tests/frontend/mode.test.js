import assert from "node:assert/strict";
import { test } from "node:test";

import { dated, second } from "../../static/js/format.js";
import { words } from "../../static/js/mode.js";
import { initial } from "../../static/js/state.js";
import { boot } from "./fakes.js";

const AT = new Date(2026, 2, 12, 10, 12, 30).getTime();

/** What the badge says. @param {Partial<import("../../static/js/state.js").State>} over */
function says(over) {
  const { text, note } = words({ ...initial(boot()), phase: "live", asOf: AT, ...over }, AT + 8_000);
  return [text, note];
}

test("each way is named, and only what is not at once says how old it is", () => {
  assert.deepEqual(says({ mode: "socket", rtt: 3.4 }), ["Real-Time Connected", "3 ms"]);
  assert.deepEqual(says({ mode: "socket" }), ["Real-Time Connected", ""]);
  assert.deepEqual(says({ mode: "stream" }), ["Live over HTTP", "stream"]);
  assert.deepEqual(says({ mode: "long-poll" }), ["Live over HTTP", "long poll"]);
  assert.deepEqual(says({ mode: "poll" }), ["Refreshing every 10 s", "as of 10:12:30"]);
});

test("a page that is not live says since when, and of when it is", () => {
  assert.deepEqual(says({ phase: "offline", since: AT + 60_000 }), ["Offline since 10:13", "as of 10:12:30"]);
  assert.deepEqual(says({ phase: "offline", since: AT, asOf: null }), ["Offline since 10:12", ""]);
  assert.deepEqual(says({ phase: "catching-up", head: 45 }), ["Catching up", "3 events"]);
  assert.deepEqual(says({ phase: "connecting", asOf: null }), ["Connecting…", ""]);
  assert.deepEqual(says({ phase: "stopped", signIn: true }), ["Signed out", "sign in again"]);
  assert.deepEqual(says({ phase: "stopped", reason: "No such warehouse." }), ["Live updates stopped", "No such warehouse."]);
});

test("a time of another day says which", () => {
  const day = 86_400_000;

  assert.deepEqual([second(AT, AT), second(AT, AT + day)], ["10:12:30", "Thu 10:12"]);
  assert.deepEqual([dated(AT, AT), dated(AT, AT + day), dated(AT, AT + 30 * day), dated(AT, AT + 400 * day)], ["10:12", "Thu 10:12", "12 Mar", "12 Mar 2026"]);
});
