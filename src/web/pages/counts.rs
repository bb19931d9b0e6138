//! Count: the sheets of a warehouse, and beginning one.

use actix_web::web;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Reading, Visit, value};
use crate::config::Config;
use crate::domain::inventory;
use crate::domain::page::Page;
use crate::domain::sheets::{self, Filter, Status};
use crate::error::Result;
use crate::store::Store;
use crate::web::auth::{May, Viewer};
use crate::web::respond::Response;

/// The parameters of the address.
#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    tab: Tab,
    cursor: Option<String>,
}

/// Whether a sheet is being counted, or what became of it is looked at.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Tab {
    #[default]
    Open,
    Done,
}

impl Tab {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
        }
    }

    fn holds(self) -> Vec<Status> {
        let all = Status::ALL.iter().copied();
        match self {
            Self::Open => vec![Status::Open],
            Self::Done => all.filter(|status| *status != Status::Open).collect(),
        }
    }
}

/// The page.
pub async fn counts(
    me: May<Viewer>,
    room: web::Path<String>,
    query: web::Query<Asked>,
    store: web::Data<Store>,
    config: web::Data<Config>,
) -> Response {
    let asked = query.into_inner();
    Visit::new(me.into_user(), room.into_inner(), "counts", config.demo)
        .show(&store, move |reading| read(reading, &asked))
        .await
}

fn read(Reading { db, at, .. }: Reading<'_>, asked: &Asked) -> Result<Value> {
    let page = Page::new("-id", None, asked.cursor.as_deref())?;
    let filter = Filter {
        warehouses: vec![at.id],
        status: asked.tab.holds(),
        source: Vec::new(),
    };
    let list = sheets::list(db, &filter, &page)?;
    Ok(json!({
        "tab": asked.tab.as_str(),
        "sheets": value(list.data)?,
        "next_cursor": list.next_cursor,
        "categories": inventory::categories(db, at.id)?,
    }))
}
