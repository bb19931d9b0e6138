// The history of an item as a step line with its minimum and target, and the same as words and table.

import * as api from "../api.js";
import { stepPath, summary, ticks } from "../charts.js";
import { need } from "../dom.js";
import { qty } from "../format.js";
import { boot, store } from "../live.js";
import { BoundElement } from "./live-element.js";
import { DAY_MS, draw } from "./history-drawing.js";

/** @import {Point} from "../charts.js" */

export class History extends BoundElement {
  /** @type {Point[]} */
  #points = (boot.history?.points ?? []).map(parsed);
  #days = boot.history?.days ?? 90;

  /** @override @param {AbortSignal} signal */
  attach(signal) {
    const sku = this.dataset.sku ?? "";
    const resized = new ResizeObserver(() => this.#draw());
    resized.observe(this);
    signal.addEventListener("abort", () => resized.disconnect());
    const range = this.closest("section")?.querySelector(".segmented");
    range?.addEventListener("click", (event) => this.#choose(/** @type {HTMLElement} */ (event.target)), { signal });
    store.subscribe(({ rows }) => {
      const change = rows.get(sku);
      if (change) this.#grow(change.event.data.on_hand, change.event);
    }, signal);
  }

  /** @param {number} balance @param {{at: string, change: {verb: string}|null}} event */
  #grow(balance, { at, change }) {
    if (this.#points.at(-1)?.balance !== balance) this.#points.push({ at: Date.parse(at), balance, kind: change?.verb ?? "" });
    this.#draw();
  }

  /** @param {HTMLElement} target */
  async #choose(target) {
    const days = Number(target.dataset.days);
    if (!days) return;
    for (const part of target.parentElement?.children ?? []) part.setAttribute("aria-pressed", String(part === target));
    const path = `/inventory/${encodeURIComponent(boot.room.code)}/${encodeURIComponent(this.dataset.sku ?? "")}/history`;
    const answer = await api.get(path, { days }).catch(() => null);
    if (!answer) return;
    this.#days = days;
    this.#points = answer.points.map(parsed);
    this.#draw();
    this.#table();
  }

  #draw() {
    const row = store.state.rows.get(this.dataset.sku ?? "");
    const about = { days: this.#days, min: row?.min ?? 0, target: row?.target ?? 0, unit: boot.item?.unit ?? "" };
    const top = Math.max(about.target, ...this.#points.map(({ balance }) => balance));
    const to = Date.now();
    draw(need(this, ".chart__drawing"), { points: this.#points, about, levels: ticks(top * 1.05, 4), from: to - this.#days * DAY_MS, to }, stepPath);
    need(this, "[data-field=summary]").textContent = summary(this.#points, about);
  }

  #table() {
    need(this, "[data-points]").replaceChildren(...this.#points.toReversed().map(({ at, balance, kind }) => {
      const line = document.createElement("tr");
      const when = document.createElement("aims-time");
      when.setAttribute("datetime", new Date(at).toISOString());
      const cells = [when, kind || "–", qty(balance)].map((content) => {
        const cell = document.createElement("td");
        cell.append(content);
        return cell;
      });
      cells[2].className = "num";
      line.append(...cells);
      return line;
    }));
  }
}

/** @param {{at: string, balance: number, kind: string}} point @returns {Point} */
function parsed({ at, balance, kind }) {
  return { at: Date.parse(at), balance, kind };
}
