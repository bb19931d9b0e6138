// What a way to the server is, whichever it is. Types only.
//
// A transport brings the frames of one room and says when it is gone; it does not decide what a frame
// means, nor when to try again, nor how (connection.js does).

/** @import {Frame, Position} from "./types.js" */

/**
 * @typedef {object} Handlers
 * @property {(frame: Frame) => void} frame
 * @property {(code: number) => void} closed called once, after which the link says nothing more
 *
 * @typedef {object} Want
 * @property {string} room
 * @property {Position|null} position
 * @property {Handlers} handlers
 *
 * @typedef {object} Link an open (or opening) way to the server
 * @property {(position: Position|null) => void} rejoin asks again, from this position
 * @property {() => void} check does what fell due while timers slept: a round, or the end after too long a silence
 * @property {() => void} close
 *
 * @typedef {(room: string, position: Position|null, handlers: Handlers) => Link} Transport
 *
 * @typedef {object} Question one request for what happened in a room
 * @property {string} room
 * @property {Position|null} position
 * @property {number} [wait] seconds that the server may keep it, where there is nothing yet
 * @property {boolean} [stream] the answer shall not end
 * @property {AbortSignal} signal
 *
 * @typedef {(question: Question) => Promise<Response>} Ask throws a Refusal where the answer is no
 */

export {};
