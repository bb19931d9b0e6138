//! The verbs of counting: sheets of the north.

use serde_json::{Value, json};

use super::app::App;
use super::client::{Client, Reply};

impl App {
    /// Begins a sheet in the north; `with` says what stands on it. Answers with its number.
    pub(crate) async fn opens(&self, mode: &str, with: Value) -> String {
        let mut new = json!({ "warehouse": "north", "mode": mode });
        for (field, value) in with.as_object().unwrap() {
            new[field] = value.clone();
        }
        let sheet = self.omar().post("/api/sheets", new).await.done();
        sheet["number"].as_str().unwrap().to_owned()
    }

    /// Begins a count of tea.
    pub(crate) async fn count_of_tea(&self) -> String {
        self.opens("count", json!({ "skus": ["TEA-500"] })).await
    }

    /// Sets what a line says.
    pub(crate) async fn sets(&self, number: &str, sku: &str, line: Value) -> Reply {
        let path = format!("/api/sheets/{number}/lines/{sku}");
        self.omar().put(&path, line).await
    }

    /// Takes a step with a sheet.
    pub(crate) async fn sheet_step(
        &self,
        who: &Client,
        number: &str,
        step: &str,
        body: Value,
    ) -> Reply {
        who.post(&format!("/api/sheets/{number}/{step}"), body)
            .await
    }

    /// Applies a sheet, as Omar.
    pub(crate) async fn applies(&self, number: &str) -> Reply {
        self.sheet_step(&self.omar(), number, "apply", json!({}))
            .await
    }

    /// The sheet as everybody sees it.
    pub(crate) async fn sheet(&self, number: &str) -> Value {
        self.vera()
            .get(&format!("/api/sheets/{number}"))
            .await
            .done()
    }
}
