import assert from "node:assert/strict";
import { test } from "node:test";

import { Refusal } from "../../static/js/api.js";
import { Events } from "../../static/js/sse.js";
import { streamTransport } from "../../static/js/stream.js";
import { FakeClock, FakeServer, listener, row, settled, sse } from "./fakes.js";

const JOINED = { type: "joined", room: "north", epoch: "e1", seq: 43, mode: "resumed" };
/** @param {number} seq @returns {any} */
const event = (seq) => ({ type: "event", event: "inventory-updated", room: "north", seq, at: "2026-03-02T10:12:00.000000Z", by: "Zoë ✓", data: row(), change: null });

/** A link whose request is under way. */
function open() {
  const clock = new FakeClock();
  const server = new FakeServer();
  const { frames, closed, handlers } = listener();
  const link = streamTransport(server.ask, clock)("north", { epoch: "e1", seq: 42 }, handlers);
  return { clock, server, frames, closed, link };
}

test("the room is asked for from the position on, as a stream", () => {
  const { server } = open();

  const { room, position, stream, wait } = server.last;
  assert.deepEqual({ room, position, stream, wait }, { room: "north", position: { epoch: "e1", seq: 42 }, stream: true, wait: undefined });
});

test("frames arrive as they are written, however the network cuts them", async () => {
  const { server, frames } = open();
  const { write } = await server.streams();
  const bytes = new TextEncoder().encode(`retry: 2000\n${sse(JOINED)}:\n\n${sse(event(43))}`);

  for (const byte of bytes) await write(Uint8Array.of(byte));

  assert.deepEqual(frames, [JOINED, event(43)]);
});

test("the text of a stream may break its lines in any of the three ways, and wherever it is cut", () => {
  const text = ":\n\nretry: 1\r\nid: e1:1\r\nevent: ping\rdata: {\r\ndata:}\r\n\r\ndata: 2\n\nid: 3\n\n: x\rdata\ndata: 4\r\r";
  for (let cut = 0; cut <= text.length; cut += 1) {
    const events = new Events();

    const found = [...events.feed(text.slice(0, cut)), ...events.feed(text.slice(cut)), ...events.feed("\n")];

    assert.deepEqual(found, ["{\n}", "2", "4"], `cut at ${cut}`);
  }
});

test("twenty seconds without a byte are a proxy that buffers, before the answer and after it", async () => {
  for (const answered of [false, true]) {
    const { clock, server, closed } = open();
    if (answered) await (await server.streams()).write(sse(JOINED));

    clock.pass(19_999);
    assert.deepEqual(closed, []);
    clock.pass(1);

    assert.deepEqual([closed, server.last.signal.aborted], [[1006], true], String(answered));
  }
});

test("a comment line is a byte like any other", async () => {
  const { clock, server, closed } = open();
  const { write } = await server.streams();
  await write(sse(JOINED));

  for (let times = 0; times < 4; times += 1) {
    clock.pass(15_000);
    await write(":\n\n");
  }
  assert.deepEqual(closed, []);
  clock.pass(20_000);

  assert.deepEqual(closed, [1006]);
});

test("after a sleep the silence is known at the first look", () => {
  const { clock, link, closed } = open();
  clock.sleep(19_000);
  link.check();
  assert.deepEqual(closed, []);

  clock.sleep(3_600_000);
  link.check();

  assert.deepEqual(closed, [1006]);
});

test("a stream that ends or breaks is told once, and says nothing more", async () => {
  for (const how of /** @type {const} */ (["end", "breaks"])) {
    const { clock, server, frames, closed, link } = open();
    const stream = await server.streams();
    await stream.write(sse(JOINED));

    await stream[how]();
    link.close();
    clock.pass(600_000);

    assert.deepEqual([closed, frames.length], [[1006], 1], how);
  }
});

test("the last word of a server that restarts is handed on", async () => {
  const { server, frames, closed } = open();
  const stream = await server.streams();
  const bye = { type: "bye", code: 4101, reason: "restarting", retry_after_ms: 1_200 };

  await stream.write(`retry: 3200\n${sse(bye)}`);
  await stream.end();

  assert.deepEqual([frames, closed], [[bye], [1006]]);
});

test("asking again begins another stream from that place, and the old one is silent", async () => {
  const { server, frames, closed, link } = open();
  const before = await server.streams();
  await before.write(sse(JOINED));

  link.rejoin({ epoch: "e1", seq: 44 });
  await settled();
  const after = await server.streams();
  await after.write(sse({ ...JOINED, seq: 46 }));

  assert.deepEqual([server.last.position?.seq, server.asked[0].signal.aborted, frames.map(({ seq }) => seq), closed], [44, true, [43, 46], []]);
});

test("a frame that makes the page ask anew ends the stream it came with", async () => {
  const clock = new FakeClock();
  const server = new FakeServer();
  /** @type {number[]} */
  const seqs = [];
  const link = streamTransport(server.ask, clock)("north", { epoch: "e1", seq: 42 }, {
    frame: (frame) => {
      if (frame.type === "event") seqs.push(frame.seq);
      if (frame.type === "event" && frame.seq === 45) link.rejoin({ epoch: "e1", seq: 42 });
    },
    closed: () => assert.fail("nothing was lost"),
  });

  await (await server.streams()).write(sse(JOINED) + sse(event(45)) + sse(event(46)));

  assert.deepEqual([seqs, server.asked.length], [[45], 2]);
});

test("what is no stream is not taken for one, nor is what is no frame", async () => {
  const page = open();
  await page.server.streams("text/html; charset=utf-8");
  assert.deepEqual(page.closed, [1006]);

  const broken = open();
  await (await broken.server.streams()).write('data: {"type":"ping"}\n\n');
  assert.deepEqual([broken.closed, broken.frames], [[1006], []]);
});

test("a refusal ends it with what the socket would have said", async () => {
  const { server, frames, closed } = open();

  await server.refuses(new Refusal({ title: "Signed out", status: 401, code: "unauthenticated", detail: "" }));

  assert.deepEqual([frames[0].code, closed], [4503, [4503]]);
});
