//! The stock room's verbs, as its users say them: tea in the north, mostly.

use aims::domain::access::Role;
use serde_json::{Value, json};

use super::app::App;
use super::client::{Client, Reply};

/// The address of tea in the north.
pub(crate) const TEA: &str = "/api/inventory/north/TEA-500";

impl App {
    /// Vera, who only looks.
    pub(crate) fn vera(&self) -> Client {
        self.as_role(Role::Viewer)
    }

    /// Omar, who moves stock.
    pub(crate) fn omar(&self) -> Client {
        self.as_role(Role::Operator)
    }

    /// Ana, who decides.
    pub(crate) fn ana(&self) -> Client {
        self.as_role(Role::Approver)
    }

    /// Adds an item to the catalogue.
    pub(crate) async fn item(&self, sku: &str, name: &str) {
        let item = json!({ "sku": sku, "name": name, "category": "Tea", "unit": "pack" });
        self.as_role(Role::Admin)
            .post("/api/items", item)
            .await
            .done();
    }

    /// Adds tea, and puts so much of it in the north.
    pub(crate) async fn tea(&self, on_hand: i64) {
        self.item("TEA-500", "Tea 500 g").await;
        if on_hand > 0 {
            self.moves("receive", on_hand).await.done();
        }
    }

    /// Moves tea in the north.
    pub(crate) async fn moves(&self, kind: &str, quantity: i64) -> Reply {
        self.omar()
            .post("/api/movements", movement(kind, quantity))
            .await
    }

    /// The row of tea in the north.
    pub(crate) async fn row(&self) -> Value {
        self.vera().get(TEA).await.done()
    }

    /// Sets the policy of tea in the north: order at 6, up to 15, in sixes.
    pub(crate) async fn policy(&self) -> Value {
        let ana = self.ana().with("if-match", "\"0\"");
        ana.put(&format!("{TEA}/policy"), sixes()).await.done()
    }

    /// Asks for so much tea in the north; answers with the order's number.
    pub(crate) async fn asks(&self, quantity: i64) -> String {
        let asked = json!({ "warehouse": "north", "sku": "TEA-500", "quantity": quantity });
        let order = self.omar().post("/api/orders", asked).await.done();
        order["number"].as_str().unwrap().to_owned()
    }

    /// Takes a step with an order.
    pub(crate) async fn step(&self, who: &Client, number: &str, step: &str, body: Value) -> Reply {
        who.post(&format!("/api/orders/{number}/{step}"), body)
            .await
    }

    /// The orders in the north, in the statuses given.
    pub(crate) async fn orders(&self, status: &str) -> Vec<Value> {
        let path = format!("/api/orders?warehouse=north&status={status}");
        let list = self.vera().get(&path).await.done();
        list["data"].as_array().unwrap().clone()
    }
}

/// A movement of tea in the north.
pub(crate) fn movement(kind: &str, quantity: i64) -> Value {
    json!({ "warehouse": "north", "sku": "TEA-500", "kind": kind, "quantity": quantity })
}

/// A policy: order at 6, up to 15, in sixes.
pub(crate) fn sixes() -> Value {
    json!({ "mode": "suggest", "min": 6, "target": 15, "pack": 6, "lead_time_days": 7, "bin": "A-03" })
}

/// Where a refusal says that something is wrong.
pub(crate) fn pointers(problem: &Value) -> Vec<&str> {
    let errors = problem["errors"].as_array().into_iter().flatten();
    errors
        .map(|error| error["pointer"].as_str().unwrap())
        .collect()
}
