// Keeps one room live over the best way there is: asks for the room, notices what is missing, comes back
// after a loss, and never gives up a way that works before a better one does. What the frames mean for the
// page is state.js's business, which way is next is ladder.js's.

import { climbWait, wait } from "./backoff.js";
import { Deadline } from "./deadline.js";
import { Ladder } from "./ladder.js";
import { SIGNED_OUT, isServers, verdict } from "./protocol.js";

/** @import {ByeFrame, Frame, Mode, Position} from "./types.js" */
/** @import {Clock} from "./clock.js" */
/** @import {Rung} from "./ladder.js" */
/** @import {Link} from "./transport.js" */

/**
 * @typedef {{type: "link", status: "connecting"}
 *   | {type: "link", status: "up", mode: Mode}
 *   | {type: "link", status: "heard"}
 *   | {type: "link", status: "offline", reason: string}
 *   | {type: "link", status: "stopped", reason: string, signIn: boolean}} LinkMessage
 *
 * @typedef {object} Options
 * @property {string} room
 * @property {Rung[]} rungs
 * @property {Clock} clock
 * @property {() => Position|null} position what the page holds now
 * @property {(message: Frame|LinkMessage) => void} report
 *
 * @typedef {object} Way
 * @property {number} rung
 * @property {Link} link
 * @property {number} since when it was joined, ms since 1970
 * @property {ByeFrame|null} bye the server's own last word, better than the code of a close that may get lost
 */

/** A way that lasted so long works: longer than any silence that is put up with before it counts as broken. */
const STEADY_MS = 60_000;
/** A page out of sight for so long is at rest; shorter would be disturbed by every glance at another tab. */
const REST_MS = 30_000;

export class Connection {
  #options;
  #ladder;
  /** Until the next attempt, while offline or for something better. */
  #timer;
  #rest;
  #attempt = 0;
  /** The way in use. @type {Way|null} */
  #used = null;
  /** One that is being tried. @type {Way|null} */
  #tried = null;
  /** The rung that failed, while it is not known whether the server is there. @type {number|null} */
  #suspect = null;

  /** @param {Options} options */
  constructor(options) {
    this.#options = options;
    this.#ladder = new Ladder(options.rungs);
    this.#timer = new Deadline(options.clock, () => this.start());
    this.#rest = new Deadline(options.clock, () => this.#settle());
  }

  start() {
    const used = this.#used?.rung ?? null;
    if (used === null) this.#options.report({ type: "link", status: "connecting" });
    else if (this.#ladder.next(used) === null) this.#ladder.climb();
    const rung = this.#ladder.next(used);
    if (rung !== null) this.#open(rung);
  }

  /** Asks for the room again over the way in use: something is missing between here and the head. */
  rejoin() {
    this.#used?.link.rejoin(this.#options.position());
  }

  /** The tab came to the front or out of the cache, the machine woke: look at once what fell due. */
  check() {
    if (!this.#used && this.#timer.pending) return this.#timer.run();
    this.#used?.link.check();
    this.#tried?.link.check();
    this.#timer.check();
  }

  /** The network is another one: what did not work before may work now. */
  look() {
    this.check();
    if (!this.#used?.rung || this.#tried) return;
    this.#ladder.climb();
    this.#timer.run();
  }

  /** The page went out of sight, or came back. @param {boolean} hidden */
  seen(hidden) {
    if (hidden) return this.#rest.set(REST_MS);
    this.#rest.clear();
    const rested = this.#ladder.resting;
    this.#ladder.resting = false;
    if (rested) this.look();
    else this.check();
  }

  /** The session is over, as another request has learned: what is open closes, nothing is tried again. */
  signOut() {
    const { reason, signIn } = verdict(SIGNED_OUT);
    this.#stop();
    this.#options.report({ type: "link", status: "stopped", reason, signIn });
  }

  /** @param {number} rung */
  #open(rung) {
    const { room, rungs, position } = this.#options;
    this.#timer.clear();
    const way = /** @type {Way} */ ({ rung, since: 0, bye: null });
    this.#tried = way;
    way.link = rungs[rung].transport(room, position(), {
      frame: (frame) => this.#frame(way, frame),
      closed: (code) => this.#closed(way, code),
    });
  }

  /** @param {Way} way @param {Frame} frame */
  #frame(way, frame) {
    if (way !== this.#used && way !== this.#tried) return;
    const { room, report } = this.#options;
    if (frame.type === "bye") way.bye = frame;
    if (frame.type === "joined" && way === this.#tried) this.#use(way);
    report(frame);
    if (frame.type === "error" && frame.room === room) this.#stop();
    else if (way === this.#used) report({ type: "link", status: "heard" });
  }

  /** It works: whatever was used until now may go. @param {Way} way */
  #use(way) {
    const { rungs, clock, report } = this.#options;
    const before = this.#used;
    this.#used = way;
    this.#tried = null;
    before?.link.close();
    way.since = clock.now();
    this.#attempt = 0;
    if (this.#suspect !== null) this.#ladder.failed(this.#suspect);
    this.#suspect = null;
    this.#ladder.joined(way.rung);
    report({ type: "link", status: "up", mode: rungs[way.rung].mode });
    this.#plan(way, 0);
  }

  /** When to try something better than what is in use. @param {Way} way @param {number} least milliseconds */
  #plan({ rung }, least) {
    const { random } = this.#options.clock;
    if (rung === 0) return this.#timer.clear();
    const going = this.#ladder.next(rung) !== null;
    this.#timer.set(least + (going ? wait(0, random) : climbWait(this.#ladder.looks, random)));
  }

  /** Leaves the connection it occupies to tabs that are seen. */
  #settle() {
    this.#ladder.resting = true;
    const leaves = [this.#used, this.#tried].some((way) => way && this.#ladder.unfit(way.rung));
    if (!leaves) return;
    if (this.#tried) this.#drop(this.#tried);
    this.#open(this.#ladder.last);
  }

  /** @param {Way} way @param {number} code */
  #closed(way, code) {
    if (way !== this.#used && way !== this.#tried) return;
    const { retry, reason, signIn } = verdict(way.bye?.code ?? code);
    if (!retry) {
      this.#stop();
      this.#options.report({ type: "link", status: "stopped", reason, signIn });
    } else if (way === this.#tried) this.#failed(way, code, reason);
    else this.#lost(way, code, reason);
  }

  /** @param {Way} way @param {number} code @param {string} reason */
  #failed(way, code, reason) {
    this.#tried = null;
    const excused = way.bye !== null || isServers(code);
    if (this.#used) {
      if (!excused) this.#ladder.failed(way.rung);
      return this.#plan(this.#used, way.bye?.retry_after_ms ?? 0);
    }
    if (!excused && way.rung !== this.#ladder.last) {
      this.#suspect = way.rung;
      return this.#open(this.#ladder.last);
    }
    this.#suspect = null;
    this.#ladder.away();
    this.#offline(way, reason);
  }

  /** @param {Way} way @param {number} code @param {string} reason */
  #lost(way, code, reason) {
    const steady = this.#options.clock.now() - way.since >= STEADY_MS;
    this.#used = null;
    if (this.#tried) this.#drop(this.#tried);
    this.#ladder.lost(way.rung, steady || way.bye !== null || isServers(code));
    this.#offline(way, reason);
  }

  /** @param {Way} way @param {string} reason */
  #offline({ bye }, reason) {
    this.#options.report({ type: "link", status: "offline", reason });
    this.#timer.set((bye?.retry_after_ms ?? 0) + wait(this.#attempt, this.#options.clock.random));
    this.#attempt += 1;
  }

  #stop() {
    this.#timer.clear();
    this.#rest.clear();
    for (const way of [this.#used, this.#tried]) if (way) this.#drop(way);
  }

  /** Closes it; nothing it says is heard any more. @param {Way} way */
  #drop(way) {
    if (way === this.#used) this.#used = null;
    if (way === this.#tried) this.#tried = null;
    way.link.close();
  }
}
