//! Count sheets: counting by hand and with scanners, applying, taking back.

use std::collections::BTreeSet;

use aims::domain::access::Role;
use serde_json::{Value, json};

use crate::support::app::App;
use crate::support::on_both;

/// The code of a pack of six.
const SIX: &str = "10036000291459";

/// The names of an object's fields.
fn fields(row: &Value) -> BTreeSet<&str> {
    row.as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

/// What the newest event of the north says.
async fn told(app: &App) -> Value {
    let head = app.vera().get("/api/events?room=north").await.done();
    let (epoch, seq) = (
        head["epoch"].as_str().unwrap(),
        head["seq"].as_i64().unwrap(),
    );
    let path = format!("/api/events?room=north&epoch={epoch}&after={}", seq - 1);
    app.vera().get(&path).await.done()["events"][0].clone()
}

on_both! {
    async fn a_count_becomes_stock_when_it_is_applied_and_not_before(app: App) {
        app.tea(12).await;
        app.item("SALT", "Salt").await;
        let new = json!({ "warehouse": "north", "mode": "count", "title": " Shelf 3 ", "skus": ["TEA-500"] });

        let opened = app.omar().post("/api/sheets", new).await;

        assert_eq!((opened.status, opened.header("etag")), (201, "\"1\""));
        let number = opened.json["number"].as_str().unwrap().to_owned();
        assert_eq!(opened.header("location"), format!("/api/sheets/{number}"));
        assert_eq!((&opened.json["title"], &opened.json["lines"][0]["expected"]), (&json!("Shelf 3"), &json!(12)));
        app.sets(&number, "TEA-500", json!({ "counted": 11 })).await.done();
        let change = app.sets(&number, "SALT", json!({ "counted": 3 })).await.done();
        assert_eq!((&change["line_count"], &change["lines"][0]["sku"]), (&json!(2), &json!("SALT")));
        assert_eq!(app.row().await["on_hand"], 12);
        let omar = app.omar().with("if-match", "\"3\"");
        let applied = app.sheet_step(&omar, &number, "apply", json!({ "note": "stock-take" })).await;
        assert_eq!(applied.header("etag"), "\"4\"");
        let applied = applied.done();
        assert_eq!((&applied["sheet"]["status"], &applied["sheet"]["closed_by"]), (&json!("applied"), &json!("Omar Haddad")));
        assert_eq!(applied["movements"].as_array().unwrap().len(), 2);
        assert_eq!(app.row().await["on_hand"], 11);
        let salt = app.vera().get("/api/inventory/north/SALT").await.done();
        assert_eq!((&salt["on_hand"], &salt["version"]), (&json!(3), &json!(1)), "an item new to the north has a level now");
    }

    async fn the_ledger_says_which_sheet_a_movement_came_from(app: App) {
        app.tea(12).await;
        let number = app.count_of_tea().await;
        app.sets(&number, "TEA-500", json!({ "counted": 11 })).await.done();
        app.applies(&number).await.done();
        app.sheet_step(&app.omar(), &number, "undo", json!({ "note": "miscounted" })).await.done();

        let path = format!("/api/movements?warehouse=north&sheet={number}");
        let ledger = app.vera().get(&path).await.done();

        let [undone, counted] = ledger["data"].as_array().unwrap().as_slice() else { panic!("{ledger}") };
        assert_eq!((&counted["kind"], &counted["sheet"], &counted["ref"]), (&json!("count"), &json!(number), &json!(number)));
        assert_eq!((&undone["delta"], &undone["reverses"], &undone["sheet"]), (&json!(1), &counted["id"], &json!(number)));
        assert_eq!(undone["note"], "miscounted");
        let csv = app.vera().with("accept", "text/csv").get(&path).await.text;
        let columns = csv.lines().next().unwrap().split(',').position(|column| column == "sheet").unwrap();
        assert_eq!(csv.lines().nth(1).unwrap().split(',').nth(columns), Some(number.as_str()));
        app.vera().get("/api/movements?sheet=nonsense").await.refused(404, "not_found");
    }

    async fn two_scanners_and_a_case_add_up(app: App) {
        app.tea(0).await;
        let codes = json!({ "barcodes": [{ "code": SIX, "pack_quantity": 6 }] });
        app.as_role(Role::Admin).with("if-match", "\"1\"").patch("/api/items/TEA-500", codes).await.done();
        let number = app.opens("receive", json!({})).await;
        let (omar, ana) = (app.omar(), app.ana());

        app.sheet_step(&omar, &number, "tally", json!({ "code": SIX })).await.done();
        let change = app.sheet_step(&ana, &number, "tally", json!({ "sku": "TEA-500", "quantity": 2 })).await.done();

        let line = &change["lines"][0];
        assert_eq!((&line["counted"], &line["difference"], &line["updated_by"]), (&json!(8), &json!(8), &json!("Ana Reyes")));
        let keyed = omar.with("idempotency-key", "beep");
        app.sheet_step(&keyed, &number, "tally", json!({ "code": SIX })).await.done();
        let again = app.sheet_step(&keyed, &number, "tally", json!({ "code": SIX })).await;
        assert_eq!(again.header("idempotency-replayed"), "true");
        assert_eq!(app.sheet(&number).await["lines"][0]["counted"], 14);
        app.sheet_step(&omar, &number, "tally", json!({ "code": "4006381333931" })).await.refused(404, "not_found");
        app.sheet_step(&omar, &number, "tally", json!({})).await.refused(422, "validation");
        app.applies(&number).await.done();
        assert_eq!(app.row().await["on_hand"], 14);
    }

    async fn stock_that_moved_meanwhile_is_a_conflict_with_two_ways_out(app: App) {
        app.tea(12).await;
        let number = app.count_of_tea().await;
        app.sets(&number, "TEA-500", json!({ "counted": 11 })).await.done();
        app.moves("issue", 4).await.done();

        let problem = app.applies(&number).await.refused(409, "stock_changed");

        let line = &problem["current"]["lines"][0];
        assert_eq!((&line["conflict"], &line["expected"], &line["on_hand"]), (&json!(true), &json!(12), &json!(8)));
        assert_eq!((&line["resolution"], &line["difference"]), (&Value::Null, &json!(3)));
        let unseen = json!({ "resolution": "keep_count", "on_hand_version": 1 });
        let refused = app.sets(&number, "TEA-500", unseen).await.refused(409, "stock_changed");
        assert_eq!(refused["current"]["lines"][0]["on_hand_version"], line["on_hand_version"]);
        let kept = app.sets(&number, "TEA-500", json!({ "resolution": "keep_difference" })).await.done();
        assert_eq!((&kept["lines"][0]["difference"], &kept["lines"][0]["counted"]), (&json!(-1), &json!(11)));
        app.applies(&number).await.done();
        assert_eq!(app.row().await["on_hand"], 7);
    }

    async fn a_sheet_is_applied_once_and_undone_once(app: App) {
        app.tea(12).await;
        let number = app.count_of_tea().await;
        app.sets(&number, "TEA-500", json!({ "counted": 11 })).await.done();
        let omar = app.omar().with("idempotency-key", "apply");
        let first = app.sheet_step(&omar, &number, "apply", json!({})).await;
        let second = app.sheet_step(&omar, &number, "apply", json!({})).await;
        assert_eq!((first.text == second.text, second.header("idempotency-replayed")), (true, "true"));

        let stale = app.omar().with("if-match", "\"1\"");
        let problem = app.sheet_step(&stale, &number, "apply", json!({})).await.refused(409, "sheet_closed");

        assert_eq!(problem["current"]["status"], "applied");
        let undone = app.sheet_step(&app.omar(), &number, "undo", json!({})).await.done();
        assert_eq!((&undone["sheet"]["status"], &undone["movements"][0]["delta"]), (&json!("undone"), &json!(1)));
        assert_eq!(app.row().await["on_hand"], 12);
        app.sheet_step(&app.omar(), &number, "undo", json!({})).await.refused(409, "already_reversed");
    }

    async fn one_movement_of_a_sheet_is_undone_alone(app: App) {
        app.tea(12).await;
        app.item("SALT", "Salt").await;
        let number = app.count_of_tea().await;
        app.sets(&number, "TEA-500", json!({ "counted": 11 })).await.done();
        app.sets(&number, "SALT", json!({ "counted": 3 })).await.done();
        let movements = app.applies(&number).await.done()["movements"].clone();
        let tea = movements.as_array().unwrap().iter().find(|m| m["sku"] == "TEA-500").unwrap();

        let undone = app.omar().post(&format!("/api/movements/{}/reverse", tea["id"]), json!({})).await.done();

        assert_eq!((&undone["movement"]["sku"], &undone["inventory"]["on_hand"]), (&json!("TEA-500"), &json!(12)));
        let rest = app.sheet_step(&app.omar(), &number, "undo", json!({})).await.done();
        assert_eq!(rest["movements"].as_array().unwrap().len(), 1);
        assert_eq!(app.vera().get("/api/inventory/north/SALT").await.done()["on_hand"], 0);
    }

    async fn goods_that_are_gone_cannot_be_taken_back(app: App) {
        app.tea(0).await;
        let number = app.opens("receive", json!({})).await;
        app.sets(&number, "TEA-500", json!({ "counted": 6 })).await.done();
        app.applies(&number).await.done();
        app.moves("issue", 1).await.done();

        let problem = app.sheet_step(&app.omar(), &number, "undo", json!({})).await.refused(409, "insufficient_stock");

        assert_eq!(problem["current"]["on_hand"], 5);
        assert_eq!(app.sheet(&number).await["status"], "applied");
    }

    async fn a_blind_sheet_tells_nobody_what_is_expected_until_it_is_closed(app: App) {
        app.tea(12).await;
        let number = app.opens("count", json!({ "blind": true, "all": true })).await;
        app.sets(&number, "TEA-500", json!({ "counted": 11 })).await.done();
        let shows = |line: &Value| ["expected", "on_hand", "difference"].map(|field| line[field].clone());

        assert_eq!(shows(&app.sheet(&number).await["lines"][0]), [Value::Null, Value::Null, Value::Null]);
        assert_eq!(shows(&told(&app).await["data"]["lines"][0]), [Value::Null, Value::Null, Value::Null]);
        let applied = app.applies(&number).await.done();

        assert_eq!(shows(&applied["sheet"]["lines"][0]), [json!(12), json!(12), json!(-1)]);
    }

    async fn everybody_in_the_room_is_told_in_the_form_that_both_sides_agreed_on(app: App) {
        app.tea(12).await;
        let number = app.count_of_tea().await;

        app.sets(&number, "TEA-500", json!({ "counted": 11 })).await.done();

        let frame = include_str!("../fixtures/frames/event-count.json");
        let (told, agreed) = (told(&app).await, serde_json::from_str::<Value>(frame).unwrap());
        assert_eq!(fields(&told), fields(&agreed));
        assert_eq!(fields(&told["data"]), fields(&agreed["data"]));
        assert_eq!(fields(&told["data"]["lines"][0]), fields(&agreed["data"]["lines"][0]));
        assert_eq!((&told["event"], &told["change"]), (&json!("count-updated"), &json!({ "verb": "edit" })));
        let sheet = app.sheet(&number).await;
        assert_eq!((&sheet["seq"], &sheet["lines"]), (&told["seq"], &told["data"]["lines"]));
    }

    async fn sheets_are_listed_newest_first_filtered_and_in_pages(app: App) {
        app.tea(5).await;
        let mut numbers = Vec::new();
        for _ in 0..3 {
            numbers.push(app.count_of_tea().await);
        }
        app.sheet_step(&app.omar(), &numbers[1], "discard", json!({})).await.done();
        let vera = app.vera();
        let of = |list: &Value| {
            let rows = list["data"].as_array().unwrap().iter();
            rows.map(|row| row["number"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };

        let first = vera.get("/api/sheets?warehouse=north&limit=2").await.done();

        assert_eq!(of(&first), [numbers[2].clone(), numbers[1].clone()]);
        let cursor = first["next_cursor"].as_str().unwrap();
        let second = vera.get(&format!("/api/sheets?warehouse=north&limit=2&cursor={cursor}")).await.done();
        assert_eq!((of(&second), &second["next_cursor"]), (vec![numbers[0].clone()], &Value::Null));
        let open = vera.get("/api/sheets?status=open&source=manual").await.done();
        assert_eq!(of(&open), [numbers[2].clone(), numbers[0].clone()]);
        assert_eq!(of(&vera.get("/api/sheets?source=vision").await.done()), Vec::<String>::new());
        assert_eq!(of(&vera.get("/api/sheets?warehouse=harbour").await.done()), Vec::<String>::new());
        vera.get("/api/sheets?status=lost").await.refused(422, "validation");
        let etag = vera.get("/api/sheets?warehouse=north").await;
        let same = vera.with("if-none-match", etag.header("etag")).get("/api/sheets?warehouse=north").await;
        assert_eq!(same.status, 304);
        let csv = vera.with("accept", "text/csv").get("/api/sheets?warehouse=north").await.text;
        assert!(csv.starts_with("number,warehouse,title,"), "{csv}");
        let lines = vera.with("accept", "text/csv").get(&format!("/api/sheets/{}", numbers[0])).await.text;
        assert!(lines.starts_with("sku,name,unit,bin,expected,") && lines.contains("\nTEA-500,Tea 500 g,pack,,5,"), "{lines}");
    }
}
