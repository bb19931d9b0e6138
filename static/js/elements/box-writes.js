// What is written to boxes of a photo: a second look gives their numbers to other boxes, and others judge them too.

import * as api from "../api.js";
import { store } from "../live.js";
import { counting } from "../writes.js";

/** @import {Scan} from "../types.js" */
/** @typedef {{sku?: string, units?: number, state?: string, remember?: string}} Judgement what is said of a box */

/** How often a photo may have changed otherwise before it is given up. */
const TRIES = 3;

/**
 * Changes boxes that are still what was decided on. Where the server knows a later photo it tells it, and is asked again
 * with what is picked from that.
 * @param {string} number of the scan
 * @param {(scan: Scan) => number[]} pick those boxes, from the photo as it is now
 * @param {Judgement} change
 * @returns {Promise<boolean>} false where there are none, or what they are now is still to come
 */
export async function review(number, pick, change) {
  for (let left = TRIES - 1; ; left -= 1) {
    const scan = store.state.scans.get(number);
    const numbers = scan && !scan.behind ? pick(scan) : [];
    if (!scan || numbers.length === 0) return false;
    try {
      await counting("scan", number, () => api.patch(`/scans/${number}/detections`, { numbers, change }, { version: scan.version }));
      return true;
    } catch (error) {
      if (left === 0 || !(error instanceof api.Refusal) || error.problem.code !== "stale_version") throw error;
    }
  }
}
