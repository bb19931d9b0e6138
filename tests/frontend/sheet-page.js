// The page of one sheet, as much of it as needs no elements: what it asks the server a test answers.

import { FakeSocket, boot, row, settled, sheet } from "./fakes.js";

/** @import {InventoryRow, Sheet} from "../../static/js/types.js" */

/** @type {FakeSocket[]} */
export const sockets = [];
/** What was asked for, "METHOD path". @type {string[]} */
export const asked = [];
/** The versions that writes were made against, as `If-Match` says them. @type {string[]} */
export const matched = [];
/** Answers in turn; nothing answers once they are used up. @type {(() => Response)[]} */
export const answers = [];
/** What is to happen between a question and its answer. @type {{meanwhile: () => void}} */
export const server = { meanwhile: () => {} };

/** @type {import("../../static/js/types.js").Boot} */
const drawn = boot({ page: "count", number: "CS-5", sheets: [sheet()] });

Object.assign(globalThis, {
  document: { hidden: false, addEventListener() {}, dispatchEvent() {}, getElementById: () => ({ textContent: JSON.stringify(drawn) }) },
  location: { protocol: "https:", host: "stock.example", pathname: "/w/north/counts/CS-5", search: "" },
  window: globalThis, addEventListener() {}, requestAnimationFrame: (/** @type {() => void} */ fn) => fn(),
  fetch: async (/** @type {string} */ address, /** @type {RequestInit} */ { method = "GET", headers } = {}) => {
    asked.push(`${method} ${address.replace(/\?.*$/, "")}`);
    const match = new Headers(headers).get("If-Match");
    if (match) matched.push(match);
    server.meanwhile();
    const answer = answers.shift();
    if (!answer) throw new TypeError("no answer");
    return answer();
  },
  WebSocket: function WebSocket() {
    return sockets[sockets.push(new FakeSocket()) - 1];
  },
});

/** @param {object} body */
export const says = (body) => answers.push(() => Response.json(body));

/** @param {number} status @param {object} more */
export const refuses = (status, more = {}) => answers.push(() => Response.json({ title: "Refused", status, code: "any", detail: "", ...more }, { status }));

let seq = 42;

/** What `count-updated` brings. @param {Partial<Sheet>|{lines: null}} over @returns {any} */
export const counted = (over) => ({ type: "event", event: "count-updated", room: "north", seq: ++seq, at: "2026-03-02T10:12:00.000000Z", by: "Mina Kaya",
  data: { ...sheet(), ...over }, change: { verb: "edit" } });

/** What `inventory-updated` brings when a movement is taken back. @param {Partial<InventoryRow>} over @returns {any} */
export const moved = (over) => ({ type: "event", event: "inventory-updated", room: "north", seq: ++seq, at: "2026-03-02T10:12:00.000000Z", by: "Mina Kaya",
  data: row(over), change: { verb: "reverse", delta: 1 } });

/** A sheet as conflicts carry it: without its lines. @param {Partial<Sheet>} over */
export function head(over) {
  const { lines, ...rest } = sheet(over);
  void lines;
  return rest;
}

/** Time passes until nothing is asked for any more. @param {import("node:test").TestContext} t */
export async function rests(t, ms = 60_000, step = 500) {
  for (let left = ms; left > 0; left -= step) {
    await settled();
    t.mock.timers.tick(step);
  }
  await settled();
}
