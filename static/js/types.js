// The shapes that travel: rows of the API and frames of the live connection. Types only.

/**
 * @typedef {"out"|"critical"|"low"|"good"|"optimal"|"over"|"none"} Status
 * @typedef {"critical"|"high"|"medium"|"low"|"none"} Priority
 *
 * @typedef {object} Stats
 * @property {number|null} daily_use mean units issued per day over 30 days; null without history
 * @property {number[]} spark closing balance of the last 30 UTC days, the last one being now
 *
 * @typedef {object} InventoryRow
 * @property {string} warehouse
 * @property {string} sku
 * @property {string} name
 * @property {string} category
 * @property {string} unit
 * @property {string|null} bin
 * @property {number} on_hand
 * @property {number} on_order approved and still to come
 * @property {number} pending asked for, not yet approved
 * @property {number} position on_hand + on_order + pending
 * @property {"suggest"|"off"} mode
 * @property {number} min
 * @property {number} target
 * @property {number} pack
 * @property {number} lead_time_days
 * @property {string|null} supplier
 * @property {string|null} snoozed_until
 * @property {Status} status
 * @property {Priority} priority
 * @property {boolean} archived
 * @property {number} version
 * @property {number} policy_version
 * @property {string|null} updated_at
 * @property {string} updated_by
 * @property {Stats} [stats] only in answers of GET; events keep what the page has
 *
 * @typedef {object} OrderRow
 * @property {string} number
 * @property {string} warehouse
 * @property {string} sku
 * @property {string} name
 * @property {string} unit
 * @property {number} quantity
 * @property {number|null} quantity_suggested
 * @property {number} received
 * @property {number} outstanding
 * @property {"pending"|"approved"|"received"|"rejected"|"cancelled"|"closed_short"} status
 * @property {Priority} priority
 * @property {"policy"|"manual"} source
 * @property {string|null} supplier
 * @property {{text: string}|null} why
 * @property {string|null} note
 * @property {string} requested_by
 * @property {string|null} requested_at
 * @property {string|null} decided_by
 * @property {string|null} decided_at
 * @property {string|null} decision_note
 * @property {string|null} closed_at
 * @property {number} version
 * @property {string|null} updated_at
 *
 * @typedef {object} Movement
 * @property {number} id
 * @property {string} warehouse
 * @property {string} sku
 * @property {string} name
 * @property {string} kind
 * @property {number} delta
 * @property {number} balance_after
 * @property {string|null} reason
 * @property {string|null} note
 * @property {string|null} ref
 * @property {string|null} sheet the count sheet it came from, `CS-5`
 * @property {number|null} reverses
 * @property {number|null} reversed_by
 * @property {string} by
 * @property {string} occurred_at
 *
 * @typedef {"socket"|"stream"|"long-poll"|"poll"} Mode how news reach the page, the quickest first
 *
 * @typedef {object} Detection one thing seen on a photo; sides are shares of the photo, from its top left
 * @property {number} n
 * @property {"barcode"|"class"|"taught"|"drawn"} kind
 * @property {string|null} symbology
 * @property {string} label
 * @property {string|null} sku null while nobody knows which item it is
 * @property {string|null} name
 * @property {boolean|null} stocked whether the item has a level here
 * @property {number} units
 * @property {number|null} confidence
 * @property {number} x
 * @property {number} y
 * @property {number} w
 * @property {number} h
 * @property {"auto"|"confirmed"|"ignored"|"added"} state
 *
 * @typedef {object} Scan
 * @property {string} number
 * @property {string} warehouse
 * @property {"queued"|"running"|"done"|"failed"|"cancelled"} status
 * @property {number} progress percent
 * @property {string|null} place
 * @property {string} detector
 * @property {number} width of the photo, pixels
 * @property {number} height
 * @property {string|null} photo its address; null once it was pruned
 * @property {string|null} thumbnail address of the same as a small picture
 * @property {string[]} same_photo earlier scans of the same photo here
 * @property {string|null} error
 * @property {string[]} warnings
 * @property {boolean} truncated
 * @property {number|null} took_ms
 * @property {number} found detections that nobody ignored
 * @property {number} unmapped those of them without an item
 * @property {string|null} sheet
 * @property {string} by
 * @property {string} created_at
 * @property {number} version
 * @property {string|null} updated_at
 * @property {Detection[]} [detections] only where they are told; of an event after a review, those that changed
 * @property {boolean} [behind] set by the page: too many have changed to be told, and they are as they were before
 *
 * @typedef {object} Detector
 * @property {string} name
 * @property {string} title
 * @property {boolean} ready
 * @property {string|null} why not
 * @property {boolean} default
 *
 * @typedef {object} SheetLine
 * @property {string} sku
 * @property {string} name
 * @property {string} unit
 * @property {string|null} bin
 * @property {number|null} expected null while a blind sheet is open
 * @property {number} expected_version of the level that the count was made against
 * @property {number|null} on_hand
 * @property {number} on_hand_version of the level as it was when the line was read
 * @property {number|null} on_order as it was when the line was read
 * @property {number|null} seen by detectors
 * @property {number|null} counted by a person
 * @property {number|null} quantity what counts of the two
 * @property {number|null} difference
 * @property {boolean} included
 * @property {boolean} conflict
 * @property {"keep_count"|"keep_difference"|null} resolution
 * @property {number|null} lowest_confidence
 * @property {string|null} updated_by
 *
 * @typedef {object} Sheet
 * @property {string} number
 * @property {string} warehouse
 * @property {string|null} title
 * @property {"manual"|"vision"} source
 * @property {"count"|"receive"} mode
 * @property {"open"|"applied"|"discarded"|"undone"} status
 * @property {boolean} blind
 * @property {string[]} scans
 * @property {number} line_count
 * @property {number} counted lines with a number
 * @property {string} by
 * @property {string} created_at
 * @property {string|null} closed_by
 * @property {string|null} closed_at
 * @property {number} version
 * @property {string|null} updated_at
 * @property {SheetLine[]|null} [lines] all of them in an answer, those that changed in an event; null are too many to tell
 * @property {string[]} [removed] SKUs of lines that went with an event
 *
 * @typedef {{verb: string, delta?: number, movement?: number}} Change
 * @typedef {{epoch: string, seq: number}} Position a place in one warehouse's log
 *
 * @typedef {object} EventFrame
 * @property {"event"} type
 * @property {"inventory-updated"|"replenishment-updated"|"catalog-updated"|"scan-updated"|"count-updated"} event
 * @property {string} room
 * @property {number} seq
 * @property {string} at
 * @property {string} by
 * @property {any} data the row as it is now: InventoryRow, OrderRow, Item, Warehouse, Scan or Sheet
 * @property {Change|null} change
 *
 * @typedef {{type: "welcome", protocol: number, user: {login: string, name: string}, heartbeat_ms: number}} WelcomeFrame
 * @typedef {{type: "joined", room: string, epoch: string, seq: number, mode: "live"|"resumed"|"reset"}} JoinedFrame
 * @typedef {{type: "ping", id: number, heads: Record<string, number>}} PingFrame
 * @typedef {{type: "rtt", ms: number}} RttFrame
 * @typedef {{type: "left", room: string}} LeftFrame
 * @typedef {{type: "error", code: string, detail: string, room: string|null}} ErrorFrame
 * @typedef {{type: "bye", code: number, reason: string, retry_after_ms: number}} ByeFrame
 * @typedef {{type: "unknown", was: string}} UnknownFrame a frame of a later protocol, to be ignored
 * @typedef {WelcomeFrame|JoinedFrame|EventFrame|PingFrame|RttFrame|LeftFrame|ErrorFrame|ByeFrame|UnknownFrame} Frame
 *
 * @typedef {object} Answer what GET /api/events answers with at once
 * @property {string} epoch
 * @property {number} seq up to where the events come
 * @property {"live"|"resumed"|"reset"} mode
 * @property {Frame[]} events oldest first
 * @property {ByeFrame|null} bye
 *
 * @typedef {object} Problem an RFC 9457 answer
 * @property {string} title
 * @property {number} status
 * @property {string} detail
 * @property {string} code
 * @property {string} [request_id]
 * @property {{pointer: string, detail: string, code: string}[]} [errors]
 * @property {any} [current] on a conflict, the row as it is now
 * @property {number} [retry_after_ms] how long the server wants to be left alone, where it says so
 *
 * @typedef {object} Me
 * @property {string} login
 * @property {string} name
 * @property {string} role
 * @property {boolean} admin
 * @property {{operate: boolean, approve: boolean, admin: boolean}} can
 *
 * @typedef {{q: string, status: string[], category: string, sort: string}} Filters
 *
 * @typedef {object} Boot what the server drew, as data
 * @property {"now"|"inventory"|"orders"|"item"|"account"|"scans"|"scan"|"counts"|"count"} page
 * @property {Me} me
 * @property {{code: string, name: string, epoch: string, seq: number}} room
 * @property {InventoryRow[]} rows
 * @property {OrderRow[]} orders
 * @property {Scan[]} [scans]
 * @property {Sheet[]} [sheets]
 * @property {Detector[]} [detectors]
 * @property {string} [number] of the scan or the sheet that the page is about
 * @property {string|null} [highlight] the SKU that a link asked to be shown on the photos
 * @property {EventFrame[]} feed
 * @property {Movement[]} [movements]
 * @property {{status: Status, count: number}[]} [tiles]
 * @property {Record<string, number>} [counts]
 * @property {{approve: number, way: number, done: number}} [order_counts]
 * @property {number} [pending_count]
 * @property {string|null} [next_cursor]
 * @property {Filters} [filters]
 * @property {"approve"|"way"|"done"} [tab]
 * @property {{sku: string, name: string, unit: string}} [item]
 * @property {{days: number, points: {at: string, balance: number, kind: string}[]}} [history]
 */

export {};
