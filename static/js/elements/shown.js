// Which photos this page is about, and asking for things on them to be shown.

import { boot } from "../live.js";
import { isUntouched, reviewable } from "../scan-views.js";

/** @import {State} from "../state.js" */
/** @import {Detection, Scan} from "../types.js" */

/** The photos of the scan or of the sheet at hand. @param {State} state @returns {Scan[]} */
export function photos(state) {
  const number = boot.number ?? "";
  if (boot.page === "scan") return [...state.scans.values()].filter((scan) => scan.number === number);
  const named = state.sheets.get(number)?.scans ?? [];
  return [...state.scans.values()].filter((scan) => scan.sheet === number || named.includes(scan.number));
}

/**
 * Whether what is on a photo can still be judged on this page: its sheet may be closed, or it may be on another one since.
 * @param {State} state @param {Scan} scan
 */
export function isOpenHere({ sheets }, scan) {
  const sheet = sheets.get(scan.sheet ?? "");
  const open = boot.page === "scan" ? sheet?.status !== "applied" || isUntouched(scan, sheet) : scan.sheet === boot.number && sheet?.status === "open";
  return open && reviewable(scan);
}

/**
 * Lights boxes up.
 * @param {{sku?: string, kind?: string, label?: string}} of what they must have
 * @param {boolean} lead bring the first of them into view
 */
export function highlight(of, lead) {
  document.dispatchEvent(new CustomEvent("highlight-wanted", { detail: { of, lead } }));
}

/** @param {Detection} seen @param {{sku?: string, kind?: string, label?: string}} of */
export function fits(seen, of) {
  if (of.sku !== undefined) return seen.sku === of.sku;
  return of.label !== undefined && seen.sku === null && seen.kind === of.kind && seen.label === of.label;
}
