// @generated automatically by Diesel CLI.

diesel::table! {
    barcode (code) {
        code -> Text,
        item_id -> BigInt,
        pack_quantity -> BigInt,
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
diesel::joinable!(movement -> replenishment_order (order_id));
diesel::joinable!(movement -> user (user_id));
diesel::joinable!(token -> user (user_id));

diesel::allow_tables_to_appear_in_same_query!(
    barcode,
    event,
    idempotency_key,
    inventory,
    item,
    link,
    log,
    login,
    membership,
    movement,
    replenishment_order,
    token,
    user,
    warehouse,
);
