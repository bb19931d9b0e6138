//! Many ask for the same list at once: each gets it exact, and only who may.

use std::collections::BTreeSet;

use aims::domain::access::Role;
use futures_util::future::{join, join_all};
use serde_json::Value;

use crate::support::app::App;
use crate::support::client::Client;
use crate::support::on_both;

/// The lists of a room, and the pages that show them.
const LISTS: [&str; 5] = [
    "/api/inventory?warehouse=north",
    "/api/orders?warehouse=north",
    "/w/north",
    "/w/north/inventory",
    "/w/north/orders",
];

/// The place that a list or a page is exact for.
async fn seq(who: &Client, path: &str) -> i64 {
    let reply = who.get(path).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.text);
    if let Some(seq) = reply.json["seq"].as_i64() {
        return seq;
    }
    let (_, boot) = reply.text.split_once("id=\"boot\"").unwrap();
    let (boot, _) = boot.split_once("</script>").unwrap();
    let (_, boot) = boot.split_once('>').unwrap();
    let boot: Value = serde_json::from_str(boot).unwrap();
    boot["room"]["seq"].as_i64().unwrap()
}

on_both! {
    async fn whoever_writes_sees_it_in_the_next_list_however_many_ask(app: App) {
        app.tea(0).await;
        let (omar, vera) = (app.as_role(Role::Operator), app.as_role(Role::Viewer));

        let crowd = join_all((0..12).map(|n| {
            let vera = vera.clone();
            async move {
                let mut last = 0;
                for _ in 0..10 {
                    let now = seq(&vera, LISTS[n % LISTS.len()]).await;
                    assert!(now >= last, "time does not run backwards");
                    last = now;
                }
            }
        }));
        let writer = async {
            for n in 1..=10 {
                app.moves("receive", 1).await.done();
                let list = omar.get(LISTS[0]).await.done();
                let row = &list["data"][0];
                assert_eq!((&row["sku"], &row["on_hand"]), (&"TEA-500".into(), &n.into()));
            }
        };
        join(crowd, writer).await;
    }

    async fn a_list_and_its_page_follow_every_event(app: App) {
        app.tea(0).await;
        let vera = app.as_role(Role::Viewer);
        for path in LISTS {
            assert_eq!(seq(&vera, path).await, seq(&vera, path).await);
        }
        for _ in 0..3 {
            app.moves("receive", 1).await.done();
            let found: BTreeSet<i64> = join_all(LISTS.map(|path| seq(&vera, path))).await.into_iter().collect();
            assert_eq!(found.len(), 1, "{found:?}");
        }
    }
}
