//! `/api/tokens`: the caller's own tokens.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::auth::{Anyone, May};
use super::csv;
use super::input::{Body, Params, Part};
use super::respond::{self, Response};
use crate::domain::page::{List, Page};
use crate::domain::tokens::{self, NewToken, Token};
use crate::ids::TokenId;
use crate::store::{Answer, Store};

/// A token that was just made, with its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct FreshToken {
    #[serde(flatten)]
    row: Token,
    /// What to send as `Authorization: Bearer …`. Shown this once: not even a repeat of the request with
    /// its `Idempotency-Key` shows it again.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

/// The caller's tokens, newest first.
#[utoipa::path(get, path = "/api/tokens", tag = "tokens", params(Part),
    responses((status = 200, body = List<Token>)))]
pub async fn list(
    me: May<Anyone>,
    request: HttpRequest,
    query: Params<Part>,
    store: web::Data<Store>,
) -> Response {
    let page = Page::new("-id", query.0.limit, query.0.cursor.as_deref())?;
    let page = page.exporting(csv::wanted(&request));
    let list = store.read(move |db| tokens::list(db, &me, &page)).await?;
    csv::list(
        &request,
        &["id", "name", "created_at", "used_at", "expires_at"],
        &list,
    )
}

/// Makes a token that acts for the caller.
#[utoipa::path(post, path = "/api/tokens", tag = "tokens", request_body = NewToken,
    params(respond::IdempotencyKey), responses((status = 201, body = FreshToken)))]
pub async fn create(
    me: May<Anyone>,
    body: Body<NewToken>,
    request: HttpRequest,
    store: web::Data<Store>,
) -> Response {
    let key = body.key(&request, me.id)?;
    let (secret, new) = (tokens::secret(), body.value);
    let kept = secret.clone();
    let answer = store
        .write_once(me.actor(), key, move |tx| {
            let row = tokens::create(tx, &me, &kept, &new)?;
            let path = format!("/api/tokens/{}", row.id.0);
            Ok(Answer::new(201, &row)?.location(path))
        })
        .await?;
    respond::with_secret(answer, "token", secret.reveal())
}

/// Revokes one of the caller's tokens.
#[utoipa::path(delete, path = "/api/tokens/{id}", tag = "tokens", params(("id" = i64, Path)),
    responses((status = 204), (status = 404, body = respond::ProblemBody)))]
pub async fn revoke(me: May<Anyone>, id: web::Path<i64>, store: web::Data<Store>) -> Response {
    let id = TokenId(id.into_inner());
    store
        .write(me.actor(), move |tx| tokens::revoke(tx, &me, id))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
