// Codes for the sheet at hand: from a USB scanner wherever the focus is, from the camera where the browser can, typed otherwise.

import * as api from "../api.js";
import { fill, need } from "../dom.js";
import { qty } from "../format.js";
import { boot, store } from "../live.js";
import { Wedge } from "../wedge.js";
import { counting } from "../writes.js";
import { Camera, canRead } from "./camera.js";
import { BoundElement } from "./live-element.js";

/** Fields in which a code is looked up: a scan there is meant for them. */
const LOOKS_UP = "[role=combobox], [type=search]";

export class Scanner extends BoundElement {
  #wedge = new Wedge();
  /** The field that a code is being typed into, as it was before. @type {{field: HTMLInputElement, value: string}|null} */
  #before = null;
  #camera = new Camera((code) => void this.#tally(code));

  /** @override @param {AbortSignal} signal */
  attach(signal) {
    document.addEventListener("keydown", (event) => this.#key(event), { signal, capture: true });
    need(this, "form").addEventListener("submit", (event) => (event.preventDefault(), this.#typed()), { signal });
    this.onAct({ camera: () => void this.#look() }, signal);
    need(this, "[data-camera]").hidden = !canRead();
    need(this, "[data-no-camera]").hidden = canRead();
    store.subscribe(({ state }) => state.sheets.get(this.dataset.number ?? "")?.status !== "open" && this.#rest(), signal);
    signal.addEventListener("abort", () => this.#camera.stop());
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (this.hidden || event.ctrlKey || event.altKey || event.metaKey || !boot.me.can.operate || isElsewhere(event)) return;
    const code = this.#wedge.take(event.key, event.timeStamp);
    const field = event.target;
    if (this.#wedge.begins) this.#before = field instanceof HTMLInputElement ? { field, value: field.value } : null;
    if (code === null) return;
    event.preventDefault();
    // What the scanner typed into a field was not meant for it.
    if (this.#before) this.#before.field.value = this.#before.value;
    void this.#tally(code);
  }

  #typed() {
    const input = /** @type {HTMLInputElement} */ (need(this, "[name=code]"));
    const code = input.value.trim();
    if (!code) return;
    input.value = "";
    void this.#tally(code);
  }

  async #look() {
    if (this.#camera.runs) return this.#rest();
    const view = need(this, "[data-view]");
    view.hidden = false;
    const why = await this.#camera.start(/** @type {HTMLVideoElement} */ (need(this, "video")));
    if (why) {
      view.hidden = true;
      fill(this, { said: why });
    }
  }

  /** Nothing is counted through a camera that nobody asked for, or on a sheet that is closed. */
  #rest() {
    this.#camera.stop();
    need(this, "[data-view]").hidden = true;
  }

  /** One more of what the code is on. @param {string} code */
  async #tally(code) {
    const number = this.dataset.number ?? "";
    try {
      const { lines } = await counting("sheet", number, () => api.post(`/sheets/${number}/tally`, { code }));
      fill(this, { said: lines?.[0] ? `${lines[0].name}: ${qty(lines[0].counted ?? 0)}` : `Counted ${code}` });
      this.toggleAttribute("data-bad", false);
    } catch (error) {
      if (!(error instanceof api.Refusal)) throw error;
      const { code: why, errors, detail } = error.problem;
      fill(this, { said: why === "not_found" ? `No item has the code ${code}` : `${code}: ${errors?.[0]?.detail ?? detail}` });
      this.toggleAttribute("data-bad", true);
    }
  }
}

/** Whether a key is meant for something else than the sheet: a dialog that covers it, a field that looks items up. @param {KeyboardEvent} event */
function isElsewhere({ target }) {
  return document.querySelector("dialog[open]") !== null || target instanceof Element && target.matches(LOOKS_UP);
}
