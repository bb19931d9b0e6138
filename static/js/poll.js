// The plain poll: the last choice, which works wherever a page can be loaded.

import { roundsTransport } from "./rounds.js";

/** @import {Clock} from "./clock.js" */
/** @import {Ask, Transport} from "./transport.js" */

/** As the badge says. Shorter would cost the server more than waiting requests do. */
const EVERY_MS = 10_000;
/** An answer that takes longer than this is lost. */
const PATIENCE_MS = 10_000;

/** @param {Ask} ask @param {Clock} clock @returns {Transport} */
export function pollTransport(ask, clock) {
  return roundsTransport(ask, clock, { first: 0, wait: 0, patience: PATIENCE_MS, pause });
}

/**
 * The first pause is any part of the whole, so that pages which began together do not ask together.
 * @param {number} round
 * @param {() => number} random
 */
function pause(round, random) {
  return round === 0 ? random() * EVERY_MS : EVERY_MS;
}
