// What labels mean, as people said it, and how often what was read proved right: the only honest accuracy.

import * as api from "../api.js";
import { clone, fill, need, place } from "../dom.js";
import { passFocus } from "../focus.js";
import { qty } from "../format.js";
import { boot } from "../live.js";
import { Pages } from "../pages.js";
import { refusedToast } from "../writes.js";
import { BoundElement } from "./live-element.js";
import { showMore } from "./more.js";

/** @typedef {{id: number|null, kind: string, label: string, warehouse: string|null, sku: string|null, units: number|null, accepted: number, corrected: number, ignored: number}} Label */

/** @param {Label} of */
const keyOf = ({ kind, label, warehouse }) => JSON.stringify([kind, label, warehouse]);

export class Labels extends BoundElement {
  /** @type {Map<string, HTMLElement>} */
  #drawn = new Map();
  /** @type {Pages<Label>} */
  #pages = new Pages((cursor) => api.get("/labels", { warehouse: boot.room.code, limit: 200, cursor }));

  /** @override @param {AbortSignal} signal */
  attach(signal) {
    this.onAct({ forget: (button) => void this.#forget(button), more: () => void this.#show(this.#pages.next()) }, signal);
    void this.#show(this.#pages.next());
  }

  /** @param {Promise<void>} fetched */
  async #show(fetched) {
    try {
      await fetched;
      this.#draw(this.#pages.rows);
    } catch (error) {
      if (!(error instanceof api.Refusal)) throw error;
      fill(this, { state: error.problem.detail });
    }
  }

  /** @param {Label[]} labels */
  #draw(labels) {
    const rows = labels.map((label) => line(label, this.#drawn.get(keyOf(label)) ?? clone("label-template")));
    this.#drawn = new Map(rows.map((row, i) => [keyOf(labels[i]), row]));
    place(need(this, "[data-rows]"), rows);
    need(this, "[data-table]").hidden = labels.length === 0;
    showMore(this, this.#pages);
    if (labels.length === 0) fill(this, { state: "Nothing yet. Labels are listed when you remember one, or apply a sheet that was made of a photo." });
  }

  /** @param {HTMLElement} button */
  async #forget(button) {
    const id = /** @type {HTMLElement} */ (button.closest("[data-id]")).dataset.id;
    try {
      await api.remove(`/labels/${id}`);
      passFocus(button, this.closest("section")?.querySelector("h2"));
      await this.#show(this.#pages.again());
    } catch (error) {
      refusedToast(error);
    }
  }
}

/** @param {Label} label @param {HTMLElement} row */
function line({ id, kind, label, warehouse, sku, units, accepted, corrected, ignored }, row) {
  const remembered = id !== null && id !== undefined;
  row.dataset.id = String(id ?? "");
  fill(row, {
    label, kind, item: sku ?? "–", units: units === null ? "" : qty(units), where: !remembered ? "" : warehouse === null ? "everywhere" : "here",
    accepted: qty(accepted), corrected: qty(corrected), ignored: qty(ignored), not_remembered: !remembered,
  });
  return row;
}
