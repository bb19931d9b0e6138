// A whole stock room in memory: its log, and every way to it, each of which a test can block as proxies
// do. And a page in it, made of the real parts.

import { apply, initial } from "../../static/js/state.js";
import { Connection } from "../../static/js/connection.js";
import { longPollTransport } from "../../static/js/long-poll.js";
import { pollTransport } from "../../static/js/poll.js";
import { socketTransport } from "../../static/js/socket.js";
import { streamTransport } from "../../static/js/stream.js";
import { FakeClock, FakeSocket, boot, row, sse } from "./fakes.js";

/** @import {Message} from "../../static/js/state.js" */
/** @import {Position} from "../../static/js/types.js" */
/** @import {Question} from "../../static/js/transport.js" */

const COMMENT_MS = 15_000;
/** A proxy that lets nothing wait ends it after this. */
const CUT_MS = 1_000;

export class Room {
  clock = new FakeClock();
  epoch = "e1";
  /** Events so far, and how many of them are not kept any more. */
  seq = 0;
  pruned = 0;
  onHand = 100;
  down = false;
  /** What does not get through: "socket", "stream", "wait", "all". @type {Set<string>} */
  blocked = new Set();
  /** Events of these numbers are lost on their way. @type {Set<number>} */
  lost = new Set();
  /** @type {Set<{tell: (seq: number) => void, end: () => void}>} */
  #heard = new Set();

  write() {
    this.seq += 1;
    this.onHand -= 1;
    if (this.down || this.lost.has(this.seq)) return;
    for (const ear of [...this.#heard]) ear.tell(this.seq);
  }

  kill() {
    this.down = true;
    for (const ear of [...this.#heard]) ear.end();
  }

  /** A copy is put back: another log, which may have come as far. */
  restore() {
    this.epoch += "x";
    this.onHand = 50;
  }

  /** @param {number} seq @returns {any} */
  event(seq) {
    const onHand = this.onHand + this.seq - seq;
    return { type: "event", event: "inventory-updated", room: "north", seq, at: "2026-03-02T10:12:00.000000Z", by: "Mina Kaya",
      data: row({ on_hand: onHand, version: seq }), change: { verb: "issue", delta: -1 } };
  }

  page() {
    return boot({ room: { code: "north", name: "North", epoch: this.epoch, seq: this.seq }, rows: [row({ on_hand: this.onHand, version: this.seq })] });
  }

  /** @param {Position|null} position */
  join(position) {
    const resumed = position?.epoch === this.epoch && position.seq >= this.pruned && position.seq <= this.seq;
    const from = resumed ? position.seq : this.seq;
    const missed = Array.from({ length: this.seq - from }, (_, i) => this.event(from + 1 + i));
    return { epoch: this.epoch, mode: resumed ? "resumed" : "reset", seq: this.seq, missed };
  }

  /** @param {() => void} end @param {(seq: number) => void} tell */
  #listen(end, tell) {
    const ear = { tell, end: () => (this.#heard.delete(ear), end()) };
    this.#heard.add(ear);
    return ear;
  }

  socket = () => {
    const socket = new FakeSocket();
    const shut = this.down || this.blocked.has("socket") || this.blocked.has("all");
    if (shut) return this.clock.after(() => socket.ends(1006), 10), socket;
    const send = socket.send.bind(socket);
    const ear = this.#listen(() => socket.ends(1006), (seq) => socket.says(this.event(seq)));
    this.clock.after(() => socket.says({ type: "welcome", protocol: 1, user: {}, heartbeat_ms: 25_000 }), 10);
    const ping = () => {
      if (!this.#heard.has(ear)) return;
      socket.says({ type: "ping", id: 1, heads: { north: this.seq } });
      this.clock.after(ping, 25_000);
    };
    this.clock.after(ping, 25_000);
    const close = socket.close.bind(socket);
    socket.close = () => (this.#heard.delete(ear), close());
    socket.send = (text) => {
      send(text);
      const { type, epoch, seq } = JSON.parse(text);
      if (type !== "join") return;
      const { missed, ...joined } = this.join({ epoch, seq });
      for (const frame of [{ type: "joined", room: "north", ...joined }, ...missed]) socket.says(frame);
    };
    return socket;
  };

  /** @param {Question} question @returns {Promise<Response>} */
  ask = (question) => new Promise((answer, refuse) => {
    const gone = () => refuse(new TypeError("no answer"));
    question.signal.addEventListener("abort", gone);
    if (this.down || this.blocked.has("all")) return void this.clock.after(gone, 10);
    if (question.stream) return this.blocked.has("stream") ? undefined : answer(this.#stream(question));
    if (question.wait && this.blocked.has("wait")) return void this.clock.after(gone, CUT_MS);
    const now = () => {
      const { missed, ...joined } = this.join(question.position);
      answer(Response.json({ room: "north", ...joined, events: missed }));
    };
    if (!question.wait || this.join(question.position).missed.length || this.join(question.position).mode === "reset") return now();
    const ear = this.#listen(gone, () => (this.#heard.delete(ear), now()));
    question.signal.addEventListener("abort", () => this.#heard.delete(ear));
    this.clock.after(() => this.#heard.delete(ear) && now(), question.wait * 1_000);
  });

  /** @param {Question} question */
  #stream({ position, signal }) {
    /** @type {any} */
    let pipe;
    const body = new ReadableStream({ start: (controller) => void (pipe = controller) });
    const write = (/** @type {string} */ text) => pipe.enqueue(new TextEncoder().encode(text));
    const ear = this.#listen(() => pipe.error(new TypeError("network error")), (seq) => write(sse(this.event(seq))));
    signal.addEventListener("abort", () => this.#heard.delete(ear) && pipe.error(new DOMException("given up", "AbortError")));
    const { missed, ...joined } = this.join(position);
    write([{ type: "joined", room: "north", ...joined }, ...missed].map(sse).join(""));
    const comment = () => {
      if (!this.#heard.has(ear)) return;
      write(`:\n\n${sse({ type: "ping", id: 1, heads: { north: this.seq } })}`);
      this.clock.after(comment, COMMENT_MS);
    };
    this.clock.after(comment, COMMENT_MS);
    return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
  }

  /** What listens to the room just now. */
  get ears() {
    return this.#heard.size;
  }
}

/** A page that looks at the room. */
export class Page {
  #room;
  /** Every event that was applied. @type {number[]} */
  applied = [];
  /** Modes and losses, one after the other. @type {string[]} */
  modes = [];
  /** How long a snapshot takes, ms. */
  loads = 300;

  /** @param {Room} room */
  constructor(room) {
    this.#room = room;
    this.state = initial(room.page());
    const { clock, ask, socket } = room;
    this.connection = new Connection({
      room: "north", clock, position: () => this.state.position, report: (message) => this.send(message.type === "link" ? { ...message, at: clock.now() } : message),
      rungs: [
        { mode: "socket", transport: socketTransport("", clock, socket), tries: 2, slow: false, holds: false },
        { mode: "stream", transport: streamTransport(ask, clock), tries: 1, slow: false, holds: true },
        { mode: "long-poll", transport: longPollTransport(ask, clock), tries: 1, slow: true, holds: true },
        { mode: "poll", transport: pollTransport(ask, clock), tries: 1, slow: false, holds: false },
      ],
    });
    this.connection.start();
  }

  /** @param {Message} message */
  send(message) {
    const before = this.state.position;
    const { state, effects } = apply(this.state, message);
    this.state = state;
    if (message.type === "event" && state.position.seq === before.seq + 1) this.applied.push(state.position.seq);
    if (message.type === "link" && (message.status === "up" || message.status === "offline")) this.modes.push("mode" in message ? message.mode : "offline");
    for (const effect of effects) {
      if (effect.do === "rejoin") this.connection.rejoin();
      if (effect.do === "load") this.#load();
    }
  }

  /** It is drawn when it is asked for, and arrives later; the page that is down is asked for again. */
  #load() {
    const room = this.#room;
    const drawn = room.down || room.blocked.has("all") ? null : room.page();
    room.clock.after(() => {
      if (drawn) this.send({ type: "snapshot", boot: drawn, at: room.clock.now() });
      else if (this.state.loading) this.#load();
    }, this.loads);
  }

  get onHand() {
    return this.state.rows.get("TEA-500")?.on_hand;
  }
}
