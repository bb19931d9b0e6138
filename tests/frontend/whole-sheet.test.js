import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { line, settled, sheet } from "./fakes.js";
import { answers, asked, counted, head, moved, refuses, rests, says, server } from "./sheet-page.js";

const { Refusal, put } = await import("../../static/js/api.js");
const { store } = await import("../../static/js/live.js");
const { counting, rested } = await import("../../static/js/writes.js");

const LINE = "/sheets/CS-5/lines/TEA-500";
const held = () => store.state.sheets.get("CS-5");
const lines = () => held()?.lines?.map(({ sku, quantity }) => [sku, quantity]);
const write = () => counting("sheet", "CS-5", () => put(LINE, { counted: 3 }));
/** Above every version that went before. */
let version = 4;

beforeEach((t) => {
  /** @type {import("node:test").TestContext} */ (t).mock.timers.enable({ apis: ["setTimeout"] });
  asked.length = answers.length = 0;
  server.meanwhile = () => {};
  version += 10;
  store.send({ type: "merge", sheets: [sheet({ version, lines: [line()] })] });
});

test("a refused write leaves the lines on the page, and the newer sheet is fetched whole", async (t) => {
  refuses(412, { current: head({ version: version + 1, title: "Aisle 3" }) });
  says(sheet({ version: version + 1, title: "Aisle 3", lines: [line({ quantity: 7 })] }));

  await assert.rejects(write(), Refusal);
  await rests(t);

  assert.deepEqual([held()?.title, lines()], ["Aisle 3", [["TEA-500", 7]]]);
  assert.deepEqual(asked, [`PUT /api${LINE}`, "GET /api/sheets/CS-5"]);
});

test("a refusal that tells what the page knows already changes nothing", async (t) => {
  refuses(409, { current: head({ version }) });

  await assert.rejects(write(), Refusal);
  await rests(t);

  assert.deepEqual([lines(), asked.length], [[["TEA-500", 11]], 1]);
});

test("a sheet with more changed lines than an event names is asked for until it comes", async (t) => {
  refuses(503);
  refuses(503);
  says(sheet({ version: version + 1, lines: [line({ quantity: 7 }), line({ sku: "OIL" })] }));

  store.send(counted({ version: version + 1, lines: null }));
  await rests(t);

  assert.deepEqual([lines(), asked.length], [[["TEA-500", 7], ["OIL", 11]], 3]);
});

test("a sheet that moved on before it came is asked for again", async (t) => {
  says(sheet({ version: version + 1, lines: [line({ quantity: 7 }), line({ sku: "OIL" })] }));
  says(sheet({ version: version + 2, lines: [line({ quantity: 8 }), line({ sku: "OIL" })] }));
  server.meanwhile = () => {
    server.meanwhile = () => {};
    store.send(counted({ version: version + 2, lines: [line({ quantity: 8 })] }));
  };

  store.send(counted({ version: version + 1, lines: null }));
  await rests(t);

  assert.deepEqual([lines(), asked.length], [[["TEA-500", 8], ["OIL", 11]], 2]);
});

test("own writes are over once the page shows what came of them", async (t) => {
  /** @type {(boolean|string)[]} */
  const over = [];
  says({ sheet: head({ version: version + 1 }), lines: [line({ quantity: 3 })] });

  const done = write();
  void rested(["sheet:CS-5"]).then((all) => over.push(all));
  await done;
  await settled();
  over.push("answered");
  void rested(["sheet:CS-5"]).then((all) => over.push(all));
  await settled();
  store.send(counted({ version: version + 1, lines: [line({ quantity: 3 })] }));
  await rests(t);

  assert.deepEqual([over, await rested(["sheet:CS-5"])], [["answered", true, true], true]);
});

test("own writes that are under way and were refused were not all done", async (t) => {
  refuses(409, { current: head({ version }) });

  const refused = assert.rejects(write(), Refusal);
  const over = rested(["sheet:CS-5"]);
  await refused;
  await rests(t);

  assert.deepEqual([await over, await rested(["sheet:CS-5"])], [false, true]);
});

test("a sheet is asked for once after many movements of it were taken back", async (t) => {
  says(sheet({ version, lines: [line({ on_hand_version: 50 })] }));

  for (const at of [41, 45, 50]) store.send(moved({ version: at }));
  await rests(t);

  assert.deepEqual([asked, held()?.lines?.[0].on_hand_version], [["GET /api/sheets/CS-5"], 50]);
});

test("a sheet that may not be read is not asked for again", async (t) => {
  for (const status of [403, 404, 401]) {
    asked.length = 0;
    version += 1;
    refuses(status);

    store.send(counted({ version, lines: null }));
    await rests(t);

    assert.equal(asked.length, 1, String(status));
  }
  assert.deepEqual([store.state.phase, store.state.signIn], ["stopped", true]);
});
