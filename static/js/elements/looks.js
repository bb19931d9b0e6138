// How items look, as people taught it: its picture, how alike something must be to count as it, and forgetting it.

import * as api from "../api.js";
import { clone, fill, need, place } from "../dom.js";
import { passFocus } from "../focus.js";
import { percent } from "../scan-views.js";
import { boot } from "../live.js";
import { Pages } from "../pages.js";
import { refusedToast } from "../writes.js";
import { BoundElement } from "./live-element.js";
import { showMore } from "./more.js";

/** @typedef {{id: number, sku: string, name: string, threshold: number}} Look */

export class Looks extends BoundElement {
  /** @type {Map<number, HTMLElement>} */
  #drawn = new Map();
  /** @type {Pages<Look>} */
  #pages = new Pages((cursor) => api.get("/looks", { warehouse: boot.room.code, cursor }));

  /** @override @param {AbortSignal} signal */
  attach(signal) {
    this.onAct({ forget: (button) => void this.#forget(button), more: () => void this.#show(this.#pages.next(), false) }, signal);
    this.addEventListener("input", ({ target }) => this.#tell(/** @type {HTMLInputElement} */ (target)), { signal });
    this.addEventListener("change", ({ target }) => void this.#set(/** @type {HTMLInputElement} */ (target)), { signal });
    void this.#show(this.#pages.next(), false);
  }

  /** @param {Promise<void>} fetched @param {boolean} anew whether those that are there may say something else now */
  async #show(fetched, anew) {
    try {
      await fetched;
      this.#draw(this.#pages.rows, anew);
    } catch (error) {
      if (!(error instanceof api.Refusal)) throw error;
      fill(this, { state: error.problem.detail });
    }
  }

  /** @param {Look[]} looks @param {boolean} anew */
  #draw(looks, anew) {
    const cards = looks.map((look) => (!anew && this.#drawn.get(look.id)) || this.#card(look));
    this.#drawn = new Map(cards.map((card, i) => [looks[i].id, card]));
    place(need(this, "[data-rows]"), cards);
    showMore(this, this.#pages);
    if (looks.length === 0) fill(this, { state: "None yet. Draw a box around one pack on a photo and say “teach this look”." });
  }

  /** @param {HTMLInputElement} slider */
  #tell(slider) {
    fill(/** @type {Element} */ (slider.closest("[data-id]")), { threshold: percent(Number(slider.value) / 100) });
  }

  /** What was refused goes back to what it was. @param {HTMLInputElement} slider */
  async #set(slider) {
    try {
      await api.patch(`/looks/${idOf(slider)}`, { threshold: Number(slider.value) / 100 });
    } catch (error) {
      refusedToast(error);
      await this.#show(this.#pages.again(), true);
    }
  }

  /** @param {HTMLElement} button */
  async #forget(button) {
    try {
      await api.remove(`/looks/${idOf(button)}`);
      passFocus(button, this.closest("section")?.querySelector("h2"));
      await this.#show(this.#pages.again(), true);
    } catch (error) {
      refusedToast(error);
    }
  }

  /** One that is there already is kept: somebody may be at its slider. @param {Look} look */
  #card({ id, sku, name, threshold }) {
    const element = this.#drawn.get(id) ?? clone("look-template");
    element.dataset.id = String(id);
    fill(element, { name: name ?? sku, sku, threshold: percent(threshold), picture: `/api/looks/${id}/picture` });
    /** @type {HTMLInputElement} */ (need(element, "[name=threshold]")).value = String(Math.round(threshold * 100));
    return element;
  }
}

/** @param {HTMLElement} control */
const idOf = (control) => /** @type {HTMLElement} */ (control.closest("[data-id]")).dataset.id ?? "";
