//! The server stands still, dies, is asked to stop, and everybody comes back at once.

use std::pin::pin;
use std::time::{Duration, Instant};

use actix_rt::time::sleep;
use aims::realtime::protocol::Close;
use futures_util::future::{Either, select};

use crate::crowd::Crowd;
use crate::dice::Dice;
use crate::model::{End, Habits};
use crate::signals::{signal, until_ended};
use crate::stage::{Limits, Stage};
use crate::tools::wait::PATIENCE;
use crate::writer::{write, write_on};

/// Writes go on meanwhile.
async fn under_writes(stage: &Stage, dice: &mut Dice, meanwhile: impl Future<Output = ()>) {
    let mut writers = dice.hand_out();
    let writing = pin!(write_on(stage, &mut writers));
    match select(writing, pin!(meanwhile)).await {
        Either::Left(((), _)) => unreachable!("they write on and on"),
        Either::Right(((), _)) => {}
    }
}

/// The server is stopped in its tracks (SIGSTOP) and goes on where it was (SIGCONT).
pub(crate) async fn standstill(stage: &mut Stage, mut dice: Dice) {
    let crowd = Crowd::gather(stage, &stage.aims.url(), stage.scale.clients, &mut dice).await;
    for for_long in [200..800, 2_500..3_500] {
        let (before, still) = (dice.millis(50..200), dice.millis(for_long));
        let stage = &*stage;
        let standstill = async {
            sleep(before).await;
            signal(&stage.aims, "STOP");
            stage.tally.fault("stopped the server in its tracks");
            sleep(still).await;
            signal(&stage.aims, "CONT");
        };
        under_writes(stage, &mut dice, standstill).await;
    }
    write(stage, 10, true, &mut dice).await;
    crowd.finish(stage).await;
}

/// The server is killed (SIGKILL) under writes, and started again.
pub(crate) async fn killed(stage: &mut Stage, mut dice: Dice) {
    let crowd = Crowd::gather(stage, &stage.aims.url(), stage.scale.clients, &mut dice).await;
    for _ in 0..=stage.scale.rounds {
        let before = dice.millis(50..400);
        under_writes(stage, &mut dice, sleep(before)).await;
        stage.aims.kill();
        stage.tally.fault("killed the server");
        let down = dice.millis(0..500);
        sleep(down).await;
        stage.aims.restart();
        write(stage, 10, true, &mut dice).await;
    }
    crowd.finish(stage).await;
    stage.warm_up().await;
}

/// The server is asked to stop (SIGTERM): nobody is left without a word.
pub(crate) async fn stopped(stage: &mut Stage, mut dice: Dice) {
    let crowd = Crowd::gather(stage, &stage.aims.url(), stage.scale.clients, &mut dice).await;
    write(stage, 10, false, &mut dice).await;
    crowd.until_caught_up(stage).await;
    let here = crowd.clients.iter().filter(|client| client.is_connected());
    let here: Vec<_> = here
        .map(|client| (client, client.ends.borrow().len()))
        .collect();
    signal(&stage.aims, "TERM");
    stage.tally.fault("asked the server to stop");
    let began = Instant::now();
    for (client, ends) in here {
        while client.ends.borrow().len() == ends && began.elapsed() < PATIENCE {
            sleep(Duration::from_millis(10)).await;
        }
        let end = client.ends.borrow().get(ends).copied();
        if !matches!(end, Some(End::Bye(code, _)) if code == Close::Restarting.code()) {
            let expected = "expected to be told that the server stops";
            client.wrong(format_args!("{expected}, got {end:?}"));
        }
    }
    until_ended(&stage.aims);
    stage.aims.restart();
    write(stage, 10, true, &mut dice).await;
    crowd.finish(stage).await;
    stage.warm_up().await;
}

/// Everybody comes back at once, with their positions, while writes go on; and once more, so that what the
/// server keeps of the first storm is not taken for a leak, and what the second adds is.
pub(crate) async fn storm(stage: &mut Stage, mut dice: Dice) {
    let limits = Limits {
        // All of them live in one thread of the test, which must find the time to answer.
        heartbeat: 15.0,
        ..Limits::default()
    };
    stage.reopen(limits, &[]).await;
    let mut crowd = Crowd::resume(stage, stage.scale.storm, &mut dice).await;
    let habits = Habits {
        patient: true,
        ..Habits::default()
    };
    crowd.behave(habits);
    crowd.until_caught_up(stage).await;
    stage.aims.kill();
    stage.tally.fault("killed the server");
    sleep(dice.millis(100..300)).await;
    stage.aims.restart();
    write(stage, 10, true, &mut dice).await;
    crowd.until_caught_up(stage).await;
    crowd.sleep();
    stage.until_gone(0).await;
    stage.is_warm();
    write(stage, 10, false, &mut dice).await;
    crowd.wake();
    (0..stage.scale.storm).for_each(|_| stage.tally.fault("came back in a storm"));
    write(stage, 10, false, &mut dice).await;
    crowd.finish(stage).await;
    stage.until_gone(0).await;
    stage.resources_came_back().await;
    stage.reopen(Limits::default(), &[]).await;
}
