// Time and chance, handed to whoever needs them, so that tests can bring their own.

/**
 * @typedef {object} Clock
 * @property {() => number} now milliseconds since 1970; keeps running while the machine sleeps
 * @property {(fn: () => void, ms: number) => number} after
 * @property {(id: number) => void} cancel
 * @property {() => number} random
 */

/** @type {Clock} */
export const clock = {
  now: () => Date.now(),
  after: (fn, ms) => window.setTimeout(fn, ms),
  cancel: (id) => window.clearTimeout(id),
  random: () => Math.random(),
};
