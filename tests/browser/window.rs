//! A window, and what a person does and sees in it.

use std::path::Path;
use std::time::{Duration, Instant};

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Value, json};

use crate::driver::Session;
use crate::tools::wait::PATIENCE;

/// How the protocol names a reference to an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// What a page says about its connection.
pub(crate) const BADGE: &str = "aims-badge [data-field=text]";

/// Between two looks at a page.
const LOOK: Duration = Duration::from_millis(20);

/// One browser window.
pub(crate) struct Window {
    session: Session,
    site: String,
}

impl Window {
    /// Opens an empty window for `site` (`http://HOST:PORT`).
    pub(crate) async fn open(site: String) -> Self {
        let session = Session::open().await;
        Self { session, site }
    }

    /// Closes it, after looking whether its scripts complained: a page that works has nothing to say.
    pub(crate) async fn close(self) {
        let log = json!({ "type": "browser" });
        let log = self.session.post("/se/log", log).await.unwrap();
        self.session.close().await;
        let complaints: Vec<_> = log
            .as_array()
            .unwrap()
            .iter()
            .filter(|e| is_bug(e))
            .collect();
        assert!(complaints.is_empty(), "{complaints:#?}");
    }

    /// Goes to a path of the site, and waits until the page has loaded.
    pub(crate) async fn goto(&self, path: &str) {
        let url = json!({ "url": format!("{}{path}", self.site) });
        self.session.post("/url", url).await.unwrap();
    }

    /// Signs in at the door.
    pub(crate) async fn sign_in(&self, login: &str, password: &str) {
        self.goto("/sign-in").await;
        self.fill("[name=login]", login).await;
        self.fill("[name=password]", password).await;
        self.click("form [type=submit]").await;
        self.until("location.pathname != '/sign-in'").await;
    }

    /// The path where it is.
    pub(crate) async fn path(&self) -> String {
        let url = self.session.get("/url").await.unwrap();
        url.as_str().unwrap().replace(&self.site, "")
    }

    /// Waits until the page says that it is live.
    pub(crate) async fn is_live(&self) {
        self.shows(BADGE, "Real-Time Connected").await;
    }

    /// Leaves a mark that is gone when the page is loaded again.
    pub(crate) async fn mark(&self) {
        self.eval("window.mark = 'here'").await;
    }

    /// Whether it is still the page that was marked.
    pub(crate) async fn is_marked(&self) -> bool {
        self.eval("window.mark").await == "here"
    }

    /// What an expression of the page's language is worth.
    pub(crate) async fn eval(&self, expression: &str) -> Value {
        let script = json!({ "script": format!("return ({expression})"), "args": [] });
        let worth = self.session.post("/execute/sync", script).await;
        worth.unwrap_or_else(|error| panic!("{expression}: {error}"))
    }

    /// Waits until an expression is true.
    ///
    /// # Panics
    /// When it is not within [`PATIENCE`]; leaves a screenshot.
    pub(crate) async fn until(&self, expression: &str) {
        self.until_within(PATIENCE, expression).await;
    }

    /// The same for what may take longer.
    pub(crate) async fn until_within(&self, patience: Duration, expression: &str) {
        let started = Instant::now();
        while self.eval(&format!("!!({expression})")).await != true {
            if started.elapsed() > patience {
                self.screenshot("waited-in-vain").await;
                let page = self.eval("document.body.innerText").await;
                let page = page.as_str().unwrap_or_default();
                panic!(
                    "waited in vain for {expression} on {}:\n{page}",
                    self.path().await
                );
            }
            actix_rt::time::sleep(LOOK).await;
        }
    }

    /// Waits for an element that can be seen.
    pub(crate) async fn see(&self, css: &str) {
        self.until(&format!(
            "document.querySelector({css:?})?.checkVisibility()"
        ))
        .await;
    }

    /// Waits until there is no such element, or none that can be seen.
    pub(crate) async fn miss(&self, css: &str) {
        self.until(&format!(
            "!document.querySelector({css:?})?.checkVisibility()"
        ))
        .await;
    }

    /// Waits until an element's text has `words` in it.
    pub(crate) async fn shows(&self, css: &str, words: &str) {
        let text = format!("document.querySelector({css:?})?.innerText");
        self.until(&format!("{text}?.includes({words:?})")).await;
    }

    /// The text of an element, as it is seen.
    pub(crate) async fn text(&self, css: &str) -> String {
        self.see(css).await;
        let text = format!("document.querySelector({css:?}).innerText");
        self.eval(&text).await.as_str().unwrap().to_owned()
    }

    /// Clicks as a hand would: what is hidden or covered cannot be clicked.
    pub(crate) async fn click(&self, css: &str) {
        let path = format!("/element/{}/click", self.find(css).await);
        let clicked = self.session.post(&path, json!({})).await;
        clicked.unwrap_or_else(|error| panic!("{css}: {error}"));
    }

    /// Types into a field.
    pub(crate) async fn fill(&self, css: &str, text: &str) {
        let path = format!("/element/{}/value", self.find(css).await);
        let typed = self.session.post(&path, json!({ "text": text })).await;
        typed.unwrap_or_else(|error| panic!("{css}: {error}"));
    }

    /// Presses a key, wherever the focus is.
    pub(crate) async fn press(&self, key: char) {
        let stroke = ["keyDown", "keyUp"].map(|way| json!({ "type": way, "value": key }));
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": stroke });
        let actions = json!({ "actions": [keyboard] });
        self.session.post("/actions", actions).await.unwrap();
    }

    /// What a scanner does, wherever the focus is: a code and Enter, with no time between the keys. The keys of the
    /// protocol come one by one, and on a busy machine as slowly as a hand types.
    pub(crate) async fn scan(&self, code: &str) {
        let key = "(key) => { \
            const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }); \
            const typed = document.activeElement.dispatchEvent(event) && key.length === 1; \
            if (typed) document.execCommand('insertText', false, key); \
        }";
        self.eval(&format!("[...[...{code:?}], 'Enter'].forEach({key})"))
            .await;
    }

    /// Drags from one place to another within an element; both in percent of it.
    pub(crate) async fn drag(&self, css: &str, from: (u32, u32), to: (u32, u32)) {
        let at = |(x, y)| {
            format!(
                "((e) => [Math.round(e.left + e.width * {x} / 100), Math.round(e.top + e.height * {y} / 100)])\
                (document.querySelector({css:?}).getBoundingClientRect())"
            )
        };
        let (from, to) = (self.eval(&at(from)).await, self.eval(&at(to)).await);
        let go =
            |to: &Value| json!({ "type": "pointerMove", "x": to[0], "y": to[1], "duration": 20 });
        let press = |way| json!({ "type": way, "button": 0 });
        let strokes = json!([go(&from), press("pointerDown"), go(&to), press("pointerUp")]);
        let mouse = json!({ "type": "pointer", "id": "mouse", "actions": strokes });
        let actions = json!({ "actions": [mouse] });
        self.session.post("/actions", actions).await.unwrap();
    }

    /// Gives it a screen of this size, on a machine that prefers this theme.
    pub(crate) async fn screen(&self, width: u32, height: u32, theme: &str) {
        let size = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false,
        });
        let preference = json!({ "name": "prefers-color-scheme", "value": theme });
        for (command, parameters) in [
            ("Emulation.setDeviceMetricsOverride", size),
            (
                "Emulation.setEmulatedMedia",
                json!({ "features": [preference] }),
            ),
        ] {
            let command = json!({ "cmd": command, "params": parameters });
            self.session
                .post("/goog/cdp/execute", command)
                .await
                .unwrap();
        }
    }

    /// Waits until what has changed is drawn.
    pub(crate) async fn is_drawn(&self) {
        let frame = "new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))";
        for _ in 0..2 {
            self.eval(frame).await;
        }
    }

    /// Leaves a picture in `target/screenshots/`.
    pub(crate) async fn screenshot(&self, name: &str) {
        let picture = self.session.get("/screenshot").await.unwrap();
        let picture = BASE64_STANDARD.decode(picture.as_str().unwrap()).unwrap();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("screenshots");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("{name}.png")), picture).unwrap();
    }

    async fn find(&self, css: &str) -> String {
        self.see(css).await;
        let wanted = json!({ "using": "css selector", "value": css });
        let found = self.session.post("/element", wanted).await.unwrap();
        found[ELEMENT].as_str().unwrap().to_owned()
    }
}

/// Whether a line of the browser's log is a mistake of the page, not news of a lost connection.
fn is_bug(entry: &Value) -> bool {
    let message = entry["message"].as_str().unwrap();
    let news = [
        "WebSocket connection",
        "net::ERR_",
        "Failed to load resource",
    ];
    entry["level"] == "SEVERE" && !news.iter().any(|news| message.contains(news))
}
