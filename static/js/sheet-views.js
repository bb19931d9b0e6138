// A count sheet as people read it: what each line would change now, and what the whole of it will do. Pure.

import { delta, qty, words } from "./format.js";
import { counted, isAwaited } from "./scan-views.js";
import { itemUrl } from "./views.js";

/** @import {Question} from "./news.js" */
/** @import {InventoryRow, Scan, Sheet, SheetLine} from "./types.js" */
/** @import {Fields} from "./views.js" */

/**
 * @typedef {object} Now a line against the stock as it is at this moment
 * @property {number|null} onHand null while it is not to be seen
 * @property {number|null} change what applying the line would add to the stock; null where it would do nothing yet
 * @property {boolean} conflict stock moved since what is expected was there
 * @property {SheetLine["resolution"]} resolution the one that holds
 *
 * @typedef {object} Plan
 * @property {number} items lines that will be applied
 * @property {number} changed those of them that change the stock
 * @property {number} plus units that will be added
 * @property {number} minus units that will be taken off
 * @property {number} undecided lines in conflict that nobody has settled
 */

/** @param {string} room @param {string} number */
export const sheetUrl = (room, number) => `/w/${encodeURIComponent(room)}/counts/${encodeURIComponent(number)}`;

/** @param {Sheet} sheet @param {SheetLine} line @param {InventoryRow} [row] the level as it is now, where the page has it @returns {Now} */
export function lineNow(sheet, line, row) {
  if (sheet.status !== "open") return closed(sheet, line);
  const onHand = sheet.blind ? null : row?.on_hand ?? line.on_hand;
  const conflict = sheet.mode === "count" && line.quantity !== null && moved(line, row);
  const resolution = holding(line, row);
  return { onHand, change: change(sheet, line, { onHand, conflict, resolution }), conflict, resolution };
}

/** A line of a sheet that is closed: what was not applied found nothing, whatever the page knew before. @param {Sheet} sheet @param {SheetLine} line @returns {Now} */
function closed({ status }, { included, quantity, on_hand, difference, resolution }) {
  const applied = status !== "discarded" && included && quantity !== null;
  return { onHand: applied ? on_hand : null, change: applied ? difference : null, conflict: false, resolution };
}

/**
 * Whether stock moved since what is expected was there. Only the server knows what was taken back, and has said so for
 * the stock that the line was read with; later stock has moved until it says otherwise.
 * @param {SheetLine} line @param {InventoryRow} [row]
 */
function moved({ conflict, expected_version, on_hand_version }, row) {
  return row && row.version > on_hand_version ? row.version !== expected_version : conflict;
}

/** Who kept the count did so for the stock that they saw. @param {SheetLine} line @param {InventoryRow} [row] */
const holding = ({ resolution, on_hand_version }, row) =>
  resolution === "keep_count" && row && row.version > on_hand_version ? null : resolution;

/** @param {Sheet} sheet @param {SheetLine} line @param {Omit<Now, "change">} now @returns {number|null} */
function change({ mode, blind }, { quantity, expected }, { onHand, conflict, resolution }) {
  if (quantity === null || blind) return null;
  if (mode === "receive") return quantity;
  if (conflict && resolution === null) return null;
  return quantity - ((conflict && resolution === "keep_difference" ? expected : onHand) ?? 0);
}

/** @param {Sheet} sheet @param {ReadonlyMap<string, InventoryRow>} rows @returns {Plan} */
export function plan(sheet, rows) {
  const plan = { items: 0, changed: 0, plus: 0, minus: 0, undecided: 0 };
  for (const line of sheet.lines ?? []) {
    if (!line.included || line.quantity === null) continue;
    const { change, conflict, resolution } = lineNow(sheet, line, rows.get(line.sku));
    plan.items += 1;
    plan.changed += Number(Boolean(change));
    plan.plus += Math.max(change ?? 0, 0);
    plan.minus += Math.min(change ?? 0, 0);
    plan.undecided += Number(conflict && resolution === null);
  }
  return plan;
}

/** What the button will do. @param {Sheet} sheet @param {Plan} plan */
export function deed({ mode, blind }, { items, changed, plus, minus, undecided }) {
  if (!items) return "Nothing to apply yet";
  if (undecided) return `${counted(undecided, "line")} to decide on first`;
  if (blind) return `Apply ${counted(items, "count")}`;
  const sum = bothWays(plus, minus);
  if (mode === "receive") return `Receive ${counted(items, "item")} (${sum || "+0"})`;
  return sum ? `Change ${counted(changed, "item")} (${sum})` : `Confirm ${counted(items, "item")}, no change`;
}

/** "+7 −2". @param {number} plus @param {number} minus not above 0 */
const bothWays = (plus, minus) => [plus, minus].filter(Boolean).map(delta).join(" ");

/** @type {Record<string, string>} */
const PAST = { Change: "Changed", Receive: "Received", Confirm: "Confirmed", Apply: "Applied" };

/** The same once it was done. @param {string} deed */
export const done = (deed) => deed.replace(/^\w+/, (verb) => PAST[verb] ?? verb);

/**
 * What is said, and asked, while some photos of a sheet are still to be looked at; null where there is nothing to wait for.
 * @param {Sheet} sheet
 * @param {Scan[]} scans its photos
 * @param {number} sending photos for it that are not sent yet
 * @returns {{said: string, question: Question}|null}
 */
export function awaits({ status }, scans, sending) {
  const awaited = scans.filter(isAwaited).length + sending;
  if (status !== "open" || awaited === 0) return null;
  const [photos, are] = [counted(awaited, "photo"), awaited === 1 ? "is" : "are"];
  return {
    said: `${photos} ${are} still being ${sending ? "sent, or " : ""}looked at`,
    question: { title: `Apply without what ${photos} may still show?`, detail: "What is found after that is not added to this sheet, and not counted.", act: "Apply", keep: "Wait" },
  };
}

/** What a closed sheet came to. @param {Sheet} sheet */
export function result({ status, lines, closed_by }) {
  if (status === "open") return "";
  if (status === "discarded") return `Discarded by ${closed_by ?? "AIMS"}; nothing was changed.`;
  const changes = (lines ?? []).map(({ included, difference }) => (included ? difference ?? 0 : 0)).filter(Boolean);
  const [plus, minus] = [Math.max, Math.min].map((pick) => changes.reduce((sum, one) => sum + pick(one, 0), 0));
  const changed = changes.length ? `It changed ${counted(changes.length, "item")} (${bothWays(plus, minus)})` : "It agreed with the books";
  return status === "undone" ? `${changed}, and was taken back.` : `${changed}.`;
}

/** @param {Sheet} sheet @returns {Fields} */
export function sheetFields(sheet) {
  const photos = sheet.scans.length ? `, from ${counted(sheet.scans.length, "photo")}` : "";
  return {
    number: sheet.number, url: sheetUrl(sheet.warehouse, sheet.number), status: sheet.status, mode: sheet.mode,
    title: sheet.title ?? (sheet.mode === "count" ? "Count" : "Receipt"), status_word: words(sheet.status),
    mode_word: sheet.mode === "count" ? "All there is" : "Came in", blind: String(sheet.blind),
    about: `${qty(sheet.counted)} of ${counted(sheet.line_count, "line")} counted${sheet.blind ? ", blind" : ""}${photos}`,
    by: sheet.by, created_at: sheet.created_at, closed_at: sheet.closed_at ?? "",
    closed: sheet.closed_by ? ` · ${sheet.status} by ${sheet.closed_by}` : "",
    counted_n: String(sheet.counted), lines_n: String(Math.max(sheet.line_count, 1)),
  };
}

/** @param {Sheet} sheet @param {SheetLine} line @param {InventoryRow} [row] @returns {Fields} */
export function lineFields(sheet, line, row) {
  const now = lineNow(sheet, line, row);
  const open = sheet.status === "open";
  return {
    sku: line.sku, name: line.name, url: itemUrl(sheet.warehouse, line.sku), unit: line.unit, bin_text: line.bin ?? "",
    seen: line.seen === null ? "" : qty(line.seen), on_hand: now.onHand === null ? "" : qty(now.onHand),
    counted_n: countText(line), quantity: line.quantity === null ? "–" : qty(line.quantity),
    difference: now.change === null ? "" : delta(now.change), sign: String(Math.sign(now.change ?? 0)),
    doubt: doubt(line), kept: !open && line.resolution === "keep_difference" ? "the difference was kept" : "",
    awaited: awaited(sheet, line, row),
    count_label: `Counted of ${line.name}`, include_label: `Include ${line.name}`, remove_label: `Remove ${line.name}`, boxes_label: `Show ${line.name} on the photo`,
    left_out: String(!line.included), counted_by_hand: String(line.counted !== null), not_open: !open, is_open: open,
    no_conflict: !now.conflict, conflict: String(now.conflict),
    conflict_text: now.conflict ? conflictText(sheet, line, now) : "",
    keeps_count: String(now.resolution === "keep_count"), keeps_difference: String(now.resolution === "keep_difference"),
  };
}

/** What the field of a line says before anybody types into it. @param {SheetLine} line */
export const countText = ({ counted, seen }) => String(counted ?? seen ?? "");

/** @param {SheetLine} line */
const doubt = ({ lowest_confidence, counted }) => (lowest_confidence !== null && counted === null ? `least certain ${Math.round(lowest_confidence * 100)} %` : "");

/** What came in on an order is received there, or it would be awaited for good. @param {Sheet} sheet @param {SheetLine} line @param {InventoryRow} [row] */
function awaited({ status, mode }, { on_order }, row) {
  const due = status === "open" && mode === "receive" ? row?.on_order ?? on_order : 0;
  return due ? `${qty(due)} on order: receive those on the order` : "";
}

/** @param {Sheet} sheet @param {SheetLine} line @param {Now} now */
function conflictText({ blind }, { expected, quantity }, { onHand }) {
  if (blind || expected === null || onHand === null || quantity === null) return "Stock moved while you counted.";
  return `Stock moved while you counted: ${qty(expected)} then, ${qty(onHand)} now. The count leaves ${qty(quantity)}, the difference ${qty(onHand + quantity - expected)}.`;
}

/** Who changed a line, and to which count, in a word; nothing for what happened to the whole sheet. @param {SheetLine} before @param {SheetLine} after */
export function signed(before, after) {
  const who = (after.updated_by ?? "AIMS").split(" ")[0];
  if (after.counted !== before.counted && after.counted !== null) return `${who} counted ${qty(after.counted)}`;
  const same = after.counted === before.counted && after.included === before.included && after.resolution === before.resolution;
  return same ? "" : `by ${who}`;
}

/**
 * Whether a field has something typed in it that is not what was last drawn there; what is no number a browser tells as an
 * empty value.
 * @param {{value: string, defaultValue: string, validity: {badInput: boolean}}} field
 */
export const isTyped = ({ value, defaultValue, validity }) => validity.badInput || value !== defaultValue;

/**
 * Draws the count of a line into its field, and remembers in the field what was drawn. Half a number that somebody is
 * typing stays: with the rest of it behind the count of another, it would become a count that nobody made.
 * @param {{value: string, defaultValue: string, validity: {badInput: boolean}}} field
 * @param {SheetLine} line
 * @param {boolean} focused
 */
export function drawCount(field, line, focused) {
  const text = countText(line);
  if (focused && isTyped(field) && field.value !== text) return;
  field.defaultValue = field.value = text;
}

/** Units that there can be of an item. */
const MOST = 1_000_000_000_000;

/**
 * What a typed count asks for, or why it cannot be; what is no number a browser tells as an empty value.
 * @param {{value: string, validity: {badInput: boolean}}} input
 * @returns {{counted: number|null, included?: boolean}|string}
 */
export function countTyped({ value, validity }) {
  const [typed, units] = [value.trim(), Number(value)];
  if (validity.badInput || !Number.isInteger(units) || units < 0) return "A count is a whole number from 0: it stays as it was.";
  if (units > MOST) return `A count is ${qty(MOST)} at most: it stays as it was.`;
  return typed === "" ? { counted: null } : { counted: units, included: true };
}
