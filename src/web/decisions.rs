//! Deciding on orders: one at a time, or many at once, each in a transaction of its own.

use actix_web::{HttpRequest, web};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::auth::{Approver, May};
use super::input::{Body, if_match};
use super::orders::shown;
use super::respond::{self, Response};
use crate::domain::access::User;
use crate::domain::inventory::MAX_QUANTITY;
use crate::domain::orders::{self, Decision, Number, OrderRow};
use crate::domain::text;
use crate::error::{Error, Result};
use crate::store::{Answer, Key, Store, Tx};

/// Why an order is rejected.
#[derive(Debug, Deserialize, garde::Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rejection {
    /// Required.
    #[serde(deserialize_with = "text::trimmed")]
    #[garde(custom(text::line(1, text::NOTE)))]
    note: String,
}

/// For how long a suggestion sleeps.
#[derive(Debug, Deserialize, garde::Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nap {
    /// 1 to 90.
    #[garde(range(min = 1, max = 90))]
    days: i64,
}

/// Which way.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// Yes.
    Approve,
    /// No; needs a note.
    Reject,
}

/// One of many decisions.
#[derive(Clone, Debug, Deserialize, garde::Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Vote {
    /// The order.
    #[garde(skip)]
    number: String,
    /// Approve or reject.
    #[garde(skip)]
    decision: Way,
    /// Another quantity than was asked for.
    #[garde(range(min = 1, max = MAX_QUANTITY))]
    quantity: Option<i64>,
    /// Why.
    #[serde(default, deserialize_with = "text::filled")]
    #[garde(inner(custom(text::note)))]
    note: Option<String>,
}

/// Many decisions.
#[derive(Debug, Deserialize, garde::Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Votes {
    /// 1 to 100 of them.
    #[garde(length(min = 1, max = 100), dive)]
    decisions: Vec<Vote>,
}

/// How one of many decisions ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct Outcome {
    /// The order, as it was named.
    number: String,
    /// What the decision alone would have been answered with.
    status: u16,
    /// The order as it is now, when it was decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<OrderRow>)]
    order: Option<Box<RawValue>>,
    /// Why not, when it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<respond::ProblemBody>)]
    problem: Option<serde_json::Value>,
}

/// How many decisions ended, in the order asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct Outcomes {
    /// One for each decision.
    results: Vec<Outcome>,
}

/// Approves an order, with another quantity if wished. It counts as on order from then on.
#[utoipa::path(post, path = "/api/orders/{number}/approve", tag = "orders", request_body = Decision,
    params(("number" = String, Path), respond::IdempotencyKey),
    responses((status = 200, body = OrderRow), (status = 409, body = respond::ProblemBody),
        (status = 412, body = respond::ProblemBody)))]
pub async fn approve(
    me: May<Approver>,
    request: HttpRequest,
    number: web::Path<String>,
    body: Body<Decision>,
    store: web::Data<Store>,
) -> Response {
    let (number, key): (Number, _) = (number.parse()?, body.key(&request, me.id)?);
    let mut decision = body.value;
    decision.expected = if_match(&request)?;
    let answer = store
        .write_once(me.actor(), key, move |tx| {
            shown(&orders::approve(tx, &me, number, &decision)?)
        })
        .await?;
    Ok(respond::answer(answer))
}

/// Rejects an order, with a reason. The policy then raises nothing for a day.
#[utoipa::path(post, path = "/api/orders/{number}/reject", tag = "orders", request_body = Rejection,
    params(("number" = String, Path), respond::IdempotencyKey),
    responses((status = 200, body = OrderRow), (status = 409, body = respond::ProblemBody),
        (status = 412, body = respond::ProblemBody), (status = 422, body = respond::ProblemBody)))]
pub async fn reject(
    me: May<Approver>,
    request: HttpRequest,
    number: web::Path<String>,
    body: Body<Rejection>,
    store: web::Data<Store>,
) -> Response {
    let (number, key): (Number, _) = (number.parse()?, body.key(&request, me.id)?);
    let decision = Decision {
        expected: if_match(&request)?,
        quantity: None,
        note: Some(body.value.note),
    };
    let answer = store
        .write_once(me.actor(), key, move |tx| {
            shown(&orders::reject(tx, &me, number, &decision)?)
        })
        .await?;
    Ok(respond::answer(answer))
}

/// Puts a suggestion of the policy to sleep: it goes, and none comes in its place for so many days.
#[utoipa::path(post, path = "/api/orders/{number}/snooze", tag = "orders", request_body = Nap,
    params(("number" = String, Path), respond::IdempotencyKey),
    responses((status = 200, body = OrderRow), (status = 409, body = respond::ProblemBody)))]
pub async fn snooze(
    me: May<Approver>,
    request: HttpRequest,
    number: web::Path<String>,
    body: Body<Nap>,
    store: web::Data<Store>,
) -> Response {
    let (number, key): (Number, _) = (number.parse()?, body.key(&request, me.id)?);
    let (expected, days) = (if_match(&request)?, body.value.days);
    let answer = store
        .write_once(me.actor(), key, move |tx| {
            shown(&orders::snooze(tx, &me, number, expected, days)?)
        })
        .await?;
    Ok(respond::answer(answer))
}

/// Decides on many orders, each by itself: one that somebody else decided first does not hold up the
/// others.
///
/// With an `Idempotency-Key`, a repeat decides only what was refused the first time.
#[utoipa::path(post, path = "/api/orders/decisions", tag = "orders", request_body = Votes,
    params(respond::IdempotencyKey), responses((status = 200, body = Outcomes)))]
pub async fn many(
    me: May<Approver>,
    request: HttpRequest,
    body: Body<Votes>,
    store: web::Data<Store>,
) -> Response {
    let key = body.key(&request, me.id)?;
    let mut results = Vec::new();
    for (n, vote) in body.value.decisions.into_iter().enumerate() {
        let key = key.clone().map(|key| Key {
            key: format!("{}#{n}", key.key),
            ..key
        });
        let number = vote.number.clone();
        let decided = decide(&store, &me, key, vote).await;
        results.push(outcome(number, decided)?);
    }
    Ok(respond::row(&Outcomes { results }, None))
}

async fn decide(store: &Store, user: &User, key: Option<Key>, vote: Vote) -> Result<Answer> {
    let number: Number = vote.number.parse()?;
    let decision = Decision {
        expected: None,
        quantity: vote.quantity,
        note: vote.note,
    };
    let (actor, user) = (user.actor(), user.clone());
    let step = move |tx: &mut Tx<'_>| match vote.decision {
        Way::Approve => orders::approve(tx, &user, number, &decision),
        Way::Reject => orders::reject(tx, &user, number, &decision),
    };
    store
        .write_once(actor, key, move |tx| shown(&step(tx)?))
        .await
}

fn outcome(number: String, decided: Result<Answer>) -> Result<Outcome> {
    match decided {
        Ok(answer) => Ok(Outcome {
            number,
            status: answer.status,
            order: Some(RawValue::from_string(answer.body).map_err(Error::internal)?),
            problem: None,
        }),
        Err(error) => {
            if let Error::Failed { code, cause } = &error {
                log::error!("{}: {cause} order={number}", code.as_str());
            }
            Ok(Outcome {
                number,
                status: error.code().status(),
                order: None,
                problem: Some(respond::problem(&error)),
            })
        }
    }
}
