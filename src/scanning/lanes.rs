//! Two kinds of workers, each with a line of its own in the queue. Detectors of AIMS's own need the processor, so there
//! are as many at once as it bears; who asks a service mostly waits for it, and where it hangs, for long. Were they
//! one kind, a few photos for a service that is down would hold up everybody.

use std::sync::Arc;

use aims_vision::Detectors;
use tokio::sync::Notify;

use crate::config::Config;
use crate::domain::scans::Line;

/// Photos that services are asked about at once. Each is held decoded meanwhile, with up to 150 MB.
const ASKED_AT_ONCE: usize = 4;

/// A line in the queue, and those who work at it.
#[derive(Debug)]
pub(super) struct Lane {
    pub(super) line: Line,
    pub(super) workers: usize,
    /// Told that a scan was queued here, or that the server stops.
    pub(super) wake: Notify,
}

/// Both.
#[derive(Debug)]
pub(super) struct Lanes {
    /// For what is no service that can be asked, also for what is not set up any more and only fails.
    own: Arc<Lane>,
    services: Arc<Lane>,
}

impl Lanes {
    pub(super) fn new(detectors: &Detectors, config: &Config) -> Self {
        let remote = detectors.all().iter().filter(|one| one.is_remote());
        let ready = remote.filter(|one| one.ready().is_ok());
        let services: Vec<String> = ready.map(|one| one.name().into()).collect();
        let asked_at_once = if services.is_empty() {
            0
        } else {
            ASKED_AT_ONCE
        };
        let lane = |others, workers| {
            Arc::new(Lane {
                line: Line {
                    others,
                    detectors: services.clone(),
                    most: i64::try_from(config.scan_queue).unwrap_or(i64::MAX),
                },
                workers,
                wake: Notify::new(),
            })
        };
        Self {
            own: lane(true, threads(config.scan_threads)),
            services: lane(false, asked_at_once),
        }
    }

    pub(super) fn all(&self) -> [&Arc<Lane>; 2] {
        [&self.own, &self.services]
    }

    /// Where scans for this detector wait.
    pub(super) fn of(&self, detector: &str) -> &Lane {
        if self.services.line.is_for(detector) {
            &self.services
        } else {
            &self.own
        }
    }
}

/// One core is left to those who answer requests.
fn threads(asked: usize) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    if asked == 0 {
        cores.saturating_sub(1).max(1)
    } else {
        asked
    }
}

#[cfg(test)]
mod tests {
    use aims_vision::{HttpSettings, Settings};

    use super::*;

    fn lanes(settings: Settings) -> Lanes {
        let config = Config::for_database("sqlite://aims.db");
        Lanes::new(&Detectors::new(settings), &config)
    }

    #[test]
    fn where_no_service_can_be_asked_everything_waits_in_one_line() {
        let lanes = lanes(Settings::default());

        assert_eq!(lanes.services.workers, 0);
        for detector in ["barcode", "http", "last-years"] {
            assert!(lanes.of(detector).line.others, "{detector}");
        }
    }

    #[test]
    fn a_service_that_can_be_asked_has_a_line_of_its_own() {
        let http = HttpSettings {
            url: Some("http://localhost/count".into()),
            ..HttpSettings::default()
        };
        let lanes = lanes(Settings {
            http,
            ..Settings::default()
        });

        assert_eq!(lanes.services.workers, ASKED_AT_ONCE);
        assert!(!lanes.of("http").line.others);
        for detector in ["barcode", "openai", "last-years"] {
            assert!(lanes.of(detector).line.others, "{detector}");
        }
    }
}
