// How long to wait before the next attempt: full jitter, so that a thousand pages that lost the
// same server do not come back in the same second.

/** The first attempt comes within this time; smaller would hammer a server that is restarting. */
export const FIRST_MS = 500;
/** No wait is longer; larger would leave people looking at an old table after a short outage. */
export const CAP_MS = 15_000;

/** A server that has no room, and does not say when it will, is asked again after this. */
export const BUSY_MS = 3_000;

/** A better way to the server is looked for within this time, while a lesser one works. */
export const CLIMB_FIRST_MS = 10_000;
/** And at last within this: what is blocked for an hour is blocked for a reason, and each look may take half a minute. */
export const CLIMB_CAP_MS = 120_000;

/**
 * @param {number} attempt 0 for the first one after a loss
 * @param {() => number} random uniform in [0, 1)
 * @returns {number} milliseconds
 */
export function wait(attempt, random) {
  return spread(attempt, random, FIRST_MS, CAP_MS);
}

/**
 * @param {number|undefined} said how long a server that has no room wants to be left alone, ms
 * @param {number} attempt 0 for the first one after it said so
 * @param {() => number} random uniform in [0, 1)
 * @returns {number} milliseconds, never less than it wants
 */
export function busyWait(said, attempt, random) {
  return (said ?? BUSY_MS) + wait(attempt, random);
}

/**
 * @param {number} looks in vain so far
 * @param {() => number} random uniform in [0, 1)
 * @returns {number} milliseconds until the next look for a better way
 */
export function climbWait(looks, random) {
  return spread(looks, random, CLIMB_FIRST_MS, CLIMB_CAP_MS);
}

/** @param {number} attempt @param {() => number} random @param {number} first @param {number} cap */
function spread(attempt, random, first, cap) {
  return Math.floor(random() * Math.min(cap, first * 2 ** Math.min(attempt, 10)));
}
