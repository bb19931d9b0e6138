import assert from "node:assert/strict";
import { test } from "node:test";

import { Deadline } from "../../static/js/deadline.js";
import { FakeClock } from "./fakes.js";

/** A deadline in a minute, and how often it was kept. */
function minute() {
  const clock = new FakeClock();
  let times = 0;
  const deadline = new Deadline(clock, () => void (times += 1));
  deadline.set(60_000);
  return { clock, deadline, times: () => times };
}

test("what is due happens at its moment, once", () => {
  const { clock, deadline, times } = minute();

  clock.pass(59_999);
  assert.deepEqual([times(), deadline.pending], [0, true]);
  clock.pass(600_000);
  deadline.check();

  assert.deepEqual([times(), deadline.pending], [1, false]);
});

test("it can be put off and called off", () => {
  const { clock, deadline, times } = minute();

  clock.pass(50_000);
  deadline.set(60_000);
  clock.pass(59_999);
  assert.equal(times(), 0);
  deadline.clear();
  clock.pass(600_000);
  deadline.check();

  assert.equal(times(), 0);
});

test("after a sleep in which no timer ran, a look is enough", () => {
  const { clock, deadline, times } = minute();

  clock.sleep(59_000);
  deadline.check();
  assert.equal(times(), 0);
  clock.sleep(1_000);
  deadline.check();
  clock.pass(600_000);

  assert.equal(times(), 1, "and the timer does not do it again");
});

test("a clock that is turned back delays nothing", () => {
  const { clock, deadline, times } = minute();

  clock.turn(-3_600_000);
  clock.pass(60_000);
  deadline.check();

  assert.equal(times(), 1);
});
