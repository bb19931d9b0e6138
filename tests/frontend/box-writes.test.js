import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { sameBox, unknownAt } from "../../static/js/scan-views.js";
import { scan, seen } from "./fakes.js";
import { answers, asked, matched, refuses, rests, says } from "./sheet-page.js";

const { store } = await import("../../static/js/live.js");
const { Refusal } = await import("../../static/js/api.js");
const { review } = await import("../../static/js/elements/box-writes.js");

const shown = seen({ n: 2 });
/** Above every version that went before. */
let version = 10;

/** What the dialog does with the box that it shows. */
const ignore = () => review("SC-12", ({ detections }) => (sameBox(shown, detections?.find(({ n }) => n === 2)) ? [2] : []), { state: "ignored" });

/** @param {any} over @param {any[]} detections */
const photo = (over, ...detections) => scan({ version, detections, ...over });

beforeEach((t) => {
  /** @type {import("node:test").TestContext} */ (t).mock.timers.enable({ apis: ["setTimeout"] });
  asked.length = answers.length = matched.length = 0;
  version += 10;
  store.send({ type: "merge", scans: [photo({}, seen(), shown)] });
});

test("a box is what it was while its label, place, item, units and state are", () => {
  assert.equal(sameBox(shown, { ...shown, name: "Another name" }), true);
  for (const over of [{ kind: "class" }, { label: "1" }, { x: 0.2 }, { sku: null }, { units: 2 }, { state: "confirmed" }]) {
    assert.equal(sameBox(shown, seen(/** @type {any} */ ({ n: 2, ...over }))), false, JSON.stringify(over));
  }
  assert.equal(sameBox(shown, undefined), false);
});

test("labels are named by the boxes that still have them", () => {
  const odd = { sku: null, label: "999" };
  const now = photo({}, seen({ ...odd, n: 1 }), seen({ ...odd, n: 2, label: "1" }), seen({ ...odd, n: 3, sku: "OIL" }), seen({ ...odd, n: 4, state: "ignored" }), seen({ ...odd, n: 5 }));

  assert.deepEqual(unknownAt(now, { kind: "barcode", label: "999" }, [1, 2, 3, 4, 6]), [1]);
});

test("a box that is something else by now is not written to", async () => {
  store.send({ type: "merge", scans: [photo({ version: version + 1 }, seen(), seen({ n: 2, sku: "OIL" }))] });

  assert.deepEqual([await ignore(), asked], [false, []]);
});

test("a box is written to where only the rest of the photo has changed", async (t) => {
  refuses(412, { code: "stale_version", current: photo({ version: version + 1 }, seen({ state: "ignored" }), shown) });
  says(photo({ version: version + 2 }));

  const done = ignore();
  await rests(t);

  assert.deepEqual([await done, matched], [true, [`"${version}"`, `"${version + 1}"`]]);
});

test("a second look that the page has not heard of yet leaves its boxes alone", async (t) => {
  refuses(412, { code: "stale_version", current: photo({ version: version + 1 }, seen(), seen({ n: 2, label: "1" })) });

  const done = ignore();
  await rests(t);

  assert.deepEqual([await done, asked.length], [false, 1]);
});

test("boxes that an event had no room for are waited for", async () => {
  store.send({ type: "merge", scans: [photo({ version: version + 1, detections: null })] });
  assert.deepEqual([await ignore(), asked], [false, []]);

  store.send({ type: "merge", scans: [photo({ version: version + 1 }, seen(), shown)] });
  assert.equal(store.state.scans.get("SC-12")?.behind, false);
});

test("what is refused for another reason, or changes again and again, is told", async (t) => {
  refuses(409, { code: "scan_not_open" });
  for (const times of [1, 4]) {
    const refused = assert.rejects(ignore(), Refusal, String(times));
    await rests(t);
    await refused;
    for (const step of [1, 2, 3]) refuses(412, { code: "stale_version", current: photo({ version: version + step }, shown) });
  }
  assert.equal(asked.length, 4);
});
