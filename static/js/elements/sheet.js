// The head of a sheet's page: what it says of the stock, what became of it, and the photos it was made from.

import * as api from "../api.js";
import { clone, fill, need, place } from "../dom.js";
import { moveOnIfHidden } from "../focus.js";
import { store } from "../live.js";
import { confirmed } from "../news.js";
import { counted, scanFields } from "../scan-views.js";
import { sheetFields } from "../sheet-views.js";
import { counting, refusedToast } from "../writes.js";
import { BoundElement } from "./live-element.js";
import { photos } from "./shown.js";

/** @import {State} from "../state.js" */
/** @import {Scan, Sheet} from "../types.js" */

export class SheetHead extends BoundElement {
  /** @type {Sheet|undefined} */
  #drawn;

  /** @override @param {AbortSignal} signal */
  attach(signal) {
    store.subscribe(({ state }) => this.#draw(state), signal);
    this.addEventListener("change", (event) => void this.#mode(/** @type {HTMLInputElement} */ (event.target)), { signal });
    this.onAct({ discard: () => void this.#discard() }, signal);
    this.#draw(store.state);
  }

  get #number() {
    return this.dataset.number ?? "";
  }

  /** @param {State} state */
  #draw(state) {
    const sheet = state.sheets.get(this.#number);
    this.#photos(photos(state));
    if (!sheet || sheet === this.#drawn) return;
    this.#drawn = sheet;
    this.dataset.status = sheet.status;
    fill(this, sheetFields(sheet));
    for (const choice of /** @type {NodeListOf<HTMLInputElement>} */ (this.querySelectorAll("[name=mode]"))) choice.checked = choice.value === sheet.mode;
    show("[data-open-only], aims-scanner", sheet.status === "open");
    show("[data-applied-only]", sheet.status === "applied");
    moveOnIfHidden("aims-sheet h1");
    show("[data-blind-note]", sheet.status === "open" && sheet.blind);
  }

  /** Photos that were added to the sheet, or taken off, while the page was open. @param {Scan[]} scans */
  #photos(scans) {
    const column = need(document, "[data-photos]");
    const drawn = new Map([...column.children].map((photo) => [/** @type {HTMLElement} */ (photo).dataset.of, photo]));
    const left = column.contains(document.activeElement);
    place(column, scans.map((scan) => drawn.get(scan.number) ?? newPhoto(scan)));
    need(document, "[data-review]").classList.toggle("review--alone", scans.length === 0);
    if (left) moveOnIfHidden("aims-sheet h1");
  }

  /** What was counted is lost with the sheet, so people are asked. */
  async #discard() {
    const lines = this.#drawn?.counted ?? 0;
    const detail = `${counted(lines, "line")} of it ${lines === 1 ? "is" : "are"} counted. The stock stays as it is, and the sheet cannot be opened again.`;
    if (lines && !await confirmed({ title: `Discard ${this.#number}?`, detail, act: "Discard" })) return;
    await this.#write(() => api.post(`/sheets/${this.#number}/discard`, {}));
  }

  /** @param {HTMLInputElement} choice */
  async #mode(choice) {
    const version = this.#drawn?.version;
    if (choice.name === "mode") await this.#write(() => api.patch(`/sheets/${this.#number}`, { mode: choice.value }, { version }));
  }

  /** @param {() => Promise<any>} call */
  async #write(call) {
    try {
      await counting("sheet", this.#number, call);
    } catch (error) {
      this.#drawn = undefined;
      this.#draw(store.state);
      refusedToast(error);
    }
  }
}

/** @param {Scan} scan */
function newPhoto(scan) {
  const photo = clone("photo-template");
  fill(photo, scanFields(scan));
  return photo;
}

/** @param {string} selector @param {boolean} visible */
function show(selector, visible) {
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(selector))) part.hidden = !visible;
}
