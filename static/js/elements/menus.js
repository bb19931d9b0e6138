// Menus close when something else is pressed; buttons open the dialog they name.

import { need } from "../dom.js";

/** @param {Element} target */
function closeOthers(target) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(target)) menu.removeAttribute("open");
  }
}

/** @param {string} id */
export function openDialog(id) {
  /** @type {HTMLDialogElement} */ (need(document, `#${id}`)).showModal();
}

export function listenForMenus() {
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    closeOthers(target);
    if (target.closest("[data-open=item-dialog]")) document.dispatchEvent(new CustomEvent("item-wanted"));
    if (target.closest("[data-act=shortcuts]")) openDialog("shortcuts-dialog");
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.activeElement?.closest("details[data-menu][open]");
    menu?.removeAttribute("open");
    /** @type {HTMLElement|null|undefined} */ (menu?.querySelector("summary"))?.focus();
  });
}
