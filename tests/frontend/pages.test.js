import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Pages } from "../../static/js/pages.js";

/** What the server has. @type {number[]} */
let all = [];
/** Where it was asked to begin. @type {(string|null)[]} */
const asked = [];
let lost = false;

/** Two rows a page. @param {string|null} cursor */
async function fetch(cursor) {
  asked.push(cursor);
  if (lost) throw new Error("no answer");
  const from = cursor === null ? 0 : all.findIndex((one) => one > Number(cursor));
  const data = from < 0 ? [] : all.slice(from, from + 2);
  return { data, next_cursor: from >= 0 && from + 2 < all.length ? String(data[1]) : null };
}

beforeEach(() => {
  all = [1, 2, 3, 4, 5];
  asked.length = 0;
  lost = false;
});

test("a list goes on after its first page for as long as there is more", async () => {
  const pages = new Pages(fetch);
  /** @type {[number[], boolean][]} */
  const shown = [];
  for (let page = 0; page < 3; page += 1) {
    await pages.next();
    shown.push([pages.rows, pages.more]);
  }

  assert.deepEqual(shown, [[[1, 2], true], [[1, 2, 3, 4], true], [[1, 2, 3, 4, 5], false]]);
  assert.deepEqual(asked, [null, "2", "4"]);
});

test("a row that is gone leaves the others as far as they were shown", async () => {
  const pages = new Pages(fetch);
  await pages.next();
  await pages.next();
  all = [1, 3, 4, 5];
  await pages.again();

  assert.deepEqual([pages.rows, pages.more], [[1, 3, 4, 5], false]);
});

test("two who ask at once do not get a page twice, and what does not come leaves what is there", async () => {
  const pages = new Pages(fetch);
  await Promise.all([pages.next(), pages.next()]);
  assert.deepEqual(pages.rows, [1, 2, 3, 4]);

  lost = true;
  await assert.rejects(pages.again());
  assert.deepEqual([pages.rows, pages.more], [[1, 2, 3, 4], true]);
  lost = false;
  await Promise.all([pages.next(), pages.next()]);
  assert.deepEqual([pages.rows, pages.more], [[1, 2, 3, 4, 5], false], "the second one asked after the end");
});

test("an empty list is asked for once", async () => {
  all = [];
  const pages = new Pages(fetch);
  await pages.next();

  assert.deepEqual([pages.rows, pages.more, asked.length], [[], false, 1]);
});
