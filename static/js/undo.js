// What this page did last, and taking it back: a movement by a reversing one, a sheet with all its movements.

import { post } from "./api.js";
import { qty } from "./format.js";
import { toast, withdraw } from "./news.js";
import { counting, refusedToast, write } from "./writes.js";

/** @typedef {{id: number, sku: string, name: string, delta: number}} Last */

/** The toast that offers it: there is one thing to take back, so there is one offer. */
const OFFER = "undo";

/** @type {(() => Promise<void>)|null} */
let last = null;

/** @param {Last} movement @param {string} text what was done, in words */
export const remember = (movement, text) => offer(() => reverse(movement), text);

/** @param {string} number of a sheet that was applied @param {string} text what was done, in words */
export const rememberSheet = (number, text) => offer(() => undoSheet(number), text);

/** @param {() => Promise<void>} takeBack @param {string} text */
function offer(takeBack, text) {
  last = takeBack;
  withdraw(OFFER);
  toast({ title: text, key: OFFER, action: { label: "Undo (U)", run: () => void undo() } });
}

export async function undo() {
  const takeBack = last;
  if (!takeBack) return toast({ title: "Nothing to undo", detail: "Only what was done on this page since it was opened." });
  last = null;
  withdraw(OFFER);
  await takeBack();
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

/** @param {string} number */
export async function undoSheet(number) {
  withdraw(OFFER);
  try {
    await counting("sheet", number, () => post(`/sheets/${number}/undo`, {}));
    toast({ title: `Undone: ${number}, everything is as it was before` });
  } catch (error) {
    refusedToast(error);
  }
}
