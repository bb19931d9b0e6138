import assert from "node:assert/strict";
import { test } from "node:test";

import { unitsTyped } from "../../static/js/scan-views.js";

test("an empty field is no number of units, and zero is one on purpose alone", () => {
  assert.deepEqual(["", " ", "-1", "2.5", "x"].map(unitsTyped), [null, null, null, null, null]);
  assert.deepEqual(["0", "1", " 24 "].map(unitsTyped), [0, 1, 24]);
});
