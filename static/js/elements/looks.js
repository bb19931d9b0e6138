// How items look, as people taught it: its picture, how alike something must be to count as it, and forgetting it.

import * as api from "../api.js";
import { clone, fill, need } from "../dom.js";
import { percent } from "../scan-views.js";
import { boot } from "../live.js";
import { refusedToast } from "../writes.js";
import { BoundElement } from "./live-element.js";

/** @typedef {{id: number, sku: string, name: string, threshold: number}} Look */

export class Looks extends BoundElement {
  /** @override @param {AbortSignal} signal */
  attach(signal) {
    this.onAct({ forget: (button) => void this.#change(button, (id) => api.remove(`/looks/${id}`)) }, signal);
    this.addEventListener("input", ({ target }) => this.#show(/** @type {HTMLInputElement} */ (target)), { signal });
    this.addEventListener("change", ({ target }) => {
      const slider = /** @type {HTMLInputElement} */ (target);
      void this.#change(slider, (id) => api.patch(`/looks/${id}`, { threshold: Number(slider.value) / 100 }));
    }, { signal });
    void this.#load();
  }

  async #load() {
    try {
      const { data } = await api.get("/looks", { warehouse: boot.room.code });
      need(this, "[data-rows]").replaceChildren(...data.map(card));
      fill(this, { state: data.length ? "" : "None yet. Draw a box around one pack on a photo and say “teach this look”." });
    } catch (error) {
      if (!(error instanceof api.Refusal)) throw error;
      fill(this, { state: error.problem.detail });
    }
  }

  /** @param {HTMLInputElement} slider */
  #show(slider) {
    fill(/** @type {Element} */ (slider.closest("[data-id]")), { threshold: percent(Number(slider.value) / 100) });
  }

  /** @param {HTMLElement} control @param {(id: string) => Promise<any>} call */
  async #change(control, call) {
    try {
      await call(/** @type {HTMLElement} */ (control.closest("[data-id]")).dataset.id ?? "");
      await this.#load();
    } catch (error) {
      refusedToast(error);
    }
  }
}

/** @param {Look} look */
function card({ id, sku, name, threshold }) {
  const element = clone("look-template");
  element.dataset.id = String(id);
  const picture = { picture: `/api/looks/${id}/picture`, threshold_n: String(Math.round(threshold * 100)) };
  fill(element, { name: name ?? sku, sku, threshold: percent(threshold), ...picture });
  return element;
}
