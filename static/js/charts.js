// The geometry of the drawings, without a page: paths and scales. Pure.

/** A sparkline's own coordinates; the server's filter `spark` uses the same. */
const SPARK = { width: 90, height: 24 };

/**
 * The `d` of a step line through the values, scaled from zero to the largest.
 * @param {number[]} values
 */
export function sparkPath(values) {
  if (!values.length) return "";
  const top = Math.max(1, ...values);
  const y = (/** @type {number} */ v) => (SPARK.height - 1 - (v / top) * (SPARK.height - 2)).toFixed(1);
  const x = (/** @type {number} */ i) => ((SPARK.width / values.length) * i).toFixed(1);
  return values.slice(1).reduce((d, v, i) => `${d}V${y(v)}H${x(i + 2)}`, `M0 ${y(values[0])}H${x(1)}`);
}

/** @typedef {{at: number, balance: number, kind: string}} Point */

/**
 * Round steps of an axis that ends at or above `top`: 1, 2 or 5 times a power of ten.
 * @param {number} top
 * @param {number} count about how many steps
 * @returns {number[]}
 */
export function ticks(top, count) {
  const rough = Math.max(top, 1) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough) ?? rough);
  return Array.from({ length: Math.ceil(Math.max(top, 1) / step) + 1 }, (_, i) => i * step);
}

/**
 * The step line of a history: each balance holds until the next movement, the last one until `to`.
 * @param {Point[]} points oldest first
 * @param {{from: number, to: number}} span
 * @param {{x: (at: number) => number, y: (value: number) => number}} scale
 */
export function stepPath(points, span, { x, y }) {
  if (!points.length) return "";
  const first = points[0];
  const start = `M${x(Math.max(first.at, span.from)).toFixed(1)} ${y(first.balance).toFixed(1)}`;
  const steps = points.slice(1).map((p) => `H${x(p.at).toFixed(1)}V${y(p.balance).toFixed(1)}`);
  return `${start}${steps.join("")}H${x(span.to).toFixed(1)}`;
}

/**
 * The chart in words, for those who can not see it.
 * @param {Point[]} points oldest first
 * @param {{days: number, min: number, target: number, unit: string}} about
 */
export function summary(points, { days, min, target, unit }) {
  if (!points.length) return `No movements in the last ${days} days.`;
  const balances = points.map((p) => p.balance);
  const now = balances[balances.length - 1];
  const received = points.filter((p) => p.kind === "receive").length;
  const low = balances.filter((b) => target > 0 && b <= min).length;
  const at = low ? `, at or below the minimum of ${min} after ${low} of them` : "";
  return `${now} now, between ${Math.min(...balances)} and ${Math.max(...balances)} (${unit}) in the last ${days} days. `
    + `${points.length} movements, ${received} of them deliveries${at}.`;
}
