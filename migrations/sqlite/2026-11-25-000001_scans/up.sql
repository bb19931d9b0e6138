-- Counting: photos, what detectors saw on them, and the sheets that people apply.

-- A photo as it was taken in: oriented, re-encoded, without its metadata. Kept once, however often it was sent.
CREATE TABLE photo (
    sha256 TEXT PRIMARY KEY NOT NULL,
    jpeg BLOB NOT NULL,
    width BIGINT NOT NULL CONSTRAINT photo_width_positive CHECK (width > 0),
    height BIGINT NOT NULL CONSTRAINT photo_height_positive CHECK (height > 0),
    created_at BIGINT NOT NULL
);
CREATE INDEX photo_by_age ON photo (created_at);

-- A count being made, by hand or from scans. Applied and discarded are final; an undone sheet was applied.
CREATE TABLE count_sheet (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    warehouse_id BIGINT NOT NULL REFERENCES warehouse (id),
    title TEXT,
    source TEXT NOT NULL CONSTRAINT sheet_source_known CHECK (source IN ('manual', 'vision')),
    mode TEXT NOT NULL CONSTRAINT sheet_mode_known CHECK (mode IN ('count', 'receive')),
    status TEXT NOT NULL CONSTRAINT sheet_status_known CHECK (status IN ('open', 'applied', 'discarded', 'undone')),
    blind BOOLEAN NOT NULL,
    group_id TEXT,
    created_by BIGINT REFERENCES "user" (id),
    created_at BIGINT NOT NULL,
    closed_by BIGINT REFERENCES "user" (id),
    closed_at BIGINT,
    version BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT sheet_group_unique UNIQUE (group_id),
    CONSTRAINT sheet_applied_as_a_group CHECK ((group_id IS NOT NULL) = (status IN ('applied', 'undone')))
);
CREATE INDEX sheet_by_status ON count_sheet (warehouse_id, status);

-- What was counted of one item. `seen` is what detectors counted, `counted` what a person says instead; `chosen` is
-- whether a person said that it is included or not. A resolution to keep the count holds for the level at
-- `resolved_version`. `found` is what was on hand when the sheet was applied, `applied` what that added to it.
CREATE TABLE count_line (
    sheet_id BIGINT NOT NULL REFERENCES count_sheet (id),
    item_id BIGINT NOT NULL REFERENCES item (id),
    expected BIGINT NOT NULL CONSTRAINT line_expected_not_negative CHECK (expected >= 0),
    expected_version BIGINT NOT NULL,
    seen BIGINT CONSTRAINT line_seen_not_negative CHECK (seen >= 0),
    counted BIGINT CONSTRAINT line_counted_not_negative CHECK (counted >= 0),
    lowest_confidence DOUBLE PRECISION CONSTRAINT line_confidence_within CHECK (lowest_confidence BETWEEN 0 AND 1),
    included BOOLEAN NOT NULL,
    chosen BOOLEAN NOT NULL,
    resolution TEXT CONSTRAINT line_resolution_known CHECK (resolution IN ('keep_count', 'keep_difference')),
    resolved_version BIGINT,
    found BIGINT,
    applied BIGINT,
    updated_at BIGINT NOT NULL,
    updated_by BIGINT REFERENCES "user" (id),
    PRIMARY KEY (sheet_id, item_id),
    CONSTRAINT line_resolved_of_a_version CHECK ((resolution IS NULL) = (resolved_version IS NULL)),
    CONSTRAINT line_applied_to_what_was_found CHECK ((applied IS NULL) = (found IS NULL))
);
CREATE INDEX line_by_item ON count_line (item_id);

-- A photo given to a detector.
CREATE TABLE scan (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    warehouse_id BIGINT NOT NULL REFERENCES warehouse (id),
    photo_sha256 TEXT NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    place TEXT,
    detector TEXT NOT NULL,
    detector_version TEXT,
    status TEXT NOT NULL CONSTRAINT scan_status_known
        CHECK (status IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    progress BIGINT NOT NULL CONSTRAINT scan_progress_is_percent CHECK (progress BETWEEN 0 AND 100),
    attempts BIGINT NOT NULL,
    error TEXT,
    warnings TEXT,
    truncated BOOLEAN NOT NULL,
    took_ms BIGINT,
    sheet_id BIGINT REFERENCES count_sheet (id),
    created_by BIGINT REFERENCES "user" (id),
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    finished_at BIGINT,
    version BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX scan_by_warehouse ON scan (warehouse_id, id);
CREATE INDEX scan_by_status ON scan (status);
CREATE INDEX scan_by_photo ON scan (photo_sha256);
CREATE INDEX scan_by_sheet ON scan (sheet_id);

-- One thing that a detector saw, or a person drew. `found_item_id` is what the mapping said, `item_id` what holds.
-- Ignored ones are kept: they are the accuracy figures.
CREATE TABLE detection (
    scan_id BIGINT NOT NULL REFERENCES scan (id),
    n BIGINT NOT NULL,
    kind TEXT NOT NULL CONSTRAINT detection_kind_known CHECK (kind IN ('barcode', 'class', 'taught', 'drawn')),
    symbology TEXT,
    label TEXT NOT NULL,
    found_item_id BIGINT REFERENCES item (id),
    item_id BIGINT REFERENCES item (id),
    units BIGINT NOT NULL CONSTRAINT detection_units_not_negative CHECK (units >= 0),
    confidence DOUBLE PRECISION CONSTRAINT detection_confidence_within CHECK (confidence BETWEEN 0 AND 1),
    x DOUBLE PRECISION NOT NULL,
    y DOUBLE PRECISION NOT NULL,
    w DOUBLE PRECISION NOT NULL,
    h DOUBLE PRECISION NOT NULL,
    state TEXT NOT NULL CONSTRAINT detection_state_known CHECK (state IN ('auto', 'confirmed', 'ignored', 'added')),
    PRIMARY KEY (scan_id, n),
    CONSTRAINT detection_inside_the_photo CHECK (x >= 0 AND y >= 0 AND w > 0 AND h > 0 AND x + w <= 1.000001 AND y + h <= 1.000001)
);
CREATE INDEX detection_by_label ON detection (kind, label);

-- What people said a label means: of one warehouse, or of all. Overrides the barcode where both fit; 0 units only locate.
CREATE TABLE vision_label (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    kind TEXT NOT NULL CONSTRAINT label_kind_known CHECK (kind IN ('barcode', 'class')),
    label TEXT NOT NULL,
    warehouse_id BIGINT REFERENCES warehouse (id),
    item_id BIGINT NOT NULL REFERENCES item (id),
    units BIGINT NOT NULL CONSTRAINT label_units_not_negative CHECK (units >= 0),
    created_by BIGINT REFERENCES "user" (id),
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX label_once_in_a_warehouse ON vision_label (kind, label, warehouse_id) WHERE warehouse_id IS NOT NULL;
CREATE UNIQUE INDEX label_once_for_all ON vision_label (kind, label) WHERE warehouse_id IS NULL;

-- How an item looks: a crop of a photo of one warehouse.
CREATE TABLE taught_look (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    warehouse_id BIGINT NOT NULL REFERENCES warehouse (id),
    item_id BIGINT NOT NULL REFERENCES item (id),
    png BLOB NOT NULL,
    threshold DOUBLE PRECISION NOT NULL CONSTRAINT look_threshold_within CHECK (threshold BETWEEN 0 AND 1),
    created_by BIGINT REFERENCES "user" (id),
    created_at BIGINT NOT NULL
);
CREATE INDEX look_by_warehouse ON taught_look (warehouse_id);

-- The ledger's line says which sheet it came from, and the sheet which photos.
ALTER TABLE movement ADD COLUMN sheet_id BIGINT REFERENCES count_sheet (id);
CREATE INDEX movement_by_sheet ON movement (sheet_id);
