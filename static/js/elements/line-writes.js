// What is written to the lines of a sheet, and why it was refused, said beside the line.

import * as api from "../api.js";
import { fill } from "../dom.js";
import { counting } from "../writes.js";

/** @param {Element} target @returns {HTMLElement|null} */
export const lineOf = (target) => target.closest(".line");

export class LineWrites {
  #number;

  /** @param {string} number of the sheet */
  constructor(number) {
    this.#number = number;
  }

  /** @param {Element} control in the line @param {object} body @returns {Promise<boolean>} whether it was done */
  put(control, body) {
    return this.#write(control, (path) => api.put(path, body));
  }

  /** @param {Element} control in the line */
  remove(control) {
    return this.#write(control, (path) => api.remove(path));
  }

  /** Adds a line for an item. @param {string} sku @param {HTMLElement} place that says why not */
  add(sku, place) {
    return this.#send(() => api.put(this.#path(sku), {}), place);
  }

  /** Says why something is not even sent. @param {Element} control in the line @param {string} problem */
  refuse(control, problem) {
    const line = lineOf(control);
    if (line) refused(line, problem);
  }

  /** @param {string} sku */
  #path(sku) {
    return `/sheets/${this.#number}/lines/${encodeURIComponent(sku)}`;
  }

  /** @param {Element} control @param {(path: string) => Promise<any>} call */
  async #write(control, call) {
    const line = lineOf(control);
    return line !== null && this.#send(() => call(this.#path(line.dataset.sku ?? "")), line);
  }

  /** @param {() => Promise<any>} call @param {HTMLElement} place */
  async #send(call, place) {
    refused(place, "");
    try {
      await counting("sheet", this.#number, call);
      return true;
    } catch (error) {
      if (!(error instanceof api.Refusal)) throw error;
      refused(place, error.problem.errors?.[0]?.detail ?? error.problem.detail);
      return false;
    }
  }
}

/** @param {HTMLElement} place @param {string} problem */
function refused(place, problem) {
  fill(place, { problem });
  const row = place.querySelector(".line__refused");
  if (row instanceof HTMLElement) row.hidden = problem === "";
}
