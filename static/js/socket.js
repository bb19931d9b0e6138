// The WebSocket: the first choice, and the only module that opens a socket.

import { Deadline } from "./deadline.js";
import { ABNORMAL, join, parse, pong } from "./protocol.js";

/** @import {Position} from "./types.js" */
/** @import {Clock} from "./clock.js" */
/** @import {Transport, Want} from "./transport.js" */

/**
 * @typedef {object} SocketLike the part of WebSocket that is used
 * @property {((event: any) => void)|null} onmessage
 * @property {((event: any) => void)|null} onclose
 * @property {(text: string) => void} send
 * @property {(code?: number) => void} close
 * @property {number} readyState
 */

/** A room that is not joined by then: something in between swallows WebSockets. Shorter would give up on slow networks. */
const JOIN_MS = 4_000;
/** Silence is judged after this many heartbeats; fewer would cut slow but living networks. */
const PATIENCE_HEARTBEATS = 2;
const OPEN = 1;

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
  #want;
  /** When the server's silence becomes a loss. */
  #silence;
  /** Milliseconds of silence that are put up with; 0 until the room is joined. */
  #patience = 0;
  #heartbeat = 0;
  #done = false;

  /**
   * @param {SocketLike} socket
   * @param {Clock} clock
   * @param {Want} want
   */
  constructor(socket, clock, want) {
    this.#socket = socket;
    this.#want = want;
    this.#silence = new Deadline(clock, () => this.#end(ABNORMAL));
    this.#silence.set(JOIN_MS);
    socket.onmessage = (event) => this.#receive(event.data);
    socket.onclose = (event) => this.#end(event.code ?? ABNORMAL);
  }

  /** @param {Position|null} position */
  rejoin(position) {
    this.#want.position = position;
    this.#send(join(this.#want.room, position));
  }

  check() {
    this.#silence.check();
  }

  close() {
    this.#end(1000);
  }

  /** @param {string} text */
  #receive(text) {
    if (this.#done) return;
    const frame = parse(text);
    if (frame.type === "welcome") this.#welcome(frame.heartbeat_ms);
    if (frame.type === "joined") this.#patience = this.#heartbeat * PATIENCE_HEARTBEATS;
    if (frame.type === "ping") this.#send(pong(frame.id));
    if (this.#patience) this.#silence.set(this.#patience);
    this.#want.handlers.frame(frame);
  }

  /** @param {number} heartbeat milliseconds between the server's pings */
  #welcome(heartbeat) {
    this.#heartbeat = heartbeat;
    this.#send(join(this.#want.room, this.#want.position));
  }

  /** @param {string} text */
  #send(text) {
    if (this.#socket.readyState === OPEN) this.#socket.send(text);
  }

  /** @param {number} code */
  #end(code) {
    if (this.#done) return;
    this.#done = true;
    this.#silence.clear();
    this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close();
    this.#want.handlers.closed(code);
  }
}
