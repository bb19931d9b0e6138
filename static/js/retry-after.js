// When a refused request may come again. Pure.

/** A longer wait would be no wait but a page that has given up. */
const CAP_MS = 3_600_000;

/**
 * Reads a Retry-After header: seconds or a date (RFC 9110, 10.2.3).
 * @param {string|null} said
 * @param {number} now ms since 1970
 * @returns {number|undefined} milliseconds; nothing where it says nothing that can be kept
 */
export function retryAfter(said, now) {
  if (!said) return undefined;
  const ms = /^\d+$/.test(said) ? Number(said) * 1_000 : Date.parse(said) - now;
  return ms >= 0 ? Math.min(ms, CAP_MS) : undefined;
}
