// Looks an item up while one types and says which was chosen (WAI-ARIA 1.2 combobox with a list).

import * as api from "../api.js";
import { BoundElement } from "./live-element.js";

/** @typedef {{sku: string, name: string}} Picked */

/** Typing pauses shorter than this are not searched for. */
const TYPING_MS = 140;
/** Items offered; with more one types on. */
const OFFERED = 8;

let named = 0;

export class Pick extends BoundElement {
  /** @type {Picked[]} */
  #offered = [];
  #active = -1;
  #timer = 0;
  /** The latest question; an answer to an older one is dropped. */
  #asked = 0;

  /** @override @param {AbortSignal} signal */
  attach(signal) {
    this.#list.id = `pick-${++named}`;
    this.#input.setAttribute("aria-controls", this.#list.id);
    this.#input.addEventListener("input", () => this.#typed(), { signal });
    this.#input.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.#input.addEventListener("blur", () => this.#close(), { signal });
    // The press would take the focus, and with it the list, before the click arrives.
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault(), { signal });
    this.#list.addEventListener("click", (event) => this.#choose([...this.#list.children].indexOf(/** @type {Element} */ (event.target))), { signal });
  }

  /** @returns {HTMLInputElement} */
  get #input() {
    return /** @type {HTMLInputElement} */ (this.querySelector("input"));
  }

  /** @returns {HTMLElement} */
  get #list() {
    return /** @type {HTMLElement} */ (this.querySelector("ul"));
  }

  /** What stands in the field. @param {string} text */
  show(text) {
    this.#input.value = text;
    this.#close();
  }

  #typed() {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#search(), TYPING_MS);
  }

  async #search() {
    const q = this.#input.value.trim();
    const question = ++this.#asked;
    if (!q) return this.#close();
    const found = await api.get("/items", { q, limit: OFFERED }).catch(() => null);
    if (question !== this.#asked || document.activeElement !== this.#input) return;
    this.#offer(found?.data ?? []);
  }

  /** @param {Picked[]} items */
  #offer(items) {
    this.#offered = items;
    this.#list.replaceChildren(...(items.length ? items.map(option) : [nothing()]));
    this.#list.hidden = false;
    this.#input.setAttribute("aria-expanded", "true");
    this.#point(items.length ? 0 : -1);
  }

  /** @param {number} index */
  #point(index) {
    this.#active = index;
    for (const [i, one] of [...this.#list.children].entries()) {
      one.id = `${this.#list.id}-${i}`;
      one.setAttribute("aria-selected", String(i === index));
      if (i === index) one.scrollIntoView({ block: "nearest" });
    }
    if (index < 0) this.#input.removeAttribute("aria-activedescendant");
    else this.#input.setAttribute("aria-activedescendant", `${this.#list.id}-${index}`);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.defaultPrevented) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape" && !this.#list.hidden) return (event.preventDefault(), event.stopPropagation(), this.#close());
    if (event.key === "Enter") return (event.preventDefault(), this.#choose(this.#active));
    if (!step || this.#list.hidden) return;
    event.preventDefault();
    this.#point(Math.min(Math.max(this.#active + step, 0), this.#offered.length - 1));
  }

  /** @param {number} index */
  #choose(index) {
    const item = this.#offered[index];
    if (!item || this.#list.hidden) return;
    this.show(item.name);
    this.dispatchEvent(new CustomEvent("item-picked", { bubbles: true, detail: { sku: item.sku, name: item.name } }));
  }

  #close() {
    this.#asked += 1;
    this.#offered = [];
    this.#list.hidden = true;
    this.#input.setAttribute("aria-expanded", "false");
    this.#input.removeAttribute("aria-activedescendant");
  }
}

/** @param {Picked} item */
function option({ sku, name }) {
  const line = document.createElement("li");
  line.setAttribute("role", "option");
  line.className = "pick__option";
  line.append(name, " ", Object.assign(document.createElement("small"), { textContent: sku }));
  return line;
}

function nothing() {
  return Object.assign(document.createElement("li"), { className: "pick__none", textContent: "No such item" });
}
