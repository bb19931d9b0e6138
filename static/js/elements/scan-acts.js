// What is done to a scan as a whole, from a list or from its own page.

import * as api from "../api.js";
import { qty } from "../format.js";
import { boot } from "../live.js";
import { confirmed } from "../news.js";
import { reviewed } from "../scan-views.js";
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

/**
 * What people said of the photo goes when it is looked at again, so they are asked. A list does not know what they said.
 * @param {string} number @param {{detector?: string}} [how]
 */
export async function lookAgain(number, how) {
  try {
    const said = reviewed(await api.get(`/scans/${number}`));
    const detail = `What people confirmed, changed, ignored or drew on it will be lost: ${said === 1 ? "1 box" : `${qty(said)} boxes`}.`;
    if (said && !await confirmed({ title: "Look at this photo again?", detail, act: "Look again" })) return;
  } catch (error) {
    return refusedToast(error);
  }
  await act(number, "retry", how);
}

/** The same sheet, empty, to be filled in by hand; one that the scan is on already, whatever it says. @param {string|null} number of the scan that it stands in for */
export async function countByHand(number) {
  const mode = "count";
  try {
    const sheet = await (number
      ? api.post(`/scans/${number}/count`, { mode })
      : api.post("/sheets", { warehouse: boot.room.code, mode }));
    location.assign(sheetUrl(boot.room.code, sheet.number));
  } catch (error) {
    const { code = "", current = null } = error instanceof api.Refusal ? error.problem : {};
    if (code === "scan_not_open" && current?.sheet) location.assign(sheetUrl(boot.room.code, current.sheet));
    else refusedToast(error);
  }
}
