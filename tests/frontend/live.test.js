import assert from "node:assert/strict";
import { test } from "node:test";

import { FakeSocket, boot, settled } from "./fakes.js";

/** @type {FakeSocket[]} */
const sockets = [];
/** @type {Map<string, () => void>} */
const listeners = new Map();
const listen = (/** @type {string} */ sign, /** @type {() => void} */ fn) => void listeners.set(sign, fn);

/** As much of a browser as a page without elements needs; nothing answers. */
const page = {
  document: { hidden: false, addEventListener: listen, getElementById: () => ({ textContent: JSON.stringify(boot()) }) },
  location: { protocol: "https:", host: "stock.example", pathname: "/w/north", search: "" },
  window: globalThis, addEventListener: listen, requestAnimationFrame: (/** @type {() => void} */ fn) => fn(),
  fetch: () => Promise.reject(new TypeError("no answer")),
  WebSocket: function WebSocket(/** @type {string} */ url) {
    sockets.push(Object.assign(new FakeSocket(), { url }));
    return sockets[sockets.length - 1];
  },
};
Object.assign(globalThis, page);

/** The page is offline and waits for its next attempt. */
async function waits() {
  sockets[sockets.length - 1].ends(1006);
  await settled();
}

test("a page that waits looks at once when it is shown, comes out of the cache, or the network returns", async (t) => {
  t.mock.method(Math, "random", () => 0.999);
  const { start, store } = await import("../../static/js/live.js");
  start();
  assert.equal(/** @type {any} */ (sockets[0]).url, "wss://stock.example/ws");

  for (const sign of ["visibilitychange", "online", "pageshow", "focus"]) {
    await waits();
    const before = sockets.length;
    assert.equal(store.state.phase, "offline", sign);

    listeners.get(sign)?.();

    assert.equal(sockets.length, before + 1, sign);
  }

  page.document.hidden = true;
  await waits();
  listeners.get("visibilitychange")?.();
  assert.equal(sockets.length, 5, "going out of sight is no reason");
  listeners.get("pageshow")?.();
  sockets[5].says({ type: "bye", code: 4503, reason: "signed_out", retry_after_ms: 0 });
  sockets[5].ends(4503);
  assert.deepEqual([store.state.phase, store.state.signIn], ["stopped", true]);
});
