// The last own movement of this page, and taking it back with a reversing one.

import { post } from "./api.js";
import { qty } from "./format.js";
import { toast, withdraw } from "./news.js";
import { refusedToast, write } from "./writes.js";

/** @typedef {{id: number, sku: string, name: string, delta: number}} Last */

/** The toast that offers it: there is one movement to take back, so there is one offer. */
const OFFER = "undo";

/** @type {Last|null} */
let last = null;

/** @param {Last} movement @param {string} text what was done, in words */
export function remember(movement, text) {
  last = movement;
  withdraw(OFFER);
  toast({ title: text, key: OFFER, action: { label: "Undo (U)", run: () => void undo() } });
}

export async function undo() {
  const movement = last;
  if (!movement) return toast({ title: "Nothing to undo", detail: "Only movements made on this page since it was opened." });
  last = null;
  withdraw(OFFER);
  await reverse(movement);
}

/** @param {Last} movement */
export async function reverse(movement) {
  try {
    await write(`row:${movement.sku}`, () => post(`/movements/${movement.id}/reverse`, {}));
    toast({ title: `Undone: ${movement.name}, ${qty(Math.abs(movement.delta))} ${movement.delta < 0 ? "back" : "taken out again"}` });
  } catch (error) {
    refusedToast(error);
  }
}
