// A connection over ways that only write down what is asked of them, and do what a test tells them.

import assert from "node:assert/strict";

import { Connection } from "../../static/js/connection.js";
import { FakeClock } from "./fakes.js";

/** @import {Mode} from "../../static/js/types.js" */

export const WELCOME = { type: "welcome", protocol: 1, user: {}, heartbeat_ms: 25_000 };
export const JOINED = { type: "joined", room: "north", epoch: "e1", seq: 42, mode: "resumed" };

/** The rungs as the page has them. @type {[Mode, number, boolean, boolean][]} */
const RUNGS = [["socket", 2, false, false], ["stream", 1, false, true], ["long-poll", 1, true, true], ["poll", 1, false, false]];

export function connect() {
  const clock = new FakeClock();
  const position = { epoch: "e1", seq: 42 };
  /** @type {any[]} */
  const links = [];
  /** @type {any[]} */
  const told = [];
  /** @param {Mode} mode @returns {import("../../static/js/transport.js").Transport} */
  const transport = (mode) => (room, from, handlers) => {
    const link = {
      mode, room, from, frame: handlers.frame, open: true, silent: false, rejoins: /** @type {any[]} */ ([]),
      rejoin: (/** @type {any} */ at) => void link.rejoins.push(at),
      closed: (/** @type {number} */ code) => {
        link.open = false;
        handlers.closed(code);
      },
      check: () => link.silent && link.closed(1006),
      close: () => void (link.open = false),
    };
    links.push(link);
    return link;
  };
  const rungs = RUNGS.map(([mode, tries, slow, holds]) => ({ mode, tries, slow, holds, transport: transport(mode) }));
  const connection = new Connection({ room: "north", rungs, clock, position: () => ({ ...position }), report: (message) => void told.push(message) });
  connection.start();

  const last = () => links[links.length - 1];
  /** The server is not there: the way that is tried fails, and so does the question whether it is there at all. */
  const away = () => {
    if (last().mode !== "poll") last().closed(1006);
    assert.equal(last().mode, "poll");
    last().closed(1006);
  };
  /** Lets time pass until that way is tried. @param {Mode} mode */
  const until = (mode) => {
    for (let waited = 0; last().mode !== mode || !last().open; waited += 1) {
      assert.ok(waited < 3_000, `${mode} is never tried`);
      clock.pass(100);
    }
    return last();
  };
  /** Blocks what is better than `mode`, so that the page uses it; if wanted, until another is tried. @param {Mode} mode @param {Mode} [trying] */
  const on = (mode, trying) => {
    while (last().mode !== mode) {
      if (last().mode !== "poll") last().closed(1006);
      const seen = links.length;
      if (last().mode === mode) break;
      if (last().mode === "poll") last().frame(JOINED);
      for (let waited = 0; links.length === seen; waited += 1) {
        assert.ok(waited < 3_000, `${mode} is never tried`);
        clock.pass(100);
      }
    }
    const used = last();
    used.frame(JOINED);
    return { used, tried: trying ? until(trying) : used };
  };
  return { clock, position, links, told, connection, away, until, on, last };
}
