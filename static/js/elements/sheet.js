// The head of a sheet's page: what it says of the stock, what became of it, and the photos it was made from.

import * as api from "../api.js";
import { clone, fill, need } from "../dom.js";
import { store } from "../live.js";
import { scanFields } from "../scan-views.js";
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
    this.onAct({ discard: () => void this.#write(() => api.post(`/sheets/${this.#number}/discard`, {})) }, signal);
    this.#draw(store.state);
  }

  get #number() {
    return this.dataset.number ?? "";
  }

  /** @param {State} state */
  #draw(state) {
    const sheet = state.sheets.get(this.#number);
    for (const scan of photos(state)) this.#photo(scan);
    if (!sheet || sheet === this.#drawn) return;
    this.#drawn = sheet;
    this.dataset.status = sheet.status;
    fill(this, sheetFields(sheet));
    for (const choice of /** @type {NodeListOf<HTMLInputElement>} */ (this.querySelectorAll("[name=mode]"))) choice.checked = choice.value === sheet.mode;
    show("[data-open-only], aims-scanner", sheet.status === "open");
    show("[data-applied-only]", sheet.status === "applied");
    show("[data-blind-note]", sheet.status === "open" && sheet.blind);
  }

  /** A photo that was added to the sheet while the page was open. @param {Scan} scan */
  #photo(scan) {
    const column = need(document, "[data-photos]");
    if (column.querySelector(`[data-scan="${CSS.escape(scan.number)}"]`)) return;
    const photo = clone("photo-template");
    fill(photo, scanFields(scan));
    column.append(photo);
    need(document, "[data-review]").classList.remove("review--alone");
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

/** @param {string} selector @param {boolean} visible */
function show(selector, visible) {
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(selector))) part.hidden = !visible;
}
