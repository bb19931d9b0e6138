import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { join, leave, parse, pong, verdict } from "../../static/js/protocol.js";

const FRAMES = new URL("../fixtures/frames/", import.meta.url);
/** What this page says; everything else in the folder is what the server says. */
const OURS = new Set(["join.json", "join-first.json", "leave.json", "pong.json"]);

/** @param {string} file */
const fixture = (file) => JSON.parse(readFileSync(new URL(file, FRAMES), "utf8"));

test("every frame of the server that both sides agreed on is read as it is", () => {
  const theirs = readdirSync(FRAMES).filter((file) => file.endsWith(".json") && !OURS.has(file));

  assert.ok(theirs.length >= 8, "the fixtures are there");
  for (const file of theirs) assert.deepEqual(parse(JSON.stringify(fixture(file))), fixture(file), file);
});

test("every frame of this page is written as both sides agreed", () => {
  const { room, epoch, seq } = fixture("join.json");

  assert.deepEqual(JSON.parse(join(room, { epoch, seq })), fixture("join.json"));
  assert.deepEqual(JSON.parse(join(room, null)), fixture("join-first.json"));
  assert.deepEqual(JSON.parse(leave(room)), fixture("leave.json"));
  assert.deepEqual(JSON.parse(pong(fixture("pong.json").id)), fixture("pong.json"));
});

test("a frame of a later protocol is passed over, not an error", () => {
  assert.deepEqual(parse('{"type":"presence","here":[]}'), { type: "unknown", was: "presence" });
});

test("a malformed frame is refused where it comes in", () => {
  const broken = ["", "{", "[]", "null", "7", '{"seq":1}', '{"type":"ping","id":"7","heads":{}}', '{"type":"event","event":"x"}',
    '{"type":"joined","room":"north","epoch":"e","seq":null,"mode":"live"}'];

  for (const text of broken) assert.throws(() => parse(text), text);
});

test("41xx comes back, 45xx does not, and only a sign-out leads to the sign-in page", () => {
  for (const code of [1000, 1006, 1011, 4100, 4101, 4102, 4103, 4104]) assert.equal(verdict(code).retry, true, String(code));
  for (const code of [4500, 4501, 4502, 4503, 4504, 4505]) assert.equal(verdict(code).retry, false, String(code));
  assert.deepEqual([4502, 4503].map((code) => verdict(code).signIn), [false, true]);
});
