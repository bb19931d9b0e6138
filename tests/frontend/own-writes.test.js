import assert from "node:assert/strict";
import { test } from "node:test";

import { says, sockets } from "./sheet-page.js";
import { settled, sheet } from "./fakes.js";

const { put } = await import("../../static/js/api.js");
const { start, store } = await import("../../static/js/live.js");
const { counting } = await import("../../static/js/writes.js");

test("a page that asks only now and then asks at once after its own write to a sheet", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  start();
  sockets[0].says({ type: "welcome", protocol: 1, user: {}, heartbeat_ms: 25_000 });
  sockets[0].says({ type: "joined", room: "north", epoch: "e1", seq: 42, mode: "resumed" });
  const joins = () => sockets[0].sent.filter(({ type }) => type === "join").length;
  const write = () => (says(sheet({ version: 5 })), counting("sheet", "CS-5", () => put("/sheets/CS-5/lines/TEA-500", { counted: 3 })));

  await write();
  assert.equal(joins(), 1, "a push needs no asking");

  store.send({ type: "link", status: "up", mode: "poll" });
  await write();
  await settled();
  assert.equal(joins(), 2);
});
