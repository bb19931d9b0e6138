// The photos of a warehouse, newest first: who scans what, how far it is, what came of it.

import { older } from "../arrange.js";
import { clone, fill, flash, need } from "../dom.js";
import { store } from "../live.js";
import { outcome, scanFields } from "../scan-views.js";
import { BoundElement } from "./live-element.js";
import { act, countByHand, lookAgain } from "./scan-acts.js";

/** @import {News} from "../store.js" */
/** @import {Scan} from "../types.js" */
/** @typedef {{element: HTMLElement, scan: Scan|undefined}} Drawn */

/** @param {HTMLElement} button */
const numberOf = (button) => /** @type {HTMLElement} */ (button.closest("[data-number]")).dataset.number ?? "";

export class Scans extends BoundElement {
  /** @type {Map<string, Drawn>} */
  #drawn = new Map();

  /** @override @param {AbortSignal} signal */
  attach(signal) {
    for (const element of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll(".scan"))) {
      const number = element.dataset.number ?? "";
      this.#drawn.set(number, { element, scan: store.state.scans.get(number) });
    }
    store.subscribe((news) => this.#update(news), signal);
    this.onAct({
      cancel: (button) => void act(numberOf(button), "cancel"),
      retry: (button) => void lookAgain(numberOf(button)),
      "by-hand": (button) => void countByHand(numberOf(button)),
    }, signal);
  }

  /** @param {News} news */
  #update({ state }) {
    for (const [number, drawn] of this.#drawn) if (!state.scans.has(number)) this.#drop(number, drawn);
    for (const scan of state.scans.values()) {
      const drawn = this.#drawn.get(scan.number) ?? this.#insert(scan);
      drawn.element.toggleAttribute("data-saving", state.saving.has(`scan:${scan.number}`));
      if (drawn.scan === scan) continue;
      if (drawn.scan?.status !== scan.status) this.#tell(drawn.element, scan);
      drawn.scan = scan;
      fill(drawn.element, scanFields(scan));
    }
    need(this, "[data-empty]").hidden = this.#drawn.size > 0;
  }

  /** What a scan has come to; each percent would be too much to listen to. @param {HTMLElement} element @param {Scan} scan */
  #tell(element, scan) {
    flash(element);
    fill(this, { said: `${scan.by}, ${scan.place ?? scan.number}: ${outcome(scan)}` });
  }

  /** @param {Scan} scan */
  #insert(scan) {
    const drawn = { element: clone("scan-template"), scan: undefined };
    const next = older([...this.#drawn.values()].flatMap(({ scan: other }) => other ?? []), scan)?.number ?? "";
    need(this, "[data-rows]").insertBefore(drawn.element, this.#drawn.get(next)?.element ?? null);
    this.#drawn.set(scan.number, drawn);
    return drawn;
  }

  /** @param {string} number @param {Drawn} drawn */
  #drop(number, { element }) {
    element.remove();
    this.#drawn.delete(number);
  }
}
