// Asking again and again: what the long poll and the plain poll have in common.
//
// Every answer is told as the frames it stands for, and ends with a ping that names the room's head, so that
// the page notices what it does not have, and that it was up to date at that moment.

import { answerOf, refusalOf } from "./answers.js";
import { Deadline } from "./deadline.js";
import { ABNORMAL } from "./protocol.js";

/** @import {Answer, Frame, Position} from "./types.js" */
/** @import {Clock} from "./clock.js" */
/** @import {Ask, Transport, Want} from "./transport.js" */

/**
 * @typedef {object} Rhythm
 * @property {number} first seconds that the first question may wait for its answer
 * @property {number} wait seconds that each later one may
 * @property {number} patience milliseconds that an answer may take beyond that
 * @property {(round: number, random: () => number) => number} pause milliseconds between an answer and the next question
 */

/** An empty answer that comes before this part of its wait is not the server's: something else answers for it. */
const WAITED = 0.5;

/** @param {Ask} ask @param {Clock} clock @param {Rhythm} rhythm @returns {Transport} */
export function roundsTransport(ask, clock, rhythm) {
  return (room, position, handlers) => new RoundsLink(ask, clock, rhythm, { room, position, handlers });
}

class RoundsLink {
  #ask;
  #clock;
  #rhythm;
  #want;
  /** Up to where the answers came; the page may be behind while it loads. @type {Position|null} */
  #position;
  #next;
  #silence;
  #request = new AbortController();
  #round = 0;
  #joined = false;
  #done = false;

  /**
   * @param {Ask} ask
   * @param {Clock} clock
   * @param {Rhythm} rhythm
   * @param {Want} want
   */
  constructor(ask, clock, rhythm, want) {
    this.#ask = ask;
    this.#clock = clock;
    this.#rhythm = rhythm;
    this.#want = want;
    this.#position = want.position;
    this.#next = new Deadline(clock, () => void this.#turn(rhythm.wait));
    this.#silence = new Deadline(clock, () => this.#end(ABNORMAL));
    void this.#turn(rhythm.first);
  }

  /** Something is missing, so there is nothing to wait for. @param {Position|null} position */
  rejoin(position) {
    this.#position = position;
    this.#joined = false;
    void this.#turn(0);
  }

  check() {
    this.#silence.check();
    this.#next.check();
  }

  close() {
    this.#end(1000);
  }

  /** Only asking may fail: a mistake in handling a frame is the page's, and is not hidden here. @param {number} wait seconds */
  async #turn(wait) {
    this.#next.clear();
    this.#request.abort();
    const { signal } = this.#request = new AbortController();
    this.#silence.set(wait * 1_000 + this.#rhythm.patience);
    const asked = this.#clock.now();
    const answer = await this.#answer(wait, signal).catch((error) => ({ error }));
    if (signal.aborted) return;
    this.#silence.clear();
    if ("error" in answer) return this.#refused(answer.error);
    const early = this.#clock.now() - asked < wait * 1_000 * WAITED;
    if (early && answer.mode === "resumed" && !answer.events.length && !answer.bye) return this.#end(ABNORMAL);
    this.#hear(answer, signal);
  }

  /** @param {number} wait @param {AbortSignal} signal */
  async #answer(wait, signal) {
    const response = await this.#ask({ room: this.#want.room, position: this.#position, wait: wait || undefined, signal });
    return answerOf(await response.json());
  }

  /** A frame may make the page ask anew at once; the rest of this answer is then the past. @param {Answer} answer @param {AbortSignal} signal */
  #hear(answer, signal) {
    this.#position = { epoch: answer.epoch, seq: answer.seq };
    for (const frame of this.#frames(answer)) {
      this.#want.handlers.frame(frame);
      if (signal.aborted) return;
    }
    if (answer.bye) return this.#end(answer.bye.code);
    this.#next.set(this.#rhythm.pause(this.#round, this.#clock.random));
    this.#round += 1;
  }

  /** @param {Answer} answer @returns {Frame[]} */
  #frames({ epoch, seq, mode, events, bye }) {
    const { room } = this.#want;
    /** @type {Frame[]} */
    const begin = this.#joined && mode === "resumed" ? [] : [{ type: "joined", room, epoch, seq, mode }];
    this.#joined = true;
    return [...begin, ...events, bye ?? { type: "ping", id: this.#round, heads: { [room]: seq } }];
  }

  /** @param {unknown} error */
  #refused(error) {
    const { frame, code } = refusalOf(error, this.#want.room);
    if (frame) this.#want.handlers.frame(frame);
    this.#end(code);
  }

  /** @param {number} code */
  #end(code) {
    if (this.#done) return;
    this.#done = true;
    this.#next.clear();
    this.#silence.clear();
    this.#request.abort();
    this.#want.handlers.closed(code);
  }
}
