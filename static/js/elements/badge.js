// The state of the connection in words, and what follows from it: while it is lost, nothing may be written.

import { closeWrites, need } from "../dom.js";
import { clockTime } from "../format.js";
import { store } from "../live.js";
import { toast, withdraw } from "../news.js";
import { BoundElement } from "./live-element.js";

/** @import {State} from "../state.js" */

/** A loss shorter than this is no news to interrupt anybody for. */
const ALARM_MS = 2_500;
const LOST = "connection-lost";

/** @param {State} state @returns {{text: string, note: string}} */
function words(state) {
  const ms = state.rtt === null ? "" : `${Math.max(1, Math.round(state.rtt))} ms`;
  const behind = Math.max(state.head - state.position.seq, 0);
  switch (state.phase) {
    case "live": return { text: "Real-Time Connected", note: ms };
    case "connecting": return { text: "Connecting…", note: "" };
    case "catching-up": return { text: "Catching up", note: behind ? `${behind} events` : "" };
    case "offline": return { text: `Offline since ${clockTime(state.since ?? Date.now())}`, note: "trying again" };
    case "stopped": return { text: state.signIn ? "Signed out" : "Live updates stopped", note: state.signIn ? "sign in again" : state.reason };
  }
}

export class Badge extends BoundElement {
  #drawn = "";
  #alarm = 0;

  /** @override @param {AbortSignal} signal */
  attach(signal) {
    store.subscribe(({ state }) => this.#draw(state), signal);
    this.addEventListener("click", () => store.state.signIn && this.#signIn(), { signal });
  }

  /** @param {State} state */
  #draw(state) {
    const { text, note } = words(state);
    need(this, "[data-field=text]").textContent = text;
    need(this, "[data-field=note]").textContent = note;
    this.title = state.phase === "live" ? "Every change arrives at once, over a WebSocket" : state.reason;
    if (this.#drawn === state.phase) return;
    this.#drawn = this.dataset.state = document.documentElement.dataset.link = state.phase;
    closeWrites(closedBecause(state));
    this.#warn(state);
  }

  /** @param {State} state */
  #warn({ phase, signIn, reason }) {
    clearTimeout(this.#alarm);
    if (phase === "live") withdraw(LOST);
    if (phase === "stopped") {
      const action = signIn ? { label: "Sign in", run: () => this.#signIn() } : { label: "Reload", run: () => location.reload() };
      toast({ title: signIn ? "You are signed out" : "Live updates stopped", detail: signIn ? "" : reason, bad: true, action });
    }
    if (phase !== "offline") return;
    const detail = "What you see may be out of date. Trying to come back by itself.";
    this.#alarm = window.setTimeout(() => toast({ title: "Connection lost", detail, bad: true, key: LOST }), ALARM_MS);
  }

  #signIn() {
    location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
  }
}

/** @param {State} state */
function closedBecause({ phase, signIn }) {
  if (phase === "offline") return "Offline: changes wait until the connection is back";
  if (phase === "stopped") return signIn ? "Signed out: sign in again to change stock" : "Live updates stopped: reload the page";
  return "";
}
