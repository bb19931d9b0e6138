import assert from "node:assert/strict";
import { test } from "node:test";

import { byPhoto, countedAt, scanFields, unitsTyped } from "../../static/js/scan-views.js";
import { scan, seen } from "./fakes.js";

test("an empty field is no number of units, and zero is one on purpose alone", () => {
  assert.deepEqual(["", " ", "-1", "2.5", "x"].map(unitsTyped), [null, null, null, null, null]);
  assert.deepEqual(["0", "1", " 24 "].map(unitsTyped), [0, 1, 24]);
});

test("a pack that is drawn round is counted already where its code is, or its like of the same item", () => {
  const code = { x: 0.2, y: 0.2, w: 0.04, h: 0.02 };
  const pack = { x: 0.1, y: 0.1, w: 0.2, h: 0.3 };
  const photo = (/** @type {any} */ over) => scan({ detections: [seen({ ...code, ...over })] });

  assert.equal(countedAt(photo({}), "TEA-500", pack), true);
  assert.equal(countedAt(photo({ ...pack, x: 0.15 }), "TEA-500", pack), true);
  for (const [over, why] of /** @type {const} */ ([
    [{ sku: "OIL" }, "another item"], [{ sku: null }, "nobody's"], [{ state: "ignored" }, "does not count"], [{ units: 0 }, "only says where"],
    [{ x: 0.29 }, "sticks out by more than half"], [{ x: 0.6, y: 0.6 }, "is elsewhere"],
  ])) assert.equal(countedAt(photo(over), "TEA-500", pack), false, why);
  assert.equal(countedAt(scan({ detections: undefined }), "TEA-500", pack), false);
});

test("equal labels are asked about photo by photo", () => {
  const places = [{ scan: "SC-1", n: 2 }, { scan: "SC-2", n: 1 }, { scan: "SC-1", n: 5 }];

  assert.deepEqual([...byPhoto(places)], [["SC-1", [2, 5]], ["SC-2", [1]]]);
});

test("photos without a place are told apart by their numbers", () => {
  assert.deepEqual(["SC-3", "SC-4"].map((number) => scanFields(scan({ number, place: null })).title), ["Photo SC-3", "Photo SC-4"]);
  assert.equal(scanFields(scan({ place: "shelf 3" })).title, "shelf 3");
});
