// The state of the connection in words, and what follows from it: while there is no way to the server,
// nothing may be written.

import { closeWrites, need } from "../dom.js";
import { store } from "../live.js";
import { words } from "../mode.js";
import { toast, withdraw } from "../news.js";
import { BoundElement } from "./live-element.js";

/** @import {State} from "../state.js" */

/** A loss shorter than this is no news to interrupt anybody for. */
const ALARM_MS = 2_500;
/** What lasts shorter than this is not read out: on its way from one mode to the next the page passes others. */
const SETTLED_MS = 3_000;
const LOST = "connection-lost";
/** Nobody needs to hear of it before it was otherwise. */
const NORMAL = "Real-Time Connected";

export class Badge extends BoundElement {
  #drawn = "";
  #alarm = 0;
  #settled = 0;
  #text = "";
  #said = NORMAL;

  /** @override @param {AbortSignal} signal */
  attach(signal) {
    store.subscribe(({ state }) => this.#draw(state), signal);
    this.addEventListener("click", () => store.state.signIn && this.#signIn(), { signal });
  }

  /** @param {State} state */
  #draw(state) {
    const { text, note, title } = words(state, Date.now());
    need(this, "[data-field=text]").textContent = text;
    need(this, "[data-field=note]").textContent = note;
    this.title = title;
    this.dataset.mode = state.mode;
    if (this.#text !== text) this.#settle(text);
    if (this.#drawn === state.phase) return;
    this.#drawn = this.dataset.state = document.documentElement.dataset.link = state.phase;
    closeWrites(closedBecause(state));
    this.#warn(state);
  }

  /** @param {string} text */
  #settle(text) {
    this.#text = text;
    clearTimeout(this.#settled);
    this.#settled = window.setTimeout(() => this.#say(text), SETTLED_MS);
  }

  /** A loss has its toast, which is read out already. @param {string} text */
  #say(text) {
    const toasted = this.#drawn === "offline" || this.#drawn === "stopped";
    need(this, "[data-field=said]").textContent = toasted || text === this.#said ? "" : text;
    this.#said = text;
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
