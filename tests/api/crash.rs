//! The program is killed in the middle of writing: what was acknowledged is there afterwards.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;

use aims::domain::access::Role;
use aims::domain::check::check;
use aims::schema::movement;
use aims::store::Store;
use diesel::prelude::*;
use futures_util::future::join_all;
use serde_json::json;

use crate::support::client::Client;
use crate::support::people;
use crate::support::{Database, on_both};
use crate::tools::aims::Aims;

const WRITERS: usize = 16;

/// Acknowledged writes after which the program is killed, each round.
const ROUND: usize = 60;

on_both! {
    async fn every_acknowledged_write_outlives_a_kill(database: Rc<Database>) {
        let store = Store::open(&database.config()).unwrap();
        let tokens = people::settle(&store).await;
        drop(store);
        let mut aims = Aims::start(&["--database", &database.url]);
        let caller = |role| {
            let (_, token) = tokens.iter().find(|(held, _)| *held == role).unwrap();
            Client::new(aims.url()).with_token(token)
        };
        let (ada, omar) = (caller(Role::Admin), caller(Role::Operator));
        let tea = json!({"sku": "TEA-500", "name": "Tea", "category": "Tea", "unit": "pack"});
        ada.post("/api/items", tea).await.done();

        let mut acknowledged = BTreeSet::new();
        for _ in 0..3 {
            acknowledged.append(&mut write_until_killed(&omar, &mut aims).await);
            let kept = movements(&database);
            let lost: Vec<_> = acknowledged.difference(&kept).collect();
            assert!(lost.is_empty(), "{} of {}: {lost:?}", lost.len(), acknowledged.len());
            assert_eq!(check(&mut database.connect()).unwrap(), []);
            aims.restart();
        }

        assert!(acknowledged.len() >= 3 * ROUND);
    }
}

/// Writes from all sides until somebody has heard of enough; then kills the program under the writes
/// that are under way. Answers with what was acknowledged.
async fn write_until_killed(caller: &Client, aims: &mut Aims) -> BTreeSet<i64> {
    let heard = RefCell::new(BTreeSet::new());
    let aims = RefCell::new(aims);
    let cut_off = Cell::new(0);
    let writers = (0..WRITERS).map(async |_| {
        let body = json!({
            "warehouse": "north", "sku": "TEA-500", "kind": "receive", "quantity": 1,
        });
        while let Some(reply) = caller.try_post("/api/movements", body.clone()).await {
            let movement = reply.done()["movement"]["id"].as_i64().unwrap();
            heard.borrow_mut().insert(movement);
            if heard.borrow().len() == ROUND {
                aims.borrow_mut().kill();
            }
        }
        cut_off.update(|n| n + 1);
    });
    join_all(writers).await;
    assert_eq!(cut_off.get(), WRITERS);
    heard.into_inner()
}

fn movements(database: &Database) -> BTreeSet<i64> {
    let ids: Vec<i64> = aims::on_db!(&mut database.connect(), c =>
        movement::table.select(movement::id).load(c).unwrap());
    ids.into_iter().collect()
}
