// The lines of a count sheet: typed, ticked, settled; everybody's changes as they come.

import { clone, fill, flash, gate, need } from "../dom.js";
import { passFocus, pressedIn } from "../focus.js";
import { store } from "../live.js";
import { countTyped, drawCount, isTyped, lineFields, signed } from "../sheet-views.js";
import { LineWrites, lineOf } from "./line-writes.js";
import { BoundElement } from "./live-element.js";
import { highlight } from "./shown.js";

/** @import {State} from "../state.js" */
/** @import {InventoryRow, Sheet, SheetLine} from "../types.js" */
/** @import {Pick, Picked} from "./pick.js" */
/** @typedef {{element: HTMLElement, line: SheetLine|undefined, sheet: Sheet|undefined, row: InventoryRow|undefined}} Drawn */

/** How long a change stays signed with the name of who made it. */
const MARK_MS = 4_000;

export class Lines extends BoundElement {
  /** @type {Map<string, Drawn>} */
  #drawn = new Map();
  /** What was drawn last; while it is the same, no line can have changed. @type {{sheet?: Sheet, rows?: State["rows"]}} */
  #shown = {};
  /** The item that was added here and waits for its line, to be typed into. */
  #awaited = "";
  #writes = new LineWrites(this.dataset.number ?? "");

  /** @override @param {AbortSignal} signal */
  attach(signal) {
    const lines = new Map(store.state.sheets.get(this.#number)?.lines?.map((line) => [line.sku, line]));
    for (const element of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll(".line"))) {
      const sku = element.dataset.sku ?? "";
      this.#drawn.set(sku, { element, line: lines.get(sku), sheet: undefined, row: undefined });
    }
    store.subscribe(({ state }) => this.#update(state), signal);
    this.addEventListener("change", (event) => this.#changed(/** @type {HTMLInputElement} */ (event.target)), { signal });
    this.addEventListener("keydown", (event) => this.#next(event), { signal });
    this.addEventListener("focusin", ({ target }) => this.#light(/** @type {Element} */ (target), false), { signal });
    this.addEventListener("focusout", ({ target }) => this.#left(/** @type {HTMLInputElement} */ (target)), { signal });
    this.addEventListener("item-picked", (event) => this.#add(/** @type {CustomEvent<Picked>} */ (event).detail), { signal });
    this.onAct({
      "remove-line": (button) => void this.#writes.remove(button),
      "keep-count": (button) => void this.#settle(button, "keep_count"),
      "keep-difference": (button) => void this.#settle(button, "keep_difference"),
      "show-boxes": (button) => this.#light(button, true),
    }, signal);
    this.#update(store.state);
  }

  get #number() {
    return this.dataset.number ?? "";
  }

  /** @param {string} sku */
  #line(sku) {
    return store.state.sheets.get(this.#number)?.lines?.find((line) => line.sku === sku);
  }

  /** @param {State} state */
  #update(state) {
    const sheet = state.sheets.get(this.#number);
    this.toggleAttribute("data-saving", state.saving.has(`sheet:${this.#number}`));
    if (!sheet || sheet === this.#shown.sheet && state.rows === this.#shown.rows) return;
    this.#shown = { sheet, rows: state.rows };
    const lines = sheet.lines ?? [];
    const named = new Set(lines.map(({ sku }) => sku));
    for (const [sku, { element }] of this.#drawn) if (!named.has(sku)) (this.#drawn.delete(sku), takeAway(element));
    for (const line of lines) this.#draw(sheet, line, state.rows.get(line.sku));
    need(this, "[data-empty]").hidden = lines.length > 0;
  }

  /** @param {Sheet} sheet @param {SheetLine} line @param {InventoryRow|undefined} row */
  #draw(sheet, line, row) {
    const drawn = this.#drawn.get(line.sku) ?? this.#insert(line.sku);
    if (drawn.line === line && drawn.row === row && drawn.sheet?.status === sheet.status && drawn.sheet.mode === sheet.mode) return;
    const mark = drawn.sheet && drawn.line && line.updated_by !== store.state.me ? signed(drawn.line, line) : "";
    fill(drawn.element, { ...lineFields(sheet, line, row), mark }, drawn.sheet !== undefined);
    gate(drawn.element);
    if (mark) setTimeout(() => fill(drawn.element, { mark: "" }), MARK_MS);
    const input = /** @type {HTMLInputElement} */ (need(drawn.element, "[name=counted]"));
    drawCount(input, line, document.activeElement === input);
    /** @type {HTMLInputElement} */ (need(drawn.element, "[data-include]")).checked = line.included;
    Object.assign(drawn, { line, sheet, row });
    if (this.#awaited === line.sku) this.#arrived(input);
  }

  /** @param {HTMLInputElement} input */
  #arrived(input) {
    this.#awaited = "";
    input.focus();
    input.select();
  }

  /** @param {string} sku @returns {Drawn} */
  #insert(sku) {
    const drawn = { element: clone("line-template"), line: undefined, sheet: undefined, row: undefined };
    need(this, "table").append(drawn.element);
    this.#drawn.set(sku, drawn);
    flash(drawn.element);
    return drawn;
  }

  /** @param {Element} target @param {boolean} lead */
  #light(target, lead) {
    const sku = lineOf(target)?.dataset.sku;
    if (sku) highlight({ sku }, lead);
  }

  /** Half a number that was left in a line because others took it away does not bring it back. @param {HTMLInputElement} input */
  #changed(input) {
    if (!this.#drawn.has(lineOf(input)?.dataset.sku ?? "")) return;
    if (input.matches("[data-include]")) void this.#include(input);
    if (input.name !== "counted") return;
    const typed = countTyped(input);
    if (typeof typed === "string") this.#writes.refuse(input, typed);
    else void this.#writes.put(input, typed);
  }

  /** What was typed and taken back may stand for a count that others have changed by now. @param {HTMLInputElement} input */
  #left(input) {
    const line = this.#drawn.get(lineOf(input)?.dataset.sku ?? "")?.line;
    if (line && input.name === "counted" && !isTyped(input)) drawCount(input, line, false);
  }

  /** Decides for the stock that is on the screen, not for what moved since. @param {HTMLElement} button @param {"keep_count"|"keep_difference"} resolution */
  async #settle(button, resolution) {
    const drawn = this.#drawn.get(lineOf(button)?.dataset.sku ?? "");
    const on_hand_version = drawn?.row?.version ?? drawn?.line?.on_hand_version;
    await this.#writes.put(button, { resolution, on_hand_version });
  }

  /** A tick that was refused goes back to what the line says. @param {HTMLInputElement} input */
  async #include(input) {
    const sku = lineOf(input)?.dataset.sku ?? "";
    if (await this.#writes.put(input, { included: input.checked })) return;
    input.checked = this.#line(sku)?.included ?? input.checked;
  }

  /** Enter goes to the next line, as on paper. @param {KeyboardEvent} event */
  #next(event) {
    const input = /** @type {HTMLElement} */ (event.target);
    if (event.key !== "Enter" || event.defaultPrevented || !input.matches("[name=counted]")) return;
    event.preventDefault();
    // Leaving the field is what makes the number count, whether another line follows or not.
    input.blur();
    const all = /** @type {HTMLInputElement[]} */ ([...this.querySelectorAll("[name=counted]")]);
    const next = all[all.indexOf(/** @type {HTMLInputElement} */ (input)) + 1];
    if (next) (next.focus(), next.select());
    else document.dispatchEvent(new CustomEvent("apply-reached"));
  }

  /** @param {Picked} picked */
  #add({ sku }) {
    /** @type {Pick} */ (need(this, "aims-pick")).show("");
    const drawn = this.#drawn.get(sku);
    if (drawn) return this.#arrived(need(drawn.element, "[name=counted]"));
    this.#awaited = sku;
    void this.#writes.add(sku, need(this, ".lines__add"));
  }
}

/** Who took the line away goes on counting at the next; what is typed into one that others took is not for the next. @param {HTMLElement} line */
function takeAway(line) {
  const next = pressedIn(line) ? (line.nextElementSibling ?? line.previousElementSibling)?.querySelector("[name=counted]") : null;
  passFocus(line, next ?? document.querySelector("#lines-title"));
  line.remove();
}
