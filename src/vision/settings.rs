//! Which detectors are configured, and how. Plain data: whoever starts the server reads it from flags and
//! the environment, by the names that stand here, because a detector that lacks one asks for it by name.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use crate::Secret;

/// Everything that is configured.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `AIMS_DETECTOR`: the detector of those who name none.
    pub default: String,
    /// How long things may take.
    pub limits: TimeLimits,
    /// A model file.
    pub onnx: OnnxSettings,
    /// A service that speaks the plug's own schema.
    pub http: HttpSettings,
    /// A model at Roboflow, or at an inference server of the user's own.
    pub roboflow: RoboflowSettings,
    /// A language model that sees.
    pub openai: OpenAiSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            default: "barcode".into(),
            limits: TimeLimits::default(),
            onnx: OnnxSettings::default(),
            http: HttpSettings::default(),
            roboflow: RoboflowSettings::default(),
            openai: OpenAiSettings::default(),
        }
    }
}

/// How long one photo may take.
#[derive(Clone, Copy, Debug)]
pub struct TimeLimits {
    /// `AIMS_DETECTOR_SECONDS`: in process.
    pub embedded: Duration,
    /// `AIMS_DETECTOR_REMOTE_SECONDS`: by a service, its second chance included.
    pub remote: Duration,
    /// `AIMS_DETECTOR_CONNECT_SECONDS`: until a service takes the connection.
    pub connect: Duration,
}

impl Default for TimeLimits {
    fn default() -> Self {
        Self {
            embedded: Duration::from_secs(10),
            remote: Duration::from_secs(30),
            connect: Duration::from_secs(3),
        }
    }
}

/// A model file in the ONNX format, run in process.
#[derive(Clone, Debug)]
pub struct OnnxSettings {
    /// `AIMS_ONNX_MODEL`: the file.
    pub model: Option<PathBuf>,
    /// `AIMS_ONNX_LABELS`: the names of its classes, one a line, where the model does not say them itself.
    pub labels: Option<PathBuf>,
    /// `AIMS_ONNX_LAYOUT`: what its outputs mean, where the shape tells wrongly.
    pub layout: Option<Layout>,
    /// `AIMS_ONNX_PIXELS`: what numbers it expects for pixels.
    pub pixels: Pixels,
    /// `AIMS_ONNX_THRESHOLD`: the least confidence, 0 to 1, that is reported.
    pub threshold: f32,
}

impl Default for OnnxSettings {
    fn default() -> Self {
        Self {
            model: None,
            labels: None,
            layout: None,
            pixels: Pixels::Unit,
            threshold: 0.4,
        }
    }
}

/// What the outputs of a model mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// `yolov8`, also `YOLOv11`: `[1, 4+C, N]`; centre and size in input pixels, class scores.
    YoloV8,
    /// `yolov5`: `[1, N, 5+C]`; centre and size in input pixels, objectness, class scores.
    YoloV5,
    /// `yolox`: as `yolov5`, but centres and sizes are relative to a grid of strides 8, 16 and 32.
    YoloX,
    /// `nms`, `YOLOv10` and models exported with it: `[1, N, 6]`; corners in input pixels, score, class.
    Nms,
    /// `detr`: boxes `[1, N, 4]`, centre and size from 0 to 1, and logits `[1, N, C]`.
    Detr,
}

impl FromStr for Layout {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "yolov8" => Ok(Self::YoloV8),
            "yolov5" => Ok(Self::YoloV5),
            "yolox" => Ok(Self::YoloX),
            "nms" => Ok(Self::Nms),
            "detr" => Ok(Self::Detr),
            _ => Err("one of yolov8, yolov5, yolox, nms, detr".into()),
        }
    }
}

/// The numbers that a model expects for pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pixels {
    /// `unit`: red, green, blue from 0 to 1, as YOLO models want them.
    Unit,
    /// `imagenet`: the same less the mean, over the deviation, of the `ImageNet` photos, as DETR wants them.
    ImageNet,
    /// `rgb`: red, green, blue from 0 to 255.
    Rgb,
    /// `bgr`: blue, green, red from 0 to 255, as YOLOX wants them.
    Bgr,
}

impl FromStr for Pixels {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "unit" => Ok(Self::Unit),
            "imagenet" => Ok(Self::ImageNet),
            "rgb" => Ok(Self::Rgb),
            "bgr" => Ok(Self::Bgr),
            _ => Err("one of unit, imagenet, rgb, bgr".into()),
        }
    }
}

/// A service that takes and answers what `docs/VISION.md` says. Its address is not printed: it may hold a key.
#[derive(Clone, Default)]
pub struct HttpSettings {
    /// `AIMS_HTTP_URL`: where photos are posted to.
    pub url: Option<String>,
    /// `AIMS_HTTP_KEY`: sent as `Authorization: Bearer KEY`, or bare in the header below.
    pub key: Option<Secret>,
    /// `AIMS_HTTP_HEADER`: the name of another header for the key.
    pub header: Option<String>,
}

impl fmt::Debug for HttpSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpSettings")
            .field("key", &self.key)
            .field("header", &self.header)
            .finish_non_exhaustive()
    }
}

/// A model at Roboflow.
#[derive(Clone, Debug)]
pub struct RoboflowSettings {
    /// `AIMS_ROBOFLOW_URL`: the inference server, the hosted one unless told otherwise.
    pub url: String,
    /// `AIMS_ROBOFLOW_MODEL`: project and version, such as `shelves/3`.
    pub model: Option<String>,
    /// `AIMS_ROBOFLOW_KEY`.
    pub key: Option<Secret>,
    /// `AIMS_ROBOFLOW_THRESHOLD`: the least confidence, 0 to 1, that is asked for.
    pub threshold: f32,
}

impl Default for RoboflowSettings {
    fn default() -> Self {
        Self {
            url: "https://serverless.roboflow.com".into(),
            model: None,
            key: None,
            threshold: 0.4,
        }
    }
}

/// A language model that sees, behind an API in the manner of `OpenAI`'s.
#[derive(Clone, Debug, Default)]
pub struct OpenAiSettings {
    /// `AIMS_OPENAI_URL`: what comes before `/chat/completions`, such as `http://localhost:11434/v1`.
    pub url: Option<String>,
    /// `AIMS_OPENAI_MODEL`: the model's name.
    pub model: Option<String>,
    /// `AIMS_OPENAI_KEY`: not needed by local ones.
    pub key: Option<Secret>,
    /// `AIMS_OPENAI_BOXES`: how this model writes boxes.
    pub boxes: BoxFormat,
}

/// How a language model writes boxes. Each was trained to write one of these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BoxFormat {
    /// `yxyx1000`: top, left, bottom, right, 0 to 1000, as Gemini does.
    Yxyx1000,
    /// `xyxy_px`: left, top, right, bottom in pixels of the photo, as Qwen-VL does.
    XyxyPixels,
    /// `xyxy1`: left, top, right, bottom, 0 to 1.
    #[default]
    Xyxy1,
    /// `none`: it counts and cannot say where. The box of everything is then the whole photo.
    None,
}

impl FromStr for BoxFormat {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "yxyx1000" => Ok(Self::Yxyx1000),
            "xyxy_px" => Ok(Self::XyxyPixels),
            "xyxy1" => Ok(Self::Xyxy1),
            "none" => Ok(Self::None),
            _ => Err("one of yxyx1000, xyxy_px, xyxy1, none".into()),
        }
    }
}
