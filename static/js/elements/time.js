// A moment in the reader's own zone, growing older by itself.

import { fullMoment, moment } from "../format.js";

/** How often ages are rewritten; smaller would only wake the machine more often. */
const TICK_MS = 20_000;

/** @type {Set<Time>} */
const all = new Set();
setInterval(() => all.forEach((time) => time.draw()), TICK_MS);

export class Time extends HTMLElement {
  static observedAttributes = ["datetime"];

  connectedCallback() {
    all.add(this);
    this.draw();
  }

  disconnectedCallback() {
    all.delete(this);
  }

  attributeChangedCallback() {
    if (this.isConnected) this.draw();
  }

  draw() {
    const at = Date.parse(this.getAttribute("datetime") ?? "");
    const text = Number.isNaN(at) ? "" : moment(at, Date.now());
    if (this.textContent !== text) this.textContent = text;
    this.title = Number.isNaN(at) ? "" : fullMoment(at);
  }
}
