//! What a process holds, as the kernel sees it (proc(5)).

use std::fs;

/// What a process holds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Resources {
    /// Memory, in KiB.
    pub(crate) resident: u64,
    /// Open files and sockets.
    pub(crate) descriptors: usize,
}

impl Resources {
    /// What a running process holds now.
    pub(crate) fn of(process: u32) -> Self {
        let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let resident = resident.and_then(|line| line.split_whitespace().next()?.parse().ok());
        Self {
            resident: resident.unwrap(),
            descriptors: fs::read_dir(format!("/proc/{process}/fd")).unwrap().count(),
        }
    }
}
