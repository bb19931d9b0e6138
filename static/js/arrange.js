// How far a drawn list is from the order it should have, and where in it a new entry stands. Pure.

/**
 * The indices of one longest rising run of numbers (patience sorting, O(n log n)).
 * @param {number[]} values
 * @returns {number} its length
 */
function longestRising(values) {
  /** @type {number[]} */
  const tails = [];
  for (const value of values) {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (tails[middle] < value) low = middle + 1;
      else high = middle;
    }
    tails[low] = value;
  }
  return tails.length;
}

/**
 * How many rows would be seen to move, come or go if `drawn` became `wanted`.
 * @param {readonly string[]} drawn
 * @param {readonly string[]} wanted
 */
export function moved(drawn, wanted) {
  const place = new Map(wanted.map((key, index) => [key, index]));
  const kept = drawn.map((key) => place.get(key)).filter((index) => index !== undefined);
  const gone = drawn.length - kept.length;
  const come = wanted.length - kept.length;
  return gone + come + kept.length - longestRising(kept);
}

/**
 * The newest of those that are older than `one`: in a list with the newest first it stands next below.
 * @template {{created_at: string}} T
 * @param {readonly T[]} all in any order
 * @param {{created_at: string}} one
 * @returns {T|undefined}
 */
export function older(all, { created_at }) {
  const below = all.filter((other) => other.created_at < created_at);
  return below.reduce((a, b) => (a && a.created_at > b.created_at ? a : b), /** @type {T|undefined} */ (undefined));
}
