// The head of a scan's page: what the scan is doing, what it warns of, and what can be done about it.

import { fill, need } from "../dom.js";
import { moveOnIfHidden } from "../focus.js";
import { qty } from "../format.js";
import { store } from "../live.js";
import { confirmed } from "../news.js";
import { leaves, notice, outcome, reviewed, scanFields } from "../scan-views.js";
import { BoundElement } from "./live-element.js";
import { act, countByHand } from "./scan-acts.js";

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
      void this.#again(String(new FormData(again).get("detector")));
    }, { signal });
    this.onAct({
      cancel: () => void act(number, "cancel"),
      retry: () => void act(number, "retry"),
      "by-hand": () => void countByHand(number),
    }, signal);
  }

  /** What people said of the photo goes when it is looked at again, so they are asked. @param {string} detector */
  async #again(detector) {
    const said = this.#drawn ? reviewed(this.#drawn) : 0;
    const detail = `What people confirmed, changed, ignored or drew on it will be lost: ${said === 1 ? "1 box" : `${qty(said)} boxes`}.`;
    if (said && !await confirmed({ title: "Look at this photo again?", detail, act: "Look again" })) return;
    await act(this.dataset.number ?? "", "retry", { detector });
  }

  /** @param {State} state */
  #draw({ scans, sheets }) {
    const scan = scans.get(this.dataset.number ?? "");
    const sheet = sheets.get(scan?.sheet ?? "");
    if (!scan || scan === this.#drawn && sheet === this.#sheet) return;
    // Each percent would be too much to listen to.
    if (this.#drawn?.status !== scan.status) {
      fill(this, { said: outcome(scan) });
      moveOnIfHidden("[data-act=cancel]", "[data-act=retry]", "[data-field=make]", "aims-scan h1");
    }
    this.#drawn = scan;
    this.#sheet = sheet;
    need(this, "[data-again]").hidden = !leaves(scan, sheet).again;
    const took = scan.took_ms === null ? "" : `, ${scan.took_ms} ms`;
    fill(this, { ...scanFields(scan), notice: notice(scan), detector: scan.detector, took });
  }
}
