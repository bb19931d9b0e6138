//! `/api/scans/{number}/detections`: what people make of what was found on a photo.

use actix_web::{HttpRequest, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::auth::{May, Operator};
use super::input::{Body, if_match};
use super::looking::shown;
use super::respond::{self, Response};
use crate::domain::scans::{self, Count, Drawn, EditDetection, EditDetections, Number, ScanRow};
use crate::domain::sheets::Sheet;
use crate::store::{Answer, Store};

/// A bound on how sure a detector is.
#[derive(Debug, Deserialize, garde::Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// 0 to 1.
    #[garde(range(min = 0.0, max = 1.0))]
    below: f64,
}

/// Adds a box that was not found.
#[utoipa::path(post, path = "/api/scans/{number}/detections", tag = "detections", request_body = Drawn,
    params(("number" = String, Path), respond::IdempotencyKey),
    responses((status = 201, body = ScanRow), (status = 404, body = respond::ProblemBody),
        (status = 409, body = respond::ProblemBody), (status = 422, body = respond::ProblemBody)))]
pub async fn add(
    me: May<Operator>,
    request: HttpRequest,
    number: web::Path<String>,
    body: Body<Drawn>,
    store: web::Data<Store>,
) -> Response {
    let (number, key): (Number, _) = (number.parse()?, body.key(&request, me.id)?);
    let (expected, drawn) = (if_match(&request)?, body.value);
    let answer = store
        .write_once(me.actor(), key, move |tx| {
            let scan = scans::add(tx, &me, number, expected, &drawn)?;
            Ok(Answer::new(201, &scan)?.version(scan.version))
        })
        .await?;
    Ok(respond::answer(answer))
}

/// Says what a detection is, or that it does not count.
#[utoipa::path(patch, path = "/api/scans/{number}/detections/{n}", tag = "detections", request_body = EditDetection,
    params(("number" = String, Path), ("n" = i64, Path)),
    responses((status = 200, body = ScanRow), (status = 404, body = respond::ProblemBody),
        (status = 409, body = respond::ProblemBody), (status = 412, body = respond::ProblemBody),
        (status = 422, body = respond::ProblemBody)))]
pub async fn edit(
    me: May<Operator>,
    request: HttpRequest,
    path: web::Path<(String, i64)>,
    body: Body<EditDetection>,
    store: web::Data<Store>,
) -> Response {
    let (number, n) = path.into_inner();
    let (number, expected): (Number, _) = (number.parse()?, if_match(&request)?);
    let scan = store
        .write(me.actor(), move |tx| {
            scans::edit(tx, &me, (number, &[n]), expected, &body.value)
        })
        .await?;
    Ok(respond::row(&scan, scan.version))
}

/// Says the same of many of them: all are changed, or none.
#[utoipa::path(patch, path = "/api/scans/{number}/detections", tag = "detections", request_body = EditDetections,
    params(("number" = String, Path)),
    responses((status = 200, body = ScanRow), (status = 404, body = respond::ProblemBody),
        (status = 409, body = respond::ProblemBody), (status = 412, body = respond::ProblemBody),
        (status = 422, body = respond::ProblemBody)))]
pub async fn edit_many(
    me: May<Operator>,
    request: HttpRequest,
    number: web::Path<String>,
    body: Body<EditDetections>,
    store: web::Data<Store>,
) -> Response {
    let (number, expected): (Number, _) = (number.parse()?, if_match(&request)?);
    let EditDetections { numbers, change } = body.value;
    let scan = store
        .write(me.actor(), move |tx| {
            scans::edit(tx, &me, (number, &numbers), expected, &change)
        })
        .await?;
    Ok(respond::row(&scan, scan.version))
}

/// Ignores what nobody has judged yet and the detector is less sure of. What has no confidence stays.
#[utoipa::path(post, path = "/api/scans/{number}/ignore", tag = "detections", request_body = Threshold,
    params(("number" = String, Path), respond::IdempotencyKey),
    responses((status = 200, body = ScanRow), (status = 409, body = respond::ProblemBody),
        (status = 422, body = respond::ProblemBody)))]
pub async fn ignore(
    me: May<Operator>,
    request: HttpRequest,
    number: web::Path<String>,
    body: Body<Threshold>,
    store: web::Data<Store>,
) -> Response {
    let (number, key): (Number, _) = (number.parse()?, body.key(&request, me.id)?);
    let (expected, below) = (if_match(&request)?, body.value.below);
    let answer = store
        .write_once(me.actor(), key, move |tx| {
            shown(&scans::ignore_below(tx, &me, number, expected, below)?)
        })
        .await?;
    Ok(respond::answer(answer))
}

/// Makes a count sheet of a scan; where it has one that is open, brings that in step with what was found.
#[utoipa::path(post, path = "/api/scans/{number}/count", tag = "detections", request_body = Count,
    params(("number" = String, Path), respond::IdempotencyKey),
    responses((status = 201, body = Sheet), (status = 200, body = Sheet), (status = 409, body = respond::ProblemBody),
        (status = 422, body = respond::ProblemBody)))]
pub async fn count(
    me: May<Operator>,
    request: HttpRequest,
    number: web::Path<String>,
    body: Body<Count>,
    store: web::Data<Store>,
) -> Response {
    let (number, key): (Number, _) = (number.parse()?, body.key(&request, me.id)?);
    let asked = body.value;
    let answer = store
        .write_once(me.actor(), key, move |tx| {
            let counted = scans::count(tx, &me, number, asked)?;
            let head = &counted.sheet.row.head;
            let status = if counted.fresh { 201 } else { 200 };
            Ok(Answer::new(status, &counted.sheet)?
                .version(head.version)
                .location(format!("/api/sheets/{}", head.number)))
        })
        .await?;
    Ok(respond::answer(answer))
}
