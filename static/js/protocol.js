// The wire, as pure functions: text to frame, frame to text, and what a close code means.

/** @import {Frame, Position} from "./types.js" */

const KNOWN = new Set(["welcome", "joined", "event", "ping", "rtt", "left", "error", "bye"]);

/**
 * What each field of a frame must be, so that a broken frame is refused where it comes in and not
 * three modules later.
 * @type {Record<string, Record<string, string>>}
 */
const SHAPES = {
  welcome: { protocol: "number", heartbeat_ms: "number" },
  joined: { room: "string", epoch: "string", seq: "number", mode: "string" },
  event: { event: "string", room: "string", seq: "number", at: "string", by: "string", data: "object" },
  ping: { id: "number", heads: "object" },
  rtt: { ms: "number" },
  left: { room: "string" },
  error: { code: "string", detail: "string" },
  bye: { code: "number", reason: "string", retry_after_ms: "number" },
};

/** What browsers report for a connection that ended without a close frame (RFC 6455, 7.4.1). */
export const ABNORMAL = 1006;
/** The server is there and has no room: come back later (IANA's registry of WebSocket close codes). */
export const TRY_LATER = 1013;
export const SIGNED_OUT = 4503;

/** @param {string} text @returns {Frame} */
export const parse = (text) => read(JSON.parse(text));

/**
 * Reads one frame. A frame of a kind this page does not know is `unknown`, so that a newer server
 * may say more; anything malformed throws.
 * @param {any} frame
 * @returns {Frame}
 */
export function read(frame) {
  if (typeof frame?.type !== "string") throw new TypeError("a frame without a type");
  if (!KNOWN.has(frame.type)) return { type: "unknown", was: frame.type };
  for (const [field, kind] of Object.entries(SHAPES[frame.type])) {
    if (typeof frame[field] !== kind || frame[field] === null) {
      throw new TypeError(`${frame.type}.${field} is not a ${kind}`);
    }
  }
  return frame;
}

/**
 * Asks for a room, from the position this page already has.
 * @param {string} room
 * @param {Position|null} position
 */
export function join(room, position) {
  return JSON.stringify({ type: "join", room, ...(position ?? {}) });
}

/** @param {string} room */
export function leave(room) {
  return JSON.stringify({ type: "leave", room });
}

/** @param {number} id the ping's own */
export function pong(id) {
  return JSON.stringify({ type: "pong", id });
}

/** @type {Record<number, string>} */
const REASONS = {
  1013: "the server has no room for more just now",
  4100: "this page read too slowly",
  4101: "the server is restarting",
  4102: "this page stopped answering",
  4103: "the connection was replaced",
  4104: "the log was out of reach",
  4500: "this page sent something malformed; reload it",
  4501: "this page sent something too large; reload it",
  4502: "this page sent something that is not text; reload it",
  4503: "you are signed out",
  4504: "this page sent too much at once; reload it",
  4505: "this page joined no room; reload it",
};

/** Whether the server itself ended the connection: then the way to it is not to blame. @param {number} code */
export const isServers = (code) => code >= 4100 && code <= 4199;

/**
 * What a close code asks for: 45xx stop, everything else comes back.
 * @param {number} code
 * @returns {{retry: boolean, signIn: boolean, reason: string}}
 */
export function verdict(code) {
  return {
    retry: code < 4500 || code > 4599,
    signIn: code === SIGNED_OUT,
    reason: REASONS[code] ?? "the connection was lost",
  };
}
