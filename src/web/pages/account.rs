//! Account: who one is here, and the tokens that act for one.

use actix_web::web;
use serde_json::{Value, json};

use super::{Reading, Visit, value};
use crate::config::Config;
use crate::domain::page::{MAX_LIMIT, Page};
use crate::domain::tokens;
use crate::error::Result;
use crate::store::Store;
use crate::web::auth::{May, Viewer};
use crate::web::respond::Response;

/// The page.
pub async fn account(
    me: May<Viewer>,
    room: web::Path<String>,
    store: web::Data<Store>,
    config: web::Data<Config>,
) -> Response {
    Visit::new(me.into_user(), room.into_inner(), "account", config.demo)
        .show(&store, read)
        .await
}

fn read(Reading { db, me, .. }: Reading<'_>) -> Result<Value> {
    let all = Page::new("-id", Some(MAX_LIMIT), None)?;
    Ok(json!({ "tokens": value(tokens::list(db, me, &all)?.data)? }))
}
