//! Orders: to approve, on the way, done.

use actix_web::web;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Reading, Rooms, Visit, value};
use crate::domain::orders::{self, Filter, Sort, Status};
use crate::domain::page::Page;
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

/// A part of an order's life.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Tab {
    #[default]
    Approve,
    Way,
    Done,
}

impl Tab {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Way => "way",
            Self::Done => "done",
        }
    }

    fn holds(self) -> (Vec<Status>, Sort) {
        match self {
            Self::Approve => (vec![Status::Pending], Sort::Priority),
            Self::Way => (vec![Status::Approved], Sort::Priority),
            Self::Done => {
                let open = [Status::Pending, Status::Approved];
                let done = Status::ALL.iter().copied();
                (
                    done.filter(|s| !open.contains(s)).collect(),
                    Sort::CreatedAt,
                )
            }
        }
    }
}

/// The page.
pub async fn orders(
    me: May<Viewer>,
    room: web::Path<String>,
    query: web::Query<Asked>,
    store: web::Data<Store>,
    rooms: web::Data<Rooms>,
) -> Response {
    let asked = query.into_inner();
    let name = format!("{asked:?}");
    Visit::new(me.into_user(), room.into_inner(), "orders", rooms.demo)
        .show_to_many(&store, &rooms, name, move |reading| read(reading, &asked))
        .await
}

fn read(Reading { db, at, .. }: Reading<'_>, asked: &Asked) -> Result<Value> {
    let (status, sort) = asked.tab.holds();
    let page = Page::new(sort.as_str(), None, asked.cursor.as_deref())?;
    let filter = Filter {
        warehouses: vec![at.id],
        status,
        item: None,
    };
    let list = orders::list(db, &filter, sort, &page)?;
    Ok(json!({
        "tab": asked.tab.as_str(),
        "rows": value(list.data)?,
        "next_cursor": list.next_cursor,
        "counts": value(orders::counts(db, at.id)?)?,
    }))
}
