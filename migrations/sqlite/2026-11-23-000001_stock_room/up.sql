-- Quantities are whole units; every time is unix microseconds, UTC. See docs/ARCHITECTURE.md.

-- Identity of the event log. A restored or recreated database gets another epoch, so that no
-- client takes its position in the old log for one in the new.
CREATE TABLE log (
    id BIGINT PRIMARY KEY NOT NULL CONSTRAINT log_is_one_row CHECK (id = 1),
    epoch TEXT NOT NULL
);

CREATE TABLE "user" (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    login TEXT NOT NULL,
    name TEXT NOT NULL,
    password_hash TEXT,
    admin BOOLEAN NOT NULL,
    disabled BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT user_login_unique UNIQUE (login)
);

CREATE TABLE warehouse (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    last_seq BIGINT NOT NULL CONSTRAINT warehouse_last_seq_not_negative CHECK (last_seq >= 0),
    pruned_seq BIGINT NOT NULL CONSTRAINT warehouse_pruned_seq_within CHECK (pruned_seq BETWEEN 0 AND last_seq),
    archived BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT warehouse_code_unique UNIQUE (code)
);

CREATE TABLE membership (
    user_id BIGINT NOT NULL REFERENCES "user" (id),
    warehouse_id BIGINT NOT NULL REFERENCES warehouse (id),
    role TEXT NOT NULL CONSTRAINT membership_role_known CHECK (role IN ('viewer', 'operator', 'approver', 'admin')),
    PRIMARY KEY (user_id, warehouse_id)
);

-- A signed-in browser. Only the hash of its secret is kept.
CREATE TABLE login (
    secret_hash TEXT PRIMARY KEY NOT NULL,
    user_id BIGINT NOT NULL REFERENCES "user" (id),
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE token (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    secret_hash TEXT NOT NULL,
    user_id BIGINT NOT NULL REFERENCES "user" (id),
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT,
    expires_at BIGINT,
    CONSTRAINT token_secret_hash_unique UNIQUE (secret_hash)
);

-- A link that lets its holder set a password (once) or, in the demo, sign in.
CREATE TABLE link (
    secret_hash TEXT PRIMARY KEY NOT NULL,
    user_id BIGINT NOT NULL REFERENCES "user" (id),
    purpose TEXT NOT NULL CONSTRAINT link_purpose_known CHECK (purpose IN ('set_password', 'sign_in')),
    expires_at BIGINT NOT NULL
);

CREATE TABLE item (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    sku TEXT NOT NULL,
    name TEXT NOT NULL,
    category TEXT NOT NULL,
    unit TEXT NOT NULL,
    archived BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT item_sku_unique UNIQUE (sku)
);
CREATE INDEX item_by_category ON item (category);

CREATE TABLE barcode (
    code TEXT NOT NULL,
    item_id BIGINT NOT NULL REFERENCES item (id),
    pack_quantity BIGINT NOT NULL CONSTRAINT barcode_pack_positive CHECK (pack_quantity > 0),
    CONSTRAINT barcode_pkey PRIMARY KEY (code)
);
CREATE INDEX barcode_by_item ON barcode (item_id);

-- The level and the policy of one item in one warehouse. The level is a projection of the ledger,
-- written in the same transaction.
CREATE TABLE inventory (
    warehouse_id BIGINT NOT NULL REFERENCES warehouse (id),
    item_id BIGINT NOT NULL REFERENCES item (id),
    on_hand BIGINT NOT NULL CONSTRAINT inventory_on_hand_not_negative CHECK (on_hand >= 0),
    on_order BIGINT NOT NULL CONSTRAINT inventory_on_order_not_negative CHECK (on_order >= 0),
    pending BIGINT NOT NULL CONSTRAINT inventory_pending_not_negative CHECK (pending >= 0),
    bin TEXT,
    supplier TEXT,
    mode TEXT NOT NULL CONSTRAINT inventory_mode_known CHECK (mode IN ('off', 'suggest')),
    min BIGINT NOT NULL CONSTRAINT inventory_min_not_negative CHECK (min >= 0),
    target BIGINT NOT NULL,
    pack BIGINT NOT NULL CONSTRAINT inventory_pack_positive CHECK (pack >= 1),
    lead_time_days BIGINT NOT NULL CONSTRAINT inventory_lead_time_not_negative CHECK (lead_time_days >= 0),
    snoozed_until BIGINT,
    version BIGINT NOT NULL,
    policy_version BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    updated_by BIGINT REFERENCES "user" (id),
    PRIMARY KEY (warehouse_id, item_id),
    CONSTRAINT inventory_min_within_target CHECK (min <= target)
);
CREATE INDEX inventory_by_item ON inventory (item_id);

-- People see the id as RO-<id>.
CREATE TABLE replenishment_order (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    warehouse_id BIGINT NOT NULL,
    item_id BIGINT NOT NULL,
    quantity BIGINT NOT NULL CONSTRAINT order_quantity_positive CHECK (quantity > 0),
    quantity_suggested BIGINT,
    received BIGINT NOT NULL CONSTRAINT order_received_not_negative CHECK (received >= 0),
    status TEXT NOT NULL CONSTRAINT order_status_known
        CHECK (status IN ('pending', 'approved', 'received', 'rejected', 'cancelled', 'closed_short')),
    priority TEXT NOT NULL CONSTRAINT order_priority_known CHECK (priority IN ('critical', 'high', 'medium', 'low', 'none')),
    source TEXT NOT NULL CONSTRAINT order_source_known CHECK (source IN ('policy', 'manual')),
    supplier TEXT,
    why TEXT,
    note TEXT,
    requested_by BIGINT REFERENCES "user" (id),
    requested_at BIGINT NOT NULL,
    decided_by BIGINT REFERENCES "user" (id),
    decided_at BIGINT,
    decision_note TEXT,
    closed_at BIGINT,
    version BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT order_of_a_level FOREIGN KEY (warehouse_id, item_id) REFERENCES inventory (warehouse_id, item_id),
    CONSTRAINT order_received_only_once_approved
        CHECK (received = 0 OR status IN ('approved', 'received', 'closed_short'))
);
CREATE UNIQUE INDEX order_one_suggestion ON replenishment_order (warehouse_id, item_id)
    WHERE status = 'pending' AND source = 'policy';
CREATE INDEX order_by_status ON replenishment_order (warehouse_id, status);
CREATE INDEX order_by_item ON replenishment_order (warehouse_id, item_id, status);
INSERT INTO sqlite_sequence (name, seq) VALUES ('replenishment_order', 1000);

-- Append-only. A reversal repeats the kind with the opposite sign.
CREATE TABLE movement (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    warehouse_id BIGINT NOT NULL,
    item_id BIGINT NOT NULL,
    kind TEXT NOT NULL CONSTRAINT movement_kind_known
        CHECK (kind IN ('receive', 'issue', 'waste', 'adjust', 'count', 'transfer_in', 'transfer_out')),
    delta BIGINT NOT NULL,
    balance_after BIGINT NOT NULL CONSTRAINT movement_balance_not_negative CHECK (balance_after >= 0),
    level_version BIGINT NOT NULL,
    reason TEXT,
    note TEXT,
    ref TEXT,
    order_id BIGINT REFERENCES replenishment_order (id),
    group_id TEXT,
    reverses_id BIGINT REFERENCES movement (id),
    user_id BIGINT REFERENCES "user" (id),
    occurred_at BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    CONSTRAINT movement_of_a_level FOREIGN KEY (warehouse_id, item_id) REFERENCES inventory (warehouse_id, item_id),
    CONSTRAINT movement_one_per_version UNIQUE (warehouse_id, item_id, level_version),
    CONSTRAINT movement_reversed_once UNIQUE (reverses_id),
    CONSTRAINT movement_sign_fits_kind CHECK (
        kind IN ('adjust', 'count')
        OR (delta > 0) = ((kind IN ('receive', 'transfer_in')) = (reverses_id IS NULL))
    )
);
CREATE INDEX movement_by_warehouse ON movement (warehouse_id, id);
CREATE INDEX movement_by_item ON movement (warehouse_id, item_id, id);
CREATE INDEX movement_by_day ON movement (warehouse_id, item_id, recorded_at);
CREATE INDEX movement_by_group ON movement (group_id);
CREATE INDEX movement_by_order ON movement (order_id);

CREATE TRIGGER movement_keeps_updates_out BEFORE UPDATE ON movement
BEGIN SELECT RAISE(ABORT, 'movement_is_append_only'); END;
CREATE TRIGGER movement_keeps_deletes_out BEFORE DELETE ON movement
BEGIN SELECT RAISE(ABORT, 'movement_is_append_only'); END;

-- The log: what changed, in commit order, without a gap per warehouse.
CREATE TABLE event (
    warehouse_id BIGINT NOT NULL REFERENCES warehouse (id),
    seq BIGINT NOT NULL CONSTRAINT event_seq_positive CHECK (seq > 0),
    name TEXT NOT NULL,
    entity TEXT NOT NULL,
    change TEXT NOT NULL,
    payload TEXT NOT NULL,
    user_id BIGINT REFERENCES "user" (id),
    by_name TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (warehouse_id, seq)
);
CREATE INDEX event_by_entity ON event (warehouse_id, entity, seq);

CREATE TABLE idempotency_key (
    user_id BIGINT NOT NULL REFERENCES "user" (id),
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    answer TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, key)
);
CREATE INDEX idempotency_key_by_age ON idempotency_key (created_at);
