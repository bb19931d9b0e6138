// The head of a scan's page: what the scan is doing, what it warns of, and what can be done about it.

import { fill, need } from "../dom.js";
import { moveOnIfHidden } from "../focus.js";
import { store } from "../live.js";
import { leaves, notice, outcome, scanFields } from "../scan-views.js";
import { BoundElement } from "./live-element.js";
import { act, countByHand, lookAgain } from "./scan-acts.js";

/** @import {State} from "../state.js" */
/** @import {Scan, Sheet} from "../types.js" */

export class ScanHead extends BoundElement {
  /** @type {Scan|undefined} */
  #drawn;
  /** @type {Sheet|undefined} */
  #sheet;

  /** @override @param {AbortSignal} signal */
  attach(signal) {
    const number = this.dataset.number ?? "";
    this.#draw(store.state);
    store.subscribe(({ state }) => this.#draw(state), signal);
    const again = /** @type {HTMLFormElement} */ (need(this, "[data-again]"));
    again.addEventListener("submit", (event) => {
      event.preventDefault();
      void lookAgain(number, { detector: String(new FormData(again).get("detector")) });
    }, { signal });
    this.onAct({
      cancel: () => void act(number, "cancel"),
      retry: () => void lookAgain(number),
      "by-hand": () => void countByHand(number),
    }, signal);
  }

  /** @param {State} state */
  #draw({ scans, sheets }) {
    const scan = scans.get(this.dataset.number ?? "");
    const sheet = sheets.get(scan?.sheet ?? "");
    if (!scan || scan === this.#drawn && sheet === this.#sheet) return;
    // Each percent would be too much to listen to.
    if (this.#drawn?.status !== scan.status) {
      fill(this, { said: outcome(scan) });
      moveOnIfHidden("aims-scan h1");
    }
    this.#drawn = scan;
    this.#sheet = sheet;
    need(this, "[data-again]").hidden = !leaves(scan, sheet).again;
    const took = scan.took_ms === null ? "" : `, ${scan.took_ms} ms`;
    fill(this, { ...scanFields(scan), notice: notice(scan), detector: scan.detector, took });
  }
}
