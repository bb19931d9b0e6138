//! `ChromeDriver`, started when the first test needs it, gone with the test process; and the
//! `WebDriver` protocol (W3C Recommendation), as far as the tests speak it.

use std::path::PathBuf;
use std::sync::OnceLock;

use actix_rt::time::timeout;
use awc::http::Method;
use serde_json::{Value, json};

use crate::tools::guard::{Guard, Guarded};
use crate::tools::ports::free_address;
use crate::tools::requirements::{on_path, skip};
use crate::tools::wait::{self, PATIENCE};

/// What keeps Chromium from asking the world for anything, and lets it run as root in a container.
const FLAGS: &[&str] = &[
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-search-engine-choice-screen",
    "--force-prefers-reduced-motion",
    "--window-size=1280,900",
];

/// A running `ChromeDriver`.
struct Driver {
    url: String,
    chromium: PathBuf,
    directory: PathBuf,
    _guard: Guard,
}

/// One Chromium with one window.
pub(crate) struct Session {
    http: awc::Client,
    url: String,
}

/// Whether there is a browser to drive.
pub(crate) fn is_there() -> bool {
    driver().is_some()
}

/// The driver, or `None` where it or Chromium is missing.
fn driver() -> Option<&'static Driver> {
    static DRIVER: OnceLock<Option<Driver>> = OnceLock::new();
    let driver = DRIVER.get_or_init(|| {
        let chromium = on_path("chromium").or_else(|| on_path("google-chrome"))?;
        on_path("chromedriver").map(|program| start(program, chromium))
    });
    if driver.is_none() {
        skip("browser", "chromium or chromedriver is not on PATH");
    }
    driver.as_ref()
}

fn start(program: PathBuf, chromium: PathBuf) -> Driver {
    let directory = tempfile::Builder::new().prefix("aims-browser-").tempdir();
    let directory = directory.unwrap().keep();
    let address = free_address();
    let command = [program, format!("--port={}", address.port()).into()];
    let guard = Guarded {
        end: "TERM",
        remove: Some(&directory),
        log: &directory.join("log"),
        user: None,
    }
    .start(command, &[]);
    wait::until("chromedriver listens", || {
        std::net::TcpStream::connect(address).ok()
    });
    Driver {
        url: format!("http://{address}"),
        chromium,
        directory,
        _guard: guard,
    }
}

impl Session {
    /// Opens a window with a profile of its own.
    pub(crate) async fn open() -> Self {
        let driver = driver().expect("there is a browser");
        let profile = tempfile::Builder::new().tempdir_in(&driver.directory);
        let mut flags: Vec<String> = FLAGS.iter().map(|&flag| flag.into()).collect();
        flags.push(format!(
            "--user-data-dir={}",
            profile.unwrap().keep().display()
        ));
        let options = json!({ "args": flags, "binary": driver.chromium });
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "goog:chromeOptions": options,
            "goog:loggingPrefs": { "browser": "ALL" },
        } } });
        let mut session = Self {
            http: awc::Client::builder().timeout(PATIENCE).finish(),
            url: format!("{}/session", driver.url),
        };
        let opened = session.post("", wanted).await.expect("Chromium starts");
        session.url = format!("{}/{}", session.url, opened["sessionId"].as_str().unwrap());
        session
    }

    /// Closes the window and ends its Chromium.
    pub(crate) async fn close(&self) {
        self.send(Method::DELETE, "", None)
            .await
            .expect("Chromium ends");
    }

    /// Asks for something; the error is that of the protocol.
    pub(crate) async fn get(&self, path: &str) -> Result<Value, Value> {
        self.send(Method::GET, path, None).await
    }

    /// Asks for something to be done; the error is that of the protocol.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Result<Value, Value> {
        self.send(Method::POST, path, Some(body)).await
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value, Value> {
        let request = self.http.request(method, format!("{}{path}", self.url));
        let sent = match body {
            Some(body) => request.send_json(&body),
            None => request.send(),
        };
        let mut response = sent.await.expect("chromedriver answers");
        let told = response.body().limit(64 << 20);
        let told = timeout(PATIENCE, told).await.unwrap().unwrap();
        let told: Value = serde_json::from_slice(&told).unwrap();
        if response.status().is_success() {
            Ok(told["value"].clone())
        } else {
            Err(told["value"].clone())
        }
    }
}
