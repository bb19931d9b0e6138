//! What becomes of an approved order: received, closed short, or cancelled.

use actix_web::{HttpRequest, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::auth::{May, Operator};
use super::input::{Body, if_match};
use super::orders::shown;
use super::respond::{self, Response};
use crate::domain::orders::{self, Decision, Number, OrderRow, Receipt, Received};
use crate::domain::text;
use crate::store::{Answer, Store};

/// What goes with the end of an order.
#[derive(Debug, Deserialize, garde::Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Remark {
    /// Why.
    #[serde(default, deserialize_with = "text::filled")]
    #[garde(inner(custom(text::note)))]
    note: Option<String>,
}

/// Receives goods of an order; they are stock from now on. The last part completes it.
#[utoipa::path(post, path = "/api/orders/{number}/receive", tag = "orders", request_body = Receipt,
    params(("number" = String, Path), respond::IdempotencyKey),
    responses((status = 200, body = Received), (status = 409, body = respond::ProblemBody),
        (status = 412, body = respond::ProblemBody), (status = 422, body = respond::ProblemBody)))]
pub async fn receive(
    me: May<Operator>,
    request: HttpRequest,
    number: web::Path<String>,
    body: Body<Receipt>,
    store: web::Data<Store>,
) -> Response {
    let (number, key): (Number, _) = (number.parse()?, body.key(&request, me.id)?);
    let mut receipt = body.value;
    receipt.expected = if_match(&request)?;
    let answer = store
        .write_once(me.actor(), key, move |tx| {
            let received = orders::receive(tx, &me, number, receipt)?;
            Ok(Answer::new(200, &received)?.version(received.order.version))
        })
        .await?;
    Ok(respond::answer(answer))
}

/// Closes an order of which a part came: the rest will not.
#[utoipa::path(post, path = "/api/orders/{number}/close", tag = "orders", request_body = Remark,
    params(("number" = String, Path), respond::IdempotencyKey),
    responses((status = 200, body = OrderRow), (status = 409, body = respond::ProblemBody)))]
pub async fn close(
    me: May<Operator>,
    request: HttpRequest,
    number: web::Path<String>,
    body: Body<Remark>,
    store: web::Data<Store>,
) -> Response {
    let (number, key): (Number, _) = (number.parse()?, body.key(&request, me.id)?);
    let (expected, note) = (if_match(&request)?, body.value.note);
    let answer = store
        .write_once(me.actor(), key, move |tx| {
            shown(&orders::close(tx, &me, number, expected, note)?)
        })
        .await?;
    Ok(respond::answer(answer))
}

/// Withdraws an order of which nothing came: a pending one by who asked for it or an approver, an approved
/// one by an approver.
#[utoipa::path(post, path = "/api/orders/{number}/cancel", tag = "orders", request_body = Remark,
    params(("number" = String, Path), respond::IdempotencyKey),
    responses((status = 200, body = OrderRow), (status = 403, body = respond::ProblemBody),
        (status = 409, body = respond::ProblemBody)))]
pub async fn cancel(
    me: May<Operator>,
    request: HttpRequest,
    number: web::Path<String>,
    body: Body<Remark>,
    store: web::Data<Store>,
) -> Response {
    let (number, key): (Number, _) = (number.parse()?, body.key(&request, me.id)?);
    let decision = Decision {
        expected: if_match(&request)?,
        quantity: None,
        note: body.value.note,
    };
    let answer = store
        .write_once(me.actor(), key, move |tx| {
            shown(&orders::cancel(tx, &me, number, &decision)?)
        })
        .await?;
    Ok(respond::answer(answer))
}
