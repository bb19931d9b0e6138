import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

import { closeWrites, gate } from "../../static/js/dom.js";

/** A control that writes, with these attributes. @param {...string} names @returns {any} */
const control = (...names) => ({ title: "What it does", disabled: names.includes("data-denied"), dataset: {}, hasAttribute: (/** @type {string} */ name) => names.includes(name) });

/** @param {...any} controls @returns {any} */
const root = (...controls) => ({ querySelectorAll: () => controls });

test("what is drawn while nothing may be written stays closed, and opens with the rest", () => {
  const [free, none, denied] = [control(), control("data-none"), control("data-denied")];
  const page = root(free, none, denied);
  Object.assign(globalThis, { document: page });
  const disabled = () => [free, none, denied].map((one) => one.disabled);

  closeWrites("Offline");
  free.disabled = false;
  gate(page);
  assert.deepEqual([disabled(), free.title], [[true, true, true], "Offline"]);

  closeWrites("");
  assert.deepEqual([disabled(), free.title], [[false, true, true], "What it does"]);
});

test("only the gate disables a control: a slot that did would open what is closed", () => {
  const templates = new URL("../../templates/", import.meta.url);
  const pages = readdirSync(templates, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".html"));

  const slots = pages.filter((name) => /data-bind="[^"]*\bdisabled:/.test(readFileSync(new URL(name, templates), "utf8")));

  assert.deepEqual([pages.length > 10, slots], [true, []]);
});
