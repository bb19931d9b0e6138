import assert from "node:assert/strict";
import { test } from "node:test";

import { Page, Room } from "./fake-room.js";

/** A page in a room in which some ways are blocked, after it has found its own. @param {...string} blocked */
async function enter(...blocked) {
  const room = new Room();
  for (const way of blocked) room.blocked.add(way);
  const page = new Page(room);
  await room.clock.passes(30_000);
  return { room, page, clock: room.clock };
}

/** Whether the page shows what the room has, and every event was applied once and in order. @param {Room} room @param {Page} page @param {string} [when] */
function agrees(room, page, when = "") {
  assert.deepEqual([page.onHand, page.state.position], [room.onHand, { epoch: room.epoch, seq: room.seq }], when);
}

/** Each way: what must be blocked for it, how the page calls it, within what time it brings a change. @type {[string[], string, number][]} */
const WAYS = [[[], "socket", 250], [["socket"], "stream", 250], [["socket", "stream"], "long-poll", 750], [["socket", "stream", "wait"], "poll", 10_500]];

for (const [blocked, mode, within] of WAYS) {
  test(`with ${blocked.join(", ") || "nothing"} blocked the page is on the ${mode}, and a change is there in its time`, async () => {
    const { room, page, clock } = await enter(...blocked);
    assert.deepEqual([page.state.mode, page.state.phase], [mode, "live"]);

    for (let times = 0; times < 3; times += 1) {
      room.write();
      await clock.passes(within);
      agrees(room, page);
    }

    assert.deepEqual(page.applied, [1, 2, 3]);
  });

  test(`from the ${mode} the page climbs back when the block is lifted, and never misses or repeats anything`, async () => {
    const { room, page, clock } = await enter(...blocked);
    const already = page.modes.length;

    room.blocked.clear();
    for (let seconds = 0; seconds < 240; seconds += 1) {
      if (seconds % 3 === 0) room.write();
      await clock.passes(1_000);
    }

    assert.deepEqual([page.state.mode, page.modes.slice(already).includes("offline")], ["socket", false]);
    assert.deepEqual(page.applied, Array.from({ length: 80 }, (_, i) => i + 1));
    agrees(room, page);
    assert.equal(room.ears, 1, "and nothing is left open of what it climbed over");
  });

  test(`on the ${mode} a server that is killed for half a minute under writes leaves no hole`, async () => {
    const { room, page, clock } = await enter(...blocked);
    await clock.passes(61_000);

    room.kill();
    for (let seconds = 0; seconds < 30; seconds += 1) {
      room.write();
      await clock.passes(1_000);
    }
    assert.equal(page.state.phase, "offline");
    const { asOf, since } = page.state;
    assert.ok(asOf !== null && since !== null && asOf <= since, "it says how old it is");
    room.down = false;
    await clock.passes(16_000);

    agrees(room, page);
    assert.equal(page.state.phase, "live");
  });

  test(`on the ${mode} a lost last event of a quiet room is noticed`, async () => {
    const { room, page, clock } = await enter(...blocked);

    room.lost.add(1);
    room.write();
    await clock.passes(30_000);

    agrees(room, page);
  });

  test(`on the ${mode} an event lost from the middle leads to this room only being asked for again`, async () => {
    const { room, page, clock } = await enter(...blocked);
    const already = page.modes.length;

    room.lost.add(1);
    room.write();
    room.write();
    await clock.passes(within + 250);

    agrees(room, page);
    assert.deepEqual([page.applied, page.modes.length], [[1, 2], already], "on the same link");
  });

  test(`on the ${mode} what happens while a snapshot loads is kept, and applied after it`, async () => {
    const { room, page, clock } = await enter(...blocked);
    page.loads = 15_000;

    room.kill();
    room.restore();
    room.write();
    room.down = false;
    while (!page.state.loading) await clock.passes(250);
    for (let seconds = 0; seconds < 12; seconds += 1) {
      room.write();
      await clock.passes(1_000);
    }
    assert.deepEqual([page.state.loading, page.state.position.epoch], [true, "e1"]);
    assert.ok(page.state.kept.length >= 1, String(page.state.kept.length));
    await clock.passes(20_000);

    agrees(room, page);
  });
}

test("two pages of one person are two clients, on different ways, and both are right", async () => {
  const { room, page, clock } = await enter();
  room.blocked.add("socket");
  const other = new Page(room);
  await clock.passes(1_500);
  assert.deepEqual([page.state.mode, other.state.mode], ["socket", "stream"]);

  room.write();
  await clock.passes(250);

  for (const one of [page, other]) agrees(room, one);
});

test("while the way is looked for the page is never older than ten seconds", async () => {
  const room = new Room();
  for (const way of ["socket", "stream", "wait"]) room.blocked.add(way);
  const page = new Page(room);

  for (let seconds = 0; seconds < 60; seconds += 1) {
    room.write();
    await room.clock.passes(1_000);
    assert.ok(room.seq - page.state.position.seq <= 11, `after ${seconds} s it has ${page.state.position.seq}`);
  }
  assert.ok(!page.modes.includes("offline"));
});

/** Numbers that are the same each time. @param {number} seed */
function chance(seed) {
  let state = seed * 2_654_435_761 >>> 0;
  return () => (state = (state * 1_664_525 + 1_013_904_223) >>> 0) / 2 ** 32;
}

test("whatever is blocked, killed, lost, pruned, restored or slept through, the page ends where the log ends", async () => {
  for (let seed = 1; seed <= 15; seed += 1) {
    const random = chance(seed);
    const room = new Room();
    room.clock.random = random;
    const page = new Page(room);
    /** @type {[string, () => void][]} */
    const deeds = [
      ["write", () => room.write()], ["write", () => room.write()], ["lose", () => (room.lost.add(room.seq + 1), room.write())],
      ["kill", () => room.kill()], ["start", () => void (room.down = false)], ["prune", () => void (room.pruned = room.seq)],
      ["restore", () => (room.kill(), room.restore())], ["unblock", () => room.blocked.clear()],
      ["block", () => void room.blocked.add(["socket", "stream", "wait", "all"][Math.floor(random() * 4)])],
      ["sleep", () => (room.clock.sleep(random() * 100_000), page.connection.check())],
      ["network", () => page.connection.look()], ["hide", () => page.connection.seen(true)], ["show", () => page.connection.seen(false)],
    ];
    const done = [];
    for (let step = 0; step < 40; step += 1) {
      const [name, deed] = deeds[Math.floor(random() * deeds.length)];
      done.push(name);
      deed();
      await room.clock.passes(random() * 8_000, 500);
    }

    room.down = false;
    room.blocked.clear();
    page.connection.seen(false);
    await room.clock.passes(300_000, 1_000);

    agrees(room, page, `seed ${seed}: ${done.join(" ")}`);
    assert.deepEqual([page.state.phase, page.state.mode, room.ears], ["live", "socket", 1], `seed ${seed}: ${done.join(" ")}`);
  }
});
