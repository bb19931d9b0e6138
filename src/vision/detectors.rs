//! The detectors that a server has: those of AIMS's own, and those that were configured.

use std::fmt;
use std::sync::Arc;

use crate::onnx::Onnx;
use crate::remote::{Http, OpenAi, Roboflow};
use crate::taught::Taught;
use crate::{Barcode, Detector, Settings};

/// The names of all detectors, in the order in which people are offered them.
pub const NAMES: [&str; 6] = ["barcode", "taught", "onnx", "http", "roboflow", "openai"];

/// Every detector, whether it can work or not: one that cannot says why by [`Detector::ready`].
#[derive(Clone)]
pub struct Detectors {
    default: String,
    all: Vec<Arc<dyn Detector>>,
}

impl Detectors {
    /// Those of these settings. Reads the model file, if one is configured; reaches for no service.
    pub fn new(settings: Settings) -> Self {
        let limits = settings.limits;
        let all: Vec<Arc<dyn Detector>> = vec![
            Arc::new(Barcode),
            Arc::new(Taught::new(limits.embedded)),
            Arc::new(Onnx::new(&settings.onnx, limits.embedded)),
            Arc::new(Http::new(settings.http, limits)),
            Arc::new(Roboflow::new(settings.roboflow, limits)),
            Arc::new(OpenAi::new(settings.openai, limits)),
        ];
        Self::of(settings.default, all)
    }

    /// These and no others.
    pub fn of(default: impl Into<String>, all: Vec<Arc<dyn Detector>>) -> Self {
        Self {
            default: default.into(),
            all,
        }
    }

    /// All of them, in the order in which people are offered them.
    pub fn all(&self) -> &[Arc<dyn Detector>] {
        &self.all
    }

    /// The one of this name.
    pub fn get(&self, name: &str) -> Option<Arc<dyn Detector>> {
        self.all.iter().find(|one| one.name() == name).cloned()
    }

    /// The name that stands for those who name none. A detector of this name exists if the settings
    /// name one of [`NAMES`].
    pub fn default_name(&self) -> &str {
        &self.default
    }
}

impl fmt::Debug for Detectors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.all.iter().map(|one| one.name()))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::{Detectors, NAMES};
    use crate::Settings;

    #[test]
    fn every_detector_works_or_says_what_is_missing() {
        let detectors = Detectors::new(Settings::default());

        let order = detectors.all().iter().map(|one| one.name());
        let order: Vec<_> = order
            .filter_map(|name| NAMES.iter().position(|known| *known == name))
            .collect();
        assert!(order.is_sorted() && order.len() == detectors.all().len());
        assert!(
            detectors
                .get("taught")
                .is_some_and(|taught| taught.ready().is_ok())
        );
        for (name, setting) in [
            #[cfg(feature = "onnx")]
            ("onnx", "AIMS_ONNX_MODEL"),
            ("http", "AIMS_HTTP_URL"),
            ("roboflow", "AIMS_ROBOFLOW_MODEL"),
            ("openai", "AIMS_OPENAI_URL"),
        ] {
            let why = detectors.get(name).unwrap().ready().unwrap_err();
            assert!(why.contains(setting) && why.ends_with('.'), "{why}");
        }
        assert!(detectors.get("crystal ball").is_none());
        assert_eq!(detectors.default_name(), "barcode");
    }
}
