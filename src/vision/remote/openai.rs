//! The detector `openai`: a language model that sees, behind an API in the manner of `OpenAI`'s
//! `/chat/completions`: `OpenAI` itself, Ollama, llama.cpp, vLLM, Gemini.
//!
//! By its documentation, and proved only against servers of the tests that answer as it says.

mod answer;
mod ask;

use std::sync::atomic::{AtomicUsize, Ordering};

use super::client::{Client, Request, Service};
use super::retry::in_time;
use super::upload::upload;
use crate::{Detector, Failure, OpenAiSettings, Photo, Report, TimeLimits, Wanted, Watch};
use ask::Form;

/// Pixels of the long side of the photo sent, at most: models see no more.
const LONGEST: u32 = 2048;

/// Asks a language model.
pub struct OpenAi {
    settings: OpenAiSettings,
    limits: TimeLimits,
    service: Service,
    /// Where in [`Form::ALL`] the next question begins: at what this server took the last time.
    form: AtomicUsize,
}

impl OpenAi {
    /// One for these settings. If they are not enough, [`Detector::ready`] says what is missing.
    pub fn new(settings: OpenAiSettings, limits: TimeLimits) -> Self {
        let client = match (&settings.url, &settings.model) {
            (None, _) => Err("No service is configured: AIMS_OPENAI_URL names the address of one, such as http://localhost:11434/v1.".into()),
            (_, None) => Err("No model is configured: AIMS_OPENAI_MODEL names one.".into()),
            (Some(url), Some(_)) => Client::new(url, "AIMS_OPENAI_URL", limits),
        };
        Self {
            settings,
            limits,
            service: Service(client),
            form: AtomicUsize::new(0),
        }
    }

    fn request(&self, body: Vec<u8>) -> Request {
        let url = self.settings.url.as_deref().unwrap_or_default();
        let key = self.settings.key.as_ref();
        let bearer = key.map(|key| ("authorization".into(), format!("Bearer {}", key.expose())));
        Request {
            url: format!("{}/chat/completions", url.trim_end_matches('/')),
            headers: bearer.into_iter().collect(),
            body,
        }
    }
}

impl Detector for OpenAi {
    fn name(&self) -> &'static str {
        "openai"
    }

    fn version(&self) -> String {
        self.settings.model.clone().unwrap_or_default()
    }

    fn ready(&self) -> Result<(), String> {
        self.service.ready()
    }

    fn time_limit(&self) -> std::time::Duration {
        self.limits.remote
    }

    fn is_remote(&self) -> bool {
        true
    }

    fn detect(&self, photo: &Photo, wanted: &Wanted, watch: &Watch<'_>) -> Result<Report, Failure> {
        let client = self.service.client()?;
        in_time(watch)?;
        let upload = upload(photo, LONGEST)?;
        let (model, boxes) = (self.version(), self.settings.boxes);
        let mut status = 0;
        let known = self.form.load(Ordering::Relaxed);
        for (number, form) in Form::ALL.into_iter().enumerate().skip(known) {
            in_time(watch)?;
            (watch.progress)(10);
            let question = ask::question(&model, &wanted.labels, &upload.base64, boxes, form);
            let answer = client.post(self.request(question.to_string().into_bytes()), watch)?;
            if answer.status < 400 {
                self.form.store(number, Ordering::Relaxed);
                let size = (upload.width, upload.height);
                return answer::read(&answer.body, &client.host, boxes, size);
            }
            status = answer.status;
        }
        let host = &client.host;
        Err(Failure::Unavailable(format!(
            "The service at {host} does not take the request: is the model one that sees? (status {status})"
        )))
    }
}

impl std::fmt::Debug for OpenAi {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenAi")
            .field("ready", &self.ready())
            .finish_non_exhaustive()
    }
}
