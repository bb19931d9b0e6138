// What the page says about itself: toasts. Elements never reach into each other; this is how they ask.

/**
 * @typedef {object} Toast
 * @property {string} title
 * @property {string} [detail]
 * @property {boolean} [bad] something failed
 * @property {{label: string, run: () => void}} [action]
 * @property {string} [key] by which it can be withdrawn when it is not true any more
 */

/** @param {Toast} detail */
export function toast(detail) {
  document.dispatchEvent(new CustomEvent("toast-wanted", { detail }));
}

/** @param {string} key */
export function withdraw(key) {
  document.dispatchEvent(new CustomEvent("toast-withdrawn", { detail: key }));
}
