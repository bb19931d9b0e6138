import assert from "node:assert/strict";
import { test } from "node:test";

import { older } from "../../static/js/arrange.js";
import { place } from "../../static/js/dom.js";
import { scan } from "./fakes.js";

/** A list that writes down what is moved. */
class FakeList {
  /** @type {{name: string, remove: () => void}[]} */
  children = [];
  /** @type {string[]} */
  moved = [];

  /** @param {string} name */
  child(name) {
    const child = { name, remove: () => void (this.children = this.children.filter((one) => one !== child)) };
    return child;
  }

  /** @param {any} child @param {any} before */
  insertBefore(child, before) {
    this.moved.push(child.name);
    child.remove();
    this.children.splice(before ? this.children.indexOf(before) : this.children.length, 0, child);
  }
}

test("what stays in a list is not touched when others come and go", () => {
  const list = new FakeList();
  const [oil, rice, tea] = ["oil", "rice", "tea"].map((name) => list.child(name));
  const names = (/** @type {any[]} */ ...wanted) => (place(/** @type {any} */ (list), wanted), list.children.map(({ name }) => name));

  assert.deepEqual(names(oil, tea), ["oil", "tea"]);
  list.moved = [];
  assert.deepEqual([names(oil, tea), names(oil, rice, tea), names(rice, tea)], [["oil", "tea"], ["oil", "rice", "tea"], ["rice", "tea"]]);
  assert.deepEqual(list.moved, ["rice"]);
  assert.deepEqual([names(tea, rice), names()], [["tea", "rice"], []]);
});

test("the newest stands first, whatever came to the page when", () => {
  const at = (/** @type {number} */ minute) => scan({ number: `SC-${minute}`, created_at: `2026-03-02T10:${minute}:00.000000Z` });
  const drawn = [12, 20, 15, 14].map(at);

  assert.deepEqual([21, 13, 16, 11].map((minute) => older(drawn, at(minute))?.number), ["SC-20", "SC-12", "SC-15", undefined]);
});
