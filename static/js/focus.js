// Where the focus goes when what had it is hidden or taken away: on to the next thing to do, not back to the top of the page.

/** What had the focus last: a browser takes it from what is hidden, and does not say that. @type {HTMLElement|null} */
let last = null;

document.addEventListener("focusin", ({ target }) => (last = /** @type {HTMLElement} */ (target)));

/** Whether an element can take the focus. @param {HTMLElement} element */
const isThere = (element) => element.checkVisibility() && !element.matches(":disabled");

/** Gives the focus to the first of these that is there; a heading takes it too. @param {string[]} selectors */
export function moveOn(...selectors) {
  const all = selectors.flatMap((one) => [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(one))]);
  const next = all.find(isThere);
  if (next?.matches("h1")) next.tabIndex = -1;
  next?.focus({ preventScroll: true });
}

/**
 * The same once everything is drawn, and only where what had the focus last was hidden or closed by that.
 * @param {string[]} selectors
 */
export function moveOnIfHidden(...selectors) {
  queueMicrotask(() => {
    if (document.activeElement === document.body && last && !isThere(last)) moveOn(...selectors);
  });
}
