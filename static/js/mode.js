// How news reach the page, and how old what it shows is, in words. Pure.

import { dated, second } from "./format.js";

/** @import {Mode} from "./types.js" */
/** @import {State} from "./state.js" */

/** @typedef {{text: string, note: string, title: string}} Words */

/** @type {Record<Mode, {text: string, title: string}>} */
const LIVE = {
  socket: { text: "Real-Time Connected", title: "Every change arrives at once, over a WebSocket" },
  stream: {
    text: "Live over HTTP",
    title: "Every change arrives at once, over an event stream: something on the way to the server lets no WebSocket through",
  },
  "long-poll": {
    text: "Live over HTTP",
    title: "Every change arrives at once, by requests that wait: something on the way to the server holds streams back",
  },
  poll: {
    text: "Refreshing every 10 s",
    title: "Every change arrives within 10 seconds: something on the way to the server holds back all that is quicker",
  },
};

/** @param {State} state @param {number} now ms since 1970 @returns {Words} */
export function words(state, now) {
  const behind = Math.max(state.head - state.position.seq, 0);
  const age = state.asOf === null ? "" : `as of ${second(state.asOf, now)}`;
  switch (state.phase) {
    case "live": return { ...LIVE[state.mode], note: note(state, age) };
    case "connecting": return { text: "Connecting…", note: "", title: state.reason };
    case "catching-up": return { text: "Catching up", note: behind ? `${behind} events` : "", title: state.reason };
    case "offline": return { text: `Offline since ${dated(state.since ?? now, now)}`, note: age, title: `Trying again: ${state.reason}` };
    case "stopped": {
      const [text, reason] = state.signIn ? ["Signed out", "sign in again"] : ["Live updates stopped", state.reason];
      return { text, note: reason, title: state.reason };
    }
  }
}

/** Quiet while every change arrives at once. @param {State} state @param {string} age */
function note({ mode, rtt }, age) {
  if (mode === "poll") return age;
  if (mode === "socket") return rtt === null ? "" : `${Math.max(1, Math.round(rtt))} ms`;
  return mode === "stream" ? "stream" : "long poll";
}
