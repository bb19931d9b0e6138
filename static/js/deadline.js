// A moment by which something happens: a timer, and the moment itself beside it.
//
// Timers sleep with the machine and are slowed down in hidden tabs, so whoever wakes looks at the stored
// moment (check). And should somebody turn back the clock, the timer still runs.

/** @import {Clock} from "./clock.js" */

export class Deadline {
  #clock;
  #due;
  #at = Infinity;
  #timer = 0;

  /**
   * @param {Clock} clock
   * @param {() => void} due
   */
  constructor(clock, due) {
    this.#clock = clock;
    this.#due = due;
  }

  get pending() {
    return this.#timer !== 0;
  }

  /** Puts it off to this long from now. @param {number} ms */
  set(ms) {
    this.clear();
    this.#at = this.#clock.now() + ms;
    this.#timer = this.#clock.after(() => this.run(), ms);
  }

  clear() {
    this.#clock.cancel(this.#timer);
    this.#timer = 0;
    this.#at = Infinity;
  }

  /** Does what is due without waiting for it. */
  run() {
    this.clear();
    this.#due();
  }

  /** Does it if its moment has passed and no timer has noticed. */
  check() {
    if (this.#clock.now() >= this.#at) this.run();
  }
}
