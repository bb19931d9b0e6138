//! The detector `http`: the plug for any model. Its request and its answer are AIMS's own; `docs/VISION.md`
//! shows both.

use serde::{Deserialize, Serialize};

use super::client::{Client, Request, Service};
use super::retry::in_time;
use super::upload::upload;
use super::{between, confidence, decode, line, report};
use crate::{
    Detection, Detector, Failure, HttpSettings, Kind, Photo, Report, TimeLimits, Wanted, Watch,
};

/// Pixels of the long side of the photo sent, at most: enough for small codes.
const LONGEST: u32 = 4000;
/// Warnings of the service that are passed on, at most.
const WARNINGS: usize = 10;

/// Asks a service that speaks the plug's own schema.
pub struct Http {
    settings: HttpSettings,
    limits: TimeLimits,
    service: Service,
}

#[derive(Serialize)]
struct Question<'a> {
    image: &'a str,
    media_type: &'static str,
    width: u32,
    height: u32,
    labels: &'a [String],
}

#[derive(Deserialize)]
struct Reply {
    detections: Vec<Found>,
    #[serde(default)]
    truncated: bool,
    #[serde(default)]
    warnings: Vec<String>,
}

#[derive(Deserialize)]
struct Found {
    label: String,
    confidence: Option<f64>,
    symbology: Option<String>,
    x: f64,
    y: f64,
    w: f64,
    h: f64,
}

impl Http {
    /// One for these settings. If they are not enough, [`Detector::ready`] says what is missing.
    pub fn new(settings: HttpSettings, limits: TimeLimits) -> Self {
        let missing = "No service is configured: AIMS_HTTP_URL names the address of one.";
        let client = match &settings.url {
            Some(url) => Client::new(url, "AIMS_HTTP_URL", limits),
            None => Err(missing.into()),
        };
        Self {
            settings,
            limits,
            service: Service(client),
        }
    }

    fn headers(&self) -> Vec<(String, String)> {
        let Some(key) = &self.settings.key else {
            return Vec::new();
        };
        let header = match &self.settings.header {
            Some(name) => (name.clone(), key.expose().to_owned()),
            None => ("authorization".into(), format!("Bearer {}", key.expose())),
        };
        vec![header]
    }
}

impl Detector for Http {
    fn name(&self) -> &'static str {
        "http"
    }

    fn version(&self) -> String {
        let client = self.service.client();
        client.map_or_else(|_| String::new(), |client| client.host.clone())
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
        let question = Question {
            image: &upload.base64,
            media_type: "image/jpeg",
            width: upload.width,
            height: upload.height,
            labels: &wanted.labels,
        };
        let request = Request {
            url: self.settings.url.clone().unwrap_or_default(),
            headers: self.headers(),
            body: serde_json::to_vec(&question)
                .map_err(|error| Failure::Unavailable(error.to_string()))?,
        };
        (watch.progress)(10);
        let answer = client.post(request, watch)?;
        if answer.status >= 400 {
            let (host, status) = (&client.host, answer.status);
            return Err(Failure::Unavailable(format!(
                "The service at {host} does not take the request (status {status})."
            )));
        }
        let reply: Reply = decode(&answer.body, &client.host)?;
        let mut report = report(reply.detections.iter().map(detection));
        report.truncated |= reply.truncated;
        let said = reply.warnings.iter().filter_map(|warning| line(warning));
        report.warnings.extend(said.take(WARNINGS));
        Ok(report)
    }
}

fn detection(found: &Found) -> Option<Detection> {
    let kind = match found.symbology.as_deref() {
        None => Kind::Class,
        Some(symbology) => {
            Kind::Barcode(SYMBOLOGIES.into_iter().find(|known| *known == symbology)?)
        }
    };
    Some(Detection {
        kind,
        label: line(&found.label)?,
        confidence: confidence(found.confidence),
        area: between([found.x, found.y, found.x + found.w, found.y + found.h])?,
    })
}

/// The symbologies that a service may name, as `barcode` names them.
const SYMBOLOGIES: [&str; 8] = [
    "EAN-13",
    "EAN-8",
    "UPC-A",
    "UPC-E",
    "Code 128",
    "ITF-14",
    "QR",
    "DataMatrix",
];

impl std::fmt::Debug for Http {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Http")
            .field("ready", &self.ready())
            .finish_non_exhaustive()
    }
}
