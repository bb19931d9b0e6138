// Keeps one room live over the best way there is: asks for the room, notices what is missing, comes back
// after a loss, and never gives up a way that works before a better one does. What the frames mean for the
// page is state.js's business, which way is next is ladder.js's.

import { climbWait, wait } from "./backoff.js";
import { Deadline } from "./deadline.js";
import { Ladder } from "./ladder.js";
import { SIGNED_OUT, isServers, verdict } from "./protocol.js";
import { Ways } from "./ways.js";

/** @import {Frame, Mode, Position} from "./types.js" */
/** @import {Clock} from "./clock.js" */
/** @import {Rung} from "./ladder.js" */
/** @import {Way} from "./ways.js" */

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
  #ways;
  #attempt = 0;
  /** The server asked to be left alone until then, ms since 1970. */
  #spared = 0;
  /** The rung that failed, while it is not known whether the server is there. @type {number|null} */
  #suspect = null;

  /** @param {Options} options */
  constructor(options) {
    this.#options = options;
    this.#ladder = new Ladder(options.rungs);
    this.#ways = new Ways(options.room, {
      frame: (way, frame) => this.#frame(way, frame),
      closed: (way, code) => this.#closed(way, code),
    });
    this.#timer = new Deadline(options.clock, () => this.start());
    this.#rest = new Deadline(options.clock, () => this.#settle());
  }

  start() {
    const used = this.#ways.used?.rung ?? null;
    if (used === null) this.#options.report({ type: "link", status: "connecting" });
    else if (this.#ladder.next(used) === null) this.#ladder.climb();
    const rung = this.#ladder.next(used);
    if (rung !== null) this.#open(rung);
  }

  /** Asks for the room again over the way in use: something is missing between here and the head. */
  rejoin() {
    this.#ways.used?.link.rejoin(this.#options.position());
  }

  /** The tab came to the front or out of the cache, the machine woke: look at once what fell due. Only a wait that the server asked for comes in full. */
  check() {
    if (!this.#ways.used && this.#timer.pending && this.#welcome) return this.#timer.run();
    this.#ways.used?.link.check();
    this.#ways.tried?.link.check();
    this.#timer.check();
  }

  /** The network is another one: what did not work before may work now. */
  look() {
    this.check();
    if (!this.#ways.used?.rung || this.#ways.tried || !this.#welcome) return;
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
    const { rungs, position } = this.#options;
    this.#timer.clear();
    this.#ways.open(rung, rungs[rung].transport, position());
  }

  /** @param {Way} way @param {Frame} frame */
  #frame(way, frame) {
    const { room, report } = this.#options;
    if (frame.type === "joined" && way === this.#ways.tried) this.#use(way);
    report(frame);
    if (frame.type === "error" && frame.room === room) this.#stop();
    else if (way === this.#ways.used) report({ type: "link", status: "heard" });
  }

  /** It works: whatever was used until now may go. @param {Way} way */
  #use(way) {
    const { rungs, clock, report } = this.#options;
    this.#ways.change(clock.now());
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
    const { used, tried } = this.#ways;
    if (![used, tried].some((way) => way && this.#ladder.unfit(way.rung))) return;
    this.#ways.drop(tried);
    this.#open(this.#ladder.last);
  }

  /** @param {Way} way @param {number} code */
  #closed(way, code) {
    const { retry, reason, signIn } = verdict(way.bye?.code ?? code);
    if (!retry) {
      this.#stop();
      this.#options.report({ type: "link", status: "stopped", reason, signIn });
    } else if (way === this.#ways.tried) this.#failed(way, code, reason);
    else this.#lost(way, code, reason);
  }

  /** @param {Way} way @param {number} code @param {string} reason */
  #failed(way, code, reason) {
    this.#ways.drop(way);
    const excused = way.bye !== null || isServers(code);
    const { used } = this.#ways;
    if (used) {
      if (!excused) this.#ladder.failed(way.rung);
      return this.#plan(used, excused ? this.#away(way) : 0);
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
    this.#ways.drop(way);
    this.#ways.drop(this.#ways.tried);
    this.#ladder.lost(way.rung, steady || way.bye !== null || isServers(code));
    this.#offline(way, reason);
  }

  /** @param {Way} way @param {string} reason */
  #offline(way, reason) {
    this.#options.report({ type: "link", status: "offline", reason });
    this.#timer.set(this.#away(way));
  }

  /** How long to stay away: what the server asks for, and then longer each time. @param {Way} way */
  #away({ bye }) {
    const { now, random } = this.#options.clock;
    const asked = bye?.retry_after_ms ?? 0;
    this.#spared = now() + asked;
    this.#attempt += 1;
    return asked + wait(this.#attempt - 1, random);
  }

  /** Whether an attempt may come before its time. */
  get #welcome() {
    return this.#options.clock.now() >= this.#spared;
  }

  #stop() {
    this.#timer.clear();
    this.#rest.clear();
    for (const way of [this.#ways.used, this.#ways.tried]) this.#ways.drop(way);
  }
}
