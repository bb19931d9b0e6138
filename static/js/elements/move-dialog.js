// One dialog for every verb on a row: receive, issue, count, waste, transfer, order.

import { Refusal } from "../api.js";
import { fill, need } from "../dom.js";
import { qty } from "../format.js";
import { boot, store } from "../live.js";
import { toast } from "../news.js";
import { remember } from "../undo.js";
import { write } from "../writes.js";
import { BoundElement } from "./live-element.js";
import { suggested, VERBS } from "./moves.js";

/** @import {InventoryRow} from "../types.js" */

export class MoveDialog extends BoundElement {
  #kind = "receive";
  /** @type {InventoryRow|null} */
  #row = null;
  /** What was on hand when the form was opened or the conflict accepted: the count is made against it. */
  #expected = 0;

  /** @override @param {AbortSignal} signal */
  attach(signal) {
    document.addEventListener("movement-wanted", (event) => this.#open(/** @type {CustomEvent<{sku: string, kind: string}>} */ (event).detail), { signal });
    need(this, "form").addEventListener("submit", (event) => (event.preventDefault(), void this.#save()), { signal });
    this.addEventListener("input", () => this.#preview(), { signal });
    store.subscribe(() => this.#follow(), signal);
    this.onAct({ dismiss: () => this.#dialog.close(), mine: () => this.#useMine(), theirs: () => this.#dialog.close() }, signal);
  }

  get #dialog() {
    return /** @type {HTMLDialogElement} */ (need(this, "dialog"));
  }

  /** @param {string} name @returns {HTMLInputElement} */
  #input(name) {
    return need(this, `[name=${name}]`);
  }

  /** @param {{sku: string, kind: string}} wanted */
  #open({ sku, kind }) {
    const row = store.state.rows.get(sku);
    const verb = VERBS[kind];
    if (!row || !verb) return;
    this.#row = row;
    this.#kind = kind;
    this.#expected = row.on_hand;
    /** @type {HTMLFormElement} */ (need(this, "form")).reset();
    for (const field of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-for]"))) field.hidden = !field.dataset.for?.split(" ").includes(kind);
    if (kind === "order") this.#input("quantity").value = String(suggested(row) || "");
    fill(this, { title: `${verb.title} ${row.name}`, quantity_label: `${verb.label ?? "Quantity"}, ${row.unit}`, submit: verb.submit, problem: "" });
    need(this, "[data-conflict]").hidden = true;
    this.#preview();
    this.#dialog.showModal();
    this.#input("quantity").select();
  }

  /** The row may change under an open dialog: what is on hand is always the truth. */
  #follow() {
    const now = this.#row && store.state.rows.get(this.#row.sku);
    if (!this.#dialog.open || !now || now === this.#row) return;
    this.#row = now;
    this.#preview();
  }

  #preview() {
    const row = this.#row;
    if (!row) return;
    const typed = this.#input("quantity").value;
    const after = typed === "" ? null : VERBS[this.#kind].after(row, Number(typed));
    fill(this, { subtitle: `${qty(row.on_hand)} ${row.unit} on hand`, after: after === null ? "" : `${qty(row.on_hand)} → ${qty(after)} ${row.unit}` });
    need(this, ".dialog__after").toggleAttribute("data-bad", after !== null && after < 0);
  }

  async #save() {
    const row = this.#row;
    const verb = VERBS[this.#kind];
    const [quantity, note, supplier] = ["quantity", "note", "supplier"].map((name) => this.#input(name).value.trim());
    if (!row) return;
    if (quantity === "") return fill(this, { problem: "How many?" });
    const typed = { quantity: Number(quantity), reason: this.#input("reason").value, note: note || undefined, to: this.#input("to").value, supplier: supplier || undefined };
    const send = () => verb.send(row, typed, this.#expected);
    try {
      const answer = await (this.#kind === "order" ? send() : write(`row:${row.sku}`, send));
      this.#dialog.close();
      this.#done(answer, `${verb.done} ${quantity} ${row.unit} of ${row.name}`);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#refused(error);
    }
  }

  /** @param {any} answer @param {string} text */
  #done(answer, text) {
    const movement = answer.movement ?? answer.movements?.[0];
    if (movement) remember(movement, text);
    else toast({ title: this.#kind === "order" ? `${text}: ${answer.number}` : "The count agrees with the books" });
  }

  /** @param {Refusal} refusal */
  #refused({ problem }) {
    const clash = problem.code === "stock_changed" && problem.current;
    fill(this, { problem: clash ? "" : (problem.errors?.[0]?.detail ?? problem.detail) });
    need(this, "[data-conflict]").hidden = !clash;
    if (clash) fill(this, { theirs: `${qty(problem.current.on_hand)}, changed by ${problem.current.updated_by}`, mine: this.#input("quantity").value });
  }

  /** Keeps the typed count, now made against what the others left. */
  #useMine() {
    this.#expected = store.state.rows.get(this.#row?.sku ?? "")?.on_hand ?? this.#expected;
    void this.#save();
  }
}

/** Buttons anywhere ask for the dialog by data-move; the row says of what. @param {MouseEvent} event */
export function wantMovement(event) {
  const button = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest("[data-move]"));
  const sku = /** @type {HTMLElement|null} */ (button?.closest("[data-sku]"))?.dataset.sku ?? boot.item?.sku;
  if (button && sku) document.dispatchEvent(new CustomEvent("movement-wanted", { detail: { sku, kind: button.dataset.move } }));
}
