//! Counting into a sheet, and what becomes of it: applied, taken back, or given up.

use actix_web::{HttpRequest, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::auth::{May, Operator};
use super::input::{Body, if_match};
use super::respond::{self, Response};
use crate::domain::scans;
use crate::domain::sheets::{
    self, Application, Applied, Change, Number, SetLine, SheetRow, Tally, Undoing,
};
use crate::error::Result;
use crate::store::{Answer, Store};

/// Nothing more to say.
#[derive(Debug, Deserialize, garde::Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

fn applied(done: &Applied) -> Result<Answer> {
    Ok(Answer::new(200, done)?.version(done.sheet.row.head.version))
}

/// Sets what a line says; a sheet without a line of this item gets one. Answers with the lines that changed.
///
/// `If-Match`, which may be left out, names the version of the sheet. Without it the last one who counts a line is
/// right, and people who count different lines do not hold each other up.
#[utoipa::path(put, path = "/api/sheets/{number}/lines/{sku}", tag = "sheets", request_body = SetLine,
    params(("number" = String, Path), ("sku" = String, Path)),
    responses((status = 200, body = Change), (status = 404, body = respond::ProblemBody),
        (status = 409, body = respond::ProblemBody), (status = 412, body = respond::ProblemBody),
        (status = 422, body = respond::ProblemBody)))]
pub async fn set(
    me: May<Operator>,
    request: HttpRequest,
    path: web::Path<(String, String)>,
    body: Body<SetLine>,
    store: web::Data<Store>,
) -> Response {
    let (number, sku) = path.into_inner();
    let (number, expected): (Number, _) = (number.parse()?, if_match(&request)?);
    let line = body.value;
    let change = store
        .write(me.actor(), move |tx| {
            sheets::set_line(tx, &me, (number, &sku), expected, &line)
        })
        .await?;
    Ok(respond::row(&change, change.row.head.version))
}

/// Takes a line out of a sheet.
#[utoipa::path(delete, path = "/api/sheets/{number}/lines/{sku}", tag = "sheets",
    params(("number" = String, Path), ("sku" = String, Path)),
    responses((status = 200, body = Change), (status = 404, body = respond::ProblemBody),
        (status = 409, body = respond::ProblemBody), (status = 412, body = respond::ProblemBody)))]
pub async fn remove(
    me: May<Operator>,
    request: HttpRequest,
    path: web::Path<(String, String)>,
    store: web::Data<Store>,
) -> Response {
    let (number, sku) = path.into_inner();
    let (number, expected): (Number, _) = (number.parse()?, if_match(&request)?);
    let change = store
        .write(me.actor(), move |tx| {
            sheets::remove_line(tx, &me, (number, &sku), expected)
        })
        .await?;
    Ok(respond::row(&change, change.row.head.version))
}

/// Takes a photo off a sheet, with all that it showed there. The scan stays, and can be counted anew.
///
/// `If-Match`, which may be left out, names the version of the sheet.
#[utoipa::path(delete, path = "/api/sheets/{number}/scans/{scan}", tag = "sheets",
    params(("number" = String, Path), ("scan" = String, Path)),
    responses((status = 200, body = Change), (status = 404, body = respond::ProblemBody),
        (status = 409, body = respond::ProblemBody), (status = 412, body = respond::ProblemBody)))]
pub async fn take_off(
    me: May<Operator>,
    request: HttpRequest,
    path: web::Path<(String, String)>,
    store: web::Data<Store>,
) -> Response {
    let (number, scan) = path.into_inner();
    let on: (Number, scans::Number) = (number.parse()?, scan.parse()?);
    let expected = if_match(&request)?;
    let change = store
        .write(me.actor(), move |tx| scans::take_off(tx, &me, on, expected))
        .await?;
    Ok(respond::row(&change, change.row.head.version))
}

/// Adds one scan to what was counted: the pack quantity of its code. Two people who scan at once count both.
///
/// `code` is a barcode or a SKU. A negative quantity takes scans back.
#[utoipa::path(post, path = "/api/sheets/{number}/tally", tag = "sheets", request_body = Tally,
    params(("number" = String, Path), respond::IdempotencyKey),
    responses((status = 200, body = Change), (status = 404, body = respond::ProblemBody),
        (status = 409, body = respond::ProblemBody), (status = 422, body = respond::ProblemBody)))]
pub async fn tally(
    me: May<Operator>,
    request: HttpRequest,
    number: web::Path<String>,
    body: Body<Tally>,
    store: web::Data<Store>,
) -> Response {
    let (number, key): (Number, _) = (number.parse()?, body.key(&request, me.id)?);
    let scan = body.value;
    let answer = store
        .write_once(me.actor(), key, move |tx| {
            let change = sheets::tally(tx, &me, number, &scan)?;
            Ok(Answer::new(200, &change)?.version(change.row.head.version))
        })
        .await?;
    Ok(respond::answer(answer))
}

/// Applies a sheet, once: its differences become movements, all of them or none.
///
/// Where stock moved since a line was made, the answer is 409 `stock_changed` with the sheet in `current`, until each
/// line with a `conflict` has a `resolution`. Lines without a quantity, or not included, are left alone.
#[utoipa::path(post, path = "/api/sheets/{number}/apply", tag = "sheets", request_body = Application,
    params(("number" = String, Path), respond::IdempotencyKey),
    responses((status = 200, body = Applied), (status = 409, body = respond::ProblemBody),
        (status = 412, body = respond::ProblemBody), (status = 422, body = respond::ProblemBody)))]
pub async fn apply(
    me: May<Operator>,
    request: HttpRequest,
    number: web::Path<String>,
    body: Body<Application>,
    store: web::Data<Store>,
) -> Response {
    let (number, key): (Number, _) = (number.parse()?, body.key(&request, me.id)?);
    let mut asked = body.value;
    asked.expected = if_match(&request)?;
    let answer = store
        .write_once(me.actor(), key, move |tx| {
            applied(&sheets::apply(tx, &me, number, &asked)?)
        })
        .await?;
    Ok(respond::answer(answer))
}

/// Undoes an applied sheet, once: reverses those of its movements that nobody reversed before.
#[utoipa::path(post, path = "/api/sheets/{number}/undo", tag = "sheets", request_body = Undoing,
    params(("number" = String, Path), respond::IdempotencyKey),
    responses((status = 200, body = Applied), (status = 409, body = respond::ProblemBody),
        (status = 412, body = respond::ProblemBody)))]
pub async fn undo(
    me: May<Operator>,
    request: HttpRequest,
    number: web::Path<String>,
    body: Body<Undoing>,
    store: web::Data<Store>,
) -> Response {
    let (number, key): (Number, _) = (number.parse()?, body.key(&request, me.id)?);
    let mut asked = body.value;
    asked.expected = if_match(&request)?;
    let answer = store
        .write_once(me.actor(), key, move |tx| {
            applied(&sheets::undo(tx, &me, number, &asked)?)
        })
        .await?;
    Ok(respond::answer(answer))
}

/// Gives a sheet up. It changed nothing, and stays to be read.
#[utoipa::path(post, path = "/api/sheets/{number}/discard", tag = "sheets", request_body = Nothing,
    params(("number" = String, Path), respond::IdempotencyKey),
    responses((status = 200, body = SheetRow), (status = 409, body = respond::ProblemBody),
        (status = 412, body = respond::ProblemBody)))]
pub async fn discard(
    me: May<Operator>,
    request: HttpRequest,
    number: web::Path<String>,
    body: Body<Nothing>,
    store: web::Data<Store>,
) -> Response {
    let (number, key): (Number, _) = (number.parse()?, body.key(&request, me.id)?);
    let expected = if_match(&request)?;
    let answer = store
        .write_once(me.actor(), key, move |tx| {
            let row = sheets::discard(tx, &me, number, expected)?;
            Ok(Answer::new(200, &row)?.version(row.head.version))
        })
        .await?;
    Ok(respond::answer(answer))
}
