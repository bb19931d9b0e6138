// Sends a photo and tells how far it is: the only module that uses XMLHttpRequest, since fetch says nothing about
// the bytes of a request that have left.

import { LOST, Refusal, SIGNED_OUT } from "./api.js";
import { retryAfter } from "./retry-after.js";

/** @typedef {{key: string, form: FormData}} Parcel what is sent; with the same key, a repeat after a lost answer is harmless */

/**
 * @param {string} path below /api
 * @param {Parcel} parcel
 * @param {{progress: (part: number) => void, signal: AbortSignal}} watch `part` is 0 to 1
 * @returns {Promise<any>} the answer; what is refused, or lost, is a Refusal
 */
export function upload(path, { key, form }, { progress, signal }) {
  return new Promise((resolve, reject) => {
    // One that is taken back while it is made smaller is never heard of again.
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    request.open("POST", `/api${path}`);
    request.setRequestHeader("Idempotency-Key", key);
    request.upload.addEventListener("progress", ({ loaded, total }) => progress(total ? loaded / total : 0));
    request.addEventListener("load", () => {
      const said = parsed(request.responseText);
      if (request.status < 300 && said) resolve(said);
      else reject(new Refusal({ ...refusal(request, said), retry_after_ms: retryAfter(request.getResponseHeader("Retry-After"), Date.now()) }));
    });
    request.addEventListener("error", () => reject(new Refusal(LOST)));
    request.addEventListener("abort", () => reject(new DOMException("taken back", "AbortError")));
    signal.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

/** @param {string} text @returns {any} */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** @param {XMLHttpRequest} request @param {any} said @returns {import("./types.js").Problem} */
function refusal({ status, statusText }, said) {
  if (status === 401) return SIGNED_OUT;
  return said ?? { title: statusText, status, code: "unknown", detail: `The server answered ${status}.` };
}
