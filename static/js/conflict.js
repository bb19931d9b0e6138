// What somebody else changed on an order before one's own decision arrived, in words. Pure.

/** @import {OrderRow, Problem} from "./types.js" */

const LABELS = { quantity: "Quantity", received: "Received", supplier: "Supplier", note: "Note" };
const NAMES = /** @type {(keyof typeof LABELS)[]} */ (Object.keys(LABELS));

/**
 * What to say of a refusal: for a stale decision, what they have and what was decided on here.
 * @param {Problem} problem
 * @param {Partial<OrderRow>} yours the order as it was looked at, with the quantity that was typed
 */
export function refusalText(problem, yours) {
  const own = problem.errors?.[0]?.detail ?? problem.detail;
  if (problem.code !== "stale_version" || !problem.current) return own;
  const theirs = /** @type {OrderRow} */ (problem.current);
  const different = NAMES.filter((name) => (theirs[name] ?? "") !== (yours[name] ?? ""));
  const parts = different.map((name) => `${LABELS[name]}: theirs ${theirs[name] ?? "–"}, yours ${yours[name] ?? "–"}`);
  return [own, parts.length ? `${parts.join(" · ")}.` : "", "Press again to decide on it as it is now."].filter(Boolean).join(" ");
}
