// What one box is, and adding one: by drawing it first, or by numbers, which is the keyboard's way.

import * as api from "../api.js";
import { fill, gate, need } from "../dom.js";
import { store } from "../live.js";
import { toast } from "../news.js";
import { countedAt, isAwaited, labelText, percent, sameBox, unitsTyped } from "../scan-views.js";
import { counting } from "../writes.js";
import { review } from "./box-writes.js";
import { BoundElement } from "./live-element.js";
import { isOpenHere } from "./shown.js";

/** @import {Detection, Scan} from "../types.js" */
/** @import {Area} from "../scan-views.js" */
/** @import {Pick, Picked} from "./pick.js" */
/** @import {Judgement} from "./box-writes.js" */
/** @typedef {{scan: string, n?: number, place?: Area}} Wanted */
/** @typedef {{opening: number, scan: string, seen: Detection}} Decided the box that was shown, when, and of which photo */

const SIDES = /** @type {const} */ (["x", "y", "w", "h"]);

export class BoxDialog extends BoundElement {
  #scan = "";
  /** The box that is open; null while one is added. @type {Detection|null} */
  #seen = null;
  /** @type {string|null} */
  #sku = null;
  /** How often it was opened: an answer that comes late is not about what is open by then. */
  #opening = 0;

  /** @override @param {AbortSignal} signal */
  attach(signal) {
    document.addEventListener("box-wanted", (event) => this.#open(/** @type {CustomEvent<Wanted>} */ (event).detail), { signal });
    // What is typed over a choice is none until it is chosen.
    need(this, "aims-pick").addEventListener("input", () => ((this.#sku = null), this.#tell()), { signal });
    this.addEventListener("item-picked", (event) => this.#pick(/** @type {CustomEvent<Picked>} */ (event).detail), { signal });
    this.addEventListener("change", () => this.#tell(), { signal });
    need(this, "form").addEventListener("submit", (event) => (event.preventDefault(), void this.#save()), { signal });
    this.onAct({ dismiss: () => this.#dialog.close(), ignore: () => void this.#ignore() }, signal);
  }

  get #dialog() {
    return /** @type {HTMLDialogElement} */ (need(this, "dialog"));
  }

  /** @param {string} name @returns {HTMLInputElement} */
  #input(name) {
    return need(this, `[name=${name}]`);
  }

  /** @param {Wanted} wanted */
  #open({ scan, n, place }) {
    this.#opening += 1;
    this.#scan = scan;
    this.#about(store.state.scans.get(scan)?.detections?.find((one) => one.n === n) ?? null, place);
    this.#dialog.showModal();
    /** @type {HTMLInputElement} */ (need(this, "[role=combobox]")).select();
  }

  /** @param {Detection|null} found null to add one @param {Area} [place] */
  #about(found, place) {
    this.#seen = found;
    this.#sku = found?.sku ?? null;
    /** @type {HTMLFormElement} */ (need(this, "form")).reset();
    const seen = this.#seen;
    const sure = seen?.confidence ? `, ${percent(seen.confidence)} certain` : "";
    fill(this, {
      title: seen ? seen.name ?? "Unknown label" : "Add a box", subtitle: seen ? `${labelText(seen)}${sure}` : "Something that was not seen",
      ignore: seen?.state === "ignored" ? "Count it again" : "Do not count", problem: "",
    });
    /** @type {Pick} */ (need(this, "aims-pick")).show(seen?.name ?? "");
    this.#input("units").value = String(seen?.units ?? 1);
    const scan = store.state.scans.get(this.#scan);
    const onRecord = seen !== null && scan !== undefined && !isAwaited(scan) && !isOpenHere(store.state, scan);
    need(this, "footer").hidden = onRecord;
    fill(this, { record: onRecord ? "Its sheet is closed, and what was seen is on record." : "" });
    for (const side of SIDES) this.#input(side).value = ((place?.[side] ?? 0) * 100).toFixed(1);
    this.#show(seen);
    this.#tell();
  }

  /** The parts that this box needs. @param {Detection|null} seen */
  #show(seen) {
    const parts = {
      add: seen === null, box: seen !== null,
      label: seen !== null && (seen.kind === "barcode" || seen.kind === "class"),
      look: seen === null || seen.kind === "drawn" || seen.kind === "class",
    };
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-for]"))) {
      part.hidden = !parts[/** @type {keyof typeof parts} */ (part.dataset.for)];
    }
  }

  /** @param {Picked} picked */
  #pick({ sku }) {
    this.#sku = sku;
    this.#tell();
    this.#input("units").select();
  }

  async #save() {
    const units = unitsTyped(this.#input("units").value);
    const [opening, scan, seen, sku] = [this.#opening, this.#scan, this.#seen, this.#sku];
    if (!sku) return this.#doubt("[role=combobox]", "Which item is it? Choose one from the list.");
    if (units === null) return this.#doubt("[name=units]", "How many units are in it? 0 only says where it is, and counts nothing.");
    const area = this.#area;
    const known = this.#isCounted;
    if (seen && !this.#isStill(seen)) return this.#showNow(seen);
    // What cannot be taught is to be drawn again, so nothing is counted before.
    if (this.#input("teach").checked && !await this.#ask(() => this.#teach({ scan, sku, ...area }))) return;
    const done = seen ? await this.#change({ opening, scan, seen }, this.#changes(seen, sku, units))
      : known || await this.#ask(() => counting("scan", scan, () => api.post(`/scans/${scan}/detections`, { sku, units, ...area })));
    if (done && this.#opening === opening) this.#dialog.close();
  }

  /** @param {Detection} seen @param {Scan} [scan] */
  #isStill(seen, scan = store.state.scans.get(this.#scan)) {
    return scan !== undefined && !scan.behind && sameBox(seen, scan.detections?.find(({ n }) => n === seen.n));
  }

  /** Changes the box that was decided on, and no other. @param {Decided} on @param {Judgement} said @returns {Promise<boolean>} whether it was done */
  async #change({ opening, scan: number, seen }, said) {
    let found = true;
    const done = await this.#ask(async () => void (found = await review(number, (scan) => (this.#isStill(seen, scan) ? [seen.n] : []), said)));
    if (!found && this.#opening === opening) this.#showNow(seen);
    return done && found;
  }

  /** What the box has become meanwhile, to be decided on anew. @param {Detection} before */
  #showNow(before) {
    const scan = store.state.scans.get(this.#scan);
    const now = scan?.detections?.find(({ n }) => n === before.n);
    if (!scan || scan.behind) return fill(this, { problem: "The photo has changed meanwhile, and what is on it now is still to come: press again in a moment." });
    if (!now) return fill(this, { problem: "The box is not there any more: the photo was looked at again meanwhile." });
    this.#about(now);
    fill(this, { problem: "The box has changed meanwhile, and is shown as it is now. Nothing was saved: decide again." });
    this.#input("units").focus();
  }

  /** @returns {Area} */
  get #area() {
    if (this.#seen) return (({ x, y, w, h }) => ({ x, y, w, h }))(this.#seen);
    return /** @type {any} */ (Object.fromEntries(SIDES.map((side) => [side, Number(this.#input(side).value) / 100])));
  }

  /** Whether the box that is drawn is of a pack that counts already, and is to teach its look alone. */
  get #isCounted() {
    const scan = store.state.scans.get(this.#scan);
    if (this.#seen || !scan || !this.#sku || !this.#input("teach").checked) return false;
    return countedAt(scan, this.#sku, this.#area);
  }

  #tell() {
    const known = this.#isCounted;
    fill(this, { submit: this.#seen ? "Save" : known ? "Teach" : "Add", known: known ? "It is counted here already: this box teaches its look, and adds nothing." : "" });
  }

  /** What is missing or makes no sense. @param {string} field @param {string} problem */
  #doubt(field, problem) {
    fill(this, { problem });
    need(this, field).focus();
  }

  /** What the form says differently; saving it as it was confirms it. @param {Detection} seen @param {string} sku @param {number} units */
  #changes(seen, sku, units) {
    const remember = this.#input("remember").value;
    return {
      ...(sku !== seen.sku || remember ? { sku } : {}), ...(units === seen.units ? {} : { units }),
      ...(remember ? { remember } : {}), ...(seen.state === "auto" || seen.state === "ignored" ? { state: "confirmed" } : {}),
    };
  }

  /** @param {Area & {scan: string, sku: string}} lesson */
  async #teach(lesson) {
    const opening = this.#opening;
    await api.post("/looks", lesson);
    // Should the box be refused now, its look is not taught once more.
    if (this.#opening === opening) this.#input("teach").checked = false;
    toast({ title: "Taught", detail: "The detector “taught” looks for it on other photos now." });
  }

  async #ignore() {
    const [opening, scan, seen] = [this.#opening, this.#scan, this.#seen];
    if (!seen) return;
    const done = await this.#change({ opening, scan, seen }, { state: seen.state === "ignored" ? "confirmed" : "ignored" });
    if (done && this.#opening === opening) this.#dialog.close();
  }

  /** One question at a time; a refusal is said in the dialog that asked, while it is there. @param {() => Promise<any>} call @returns {Promise<boolean>} whether it was done */
  async #ask(call) {
    const opening = this.#opening;
    this.#wait(true);
    fill(this, { problem: "" });
    try {
      await call();
      return true;
    } catch (error) {
      if (!(error instanceof api.Refusal)) throw error;
      if (this.#dialog.open && this.#opening === opening) fill(this, { problem: error.problem.errors?.[0]?.detail ?? error.problem.detail });
      else toast({ title: error.problem.title, detail: error.problem.detail, bad: true });
      return false;
    } finally {
      this.#wait(false);
    }
  }

  /** What writes is closed until the answer is here. @param {boolean} on */
  #wait(on) {
    for (const button of this.querySelectorAll("footer [data-write]")) button.toggleAttribute("data-none", on);
    gate(this);
  }
}
