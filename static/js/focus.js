// Where the focus goes when what had it is hidden or taken away: not back to the top of the page, and to nothing that acts,
// since a key may be on its way to what is gone.

/** What had the focus last: a browser takes it from what is hidden, sooner or later, and does not say that. @type {HTMLElement|null} */
let last = null;
/** What was pressed here, or chosen from, and has had the focus since, with nothing typed. @type {Element|null} */
let pressed = null;

document.addEventListener("focusin", ({ target }) => {
  last = /** @type {HTMLElement} */ (target);
  pressed = null;
});
// Before the elements hear of it: a click in a list chooses for the field that has the focus.
document.addEventListener("click", ({ target }) => (pressed = /** @type {Element} */ (target).closest("button")), { capture: true });
document.addEventListener("item-picked", () => (pressed = document.activeElement));
document.addEventListener("input", () => (pressed = null));
// A held Enter presses once, and not also what the focus came to.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.repeat) event.preventDefault();
}, { capture: true });

/** Whether an element goes because of what was pressed in it here, not because of what others did. @param {Element} going */
export const pressedIn = (going) => pressed !== null && going.contains(pressed);

/**
 * Moves the focus on before what has it goes: it would fall to the top of the page.
 * @param {Element} going
 * @param {Element|null|undefined} next a field, or a heading
 */
export function passFocus(going, next) {
  if (next instanceof HTMLElement && going.contains(document.activeElement)) give(next);
}

/**
 * Moves the focus to a heading once everything is drawn, where what had it last was hidden or closed by that.
 * @param {string} heading
 */
export function moveOnIfHidden(heading) {
  queueMicrotask(() => {
    const had = document.activeElement === document.body ? last : document.activeElement;
    if (!had || had.checkVisibility() && !had.matches(":disabled")) return;
    const next = document.querySelector(heading);
    if (next instanceof HTMLElement) give(next);
  });
}

/** The page stays where it is for a heading: nobody asked to see it. @param {HTMLElement} next */
function give(next) {
  const heading = next.tabIndex < 0;
  if (heading) next.tabIndex = -1;
  next.focus({ preventScroll: heading });
  if (next instanceof HTMLInputElement) next.select();
}
