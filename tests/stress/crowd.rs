//! Clients of all kinds who follow the same rooms, and the moment of truth.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

use actix_rt::task::JoinHandle;
use actix_rt::time::sleep;
use aims::domain::access::Role;
use aims::schema::{inventory, item, replenishment_order as order};
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::client::Client;
use crate::dice::Dice;
use crate::mirror::Mirror;
use crate::model::{Habits, Model, Way};
use crate::snapshot::{List, Rows, Snapshot, load};
use crate::stage::{ROOM_CODES, Stage};
use crate::tally::Tally;
use crate::tools::people::ROOMS;
use crate::tools::wait::PATIENCE;

/// A level's numbers: on hand, on order, pending, version, version of its policy.
type Level = (i64, i64, i64, i64, i64);

/// An order's numbers: quantity, received, version.
type Order = (i64, i64, i64);

/// Clients that follow their rooms; dropping this ends them without a word.
pub(crate) struct Crowd {
    pub(crate) clients: Vec<Rc<Model>>,
    tasks: Vec<JoinHandle<()>>,
}

impl Crowd {
    /// So many clients, of each kind in turn, by a line of their own; answers when all are in.
    pub(crate) async fn gather(stage: &Stage, url: &str, n: usize, dice: &mut Dice) -> Self {
        let crowd = Self::send(stage, url, n, dice);
        crowd.until_in(stage).await;
        crowd
    }

    /// The same, without waiting for them.
    pub(crate) fn send(stage: &Stage, url: &str, n: usize, dice: &mut Dice) -> Self {
        let caller = stage.caller_by(url, Role::Viewer);
        let client = |number: usize| {
            let way = Way::ALL[number % Way::ALL.len()];
            let mut rooms = ROOM_CODES.to_vec();
            dice.shuffle(&mut rooms);
            // Only a WebSocket holds several.
            rooms.truncate(if way == Way::Socket {
                1 + dice.below(2)
            } else {
                1
            });
            let mirrors = rooms.into_iter().map(Mirror::new).collect();
            let name = format!("{way:?} {number}");
            let own = (dice.hand_out(), Rc::clone(&stage.tally));
            Model::new(name, way, caller.clone(), mirrors, own)
        };
        Self::of((0..n).map(client).collect())
    }

    /// So many WebSockets that hold the north already.
    pub(crate) async fn resume(stage: &Stage, n: usize, dice: &mut Dice) -> Self {
        let caller = stage.caller(Role::Viewer);
        let north = truth(stage, &caller, 0).await;
        let client = |number: usize| {
            let mirrors = vec![Mirror::of(ROOM_CODES[0], &north)];
            let own = (dice.hand_out(), Rc::clone(&stage.tally));
            Model::new(
                format!("Socket {number}"),
                Way::Socket,
                caller.clone(),
                mirrors,
                own,
            )
        };
        Self::of((0..n).map(client).collect())
    }

    fn of(clients: Vec<Model>) -> Self {
        let clients: Vec<_> = clients.into_iter().map(Rc::new).collect();
        let mut crowd = Self {
            clients,
            tasks: Vec::new(),
        };
        crowd.wake();
        for client in &crowd.clients {
            Tally::count(&client.tally.clients);
        }
        crowd
    }

    /// Gives all of them habits.
    pub(crate) fn behave(&self, habits: Habits) {
        self.clients
            .iter()
            .for_each(|client| client.habits.set(habits));
    }

    /// They go to sleep: their connections are gone, what they hold stays.
    pub(crate) fn sleep(&mut self) {
        self.tasks.drain(..).for_each(|task| task.abort());
        for client in &self.clients {
            client
                .mirrors
                .borrow_mut()
                .iter_mut()
                .for_each(Mirror::ended);
        }
    }

    /// They follow their rooms, again.
    pub(crate) fn wake(&mut self) {
        let follow = |client: &Rc<Model>| actix_rt::spawn(Rc::clone(client).follow());
        self.tasks = self.clients.iter().map(follow).collect();
    }

    /// Waits until all hold all of their rooms.
    pub(crate) async fn until_in(&self, stage: &Stage) {
        self.until(stage, "to be in", |mirror, _| !mirror.is_loading)
            .await;
    }

    /// Waits until all have everything that happened.
    pub(crate) async fn until_caught_up(&self, stage: &Stage) {
        let heads: BTreeMap<_, _> = ROOM_CODES.into_iter().zip(stage.heads()).collect();
        let is_there = |mirror: &Mirror| !mirror.is_loading && mirror.seq == heads[&*mirror.room];
        self.until(stage, "to have all events", |mirror, _| is_there(mirror))
            .await;
    }

    async fn until(&self, stage: &Stage, what: &str, done: impl Fn(&Mirror, &Model) -> bool) {
        let began = Instant::now();
        // A machine that is busy takes its time for thousands.
        let patience =
            PATIENCE + Duration::from_millis(100) * u32::try_from(self.clients.len()).unwrap();
        loop {
            let late = self.clients.iter().find(|client| {
                !client
                    .mirrors
                    .borrow()
                    .iter()
                    .all(|mirror| done(mirror, client))
            });
            let Some(late) = late.filter(|_| stage.tally.is_well()) else {
                return;
            };
            if let Some(ended) = self.tasks.iter().position(JoinHandle::is_finished) {
                return self.clients[ended].wrong("the client itself failed");
            }
            if began.elapsed() > patience {
                let held = late.mirrors.borrow();
                let held: Vec<_> = held
                    .iter()
                    .map(|m| (&m.room, m.seq, m.is_loading))
                    .collect();
                let (heads, ends) = (stage.heads(), late.ends.borrow());
                return late.wrong(format_args!(
                    "expected {what} of {heads:?}, holds {held:?} after {ends:?}"
                ));
            }
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// The moment of truth, when nobody writes any more: everybody has everything, and it is what the
    /// database has. Then they go.
    pub(crate) async fn finish(self, stage: &Stage) {
        self.behave(Habits::default());
        self.until_caught_up(stage).await;
        if !stage.tally.is_well() {
            // What was found first says more than what follows from it.
            return;
        }
        let caller = stage.caller(Role::Viewer);
        for (number, room) in ROOM_CODES.into_iter().enumerate() {
            let rows = truth(stage, &caller, number).await.rows;
            for client in &self.clients {
                let mirrors = client.mirrors.borrow();
                for mirror in mirrors.iter().filter(|mirror| mirror.room == room) {
                    if let Some(found) = mirror.difference(&rows) {
                        client.wrong(format_args!("{room}: {found}"));
                    }
                }
            }
        }
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

/// A room as the API shows it, which must be what the tables say.
async fn truth(stage: &Stage, caller: &Client, room: usize) -> Snapshot {
    let shown = loop {
        if let Some(shown) = load(caller, ROOM_CODES[room], &stage.tally).await {
            break shown;
        }
        sleep(Duration::from_millis(50)).await;
    };
    let mut kept = tables(stage, room);
    for (key, row) in &shown.rows {
        let shown = match key.0 {
            List::Inventory => json!([
                row["on_hand"],
                row["on_order"],
                row["pending"],
                row["version"],
                row["policy_version"],
            ]),
            List::Orders => json!([row["quantity"], row["received"], row["version"]]),
        };
        let kept = kept.remove(key).unwrap_or_default();
        if kept != shown {
            stage.tally.wrong(
                "the API",
                format_args!("expected {kept} for {}, got {shown}", key.1),
            );
        }
    }
    if let Some((_, missing)) = kept.keys().next() {
        stage
            .tally
            .wrong("the API", format_args!("expected it to show {missing}"));
    }
    shown
}

/// The numbers of a room's rows, from the tables themselves.
fn tables(stage: &Stage, room: usize) -> Rows {
    let mut db = stage.database.connect();
    let at = ROOMS[room];
    let levels: Vec<(String, Level)> = aims::on_db!(&mut db, c => inventory::table
        .inner_join(item::table)
        .filter(inventory::warehouse_id.eq(at))
        .select((item::sku, (
            inventory::on_hand,
            inventory::on_order,
            inventory::pending,
            inventory::version,
            inventory::policy_version,
        )))
        .load(c)
        .unwrap());
    let orders: Vec<(i64, Order)> = aims::on_db!(&mut db, c => order::table
        .filter(order::warehouse_id.eq(at))
        .select((order::id, (order::quantity, order::received, order::version)))
        .load(c)
        .unwrap());
    let levels = levels
        .into_iter()
        .map(|(sku, level)| (List::Inventory, sku, json!(level)));
    let orders = orders
        .into_iter()
        .map(|(id, order)| (List::Orders, format!("RO-{id}"), json!(order)));
    let rows = levels.chain(orders);
    rows.map(|(list, key, row): (_, _, Value)| ((list, key), row))
        .collect()
}
