// What was seen on photos, as people read it: boxes, items, unknown labels, the line of a list. Pure.

import { qty, words } from "./format.js";

/** @import {Detection, Scan, Sheet} from "./types.js" */
/** @import {Fields} from "./views.js" */

/**
 * @typedef {{sku: string, name: string, stocked: boolean, units: number, boxes: number}} Found one item on all photos of a count
 * @typedef {{scan: string, n: number}} Place where a label was seen
 * @typedef {{x: number, y: number, w: number, h: number}} Area of a photo, in shares of it
 * @typedef {{kind: string, label: string, symbology: string|null, places: Place[]}} Unknown equal labels of no item
 */

/** @param {string} room @param {string} number */
export const scanUrl = (room, number) => `/w/${encodeURIComponent(room)}/scans/${encodeURIComponent(number)}`;

/** @param {number} count @param {string} noun */
export const counted = (count, noun) => `${qty(count)} ${noun}${count === 1 ? "" : "s"}`;

/** "92 %"; a code that was read has no such figure. @param {number|null} confidence */
export const percent = (confidence) => (confidence === null ? "" : `${Math.round(confidence * 100)} %`);

/** The units that somebody typed; null for none, and for what is no number of units. @param {string} text */
export function unitsTyped(text) {
  const units = Number(text);
  return text.trim() !== "" && Number.isInteger(units) && units >= 0 ? units : null;
}

/** What was read, in the words of its kind. @param {{kind: string, label: string, symbology: string|null}} seen */
export function labelText({ kind, label, symbology }) {
  if (kind === "drawn") return "drawn by hand";
  if (kind === "taught") return "by its look";
  return symbology ? `${symbology} ${label}` : `“${label}”`;
}

/** The name of a box, for those who see it and those who hear it. @param {Detection} seen */
export function boxName(seen) {
  const parts = [seen.name ?? "Unknown label", labelText(seen), counted(seen.units, "unit"), percent(seen.confidence)];
  if (seen.state === "ignored") parts.push("ignored");
  return parts.filter(Boolean).join(", ");
}

/** @param {Detection} seen */
export const counts = (seen) => seen.state !== "ignored";

/** @param {Scan[]} scans @returns {Found[]} by name */
export function found(scans) {
  /** @type {Map<string, Found>} */
  const items = new Map();
  for (const seen of scans.flatMap(({ detections = [] }) => detections).filter(counts)) {
    if (seen.sku === null) continue;
    const sum = items.get(seen.sku) ?? { sku: seen.sku, name: seen.name ?? seen.sku, stocked: seen.stocked !== false, units: 0, boxes: 0 };
    items.set(seen.sku, { ...sum, units: sum.units + seen.units, boxes: sum.boxes + 1 });
  }
  return [...items.values()].sort((a, b) => a.name.localeCompare(b.name));
}

/** @param {Scan[]} scans @returns {Unknown[]} the most frequent first */
export function unknown(scans) {
  /** @type {Map<string, Unknown>} */
  const labels = new Map();
  for (const { number, detections = [] } of scans) {
    for (const { n, kind, label, symbology } of detections.filter((seen) => counts(seen) && seen.sku === null)) {
      const key = `${kind} ${label}`;
      const sum = labels.get(key) ?? { kind, label, symbology, places: [] };
      labels.set(key, { ...sum, places: [...sum.places, { scan: number, n }] });
    }
  }
  return [...labels.values()].sort((a, b) => b.places.length - a.places.length);
}

/** What makes a box another, or another judgement of the same. @type {(keyof Detection)[]} */
const DECIDED_ON = ["kind", "label", "x", "y", "w", "h", "sku", "units", "state"];

/** Whether a box is still what somebody decided on. @param {Detection} shown @param {Detection} [now] of the same number */
export const sameBox = (shown, now) => now !== undefined && DECIDED_ON.every((name) => shown[name] === now[name]);

/**
 * Those of the boxes that still have a label that nobody knows.
 * @param {Scan} scan
 * @param {{kind: string, label: string}} of
 * @param {number[]} numbers
 */
export function unknownAt(scan, { kind, label }, numbers) {
  const groups = unknown([scan]).filter((group) => group.kind === kind && group.label === label);
  return groups.flatMap(({ places }) => places.map(({ n }) => n)).filter((n) => numbers.includes(n));
}

/** The numbers of boxes by the photo that they are on. @param {Place[]} places @returns {Map<string, number[]>} */
export function byPhoto(places) {
  /** @type {Map<string, number[]>} */
  const photos = new Map();
  for (const { scan, n } of places) photos.set(scan, [...(photos.get(scan) ?? []), n]);
  return photos;
}

/**
 * Whether units of an item are counted where a box is: whoever draws round a pack to teach its look has seen it counted.
 * A code is a small part of its pack, so what is compared is the smaller of two boxes.
 * @param {Scan} scan
 * @param {string} sku
 * @param {Area} area
 */
export function countedAt({ detections = [] }, sku, area) {
  return detections.some((seen) => counts(seen) && seen.sku === sku && seen.units > 0 && shared(seen, area) > 0.5);
}

/** The part of the smaller of two boxes that is in the other too, 0 to 1. @param {Area} a @param {Area} b */
function shared(a, b) {
  const across = Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x);
  const down = Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y);
  return (Math.max(across, 0) * Math.max(down, 0)) / Math.min(a.w * a.h, b.w * b.h);
}

/** What nobody has looked at yet and is less certain than that. @param {Scan} scan @param {number} below 0 to 1 */
export function doubtful({ detections = [] }, below) {
  return detections.filter(({ state, confidence }) => state === "auto" && confidence !== null && confidence < below);
}

/** How far a scan is, or what came of it. @param {Scan} scan */
export function outcome({ status, progress, found: seen, unmapped, error, sheet }) {
  if (status === "queued") return "waits for its turn";
  if (status === "running") return `looking, ${progress} %`;
  if (status === "failed") return error ?? "failed";
  if (status === "cancelled") return "cancelled";
  const unknowns = unmapped ? `, ${qty(unmapped)} unknown` : "";
  return `${seen ? `${qty(seen)} found` : "nothing found"}${unknowns}${sheet ? `, on ${sheet}` : ""}`;
}

/** Whether a detector is still to look at a photo, or is looking. @param {Scan} scan */
export const isAwaited = ({ status }) => status === "queued" || status === "running";

/** Whether what was seen is there to be gone over: also after a second look that came to nothing. @param {Scan} scan */
export const reviewable = (scan) => !isAwaited(scan);

/** Whether a sheet was applied without anything of a photo, which is free then. @param {Scan} scan @param {Sheet} [sheet] */
export const isUntouched = ({ detections }, sheet) => sheet?.status === "applied" && detections?.length === 0;

/**
 * What a scan's sheet leaves to do: nothing that was applied can be seen otherwise; what is being counted needs no
 * second sheet; what was given up or taken back leaves the photo as if it had none. One that is not known is new.
 * @param {Scan} scan
 * @param {Sheet} [sheet] its own
 * @returns {{again: boolean, count: boolean}} whether it can be looked at again, and counted on a new sheet
 */
export function leaves(scan, sheet) {
  const { status, photo, sheet: number } = scan;
  const becoming = number === null || isUntouched(scan, sheet) ? "none" : sheet?.status ?? "open";
  return { again: !isAwaited(scan) && photo !== null && becoming !== "applied", count: status === "done" && becoming !== "applied" && becoming !== "open" };
}

/** How much people have said of what was seen. @param {Scan} scan */
export const reviewed = ({ detections = [] }) => detections.filter(({ state }) => state !== "auto").length;

/**
 * What one should know before believing it.
 * @param {Scan} scan
 * @param {string[]} [together] the scans of the sheet that is looked at
 */
export function notice({ warnings, truncated, same_photo }, together) {
  const parts = [...warnings];
  if (truncated) parts.push("Something may be missing: the time was up, or there was more than is kept. Look again, or take photos of smaller parts.");
  const twin = same_photo.find((number) => together?.includes(number));
  if (twin) parts.push(`This is the same photo as ${twin} on this sheet: what it shows is counted once.`);
  if (!together && same_photo.length) parts.push(`The same photo was scanned before, as ${same_photo.join(", ")}.`);
  return parts.join(" ");
}

/** @param {Scan} scan @returns {Fields} */
export function scanFields(scan) {
  const open = isAwaited(scan);
  return {
    number: scan.number, url: scanUrl(scan.warehouse, scan.number), status: scan.status,
    title: scan.place ?? `Photo ${scan.number}`, where: scan.place ?? "Photo", by: scan.by, created_at: scan.created_at, status_word: words(scan.status),
    outcome: outcome(scan), progress: String(scan.progress), photo: scan.photo ?? "", thumbnail: scan.thumbnail ?? "",
    no_progress: !open, not_open: !open, not_retriable: scan.status !== "failed" && scan.status !== "cancelled",
    no_photo: scan.photo === null, view_label: `${scan.number} and what was seen on it`,
  };
}
