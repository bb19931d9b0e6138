// Keeps one room live over whatever transport it is given: asks for the room, notices what is
// missing, comes back after a loss. What the frames mean for the page is state.js's business.

import { wait } from "./backoff.js";
import { verdict } from "./protocol.js";

/** @import {ByeFrame, Frame, Position} from "./types.js" */
/** @import {Clock} from "./clock.js" */
/** @import {Link, Transport} from "./socket.js" */

/**
 * @typedef {{type: "link", status: "connecting"}
 *   | {type: "link", status: "offline", reason: string}
 *   | {type: "link", status: "stopped", reason: string, signIn: boolean}} LinkMessage
 *
 * @typedef {object} Options
 * @property {string} room
 * @property {Transport} transport
 * @property {Clock} clock
 * @property {() => Position|null} position what the page holds now
 * @property {() => Promise<boolean>} signedOut asked when the door stays shut: browsers do not tell why
 * @property {(message: Frame|LinkMessage) => void} report
 */

/** What the server would say if a refused handshake could carry words. @type {ByeFrame} */
const OVER = { type: "bye", code: 4503, reason: "signed_out", retry_after_ms: 0 };

export class Connection {
  #options;
  /** @type {Link|null} */
  #link = null;
  #attempt = 0;
  #retry = 0;
  /** Whether the link at hand ever got past the handshake. */
  #welcomed = false;
  /** The server's own last word, better than the code of a close that may get lost. @type {ByeFrame|null} */
  #bye = null;

  /** @param {Options} options */
  constructor(options) {
    this.#options = options;
  }

  start() {
    const { room, transport, position, report } = this.#options;
    this.#options.clock.cancel(this.#retry);
    this.#retry = 0;
    this.#welcomed = false;
    report({ type: "link", status: "connecting" });
    this.#link = transport(room, position(), {
      frame: (frame) => this.#frame(frame),
      closed: (code) => this.#closed(code),
    });
  }

  /** Asks for the room again on the open link: something is missing between here and the head. */
  rejoin() {
    this.#link?.rejoin(this.#options.position());
  }

  /** The tab came to the front, the network came back, the machine woke: look at once. */
  check() {
    if (this.#retry) this.start();
    else if (this.#link?.overdue()) this.#link.close();
  }

  /** The session is over, as another request has learned: what is open closes, nothing is tried again. */
  signOut() {
    this.#options.clock.cancel(this.#retry);
    this.#retry = 0;
    this.#bye = OVER;
    if (this.#link) this.#link.close();
    else this.#closed(OVER.code);
  }

  /** @param {Frame} frame */
  #frame(frame) {
    if (frame.type === "welcome") this.#welcomed = true;
    if (frame.type === "bye") this.#bye = frame;
    if (frame.type === "joined") this.#attempt = 0;
    this.#options.report(frame);
  }

  /** @param {number} code */
  #closed(code) {
    const { clock, report } = this.#options;
    const bye = this.#bye;
    const { retry, signIn, reason } = verdict(bye?.code ?? code);
    this.#link = this.#bye = null;
    if (!retry) return report({ type: "link", status: "stopped", reason, signIn });
    report({ type: "link", status: "offline", reason });
    const delay = (bye?.retry_after_ms ?? 0) + wait(this.#attempt, clock.random);
    this.#attempt += 1;
    this.#retry = clock.after(() => this.start(), delay);
    if (!this.#welcomed) void this.#askWhy();
  }

  async #askWhy() {
    if (await this.#options.signedOut()) this.signOut();
  }
}
