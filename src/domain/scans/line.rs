//! The queue is as many lines as there are kinds of workers: nobody waits behind scans that are for others.

/// A line in the queue: the scans for some detectors, or those for all but some.
#[derive(Clone, Debug)]
pub struct Line {
    /// Whether `detectors` are those whose scans wait elsewhere.
    pub others: bool,
    /// Names of detectors.
    pub detectors: Vec<String>,
    /// Scans that may wait in it, in all warehouses together.
    pub most: i64,
}

impl Line {
    /// Whether scans for this detector wait here.
    pub fn is_for(&self, detector: &str) -> bool {
        self.detectors.iter().any(|name| name == detector) != self.others
    }
}
