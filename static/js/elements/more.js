// The end of a list that is shown page by page: how much is there, and the button for more.

import { fill, need } from "../dom.js";
import { passFocus } from "../focus.js";
import { qty } from "../format.js";

/**
 * @param {HTMLElement} list
 * @param {{rows: unknown[], more: boolean}} pages
 */
export function showMore(list, { rows, more }) {
  const end = need(list, "[data-more]");
  if (!more) passFocus(end, list.closest("section")?.querySelector("h2"));
  end.hidden = !more;
  fill(list, { state: more ? `The first ${qty(rows.length)} are shown.` : "" });
}
