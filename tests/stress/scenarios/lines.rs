//! The line between the clients and the server fails.

use actix_rt::time::sleep;

use crate::crowd::Crowd;
use crate::dice::Dice;
use crate::proxy::{Fault, Proxy};
use crate::stage::Stage;
use crate::writer::write;

/// Clients behind a bad line, while others write; then the line is good again, and everybody is right.
async fn behind(stage: &mut Stage, mut dice: Dice, faults: &[Fault]) {
    let proxy = Proxy::start(stage.address(), Fault::None, dice.hand_out(), &stage.tally).await;
    let crowd = Crowd::gather(stage, &proxy.url(), stage.scale.clients, &mut dice).await;
    for &fault in faults {
        proxy.set(fault);
        write(stage, stage.scale.writes / 2, false, &mut dice).await;
        let more = dice.millis(200..600);
        sleep(more).await;
    }
    proxy.set(Fault::None);
    write(stage, 5, false, &mut dice).await;
    crowd.finish(stage).await;
}

/// Everything is late and in pieces.
pub(crate) async fn late(stage: &mut Stage, mut dice: Dice) {
    let faults = [Fault::Delay(5 + dice.below(20) as u64), Fault::Delay(60)];
    behind(stage, dice, &faults).await;
}

/// Connections are cut, mostly in the middle of a frame.
pub(crate) async fn cut(stage: &mut Stage, mut dice: Dice) {
    let faults = [Fault::Cut(2_000 + dice.below(20_000)), Fault::Cut(100_000)];
    behind(stage, dice, &faults).await;
}

/// What goes one way is lost: who only listens hears nothing and must notice; who is not heard is sent away.
pub(crate) async fn swallowing(stage: &mut Stage, mut dice: Dice) {
    let mut faults = [
        Fault::SwallowUp(1 + dice.below(2_000)),
        Fault::SwallowDown(1 + dice.below(20_000)),
    ];
    dice.shuffle(&mut faults);
    behind(stage, dice, &faults).await;
}
