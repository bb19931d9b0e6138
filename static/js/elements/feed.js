// What just happened, newest first. The list is a log; it does not speak, the status line does.

import { clone, fill, need } from "../dom.js";
import { store } from "../live.js";
import { newsFields } from "../views.js";
import { BoundElement } from "./live-element.js";

/** @import {News} from "../store.js" */
/** @import {EventFrame} from "../types.js" */

/** Lines drawn; the state keeps as many. */
const LINES = 30;

export class Feed extends BoundElement {
  /** @override @param {AbortSignal} signal */
  attach(signal) {
    store.subscribe((news) => this.#draw(news), signal);
  }

  /** @param {News} news */
  #draw({ events, state, redraw }) {
    if (!events.length && !redraw) return;
    const list = need(this, "ol");
    if (redraw) list.replaceChildren(...state.feed.map((event) => line(event, false)));
    else for (const event of events) list.prepend(line(event, true));
    while (list.children.length > LINES) list.lastElementChild?.remove();
    need(this, "[data-empty]").hidden = list.children.length > 0;
  }
}

/** @param {EventFrame} event @param {boolean} isNew */
function line(event, isNew) {
  const item = clone("feed-template");
  fill(item, newsFields(event));
  item.classList.toggle("is-new", isNew);
  return item;
}
