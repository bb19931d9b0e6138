import assert from "node:assert/strict";
import { test } from "node:test";

import { Refusal } from "../../static/js/api.js";
import { longPollTransport } from "../../static/js/long-poll.js";
import { pollTransport } from "../../static/js/poll.js";
import { FakeClock, FakeServer, listener, row, settled } from "./fakes.js";

/** @param {number} seq @returns {any} */
const event = (seq) => ({ type: "event", event: "inventory-updated", room: "north", seq, at: "2026-03-02T10:12:00.000000Z", by: "Mina Kaya", data: row(), change: null });

/** A link whose first question is under way. @param {typeof pollTransport} transport */
function open(transport) {
  const clock = new FakeClock();
  const server = new FakeServer();
  const { frames, closed, handlers } = listener();
  const link = transport(server.ask, clock)("north", { epoch: "e1", seq: 42 }, handlers);
  return { clock, server, frames, closed, link };
}

/** Frames in few words. @param {any[]} frames */
const brief = (frames) => frames.map((frame) => (frame.type === "ping" ? `head ${frame.heads.north}` : `${frame.type} ${frame.seq ?? frame.code}`));

test("the plain poll asks at once, and then every ten seconds from where it is", async () => {
  const { clock, server, frames } = open(pollTransport);
  clock.chance = 0.999;
  assert.deepEqual([server.last.position, server.last.wait], [{ epoch: "e1", seq: 42 }, undefined]);

  await server.says({ seq: 44, events: [event(43), event(44)] });
  await clock.passes(10_000);
  await server.says({ seq: 44 });
  clock.pass(9_999);
  assert.equal(server.asked.length, 2);
  clock.pass(1);
  await server.says({ seq: 45, events: [event(45)] });

  assert.deepEqual(server.asked.map(({ position }) => position?.seq), [42, 44, 44]);
  assert.deepEqual(brief(frames), ["joined 44", "event 43", "event 44", "head 44", "head 44", "event 45", "head 45"]);
});

test("the first pause of a poll is any part of the whole", async () => {
  const { clock, server } = open(pollTransport);
  clock.chance = 0.2;

  await server.says({ seq: 42 });
  clock.pass(2_000);

  assert.equal(server.asked.length, 2);
});

test("the long poll lets the server wait, briefly at first, and asks again at once", async () => {
  const { clock, server, closed } = open(longPollTransport);
  assert.equal(server.last.wait, 5);

  await clock.passes(5_000);
  await server.says({ seq: 42 });
  clock.pass(250);
  assert.equal(server.last.wait, 25);
  await server.says({ seq: 43, events: [event(43)] });
  clock.pass(250);

  assert.deepEqual([server.asked.length, server.last.position?.seq, closed], [3, 43, []]);
});

test("an answer that does not come is a loss, after the time it may wait", async () => {
  for (const [transport, patience] of /** @type {const} */ ([[pollTransport, 10_000], [longPollTransport, 15_000]])) {
    const { clock, server, closed } = open(transport);

    clock.pass(patience - 1);
    assert.deepEqual(closed, []);
    clock.pass(1);

    assert.deepEqual([closed, server.last.signal.aborted], [[1006], true]);
  }
});

test("an empty answer that did not wait is not the server's, or the page would ask without end", async () => {
  const { clock, server, closed } = open(longPollTransport);

  await clock.passes(1_000);
  await server.says({ seq: 42 });

  assert.deepEqual(closed, [1006]);
});

test("a reset is handed on, and what happens meanwhile is asked for from there", async () => {
  const { clock, server, frames } = open(longPollTransport);

  await server.says({ epoch: "e2", seq: 7, mode: "reset" });
  clock.pass(250);
  assert.deepEqual([server.last.position, server.last.wait], [{ epoch: "e2", seq: 7 }, 25]);
  await server.says({ epoch: "e2", seq: 8, events: [event(8)] });

  assert.deepEqual([frames[0].mode, ...brief(frames)], ["reset", "joined 7", "head 7", "event 8", "head 8"]);
});

test("asking again does not wait, and the question under way is given up", async () => {
  const { server, frames, link, closed } = open(longPollTransport);

  link.rejoin({ epoch: "e1", seq: 40 });
  await settled();
  assert.deepEqual([server.asked[0].signal.aborted, server.last.wait, server.last.position?.seq], [true, undefined, 40]);
  await server.says({ seq: 41, events: [event(41)] });

  assert.deepEqual([brief(frames), closed], [["joined 41", "event 41", "head 41"], []]);
});

test("a frame that makes the page ask anew ends the answer it came with", async () => {
  const clock = new FakeClock();
  const server = new FakeServer();
  /** @type {any[]} */
  const frames = [];
  const link = pollTransport(server.ask, clock)("north", { epoch: "e1", seq: 42 }, {
    frame: (frame) => {
      frames.push(frame);
      if (frame.type === "event" && frame.seq === 45) link.rejoin({ epoch: "e1", seq: 42 });
    },
    closed: () => assert.fail("nothing was lost"),
  });

  await server.says({ seq: 46, events: [event(45), event(46)] });

  assert.deepEqual([brief(frames), server.asked.length, server.last.position?.seq], [["joined 46", "event 45"], 2, 42]);
});

test("after a sleep the next round comes at the first look", async () => {
  const { clock, server, link } = open(pollTransport);
  await server.says({ seq: 42 });

  clock.sleep(3_600_000);
  link.check();

  assert.equal(server.asked.length, 2);
});

test("after a sleep a question without an answer is lost at the first look", () => {
  const { clock, closed, link } = open(longPollTransport);

  clock.sleep(3_600_000);
  link.check();

  assert.deepEqual(closed, [1006]);
});

test("a server that stops says so in its answer", async () => {
  const { server, frames, closed } = open(longPollTransport);

  await server.says({ seq: 42, bye: { type: "bye", code: 4101, reason: "restarting", retry_after_ms: 1_200 } });

  assert.deepEqual([brief(frames), closed], [["joined 42", "bye 4101"], [4101]]);
});

test("refused, broken or not from the server: the end is told once", async () => {
  const page = open(pollTransport);
  page.server.last.answer(new Response("<h1>Welcome to the hotel</h1>", { headers: { "Content-Type": "text/html" } }));
  await settled();
  assert.deepEqual([page.closed, page.frames], [[1006], []]);

  const busy = open(pollTransport);
  await busy.server.refuses(new Refusal({ title: "", status: 503, code: "busy", detail: "", retry_after_ms: 3_000 }));
  busy.link.close();
  busy.clock.pass(600_000);
  assert.deepEqual([brief(busy.frames), busy.closed, busy.server.asked.length], [["bye 1013"], [1013], 1]);
});

test("a link that was closed says nothing of an answer that was on its way", async () => {
  const { server, frames, closed, link } = open(pollTransport);

  link.close();
  await server.says({ seq: 43, events: [event(43)] });

  assert.deepEqual([frames, closed], [[], [1000]]);
});
