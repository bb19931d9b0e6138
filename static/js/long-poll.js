// The long poll: the third choice, for proxies that hold a stream back until it ends. An answer ends.

import { roundsTransport } from "./rounds.js";

/** @import {Clock} from "./clock.js" */
/** @import {Ask, Transport} from "./transport.js" */

/** A proxy that lets no request wait shows it in this time; until the first answer another way is used. */
const FIRST_WAIT_S = 5;
/** The server allows 30; many proxies end what takes longer than that. */
const WAIT_S = 25;
/** An answer that is later than this by the time it took to wait is lost. */
const PATIENCE_MS = 10_000;
/** Of those who heard of the same event, not all ask again in the same moment; a busy room is told in batches. */
const PAUSE_MS = 250;

/** @param {Ask} ask @param {Clock} clock @returns {Transport} */
export function longPollTransport(ask, clock) {
  const pause = (/** @type {number} */ _, /** @type {() => number} */ random) => random() * PAUSE_MS;
  return roundsTransport(ask, clock, { first: FIRST_WAIT_S, wait: WAIT_S, patience: PATIENCE_MS, pause });
}
