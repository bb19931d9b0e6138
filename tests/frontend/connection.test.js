import assert from "node:assert/strict";
import { test } from "node:test";

import { CAP_MS, FIRST_MS, wait } from "../../static/js/backoff.js";
import { Connection } from "../../static/js/connection.js";
import { FakeClock } from "./fakes.js";

/** A connection over a transport that only writes down what is asked of it. */
function connect() {
  const clock = new FakeClock();
  const position = { epoch: "e1", seq: 42 };
  /** @type {any[]} */
  const links = [];
  /** @type {any[]} */
  const told = [];
  const door = { shut: false };
  const connection = new Connection({
    signedOut: async () => door.shut,
    room: "north", clock, position: () => ({ ...position }), report: (message) => told.push(message),
    transport: (room, from, handlers) => {
      const link = { room, from, ...handlers, rejoins: /** @type {any[]} */ ([]), silent: false,
        rejoin: (/** @type {any} */ at) => link.rejoins.push(at), overdue: () => link.silent, close: () => handlers.closed(1006) };
      links.push(link);
      return link;
    },
  });
  connection.start();
  return { clock, position, links, told, connection, door };
}

const JOINED = { type: "joined", room: "north", epoch: "e1", seq: 42, mode: "resumed" };
const last = (/** @type {any[]} */ list) => list[list.length - 1];

test("a lost connection comes back with the position of that moment", () => {
  const { clock, position, links, told } = connect();
  position.seq = 50;

  links[0].closed(1006);
  clock.pass(FIRST_MS);

  assert.equal(told.find(({ status }) => status === "offline").reason, "the connection was lost");
  assert.deepEqual(links[1].from, { epoch: "e1", seq: 50 });
});

test("waits grow to a cap and are spread over their whole length", () => {
  assert.equal(wait(0, () => 0), 0);
  assert.ok(wait(0, () => 0.999) < FIRST_MS);
  assert.equal(wait(3, () => 0.5), FIRST_MS * 4);
  for (const attempt of [5, 10, 1_000]) assert.ok(wait(attempt, () => 1) <= CAP_MS, String(attempt));
});

test("each failure waits longer, a join begins anew", () => {
  const { clock, links } = connect();
  clock.chance = 1;

  links[0].closed(1006);
  clock.pass(FIRST_MS);
  links[1].closed(1006);
  clock.pass(FIRST_MS);
  assert.equal(links.length, 2, "the second wait is longer");
  clock.pass(FIRST_MS);
  links[2].frame(JOINED);
  links[2].closed(1006);
  clock.pass(FIRST_MS);

  assert.equal(links.length, 4);
});

test("a restarting server says when to come back, and that is kept", () => {
  const { clock, links } = connect();
  clock.chance = 0;
  links[0].frame({ type: "bye", code: 4101, reason: "restarting", retry_after_ms: 1_200 });

  links[0].closed(1006);
  clock.pass(1_199);
  assert.equal(links.length, 1);
  clock.pass(1);

  assert.equal(links.length, 2);
});

test("a sign-out stops the page and says so, whatever the network does to the close frame", () => {
  const { clock, links, told } = connect();
  links[0].frame({ type: "bye", code: 4503, reason: "signed_out", retry_after_ms: 0 });

  links[0].closed(1006);
  clock.pass(600_000);

  assert.deepEqual(last(told), { type: "link", status: "stopped", reason: "you are signed out", signIn: true });
  assert.equal(links.length, 1);
});

test("a door that stays shut because of a sign-out is not knocked at for ever", async () => {
  const { clock, links, told, door } = connect();
  door.shut = true;

  links[0].closed(1006);
  await Promise.resolve();
  await Promise.resolve();
  clock.pass(600_000);

  assert.deepEqual([last(told).status, last(told).signIn, links.length], ["stopped", true, 1]);
});

test("a connection that was welcomed and then lost is not asked why", async () => {
  const { links, told, door } = connect();
  door.shut = true;

  links[0].frame({ type: "welcome", protocol: 1, user: {}, heartbeat_ms: 1 });
  links[0].closed(1006);
  await Promise.resolve();
  await Promise.resolve();

  assert.equal(last(told).status, "offline");
});

test("a sign-out that a request learned of ends the open link and every further attempt", () => {
  const { clock, links, told, connection } = connect();
  links[0].frame(JOINED);

  connection.signOut();
  connection.check();
  clock.pass(600_000);

  assert.deepEqual([last(told).status, last(told).signIn, links.length], ["stopped", true, 1]);
});

test("a sign-out learned of during the next attempt ends that attempt too", async () => {
  const { clock, links, told, door, connection } = connect();
  door.shut = true;

  links[0].closed(1006);
  connection.check();
  await Promise.resolve();
  await Promise.resolve();
  clock.pass(600_000);

  assert.deepEqual([last(told).status, links.length], ["stopped", 2]);
});

test("coming to the front ends a wait at once", () => {
  const { links, connection } = connect();
  links[0].closed(1006);

  connection.check();

  assert.equal(links.length, 2);
});

test("coming to the front ends a connection that fell silent in the sleep", () => {
  const { links, connection, told } = connect();
  links[0].silent = true;

  connection.check();

  assert.equal(last(told).status, "offline");
});

test("what is missing is asked for on the open link", () => {
  const { links, connection, position } = connect();
  position.seq = 44;

  connection.rejoin();

  assert.deepEqual(links[0].rejoins, [{ epoch: "e1", seq: 44 }]);
});
