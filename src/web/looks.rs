//! `/api/looks`: how items look, as people taught it.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::auth::{May, Operator, Viewer};
use super::csv;
use super::input::{Body, Params};
use super::respond::{self, Response};
use crate::db::Db;
use crate::domain::access::User;
use crate::domain::looks::{self, Lesson, LookRow, NewLook};
use crate::domain::page::{List, Page};
use crate::domain::scans::{self, Number};
use crate::domain::warehouses;
use crate::ids::LookId;
use crate::scanning::Scanning;
use crate::store::{Answer, Store};

const COLUMNS: &[&str] = &[
    "id",
    "warehouse",
    "sku",
    "name",
    "threshold",
    "by",
    "created_at",
];

/// Which looks.
#[derive(Clone, Debug, Deserialize, garde::Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
#[garde(allow_unvalidated)]
pub struct Asked {
    /// The warehouse's code; all that the caller may see when left out.
    pub warehouse: Option<String>,
    /// Rows at most, 1 to 500; 50 when left out.
    pub limit: Option<i64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// How alike something must be.
#[derive(Debug, Deserialize, garde::Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Likeness {
    /// The least likeness, 0 to 1.
    #[garde(range(min = 0.0, max = 1.0))]
    threshold: f64,
}

/// The looks, the youngest first.
#[utoipa::path(get, path = "/api/looks", tag = "looks", params(Asked),
    responses((status = 200, body = List<LookRow>), (status = 404, body = respond::ProblemBody)))]
pub async fn list(
    me: May<Viewer>,
    request: HttpRequest,
    query: Params<Asked>,
    store: web::Data<Store>,
) -> Response {
    let asked = query.0;
    let page = Page::new("-id", asked.limit, asked.cursor.as_deref())?;
    let page = page.exporting(csv::wanted(&request));
    let read = move |db: &mut Db| {
        let warehouses = warehouses::among(db, &me, asked.warehouse.as_deref())?;
        let ids: Vec<_> = warehouses.iter().map(|warehouse| warehouse.id).collect();
        looks::list(db, &ids, &page)
    };
    csv::list(&request, COLUMNS, &store.read(read).await?)
}

/// Teaches how an item looks, by a box around one pack on the photo of a scan.
#[utoipa::path(post, path = "/api/looks", tag = "looks", request_body = Lesson, params(respond::IdempotencyKey),
    responses((status = 201, body = LookRow), (status = 403, body = respond::ProblemBody),
        (status = 404, body = respond::ProblemBody), (status = 422, body = respond::ProblemBody)))]
pub async fn teach(
    me: May<Operator>,
    request: HttpRequest,
    body: Body<Lesson>,
    (store, scanning): (web::Data<Store>, web::Data<Scanning>),
) -> Response {
    let key = body.key(&request, me.id)?;
    let lesson = body.value;
    let (scan, area): (Number, _) = (lesson.scan.parse()?, looks::area(&lesson)?);
    let place = scanning.place_to_learn(me.id)?;
    let user = User::clone(&me);
    let read = move |db: &mut Db| scans::photo(db, &user, scan);
    let (_, jpeg) = store.read(read).await?;
    let crop = place.learn(jpeg, area).await?;
    let new = NewLook {
        sku: lesson.sku,
        png: crop.png,
        threshold: crop.threshold,
    };
    let answer = store
        .write_once(me.actor(), key, move |tx| {
            let look = looks::teach(tx, &me, scan, &new)?;
            let path = format!("/api/looks/{}", look.id.0);
            Ok(Answer::new(201, &look)?.location(path))
        })
        .await?;
    Ok(respond::answer(answer))
}

/// The crop.
#[utoipa::path(get, path = "/api/looks/{id}/picture", tag = "looks", params(("id" = i64, Path)),
    responses((status = 200, content_type = "image/png", body = Vec<u8>), (status = 404, body = respond::ProblemBody)))]
pub async fn picture(
    me: May<Viewer>,
    request: HttpRequest,
    id: web::Path<i64>,
    store: web::Data<Store>,
) -> Response {
    let id = LookId(id.into_inner());
    let png = store.read(move |db| looks::picture(db, &me, id)).await?;
    // A look never changes its picture.
    let etag = format!("look-{}", id.0);
    Ok(respond::picture(&request, &etag, "image/png", png))
}

/// Sets how alike something must be to be taken for it.
#[utoipa::path(patch, path = "/api/looks/{id}", tag = "looks", request_body = Likeness, params(("id" = i64, Path)),
    responses((status = 200, body = LookRow), (status = 403, body = respond::ProblemBody),
        (status = 404, body = respond::ProblemBody), (status = 422, body = respond::ProblemBody)))]
pub async fn edit(
    me: May<Operator>,
    id: web::Path<i64>,
    body: Body<Likeness>,
    store: web::Data<Store>,
) -> Response {
    let (id, threshold) = (LookId(id.into_inner()), body.value.threshold);
    let look = store
        .write(me.actor(), move |tx| {
            looks::set_threshold(tx, &me, id, threshold)
        })
        .await?;
    Ok(respond::row(&look, None))
}

/// Forgets a look.
#[utoipa::path(delete, path = "/api/looks/{id}", tag = "looks", params(("id" = i64, Path)),
    responses((status = 204), (status = 403, body = respond::ProblemBody), (status = 404, body = respond::ProblemBody)))]
pub async fn forget(me: May<Operator>, id: web::Path<i64>, store: web::Data<Store>) -> Response {
    let id = LookId(id.into_inner());
    store
        .write(me.actor(), move |tx| looks::forget(tx, &me, id))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
