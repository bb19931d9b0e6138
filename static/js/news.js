// What the page says about itself: toasts. Elements never reach into each other; this is how they ask.

/**
 * @typedef {object} Toast
 * @property {string} title
 * @property {string} [detail]
 * @property {boolean} [bad] something failed
 * @property {{label: string, run: () => void}} [action]
 */

/** @param {Toast} detail */
export function toast(detail) {
  document.dispatchEvent(new CustomEvent("toast-wanted", { detail }));
}
