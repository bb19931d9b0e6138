import assert from "node:assert/strict";
import { test } from "node:test";

import { CLIMB_CAP_MS, FIRST_MS } from "../../static/js/backoff.js";
import { JOINED, connect } from "./fake-ways.js";

/** @param {any[]} links */
const modes = (links) => links.map(({ mode }) => mode);
/** What the page says it uses, one after the other. @param {any[]} told */
const used = (told) => told.flatMap(({ status, mode }) => (status === "up" ? [mode] : status === "offline" ? ["offline"] : []));

test("a page out of sight holds no waiting request after a while, and takes it up when it is seen", () => {
  const { clock, links, on, connection, told } = connect();
  clock.chance = 0.999;
  const { used: stream } = on("stream");

  connection.seen(true);
  clock.pass(5_000);
  connection.seen(false);
  clock.pass(4_000);
  assert.deepEqual([stream.open, links.at(-1)], [true, stream], "a glance elsewhere changes nothing");

  connection.seen(true);
  while (links.at(-1).mode !== "poll") {
    if (links.at(-1).mode === "socket" && links.at(-1).open) links.at(-1).closed(1006);
    clock.pass(1_000);
  }
  links.at(-1).frame(JOINED);
  const poll = links.at(-1);
  for (let minutes = 0; minutes < 10; minutes += 1) {
    clock.pass(60_000);
    if (links.at(-1).mode === "socket") links.at(-1).closed(1006);
  }
  assert.deepEqual([stream.open, poll.open, modes(links.slice(links.indexOf(poll))).includes("stream")], [false, true, false]);

  connection.seen(false);
  assert.equal(links.at(-1).mode, "socket");
  links.at(-1).closed(1006);
  clock.pass(FIRST_MS);
  links.at(-1).frame(JOINED);

  assert.deepEqual(used(told).slice(-3), ["stream", "poll", "stream"]);
});

test("a look that is under way or falls due while a page settles does not get in the way", () => {
  for (const chance of [0.999, 0.4]) {
    const { clock, links, on, connection, last } = connect();
    clock.chance = chance;
    on("stream");
    connection.seen(true);
    while (last().mode !== "poll") {
      if (last().mode === "socket" && last().open && chance < 0.9) last().closed(1006);
      clock.pass(100);
    }
    const before = links.length;

    clock.pass(CLIMB_CAP_MS);
    last().frame(JOINED);

    assert.deepEqual([links.length, links.filter(({ open }) => open).length], [before, 1], String(chance));
  }
});

test("a page that goes out of sight while it comes back goes on with a way that holds nothing", () => {
  const { clock, links, on, connection, last } = connect();
  const { used: stream } = on("stream");
  clock.sleep(60_000);
  stream.closed(1006);
  clock.pass(FIRST_MS);
  assert.deepEqual([last().mode, last() === stream], ["stream", false]);

  connection.seen(true);
  clock.pass(30_000);
  last().frame(JOINED);

  assert.deepEqual(links.filter(({ open }) => open).map(({ mode }) => mode), ["poll"]);
});

test("a page out of sight keeps a socket, which takes nothing from the others", () => {
  const { clock, links, connection } = connect();
  links[0].frame(JOINED);

  connection.seen(true);
  clock.pass(3_600_000);

  assert.deepEqual([links.length, links[0].open], [1, true]);
});

test("a page that wakes after a night out of sight is offline and back, and nothing is left open", () => {
  const { clock, links, on, connection, told } = connect();
  const { used: stream } = on("stream");
  stream.silent = true;

  connection.seen(true);
  clock.sleep(8 * 3_600_000);
  connection.seen(false);
  clock.pass(FIRST_MS);

  assert.equal(used(told).at(-1), "offline");
  links.at(-1).frame(JOINED);
  assert.deepEqual(links.filter(({ open }) => open), [links.at(-1)]);
});
