import assert from "node:assert/strict";
import { test } from "node:test";

import { CLIMB_CAP_MS, CLIMB_FIRST_MS, FIRST_MS } from "../../static/js/backoff.js";
import { JOINED, connect } from "./fake-ways.js";

/** @param {any[]} links */
const modes = (links) => links.map(({ mode }) => mode);
/** What the page says it uses, one after the other. @param {any[]} told */
const used = (told) => told.flatMap(({ status, mode }) => (status === "up" ? [mode] : status === "offline" ? ["offline"] : []));

test("a socket that fails twice, while the server is there, makes room for the stream", () => {
  const { clock, links, told } = connect();

  links[0].closed(1006);
  links[1].frame(JOINED);
  clock.pass(FIRST_MS);
  links[2].closed(1006);
  clock.pass(FIRST_MS);
  links[3].frame(JOINED);

  assert.deepEqual(modes(links), ["socket", "poll", "socket", "stream"]);
  assert.deepEqual([used(told), links[1].open, links[3].open], [["poll", "stream"], false, true]);
});

test("until something better works the page is brought up to date by polls, and can be written on", () => {
  const { clock, links, told } = connect();

  links[0].closed(1006);
  links[1].frame(JOINED);
  for (const fails of [2, 3, 4]) {
    clock.pass(FIRST_MS);
    links[fails].closed(1006);
    assert.equal(links[1].open, true, links[fails].mode);
  }

  assert.deepEqual([modes(links), used(told)], [["socket", "poll", "socket", "stream", "long-poll"], ["poll"]]);
});

test("a server that is not there is no reason to give up a way to it", () => {
  const { clock, links, told, away } = connect();

  for (let times = 0; times < 8; times += 1) {
    away();
    clock.pass(600_000);
  }
  links[16].frame(JOINED);

  assert.deepEqual([...new Set(modes(links))], ["socket", "poll"]);
  assert.deepEqual([links[16].mode, used(told).at(-1)], ["socket", "socket"]);
});

test("a server that comes back between two looks is found by the socket all the same", () => {
  const { clock, links, away } = connect();
  away();
  clock.pass(600_000);

  links[2].closed(1006);
  links[3].frame(JOINED);
  clock.pass(FIRST_MS);
  links[4].frame(JOINED);

  assert.deepEqual([modes(links), links[3].open], [["socket", "poll", "socket", "poll", "socket"], false]);
});

test("failures on both sides of an outage are not added up", () => {
  const { clock, links, away, last } = connect();
  links[0].closed(1006);
  last().frame(JOINED);
  last().closed(1006);
  clock.pass(FIRST_MS);
  away();
  clock.pass(600_000);

  last().closed(1006);
  last().frame(JOINED);
  clock.pass(FIRST_MS);

  assert.equal(last().mode, "socket");
});

test("a poll that only helps out is no reason to stop there when it is lost", () => {
  const { clock, links, last } = connect();
  links[0].closed(1006);
  last().frame(JOINED);

  last().closed(1006);
  clock.pass(FIRST_MS);

  assert.equal(last().mode, "socket");
});

test("a stream that falls silent makes room for the long poll, which is tried beside the poll", () => {
  const { clock, links, on } = connect();
  const stream = on("stream").used;
  const before = links.length;

  stream.closed(1006);
  clock.pass(FIRST_MS);
  assert.deepEqual(modes(links.slice(before)), ["poll"], "what has to prove itself does not leave the page without anything");
  links[before].frame(JOINED);
  clock.pass(FIRST_MS);
  assert.equal(links[before].open, true);
  links[before + 1].frame(JOINED);

  assert.deepEqual([links[before + 1].mode, links[before].open], ["long-poll", false]);
});

test("a way that worked for long is tried again first, wherever on the ladder it is", () => {
  const { clock, links, on } = connect();
  clock.chance = 1;
  const stream = on("stream").used;
  clock.pass(5_000);
  clock.sleep(60_000);
  const before = links.length;

  stream.closed(1006);
  clock.pass(FIRST_MS);

  assert.deepEqual(modes(links.slice(before)), ["stream"]);
});

test("a socket that is cut again and again makes room for the stream", () => {
  const { clock, links } = connect();

  for (const times of [0, 1]) {
    links[times].frame(JOINED);
    clock.pass(5_000);
    links[times].closed(1006);
    clock.pass(FIRST_MS);
  }

  assert.deepEqual(modes(links), ["socket", "socket", "stream"]);
});

test("a socket that the server itself ends is not to blame", () => {
  const { clock, links } = connect();

  for (const times of [0, 1, 2, 3]) {
    links[times].frame(JOINED);
    links[times].closed(4100);
    clock.pass(FIRST_MS);
  }

  assert.deepEqual([...new Set(modes(links))], ["socket"]);
});

test("while a lesser way works a better one is tried now and then, less and less often", () => {
  const { clock, links, on, until } = connect();
  clock.chance = 0.999;
  const { used } = on("stream");

  const waits = [];
  for (let looks = 0; looks < 7; looks += 1) {
    const from = clock.now();
    const socket = until("socket");
    waits.push(Math.round((clock.now() - from) / 1_000));
    assert.equal(used.open, true, "and what works is not given up for it");
    socket.closed(1006);
  }

  assert.deepEqual(waits, [10, 20, 40, 80, 120, 120, 120]);
  assert.equal(CLIMB_CAP_MS / CLIMB_FIRST_MS, 12);
  assert.equal(new Set(modes(links.slice(links.indexOf(used) + 1))).size, 1, "nothing below it is tried");
});

test("a better way whose server is busy is left alone for as long as it asks for, and not given up", () => {
  const { clock, links, on, last } = connect();
  clock.chance = 0;
  const { tried } = on("poll", "socket");
  tried.closed(1006);
  clock.pass(0);
  assert.equal(last().mode, "stream");
  const before = links.length;

  last().frame({ type: "bye", code: 1013, reason: "busy", retry_after_ms: 3_000 });
  last().closed(1013);
  clock.pass(2_999);
  assert.equal(links.length, before);
  clock.pass(1);

  assert.equal(last().mode, "stream");
});

test("a server that shows the door again and again is knocked at less and less often", () => {
  const { clock, links, on, last } = connect();
  clock.chance = 0.999;
  on("poll", "socket");
  const before = links.length;

  for (let seconds = 0; seconds < 60; seconds += 1) {
    if (last().mode === "socket" && last().open) last().closed(4100);
    clock.pass(1_000);
  }

  assert.ok(links.length - before < 9, String(links.length - before));
});

test("looks are spread over their whole wait", () => {
  const { clock, links, on } = connect();
  on("stream");
  const before = links.length;
  clock.chance = 0;

  clock.pass(CLIMB_FIRST_MS / 2);

  assert.equal(links.length, before + 1);
});

test("the socket takes over as soon as it is joined, from where the page is then", () => {
  const { told, on, position } = connect();
  const { used: stream, tried } = (position.seq = 50, on("stream", "socket"));
  assert.deepEqual([tried.from.seq, stream.open], [50, true]);

  tried.frame(JOINED);
  stream.frame({ type: "event", seq: 51 });
  stream.closed(1006);

  assert.deepEqual([used(told).slice(-2), stream.open], [["stream", "socket"], false]);
  assert.ok(!told.some(({ seq }) => seq === 51), "and what it replaced is not heard any more");
});

test("from the bottom each rung above is looked at, one try each, the best first", () => {
  const { links, on, until, told } = connect();
  on("long-poll", "socket").tried.closed(1006);
  until("stream").closed(1006);
  const before = links.length;
  until("socket").closed(1006);
  until("stream").frame(JOINED);

  assert.deepEqual([modes(links.slice(before)), used(told).at(-1)], [["socket", "stream"], "stream"]);
});

test("a change of network is a reason to look at once", () => {
  const { clock, links, on, connection } = connect();
  clock.chance = 0.999;
  const { used } = on("poll");
  links.at(-1).frame(JOINED);
  for (const mode of /** @type {const} */ (["socket", "stream", "long-poll"])) {
    while (links.at(-1).mode !== mode) clock.pass(100);
    links.at(-1).closed(1006);
  }
  const before = links.length;

  connection.look();
  connection.look();

  assert.deepEqual([modes(links.slice(before)), used.open], [["socket"], true]);
});

test("a page that is live over the socket has nothing to look for", () => {
  const { clock, links, connection } = connect();
  links[0].frame(JOINED);

  connection.look();
  clock.pass(3_600_000);

  assert.equal(links.length, 1);
});

test("a loss in the middle of a look gives up the look and begins with what worked", () => {
  const { clock, links, on, told } = connect();
  const { used: stream, tried } = on("stream", "socket");
  clock.sleep(60_000);

  stream.closed(1006);
  assert.deepEqual([tried.open, used(told).at(-1)], [false, "offline"]);
  clock.pass(FIRST_MS);

  assert.equal(links.at(-1).mode, "stream");
});
