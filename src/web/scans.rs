//! `/api/scans`: photos that are given to detectors. What people make of what was found is in
//! [`detections`](super::detections).

use actix_multipart::Multipart;
use actix_web::{HttpRequest, rt, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::auth::{May, Operator, Viewer};
use super::input::{self, Body, Params, if_match};
use super::multipart::{self, Expected};
use super::newest::{self, Which};
use super::respond::{self, Response};
use super::snapshot::Snapshot;
use crate::db::Db;
use crate::domain::access::{Role, User};
use crate::domain::page::Page;
use crate::domain::scans::{self, Filter, NewScan, Number, ScanRow};
use crate::domain::{looks, text, warehouses, words};
use crate::error::{Error, Result};
use crate::events::Actor;
use crate::scanning::{Offer, Scanning};
use crate::store::{Answer, Key, Store, Tx};

const COLUMNS: &[&str] = &[
    "number",
    "warehouse",
    "status",
    "place",
    "detector",
    "detector_version",
    "width",
    "height",
    "found",
    "unmapped",
    "truncated",
    "took_ms",
    "error",
    "sheet",
    "by",
    "created_at",
    "finished_at",
    "version",
];

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

/// Which scans.
#[derive(Clone, Debug, Deserialize, garde::Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
#[garde(allow_unvalidated)]
pub struct Asked {
    /// The warehouse's code; all that the caller may see when left out.
    pub warehouse: Option<String>,
    /// Any of these, with commas between: `queued,running`.
    pub status: Option<String>,
    /// Rows at most, 1 to 500; 50 when left out.
    pub limit: Option<i64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// For which warehouse.
#[derive(Debug, Deserialize, garde::Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
#[garde(allow_unvalidated)]
pub struct Where {
    /// The warehouse's code; any that the caller may see when left out.
    pub warehouse: Option<String>,
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

/// The detectors.
#[derive(Debug, Serialize, ToSchema)]
pub struct Offers {
    /// All that there are, in the order in which people are offered them.
    data: Vec<Offer>,
}

/// 200 with a scan; its version is the `ETag`.
pub(super) fn shown(scan: &ScanRow) -> Result<Answer> {
    Ok(Answer::new(200, scan)?.version(scan.version))
}

/// Takes in a photo and queues it for a detector. What comes of it is told on the live connection.
#[utoipa::path(post, path = "/api/scans", tag = "scans",
    request_body(content = Upload, content_type = "multipart/form-data"), params(respond::IdempotencyKey),
    responses((status = 202, body = ScanRow), (status = 409, body = respond::ProblemBody),
        (status = 413, body = respond::ProblemBody), (status = 415, body = respond::ProblemBody),
        (status = 422, body = respond::ProblemBody), (status = 503, body = respond::ProblemBody)))]
pub async fn create(
    me: May<Operator>,
    request: HttpRequest,
    parts: Multipart,
    (store, scanning): (web::Data<Store>, web::Data<Scanning>),
) -> Response {
    let place = match scanning.place() {
        Ok(place) => place,
        Err(busy) => {
            multipart::pass_over(parts).await;
            return Err(busy);
        }
    };
    let mut form = multipart::read(parts, FORM).await?;
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
    let new = NewScan {
        warehouse,
        detector,
        place: form.fields.remove("place"),
        sheet: form.fields.remove("sheet"),
        photo,
        most_queued: scanning.most_queued(),
    };
    let queued = queue((store, scanning), me.actor(), key, move |tx| {
        let scan = scans::take_in(tx, &me, &new)?;
        let path = format!("/api/scans/{}", scan.number);
        Ok(Answer::new(202, &scan)?
            .version(scan.version)
            .location(path))
    });
    Ok(respond::answer(queued.await?))
}

/// Writes what queues a scan, and wakes a worker then: also where the client hung up meanwhile, which ends a handler
/// but not what it writes.
async fn queue<F>(
    (store, scanning): (web::Data<Store>, web::Data<Scanning>),
    actor: Actor,
    key: Option<Key>,
    f: F,
) -> Result<Answer>
where
    F: FnOnce(&mut Tx<'_>) -> Result<Answer> + Send + 'static,
{
    let written = rt::spawn(async move {
        let answer = store.write_once(actor, key, f).await;
        scanning.wake();
        answer
    });
    written.await.map_err(Error::internal)?
}

/// Scans, the newest first; what was found on one is in the scan itself.
#[utoipa::path(get, path = "/api/scans", tag = "scans", params(Asked),
    responses((status = 200, body = Snapshot<ScanRow>), (status = 304), (status = 404, body = respond::ProblemBody)))]
pub async fn list(
    me: May<Viewer>,
    request: HttpRequest,
    query: Params<Asked>,
    store: web::Data<Store>,
) -> Response {
    let asked = query.0;
    let status = words::list(asked.status.as_deref(), "status")?;
    let which = Which {
        warehouse: asked.warehouse.as_deref(),
        limit: asked.limit,
        cursor: asked.cursor.as_deref(),
    };
    let read = |db: &mut Db, warehouses, page: &Page<i64>| {
        scans::list(db, &Filter { warehouses, status }, page)
    };
    newest::list(&request, (&store, me.into_user()), which, COLUMNS, read).await
}

/// Which detectors there are, and why one cannot be used. What was taught counts for its warehouse alone.
#[utoipa::path(get, path = "/api/scans/detectors", tag = "scans", params(Where),
    responses((status = 200, body = Offers), (status = 404, body = respond::ProblemBody)))]
pub async fn detectors(
    me: May<Viewer>,
    query: Params<Where>,
    store: web::Data<Store>,
    scanning: web::Data<Scanning>,
) -> Response {
    let read = move |db: &mut Db| {
        let warehouses = warehouses::among(db, &me, query.0.warehouse.as_deref())?;
        let ids: Vec<_> = warehouses.iter().map(|warehouse| warehouse.id).collect();
        looks::any(db, &ids)
    };
    let taught = store.read(read).await?;
    let data = scanning.offers(taught);
    Ok(respond::row(&Offers { data }, None))
}

/// One scan, with what was found.
#[utoipa::path(get, path = "/api/scans/{number}", tag = "scans", params(("number" = String, Path)),
    responses((status = 200, body = ScanRow), (status = 304), (status = 404, body = respond::ProblemBody)))]
pub async fn one(
    me: May<Viewer>,
    request: HttpRequest,
    number: web::Path<String>,
    store: web::Data<Store>,
) -> Response {
    let number: Number = number.parse()?;
    let read = move |db: &mut Db| db.snapshot(|db| scans::see(db, &me, number));
    let scan = store.read(read).await?;
    Ok(respond::row_unless_current(&request, &scan, scan.version))
}

/// The photo of a scan, upright and without metadata.
#[utoipa::path(get, path = "/api/scans/{number}/photo", tag = "scans", params(("number" = String, Path)),
    responses((status = 200, content_type = "image/jpeg", body = Vec<u8>), (status = 304),
        (status = 404, body = respond::ProblemBody)))]
pub async fn photo(
    me: May<Viewer>,
    request: HttpRequest,
    number: web::Path<String>,
    store: web::Data<Store>,
) -> Response {
    let number: Number = number.parse()?;
    let read = move |db: &mut Db| scans::photo(db, &me, number);
    let (sha256, jpeg) = store.read(read).await?;
    Ok(respond::picture(&request, &sha256, "image/jpeg", jpeg))
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
    let most_queued = scanning.most_queued();
    let queued = queue((store, scanning), me.actor(), key, move |tx| {
        shown(&scans::retry(tx, &me, number, &detector, most_queued)?)
    });
    Ok(respond::answer(queued.await?))
}
