// What labels mean, as people said it, and how often what was read proved right: the only honest accuracy.

import * as api from "../api.js";
import { clone, fill, need, place } from "../dom.js";
import { passFocus } from "../focus.js";
import { qty } from "../format.js";
import { boot } from "../live.js";
import { refusedToast } from "../writes.js";
import { BoundElement } from "./live-element.js";

/** @typedef {{id: number|null, kind: string, label: string, warehouse: string|null, sku: string|null, units: number|null, accepted: number, corrected: number, ignored: number}} Label */

/** @param {Label} of */
const keyOf = ({ kind, label, warehouse }) => JSON.stringify([kind, label, warehouse]);

export class Labels extends BoundElement {
  /** @type {Map<string, HTMLElement>} */
  #drawn = new Map();

  /** @override @param {AbortSignal} signal */
  attach(signal) {
    this.onAct({ forget: (button) => void this.#forget(button) }, signal);
    void this.#load();
  }

  async #load() {
    try {
      const { data } = await api.get("/labels", { warehouse: boot.room.code, limit: 200 });
      const rows = data.map((/** @type {Label} */ label) => line(label, this.#drawn.get(keyOf(label)) ?? clone("label-template")));
      this.#drawn = new Map(rows.map((/** @type {HTMLElement} */ row, /** @type {number} */ i) => [keyOf(data[i]), row]));
      place(need(this, "[data-rows]"), rows);
      need(this, "[data-table]").hidden = data.length === 0;
      fill(this, { state: data.length ? "" : "Nothing yet. Labels are listed when you remember one, or apply a sheet that was made of a photo." });
    } catch (error) {
      if (!(error instanceof api.Refusal)) throw error;
      fill(this, { state: error.problem.detail });
    }
  }

  /** @param {HTMLElement} button */
  async #forget(button) {
    const id = /** @type {HTMLElement} */ (button.closest("[data-id]")).dataset.id;
    try {
      await api.remove(`/labels/${id}`);
      passFocus(button, this.closest("section")?.querySelector("h2"));
      await this.#load();
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
