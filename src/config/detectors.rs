//! Which detectors are configured. What each setting does beyond its line here stands at
//! [`aims_vision::Settings`].

use std::path::PathBuf;
use std::time::Duration;

use aims_vision::{
    BoxFormat, HttpSettings, Layout, NAMES, OnnxSettings, OpenAiSettings, Pixels, RoboflowSettings,
    Settings, TimeLimits,
};
use clap::Args;
use clap::builder::PossibleValuesParser;

use super::{seconds, secret};

/// The settings of the detectors. Keys are not among them: they come from the environment, or from a file.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Detectors")]
pub struct DetectorConfig {
    /// The detector of photos whose sender names none.
    #[arg(
        long,
        env = "AIMS_DETECTOR",
        value_parser = PossibleValuesParser::new(NAMES),
        default_value = "barcode",
        value_name = "NAME"
    )]
    pub detector: String,

    /// Seconds that a detector of AIMS's own may take for a photo.
    #[arg(long, env = "AIMS_DETECTOR_SECONDS", default_value = "10", value_name = "SECONDS", value_parser = seconds)]
    pub detector_seconds: Duration,

    /// Seconds that a service may take for a photo.
    #[arg(long, env = "AIMS_DETECTOR_REMOTE_SECONDS", default_value = "30", value_name = "SECONDS", value_parser = seconds)]
    pub detector_remote_seconds: Duration,

    /// Seconds until a service must have taken the connection.
    #[arg(long, env = "AIMS_DETECTOR_CONNECT_SECONDS", default_value = "3", value_name = "SECONDS", value_parser = seconds, hide = true)]
    pub detector_connect_seconds: Duration,

    /// A model in the ONNX format, for the detector `onnx`.
    #[arg(long, env = "AIMS_ONNX_MODEL", value_name = "FILE")]
    pub onnx_model: Option<PathBuf>,

    /// The names of its classes, one a line, where the model does not say them itself.
    #[arg(long, env = "AIMS_ONNX_LABELS", value_name = "FILE")]
    pub onnx_labels: Option<PathBuf>,

    /// What its outputs mean, where their shape tells wrongly: yolov8, yolov5, yolox, nms or detr.
    #[arg(long, env = "AIMS_ONNX_LAYOUT", value_name = "LAYOUT")]
    pub onnx_layout: Option<Layout>,

    /// What numbers it expects for pixels: unit, imagenet, rgb or bgr.
    #[arg(
        long,
        env = "AIMS_ONNX_PIXELS",
        default_value = "unit",
        value_name = "KIND"
    )]
    pub onnx_pixels: Pixels,

    /// The least confidence, 0 to 1, that it reports.
    #[arg(long, env = "AIMS_ONNX_THRESHOLD", default_value_t = 0.4, value_name = "PART", value_parser = part)]
    pub onnx_threshold: f32,

    /// Where the detector `http` posts photos to. They leave the house with this, and with the next two.
    #[arg(long, env = "AIMS_HTTP_URL", value_name = "URL")]
    pub http_url: Option<String>,

    /// The header that carries its key, where that is not `Authorization: Bearer`. The key is `AIMS_HTTP_KEY` in
    /// the environment, or in the file below.
    #[arg(long, env = "AIMS_HTTP_HEADER", value_name = "NAME")]
    pub http_header: Option<String>,

    /// A file with its key.
    #[arg(long, env = "AIMS_HTTP_KEY_FILE", value_name = "FILE")]
    pub http_key_file: Option<PathBuf>,

    /// The server of the detector `roboflow`.
    #[arg(
        long,
        env = "AIMS_ROBOFLOW_URL",
        default_value = "https://serverless.roboflow.com",
        value_name = "URL"
    )]
    pub roboflow_url: String,

    /// Its model, as project and version: `shelves/3`. The key is `AIMS_ROBOFLOW_KEY` in the environment, or in the
    /// file below.
    #[arg(long, env = "AIMS_ROBOFLOW_MODEL", value_name = "MODEL")]
    pub roboflow_model: Option<String>,

    /// A file with its key.
    #[arg(long, env = "AIMS_ROBOFLOW_KEY_FILE", value_name = "FILE")]
    pub roboflow_key_file: Option<PathBuf>,

    /// The least confidence, 0 to 1, that is asked for.
    #[arg(long, env = "AIMS_ROBOFLOW_THRESHOLD", default_value_t = 0.4, value_name = "PART", value_parser = part)]
    pub roboflow_threshold: f32,

    /// What comes before `/chat/completions` for the detector `openai`, such as `http://localhost:11434/v1`.
    #[arg(long, env = "AIMS_OPENAI_URL", value_name = "URL")]
    pub openai_url: Option<String>,

    /// The model's name. The key, if it needs one, is `AIMS_OPENAI_KEY` in the environment, or in the file below.
    #[arg(long, env = "AIMS_OPENAI_MODEL", value_name = "MODEL")]
    pub openai_model: Option<String>,

    /// A file with its key.
    #[arg(long, env = "AIMS_OPENAI_KEY_FILE", value_name = "FILE")]
    pub openai_key_file: Option<PathBuf>,

    /// How this model writes boxes: yxyx1000, `xyxy_px`, xyxy1 or none.
    #[arg(
        long,
        env = "AIMS_OPENAI_BOXES",
        default_value = "xyxy1",
        value_name = "FORMAT"
    )]
    pub openai_boxes: BoxFormat,
}

impl DetectorConfig {
    /// What the detectors are made of, with the keys from the environment and the files.
    ///
    /// # Errors
    /// A sentence, when a key's file cannot be read.
    pub fn settings(&self) -> Result<Settings, String> {
        Ok(Settings {
            default: self.detector.clone(),
            limits: TimeLimits {
                embedded: self.detector_seconds,
                remote: self.detector_remote_seconds,
                connect: self.detector_connect_seconds,
            },
            onnx: OnnxSettings {
                model: self.onnx_model.clone(),
                labels: self.onnx_labels.clone(),
                layout: self.onnx_layout,
                pixels: self.onnx_pixels,
                threshold: self.onnx_threshold,
            },
            http: HttpSettings {
                url: self.http_url.clone(),
                key: secret("AIMS_HTTP_KEY", self.http_key_file.as_deref())?,
                header: self.http_header.clone(),
            },
            roboflow: RoboflowSettings {
                url: self.roboflow_url.clone(),
                model: self.roboflow_model.clone(),
                key: secret("AIMS_ROBOFLOW_KEY", self.roboflow_key_file.as_deref())?,
                threshold: self.roboflow_threshold,
            },
            openai: OpenAiSettings {
                url: self.openai_url.clone(),
                model: self.openai_model.clone(),
                key: secret("AIMS_OPENAI_KEY", self.openai_key_file.as_deref())?,
                boxes: self.openai_boxes,
            },
        })
    }
}

fn part(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(part) if (0.0..=1.0).contains(&part) => Ok(part),
        _ => Err("expected a number between 0 and 1".into()),
    }
}
