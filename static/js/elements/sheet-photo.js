// A photo on a sheet: what one should know before counting it, and taking it off again.

import * as api from "../api.js";
import { fill } from "../dom.js";
import { store } from "../live.js";
import { toast } from "../news.js";
import { notice } from "../scan-views.js";
import { counting, refusedToast } from "../writes.js";
import { BoundElement } from "./live-element.js";

/** @import {State} from "../state.js" */

export class SheetPhoto extends BoundElement {
  /** @override @param {AbortSignal} signal */
  attach(signal) {
    store.subscribe(({ state }) => this.#draw(state), signal);
    this.onAct({ "take-off": () => void this.#takeOff() }, signal);
    this.#draw(store.state);
  }

  get #sheet() {
    return this.dataset.sheet ?? "";
  }

  get #scan() {
    return this.dataset.of ?? "";
  }

  /** @param {State} state */
  #draw({ scans, sheets }) {
    const scan = scans.get(this.#scan);
    // A photo that was just added is not named by the sheet before that changes.
    const others = [...scans.values()].filter(({ sheet }) => sheet === this.#sheet).map(({ number }) => number);
    if (scan) fill(this, { notice: notice(scan, [...(sheets.get(this.#sheet)?.scans ?? []), ...others]) });
  }

  async #takeOff() {
    const [sheet, scan] = [this.#sheet, this.#scan];
    try {
      await counting("sheet", sheet, () => api.remove(`/sheets/${sheet}/scans/${scan}`));
      toast({ title: `${scan} is not on ${sheet} any more`, detail: "On its own page it can still be counted." });
    } catch (error) {
      refusedToast(error);
    }
  }
}
