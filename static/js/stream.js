// The event stream: the second choice, for networks that let no WebSocket through.
//
// Read with fetch and not with EventSource, which keeps to itself what has to be known here: comment
// lines (20 s without a byte of any kind tell of a proxy that buffers), the status of a refusal (signed
// out is not the same as busy), and when it tries again by itself, which is without jitter.

import { refusalOf } from "./answers.js";
import { Deadline } from "./deadline.js";
import { ABNORMAL, parse } from "./protocol.js";
import { Events } from "./sse.js";

/** @import {Frame, Position} from "./types.js" */
/** @import {Clock} from "./clock.js" */
/** @import {Ask, Transport, Want} from "./transport.js" */

/** The server lets no more than 15 s pass without a byte; what does not arrive by then is held back somewhere. */
const SILENCE_MS = 20_000;

/** @param {Ask} ask @param {Clock} clock @returns {Transport} */
export function streamTransport(ask, clock) {
  return (room, position, handlers) => new StreamLink(ask, clock, { room, position, handlers });
}

class StreamLink {
  #ask;
  #want;
  #silence;
  /** Ends the request under way; another one makes it the past. */
  #request = new AbortController();
  #done = false;

  /** @param {Ask} ask @param {Clock} clock @param {Want} want */
  constructor(ask, clock, want) {
    this.#ask = ask;
    this.#want = want;
    this.#silence = new Deadline(clock, () => this.#end(ABNORMAL));
    void this.#follow(want.position);
  }

  /** @param {Position|null} position */
  rejoin(position) {
    void this.#follow(position);
  }

  check() {
    this.#silence.check();
  }

  close() {
    this.#end(1000);
  }

  /** Only reading may fail: a mistake in handling a frame is the page's, and is not hidden here. @param {Position|null} position */
  async #follow(position) {
    this.#request.abort();
    const { signal } = this.#request = new AbortController();
    const frames = this.#frames(position, signal);
    this.#silence.set(SILENCE_MS);
    for (;;) {
      const step = await frames.next().catch((error) => ({ error }));
      if (signal.aborted) return;
      if ("error" in step) return this.#refused(step.error);
      if (step.done) return this.#end(ABNORMAL);
      this.#want.handlers.frame(step.value);
    }
  }

  /** @param {Position|null} position @param {AbortSignal} signal @returns {AsyncGenerator<Frame>} */
  async *#frames(position, signal) {
    const response = await this.#ask({ room: this.#want.room, position, stream: true, signal });
    if (!response.body || !response.headers.get("Content-Type")?.startsWith("text/event-stream")) throw new TypeError("not a stream");
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const events = new Events();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || signal.aborted) return;
      this.#silence.set(SILENCE_MS);
      for (const data of events.feed(value)) yield parse(data);
    }
  }

  /** @param {unknown} error */
  #refused(error) {
    const { frame, code } = refusalOf(error, this.#want.room);
    if (frame) this.#want.handlers.frame(frame);
    this.#end(code);
  }

  /** @param {number} code */
  #end(code) {
    if (this.#done) return;
    this.#done = true;
    this.#silence.clear();
    this.#request.abort();
    this.#want.handlers.closed(code);
  }
}
