// What is done to a scan as a whole, from a list or from its own page.

import * as api from "../api.js";
import { boot } from "../live.js";
import { sheetUrl } from "../sheet-views.js";
import { counting, refusedToast } from "../writes.js";

/** @param {string} number @param {"cancel"|"retry"} verb @param {{detector?: string}} [how] */
export async function act(number, verb, how = {}) {
  try {
    await counting("scan", number, () => api.post(`/scans/${number}/${verb}`, how));
  } catch (error) {
    refusedToast(error);
  }
}

/** The same sheet, empty, to be filled in by hand. @param {string|null} number of the scan that it stands in for */
export async function countByHand(number) {
  const mode = "count";
  try {
    const sheet = await (number
      ? api.post(`/scans/${number}/count`, { mode })
      : api.post("/sheets", { warehouse: boot.room.code, mode }));
    location.assign(sheetUrl(boot.room.code, sheet.number));
  } catch (error) {
    refusedToast(error);
  }
}
