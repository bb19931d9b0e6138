// Single-letter keys, outside of fields only, and only while they are switched on (WCAG 2.1.4).

import { undo } from "../undo.js";
import { openDialog } from "./menus.js";

const STORED = "aims-keys";
/** "G" waits this long for the letter of a page. */
const GO_MS = 1_500;
const ITEMS = ".stock__row, .order, .scan, .sheet";
/** A scanner types letters too: where one is listened to, a letter is a key of ours if nothing follows it for so long. */
const HOLD_MS = 40;

let going = 0;
let held = 0;

/** @returns {HTMLElement|null} the row or card the keys are about */
function current() {
  return /** @type {HTMLElement|null} */ (document.activeElement?.closest(ITEMS) ?? null);
}

/** @param {number} step */
function move(step) {
  const all = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(ITEMS)]);
  const at = all.indexOf(/** @type {HTMLElement} */ (current()));
  const next = all[at < 0 ? 0 : Math.min(Math.max(at + step, 0), all.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

/** Presses a control of the focused row or card, if it has one that may be pressed. @param {string} selector */
const press = (selector) => () => {
  const controls = /** @type {HTMLElement[]} */ ([...(current()?.querySelectorAll(selector) ?? [])]);
  controls.find((control) => control.offsetParent !== null)?.click();
};

/** @param {string} name */
const ask = (name) => () => document.dispatchEvent(new CustomEvent(name));

/** @type {Record<string, () => void>} */
const KEYS = {
  "/": ask("search-focused"), "?": () => openDialog("shortcuts-dialog"),
  j: () => move(1), k: () => move(-1), ArrowDown: () => move(1), ArrowUp: () => move(-1), Enter: press("a[href]"),
  "+": press("[data-move=receive]"), "=": press("[data-move=receive]"), "-": press("[data-move=issue]"),
  c: press("[data-move=count]"), w: press("[data-move=waste]"),
  a: press("[data-decide] [type=submit]"), r: press("[data-act=reject]"), z: press("[data-act=snooze]"), x: press("[data-select]"),
  s: ask("resort-wanted"), u: () => void undo(), g: () => (going = Date.now()),
};

/** @param {KeyboardEvent} event */
function pressed(event) {
  clearTimeout(held);
  if (event.defaultPrevented) return;
  if (event.ctrlKey && event.key === "k") return (event.preventDefault(), ask("search-focused")());
  if (event.ctrlKey || event.metaKey || event.altKey || !enabled()) return;
  const target = /** @type {HTMLElement} */ (event.target);
  const arrows = event.key.startsWith("Arrow") || event.key === "Enter";
  if (target.closest("input, select, textarea, dialog") || (arrows && !target.matches(ITEMS))) return;
  const run = goingTo(event.key) ?? KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!run) return;
  event.preventDefault();
  if (document.querySelector("aims-scanner:not([hidden])")) held = window.setTimeout(run, HOLD_MS);
  else run();
}

/** What the letter after "G" does. @param {string} key @returns {(() => void)|undefined} */
function goingTo(key) {
  const link = /** @type {HTMLElement|null} */ (document.querySelector(`[data-go="${CSS.escape(key.toLowerCase())}"]`));
  return Date.now() - going < GO_MS && link ? () => ((going = 0), link.click()) : undefined;
}

function enabled() {
  try {
    return localStorage.getItem(STORED) !== "off";
  } catch {
    return true;
  }
}

export function listenForKeys() {
  document.addEventListener("keydown", pressed);
  const box = /** @type {HTMLInputElement|null} */ (document.querySelector("[data-keys-switch]"));
  if (!box) return;
  box.checked = enabled();
  box.addEventListener("change", () => localStorage.setItem(STORED, box.checked ? "on" : "off"));
}
