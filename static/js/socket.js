// The WebSocket transport: the only module that opens a socket.
//
// A transport brings the frames of one room and says when it is gone; it does not decide what a
// frame means, nor when to try again (connection.js does both).

import { join, parse, pong } from "./protocol.js";

/** @import {Frame, Position} from "./types.js" */
/** @import {Clock} from "./clock.js" */

/**
 * @typedef {object} Handlers
 * @property {(frame: Frame) => void} frame
 * @property {(code: number) => void} closed called once, after which the link says nothing more
 *
 * @typedef {object} Link an open (or opening) way to the server
 * @property {(position: Position|null) => void} rejoin asks again, from this position
 * @property {() => boolean} overdue whether the server has been silent for too long
 * @property {() => void} close
 *
 * @typedef {(room: string, position: Position|null, handlers: Handlers) => Link} Transport
 *
 * @typedef {object} SocketLike the part of WebSocket that is used
 * @property {((event: any) => void)|null} onmessage
 * @property {((event: any) => void)|null} onclose
 * @property {(text: string) => void} send
 * @property {(code?: number) => void} close
 * @property {number} readyState
 */

/** A connection that has not said `welcome` by then is given up. */
const WELCOME_MS = 10_000;
/** Silence is judged after this many heartbeats; fewer would cut slow but living networks. */
const PATIENCE_HEARTBEATS = 2;
const OPEN = 1;
/** What browsers report for a connection that ended without a close frame (RFC 6455, 7.4.1). */
const ABNORMAL = 1006;

/**
 * @param {string} url
 * @param {Clock} clock
 * @param {(url: string) => SocketLike} [open]
 * @returns {Transport}
 */
export function socketTransport(url, clock, open = (to) => new WebSocket(to)) {
  return (room, position, handlers) => new SocketLink(open(url), clock, { room, position, handlers });
}

class SocketLink {
  #socket;
  #clock;
  #want;
  #heartbeat = WELCOME_MS / PATIENCE_HEARTBEATS;
  /** When the server's silence becomes a loss; kept as a time, because timers sleep with the tab. */
  #deadline;
  #timer = 0;
  #done = false;

  /**
   * @param {SocketLike} socket
   * @param {Clock} clock
   * @param {{room: string, position: Position|null, handlers: Handlers}} want
   */
  constructor(socket, clock, want) {
    this.#socket = socket;
    this.#clock = clock;
    this.#want = want;
    this.#deadline = clock.now() + WELCOME_MS;
    socket.onmessage = (event) => this.#receive(event.data);
    socket.onclose = (event) => this.#end(event.code ?? ABNORMAL);
    this.#watch();
  }

  /** @param {Position|null} position */
  rejoin(position) {
    this.#want.position = position;
    this.#send(join(this.#want.room, position));
  }

  overdue() {
    return !this.#done && this.#clock.now() > this.#deadline;
  }

  close() {
    this.#end(1000);
  }

  /** @param {string} text */
  #receive(text) {
    if (this.#done) return;
    this.#deadline = this.#clock.now() + this.#heartbeat * PATIENCE_HEARTBEATS;
    const frame = parse(text);
    if (frame.type === "welcome") this.#welcome(frame.heartbeat_ms);
    if (frame.type === "ping") this.#send(pong(frame.id));
    this.#want.handlers.frame(frame);
  }

  /** @param {number} heartbeat milliseconds between the server's pings */
  #welcome(heartbeat) {
    this.#heartbeat = heartbeat;
    this.#deadline = this.#clock.now() + heartbeat * PATIENCE_HEARTBEATS;
    this.#send(join(this.#want.room, this.#want.position));
  }

  #watch() {
    this.#timer = this.#clock.after(() => {
      if (this.overdue()) this.#end(ABNORMAL);
      else this.#watch();
    }, Math.max(this.#deadline - this.#clock.now(), 0) + 1);
  }

  /** @param {string} text */
  #send(text) {
    if (this.#socket.readyState === OPEN) this.#socket.send(text);
  }

  /** @param {number} code */
  #end(code) {
    if (this.#done) return;
    this.#done = true;
    this.#clock.cancel(this.#timer);
    this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close();
    this.#want.handlers.closed(code);
  }
}
