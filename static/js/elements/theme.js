// Light or dark: the system's choice until somebody presses the button; kept in this browser.

import { need } from "../dom.js";
import { BoundElement } from "./live-element.js";

const dark = matchMedia("(prefers-color-scheme: dark)");

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : dark.matches;
}

export class Theme extends BoundElement {
  /** @override @param {AbortSignal} signal */
  attach(signal) {
    const button = need(this, "button");
    const show = () => button.setAttribute("aria-pressed", String(isDark()));
    button.addEventListener("click", () => choose(isDark() ? "light" : "dark"), { signal });
    dark.addEventListener("change", show, { signal });
    document.addEventListener("theme-chosen", show, { signal });
    show();
  }
}

/** @param {string} theme */
function choose(theme) {
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem("aims-theme", theme);
  } catch {
    // Storage may be forbidden; then the choice lasts as long as the page.
  }
  document.dispatchEvent(new CustomEvent("theme-chosen"));
}
