//! The wall clock of the server's machine jumps; its other clocks go on, as they do in nature.

use std::path::{Path, PathBuf};

use crate::crowd::Crowd;
use crate::dice::Dice;
use crate::stage::{Limits, Stage};
use crate::tools::requirements::skip;
use crate::writer::write;

/// Where the clock stands, in the words of faketime(1).
const JUMPS: [&str; 6] = ["+400d", "-400d", "+59", "-59", "+26h", "-1h"];

/// The library that tells a program another time, as Debian's `libfaketime` installs it.
fn library() -> Option<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib").ok()?;
    let mut found = folders.map(|folder| folder.unwrap().path().join("faketime/libfaketime.so.1"));
    found.find(|library| library.exists())
}

/// The clock jumps forth and back under writes.
pub(crate) async fn jumps(stage: &mut Stage, mut dice: Dice) {
    let Some(library) = library() else {
        return skip("faketime", "no libfaketime.so.1 is in /usr/lib/*/faketime");
    };
    let folder = tempfile::tempdir().unwrap();
    let clock = folder.path().join("clock");
    set(&clock, "+0");
    let set_to = |name: &str, value: &Path| (name.to_owned(), value.display().to_string());
    let environment = [
        set_to("LD_PRELOAD", &library),
        set_to("FAKETIME_TIMESTAMP_FILE", &clock),
        set_to("FAKETIME_NO_CACHE", Path::new("1")),
        set_to("FAKETIME_DONT_FAKE_MONOTONIC", Path::new("1")),
    ];
    stage.reopen(Limits::default(), &environment).await;
    let crowd = Crowd::gather(stage, &stage.aims.url(), stage.scale.clients, &mut dice).await;
    for _ in 0..4 {
        let jump = *dice.pick(&JUMPS);
        set(&clock, jump);
        stage.tally.fault("set the clock");
        write(stage, stage.scale.writes / 4, false, &mut dice).await;
        crowd.until_caught_up(stage).await;
    }
    crowd.finish(stage).await;
    stage.reopen(Limits::default(), &[]).await;
}

fn set(clock: &Path, to: &str) {
    let next = clock.with_extension("next");
    std::fs::write(&next, to).unwrap();
    std::fs::rename(next, clock).unwrap();
}
