import assert from "node:assert/strict";
import { test } from "node:test";

import { socketTransport } from "../../static/js/socket.js";
import { FakeClock, FakeSocket } from "./fakes.js";

const WELCOME = { type: "welcome", protocol: 1, user: { login: "ana", name: "Ana" }, heartbeat_ms: 25_000 };

const JOINED = { type: "joined", room: "north", epoch: "e1", seq: 42, mode: "resumed" };

/** An open link with everything it told. @param {import("../../static/js/types.js").Position|null} [position] */
function open(position = { epoch: "e1", seq: 42 }) {
  const clock = new FakeClock();
  const socket = new FakeSocket();
  /** @type {any[]} */
  const frames = [];
  /** @type {number[]} */
  const closed = [];
  const transport = socketTransport("ws://here/ws", clock, () => socket);
  const link = transport("north", position, { frame: (frame) => frames.push(frame), closed: (code) => closed.push(code) });
  return { clock, socket, link, frames, closed };
}

test("the room is asked for with the position, once the server has said welcome", () => {
  const { socket } = open();
  assert.deepEqual(socket.sent, []);

  socket.says(WELCOME);

  assert.deepEqual(socket.sent, [{ type: "join", room: "north", epoch: "e1", seq: 42 }]);
});

test("a page without a position asks for the room without one", () => {
  const { socket } = open(null);

  socket.says(WELCOME);

  assert.deepEqual(socket.sent, [{ type: "join", room: "north" }]);
});

test("a ping is answered and handed on", () => {
  const { socket, frames } = open();

  socket.says({ type: "ping", id: 7, heads: { north: 43 } });

  assert.deepEqual(socket.sent, [{ type: "pong", id: 7 }]);
  assert.equal(frames[0].heads.north, 43);
});

test("asking again uses the position of that moment", () => {
  const { socket, link } = open();
  socket.says(WELCOME);

  link.rejoin({ epoch: "e1", seq: 45 });

  assert.deepEqual(socket.sent[1], { type: "join", room: "north", epoch: "e1", seq: 45 });
});

test("a room that is not joined within four seconds is given up", () => {
  const { clock, socket, closed } = open();

  clock.pass(3_000);
  socket.says(WELCOME);
  clock.pass(999);
  assert.deepEqual(closed, []);
  clock.pass(1);

  assert.deepEqual([closed, socket.closed], [[1006], true]);
});

test("two heartbeats of silence are a loss, and any frame puts it off", () => {
  const { clock, socket, closed } = open();
  socket.says(WELCOME);
  socket.says(JOINED);

  clock.pass(49_000);
  socket.says({ type: "rtt", ms: 3 });
  clock.pass(49_000);
  assert.deepEqual(closed, []);
  clock.pass(2_000);

  assert.deepEqual(closed, [1006]);
});

test("after a sleep in which no timer ran, the silence is known at the first look", () => {
  const { clock, socket, link, closed } = open();
  socket.says(WELCOME);
  socket.says(JOINED);
  link.check();
  assert.deepEqual(closed, []);

  clock.sleep(3_600_000);
  link.check();

  assert.deepEqual(closed, [1006]);
});

test("the end is told once, and a dead link is silent", () => {
  const { clock, socket, link, frames, closed } = open();
  socket.says(WELCOME);
  const receive = socket.onmessage;

  socket.ends(4101);
  link.close();
  receive?.({ data: JSON.stringify({ type: "rtt", ms: 1 }) });
  clock.pass(120_000);

  assert.deepEqual([closed, frames.length], [[4101], 1]);
});
