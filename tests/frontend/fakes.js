// Time, chance and sockets that do what a test tells them.

/** @import {Clock} from "../../static/js/clock.js" */
/** @import {Question} from "../../static/js/transport.js" */
/** @import {Boot, Detection, InventoryRow, OrderRow, Scan, Sheet, SheetLine} from "../../static/js/types.js" */

/** A clock that stands still until it is moved. @implements {Clock} */
export class FakeClock {
  #now = 1_000_000;
  /** How far what it shows is from the time that passes, which is what timers go by. */
  #turned = 0;
  #next = 1;
  /** @type {Map<number, {at: number, fn: () => void}>} */
  #timers = new Map();
  /** What `random` gives. */
  chance = 0.5;

  now = () => this.#now + this.#turned;
  random = () => this.chance;

  /** @param {() => void} fn @param {number} ms */
  after = (fn, ms) => {
    this.#timers.set(this.#next, { at: this.#now + ms, fn });
    return this.#next++;
  };

  /** @param {number} id */
  cancel = (id) => void this.#timers.delete(id);

  /** Runs what falls due, in order. @param {number} ms */
  pass(ms) {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at)[0];
      if (!due) break;
      this.#timers.delete(due[0]);
      this.#now = Math.max(due[1].at, this.#now);
      due[1].fn();
    }
    this.#now = end;
  }

  /** The machine slept: time has passed, no timer has run. @param {number} ms */
  sleep(ms) {
    this.#turned += ms;
  }

  /** Somebody set the clock. @param {number} ms */
  turn(ms) {
    this.#turned += ms;
  }

  /** The same as `pass`, in steps between which promises come to rest. @param {number} ms */
  async passes(ms, step = 250) {
    for (let left = ms; left > 0; left -= step) {
      this.pass(Math.min(step, left));
      await settled();
    }
  }
}

export class FakeSocket {
  readyState = 1;
  /** @type {any[]} */
  sent = [];
  closed = false;
  /** @type {((event: any) => void)|null} */
  onmessage = null;
  /** @type {((event: any) => void)|null} */
  onclose = null;

  /** @param {string} text */
  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.closed = true;
    this.readyState = 3;
  }

  /** The server says. @param {object} frame */
  says(frame) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  /** The server or the network ends it. @param {number} code */
  ends(code) {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

/** Requests that a test answers. */
export class FakeServer {
  /** @type {(Question & {answer: (response: Response) => void, refuse: (error: Error) => void})[]} */
  asked = [];

  /** @param {Question} question @returns {Promise<Response>} */
  ask = (question) => new Promise((answer, refuse) => {
    question.signal.addEventListener("abort", () => refuse(new DOMException("given up", "AbortError")));
    this.asked.push({ ...question, answer, refuse });
  });

  get last() {
    return this.asked[this.asked.length - 1];
  }

  /** Answers the last question. @param {object} body */
  async says(body) {
    this.last.answer(Response.json({ room: "north", epoch: "e1", mode: "resumed", events: [], ...body }));
    await settled();
  }

  /** Refuses the last question. @param {Error} error */
  async refuses(error) {
    this.last.refuse(error);
    await settled();
  }

  /** Answers the last question with a stream, which a test writes. @param {string} [type] */
  async streams(type = "text/event-stream") {
    /** @type {ReadableStreamDefaultController<Uint8Array>|undefined} */
    let pipe;
    const body = new ReadableStream({ start: (controller) => void (pipe = controller) });
    this.last.answer(new Response(body, { headers: { "Content-Type": type } }));
    this.last.signal.addEventListener("abort", () => pipe?.error(new DOMException("given up", "AbortError")));
    await settled();
    return {
      /** @param {string|Uint8Array} piece */
      write: async (piece) => {
        pipe?.enqueue(typeof piece === "string" ? new TextEncoder().encode(piece) : piece);
        await settled();
      },
      end: async () => {
        pipe?.close();
        await settled();
      },
      breaks: async () => {
        pipe?.error(new TypeError("network error"));
        await settled();
      },
    };
  }
}

/** Waits until everything that promises have set going has come to rest: a stream takes several turns. */
export async function settled() {
  for (let turn = 0; turn < 8; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** A frame in the text of a stream. @param {any} frame */
export const sse = (frame) => `${frame.type === "event" ? `id: e1:${frame.seq}\n` : `event: ${frame.type}\n`}data: ${JSON.stringify(frame)}\n\n`;

/** What a transport tells. */
export function listener() {
  /** @type {any[]} */
  const frames = [];
  /** @type {number[]} */
  const closed = [];
  return { frames, closed, handlers: { frame: (/** @type {any} */ frame) => void frames.push(frame), closed: (/** @type {number} */ code) => void closed.push(code) } };
}

/** @param {Partial<InventoryRow>} [over] @returns {InventoryRow} */
export function row(over = {}) {
  return {
    warehouse: "north", sku: "TEA-500", name: "Tea 500 g", category: "Tea", unit: "pack", bin: "A-03",
    on_hand: 9, on_order: 0, pending: 0, position: 9, mode: "suggest", min: 6, target: 15, pack: 6, lead_time_days: 7,
    supplier: null, snoozed_until: null, status: "low", priority: "medium", archived: false, version: 40,
    policy_version: 2, updated_at: "2026-03-02T10:00:00.000000Z", updated_by: "Omar Haddad", ...over,
  };
}

/** @param {Partial<OrderRow>} [over] @returns {OrderRow} */
export function order(over = {}) {
  return {
    number: "RO-1042", warehouse: "north", sku: "TEA-500", name: "Tea 500 g", unit: "pack", quantity: 18,
    quantity_suggested: 18, received: 0, outstanding: 18, status: "pending", priority: "critical", source: "policy",
    supplier: null, why: { text: "3 left" }, note: null, requested_by: "AIMS", requested_at: "2026-03-02T09:00:00.000000Z",
    decided_by: null, decided_at: null, decision_note: null, closed_at: null, version: 1,
    updated_at: "2026-03-02T09:00:00.000000Z", ...over,
  };
}

/** @param {Partial<Detection>} [over] @returns {Detection} */
export function seen(over = {}) {
  return {
    n: 1, kind: "barcode", symbology: "EAN-13", label: "4006381333931", sku: "TEA-500", name: "Tea 500 g", stocked: true, units: 1,
    confidence: null, x: 0.1, y: 0.1, w: 0.1, h: 0.05, state: "auto", ...over,
  };
}

/** @param {Partial<Scan>} [over] @returns {Scan} */
export function scan(over = {}) {
  return {
    number: "SC-12", warehouse: "north", status: "done", progress: 100, place: "shelf 3", detector: "barcode", width: 1920, height: 1080,
    photo: "/api/scans/SC-12/photo", thumbnail: "/api/scans/SC-12/thumbnail", same_photo: [], error: null, warnings: [], truncated: false, took_ms: 300, found: 1, unmapped: 0,
    sheet: null, by: "Omar Haddad", created_at: "2026-03-02T10:00:00.000000Z", version: 3, updated_at: "2026-03-02T10:00:01.000000Z", ...over,
  };
}

/** @param {Partial<SheetLine>} [over] @returns {SheetLine} */
export function line(over = {}) {
  return {
    sku: "TEA-500", name: "Tea 500 g", unit: "pack", bin: "A-03", expected: 9, expected_version: 40, on_hand: 9, on_hand_version: 40, on_order: 0, seen: null, counted: 11,
    quantity: 11, difference: 2, included: true, conflict: false, resolution: null, lowest_confidence: null, updated_by: "Omar Haddad", ...over,
  };
}

/** @param {Partial<Sheet>} [over] @returns {Sheet} */
export function sheet(over = {}) {
  return {
    number: "CS-5", warehouse: "north", title: null, source: "manual", mode: "count", status: "open", blind: false, scans: [], line_count: 1,
    counted: 1, by: "Omar Haddad", created_at: "2026-03-02T10:00:00.000000Z", closed_by: null, closed_at: null, version: 4,
    updated_at: "2026-03-02T10:00:00.000000Z", lines: [line()], ...over,
  };
}

/** @param {Partial<Boot>} [over] @returns {Boot} */
export function boot(over = {}) {
  return {
    page: "inventory",
    me: { login: "ana", name: "Ana Costa", role: "approver", admin: false, can: { operate: true, approve: true, admin: false } },
    room: { code: "north", name: "North", epoch: "e1", seq: 42 },
    rows: [row()], orders: [order()], feed: [], ...over,
  };
}
