import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { asked, refuses, says } from "./sheet-page.js";

/** Where the page went. @type {string[]} */
const went = [];
/** What the page said. @type {string[]} */
const said = [];
Object.assign(location, { assign: (/** @type {string} */ address) => went.push(address) });
Object.assign(document, { dispatchEvent: (/** @type {CustomEvent} */ { type }) => said.push(type) });

const { countByHand } = await import("../../static/js/elements/scan-acts.js");

beforeEach(() => {
  for (const list of [asked, went, said]) list.length = 0;
});

test("a scan is counted by hand on a sheet that is made for it", async () => {
  says({ number: "CS-7" });
  await countByHand("SC-12");

  assert.deepEqual([asked, went, said], [["POST /api/scans/SC-12/count"], ["/w/north/counts/CS-7"], []]);
});

test("a scan that is on a sheet which says something else is counted there", async () => {
  refuses(409, { code: "scan_not_open", current: { number: "SC-12", sheet: "CS-5" } });
  await countByHand("SC-12");

  assert.deepEqual([went, said], [["/w/north/counts/CS-5"], []]);
});

test("why a scan without a sheet cannot be counted is said", async () => {
  refuses(409, { code: "scan_not_open", current: { number: "SC-12", sheet: null } });
  await countByHand("SC-12");

  assert.deepEqual([went, said], [[], ["toast-wanted"]]);
});
