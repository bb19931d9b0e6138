// The links of a connection: the one in use, and one that is being tried beside it. What any other says
// is not heard.

/** @import {ByeFrame, Frame, Position} from "./types.js" */
/** @import {Link, Transport} from "./transport.js" */

/**
 * @typedef {object} Way
 * @property {number} rung
 * @property {Link} link
 * @property {number} since when it was joined, ms since 1970
 * @property {ByeFrame|null} bye the server's own last word, better than the code of a close that may get lost
 *
 * @typedef {object} Hearing
 * @property {(way: Way, frame: Frame) => void} frame
 * @property {(way: Way, code: number) => void} closed
 */

export class Ways {
  #room;
  #hearing;
  /** @type {Way|null} */
  used = null;
  /** @type {Way|null} */
  tried = null;

  /** @param {string} room @param {Hearing} hearing */
  constructor(room, hearing) {
    this.#room = room;
    this.#hearing = hearing;
  }

  /** @param {number} rung @param {Transport} transport @param {Position|null} position */
  open(rung, transport, position) {
    const way = /** @type {Way} */ ({ rung, since: 0, bye: null });
    this.tried = way;
    way.link = transport(this.#room, position, {
      frame: (frame) => this.#has(way) && this.#hear(way, frame),
      closed: (code) => this.#has(way) && this.#hearing.closed(way, code),
    });
  }

  /** What is tried takes the place of what was used. @param {number} now */
  change(now) {
    const before = this.used;
    this.used = this.tried;
    this.tried = null;
    if (this.used) this.used.since = now;
    before?.link.close();
  }

  /** Closes it, if it is there. @param {Way|null} way */
  drop(way) {
    if (way === this.used) this.used = null;
    if (way === this.tried) this.tried = null;
    way?.link.close();
  }

  /** @param {Way} way */
  #has(way) {
    return way === this.used || way === this.tried;
  }

  /** @param {Way} way @param {Frame} frame */
  #hear(way, frame) {
    if (frame.type === "bye") way.bye = frame;
    this.#hearing.frame(way, frame);
  }
}
