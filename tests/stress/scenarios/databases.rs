//! The database forgets, or is away.

use std::rc::Rc;
use std::time::Duration;

use actix_rt::time::sleep;
use aims::events::Keep;
use aims::jobs;
use aims::store::Store;
use futures_util::future::join;

use crate::client::Client;
use crate::crowd::Crowd;
use crate::dice::Dice;
use crate::model::Model;
use crate::outage::Outage;
use crate::stage::{ROOM_CODES, Stage};
use crate::writer::{pour, write};

/// The log is pruned while clients are asleep, by another process: those who come too late are told so.
pub(crate) async fn pruned(stage: &mut Stage, mut dice: Dice) {
    let mut crowd = Crowd::gather(stage, &stage.aims.url(), stage.scale.clients, &mut dice).await;
    crowd.sleep();
    let modes = |client: &Rc<Model>| client.modes(ROOM_CODES[0], 0);
    let before = crowd.clients.iter().filter_map(|client| {
        let so_far = modes(client)?.len();
        Some((Rc::clone(client), so_far))
    });
    let before: Vec<_> = before.collect();
    // More than memory has: only the log could tell.
    pour(stage, 2, 60).await;
    let store = Store::open(&stage.database.config()).unwrap();
    let keep = Keep {
        days: 30,
        events: 5 + i64::try_from(dice.below(40)).unwrap(),
    };
    jobs::run(&store, keep, 90).await.unwrap();
    drop(store);
    stage.tally.fault("pruned the log");
    crowd.wake();
    write(stage, 20, false, &mut dice).await;
    crowd.until_caught_up(stage).await;
    for (client, since) in before {
        let modes = client.modes(ROOM_CODES[0], since).unwrap_or_default();
        if modes.first().map(String::as_str) != Some("reset") {
            client.wrong(format_args!(
                "expected a reset on coming back, got {modes:?}"
            ));
        }
    }
    crowd.finish(stage).await;
}

/// The database goes away under writes and comes back: who is asked says so, and nobody restarts anything.
pub(crate) async fn outage(stage: &mut Stage, mut dice: Dice) {
    let crowd = Crowd::gather(stage, &stage.aims.url(), stage.scale.clients, &mut dice).await;
    for _ in 0..stage.scale.rounds {
        let mut writers = dice.hand_out();
        let away = async {
            let outage = Outage::begin(&stage.database, &mut dice);
            stage.tally.fault(outage.name());
            let probe = Client::new(stage.aims.url());
            let red = async {
                let reply = probe.try_get("/readyz").await;
                if reply.as_ref().is_none_or(|reply| reply.status != 503) {
                    let answer = reply.map(|reply| reply.status);
                    stage
                        .tally
                        .wrong("/readyz", format_args!("expected 503, got {answer:?}"));
                }
            };
            let more = dice.millis(100..1500);
            join(red, sleep(more)).await;
            outage.end();
        };
        join(write(stage, 20, true, &mut writers), away).await;
        stage.until_ready().await;
        sleep(Duration::from_millis(100)).await;
        write(stage, 10, false, &mut dice).await;
        crowd.until_caught_up(stage).await;
    }
    crowd.finish(stage).await;
}
