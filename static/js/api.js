// The HTTP API, as the dashboard uses it: the only module that calls fetch.

import { retryAfter } from "./retry-after.js";
import { uuid } from "./uuid.js";

/** @import {Boot, Problem} from "./types.js" */
/** @import {Question} from "./transport.js" */

/** A request that got no answer is sent once more after this time, under the same key. */
const RETRY_MS = 600;

/** What the server refused, or the network lost, with the words to show. */
export class Refusal extends Error {
  /** @param {Problem} problem */
  constructor(problem) {
    super(problem.detail || problem.title);
    this.problem = problem;
  }
}

/** Whether the server refused because the session is over. @param {unknown} error */
export const isSignedOut = (error) => error instanceof Refusal && error.problem.status === 401;

/**
 * @param {string} path below /api
 * @param {Record<string, string|number|boolean|undefined|null>} [query] what is empty is left out
 * @returns {Promise<any>}
 */
export function get(path, query = {}) {
  return request(`${path}?${search(query)}`, { headers: { Accept: "application/json" } });
}

/** @param {Record<string, string|number|boolean|undefined|null>} query */
function search(query) {
  const set = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return new URLSearchParams(set.map(([key, value]) => [key, String(value)]));
}

/**
 * What happened in a room: once, after a wait, or as a stream.
 * @param {Question} question
 * @returns {Promise<Response>}
 */
export function events({ room, position, wait, stream, signal }) {
  const query = search({ room, epoch: position?.epoch, after: position?.seq, wait });
  const headers = { Accept: stream ? "text/event-stream" : "application/json" };
  return answer(`/api/events?${query}`, { cache: "no-store", headers, signal }, 0);
}

/**
 * Posts once: the key makes a repeat after a lost answer harmless.
 * @param {string} path
 * @param {object} body
 * @param {{version?: number}} [match] the version this was decided on
 * @returns {Promise<any>}
 */
export function post(path, body, { version } = {}) {
  return request(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": uuid(), ...ifMatch(version) },
    body: JSON.stringify(body),
  }, 1);
}

/**
 * @param {string} path
 * @param {object} body
 * @param {{version?: number}} [match] the version this change was made against
 * @returns {Promise<any>}
 */
export function put(path, body, { version } = {}) {
  return request(path, { method: "PUT", headers: { "Content-Type": "application/json", ...ifMatch(version) }, body: JSON.stringify(body) });
}

/**
 * Changes what `body` names, and nothing else.
 * @param {string} path
 * @param {object} body
 * @param {{version?: number}} [match] the version this change was made against
 * @returns {Promise<any>}
 */
export function patch(path, body, { version } = {}) {
  return request(path, { method: "PATCH", headers: { "Content-Type": "application/json", ...ifMatch(version) }, body: JSON.stringify(body) });
}

/** @param {number|undefined} version @returns {Record<string, string>} */
function ifMatch(version) {
  return version === undefined ? {} : { "If-Match": `"${version}"` };
}

/** @param {string} path @returns {Promise<any>} */
export function remove(path) {
  return request(path, { method: "DELETE" });
}

/** A picture that this server has. @param {string} address @returns {Promise<Blob>} */
export async function picture(address) {
  return (await answer(address, {}, 1)).blob();
}

/**
 * What the server would draw a page from now. Nothing but its data is read, and whoever does not ask
 * for HTML is refused in plain terms and not led to the sign-in page.
 * @param {string} address
 * @returns {Promise<Boot>}
 */
export async function page(address) {
  const response = await answer(address, { cache: "no-store", headers: { Accept: "*/*" } }, 0);
  const drawn = new DOMParser().parseFromString(await response.text(), "text/html");
  return JSON.parse(drawn.getElementById("boot")?.textContent ?? "");
}

/**
 * @param {string} path
 * @param {RequestInit} init
 * @param {number} repeats left when no answer comes at all
 * @returns {Promise<any>}
 */
async function request(path, init, repeats = 0) {
  const response = await answer(`/api${path}`, init, repeats);
  return response.status === 204 ? null : response.json();
}

/**
 * @param {string} address
 * @param {RequestInit} init
 * @param {number} repeats left when no answer comes at all
 * @returns {Promise<Response>}
 */
async function answer(address, init, repeats) {
  let response;
  try {
    response = await fetch(address, { credentials: "same-origin", ...init });
  } catch {
    if (repeats <= 0) throw new Refusal(LOST);
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    return answer(address, init, repeats - 1);
  }
  if (!response.ok) throw new Refusal({ ...await problemOf(response), retry_after_ms: retryAfter(response.headers.get("Retry-After"), Date.now()) });
  return response;
}

/** @type {Problem} */
export const LOST = { title: "No answer", status: 0, code: "offline", detail: "The server did not answer. Nothing was changed on this page." };

/** @type {Problem} */
export const SIGNED_OUT = { title: "You are signed out", status: 401, code: "unauthenticated", detail: "Sign in again in another tab; what you typed stays here." };

/** @param {Response} response @returns {Promise<Problem>} */
async function problemOf(response) {
  if (response.status === 401) return SIGNED_OUT;
  try {
    return await response.json();
  } catch {
    return { title: response.statusText, status: response.status, code: "unknown", detail: `The server answered ${response.status}.` };
  }
}
