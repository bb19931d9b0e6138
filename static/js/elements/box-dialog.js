// What one box is, and adding one: by drawing it first, or by numbers, which is the keyboard's way.

import * as api from "../api.js";
import { fill, need } from "../dom.js";
import { store } from "../live.js";
import { toast } from "../news.js";
import { labelText, percent, unitsTyped } from "../scan-views.js";
import { counting } from "../writes.js";
import { BoundElement } from "./live-element.js";

/** @import {Detection} from "../types.js" */
/** @import {Place} from "./drawing.js" */
/** @import {Pick, Picked} from "./pick.js" */
/** @typedef {{scan: string, n?: number, place?: Place}} Wanted */

const SIDES = /** @type {const} */ (["x", "y", "w", "h"]);

export class BoxDialog extends BoundElement {
  #scan = "";
  /** The box that is open; null while one is added. @type {Detection|null} */
  #seen = null;
  /** @type {string|null} */
  #sku = null;

  /** @override @param {AbortSignal} signal */
  attach(signal) {
    document.addEventListener("box-wanted", (event) => this.#open(/** @type {CustomEvent<Wanted>} */ (event).detail), { signal });
    // What is typed over a choice is none until it is chosen.
    need(this, "aims-pick").addEventListener("input", () => (this.#sku = null), { signal });
    this.addEventListener("item-picked", (event) => this.#pick(/** @type {CustomEvent<Picked>} */ (event).detail), { signal });
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
    this.#scan = scan;
    this.#seen = store.state.scans.get(scan)?.detections?.find((one) => one.n === n) ?? null;
    this.#sku = this.#seen?.sku ?? null;
    /** @type {HTMLFormElement} */ (need(this, "form")).reset();
    const seen = this.#seen;
    const sure = seen?.confidence ? `, ${percent(seen.confidence)} certain` : "";
    fill(this, {
      title: seen ? seen.name ?? "Unknown label" : "Add a box", subtitle: seen ? `${labelText(seen)}${sure}` : "Something that was not seen",
      ignore: seen?.state === "ignored" ? "Count it again" : "Ignore", submit: seen ? "Save" : "Add", problem: "",
    });
    /** @type {Pick} */ (need(this, "aims-pick")).show(seen?.name ?? "");
    this.#input("units").value = String(seen?.units ?? 1);
    for (const side of SIDES) this.#input(side).value = ((place?.[side] ?? 0) * 100).toFixed(1);
    this.#show(seen);
    this.#dialog.showModal();
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
    this.#input("units").select();
  }

  async #save() {
    const units = unitsTyped(this.#input("units").value);
    if (!this.#sku) return this.#doubt("[role=combobox]", "Which item is it? Choose one from the list.");
    if (units === null) return this.#doubt("[name=units]", "How many units are in it? 0 only says where it is, and counts nothing.");
    const seen = this.#seen;
    const place = seen ?? /** @type {Place} */ (Object.fromEntries(SIDES.map((side) => [side, Number(this.#input(side).value) / 100])));
    const { x, y, w, h } = place;
    const at = { x, y, w, h };
    const done = await this.#write(() => seen
      ? api.patch(`/scans/${this.#scan}/detections/${seen.n}`, this.#changes(seen, units))
      : api.post(`/scans/${this.#scan}/detections`, { sku: this.#sku, units, ...at }));
    if (done && this.#input("teach").checked) await this.#teach(at);
  }

  /** What is missing or makes no sense. @param {string} field @param {string} problem */
  #doubt(field, problem) {
    fill(this, { problem });
    need(this, field).focus();
  }

  /** What the form says differently; saving it as it was confirms it. @param {Detection} seen @param {number} units */
  #changes(seen, units) {
    const remember = this.#input("remember").value;
    return {
      ...(this.#sku !== seen.sku || remember ? { sku: this.#sku } : {}), ...(units === seen.units ? {} : { units }),
      ...(remember ? { remember } : {}), ...(seen.state === "auto" || seen.state === "ignored" ? { state: "confirmed" } : {}),
    };
  }

  /** @param {Place} at */
  async #teach(at) {
    const taught = await this.#write(() => api.post("/looks", { scan: this.#scan, sku: this.#sku, ...at }));
    if (taught) toast({ title: "Taught", detail: "The detector “taught” looks for it on other photos now." });
  }

  async #ignore() {
    const seen = this.#seen;
    if (!seen) return;
    const state = seen.state === "ignored" ? "confirmed" : "ignored";
    await this.#write(() => api.patch(`/scans/${this.#scan}/detections/${seen.n}`, { state }));
  }

  /** @param {() => Promise<any>} call @returns {Promise<boolean>} whether it was done */
  async #write(call) {
    fill(this, { problem: "" });
    try {
      await counting("scan", this.#scan, call);
      this.#dialog.close();
      return true;
    } catch (error) {
      if (!(error instanceof api.Refusal)) throw error;
      if (!this.#dialog.open) toast({ title: error.problem.title, detail: error.problem.detail, bad: true });
      fill(this, { problem: error.problem.errors?.[0]?.detail ?? error.problem.detail });
      return false;
    }
  }
}
