//! The scenarios, one file for each place where something fails.

mod clients;
mod clock;
mod databases;
mod hostile;
mod lines;
mod servers;

use futures_util::future::LocalBoxFuture;

use crate::dice::Dice;
use crate::stage::Stage;

/// One scenario. What it finds wrong goes to the stage's tally.
pub(crate) type Scenario = for<'a> fn(&'a mut Stage, Dice) -> LocalBoxFuture<'a, ()>;

macro_rules! scenarios {
    ($($name:literal $module:ident::$function:ident;)*) => {
        /// All, by name.
        pub(crate) const ALL: &[(&str, Scenario)] =
            &[$(($name, |stage, dice| Box::pin($module::$function(stage, dice)))),*];
    };
}

scenarios! {
    "everybody" clients::everybody;
    "joins-race-writes" clients::joins_race_writes;
    "restless" clients::restless;
    "slow-start" clients::slow_start;
    "stops-reading" hostile::stops_reading;
    "silent" hostile::silent;
    "malformed" hostile::malformed;
    "late-line" lines::late;
    "cut-line" lines::cut;
    "swallowing-line" lines::swallowing;
    "standstill" servers::standstill;
    "killed" servers::killed;
    "stopped" servers::stopped;
    "storm" servers::storm;
    "clock" clock::jumps;
    "pruned" databases::pruned;
    "outage" databases::outage;
}
