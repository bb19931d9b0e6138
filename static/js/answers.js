// What HTTP answers, in the words of the socket: so that nobody further in needs to know which way a
// frame came. Pure.

import { Refusal } from "./api.js";
import { ABNORMAL, SIGNED_OUT, TRY_LATER, read } from "./protocol.js";

/** @import {Answer, Frame} from "./types.js" */

/**
 * Reads the answer of GET /api/events; anything else, such as the page of a proxy, throws.
 * @param {any} body
 * @returns {Answer}
 */
export function answerOf(body) {
  const { epoch, seq, mode } = body;
  if (typeof epoch !== "string" || !Number.isInteger(seq) || typeof mode !== "string") throw new TypeError("not an answer");
  const bye = body.bye ? read(body.bye) : null;
  return { epoch, seq, mode: /** @type {Answer["mode"]} */ (mode), events: body.events.map(read), bye: bye?.type === "bye" ? bye : null };
}

/**
 * What a request that failed says, and the close code it ends with. Only the server's own refusals stop
 * the page: a proxy that forbids or does not know an address is a reason to try another way.
 * @param {unknown} error
 * @param {string} room
 * @returns {{frame: Frame|null, code: number}}
 */
export function refusalOf(error, room) {
  const problem = error instanceof Refusal ? error.problem : null;
  if (problem?.status === 401) return bye(SIGNED_OUT, "signed_out", 0);
  if (problem?.status === 503 && problem.retry_after_ms !== undefined) return bye(TRY_LATER, "busy", problem.retry_after_ms);
  if (problem?.code !== "forbidden" && problem?.code !== "not_found") return { frame: null, code: ABNORMAL };
  return { frame: { type: "error", code: problem.code, detail: problem.detail, room }, code: ABNORMAL };
}

/** @param {number} code @param {string} reason @param {number} wait @returns {{frame: Frame, code: number}} */
function bye(code, reason, wait) {
  return { frame: { type: "bye", code, reason, retry_after_ms: wait }, code };
}
