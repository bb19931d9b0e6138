// Scans and count sheets as the page keeps them: what an event or an answer brings is taken over, unless older. Pure.

/** @import {Scan, Sheet} from "./types.js" */

/**
 * The scans with `scan` among them. News of progress leaves out what was detected, which then stays as it was: while a
 * photo is looked at again, and where that fails, what was found before still counts.
 * @param {Map<string, Scan>} scans
 * @param {Scan} scan
 */
export function takeScan(scans, scan) {
  return take(scans, scan, Boolean(scan.detections));
}

/**
 * The scans after a review, which names the boxes that changed; too many to name are fetched.
 * @param {Map<string, Scan>} scans
 * @param {Scan} scan
 */
export function takeReview(scans, scan) {
  const boxes = new Map(scans.get(scan.number)?.detections?.map((one) => [one.n, one]));
  for (const one of scan.detections ?? []) boxes.set(one.n, one);
  return take(scans, { ...scan, detections: scan.detections && [...boxes.values()] }, false);
}

/** @param {Map<string, Scan>} scans @param {Scan} scan @param {boolean} whole whether it tells all of its boxes */
function take(scans, scan, whole) {
  const before = scans.get(scan.number);
  if (before && before.version > scan.version) return scans;
  if (before?.version === scan.version && !scan.detections) return scans;
  const behind = scan.detections === null || !whole && before?.behind === true;
  return new Map(scans).set(scan.number, { ...scan, detections: scan.detections ?? before?.detections, behind });
}

/**
 * The sheets with `sheet` among them. An event names the lines that changed and those that went; too many to name are
 * fetched.
 * @param {Map<string, Sheet>} sheets
 * @param {Sheet} sheet
 */
export function takeSheet(sheets, sheet) {
  const before = sheets.get(sheet.number);
  if (before && before.version >= sheet.version) return sheets;
  const lines = new Map(before?.lines?.map((line) => [line.sku, line]));
  for (const line of sheet.lines ?? []) lines.set(line.sku, line);
  for (const sku of sheet.removed ?? []) lines.delete(sku);
  return new Map(sheets).set(sheet.number, { ...sheet, lines: [...lines.values()], removed: [] });
}

/**
 * The sheets with a sheet that was told with all its lines.
 * @param {Map<string, Sheet>} sheets
 * @param {Sheet} sheet
 */
export function takeWholeSheet(sheets, sheet) {
  const before = sheets.get(sheet.number);
  return before && before.version > sheet.version ? sheets : new Map(sheets).set(sheet.number, sheet);
}
