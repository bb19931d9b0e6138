// What the page says about itself, and asks: toasts, and questions before something is lost. Elements never reach into each other; this is how they ask.

/**
 * @typedef {object} Toast
 * @property {string} title
 * @property {string} [detail]
 * @property {boolean} [bad] something failed
 * @property {{label: string, run: () => void}} [action]
 * @property {string} [key] by which it can be withdrawn when it is not true any more
 */

/**
 * @typedef {object} Question
 * @property {string} title
 * @property {string} detail what will be lost
 * @property {string} act what the button says that does it
 * @property {string} [keep] what the other says; "Keep it" where it is not told
 */

/** @param {Toast} detail */
export function toast(detail) {
  document.dispatchEvent(new CustomEvent("toast-wanted", { detail }));
}

/** @param {string} key */
export function withdraw(key) {
  document.dispatchEvent(new CustomEvent("toast-withdrawn", { detail: key }));
}

/** Asks before something is lost. @param {Question} question @returns {Promise<boolean>} whether it is to be done */
export function confirmed(question) {
  return new Promise((answer) => document.dispatchEvent(new CustomEvent("answer-wanted", { detail: { ...question, answer } })));
}
