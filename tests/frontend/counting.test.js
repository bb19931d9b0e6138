import assert from "node:assert/strict";
import { test } from "node:test";

import { apply, initial } from "../../static/js/state.js";
import { boot, line, row, scan, seen, sheet } from "./fakes.js";

/** @import {Message} from "../../static/js/state.js" */

let seq = 42;

/** @param {string} event @param {any} data @param {string} verb @returns {any} */
const frame = (event, data, verb) => ({ type: "event", event, room: "north", seq: ++seq, at: "2026-03-02T10:12:00.000000Z", by: "Mina Kaya", data, change: { verb } });

/** A page with one scan and one sheet, after these. @param {...((() => Message)|Message)} messages */
function run(...messages) {
  seq = 42;
  /** @type {import("../../static/js/state.js").Next} */
  let next = { state: { ...initial(boot({ scans: [scan({ detections: [seen()] })], sheets: [sheet()] })), phase: "live" }, effects: [] };
  for (const message of messages) next = apply(next.state, typeof message === "function" ? message() : message);
  return next;
}

const scanned = (/** @type {any} */ over, verb = "review") => () => frame("scan-updated", scan(over), verb);
const counted = (/** @type {any} */ over, verb = "edit") => () => frame("count-updated", sheet(over), verb);

test("a scan that somebody else began is on the page with its progress", () => {
  const { state, effects } = run(scanned({ number: "SC-13", status: "running", progress: 40, version: 2 }, "progress"));

  assert.deepEqual([state.scans.get("SC-13")?.progress, state.feed.length, effects], [40, 0, []]);
});

test("a scan that is done is news, and brings what was seen", () => {
  const { state } = run(scanned({ number: "SC-13", version: 4, found: 1, detections: [seen()] }, "done"));

  assert.deepEqual([state.scans.get("SC-13")?.detections?.length, state.feed.length], [1, 1]);
});

test("an older state of a scan never wins, whichever way it comes", () => {
  const { state } = run(scanned({ version: 2, place: "elsewhere" }), { type: "merge", scans: [scan({ version: 1 })] });

  assert.deepEqual([state.scans.get("SC-12")?.place, state.scans.get("SC-12")?.version], ["shelf 3", 3]);
});

test("what was seen stays when an event leaves it out", () => {
  const told = run(scanned({ version: 4, sheet: "CS-5" })).state.scans.get("SC-12");

  assert.deepEqual([told?.detections?.length, told?.sheet, told?.behind], [1, "CS-5", false]);
});

test("what was seen goes only when looking again has come to something else", () => {
  const again = scanned({ version: 4, status: "queued" }, "retry");
  const failed = run(again, scanned({ version: 5, status: "failed" }, "fail")).state.scans.get("SC-12");
  const cancelled = run(again, scanned({ version: 5, status: "cancelled" }, "cancel")).state.scans.get("SC-12");
  const done = run(again, scanned({ version: 5, detections: [] }, "done")).state.scans.get("SC-12");

  assert.deepEqual([failed, cancelled, done].map((one) => one?.detections?.length), [1, 1, 0]);
});

test("a review takes over the boxes that changed and keeps the others", () => {
  const { state, effects } = run(
    scanned({ number: "SC-13", version: 3, detections: [seen(), seen({ n: 2 })] }, "done"),
    scanned({ number: "SC-13", version: 4, detections: [seen({ n: 2, state: "ignored" })] }),
    scanned({ number: "SC-13", version: 5, detections: [seen({ n: 3, state: "added" })] }),
  );

  assert.deepEqual(state.scans.get("SC-13")?.detections?.map(({ n, state: now }) => [n, now]), [[1, "auto"], [2, "ignored"], [3, "added"]]);
  assert.deepEqual(effects, []);
});

test("a scan of which too much changed to be told keeps its boxes until it is fetched", () => {
  const { state, effects } = run(scanned({ version: 4, detections: null }));

  assert.deepEqual([state.scans.get("SC-12")?.detections?.length, effects], [1, [{ do: "fetch-scan", scan: "SC-12" }]]);
  const fetched = apply(state, { type: "merge", scans: [scan({ version: 4, detections: [] })] }).state;
  assert.deepEqual(fetched.scans.get("SC-12")?.detections, []);
  const reviewed = run(scanned({ version: 4, detections: null }), scanned({ version: 5, detections: [seen()] })).state;
  assert.deepEqual([state, reviewed, fetched].map(({ scans }) => scans.get("SC-12")?.behind), [true, true, false], "until it is whole");
});

test("a sheet takes over the lines that changed and lets go of those that went", () => {
  const { state } = run(
    counted({ version: 5, lines: [line({ sku: "OIL" })] }),
    counted({ version: 6, lines: [line({ counted: 12, quantity: 12 })], removed: ["OIL"] }),
  );

  assert.deepEqual(state.sheets.get("CS-5")?.lines?.map(({ sku, counted: n }) => [sku, n]), [["TEA-500", 12]]);
});

test("an event that is already in the snapshot changes no line", () => {
  const { state } = run(counted({ version: 4, lines: [line({ counted: 1 })] }));

  assert.equal(state.sheets.get("CS-5")?.lines?.[0].counted, 11);
});

test("a sheet that was fetched whole replaces its lines", () => {
  const { state } = run({ type: "merge", sheets: [sheet({ version: 9, lines: [] })] });

  assert.deepEqual([state.sheets.get("CS-5")?.version, state.sheets.get("CS-5")?.lines], [9, []]);
});

test("an own write to a sheet is saving until its version is here", () => {
  const waiting = run({ type: "saving", key: "sheet:CS-5" }, { type: "answered", key: "sheet:CS-5", version: 5 }).state;
  assert.equal(waiting.saving.has("sheet:CS-5"), true);

  assert.equal(apply(waiting, frame("count-updated", sheet({ version: 5, lines: [] }), "tally")).state.saving.size, 0);
});

test("ticks and percents are no news; that a sheet was applied is", () => {
  assert.equal(run(counted({ version: 5 }, "tally"), counted({ version: 6 }, "fill")).state.feed.length, 0);
  assert.equal(run(counted({ version: 5, status: "applied" }, "apply")).state.feed.length, 1);
});

test("a snapshot brings the scans and sheets of the page anew", () => {
  const reset = { type: "joined", room: "north", epoch: "e2", seq: 50, mode: "reset" };
  const drawn = boot({ room: { code: "north", name: "North", epoch: "e2", seq: 50 }, scans: [], sheets: [sheet({ number: "CS-9" })] });

  const { state } = run(/** @type {any} */ (reset), { type: "snapshot", boot: drawn });

  assert.deepEqual([state.scans.size, [...state.sheets.keys()]], [0, ["CS-9"]]);
});

test("only the server knows what a movement that was taken back leaves to decide on a sheet", () => {
  const moved = (/** @type {any} */ over, verb = "reverse") => () => frame("inventory-updated", row({ version: 42, ...over }), verb);
  const asked = (/** @type {(() => Message)[]} */ ...messages) => run(...messages).effects.filter((effect) => effect.do === "recheck");

  assert.deepEqual(asked(moved({})), [{ do: "recheck", sheet: "CS-5" }]);
  for (const [messages, why] of /** @type {[(() => Message)[], string][]} */ ([
    [[moved({}, "issue")], "is one more movement"], [[moved({ sku: "OIL" })], "is of no line"], [[moved({ version: 40 })], "is known to the line"],
    [[counted({ version: 5, mode: "receive" }), moved({})], "came in"], [[counted({ version: 5, status: "applied" }), moved({})], "is closed"],
  ])) assert.deepEqual(asked(...messages), [], why);
});
