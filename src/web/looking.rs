//! Having photos looked at: sent in, looked at once more, and called off.

use actix_multipart::Multipart;
use actix_web::{HttpRequest, rt, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::auth::{May, Operator};
use super::input::{self, Body, if_match};
use super::multipart::{Arriving, Expected};
use super::respond::{self, Response};
use crate::config::Config;
use crate::db::Db;
use crate::domain::access::{Role, User};
use crate::domain::scans::{self, NewScan, Number, ScanRow};
use crate::domain::{looks, text, warehouses};
use crate::error::{Error, Result};
use crate::events::Actor;
use crate::scanning::Scanning;
use crate::store::{Answer, Key, Store, Tx};
use crate::time::Time;

/// What a photo is sent with.
const FORM: Expected = Expected {
    file: "image",
    most: aims_vision::MAX_BYTES,
    fields: &["warehouse", "detector", "place", "sheet"],
};

/// A photo, as `curl -F image=@shelf.jpg -F warehouse=north` sends it.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "what the document says of the form")]
pub struct Upload {
    /// JPEG, PNG or WebP, at most 15 MB and 50 million pixels.
    #[schema(value_type = String, format = Binary)]
    image: Vec<u8>,
    /// The warehouse's code.
    warehouse: String,
    /// Which detector is to look at it; the configured one when left out.
    detector: Option<String>,
    /// What is on it: `shelf 3`.
    place: Option<String>,
    /// The open count sheet that it is one more photo of.
    sheet: Option<String>,
}

/// What another look is taken with.
#[derive(Debug, Deserialize, garde::Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct Again {
    /// Which detector; the same as before when left out.
    #[serde(default, deserialize_with = "text::filled")]
    #[garde(inner(custom(text::line(1, 64))))]
    detector: Option<String>,
}

/// What goes with a cancellation: nothing.
#[derive(Debug, Deserialize, garde::Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// 200 with a scan; its version is the `ETag`.
pub(super) fn shown(scan: &ScanRow) -> Result<Answer> {
    Ok(Answer::new(200, scan)?.version(scan.version))
}

/// Takes in a photo and queues it for a detector. What comes of it is told on the live connection.
#[utoipa::path(post, path = "/api/scans", tag = "scans",
    request_body(content = Upload, content_type = "multipart/form-data"), params(respond::IdempotencyKey),
    responses((status = 202, body = ScanRow), (status = 400, body = respond::ProblemBody),
        (status = 409, body = respond::ProblemBody),
        (status = 413, body = respond::ProblemBody), (status = 415, body = respond::ProblemBody),
        (status = 422, body = respond::ProblemBody), (status = 503, body = respond::ProblemBody)))]
pub async fn create(
    me: May<Operator>,
    request: HttpRequest,
    parts: Multipart,
    (store, scanning, config): (web::Data<Store>, web::Data<Scanning>, web::Data<Config>),
) -> Response {
    let sent = Time::now();
    let arriving = Arriving::new(&request, parts, FORM, config.photo_patience);
    let place = match scanning.place(me.id, arriving.length()) {
        Ok(place) => place,
        Err(busy) => {
            arriving.pass_over().await;
            return Err(busy);
        }
    };
    let mut form = arriving.read().await?;
    let Some(warehouse) = form.fields.remove("warehouse") else {
        let detail = "Say in which warehouse it was taken.";
        return Err(Error::field("/warehouse", "required", detail));
    };
    let (user, code) = (me.clone(), warehouse.clone());
    let read = move |db: &mut Db| {
        let at = warehouses::find(db, &user, &code, Role::Operator)?.id;
        looks::any(db, &[at])
    };
    let taught = store.read(read).await?;
    let detector = scanning.choose(form.fields.get("detector").map(String::as_str), taught)?;
    let photo = place.take(form.file).await?;
    let key = input::key(&request, me.id, || {
        let sent = format!("{} {:?} {warehouse}", photo.sha256, form.fields);
        input::fingerprint(&request, sent.as_bytes())
    })?;
    let asked = detector.clone();
    let new = NewScan {
        warehouse,
        line: scanning.line(&detector),
        detector,
        place: form.fields.remove("place"),
        sheet: form.fields.remove("sheet"),
        photo,
        sent,
    };
    let queued = queue((store, scanning), me.actor(), key, asked, move |tx| {
        let scan = scans::take_in(tx, &me, &new)?;
        let path = format!("/api/scans/{}", scan.number);
        Ok(Answer::new(202, &scan)?
            .version(scan.version)
            .location(path))
    });
    Ok(respond::answer(queued.await?))
}

/// Writes what queues a scan for a detector, and wakes a worker then: also where the client hung up meanwhile, which
/// ends a handler but not what it writes.
async fn queue<F>(
    (store, scanning): (web::Data<Store>, web::Data<Scanning>),
    actor: Actor,
    key: Option<Key>,
    detector: String,
    f: F,
) -> Result<Answer>
where
    F: FnOnce(&mut Tx<'_>) -> Result<Answer> + Send + 'static,
{
    let written = rt::spawn(async move {
        let answer = store.write_once(actor, key, f).await;
        scanning.wake(&detector);
        answer
    });
    written.await.map_err(Error::internal)?
}

/// Takes a scan out of the queue, or out of its detector's hands.
#[utoipa::path(post, path = "/api/scans/{number}/cancel", tag = "scans", request_body = Nothing,
    params(("number" = String, Path), respond::IdempotencyKey),
    responses((status = 200, body = ScanRow), (status = 409, body = respond::ProblemBody)))]
pub async fn cancel(
    me: May<Operator>,
    request: HttpRequest,
    number: web::Path<String>,
    body: Body<Nothing>,
    (store, scanning): (web::Data<Store>, web::Data<Scanning>),
) -> Response {
    let (number, key): (Number, _) = (number.parse()?, body.key(&request, me.id)?);
    let expected = if_match(&request)?;
    let answer = store
        .write_once(me.actor(), key, move |tx| {
            shown(&scans::cancel(tx, &me, number, expected)?)
        })
        .await?;
    // What was cancelled before may have been queued again since.
    if !answer.replayed {
        scanning.give_up(number.0);
    }
    Ok(respond::answer(answer))
}

/// Has a photo looked at once more. What was found on it is replaced when the detector is done.
#[utoipa::path(post, path = "/api/scans/{number}/retry", tag = "scans", request_body = Again,
    params(("number" = String, Path), respond::IdempotencyKey),
    responses((status = 200, body = ScanRow), (status = 404, body = respond::ProblemBody),
        (status = 409, body = respond::ProblemBody), (status = 503, body = respond::ProblemBody)))]
pub async fn retry(
    me: May<Operator>,
    request: HttpRequest,
    number: web::Path<String>,
    body: Body<Again>,
    (store, scanning): (web::Data<Store>, web::Data<Scanning>),
) -> Response {
    let (number, key): (Number, _) = (number.parse()?, body.key(&request, me.id)?);
    let user = User::clone(&me);
    let read = move |db: &mut Db| {
        let scan = scans::see(db, &user, number)?;
        Ok((looks::any(db, &[scan.warehouse_id])?, scan.detector))
    };
    let (taught, before) = store.read(read).await?;
    let asked = body.value.detector.unwrap_or(before);
    let detector = scanning.choose(Some(&asked), taught)?;
    let (line, wanted) = (scanning.line(&detector), detector.clone());
    let queued = queue((store, scanning), me.actor(), key, wanted, move |tx| {
        shown(&scans::retry(tx, &me, number, &detector, &line)?)
    });
    Ok(respond::answer(queued.await?))
}
