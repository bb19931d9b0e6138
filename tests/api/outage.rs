//! The database goes away and comes back: who is asked says so, who is there stays, and nobody has to
//! restart anything.

use std::time::{Duration, Instant};

use actix_rt::time::sleep;
use aims::domain::access::Role;
use aims::events::Committed;
use serde_json::json;

use crate::support::app::App;
use crate::support::on_both;
use crate::support::rows::write;
use crate::tools::people::ROOMS;
use crate::tools::wait::PATIENCE;

/// Asks until the server is ready again.
async fn until_ready(app: &App) {
    let began = Instant::now();
    while app.get("/readyz").await.status != 200 {
        assert!(began.elapsed() < PATIENCE, "it does not recover");
        sleep(Duration::from_millis(50)).await;
    }
}

on_both! {
    async fn a_lost_database_is_told_survived_and_found_again(app: App) {
        let ada = app.as_role(Role::Admin);
        let mut socket = ada.live().await;
        socket.join("north", None).await;
        let tea = |sku: &str| json!({"sku": sku, "name": "Tea", "category": "Tea", "unit": "pack"});
        ada.post("/api/items", tea("TEA-1")).await.done();

        let away = app.database().take_away();

        let probe = app.get("/readyz").await;
        assert_eq!(probe.header("retry-after"), "1");
        probe.refused(503, "unavailable");
        assert_eq!(app.get("/healthz").await.status, 200);
        let write = ada.post("/api/items", tea("TEA-2")).await;
        assert_eq!((write.status, write.header("retry-after")), (503, "1"), "{}", write.text);
        assert_eq!(app.live().sessions(), 1, "whoever is there stays");

        drop(away);
        until_ready(&app).await;
        ada.post("/api/items", tea("TEA-3")).await.done();
        let skus = ada.get("/api/items").await.done()["data"].to_string();
        assert!(skus.contains("TEA-3") && !skus.contains("TEA-2"), "{skus}");
        write_and_hear(&app, &mut socket).await;
    }

    async fn what_the_log_could_not_tell_is_read_when_it_can(app: App) {
        let mut socket = app.as_role(Role::Viewer).live().await;
        socket.join("north", None).await;
        let elsewhere = app.beside(|_| {}).await;
        write(elsewhere.store(), ROOMS[0], 3).await;
        let log = app.store().read(|db| aims::events::since(db, ROOMS[0], 0, 9));
        let last = log.await.unwrap().unwrap().pop().unwrap();

        let away = app.database().take_away();
        app.live().broadcaster().try_send(Committed([last].into())).unwrap();
        // Only PostgreSQL's readers notice; SQLite's read on beside the lock.
        sleep(Duration::from_millis(300)).await;
        drop(away);

        assert_eq!(socket.seqs(3).await, [1, 2, 3]);
    }
}

async fn write_and_hear(app: &App, socket: &mut crate::support::socket::Socket) {
    write(app.store(), ROOMS[0], 1).await;
    let heard = socket.next().await;
    assert_eq!(
        (&heard["type"], &heard["seq"]),
        (&"event".into(), &1.into())
    );
}
