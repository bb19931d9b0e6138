// Draws a history into an SVG: grid, minimum and target, the step line, counts and deliveries as dots.

/** @import {Point} from "../charts.js" */

const SVG = "http://www.w3.org/2000/svg";
export const DAY_MS = 86_400_000;
const MARGIN = { top: 10, right: 12, bottom: 22, left: 34 };
/** Dates under the axis, about one for each of these pixels. */
const DATE_EVERY_PX = 110;

/**
 * @typedef {object} Picture
 * @property {Point[]} points
 * @property {{min: number, target: number}} about
 * @property {number[]} levels of the grid, from zero up
 * @property {number} from
 * @property {number} to
 *
 * @typedef {{x: (at: number) => number, y: (value: number) => number, width: number, height: number}} Scale
 */

/** @param {string} name @param {Record<string, string|number>} attributes @param {string} [text] */
function shape(name, attributes, text = "") {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.textContent = text;
  return element;
}

/** @param {HTMLElement} svg @param {Picture} picture @param {typeof import("../charts.js").stepPath} stepPath */
export function draw(svg, picture, stepPath) {
  const { width, height } = svg.getBoundingClientRect();
  if (!width) return;
  const scale = scaleOf(picture, width, height);
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const path = stepPath(picture.points, picture, scale);
  const floor = scale.y(0);
  svg.replaceChildren(
    ...grid(picture, scale),
    shape("path", { class: "chart__area", d: path && `${path}V${floor}H${scale.x(Math.max(picture.points[0]?.at ?? 0, picture.from))}Z` }),
    ...rules(picture, scale, ruleLine),
    shape("path", { class: "chart__line", d: path }),
    ...dots(picture, scale),
    ...rules(picture, scale, ruleLabel),
  );
}

/** @param {Picture} picture @param {number} width @param {number} height @returns {Scale} */
function scaleOf({ levels, from, to }, width, height) {
  const top = levels[levels.length - 1];
  return {
    width, height,
    x: (at) => MARGIN.left + ((Math.max(at, from) - from) / (to - from)) * (width - MARGIN.left - MARGIN.right),
    y: (value) => height - MARGIN.bottom - (value / top) * (height - MARGIN.top - MARGIN.bottom),
  };
}

/** @param {Picture} picture @param {Scale} scale */
function grid({ levels, from, to }, { x, y, width, height }) {
  const lines = levels.flatMap((level) => [
    shape("line", { class: "chart__grid", x1: MARGIN.left, x2: width - MARGIN.right, y1: y(level), y2: y(level) }),
    shape("text", { class: "chart__label chart__label--end", x: MARGIN.left - 6, y: y(level) + 4 }, String(level)),
  ]);
  const count = Math.max(2, Math.floor(width / DATE_EVERY_PX));
  const dates = Array.from({ length: count }, (_, i) => from + ((to - from) / count) * i);
  const labels = dates.map((at) => shape("text", { class: "chart__label", x: x(at), y: height - 6 },
    new Date(at).toLocaleDateString("en-GB", { day: "numeric", month: "short" })));
  return [...lines, ...labels];
}

/** @typedef {(name: string, value: number, scale: Scale) => Element} RulePart */

/** Minimum and target, where they are set; the lines under the history, their names over it. @param {Picture} picture @param {Scale} scale @param {RulePart} part */
function rules({ about: { min, target } }, scale, part) {
  const set = /** @type {[string, number][]} */ ([["target", target], ["min", min]]).filter(([, value]) => value > 0);
  return set.map(([name, value]) => part(name, value, scale));
}

/** @type {RulePart} */
function ruleLine(name, value, { y, width }) {
  return shape("line", { class: `chart__rule chart__rule--${name}`, x1: MARGIN.left, x2: width - MARGIN.right, y1: y(value), y2: y(value) });
}

/** @type {RulePart} */
function ruleLabel(name, value, { y, width }) {
  return shape("text", { class: `chart__rule-label chart__rule-label--${name}`, x: width - MARGIN.right, y: y(value) - 4 }, `${name} ${value}`);
}

/** @param {Picture} picture @param {Scale} scale */
function dots({ points, to }, { x, y }) {
  const told = points.filter(({ kind }) => kind === "count" || kind === "receive");
  const last = points.at(-1);
  return [
    ...told.map(({ at, balance, kind }) => shape("circle", { class: `chart__dot chart__dot--${kind}`, cx: x(at), cy: y(balance), r: 3.5 })),
    ...(last ? [shape("circle", { class: "chart__dot chart__dot--now", cx: x(to), cy: y(last.balance), r: 4.5 })] : []),
  ];
}
