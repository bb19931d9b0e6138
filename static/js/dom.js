// The few things done to the page everywhere: filling slots, cloning templates, lighting up a change.

/** @import {Fields} from "./views.js" */

/** Why nothing may be written now; empty while it may. */
let closed = "";

/**
 * Fills the slots of a component: data-field takes text, data-bind takes "attribute:value" pairs.
 * @param {Element} root
 * @param {Fields} fields
 * @param {boolean} [light] let changed cells light up
 */
export function fill(root, fields, light = false) {
  for (const slot of root.querySelectorAll("[data-field]")) {
    const value = fields[/** @type {HTMLElement} */ (slot).dataset.field ?? ""];
    if (typeof value !== "string" || slot.textContent === value) continue;
    slot.textContent = value;
    if (light) flash(slot.closest("[data-cell]"));
  }
  for (const slot of [root, ...root.querySelectorAll("[data-bind]")]) bind(slot, fields);
}

/** @param {Element} slot @param {Fields} fields */
function bind(slot, fields) {
  for (const pair of slot.getAttribute("data-bind")?.split(" ") ?? []) {
    const [attribute, name] = pair.split(":");
    const value = fields[name];
    if (typeof value === "boolean") slot.toggleAttribute(attribute, value);
    else if (value !== undefined && slot.getAttribute(attribute) !== value) slot.setAttribute(attribute, value);
  }
}

/** @param {Element|null} cell */
export function flash(cell) {
  if (!cell) return;
  cell.classList.remove("is-changed");
  void (/** @type {HTMLElement} */ (cell).offsetWidth);
  cell.classList.add("is-changed");
  cell.addEventListener("animationend", () => cell.classList.remove("is-changed"), { once: true });
}

/**
 * A new instance of a template's only element.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function clone(id) {
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById(id));
  const element = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
  gate(element);
  return element;
}

/**
 * Makes these the children of an element; what stands where it belongs is not touched, since a moved one loses the
 * focus and the click that is under way.
 * @param {Element} parent
 * @param {Element[]} wanted in order
 */
export function place(parent, wanted) {
  const kept = new Set(wanted);
  for (const child of [...parent.children]) if (!kept.has(child)) child.remove();
  for (const [i, child] of wanted.entries()) {
    if (parent.children[i] !== child) parent.insertBefore(child, parent.children[i] ?? null);
  }
}

/**
 * Closes or opens every control that writes.
 * @param {string} reason shown on the control; empty opens
 */
export function closeWrites(reason) {
  closed = reason;
  gate(document);
}

/**
 * Closes or opens the controls of a part that was drawn anew, as all of them are.
 * @param {ParentNode} root
 */
export function gate(root) {
  for (const control of /** @type {NodeListOf<HTMLButtonElement>} */ (root.querySelectorAll("[data-write]"))) {
    if (control.hasAttribute("data-denied")) continue;
    control.dataset.hint ??= control.title;
    control.disabled = closed !== "" || control.hasAttribute("data-none");
    control.title = closed || control.dataset.hint;
  }
}

/**
 * The element of a selector that must be there: templates and scripts are one product.
 * @template {Element} [T=HTMLElement]
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {T}
 */
export function need(root, selector) {
  const found = root.querySelector(selector);
  if (!found) throw new Error(`the page has no ${selector}`);
  return /** @type {T} */ (found);
}
