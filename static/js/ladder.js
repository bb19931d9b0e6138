// Which way to the server is tried next: down when one does not work, up again now and then. Pure.
//
// A round goes through the ways from the best to the one in use. The first round gives each its tries; later
// ones, which look whether a block is gone, give each a single one.

/** @import {Mode} from "./types.js" */
/** @import {Transport} from "./transport.js" */

/**
 * @typedef {object} Rung one way, the best first
 * @property {Mode} mode
 * @property {Transport} transport
 * @property {number} tries failures in a row after which the next one is tried
 * @property {boolean} slow known to work only after a while; until then something else is needed
 * @property {boolean} holds occupies one of the six connections that a browser opens to a host (HTTP/1.1), for all tabs together
 */

export class Ladder {
  #rungs;
  #next = 0;
  #failures = 0;
  #climbing = false;
  #looks = 0;
  /** Nobody sees the page: it leaves the connections that waiting requests occupy to the other tabs. */
  resting = false;

  /** @param {Rung[]} rungs */
  constructor(rungs) {
    this.#rungs = rungs;
  }

  /** The plain poll, which also tells whether the server is there at all. */
  get last() {
    return this.#rungs.length - 1;
  }

  /** Rounds for a better way in vain so far. */
  get looks() {
    return this.#looks;
  }

  /** Whether a rung must not be used while the page is at rest. @param {number} rung */
  unfit(rung) {
    return this.resting && this.#rungs[rung].holds;
  }

  /**
   * The rung to try now; null when the round is over.
   * @param {number|null} used the one in use
   */
  next(used) {
    if (used === null) return this.#rungs[this.#next].slow || this.unfit(this.#next) ? this.last : this.#next;
    while (this.#next < used && this.unfit(this.#next)) this.#step();
    return this.#next < used ? this.#next : null;
  }

  /** The rung is in use now. The last one may only help out while the round goes on. @param {number} rung */
  joined(rung) {
    if (rung === this.last) return;
    if (rung !== this.#next) this.#failures = 0;
    this.#next = rung;
    this.#climbing = false;
  }

  /** An attempt failed although the server is there. @param {number} rung */
  failed(rung) {
    if (rung !== this.#next || rung === this.last) return;
    this.#failures += 1;
    if (this.#failures >= (this.#climbing ? 1 : this.#rungs[rung].tries)) this.#step();
  }

  /**
   * The rung in use broke. One that had worked for long is tried again; one that keeps breaking is not.
   * @param {number} rung
   * @param {boolean} steady
   */
  lost(rung, steady) {
    // In the first round something better than what broke may still be to come.
    this.#next = this.#climbing ? rung : Math.min(this.#next, rung);
    this.#climbing = false;
    if (!steady) return this.failed(rung);
    this.#failures = this.#looks = 0;
  }

  /** The server was not there: that says nothing about the ways to it. */
  away() {
    this.#failures = 0;
  }

  /** Begins a round from the top. */
  climb() {
    this.#climbing = true;
    this.#next = this.#failures = 0;
    this.#looks += 1;
  }

  #step() {
    this.#next += 1;
    this.#failures = 0;
  }
}
