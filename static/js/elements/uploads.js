// Photos on their way: dropped, pasted, chosen or taken; sent one after the other, with how far each is.

import * as api from "../api.js";
import { busyWait } from "../backoff.js";
import { clock } from "../clock.js";
import { clone, fill, need } from "../dom.js";
import { passFocus } from "../focus.js";
import { boot, store } from "../live.js";
import { toast } from "../news.js";
import { shrunk } from "../shrink.js";
import { upload } from "../upload.js";
import { uuid } from "../uuid.js";
import { refusedToast } from "../writes.js";
import { BoundElement } from "./live-element.js";
import { countByHand } from "./scan-acts.js";

/** @import {Parcel} from "../upload.js" */
/** @typedef {{file: File, element: HTMLElement, stop: AbortController, parcel: Parcel|null}} Sending */

/** Refusals of the file itself: 413 too large, 415 no photo. Sent again, it would be refused again. */
const FINAL = new Set([413, 415]);
/** What the server takes, in bytes. */
const LARGEST = 15 * 1024 * 1024;

export class Uploads extends BoundElement {
  /** @type {Sending[]} */
  #waiting = [];
  #busy = false;

  /** @override @param {AbortSignal} signal */
  attach(signal) {
    const drop = need(this, "[data-drop]");
    this.addEventListener("change", (event) => this.#chosen(event), { signal });
    for (const sign of ["dragover", "dragenter"]) drop.addEventListener(sign, () => drop.toggleAttribute("data-over", true), { signal });
    for (const sign of ["dragleave", "drop"]) drop.addEventListener(sign, () => drop.toggleAttribute("data-over", false), { signal });
    // Beside the box too: the browser would leave the page for a file that nothing takes.
    for (const sign of /** @type {const} */ (["dragenter", "dragover", "drop"])) document.addEventListener(sign, (event) => this.#dragged(event), { signal });
    document.addEventListener("paste", (event) => this.#pasted(event), { signal });
    need(this, "form").addEventListener("submit", (event) => event.preventDefault(), { signal });
    this.addEventListener("click", (event) => this.#sample(/** @type {Element} */ (event.target)), { signal });
    this.onAct({ "by-hand": () => void countByHand(null) }, signal);
  }

  /** How many photos are still to be sent, those on their way among them. */
  get pending() {
    return this.#waiting.length + Number(this.#busy);
  }

  /** Tells whoever waits for all of them. */
  #tell() {
    document.dispatchEvent(new CustomEvent("uploads-changed"));
  }

  /** @param {DragEvent} event */
  #dragged(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    if (event.type === "drop") this.#add(event.dataTransfer.files);
  }

  /** What is typed into is meant itself, and cells of a table have a picture beside their text. @param {ClipboardEvent} event */
  #pasted({ target, clipboardData }) {
    const typed = target instanceof Element && target.closest("input:not([type=file]), textarea, [contenteditable]");
    if (!typed && !clipboardData?.types.includes("text/plain")) this.#add(clipboardData?.files);
  }

  /** @param {Event} event */
  #chosen(event) {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || input.type !== "file") return;
    this.#add(input.files);
    input.value = "";
  }

  /** A photo that the demo brings along, sent as if one had taken it. @param {Element} target */
  async #sample(target) {
    const button = /** @type {HTMLElement|null} */ (target.closest("[data-sample]"));
    if (!button?.dataset.sample) return;
    try {
      const blob = await api.picture(button.dataset.sample);
      this.#add([new File([blob], `${button.textContent}.jpg`, { type: blob.type })]);
    } catch (error) {
      refusedToast(error);
    }
  }

  /** @param {FileList|File[]|null|undefined} files */
  #add(files) {
    if (!files?.length || this.closest("[hidden]")) return;
    // What is on its way is to be seen, and so is why nothing is.
    this.closest("details")?.toggleAttribute("open", true);
    if (need(this, "fieldset").hasAttribute("data-denied")) return;
    for (const file of files) {
      if (file.type.startsWith("image/")) this.#enqueue(file);
      else toast({ title: `${file.name} is no photo`, detail: "JPEG, PNG or WebP can be looked at.", bad: true });
    }
    void this.#send();
  }

  /** @param {File} file */
  #enqueue(file) {
    const element = clone("upload-template");
    const sending = { file, element, stop: new AbortController(), parcel: null };
    fill(element, { name: file.name, state: "waits" });
    need(element, "[data-act=drop-upload]").addEventListener("click", () => this.#takeBack(sending));
    need(element, "[data-act=send-again]").addEventListener("click", () => this.#again(sending));
    need(this, "[data-queue]").append(element);
    this.#waiting.push(sending);
  }

  /** @param {Sending} sending */
  #takeBack(sending) {
    this.#waiting = this.#waiting.filter((one) => one !== sending);
    sending.stop.abort();
    this.#drop(sending);
    this.#tell();
  }

  /** @param {Sending} sending */
  #drop({ element }) {
    passFocus(element, need(this, "[name=photos]"));
    element.remove();
  }

  /** @param {Sending} sending */
  #again(sending) {
    const button = need(sending.element, "[data-act=send-again]");
    passFocus(button, need(this, "[name=photos]"));
    button.hidden = true;
    fill(sending.element, { state: "waits" });
    this.#waiting.push(sending);
    void this.#send();
  }

  async #send() {
    if (this.#busy) return this.#tell();
    this.#busy = true;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      this.#tell();
      await this.#one(next);
    }
    this.#busy = false;
    this.#tell();
  }

  /** @param {Sending} sending */
  async #one(sending) {
    const { file, element, stop } = sending;
    fill(element, { state: "sending", part: "0" });
    need(element, "progress").hidden = false;
    try {
      const parcel = (sending.parcel ??= await this.#pack(file));
      const scan = await this.#patiently(parcel, element, stop.signal, 0);
      store.send({ type: "merge", scans: [scan] });
      this.#drop(sending);
      fill(this, { said: `${file.name} was sent: ${scan.number}` });
    } catch (error) {
      if (stop.signal.aborted) return;
      if (!(error instanceof api.Refusal)) throw error;
      // What the server refused it has not taken in: the next time goes by what the form says then.
      if (error.problem.status >= 400 && error.problem.status < 500) sending.parcel = null;
      fill(element, { state: error.problem.errors?.[0]?.detail ?? error.problem.detail });
      fill(this, { said: `${file.name}: ${error.problem.title}` });
      // The sheet was closed meanwhile, and its photos with it.
      if (this.closest("[hidden]")) toast({ title: `${file.name} was not sent`, detail: `${error.problem.detail} It can be sent from the Scan page.`, bad: true });
      need(element, "progress").hidden = true;
      need(element, "[data-act=send-again]").hidden = FINAL.has(error.problem.status);
    }
  }

  /** @param {File} file @returns {Promise<Parcel>} */
  async #pack(file) {
    const photo = await shrunk(file);
    if (photo.size > LARGEST) throw new api.Refusal({ title: "Too large", status: 413, code: "image_too_large", detail: "A photo may have 15 MB at most." });
    return { key: uuid(), form: this.#form(photo) };
  }

  /** Sends it; while the server has no room for it, as long as it takes. @param {Parcel} parcel @param {HTMLElement} element @param {AbortSignal} signal @param {number} attempt @returns {Promise<any>} */
  async #patiently(parcel, element, signal, attempt) {
    const progress = (/** @type {number} */ part) => fill(element, { part: String(Math.round(part * 100)), state: `${Math.round(part * 100)} %` });
    try {
      return await upload("/scans", parcel, { progress, signal });
    } catch (error) {
      if (!(error instanceof api.Refusal) || error.problem.status !== 503 || signal.aborted) throw error;
      const { title, detail, retry_after_ms } = error.problem;
      const wait = busyWait(retry_after_ms, attempt, clock.random);
      fill(element, { part: "0", state: `${detail || title} Sent again in ${Math.ceil(wait / 1000)} s.` });
      // One that is taken back keeps the next waiting no longer.
      await new Promise((resolve) => (clock.after(() => resolve(null), wait), signal.addEventListener("abort", resolve)));
      signal.throwIfAborted();
      return this.#patiently(parcel, element, signal, attempt + 1);
    }
  }

  /** @param {Blob} photo */
  #form(photo) {
    const asked = new FormData(/** @type {HTMLFormElement} */ (need(this, "form")));
    const form = new FormData();
    form.set("warehouse", boot.room.code);
    for (const name of ["place", "detector"]) {
      const value = String(asked.get(name) ?? "").trim();
      if (value) form.set(name, value);
    }
    if (this.dataset.sheet) form.set("sheet", this.dataset.sheet);
    form.set("image", photo, "photo");
    return form;
  }
}
