//! The detector `roboflow`: a model at Roboflow, or at an inference server of the user's own (port 9001).
//!
//! By its documentation, and proved only against servers of the tests that answer as it says. The key travels
//! in the body: the other form, with the key in the address, leaves it in the logs of everything between.

use serde::Deserialize;
use serde_json::json;

use super::client::{Client, Request, Service};
use super::retry::in_time;
use super::upload::upload;
use super::{confidence, decode, line, report};
use crate::{
    Area, Detection, Detector, Failure, Kind, Photo, Report, RoboflowSettings, TimeLimits, Wanted,
    Watch,
};

/// Pixels of the long side of the photo sent, at most. The models see about 640.
const LONGEST: u32 = 2048;
/// Overlap beyond which two boxes are one thing.
const OVERLAP: f32 = 0.3;
/// Detections asked for, at most: the service's own limit is not higher.
const DETECTIONS: usize = 300;

/// Asks Roboflow.
pub struct Roboflow {
    settings: RoboflowSettings,
    limits: TimeLimits,
    service: Service,
}

#[derive(Deserialize)]
struct Reply {
    image: Option<Size>,
    predictions: Vec<Prediction>,
}

#[derive(Deserialize)]
struct Size {
    width: f64,
    height: f64,
}

/// x and y are the centre.
#[derive(Deserialize)]
struct Prediction {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
    confidence: Option<f64>,
    class: String,
}

impl Roboflow {
    /// One for these settings. If they are not enough, [`Detector::ready`] says what is missing.
    pub fn new(settings: RoboflowSettings, limits: TimeLimits) -> Self {
        let hosted = settings.url.contains("roboflow.com");
        let client = if settings.model.is_none() {
            Err("No model is configured: AIMS_ROBOFLOW_MODEL names project and version, such as shelves/3.".into())
        } else if hosted && settings.key.is_none() {
            Err("No key is configured: AIMS_ROBOFLOW_KEY holds that of your workspace.".into())
        } else {
            Client::new(&settings.url, "AIMS_ROBOFLOW_URL", limits)
        };
        Self {
            settings,
            limits,
            service: Service(client),
        }
    }
}

impl Detector for Roboflow {
    fn name(&self) -> &'static str {
        "roboflow"
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

    fn detect(&self, photo: &Photo, _: &Wanted, watch: &Watch<'_>) -> Result<Report, Failure> {
        let client = self.service.client()?;
        in_time(watch)?;
        let upload = upload(photo, LONGEST)?;
        let mut question = json!({
            "model_id": self.settings.model,
            "image": {"type": "base64", "value": upload.base64},
            "confidence": self.settings.threshold,
            "iou_threshold": OVERLAP,
            "max_detections": DETECTIONS,
        });
        if let (Some(key), Some(question)) = (&self.settings.key, question.as_object_mut()) {
            question.insert("api_key".into(), key.expose().into());
        }
        let request = Request {
            url: format!(
                "{}/infer/object_detection",
                self.settings.url.trim_end_matches('/')
            ),
            headers: Vec::new(),
            body: question.to_string().into_bytes(),
        };
        (watch.progress)(10);
        let answer = client.post(request, watch)?;
        if answer.status >= 400 {
            let (host, status) = (&client.host, answer.status);
            return Err(Failure::Unavailable(format!(
                "The service at {host} does not take the request: is the model right? (status {status})"
            )));
        }
        let reply: Reply = decode(&answer.body, &client.host)?;
        let sent = Size {
            width: upload.width.into(),
            height: upload.height.into(),
        };
        let size = reply.image.unwrap_or(sent);
        let many = reply.predictions.len() >= DETECTIONS;
        let mut report = report(
            reply
                .predictions
                .into_iter()
                .map(|one| detection(&one, &size)),
        );
        report.truncated |= many;
        Ok(report)
    }
}

fn detection(found: &Prediction, size: &Size) -> Option<Detection> {
    Some(Detection {
        kind: Kind::Class,
        label: line(&found.class)?,
        confidence: confidence(found.confidence),
        area: Area::clipped(
            (found.x - found.width / 2.0) / size.width,
            (found.y - found.height / 2.0) / size.height,
            found.width / size.width,
            found.height / size.height,
        )?,
    })
}

impl std::fmt::Debug for Roboflow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Roboflow")
            .field("ready", &self.ready())
            .finish_non_exhaustive()
    }
}
