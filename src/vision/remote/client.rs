//! One request to a service, within bounds: of time, of bytes, of where it may lead.

use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use ureq::Agent;
use ureq::http::Uri;

use super::retry::{self, Attempt};
use crate::{Failure, TimeLimits, Watch};

/// Bytes of an answer at most.
const MOST_BYTES: u64 = 4 * 1024 * 1024;
/// How often it is asked whether anybody still waits.
const LISTEN: Duration = Duration::from_millis(50);

/// What is asked. Never printed: headers and body may hold a key.
pub(super) struct Request {
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
    /// JSON.
    pub(super) body: Vec<u8>,
}

/// What was answered.
pub(super) struct Answer {
    pub(super) status: u16,
    /// What the service asks to wait, when it is busy.
    pub(super) wait: Option<Duration>,
    pub(super) body: Vec<u8>,
}

/// The way to a service, or a sentence about what is missing for one.
pub(super) struct Service(pub(super) Result<Client, String>);

impl Service {
    /// What is missing, if anything is.
    pub(super) fn ready(&self) -> Result<(), String> {
        self.0.as_ref().map(|_| ()).map_err(Clone::clone)
    }

    /// The way there.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] with what is missing.
    pub(super) fn client(&self) -> Result<&Client, Failure> {
        self.0
            .as_ref()
            .map_err(|missing| Failure::Unavailable(missing.clone()))
    }
}

/// Talks to one service.
pub(super) struct Client {
    agent: Agent,
    limits: TimeLimits,
    /// The service's name for people: the host alone, as paths and queries may hold keys.
    pub(super) host: String,
}

impl Client {
    /// One for the service at this address.
    ///
    /// # Errors
    /// A sentence, if that is no address. It is not repeated.
    pub(super) fn new(url: &str, setting: &str, limits: TimeLimits) -> Result<Self, String> {
        let uri: Option<Uri> = url.parse().ok();
        let web = |uri: &Uri| matches!(uri.scheme_str(), Some("http" | "https"));
        let host = uri.as_ref().filter(|uri| web(uri)).and_then(Uri::host);
        let host = host.ok_or_else(|| {
            format!("{setting} is no address that begins with http:// or https://.")
        })?;
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            // A redirect would take the photo and the key to where nobody sent them.
            .max_redirects(0)
            .timeout_connect(Some(limits.connect))
            .user_agent(concat!("aims/", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(Self {
            agent: agent.into(),
            limits,
            host: host.to_owned(),
        })
    }

    /// Posts, and once more if the service is busy, fails or drops the connection. Any answer but those that
    /// [`retry::refusal`] names is the caller's to judge.
    ///
    /// # Errors
    /// [`Failure`], in sentences that name the host and nothing else of the request.
    pub(super) fn post(&self, request: Request, watch: &Watch<'_>) -> Result<Answer, Failure> {
        let until = watch.deadline.min(Instant::now() + self.limits.remote);
        let request = Arc::new(request);
        let first = self.attempt(&request, until, watch)?;
        let Some(wait) = first.again(until) else {
            return first.settle(&self.host);
        };
        pause(wait, watch)?;
        self.attempt(&request, until, watch)?.settle(&self.host)
    }

    /// A read that blocks cannot be interrupted: it happens on a thread of its own, which its time limit ends.
    fn attempt(
        &self,
        request: &Arc<Request>,
        until: Instant,
        watch: &Watch<'_>,
    ) -> Result<Attempt, Failure> {
        let (sender, receiver) = mpsc::channel();
        let (agent, request) = (self.agent.clone(), Arc::clone(request));
        let started = thread::Builder::new()
            .name("remote".into())
            .spawn(move || drop(sender.send(send(&agent, &request, until))));
        if let Err(error) = started {
            return Err(Failure::Unavailable(format!(
                "No thread could be started: {error}."
            )));
        }
        loop {
            match receiver.recv_timeout(LISTEN) {
                Ok(attempt) => return Ok(attempt),
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Failure::Unavailable("The request failed.".into()));
                }
                Err(RecvTimeoutError::Timeout) if (watch.cancelled)() => {
                    return Err(Failure::Cancelled);
                }
                Err(RecvTimeoutError::Timeout) if Instant::now() > until => {
                    return Err(Failure::TimedOut);
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }
}

fn send(agent: &Agent, request: &Request, until: Instant) -> Attempt {
    let left = until.saturating_duration_since(Instant::now());
    let mut post = agent
        .post(&request.url)
        .header("content-type", "application/json");
    for (name, value) in &request.headers {
        post = post.header(name, value);
    }
    let post = post.config().timeout_global(Some(left)).build();
    let read = post.send(&request.body[..]).and_then(|mut response| {
        let wait = response.headers().get("retry-after");
        let wait = wait.and_then(|wait| wait.to_str().ok()?.trim().parse().ok());
        Ok(Answer {
            status: response.status().as_u16(),
            wait: wait.map(Duration::from_secs),
            body: response
                .body_mut()
                .with_config()
                .limit(MOST_BYTES)
                .read_to_vec()?,
        })
    });
    read.map_or_else(|error| Attempt::of(&error), Attempt::Answered)
}

/// Waits, unless nobody does any more.
fn pause(time: Duration, watch: &Watch<'_>) -> Result<(), Failure> {
    let until = Instant::now() + time;
    while Instant::now() < until {
        if (watch.cancelled)() {
            return Err(Failure::Cancelled);
        }
        thread::park_timeout(LISTEN.min(until.saturating_duration_since(Instant::now())));
    }
    retry::in_time(watch)
}
