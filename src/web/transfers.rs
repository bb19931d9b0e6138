//! `/api/transfers`: stock that goes from one warehouse to another.

use actix_web::{HttpRequest, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::auth::{May, Operator};
use super::input::Body;
use super::respond::{self, Response};
use crate::domain::movements::{self, Movement, Transfer};
use crate::store::{Answer, Store};

/// The two lines of a transfer: out of the one, into the other.
#[derive(Debug, Serialize, ToSchema)]
pub struct Legs {
    /// The ledger's lines.
    pub movements: Vec<Movement>,
}

/// Moves stock to another warehouse; the caller must be an operator in both.
#[utoipa::path(post, path = "/api/transfers", tag = "movements", request_body = Transfer,
    params(respond::IdempotencyKey),
    responses((status = 201, body = Legs), (status = 409, body = respond::ProblemBody),
        (status = 422, body = respond::ProblemBody)))]
pub async fn transfer(
    me: May<Operator>,
    body: Body<Transfer>,
    request: HttpRequest,
    store: web::Data<Store>,
) -> Response {
    let key = body.key(&request, me.id)?;
    let asked = body.value;
    let answer = store
        .write_once(me.actor(), key, move |tx| {
            let movements = movements::transfer(tx, &me, &asked)?.into();
            Answer::new(201, &Legs { movements })
        })
        .await?;
    Ok(respond::answer(answer))
}
