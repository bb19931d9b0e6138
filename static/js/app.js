// The page's beginning: names the elements, then goes live.

import { Apply } from "./elements/apply.js";
import { Badge } from "./elements/badge.js";
import { BoxDialog } from "./elements/box-dialog.js";
import { ConfirmDialog } from "./elements/confirm-dialog.js";
import { Count } from "./elements/count.js";
import { Feed } from "./elements/feed.js";
import { Filters } from "./elements/filters.js";
import { Found } from "./elements/found.js";
import { History } from "./elements/history.js";
import { ItemDialog } from "./elements/item-dialog.js";
import { Item } from "./elements/item.js";
import { listenForKeys } from "./elements/keys.js";
import { Labels } from "./elements/labels.js";
import { Lines } from "./elements/lines.js";
import { Looks } from "./elements/looks.js";
import { listenForMenus } from "./elements/menus.js";
import { MoveDialog, wantMovement } from "./elements/move-dialog.js";
import { Movements } from "./elements/movements.js";
import { NewSheet } from "./elements/new-sheet.js";
import { Orders } from "./elements/orders.js";
import { Photo } from "./elements/photo.js";
import { Pick } from "./elements/pick.js";
import { Policy } from "./elements/policy.js";
import { RejectDialog } from "./elements/reject-dialog.js";
import { ScanHead } from "./elements/scan.js";
import { Scanner } from "./elements/scanner.js";
import { Scans } from "./elements/scans.js";
import { Search } from "./elements/search.js";
import { SheetHead } from "./elements/sheet.js";
import { SheetPhoto } from "./elements/sheet-photo.js";
import { Sheets } from "./elements/sheets.js";
import { Status } from "./elements/status.js";
import { Stock } from "./elements/stock.js";
import { Theme } from "./elements/theme.js";
import { Tiles } from "./elements/tiles.js";
import { Time } from "./elements/time.js";
import { Toasts } from "./elements/toasts.js";
import { Tokens } from "./elements/tokens.js";
import { Unknown } from "./elements/unknown.js";
import { Uploads } from "./elements/uploads.js";
import { start } from "./live.js";

const ELEMENTS = {
  badge: Badge, "box-dialog": BoxDialog, count: Count, feed: Feed, filters: Filters, history: History, item: Item,
  "item-dialog": ItemDialog, "move-dialog": MoveDialog, movements: Movements, orders: Orders, policy: Policy,
  "reject-dialog": RejectDialog, search: Search, status: Status, stock: Stock, theme: Theme, tiles: Tiles, time: Time,
  toasts: Toasts, tokens: Tokens,
  // Photos and counts. A field that looks items up comes first, for others talk to it as they attach.
  pick: Pick, uploads: Uploads, scans: Scans, scan: ScanHead, sheet: SheetHead, photo: Photo, found: Found, unknown: Unknown,
  labels: Labels, looks: Looks, sheets: Sheets, "sheet-photo": SheetPhoto, "confirm-dialog": ConfirmDialog, "new-sheet": NewSheet, lines: Lines, apply: Apply, scanner: Scanner,
};

for (const [name, element] of Object.entries(ELEMENTS)) customElements.define(`aims-${name}`, element);
document.addEventListener("click", wantMovement);
listenForMenus();
listenForKeys();
start();
