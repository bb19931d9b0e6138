//! Nothing fails but the clients' patience.

use futures_util::future::{join, join_all};

use crate::crowd::Crowd;
use crate::dice::Dice;
use crate::model::Habits;
use crate::stage::{ROOM_CODES, Stage};
use crate::writer::{pour, write};

/// Everybody listens, everybody writes.
pub(crate) async fn everybody(stage: &mut Stage, mut dice: Dice) {
    let crowd = Crowd::gather(stage, &stage.aims.url(), stage.scale.clients, &mut dice).await;
    write(stage, stage.scale.writes, false, &mut dice).await;
    crowd.finish(stage).await;
}

/// Clients come in while writes commit: what happens between the join and its answer is in neither the
/// snapshot nor the events, or in both.
pub(crate) async fn joins_race_writes(stage: &mut Stage, mut dice: Dice) {
    let url = stage.aims.url();
    for _ in 0..=stage.scale.rounds {
        let mut writers = dice.hand_out();
        let crowds = join_all((0..3).map(|_| {
            let mut dice = dice.hand_out();
            let (stage, url) = (&*stage, &url);
            async move {
                let wait = dice.millis(0..100);
                actix_rt::time::sleep(wait).await;
                stage.tally.fault("raced a write");
                Crowd::gather(stage, url, stage.scale.clients / 3, &mut dice).await
            }
        }));
        let (crowds, ()) = join(
            crowds,
            write(stage, stage.scale.writes / 3, false, &mut writers),
        )
        .await;
        for crowd in crowds {
            crowd.finish(stage).await;
        }
    }
}

/// Clients join anew, leave, and break off in the middle of everything.
pub(crate) async fn restless(stage: &mut Stage, mut dice: Dice) {
    let crowd = Crowd::gather(stage, &stage.aims.url(), stage.scale.clients, &mut dice).await;
    let habits = Habits {
        restless: true,
        ..Habits::default()
    };
    crowd.behave(habits);
    write(stage, stage.scale.writes, false, &mut dice).await;
    crowd.finish(stage).await;
}

/// Clients are away for a moment, a while, too long; what they missed comes from memory, from the log, or
/// as a snapshot.
pub(crate) async fn slow_start(stage: &mut Stage, mut dice: Dice) {
    let mut crowd = Crowd::gather(stage, &stage.aims.url(), stage.scale.clients, &mut dice).await;
    // Memory has 64 events, a resume at most 200.
    for (batches, lines) in [(1, 5 + dice.below(20)), (1, 70 + dice.below(60)), (3, 90)] {
        crowd.sleep();
        stage.tally.fault("slept");
        pour(stage, batches, lines).await;
        crowd.wake();
        write(stage, 10, false, &mut dice).await;
        crowd.until_caught_up(stage).await;
    }
    for client in &crowd.clients {
        let modes = client.modes(ROOM_CODES[0], 0);
        if modes
            .as_ref()
            .is_some_and(|modes| !modes.iter().any(|mode| mode == "reset"))
        {
            client.wrong(format_args!(
                "expected a reset after 270 events, got {modes:?}"
            ));
        }
    }
    crowd.finish(stage).await;
}
