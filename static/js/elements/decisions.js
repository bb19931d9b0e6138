// What people do to an order: approve, reject, snooze, receive, close, cancel; one or many at once.

import * as api from "../api.js";
import { refusalText } from "../conflict.js";
import { fill, need } from "../dom.js";
import { store } from "../live.js";
import { toast } from "../news.js";
import { refusedToast, write } from "../writes.js";

/** @import {OrderRow} from "../types.js" */

/** Days a snoozed suggestion stays away. */
const SNOOZE_DAYS = 7;

/** @param {Element} target @returns {HTMLElement} */
const cardOf = (target) => /** @type {HTMLElement} */ (target.closest(".order"));
/** @param {HTMLElement} card */
const numberOf = (card) => card.dataset.number ?? "";

/** @param {HTMLElement} list @param {AbortSignal} signal */
export function decideOn(list, signal) {
  list.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    event.preventDefault();
    if (form.hasAttribute("data-decide")) void approve(form);
    if (form.hasAttribute("data-receive")) void receive(form);
  }, { signal });
  list.addEventListener("click", (event) => act(/** @type {HTMLElement} */ (event.target), list), { signal });
  list.addEventListener("change", (event) => select(/** @type {HTMLElement} */ (event.target), list), { signal });
  list.addEventListener("input", (event) => edited(/** @type {HTMLElement} */ (event.target)), { signal });
}

/** @param {HTMLElement} target @param {HTMLElement} list */
function act(target, list) {
  const button = /** @type {HTMLElement|null} */ (target.closest("[data-act]"));
  const name = button?.dataset.act;
  if (!button || !name) return;
  if (name === "approve-selected") return void approveSelected(list);
  const card = cardOf(button);
  if (!card) return;
  if (name === "reject") card.dispatchEvent(new CustomEvent("rejection-wanted", { bubbles: true, detail: numberOf(card) }));
  if (name === "snooze") void send(card, "snooze", { days: SNOOZE_DAYS }, `Snoozed for ${SNOOZE_DAYS} days`);
  if (name === "close" || name === "cancel") void send(card, name, {}, name === "close" ? "Closed short" : "Cancelled");
}

/** The quantity that was typed, or undefined where the suggested one stands. @param {HTMLFormElement} form */
function typed(form) {
  const input = /** @type {HTMLInputElement} */ (need(form, "[name=quantity]"));
  return input.value === input.dataset.asked ? undefined : Number(input.value);
}

/** @param {HTMLFormElement} form */
function approve(form) {
  const quantity = typed(form);
  return send(cardOf(form), "approve", quantity === undefined ? {} : { quantity }, "");
}

/** @param {HTMLFormElement} form */
async function receive(form) {
  const quantity = Number(/** @type {HTMLInputElement} */ (need(form, "[name=quantity]")).value);
  if (await send(cardOf(form), "receive", { quantity }, "")) form.reset();
}

/**
 * A decision holds for the order that was looked at; goods that came are received whatever else changed.
 * @param {HTMLElement} card
 * @param {string} verb
 * @param {object} body
 * @param {string} done what to say; nothing where the card itself shows it
 * @returns {Promise<boolean>} whether it was done
 */
async function send(card, verb, body, done) {
  const number = numberOf(card);
  const seen = store.state.orders.get(number);
  const version = verb === "receive" ? undefined : seen?.version;
  fill(card, { problem: "" });
  try {
    await write(`order:${number}`, () => api.post(`/orders/${number}/${verb}`, body, { version }));
    if (done) toast({ title: `${done}: ${number}` });
    return true;
  } catch (error) {
    refused(card, error, { seen, body });
    return false;
  }
}

/**
 * Says why not: on the card, or beside it where the card is about to leave with the order.
 * @param {HTMLElement} card
 * @param {unknown} error
 * @param {{seen: OrderRow|undefined, body: object}} yours
 */
function refused(card, error, { seen, body }) {
  if (!(error instanceof api.Refusal)) throw error;
  const { current, code } = error.problem;
  if (seen && current?.status && current.status !== seen.status) return refusedToast(error);
  fill(card, { problem: refusalText(error.problem, { ...seen, ...body }) });
  if (code === "over_receipt") offerAll(card, body);
}

/** More came than was ordered: taking it all is a decision, and one press away. @param {HTMLElement} card @param {object} body */
function offerAll(card, body) {
  const run = () => void send(card, "receive", { ...body, accept_over: true }, "Received");
  toast({ title: "More than was ordered", detail: numberOf(card), action: { label: "Receive all of it", run } });
}

/** @param {HTMLElement} input marked as soon as it differs from what was asked for */
function edited(input) {
  if (!(input instanceof HTMLInputElement) || !input.dataset.asked) return;
  input.toggleAttribute("data-edited", input.value !== input.dataset.asked);
}

/** @param {HTMLElement} list @returns {HTMLInputElement[]} */
const boxes = (list) => [...list.querySelectorAll("[data-select]")].filter((box) => box instanceof HTMLInputElement);

/** @param {HTMLElement} target @param {HTMLElement} list */
function select(target, list) {
  if (target.matches("[data-select-all]")) {
    for (const box of boxes(list)) box.checked = /** @type {HTMLInputElement} */ (target).checked;
  } else if (!target.matches("[data-select]")) return;
  const chosen = boxes(list).filter((box) => box.checked).length;
  const button = /** @type {HTMLButtonElement|null} */ (list.querySelector("[data-act=approve-selected]"));
  if (!button) return;
  button.textContent = chosen ? `Approve selected (${chosen})` : "Approve selected";
  button.toggleAttribute("data-none", chosen === 0);
  if (!button.hasAttribute("data-denied")) button.disabled = chosen === 0 || document.documentElement.dataset.link === "offline";
}

/** Each order its own decision and its own answer; what was refused stays, with the reason. @param {HTMLElement} list */
async function approveSelected(list) {
  const cards = boxes(list).filter((box) => box.checked).map(cardOf).slice(0, 100);
  const decisions = cards.map((card) => ({ number: numberOf(card), decision: "approve", quantity: typed(/** @type {HTMLFormElement} */ (need(card, "[data-decide]"))) }));
  try {
    const { results } = await api.post("/orders/decisions", { decisions });
    const refused = results.filter((/** @type {any} */ one) => one.status !== 200);
    for (const { number, problem } of refused) fill(need(list, `[data-number="${CSS.escape(number)}"]`), { problem: problem.detail });
    fill(list, { bulk: `${results.length - refused.length} approved${refused.length ? `, ${refused.length} refused` : ""}` });
  } catch (error) {
    refusedToast(error);
  }
  for (const card of cards) /** @type {HTMLInputElement} */ (need(card, "[data-select]")).checked = false;
  select(need(list, "[data-select]"), list);
}
