// Holds the state, applies messages to it, and tells the page once per animation frame what changed.

import { apply } from "./state.js";

/** @import {Message, State} from "./state.js" */
/** @import {Effect, OrderChanged, RowChanged} from "./changes.js" */
/** @import {Boot, EventFrame} from "./types.js" */

/**
 * @typedef {object} News what happened since the last frame, each row once
 * @property {State} state
 * @property {Map<string, RowChanged>} rows
 * @property {Map<string, OrderChanged>} orders
 * @property {EventFrame[]} events oldest first
 * @property {Boot|null} redraw draw everything anew, from this
 */

/** Events told in one go; a page that slept for longer draws from the state instead. */
const TOLD_AT_ONCE = 60;

export class Store {
  /** @type {State} */
  #state;
  /** @type {Set<(news: News) => void>} */
  #listeners = new Set();
  #news = fresh();
  #scheduled = false;
  #run;
  #frame;

  /**
   * @param {State} state
   * @param {(effect: Effect) => void} run carries out what is not drawing
   * @param {(fn: () => void) => void} frame
   */
  constructor(state, run, frame) {
    this.#state = state;
    this.#run = run;
    this.#frame = frame;
  }

  get state() {
    return this.#state;
  }

  /** @param {Message} message */
  send(message) {
    const { state, effects } = apply(this.#state, message);
    this.#state = state;
    for (const effect of effects) this.#take(effect);
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#frame(() => this.#tell());
  }

  /**
   * @param {(news: News) => void} listener
   * @param {AbortSignal} signal
   */
  subscribe(listener, signal) {
    this.#listeners.add(listener);
    signal.addEventListener("abort", () => this.#listeners.delete(listener));
  }

  /** @param {Effect} effect */
  #take(effect) {
    const news = this.#news;
    if (effect.do === "row") news.rows.set(effect.key, { ...effect, before: news.rows.get(effect.key)?.before ?? effect.before });
    else if (effect.do === "order") news.orders.set(effect.key, { ...effect, before: news.orders.get(effect.key)?.before ?? effect.before });
    else if (effect.do === "news") news.events = [...news.events, effect.event].slice(-TOLD_AT_ONCE);
    else if (effect.do === "redraw") news.redraw = effect.boot;
    else this.#run(effect);
  }

  #tell() {
    this.#scheduled = false;
    const news = { ...this.#news, state: this.#state };
    this.#news = fresh();
    for (const listener of this.#listeners) listener(news);
  }
}

/** @returns {Omit<News, "state">} */
function fresh() {
  return { rows: new Map(), orders: new Map(), events: [], redraw: null };
}
