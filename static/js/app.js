// The page's beginning: names the elements, then goes live.

import { Badge } from "./elements/badge.js";
import { Count } from "./elements/count.js";
import { Feed } from "./elements/feed.js";
import { Filters } from "./elements/filters.js";
import { History } from "./elements/history.js";
import { ItemDialog } from "./elements/item-dialog.js";
import { Item } from "./elements/item.js";
import { listenForKeys } from "./elements/keys.js";
import { listenForMenus } from "./elements/menus.js";
import { MoveDialog, wantMovement } from "./elements/move-dialog.js";
import { Movements } from "./elements/movements.js";
import { Orders } from "./elements/orders.js";
import { Policy } from "./elements/policy.js";
import { RejectDialog } from "./elements/reject-dialog.js";
import { Search } from "./elements/search.js";
import { Status } from "./elements/status.js";
import { Stock } from "./elements/stock.js";
import { Theme } from "./elements/theme.js";
import { Tiles } from "./elements/tiles.js";
import { Time } from "./elements/time.js";
import { Toasts } from "./elements/toasts.js";
import { Tokens } from "./elements/tokens.js";
import { start } from "./live.js";

const ELEMENTS = {
  badge: Badge, count: Count, feed: Feed, filters: Filters, history: History, item: Item, "item-dialog": ItemDialog,
  "move-dialog": MoveDialog, movements: Movements, orders: Orders, policy: Policy, "reject-dialog": RejectDialog,
  search: Search, status: Status, stock: Stock, theme: Theme, tiles: Tiles, time: Time, toasts: Toasts, tokens: Tokens,
};

for (const [name, element] of Object.entries(ELEMENTS)) customElements.define(`aims-${name}`, element);
document.addEventListener("click", wantMovement);
listenForMenus();
listenForKeys();
start();
