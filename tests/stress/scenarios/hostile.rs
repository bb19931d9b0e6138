//! Clients that do not keep to the protocol: they cost little, are sent away with the documented code, and
//! nobody else notices.

use std::collections::BTreeMap;
use std::io::Read;
use std::net::TcpStream;
use std::time::Instant;

use actix_rt::task::spawn_blocking;
use actix_rt::time::timeout;
use aims::domain::access::Role;
use aims::realtime::protocol::Close;
use futures_util::future::{join, join_all};
use serde_json::{Value, json};

use crate::client::Client;
use crate::crowd::Crowd;
use crate::dice::Dice;
use crate::malformed::{self, Kind};
use crate::socket::Socket;
use crate::stage::{Limits, ROOM_CODES, Stage};
use crate::tools::wait::PATIENCE;
use crate::writer::{pour, write};

/// Clients of each bad habit.
const EACH: usize = 4;

/// Clients that read nothing: more than the honest ones, so that the number of sessions tells whether any is
/// left.
const STALLED: usize = 24;

/// Clients join and read nothing: they are dropped while they still hold their sockets open, and the others
/// are told everything meanwhile.
pub(crate) async fn stops_reading(stage: &mut Stage, mut dice: Dice) {
    let limits = Limits {
        mailbox: 16,
        unacked: 2,
        // Longer than it takes: who reads nothing answers no ping either.
        heartbeat: 10.0,
        ..Limits::default()
    };
    stage.reopen(limits, &[]).await;
    let caller = stage.caller(Role::Viewer);
    let join = malformed::text(&json!({ "type": "join", "room": ROOM_CODES[0] }).to_string());
    let stalled = join_all((0..STALLED).map(|_| caller.connect_raw(join.clone()))).await;
    (0..STALLED).for_each(|_| stage.tally.fault("read nothing"));
    let honest = STALLED.min(stage.scale.clients);
    let crowd = Crowd::gather(stage, &stage.aims.url(), honest, &mut dice).await;
    let began = Instant::now();
    // Enough to fill the kernel's buffers on both sides, and then the mailbox.
    while stage.figures().await["sessions"].as_u64() > Some(honest as u64) {
        pour(stage, 4, 20 + dice.below(20)).await;
        if began.elapsed() > PATIENCE {
            let figures = stage.figures().await;
            let expected = "expected to be dropped while the socket is open";
            stage.tally.wrong(
                "who reads nothing",
                format_args!("{expected}, got {figures}"),
            );
            break;
        }
    }
    crowd.finish(stage).await;
    stage.until_gone(0).await;
    drop::<Vec<TcpStream>>(stalled);
    stage.reopen(Limits::default(), &[]).await;
}

/// Clients answer no ping, or join nothing; honest ones beside them stay.
pub(crate) async fn silent(stage: &mut Stage, mut dice: Dice) {
    let limits = Limits {
        heartbeat: 0.6,
        join_within: 1,
        ..Limits::default()
    };
    stage.reopen(limits, &[]).await;
    let crowd = Crowd::gather(stage, &stage.aims.url(), stage.scale.clients, &mut dice).await;
    let caller = stage.caller(Role::Viewer);
    let mute = join_all((0..EACH).map(|_| ends(&caller, true)));
    let idle = join_all((0..EACH).map(|_| ends(&caller, false)));
    let writes = write(stage, stage.scale.writes / 4, false, &mut dice);
    let ((mute, idle), ()) = join(join(mute, idle), writes).await;
    for (who, codes, why) in [
        ("who answers no ping", mute, Close::NoPong),
        ("who joins nothing", idle, Close::NeverJoined),
    ] {
        for code in codes {
            stage.tally.fault(who);
            if code != Some(why.code()) {
                stage
                    .tally
                    .wrong(who, format_args!("expected {}, got {code:?}", why.code()));
            }
        }
    }
    crowd.finish(stage).await;
    stage.reopen(Limits::default(), &[]).await;
}

/// A client that says nothing, or nothing more than a join: the code that its connection ends with.
async fn ends(caller: &Client, joins: bool) -> Option<u16> {
    let mut socket = caller.try_connect().await.ok()?;
    if joins {
        socket
            .try_say(&json!({ "type": "join", "room": ROOM_CODES[0] }))
            .await;
    }
    timeout(PATIENCE, last_word(&mut socket)).await.ok()?
}

/// Reads to the end; the `bye` and the close frame must agree.
async fn last_word(socket: &mut Socket) -> Option<u16> {
    let mut said = Value::Null;
    loop {
        match socket.try_frame().await {
            Ok(frame) => said = frame["code"].clone(),
            Err(close) => {
                let code = u16::from(close?.code);
                return (said == code).then_some(code);
            }
        }
    }
}

/// Everything that is no frame of the protocol, all at once.
pub(crate) async fn malformed(stage: &mut Stage, mut dice: Dice) {
    let crowd = Crowd::gather(stage, &stage.aims.url(), stage.scale.clients, &mut dice).await;
    let before = stage.figures().await;
    let mut kinds = malformed::kinds();
    dice.shuffle(&mut kinds);
    let caller = stage.caller(Role::Viewer);
    let attacks = join_all(kinds.iter().map(|kind| attack(stage, &caller, kind)));
    join(
        attacks,
        write(stage, stage.scale.writes / 4, false, &mut dice),
    )
    .await;
    let after = stage.figures().await;
    let mut expected = BTreeMap::<_, u64>::new();
    for (_, _, why) in &kinds {
        *expected.entry(why.name()).or_default() += 1;
    }
    for (why, n) in expected {
        let count = |figures: &Value| figures["closes"][why].as_u64().unwrap();
        let counted = count(&after) - count(&before);
        if counted != n {
            stage.tally.wrong(
                "the server",
                format_args!("expected to count {n} × {why}, got {counted}"),
            );
        }
    }
    crowd.finish(stage).await;
}

async fn attack(stage: &Stage, caller: &Client, (name, bytes, why): &Kind) {
    stage.tally.fault("sent something malformed");
    let mut socket = caller.connect_raw(bytes.clone()).await;
    let heard = spawn_blocking(move || {
        let mut heard = Vec::new();
        let ended = socket.read_to_end(&mut heard).map_err(|e| e.to_string());
        (heard, ended)
    });
    let (heard, ended) = heard.await.unwrap();
    let code = close_code(&heard);
    if code != Some(why.code()) {
        let got = format!("{code:?} and the end {ended:?}");
        stage
            .tally
            .wrong(name, format_args!("expected {}, got {got}", why.code()));
    }
}

/// The code of the close frame, which is the last and has a short text: a byte of length, two of code.
fn close_code(heard: &[u8]) -> Option<u16> {
    let close = heard.windows(2).rposition(|two| two[0] == 0x88)?;
    Some(u16::from_be_bytes([
        *heard.get(close + 2)?,
        *heard.get(close + 3)?,
    ]))
}
