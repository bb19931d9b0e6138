import assert from "node:assert/strict";
import { test } from "node:test";

import { sentence } from "../../static/js/sentence.js";
import { boxName, doubtful, found, leaves, notice, outcome, reviewable, reviewed, scanFields, unknown } from "../../static/js/scan-views.js";
import { awaits, countTyped, deed, done, drawCount, isTyped, lineFields, lineNow, plan, result, sheetFields, signed } from "../../static/js/sheet-views.js";
import { target } from "../../static/js/shrink.js";
import { movementFields, newsFields } from "../../static/js/views.js";
import { Wedge } from "../../static/js/wedge.js";
import { line, row, scan, seen, sheet } from "./fakes.js";

const rows = (/** @type {any} */ over = {}) => new Map([["TEA-500", row(over)]]);

test("a box says what it is, how it was read and how many units it stands for", () => {
  assert.equal(boxName(seen()), "Tea 500 g, EAN-13 4006381333931, 1 unit");
  assert.equal(boxName(seen({ kind: "class", symbology: null, label: "tea", confidence: 0.925, units: 6 })), "Tea 500 g, “tea”, 6 units, 93 %");
  assert.equal(boxName(seen({ sku: null, name: null, state: "ignored" })), "Unknown label, EAN-13 4006381333931, 1 unit, ignored");
});

test("items are counted over all photos of a sheet, without what was ignored", () => {
  const photos = [
    scan({ detections: [seen(), seen({ n: 2, units: 6 }), seen({ n: 3, state: "ignored" })] }),
    scan({ number: "SC-13", detections: [seen(), seen({ n: 2, sku: "OIL", name: "Oil" }), seen({ n: 3, sku: null, name: null })] }),
  ];

  assert.deepEqual(found(photos).map(({ sku, units, boxes }) => [sku, units, boxes]), [["OIL", 1, 1], ["TEA-500", 8, 3]]);
});

test("an item that the warehouse never had is told from the others", () => {
  const photo = scan({ detections: [seen(), seen({ n: 2, sku: "OIL", name: "Oil", stocked: false })] });

  assert.deepEqual(found([photo]).map(({ sku, stocked }) => [sku, stocked]), [["OIL", false], ["TEA-500", true]]);
});

test("equal unknown labels are one question", () => {
  const odd = { sku: null, name: null, label: "999" };
  const photos = [scan({ detections: [seen(odd), seen({ ...odd, n: 2 }), seen({ n: 3, sku: null, name: null, label: "1" }), seen({ ...odd, n: 4, state: "ignored" })] })];

  assert.deepEqual(unknown(photos).map(({ label, places }) => [label, places.map(({ n }) => n)]), [["999", [1, 2]], ["1", [3]]]);
});

test("only what nobody looked at and has a certainty can be doubted", () => {
  const all = [seen({ confidence: 0.4 }), seen({ n: 2 }), seen({ n: 3, confidence: 0.4, state: "confirmed" }), seen({ n: 4, confidence: 0.7 })];

  assert.deepEqual(doubtful(scan({ detections: all }), 0.6).map(({ n }) => n), [1]);
});

test("a scan says how far it is and what came of it", () => {
  const said = (/** @type {any} */ over) => outcome(scan(over));

  assert.equal(said({ status: "running", progress: 40 }), "looking, 40 %");
  assert.equal(said({ found: 23, unmapped: 2, sheet: "CS-5" }), "23 found, 2 unknown, on CS-5");
  assert.equal(said({ found: 0 }), "nothing found");
  assert.equal(said({ status: "failed", error: "The service did not answer." }), "The service did not answer.");
  assert.equal(scanFields(scan({ status: "queued" })).not_open, false);
  assert.equal(scanFields(scan()).view_label, "SC-12 and what was seen on it");
});

test("a photo can be counted and looked at again unless its sheet is open, or on record", () => {
  const of = (/** @type {any} */ over, /** @type {any} */ status) => leaves(scan({ sheet: "CS-5", ...over }), status && sheet({ status }));

  assert.deepEqual(of({ sheet: null }, undefined), { again: true, count: true });
  for (const over of ["undone", "discarded"]) assert.deepEqual(of({}, over), { again: true, count: true }, over);
  assert.deepEqual(of({}, "applied"), { again: false, count: false });
  for (const open of ["open", undefined]) assert.deepEqual(of({}, open), { again: true, count: false });
  for (const status of ["failed", "cancelled"]) assert.deepEqual(of({ sheet: null, status }, undefined), { again: true, count: false });
  assert.deepEqual(of({ sheet: null, status: "running" }, undefined), { again: false, count: false });
  assert.equal(of({ photo: null }, "undone").again, false, "there is nothing to look at any more");
});

test("what was seen before is gone over also where a second look has failed or was cancelled", () => {
  const of = (/** @type {any} */ status) => reviewable(scan({ status }));

  assert.deepEqual(["done", "failed", "cancelled", "queued", "running"].map(of), [true, true, true, false, false]);
});

test("what people said of a photo is known, for it would be lost", () => {
  const all = [seen(), seen({ n: 2, state: "confirmed" }), seen({ n: 3, state: "ignored" }), seen({ n: 4, state: "added" })];

  assert.deepEqual([reviewed(scan({ detections: all })), reviewed(scan({ detections: [seen()] })), reviewed(scan())], [3, 0, 0]);
});

test("a scan says what one should know before believing it, and on a sheet whether its photo counts", () => {
  const twice = scan({ number: "SC-14", same_photo: ["SC-12", "SC-3"], warnings: ["It is dark."] });

  assert.equal(notice(twice), "It is dark. The same photo was scanned before, as SC-12, SC-3.");
  assert.equal(notice(twice, ["SC-12", "SC-14"]), "It is dark. This is the same photo as SC-12 on this sheet: what it shows is counted once.");
  assert.equal(notice(scan({ same_photo: ["SC-3"] }), ["SC-12"]), "");
  assert.match(notice(scan({ truncated: true }), ["SC-12"]), /^Something may be missing/);
});

test("the button says what will happen", () => {
  const of = (/** @type {any} */ over, level = rows()) => deed(sheet(over), plan(sheet(over), level));

  assert.equal(of({ lines: [line(), line({ sku: "OIL", quantity: 1, on_hand: 3, expected: 3 })] }), "Change 2 items (+2 −2)");
  assert.equal(of({ lines: [line(), line({ sku: "OIL", quantity: 3, on_hand: 3, expected: 3 })] }), "Change 1 item (+2)", "one is as it was");
  assert.equal(of({ lines: [line({ quantity: 9 })] }), "Confirm 1 item, no change");
  assert.equal(of({ mode: "receive" }), "Receive 1 item (+11)");
  assert.equal(of({ lines: [line({ included: false }), line({ sku: "OIL", quantity: null })] }), "Nothing to apply yet");
  assert.equal(of({ blind: true, lines: [line({ expected: null, on_hand: null, difference: null })] }), "Apply 1 count");
});

test("a sheet says which of its photos are still to be looked at, and asks before it does without them", () => {
  const photos = (/** @type {any[]} */ ...states) => states.map((status) => scan({ status }));

  assert.equal(awaits(sheet(), photos("done", "failed", "cancelled"), 0), null);
  assert.equal(awaits(sheet({ status: "applied" }), photos("running"), 1), null, "it is too late");
  assert.deepEqual([awaits(sheet(), photos("done", "running"), 0)?.said, awaits(sheet(), photos("queued", "running"), 0)?.said], ["1 photo is still being looked at", "2 photos are still being looked at"]);
  assert.equal(awaits(sheet(), photos("queued"), 0)?.question.title, "Apply without what 1 photo may still show?");
  assert.equal(awaits(sheet(), photos("done", "running"), 2)?.said, "3 photos are still being sent, or looked at");
});

test("a closed sheet says what it came to", () => {
  const lines = [line({ difference: 7 }), line({ sku: "OIL", difference: -2 }), line({ sku: "RICE", difference: 5, included: false })];

  assert.equal(done("Change 2 items (+7 −2)"), "Changed 2 items (+7 −2)");
  assert.equal(result(sheet({ status: "applied", lines })), "It changed 2 items (+7 −2).");
  assert.equal(result(sheet({ status: "undone", lines })), "It changed 2 items (+7 −2), and was taken back.");
  assert.equal(result(sheet({ status: "applied", lines: [line({ difference: 0 })] })), "It agreed with the books.");
  assert.match(result(sheet({ status: "discarded", closed_by: "Mina Kaya" })), /^Discarded by Mina Kaya/);
});

test("stock that moved meanwhile makes a conflict, until somebody says which to keep", () => {
  const moved = rows({ on_hand: 7, version: 41 });
  const now = (/** @type {any} */ over) => lineNow(sheet(), line(over), moved.get("TEA-500"));

  assert.deepEqual(now({}), { onHand: 7, change: null, conflict: true, resolution: null });
  assert.equal(deed(sheet(), plan(sheet(), moved)), "1 line to decide on first");
  assert.equal(now({ resolution: "keep_count", on_hand_version: 41 }).change, 4);
  assert.equal(now({ resolution: "keep_count", on_hand_version: 40 }).change, null, "it was for the stock of before");
  assert.equal(now({ resolution: "keep_difference" }).change, 2);
  assert.match(String(lineFields(sheet(), line(), moved.get("TEA-500")).conflict_text), /9 then, 7 now. The count leaves 11, the difference 9/);
});

test("stock that moved since is a conflict also where it is back as it was, until the server says otherwise", () => {
  const back = row({ on_hand: 9, version: 42 });

  assert.equal(lineNow(sheet(), line(), back).conflict, true);
  assert.equal(deed(sheet(), plan(sheet(), rows({ on_hand: 9, version: 42 }))), "1 line to decide on first");
  const read = line({ on_hand_version: 42 });
  assert.deepEqual(lineNow(sheet(), read, back), { onHand: 9, change: 2, conflict: false, resolution: null }, "it was taken back");
  assert.equal(lineNow(sheet(), read, row({ version: 41 })).conflict, false, "the line knows later stock");
  assert.equal(lineNow(sheet(), line({ expected_version: 42 }), back).conflict, false, "it was counted after that");
  const blind = line({ expected: null, on_hand: null, difference: null, on_hand_version: 42 });
  assert.equal(lineNow(sheet({ blind: true }), blind, back).conflict, false, "the server saw the same stock");
  assert.equal(lineNow(sheet({ blind: true }), blind, row({ version: 43 })).conflict, true);
});

test("what came in never conflicts", () => {
  const arrived = sheet({ mode: "receive" });

  assert.deepEqual(lineNow(arrived, line(), row({ on_hand: 7, version: 41 })), { onHand: 7, change: 11, conflict: false, resolution: null });
});

test("what is on order is better received there", () => {
  const due = row({ on_order: 18 });

  assert.match(String(lineFields(sheet({ mode: "receive" }), line(), due).awaited), /^18 on order/);
  assert.match(String(lineFields(sheet({ mode: "receive" }), line({ on_order: 6 })).awaited), /^6 on order/);
  assert.equal(lineFields(sheet({ mode: "receive" }), line({ on_order: 6 }), row({ on_order: 0 })).awaited, "");
  assert.equal(lineFields(sheet({ mode: "count" }), line(), due).awaited, "");
  assert.equal(lineFields(sheet({ mode: "receive", status: "applied" }), line(), due).awaited, "");
});

test("an empty field takes a count back; what is no whole number is told plainly", () => {
  const typed = (/** @type {string} */ value, badInput = false) => countTyped({ value, validity: { badInput } });

  assert.deepEqual([typed("12"), typed("0"), typed("")], [{ counted: 12, included: true }, { counted: 0, included: true }, { counted: null }]);
  for (const wrong of [typed("", true), typed("2.5"), typed("-3")]) assert.equal(wrong, "A count is a whole number from 0: it stays as it was.");
  assert.equal(typed("1000000000001"), "A count is 1,000,000,000,000 at most: it stays as it was.");
});

test("a count of others is drawn into a field, but not over half a number that somebody is typing there", () => {
  const field = { value: "", defaultValue: "", validity: { badInput: false } };
  const told = (/** @type {any} */ over, focused = true) => (drawCount(field, line({ counted: null, ...over }), focused), field.value);

  assert.equal(told({ seen: 4 }), "4", "nothing is typed");
  assert.equal(told({ counted: 5 }), "5");
  field.value = "1";
  assert.deepEqual([told({ counted: 7 }), isTyped(field)], ["1", true]);
  field.value = "12";
  assert.deepEqual([told({ counted: 12 }), isTyped(field)], ["12", false], "one's own count has come back");
  assert.equal(told({ counted: 13 }), "13");
  Object.assign(field, { value: "", validity: { badInput: true } });
  assert.equal(told({ counted: 14 }), "", "a sign without its digits");
  assert.equal(told({ counted: 14 }, false), "14", "nobody is there");
});

test("a blind sheet shows nothing of what is expected until it is closed", () => {
  const blind = line({ expected: null, on_hand: null, difference: null });
  const fields = lineFields(sheet({ blind: true }), blind, row());
  assert.deepEqual([fields.on_hand, fields.difference], ["", ""]);

  const applied = lineFields(sheet({ blind: true, status: "applied" }), line(), row());
  assert.deepEqual([applied.on_hand, applied.difference, applied.not_open], ["9", "+2", true]);
});

test("a sheet says how far the counting is and no slot of its is undefined", () => {
  const fields = sheetFields(sheet({ line_count: 9, counted: 7, scans: ["SC-12"], blind: true }));

  assert.equal(fields.about, "7 of 9 lines counted, blind, from 1 photo");
  assert.ok([...Object.values(fields), ...Object.values(lineFields(sheet(), line({ quantity: null, counted: null })))].every((value) => value !== undefined));
});

test("the feed tells whose photo it was, and leads there", () => {
  const done = /** @type {any} */ ({ event: "scan-updated", room: "north", by: "AIMS", at: "", data: scan({ found: 23 }), change: { verb: "done" } });
  const applied = /** @type {any} */ ({ event: "count-updated", room: "north", by: "Mina Kaya", at: "", data: sheet(), change: { verb: "apply" } });

  assert.deepEqual(sentence(done), { phrase: "scanned", amount: "", after: ": 23 found" });
  assert.deepEqual([newsFields(done).by, newsFields(done).name, newsFields(done).url], ["Omar Haddad", "shelf 3", "/w/north/scans/SC-12"]);
  assert.deepEqual([newsFields(applied).phrase, newsFields(applied).url], ["applied", "/w/north/counts/CS-5"]);
});

test("a line of the ledger leads to its sheet, with the item shown on the photos", () => {
  const movement = { id: 3, warehouse: "north", sku: "A/B", name: "T", kind: "count", delta: 4, balance_after: 9, reason: null, note: null, ref: "CS-5",
    reverses: null, reversed_by: null, by: "Mina", occurred_at: "2026-03-02T10:12:00.000000Z", sheet: "CS-5" };

  const fields = movementFields(movement);

  assert.deepEqual([fields.sheet, fields.sheet_url, fields.why], [" · CS-5", "/w/north/counts/CS-5?item=A%2FB", ""]);
});

test("a scanner is told from a hand by its speed, its length and its Enter", () => {
  const typed = (/** @type {string} */ text, /** @type {number} */ gap) => {
    const wedge = new Wedge();
    return [...text, "Enter"].map((key, i) => wedge.take(key, 1_000 + i * gap)).at(-1);
  };

  assert.equal(typed("4006381333931", 5), "4006381333931");
  assert.equal(typed("4006381333931", 60), null);
  assert.equal(typed("12345", 5), null);
});

test("what a hand typed before the scanner is not part of the code", () => {
  const wedge = new Wedge();
  for (const [i, key] of [..."12"].entries()) wedge.take(key, i * 200);
  const keys = [..."ABC-123", "Shift", "x", "Enter"];

  assert.equal(keys.map((key, i) => wedge.take(key, 2_000 + i * 4)).at(-1), "ABC-123x");
});

test("a photo keeps 4,000 pixels, which bars need", () => {
  assert.deepEqual([target(8_000, 6_000), target(3_000, 4_000), target(640, 480)].map(({ width, height }) => [width, height]), [[4_000, 3_000], [3_000, 4_000], [640, 480]]);
});

test("a line is signed by who changed it, with the count, and not for what happened to the whole sheet", () => {
  const before = line({ counted: null });

  assert.equal(signed(before, line({ counted: 8, updated_by: "Ana Diaz" })), "Ana counted 8");
  assert.equal(signed(before, line({ counted: null, included: !before.included, updated_by: "Ana Diaz" })), "by Ana");
  assert.equal(signed(before, line({ counted: null, seen: 5, updated_by: null })), "");
});

test("a line that was not applied shows no stock once the sheet is closed, as after a reload", () => {
  const left = line({ included: false, on_hand: 10, difference: -4 });
  for (const status of /** @type {const} */ (["applied", "undone", "discarded"])) assert.deepEqual(lineNow(sheet({ status }), left).onHand, null);
  const kept = line({ included: true, quantity: 20, on_hand: 12, difference: 7, resolution: "keep_difference" });

  assert.deepEqual([lineNow(sheet({ status: "applied" }), kept).change, lineFields(sheet({ status: "applied" }), kept).kept], [7, "the difference was kept"]);
  assert.equal(lineNow(sheet({ status: "discarded" }), kept).onHand, null);
});
