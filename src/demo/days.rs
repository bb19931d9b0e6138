//! The days of the shop, one transaction each.

use std::collections::BTreeMap;

use super::dice::Dice;
use super::opening::People;
use super::shop::{Branch, Product};
use crate::domain::access::Role;
use crate::domain::inventory::{self, Count, Expected};
use crate::domain::movements::{self, NewMovement, Requested, Transfer};
use crate::domain::orders::{
    self, Decision, Filter, Number, OrderRow, Receipt, Request, Sort, Status,
};
use crate::domain::page::{MAX_LIMIT, Page};
use crate::domain::subject::Subject;
use crate::domain::warehouses;
use crate::error::Result;
use crate::ids::WarehouseId;
use crate::store::Tx;
use crate::time::Time;

/// Customers come from then on; goods and decisions before.
const OPENING_HOUR: i64 = 9;

/// On the last days nobody decides, so that something waits for whoever opens the demo.
const UNDECIDED_DAYS: i64 = 1;

/// Deliveries of two items stop this many days before the end: strikes happen, and so do empty shelves.
const STRIKE_DAYS: i64 = 16;
const ON_STRIKE: &[&str] = &["COF-ESP-1K", "TOM-CAN-400"];

/// The café stocks up on these, this many days before the end.
const STOCK_UP_DAYS: i64 = 16;
const STOCK_UP: &[&str] = &["NAP-WHT-500", "SUG-STK-1K", "VAN-EXT-100"];

/// A branch as it lives through its days.
#[derive(Debug)]
pub(super) struct Shop {
    branch: &'static Branch,
    pub(super) people: People,
    dice: Dice,
    /// Deliveries under way: the day they come, and what.
    deliveries: BTreeMap<i64, Vec<Delivery>>,
}

#[derive(Debug)]
struct Delivery {
    order: Number,
    quantity: i64,
}

/// Something that happens on a day, at a minute of it.
enum Happening {
    Sale(Product, i64),
    Broken(Product),
    Counted(Product),
    Sent(Product),
}

impl Shop {
    pub(super) fn new(branch: &'static Branch, people: People) -> Self {
        Self {
            branch,
            people,
            dice: Dice::seeded(branch.seed),
            deliveries: BTreeMap::new(),
        }
    }

    /// One day: goods come, orders are decided, customers buy. Nothing happens after `now`.
    pub(super) fn day(&mut self, tx: &mut Tx<'_>, now: Time, days_left: i64) -> Result<()> {
        let midnight = Time(now.day() * Time::DAY).plus_days(-days_left);
        if midnight.plus_seconds(OPENING_HOUR * 3600) < now {
            self.receive(tx, midnight, days_left)?;
        }
        if days_left == STOCK_UP_DAYS {
            self.stock_up(tx, midnight)?;
        }
        if days_left > UNDECIDED_DAYS {
            self.decide(tx, midnight, days_left)?;
        }
        for (minute, happening) in self.happenings(midnight, days_left) {
            let moment = midnight.plus_seconds(minute * 60);
            if moment < now {
                tx.set_now(moment);
                self.happen(tx, &happening)?;
            }
        }
        Ok(())
    }

    fn receive(&mut self, tx: &mut Tx<'_>, midnight: Time, days_left: i64) -> Result<()> {
        for (n, delivery) in self
            .deliveries
            .remove(&days_left)
            .into_iter()
            .flatten()
            .enumerate()
        {
            let minute = 7 * 60 + 11 * i64::try_from(n).unwrap_or_default();
            tx.set_now(midnight.plus_seconds(minute * 60));
            tx.actor = self.people.omar.actor();
            let part = delivery.quantity / 2;
            let quantity = if part > 0 && self.dice.once_in(12) {
                part
            } else {
                delivery.quantity
            };
            let receipt = Receipt {
                quantity,
                ..Receipt::default()
            };
            orders::receive(tx, &self.people.omar, delivery.order, receipt)?;
            if quantity < delivery.quantity {
                let rest = Delivery {
                    quantity: delivery.quantity - quantity,
                    ..delivery
                };
                self.deliveries.entry(days_left - 2).or_default().push(rest);
            }
        }
        Ok(())
    }

    fn stock_up(&mut self, tx: &mut Tx<'_>, midnight: Time) -> Result<()> {
        tx.set_now(midnight.plus_seconds(8 * 3600));
        tx.actor = self.people.omar.actor();
        for product in self.branch.products().filter(|p| STOCK_UP.contains(&p.sku)) {
            let asked = Request {
                warehouse: self.branch.code.into(),
                sku: product.sku.into(),
                quantity: self.branch.target(&product) * 2,
                note: Some("for the winter market".into()),
                supplier: None,
            };
            orders::request(tx, &self.people.omar, asked)?;
        }
        Ok(())
    }

    fn decide(&mut self, tx: &mut Tx<'_>, midnight: Time, days_left: i64) -> Result<()> {
        tx.set_now(midnight.plus_seconds((8 * 60 + 40) * 60));
        tx.actor = self.people.ana.actor();
        let warehouse =
            warehouses::find(tx.db, &self.people.ana, self.branch.code, Role::Approver)?;
        for order in waiting(tx, warehouse.id)? {
            let number: Number = order.number.parse()?;
            if self.dice.once_in(40) {
                let note = Some("still enough until the next round".into());
                orders::reject(
                    tx,
                    &self.people.ana,
                    number,
                    &Decision {
                        note,
                        ..Decision::default()
                    },
                )?;
                continue;
            }
            orders::approve(tx, &self.people.ana, number, &Decision::default())?;
            let lead = self.branch.lead_time(&order.sku) + self.dice.below(3) - 1;
            let arrives = (days_left - lead.max(1)).min(days_left - 1);
            let strike = ON_STRIKE.contains(&order.sku.as_str()) && arrives <= STRIKE_DAYS;
            if !strike {
                let delivery = Delivery {
                    order: number,
                    quantity: order.quantity,
                };
                self.deliveries.entry(arrives).or_default().push(delivery);
            }
        }
        Ok(())
    }

    /// What happens on a day, in order. Sundays are quiet, Saturdays busy.
    fn happenings(&mut self, midnight: Time, days_left: i64) -> Vec<(i64, Happening)> {
        let busy = match (midnight.day() + 4) % 7 {
            0 => 0.25,
            6 => 1.5,
            _ => 1.0,
        };
        let mut day = Vec::new();
        for product in self.branch.products() {
            let baskets = self
                .dice
                .happened(self.branch.baskets_a_day(&product) * busy);
            let units: i64 = (0..baskets)
                .map(|_| 1 + self.dice.below(i64::from(2 * product.basket - 1)))
                .sum();
            let minute = OPENING_HOUR * 60 + self.dice.below(10 * 60);
            if units > 0 {
                day.push((minute, Happening::Sale(product, units)));
            }
            match self.dice.below(1200) {
                0..6 => day.push((minute, Happening::Broken(product))),
                6..16 => day.push((19 * 60 + minute % 60, Happening::Counted(product))),
                16..20 if days_left > 0 => day.push((minute, Happening::Sent(product))),
                _ => {}
            }
        }
        day.sort_by_key(|(minute, _)| *minute);
        day
    }

    fn happen(&mut self, tx: &mut Tx<'_>, happening: &Happening) -> Result<()> {
        tx.actor = self.people.omar.actor();
        match happening {
            Happening::Sale(product, wanted) => {
                let there = self.there(tx, product)?;
                let units = (*wanted).min(there);
                self.record(tx, product, Requested::Issue, (units, None))
            }
            Happening::Broken(product) => {
                let units = self.there(tx, product)?.min(1);
                self.record(tx, product, Requested::Waste, (units, Some("damaged")))
            }
            Happening::Counted(product) => self.count(tx, product),
            Happening::Sent(product) => self.send(tx, product),
        }
    }

    fn record(
        &self,
        tx: &mut Tx<'_>,
        product: &Product,
        kind: Requested,
        (quantity, reason): (i64, Option<&str>),
    ) -> Result<()> {
        if quantity == 0 {
            return Ok(());
        }
        let movement = NewMovement {
            warehouse: self.branch.code.into(),
            sku: product.sku.into(),
            kind,
            quantity,
            reason: reason.map(Into::into),
            note: None,
            occurred_at: None,
            r#ref: None,
        };
        movements::record(tx, &self.people.omar, &movement).map(drop)
    }

    fn count(&mut self, tx: &mut Tx<'_>, product: &Product) -> Result<()> {
        let there = self.there(tx, product)?;
        let found = if self.dice.once_in(3) {
            there - there.min(1)
        } else {
            there
        };
        let count = Count {
            on_hand: found,
            expected: Some(Expected::Units(there)),
            reason: Some("cycle count".into()),
            note: None,
        };
        let what = (self.branch.code, product.sku);
        inventory::set(tx, &self.people.omar, what, count).map(drop)
    }

    /// The other branch asked for some.
    fn send(&self, tx: &mut Tx<'_>, product: &Product) -> Result<()> {
        let quantity = self.there(tx, product)? / 4;
        let Some(to) = self.branch.sends_to.filter(|_| quantity > 0) else {
            return Ok(());
        };
        let asked = Transfer {
            from: self.branch.code.into(),
            to: to.into(),
            sku: product.sku.into(),
            quantity,
            note: Some("asked for by the other branch".into()),
        };
        movements::transfer(tx, &self.people.omar, &asked).map(drop)
    }

    /// Units there now.
    fn there(&self, tx: &mut Tx<'_>, product: &Product) -> Result<i64> {
        let (omar, code) = (&self.people.omar, self.branch.code);
        let subject = Subject::find(tx.db, omar, code, product.sku, Role::Viewer)?;
        Ok(inventory::row(tx.db, subject.warehouse.id, subject.item)?.on_hand)
    }
}

/// The orders that wait for a decision, most urgent first.
pub(super) fn waiting(tx: &mut Tx<'_>, warehouse: WarehouseId) -> Result<Vec<OrderRow>> {
    let pending = Filter {
        warehouses: vec![warehouse],
        status: vec![Status::Pending],
        ..Filter::default()
    };
    let page = Page::new(Sort::Priority.as_str(), Some(MAX_LIMIT), None)?;
    Ok(orders::list(tx.db, &pending, Sort::Priority, &page)?.data)
}
