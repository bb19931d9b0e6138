import assert from "node:assert/strict";
import { test } from "node:test";

import { settled } from "./fakes.js";

/** Every camera stream that was given, each with what was done to its track. @type {{stopped: boolean}[]} */
const streams = [];
/** Gives the cameras that were asked for. @type {(() => void)[]} */
const given = [];

const camera = () => {
  const track = { stopped: false, stop: () => (track.stopped = true) };
  streams.push(track);
  return { getTracks: () => [track] };
};
Object.defineProperty(globalThis, "navigator", { configurable: true, value: {
  mediaDevices: { getUserMedia: () => new Promise((give) => given.push(() => give(camera()))) },
} });
Object.assign(globalThis, { window: globalThis, BarcodeDetector: class {
  detect = async () => [];
} });

const { Camera } = await import("../../static/js/elements/camera.js");

test("a camera that comes when it is not wanted any more is given back", async () => {
  const one = new Camera(() => {});
  const video = /** @type {any} */ ({ srcObject: null, play: async () => {} });

  const first = one.start(video);
  assert.equal(one.runs, true, "a second press stops it");
  one.stop();
  const second = one.start(video);
  for (const give of given) give();
  assert.deepEqual([await first, await second], ["", ""]);
  await settled();
  assert.deepEqual([streams.map(({ stopped }) => stopped), one.runs], [[true, false], true]);

  one.stop();
  assert.deepEqual([streams.every(({ stopped }) => stopped), one.runs], [true, false]);
});
