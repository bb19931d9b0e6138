// Labels that belong to no item yet, equal ones together: say which item they are, once or for ever, or ignore them.

import { clone, fill, need } from "../dom.js";
import { passFocus, pressedIn } from "../focus.js";
import { store } from "../live.js";
import { byPhoto, counted, labelText, unknown, unknownAt } from "../scan-views.js";
import { toast } from "../news.js";
import { refusedToast } from "../writes.js";
import { review } from "./box-writes.js";
import { BoundElement } from "./live-element.js";
import { highlight, isOpenHere, photos } from "./shown.js";

/** @import {State} from "../state.js" */
/** @import {Unknown as Group} from "../scan-views.js" */
/** @import {Judgement} from "./box-writes.js" */
/** @import {Picked} from "./pick.js" */

/** @param {{kind: string, label: string}} of */
const keyOf = ({ kind, label }) => `${kind} ${label}`;

export class Unknown extends BoundElement {
  /** @type {Map<string, {element: HTMLElement, group: Group}>} */
  #drawn = new Map();

  /** @override @param {AbortSignal} signal */
  attach(signal) {
    store.subscribe(({ state }) => this.#draw(state), signal);
    this.addEventListener("item-picked", (event) => this.#assign(event), { signal });
    this.addEventListener("focusin", ({ target }) => this.#light(/** @type {HTMLElement} */ (target), false), { signal });
    this.onAct({ "ignore-label": (button) => void this.#ignore(button), "show-label": (button) => this.#light(button, true) }, signal);
    this.#draw(store.state);
  }

  /** @param {State} state */
  #draw(state) {
    const groups = unknown(photos(state).filter((scan) => isOpenHere(state, scan)));
    for (const [key, { element }] of this.#drawn) {
      if (!groups.some((group) => keyOf(group) === key)) this.#drop(key, element);
    }
    for (const group of groups) this.#group(group);
    this.hidden = groups.length === 0;
    fill(this, { total: String(groups.reduce((sum, { places }) => sum + places.length, 0)) });
  }

  /**
   * Who named the label goes on with the next, and after the last with what was found; what is typed to name one that
   * others have named does not name the next.
   * @param {string} key @param {HTMLElement} element
   */
  #drop(key, element) {
    const next = element.nextElementSibling ?? element.previousElementSibling;
    const field = pressedIn(element) ? next?.querySelector("[role=combobox]") : null;
    passFocus(element, field ?? this.parentElement?.querySelector(".panel__title"));
    element.remove();
    this.#drawn.delete(key);
  }

  /** @param {Group} group */
  #group(group) {
    const key = keyOf(group);
    const element = this.#drawn.get(key)?.element ?? clone("unknown-template");
    fill(element, { label: group.label, kind: group.kind, text: labelText(group), count: counted(group.places.length, "time") });
    if (!this.#drawn.has(key)) need(this, "[data-labels]").append(element);
    this.#drawn.set(key, { element, group });
  }

  /** @param {Element} target */
  #of(target) {
    return [...this.#drawn.values()].find(({ element }) => element.contains(target));
  }

  /** @param {HTMLElement} target @param {boolean} lead */
  #light(target, lead) {
    const group = this.#of(target)?.group;
    if (group) highlight({ kind: group.kind, label: group.label }, lead);
  }

  /** @param {Event} event */
  #assign(event) {
    const drawn = this.#of(/** @type {Element} */ (event.target));
    if (!drawn) return;
    const { sku } = /** @type {CustomEvent<Picked>} */ (event).detail;
    const remember = /** @type {HTMLSelectElement} */ (need(drawn.element, "[name=remember]")).value;
    void change(drawn.group, { sku, ...(remember ? { remember } : {}) });
  }

  /** @param {HTMLElement} button */
  async #ignore(button) {
    const drawn = this.#of(button);
    if (drawn) await change(drawn.group, { state: "ignored" });
  }
}

/**
 * The same for every label of a group, photo by photo: each is changed as a whole.
 * @param {Group} group
 * @param {Judgement} wanted
 */
async function change({ kind, label, places }, wanted) {
  try {
    for (const [number, numbers] of byPhoto(places)) {
      const done = await review(number, (scan) => unknownAt(scan, { kind, label }, numbers), wanted);
      if (!done) toast({ title: `What is seen on ${number} has changed meanwhile`, detail: "Look at it as it is now.", bad: true });
    }
  } catch (error) {
    refusedToast(error);
  }
}
