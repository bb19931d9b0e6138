import assert from "node:assert/strict";
import { test } from "node:test";

import { CAP_MS, FIRST_MS, climbWait, wait, CLIMB_CAP_MS, CLIMB_FIRST_MS } from "../../static/js/backoff.js";
import { JOINED, WELCOME, connect } from "./fake-ways.js";

const last = (/** @type {any[]} */ list) => list[list.length - 1];

test("a lost connection comes back with the position of that moment", () => {
  const { clock, position, links, told } = connect();
  links[0].frame(JOINED);
  position.seq = 50;

  links[0].closed(1006);
  clock.pass(FIRST_MS);

  assert.equal(told.find(({ status }) => status === "offline").reason, "the connection was lost");
  assert.deepEqual([links[1].mode, links[1].from], ["socket", { epoch: "e1", seq: 50 }]);
});

test("waits grow to a cap and are spread over their whole length", () => {
  assert.equal(wait(0, () => 0), 0);
  assert.ok(wait(0, () => 0.999) < FIRST_MS);
  assert.equal(wait(3, () => 0.5), FIRST_MS * 4);
  for (const attempt of [5, 10, 1_000]) assert.ok(wait(attempt, () => 1) <= CAP_MS, String(attempt));
  assert.deepEqual([climbWait(0, () => 0), climbWait(0, () => 0.5), climbWait(1, () => 0.5)], [0, CLIMB_FIRST_MS / 2, CLIMB_FIRST_MS]);
  for (const looks of [5, 10, 1_000]) assert.ok(climbWait(looks, () => 1) <= CLIMB_CAP_MS, String(looks));
});

test("each failure waits longer, a join begins anew", () => {
  const { clock, links, away } = connect();
  clock.chance = 1;

  away();
  clock.pass(FIRST_MS);
  away();
  clock.pass(FIRST_MS);
  assert.equal(links.length, 4, "the second wait is longer");
  clock.pass(FIRST_MS);
  last(links).frame(JOINED);
  last(links).closed(1006);
  clock.pass(FIRST_MS);

  assert.equal(links.length, 6);
});

test("a restarting server says when to come back, and that is kept", () => {
  const { clock, links } = connect();
  clock.chance = 0;
  links[0].frame(JOINED);
  links[0].frame({ type: "bye", code: 4101, reason: "restarting", retry_after_ms: 1_200 });

  links[0].closed(1006);
  clock.pass(1_199);
  assert.equal(links.length, 1);
  clock.pass(1);

  assert.deepEqual([links.length, links[1].mode], [2, "socket"]);
});

test("a busy server is left alone for as long as it asks for, and no way is blamed", () => {
  const { clock, links, told } = connect();
  clock.chance = 0;
  links[0].closed(1006);

  links[1].frame({ type: "bye", code: 1013, reason: "busy", retry_after_ms: 7_000 });
  links[1].closed(1013);
  clock.pass(6_999);
  assert.equal(links.length, 2);
  clock.pass(1);

  assert.deepEqual([last(links).mode, last(told.filter(({ status }) => status === "offline")).reason], ["socket", "the server has no room for more just now"]);
});

test("a sign-out stops the page and says so, whatever the network does to the close frame", () => {
  const { clock, links, told } = connect();
  links[0].frame({ type: "bye", code: 4503, reason: "signed_out", retry_after_ms: 0 });

  links[0].closed(1006);
  clock.pass(600_000);

  assert.deepEqual(last(told), { type: "link", status: "stopped", reason: "you are signed out", signIn: true });
  assert.equal(links.length, 1);
});

test("a door that stays shut because of a sign-out is not knocked at for ever", () => {
  const { clock, links, told } = connect();

  links[0].closed(1006);
  links[1].frame({ type: "bye", code: 4503, reason: "signed_out", retry_after_ms: 0 });
  links[1].closed(4503);
  clock.pass(600_000);

  assert.deepEqual([last(told).status, last(told).signIn, links.length], ["stopped", true, 2]);
});

test("a sign-out learned of by the way that is tried ends the one in use", () => {
  const { clock, links, told, on } = connect();
  const { used, tried } = on("stream", "socket");

  tried.frame({ type: "bye", code: 4503, reason: "signed_out", retry_after_ms: 0 });
  tried.closed(4503);
  clock.pass(600_000);

  assert.deepEqual([last(told).signIn, used.open, last(links)], [true, false, tried]);
});

test("a connection that was joined and then lost is tried again before anything else", () => {
  const { clock, links } = connect();
  links[0].frame(WELCOME);
  links[0].frame(JOINED);

  links[0].closed(1006);
  assert.equal(links.length, 1);
  clock.pass(FIRST_MS);

  assert.deepEqual(links.map(({ mode }) => mode), ["socket", "socket"]);
});

test("a sign-out that a request learned of ends the open link and every further attempt", () => {
  const { clock, links, told, connection } = connect();
  links[0].frame(JOINED);

  connection.signOut();
  for (const look of [() => connection.check(), () => connection.look(), () => connection.seen(true), () => connection.seen(false)]) look();
  clock.pass(600_000);

  assert.deepEqual([last(told).status, last(told).signIn, links.length, links[0].open], ["stopped", true, 1, false]);
});

test("a sign-out learned of during the next attempt ends that attempt too", () => {
  const { clock, links, told, connection } = connect();

  links[0].closed(1006);
  connection.signOut();
  links[1].frame(JOINED);
  clock.pass(600_000);

  assert.deepEqual([last(told).status, links.length, links[1].open], ["stopped", 2, false]);
});

test("a room that may not be seen ends every attempt, in the server's words", () => {
  const { clock, links, told, connection } = connect();
  const refusal = { type: "error", code: "not_found", detail: "No such warehouse.", room: "north" };

  links[0].closed(1006);
  links[1].frame(refusal);
  links[1].closed(1006);
  connection.look();
  clock.pass(600_000);

  assert.deepEqual([last(told), links.length], [refusal, 2]);
});

test("coming to the front ends a wait at once", () => {
  const { links, connection, away } = connect();
  away();

  connection.check();

  assert.deepEqual([links.length, links[2].mode], [3, "socket"]);
});

test("coming to the front does not shorten the wait that a server asked for", () => {
  const { clock, links, connection } = connect();
  clock.chance = 0.999;
  links[0].frame(JOINED);
  links[0].frame({ type: "bye", code: 4101, reason: "restarting", retry_after_ms: 1_200 });
  links[0].closed(4101);
  const looks = () => [() => connection.check(), () => connection.look(), () => (connection.seen(true), connection.seen(false))].forEach((look) => look());

  looks();
  clock.pass(1_199);
  looks();
  assert.equal(links.length, 1);

  clock.pass(1);
  connection.check();
  assert.equal(links.length, 2, "only what chance adds is cut off");
});

test("a change of networks does not shorten it either, while a lesser way works", () => {
  const { clock, on, links, connection } = connect();
  const { tried } = on("stream", "socket");
  tried.frame({ type: "bye", code: 1013, reason: "busy", retry_after_ms: 3_000 });
  tried.closed(1013);
  const before = links.length;

  connection.look();
  assert.equal(links.length, before);

  clock.pass(3_000);
  connection.look();
  assert.equal(links.length, before + 1);
});

test("coming to the front ends a connection that fell silent in the sleep", () => {
  const { links, connection, told } = connect();
  links[0].frame(JOINED);
  links[0].silent = true;

  connection.check();

  assert.equal(last(told).status, "offline");
});

test("a wait that a sleep went over is over at the first look", () => {
  const { clock, links, on, connection } = connect();
  clock.chance = 0.999;
  on("stream");
  const before = links.length;

  clock.sleep(CLIMB_FIRST_MS);
  connection.check();

  assert.deepEqual([links.length, last(links).mode], [before + 1, "socket"]);
});

test("what is missing is asked for on the way in use, not on the one that is tried", () => {
  const { connection, position, on } = connect();
  const { used, tried } = on("poll", "socket");
  position.seq = 44;

  connection.rejoin();

  assert.deepEqual([used.rejoins, tried.rejoins], [[{ epoch: "e1", seq: 44 }], []]);
});

test("whatever is heard tells that the page is as old as that", () => {
  const { links, told } = connect();

  links[0].frame(WELCOME);
  assert.deepEqual(told.map(({ type, status }) => status ?? type), ["connecting", "welcome"]);
  links[0].frame(JOINED);
  links[0].frame({ type: "ping", id: 1, heads: { north: 42 } });

  assert.deepEqual(told.slice(2).map(({ type, status }) => status ?? type), ["up", "joined", "heard", "ping", "heard"]);
});
