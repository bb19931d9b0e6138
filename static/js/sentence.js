// One line of news from one event. Pure; templates/components/feed_item.html says the same words.

import { delta, qty } from "./format.js";

/** @import {EventFrame} from "./types.js" */

/** @type {Record<string, string>} */
const STOCK = {
  receive: "received", issue: "issued", waste: "wrote off", adjust: "adjusted", count: "counted",
  transfer_in: "brought in", transfer_out: "sent away", reverse: "reversed", policy: "set the policy of",
};
/** @type {Record<string, string>} */
const ORDERS = {
  suggest: "suggests", request: "asked for", edit: "changed", approve: "approved", reject: "rejected",
  receive: "received", close: "closed short", cancel: "cancelled", snooze: "snoozed",
};
/** @type {Record<string, string>} */
const SHEETS = { open: "began", apply: "applied", undo: "took back" };
/** @type {Record<string, string>} */
const CATALOGUE = { create: "created", archive: "archived" };

/**
 * @param {EventFrame} frame
 * @returns {{phrase: string, amount: string, after: string}}
 */
export function sentence({ event, data, change }) {
  const verb = change?.verb ?? "";
  if (event === "replenishment-updated") {
    return { phrase: ORDERS[verb] ?? "changed", amount: qty(data.quantity), after: ` · ${data.number}` };
  }
  if (event === "inventory-updated" && verb === "count") {
    // What was counted need not be what is there now: goods may have moved meanwhile.
    return { phrase: STOCK.count, amount: "", after: ` · ${change?.delta ? `${delta(change.delta)}, ` : ""}${qty(data.on_hand)} now` };
  }
  if (event === "inventory-updated") {
    const amount = change?.delta ? qty(Math.abs(change.delta)) : "";
    return { phrase: STOCK[verb] ?? "changed", amount, after: ` · ${qty(data.on_hand)} now` };
  }
  if (event === "scan-updated") {
    return { phrase: "scanned", amount: "", after: verb === "done" ? `: ${qty(data.found)} found` : ": failed" };
  }
  if (event === "count-updated") return { phrase: SHEETS[verb] ?? "changed", amount: "", after: ` · ${qty(data.line_count)} lines` };
  return { phrase: CATALOGUE[verb] ?? "edited", amount: "", after: "" };
}

/**
 * What a colleague did to the thing one is looking at: "approved by Mina".
 * @param {EventFrame} frame
 */
export function mark(frame) {
  const verb = frame.change?.verb ?? "";
  const phrase = verb === "policy" ? "policy" : STOCK[verb] ?? ORDERS[verb] ?? CATALOGUE[verb] ?? "changed";
  return `${phrase} by ${frame.by.split(" ")[0]}`;
}
