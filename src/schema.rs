// @generated automatically by Diesel CLI.

diesel::table! {
    barcode (code) {
        code -> Text,
        item_id -> BigInt,
        pack_quantity -> BigInt,
    }
}

diesel::table! {
    count_line (sheet_id, item_id) {
        sheet_id -> BigInt,
        item_id -> BigInt,
        expected -> BigInt,
        expected_version -> BigInt,
        seen -> Nullable<BigInt>,
        counted -> Nullable<BigInt>,
        lowest_confidence -> Nullable<Double>,
        included -> Bool,
        chosen -> Bool,
        resolution -> Nullable<Text>,
        resolved_version -> Nullable<BigInt>,
        found -> Nullable<BigInt>,
        applied -> Nullable<BigInt>,
        updated_at -> BigInt,
        updated_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    count_sheet (id) {
        id -> BigInt,
        warehouse_id -> BigInt,
        title -> Nullable<Text>,
        source -> Text,
        mode -> Text,
        status -> Text,
        blind -> Bool,
        group_id -> Nullable<Text>,
        created_by -> Nullable<BigInt>,
        created_at -> BigInt,
        closed_by -> Nullable<BigInt>,
        closed_at -> Nullable<BigInt>,
        version -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    detection (scan_id, n) {
        scan_id -> BigInt,
        n -> BigInt,
        kind -> Text,
        symbology -> Nullable<Text>,
        label -> Text,
        found_item_id -> Nullable<BigInt>,
        item_id -> Nullable<BigInt>,
        units -> BigInt,
        confidence -> Nullable<Double>,
        x -> Double,
        y -> Double,
        w -> Double,
        h -> Double,
        state -> Text,
    }
}

diesel::table! {
    event (warehouse_id, seq) {
        warehouse_id -> BigInt,
        seq -> BigInt,
        name -> Text,
        entity -> Text,
        change -> Text,
        payload -> Text,
        user_id -> Nullable<BigInt>,
        by_name -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    idempotency_key (user_id, key) {
        user_id -> BigInt,
        key -> Text,
        fingerprint -> Text,
        answer -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    inventory (warehouse_id, item_id) {
        warehouse_id -> BigInt,
        item_id -> BigInt,
        on_hand -> BigInt,
        on_order -> BigInt,
        pending -> BigInt,
        bin -> Nullable<Text>,
        supplier -> Nullable<Text>,
        mode -> Text,
        min -> BigInt,
        target -> BigInt,
        pack -> BigInt,
        lead_time_days -> BigInt,
        snoozed_until -> Nullable<BigInt>,
        version -> BigInt,
        policy_version -> BigInt,
        updated_at -> BigInt,
        updated_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    item (id) {
        id -> BigInt,
        sku -> Text,
        name -> Text,
        category -> Text,
        unit -> Text,
        archived -> Bool,
        version -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    link (secret_hash) {
        secret_hash -> Text,
        user_id -> BigInt,
        purpose -> Text,
        expires_at -> BigInt,
    }
}

diesel::table! {
    log (id) {
        id -> BigInt,
        epoch -> Text,
    }
}

diesel::table! {
    login (secret_hash) {
        secret_hash -> Text,
        user_id -> BigInt,
        created_at -> BigInt,
        seen_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    membership (user_id, warehouse_id) {
        user_id -> BigInt,
        warehouse_id -> BigInt,
        role -> Text,
    }
}

diesel::table! {
    movement (id) {
        id -> BigInt,
        warehouse_id -> BigInt,
        item_id -> BigInt,
        kind -> Text,
        delta -> BigInt,
        balance_after -> BigInt,
        level_version -> BigInt,
        reason -> Nullable<Text>,
        note -> Nullable<Text>,
        #[sql_name = "ref"]
        ref_ -> Nullable<Text>,
        order_id -> Nullable<BigInt>,
        group_id -> Nullable<Text>,
        reverses_id -> Nullable<BigInt>,
        user_id -> Nullable<BigInt>,
        occurred_at -> BigInt,
        recorded_at -> BigInt,
        sheet_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    photo (sha256) {
        sha256 -> Text,
        jpeg -> Binary,
        width -> BigInt,
        height -> BigInt,
        created_at -> BigInt,
        thumbnail -> Nullable<Binary>,
    }
}

diesel::table! {
    replenishment_order (id) {
        id -> BigInt,
        warehouse_id -> BigInt,
        item_id -> BigInt,
        quantity -> BigInt,
        quantity_suggested -> Nullable<BigInt>,
        received -> BigInt,
        status -> Text,
        priority -> Text,
        source -> Text,
        supplier -> Nullable<Text>,
        why -> Nullable<Text>,
        note -> Nullable<Text>,
        requested_by -> Nullable<BigInt>,
        requested_at -> BigInt,
        decided_by -> Nullable<BigInt>,
        decided_at -> Nullable<BigInt>,
        decision_note -> Nullable<Text>,
        closed_at -> Nullable<BigInt>,
        version -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    scan (id) {
        id -> BigInt,
        warehouse_id -> BigInt,
        photo_sha256 -> Text,
        width -> BigInt,
        height -> BigInt,
        place -> Nullable<Text>,
        detector -> Text,
        detector_version -> Nullable<Text>,
        status -> Text,
        progress -> BigInt,
        attempts -> BigInt,
        error -> Nullable<Text>,
        warnings -> Nullable<Text>,
        truncated -> Bool,
        took_ms -> Nullable<BigInt>,
        sheet_id -> Nullable<BigInt>,
        created_by -> Nullable<BigInt>,
        created_at -> BigInt,
        started_at -> Nullable<BigInt>,
        finished_at -> Nullable<BigInt>,
        version -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    sheet_scan (sheet_id, scan_id) {
        sheet_id -> BigInt,
        scan_id -> BigInt,
    }
}

diesel::table! {
    taught_look (id) {
        id -> BigInt,
        warehouse_id -> BigInt,
        item_id -> BigInt,
        png -> Binary,
        threshold -> Double,
        created_by -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    token (id) {
        id -> BigInt,
        secret_hash -> Text,
        user_id -> BigInt,
        name -> Text,
        created_at -> BigInt,
        used_at -> Nullable<BigInt>,
        expires_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    user (id) {
        id -> BigInt,
        login -> Text,
        name -> Text,
        password_hash -> Nullable<Text>,
        admin -> Bool,
        disabled -> Bool,
        created_at -> BigInt,
    }
}

diesel::table! {
    vision_label (id) {
        id -> BigInt,
        kind -> Text,
        label -> Text,
        warehouse_id -> Nullable<BigInt>,
        item_id -> BigInt,
        units -> BigInt,
        created_by -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    warehouse (id) {
        id -> BigInt,
        code -> Text,
        name -> Text,
        last_seq -> BigInt,
        pruned_seq -> BigInt,
        archived -> Bool,
        version -> BigInt,
        created_at -> BigInt,
    }
}

diesel::joinable!(barcode -> item (item_id));
diesel::joinable!(count_line -> count_sheet (sheet_id));
diesel::joinable!(count_line -> item (item_id));
diesel::joinable!(count_line -> user (updated_by));
diesel::joinable!(count_sheet -> warehouse (warehouse_id));
diesel::joinable!(detection -> scan (scan_id));
diesel::joinable!(event -> user (user_id));
diesel::joinable!(event -> warehouse (warehouse_id));
diesel::joinable!(idempotency_key -> user (user_id));
diesel::joinable!(inventory -> item (item_id));
diesel::joinable!(inventory -> user (updated_by));
diesel::joinable!(inventory -> warehouse (warehouse_id));
diesel::joinable!(link -> user (user_id));
diesel::joinable!(login -> user (user_id));
diesel::joinable!(membership -> user (user_id));
diesel::joinable!(membership -> warehouse (warehouse_id));
diesel::joinable!(movement -> count_sheet (sheet_id));
diesel::joinable!(movement -> replenishment_order (order_id));
diesel::joinable!(movement -> user (user_id));
diesel::joinable!(scan -> count_sheet (sheet_id));
diesel::joinable!(scan -> user (created_by));
diesel::joinable!(scan -> warehouse (warehouse_id));
diesel::joinable!(sheet_scan -> count_sheet (sheet_id));
diesel::joinable!(sheet_scan -> scan (scan_id));
diesel::joinable!(taught_look -> item (item_id));
diesel::joinable!(taught_look -> user (created_by));
diesel::joinable!(taught_look -> warehouse (warehouse_id));
diesel::joinable!(token -> user (user_id));
diesel::joinable!(vision_label -> item (item_id));
diesel::joinable!(vision_label -> user (created_by));
diesel::joinable!(vision_label -> warehouse (warehouse_id));

diesel::allow_tables_to_appear_in_same_query!(
    barcode,
    count_line,
    count_sheet,
    detection,
    event,
    idempotency_key,
    inventory,
    item,
    link,
    log,
    login,
    membership,
    movement,
    photo,
    replenishment_order,
    scan,
    sheet_scan,
    taught_look,
    token,
    user,
    vision_label,
    warehouse,
);
