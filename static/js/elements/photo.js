// A photo with its boxes, each a button: open it, ignore it, draw another, doubt what is uncertain.

import * as api from "../api.js";
import { clone, fill, need } from "../dom.js";
import { passFocus } from "../focus.js";
import { boot, store } from "../live.js";
import { toast } from "../news.js";
import { boxName, doubtful, percent, sameBox, scanFields } from "../scan-views.js";
import { counting, refusedToast } from "../writes.js";
import { review } from "./box-writes.js";
import { drawOn, lay } from "./drawing.js";
import { BoundElement } from "./live-element.js";
import { fits, isOpenHere } from "./shown.js";

/** @import {Area} from "../scan-views.js" */
/** @import {Detection, Scan} from "../types.js" */

/** How many times its column a photo can be wide. */
const ZOOMS = [1, 1.5, 2, 3, 4];

export class Photo extends BoundElement {
  /** @type {Map<number, HTMLElement>} */
  #boxes = new Map();
  /** @type {Scan|undefined} */
  #scan;
  /** Whether what is on it can still be judged here. */
  #judging = false;
  #zoom = 0;

  /** @override @param {AbortSignal} signal */
  attach(signal) {
    store.subscribe(({ state }) => this.#draw(state.scans.get(this.#number)), signal);
    document.addEventListener("highlight-wanted", (event) => this.#light(/** @type {CustomEvent} */ (event).detail), { signal });
    this.addEventListener("click", (event) => this.#open(/** @type {Element} */ (event.target)), { signal });
    this.addEventListener("keydown", (event) => this.#key(event), { signal });
    const form = need(this, "[data-threshold]");
    form.addEventListener("input", () => this.#doubt(), { signal });
    form.addEventListener("submit", (event) => (event.preventDefault(), void this.#ignoreBelow()), { signal });
    drawOn(this.#frame, need(this, "[data-drawn]"), (area) => (area ? this.#want(area) : this.#drawing(false)), signal);
    this.onAct({ draw: () => this.#drawing(!this.#frame.hasAttribute("data-drawing")), add: () => this.#want({ x: 0.4, y: 0.4, w: 0.2, h: 0.2 }), larger: () => this.#enlarge(1), smaller: () => this.#enlarge(-1) }, signal);
    this.#draw(store.state.scans.get(this.#number));
    if (boot.highlight) this.#light({ of: { sku: boot.highlight }, lead: true });
  }

  get #number() {
    return this.dataset.scan ?? "";
  }

  get #frame() {
    return need(this, "[data-frame]");
  }

  /** @param {Scan|undefined} scan */
  #draw(scan) {
    if (!scan) return;
    const open = isOpenHere(store.state, scan);
    if (scan === this.#scan && open === this.#judging) return;
    this.#scan = scan;
    this.#judging = open;
    for (const control of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-on-review]"))) control.hidden = !open;
    fill(this, scanFields(scan));
    this.#picture(scan);
    const seen = scan.detections ?? [];
    for (const [n, box] of this.#boxes) if (!seen.some((one) => one.n === n)) (box.remove(), this.#boxes.delete(n));
    for (const one of seen) this.#box(one);
    this.#doubt();
  }

  /** @param {Scan} scan */
  #picture({ photo, width, height, number, place }) {
    const image = /** @type {HTMLImageElement} */ (need(this, "img"));
    Object.assign(image, { width, height, alt: `${number}${place ? `, ${place}` : ""}`, hidden: photo === null });
    if (photo && image.getAttribute("src") !== photo) image.src = photo;
    need(this, "[data-gone]").hidden = photo !== null;
  }

  /** @param {Detection} seen */
  #box(seen) {
    const box = this.#boxes.get(seen.n) ?? clone("box-template");
    const text = seen.sku === null ? "?" : seen.units === 1 ? percent(seen.confidence) : `×${seen.units}`;
    fill(box, { n: String(seen.n), label: boxName(seen), state: seen.state, kind: seen.kind, unknown: String(seen.sku === null), text });
    lay(seen, box);
    if (!this.#boxes.has(seen.n)) need(this, "[data-boxes]").append(box);
    this.#boxes.set(seen.n, box);
  }

  /** @param {{of: {sku?: string}, lead: boolean}} wanted */
  #light({ of, lead }) {
    for (const seen of this.#scan?.detections ?? []) this.#boxes.get(seen.n)?.toggleAttribute("data-lit", fits(seen, of));
    const first = this.querySelector("[data-lit]");
    // Of several photos the first leads: the others may be the same one again.
    if (lead && first === document.querySelector("[data-lit]")) first?.scrollIntoView({ block: "center", inline: "center" });
  }

  /** @param {Element} target */
  #open(target) {
    const box = /** @type {HTMLElement|null} */ (target.closest(".box"));
    if (box) document.dispatchEvent(new CustomEvent("box-wanted", { detail: { scan: this.#number, n: Number(box.dataset.n) } }));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const box = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest(".box"));
    const scan = this.#scan;
    const seen = scan?.detections?.find(({ n }) => n === Number(box?.dataset.n));
    if (!scan || !seen || event.key !== "Delete" || !this.#judging || !boot.me.can.operate) return;
    event.preventDefault();
    const state = seen.state === "ignored" ? "confirmed" : "ignored";
    void this.#say(seen, state);
  }

  /** @param {Detection} seen @param {string} state */
  async #say(seen, state) {
    const number = this.#number;
    const now = (/** @type {Scan|undefined} */ scan) => scan?.detections?.find(({ n }) => n === seen.n);
    try {
      const done = await review(number, (scan) => (sameBox(seen, now(scan)) ? [seen.n] : []), { state });
      if (!done && now(store.state.scans.get(number))?.state !== state) toast({ title: "The box has changed meanwhile", detail: "Look at it as it is now.", bad: true });
    } catch (error) {
      refusedToast(error);
    }
  }

  /** @param {boolean} on */
  #drawing(on) {
    this.#frame.toggleAttribute("data-drawing", on);
    need(this, "[data-act=draw]").setAttribute("aria-pressed", String(on));
  }

  /** @param {Area} place */
  #want(place) {
    this.#drawing(false);
    document.dispatchEvent(new CustomEvent("box-wanted", { detail: { scan: this.#number, place } }));
  }

  /** @param {number} step */
  #enlarge(step) {
    this.#zoom = Math.min(Math.max(this.#zoom + step, 0), ZOOMS.length - 1);
    this.#frame.style.setProperty("inline-size", `${ZOOMS[this.#zoom] * 100}%`);
  }

  get #below() {
    return Number(/** @type {HTMLInputElement} */ (need(this, "[name=below]")).value) / 100;
  }

  /** Shows what would be ignored. */
  #doubt() {
    const scan = this.#scan;
    if (!scan) return;
    const judged = doubtful(scan, Infinity).length > 0;
    const doubted = judged ? doubtful(scan, this.#below) : [];
    for (const [n, box] of this.#boxes) box.toggleAttribute("data-doubted", doubted.some((one) => one.n === n));
    const [form, submit] = [need(this, "[data-threshold]"), need(this, "[data-threshold] [type=submit]")];
    const asked = judged && this.#judging;
    if (!asked) passFocus(form, need(this, "[data-view]"));
    if (doubted.length === 0) passFocus(submit, need(form, "[name=below]"));
    form.hidden = !asked;
    submit.hidden = doubted.length === 0;
    fill(this, { below: percent(this.#below), ignore_below: `Ignore ${doubted.length} of ${this.#boxes.size}` });
  }

  async #ignoreBelow() {
    await this.#write(() => api.post(`/scans/${this.#number}/ignore`, { below: this.#below }));
  }

  /** @param {() => Promise<any>} call */
  async #write(call) {
    try {
      await counting("scan", this.#number, call);
    } catch (error) {
      refusedToast(error);
    }
  }
}
