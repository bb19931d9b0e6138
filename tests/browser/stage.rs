//! The stage of a journey: the real program on a database of its own, and people with windows and curl.

use std::future::Future;
use std::time::Duration;

use aims::config::Config;
use aims::domain::access::Role;
use aims::store::Store;
use awc::http::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::driver;
use crate::tools::aims::Aims;
use crate::tools::people::{PASSWORD, settle};
use crate::tools::wait::{self, PATIENCE};
use crate::window::Window;

/// A running stock room with tea on the shelf.
pub(crate) struct Stage {
    pub(crate) aims: Aims,
    tokens: Vec<(Role, String)>,
    http: awc::Client,
    database: String,
    _directory: TempDir,
}

/// Runs a journey, or skips it where there is no browser.
pub(crate) fn journey<F: Future<Output = ()>>(play: impl FnOnce(Stage) -> F) {
    if !driver::is_there() {
        return;
    }
    actix_rt::System::new().block_on(async {
        let play = play(Stage::set().await);
        actix_rt::time::timeout(4 * PATIENCE, play)
            .await
            .expect("the journey ends");
    });
}

/// The demo, and the way into it.
pub(crate) struct Demo {
    pub(crate) aims: Aims,
    link: String,
    password: String,
    pub(crate) directory: TempDir,
}

/// Plays in the demo, or skips it where there is no browser.
pub(crate) fn in_the_demo(play: impl AsyncFnOnce(&Demo)) {
    if !driver::is_there() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("demo.db");
    let file = file.to_str().unwrap();
    // A machine that is busy with other tests is no reason to look at half a photo.
    let aims = Aims::start(&["--demo", "--demo-file", file, "--detector-seconds", "120"]);
    let said = wait::until("the demo is ready", || {
        Some(aims.said()).filter(|said| said.contains("Ctrl-C ends it"))
    });
    let after = |words: &str| {
        let found = said.lines().find_map(|line| line.split_once(words));
        found.unwrap().1.trim().to_owned()
    };
    let demo = Demo {
        link: after(&format!("  {}", aims.url())),
        password: after("the password "),
        aims,
        directory,
    };
    actix_rt::System::new().block_on(play(&demo));
}

/// Walks through the demo, in a window in which its link was followed.
pub(crate) fn tour(walk: impl AsyncFnOnce(&Window)) {
    in_the_demo(async |demo: &Demo| {
        let window = Window::open(demo.aims.url()).await;
        window.goto(&demo.link).await;
        window.click("form [type=submit]").await;
        // A page that is still on its way would take the place of the first one of the walk.
        window.until("location.pathname.startsWith('/w/')").await;
        walk(&window).await;
        window.close().await;
    });
}

impl Demo {
    /// A window in which one of the shop's people has signed in and looks at `path`, which is live.
    pub(crate) async fn window(&self, login: &str, path: &str) -> Window {
        let window = Window::open(self.aims.url()).await;
        window.sign_in(login, &self.password).await;
        window.goto(path).await;
        window.is_live().await;
        window
    }
}

impl Stage {
    async fn set() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let database = format!("sqlite://{}/aims.db", directory.path().display());
        let store = Store::open(&Config::for_database(&database)).unwrap();
        let tokens = settle(&store).await;
        drop(store);
        // A server may close a connection that has had nothing to do for 5 s just when it is used again (RFC 9112 section 9.3.1).
        let connector = awc::Connector::new().conn_keep_alive(Duration::from_secs(1));
        let http = awc::Client::builder().connector(connector);
        let stage = Self {
            aims: Aims::start(&["--database", &database]),
            tokens,
            http: http.timeout(PATIENCE).finish(),
            database,
            _directory: directory,
        };
        let tea = json!({ "sku": "TEA-500", "name": "Tea 500 g", "unit": "pack" });
        stage.post(Role::Admin, "/api/items", tea).await;
        stage.moves("receive", 40).await;
        stage
    }

    /// A window in which the person of that role has signed in and looks at `path`, which is live.
    pub(crate) async fn window(&self, role: Role, path: &str) -> Window {
        let window = self.window_through(self.aims.url(), role, path).await;
        window.is_live().await;
        window
    }

    /// The same at another address that leads to the program. The page may not be live yet.
    pub(crate) async fn window_through(&self, site: String, role: Role, path: &str) -> Window {
        let window = Window::open(site).await;
        let login = match role {
            Role::Viewer => "vera",
            Role::Operator => "omar",
            Role::Approver => "ana",
            Role::Admin => "ada",
        };
        window.sign_in(login, PASSWORD).await;
        window.goto(path).await;
        window
    }

    /// A window of nobody's, at `path`.
    pub(crate) async fn window_at(&self, path: &str) -> Window {
        let window = Window::open(self.aims.url()).await;
        window.goto(path).await;
        window
    }

    /// What curl does with somebody's token.
    pub(crate) async fn post(&self, role: Role, path: &str, body: Value) -> Value {
        self.send(role, Method::POST, path, Some(body)).await
    }

    /// The same with PUT, as the operator.
    pub(crate) async fn put(&self, path: &str, body: Value) -> Value {
        self.send(Role::Operator, Method::PUT, path, Some(body))
            .await
    }

    /// The same, only to look.
    pub(crate) async fn get(&self, path: &str) -> Value {
        self.send(Role::Viewer, Method::GET, path, None).await
    }

    /// Moves tea in the north.
    pub(crate) async fn moves(&self, kind: &str, quantity: i64) {
        self.moves_of("TEA-500", kind, quantity).await;
    }

    /// Moves something in the north.
    pub(crate) async fn moves_of(&self, sku: &str, kind: &str, quantity: i64) {
        let movement = json!({
            "warehouse": "north", "sku": sku, "kind": kind, "quantity": quantity,
        });
        self.post(Role::Operator, "/api/movements", movement).await;
    }

    /// Puts something else than tea on the shelf.
    pub(crate) async fn stock(&self, sku: &str, quantity: i64) {
        let item = json!({ "sku": sku, "name": sku, "unit": "pack" });
        self.post(Role::Admin, "/api/items", item).await;
        self.moves_of(sku, "receive", quantity).await;
    }

    /// Lets another process have the database, and go on as the program of this stage; answers with the one
    /// that is down.
    pub(crate) fn hand_over(&mut self) -> Aims {
        let other = Aims::start(&["--database", &self.database]);
        std::mem::replace(&mut self.aims, other)
    }

    /// Asks for tea in the north; answers with the order's number.
    pub(crate) async fn order(&self, quantity: i64) -> String {
        let order = json!({ "warehouse": "north", "sku": "TEA-500", "quantity": quantity });
        let order = self.post(Role::Operator, "/api/orders", order).await;
        order["number"].as_str().unwrap().to_owned()
    }

    /// The number of tea in the north, as the database has it.
    pub(crate) async fn on_hand(&self) -> i64 {
        let row = self.get("/api/inventory/north/TEA-500").await;
        row["on_hand"].as_i64().unwrap()
    }

    async fn send(&self, role: Role, method: Method, path: &str, body: Option<Value>) -> Value {
        let (_, token) = self.tokens.iter().find(|(held, _)| *held == role).unwrap();
        let url = format!("{}{path}", self.aims.url());
        let request = self.http.request(method, url).bearer_auth(token);
        let sent = match &body {
            Some(body) => request.send_json(body),
            None => request.send(),
        };
        let mut response = sent.await.unwrap();
        let told = response.body().await.unwrap();
        let told = String::from_utf8_lossy(&told).into_owned();
        assert!(response.status().is_success(), "{path}: {told}");
        serde_json::from_str(&told).unwrap()
    }
}
