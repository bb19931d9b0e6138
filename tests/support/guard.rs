//! A process that ends when the tests do, however they end.
//!
//! Its parent is a shell that reads a pipe from the test process. When the pipe closes, because the
//! guard was dropped, or the test process exited or was killed, the shell ends the process, waits for it
//! and removes its directory. The shell reaps it, so its number is never somebody else's.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// In: the signal that ends it, the directory to remove or "", the command. Out: the process's number.
/// A session of its own, so that what the process started can be ended with it.
const SHELL: &str = r#"
end=$1 remove=$2; shift 2
trap '' INT TERM HUP
(trap - TERM HUP; exec setsid "$@") </dev/null >&2 &
echo $!
cat >/dev/null
kill -s "$end" $! && wait $!
kill -s KILL -- -$!
[ -z "$remove" ] || rm -rf "$remove"
"#;

/// A running process; dropping it ends it.
#[derive(Debug)]
pub(crate) struct Guard {
    shell: Child,
    /// Its number, which stays its own until the guard is dropped.
    pub(crate) process: u32,
}

/// How to start and end a process.
#[derive(Debug)]
pub(crate) struct Guarded<'a> {
    /// The name of the signal that ends it, such as `TERM`.
    pub(crate) end: &'static str,
    /// Removed afterwards.
    pub(crate) remove: Option<&'a Path>,
    /// Takes what it prints.
    pub(crate) log: &'a Path,
    /// Whose process it is, where that is not who runs the tests.
    pub(crate) user: Option<(u32, u32)>,
}

impl Guarded<'_> {
    /// Starts it.
    pub(crate) fn start<S: AsRef<OsStr>>(
        &self,
        command: impl IntoIterator<Item = S>,
        environment: &[(&str, &str)],
    ) -> Guard {
        let log = File::options().append(true).create(true).open(self.log);
        let mut shell = Command::new("sh");
        shell
            .args(["-c", SHELL, "sh", self.end])
            .arg(self.remove.unwrap_or(Path::new("")))
            .args(command)
            .envs(environment.iter().copied())
            .current_dir(self.log.parent().unwrap())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log.unwrap())
            .process_group(0);
        if let Some((uid, gid)) = self.user {
            shell.uid(uid).gid(gid);
        }
        let mut shell = shell.spawn().unwrap();
        let mut number = String::new();
        let told = BufReader::new(shell.stdout.take().unwrap()).read_line(&mut number);
        told.expect("the shell says which process it started");
        let process = number.trim().parse().unwrap();
        Guard { shell, process }
    }
}

/// Whether a process has ended by itself.
pub(crate) fn has_ended(process: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"));
    // The state follows the name, which stands in parentheses; Z waits for its parent to look.
    stat.map_or(true, |stat| stat.contains(") Z "))
}

impl Drop for Guard {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        self.shell.wait().ok();
    }
}
