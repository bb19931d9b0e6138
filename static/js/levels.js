// Levels of items that the page was not drawn with, asked for one by one as they are needed.

import * as api from "./api.js";
import { boot, store } from "./live.js";

/** Items whose level was asked for and is not here: each is asked for once. @type {Set<string>} */
const asked = new Set();

/** Asks for what is on hand and on order of an item; events keep it as it is from then on. @param {string} sku */
export async function askLevel(sku) {
  if (asked.has(sku)) return;
  asked.add(sku);
  const row = await api.get(`/inventory/${encodeURIComponent(boot.room.code)}/${encodeURIComponent(sku)}`).catch(() => null);
  if (!row) return;
  store.send({ type: "merge", rows: [row] });
  asked.delete(sku);
}
