//! Those who work in the stock room while its lines fail.

use std::cell::Cell;
use std::rc::Rc;

use aims::domain::access::Role;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::client::{Client, Reply};
use crate::dice::Dice;
use crate::stage::{ITEMS, ROOM_CODES, Stage, item, sku};
use crate::tally::Tally;

/// Who write at the same time.
const HANDS: usize = 4;

/// Movements of one batch, at most.
const BATCH: usize = 6;

/// Somebody who writes, whoever's right it takes.
struct Writer<'a> {
    stage: &'a Stage,
    omar: Client,
    ana: Client,
    ada: Client,
    dice: Dice,
    /// The server may be away: refusals with 503 and lost answers are nobody's mistake.
    trouble: bool,
}

/// Fills the shelves.
pub(crate) async fn stock(stage: &Stage) {
    let (ada, omar) = (stage.caller(Role::Admin), stage.caller(Role::Operator));
    for number in 0..ITEMS {
        ada.post("/api/items", item(number)).await.done();
    }
    for room in ROOM_CODES {
        let lines = (0..ITEMS).map(|number| movement(room, &sku(number), "receive", 50));
        let batch = json!({ "movements": lines.collect::<Vec<_>>() });
        omar.post("/api/movements/batch", batch).await.done();
        let policy =
            json!({ "mode": "suggest", "min": 40, "target": 60, "pack": 6, "lead_time_days": 7 });
        for number in 0..4 {
            let path = format!("/api/inventory/{room}/{}/policy", sku(number));
            let ana = stage.caller(Role::Approver).with("if-match", "\"0\"");
            ana.put(&path, policy.clone()).await.done();
        }
    }
}

/// Makes so many writes of all kinds, by several people at once.
pub(crate) async fn write(stage: &Stage, n: usize, trouble: bool, dice: &mut Dice) {
    let left = Rc::new(Cell::new(n));
    let hands = (0..HANDS).map(|_| {
        let (mut writer, left) = (Writer::of(stage, trouble, dice), Rc::clone(&left));
        async move {
            while let Some(next) = left.get().checked_sub(1) {
                left.set(next);
                writer.write().await;
            }
        }
    });
    join_all(hands).await;
}

/// Writes on and on; to be dropped.
pub(crate) async fn write_on(stage: &Stage, dice: &mut Dice) {
    write(stage, usize::MAX, true, dice).await;
}

/// Writes `n` batches of `lines` movements, one after the other, into the north.
pub(crate) async fn pour(stage: &Stage, n: usize, lines: usize) {
    let omar = stage.caller(Role::Operator);
    for _ in 0..n {
        let lines =
            (0..lines).map(|line| movement(ROOM_CODES[0], &sku(line % ITEMS), "receive", 1));
        let batch = json!({ "movements": lines.collect::<Vec<_>>() });
        omar.post("/api/movements/batch", batch).await.done();
    }
}

fn movement(room: &str, sku: &str, kind: &str, quantity: usize) -> Value {
    json!({ "warehouse": room, "sku": sku, "kind": kind, "quantity": quantity })
}

impl<'a> Writer<'a> {
    fn of(stage: &'a Stage, trouble: bool, dice: &mut Dice) -> Self {
        Self {
            stage,
            omar: stage.caller(Role::Operator),
            ana: stage.caller(Role::Approver),
            ada: stage.caller(Role::Admin),
            dice: dice.hand_out(),
            trouble,
        }
    }

    async fn write(&mut self) {
        match self.dice.below(20) {
            0 => self.ask().await,
            1..=3 => self.decide().await,
            4 => self.set_policy().await,
            5 => self.rename().await,
            6..=8 => self.batch().await,
            _ => self.one().await,
        }
    }

    async fn one(&mut self) {
        let body = self.line();
        let reply = self.omar.try_post("/api/movements", body).await;
        if let Some(answer) = self.judge("a movement", reply) {
            self.acknowledge(&answer["movement"]);
        }
    }

    async fn batch(&mut self) {
        let lines: Vec<_> = (0..=self.dice.below(BATCH)).map(|_| self.line()).collect();
        let reply = self
            .omar
            .try_post("/api/movements/batch", json!({ "movements": lines }))
            .await;
        if let Some(answer) = self.judge("a batch", reply) {
            for movement in answer["movements"].as_array().into_iter().flatten() {
                self.acknowledge(movement);
            }
        }
    }

    fn line(&mut self) -> Value {
        let room = *self.dice.pick(&ROOM_CODES);
        let sku = sku(self.dice.below(ITEMS));
        let (kind, most) = *self
            .dice
            .pick(&[("receive", 16), ("issue", 6), ("issue", 9)]);
        movement(room, &sku, kind, 1 + self.dice.below(most))
    }

    fn acknowledge(&self, movement: &Value) {
        if let Some(id) = movement["id"].as_i64() {
            self.stage.acknowledged.borrow_mut().insert(id);
        }
    }

    async fn ask(&mut self) {
        let (room, item) = (*self.dice.pick(&ROOM_CODES), self.dice.below(ITEMS));
        let asked =
            json!({ "warehouse": room, "sku": sku(item), "quantity": 1 + self.dice.below(9) });
        let reply = self.omar.try_post("/api/orders", asked).await;
        self.judge("an order", reply);
    }

    /// Takes some step with some open order; somebody else may be faster.
    async fn decide(&mut self) {
        let reply = self
            .omar
            .try_get("/api/orders?status=pending,approved&limit=20")
            .await;
        let Some(list) = self.judge("the open orders", reply) else {
            return;
        };
        let Some(orders) = list["data"].as_array().filter(|orders| !orders.is_empty()) else {
            return;
        };
        let order = self.dice.pick(orders);
        let number = order["number"].as_str().unwrap_or_default();
        let (who, step, body) = if order["status"] == "approved" {
            (
                &self.omar,
                "receive",
                json!({ "quantity": order["outstanding"] }),
            )
        } else if self.dice.once_in(3) {
            (&self.ana, "reject", json!({ "note": "not now" }))
        } else {
            (&self.ana, "approve", json!({}))
        };
        let path = format!("/api/orders/{number}/{step}");
        let reply = who.try_post(&path, body).await;
        self.judge(&path, reply);
    }

    async fn set_policy(&mut self) {
        let (room, item) = (*self.dice.pick(&ROOM_CODES), self.dice.below(ITEMS));
        let path = format!("/api/inventory/{room}/{}/policy", sku(item));
        let policy = json!({
            "mode": "suggest", "min": self.dice.below(40), "target": 40 + self.dice.below(40),
            "pack": 1 + self.dice.below(6), "lead_time_days": 7,
        });
        self.edit(&path, "PUT", policy).await;
    }

    async fn rename(&mut self) {
        let path = format!("/api/items/{}", sku(self.dice.below(ITEMS)));
        let name = format!("Thé {}", self.dice.below(1000));
        self.edit(&path, "PATCH", json!({ "name": name })).await;
    }

    /// Changes something at the version it has; somebody else may be faster.
    async fn edit(&self, path: &str, method: &str, body: Value) {
        let Some(now) = self.ana.try_get(path).await else {
            return drop(self.judge(path, None));
        };
        let tag = now.header("etag").to_owned();
        if self.judge(path, Some(now)).is_none() {
            return;
        }
        let ada = self
            .ada
            .with("if-match", &tag)
            .with("content-type", "application/json");
        let method = method.parse().unwrap();
        let reply = ada.try_send(method, path, body.to_string()).await;
        self.judge(path, reply);
    }

    /// The answer to something that was done. Refusals that have a reason are nobody's mistake.
    fn judge(&self, what: &str, reply: Option<Reply>) -> Option<Value> {
        let tally = &self.stage.tally;
        let expected = "expected it to be done, or refused with a reason";
        match reply {
            Some(reply) if (200..300).contains(&reply.status) => {
                Tally::count(&tally.writes);
                return Some(reply.json);
            }
            Some(reply) if [409, 412].contains(&reply.status) || lacks_stock(&reply) => {}
            Some(reply) if reply.status == 503 && self.trouble => {}
            Some(reply) => {
                tally.wrong(
                    what,
                    format_args!("{expected}, got {}: {}", reply.status, reply.text),
                );
            }
            None if self.trouble => {}
            None => tally.wrong(what, format_args!("{expected}, got no answer")),
        }
        None
    }
}

/// Whether a batch was refused because there is too little on the shelves.
fn lacks_stock(reply: &Reply) -> bool {
    let errors = reply.json["errors"].as_array();
    let lacks = |error: &Value| error["code"] == "insufficient_stock";
    reply.status == 422 && errors.is_some_and(|errors| errors.iter().all(lacks))
}
