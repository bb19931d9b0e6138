// How long to wait before the next attempt: full jitter, so that a thousand pages that lost the
// same server do not come back in the same second.

/** The first attempt comes within this time; smaller would hammer a server that is restarting. */
export const FIRST_MS = 500;
/** No wait is longer; larger would leave people looking at an old table after a short outage. */
export const CAP_MS = 15_000;

/**
 * @param {number} attempt 0 for the first one after a loss
 * @param {() => number} random uniform in [0, 1)
 * @returns {number} milliseconds
 */
export function wait(attempt, random) {
  const ceiling = Math.min(CAP_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return Math.floor(random() * ceiling);
}
