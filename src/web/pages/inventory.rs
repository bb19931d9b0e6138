//! Inventory: the whole table of a warehouse, by the filters in its address.

use actix_web::web;
use serde_json::{Value, json};

use super::{Reading, Rooms, Visit, value};
use crate::domain::inventory::{self, Filter, Sort};
use crate::domain::page::Page;
use crate::domain::words;
use crate::error::Result;
use crate::store::Store;
use crate::time::Time;
use crate::web::auth::{May, Viewer};
use crate::web::respond::Response;

/// The parameters of the address. A form without script repeats `status`, the script joins its
/// values by commas; both are read.
#[derive(Debug, Default)]
struct Asked {
    q: String,
    status: String,
    category: String,
    sort: String,
    cursor: Option<String>,
}

impl Asked {
    fn of(pairs: Vec<(String, String)>) -> Self {
        let mut asked = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "q" => asked.q = value,
                "category" => asked.category = value,
                "sort" => asked.sort = value,
                "cursor" => asked.cursor = Some(value),
                "status" if asked.status.is_empty() => asked.status = value,
                "status" => asked.status = format!("{},{value}", asked.status),
                _ => {}
            }
        }
        asked
    }

    fn filter(&self) -> Result<Filter> {
        let given = |text: &String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        Ok(Filter {
            status: words::list(Some(&self.status), "status")?,
            category: given(&self.category),
            q: given(&self.q),
            ..Filter::default()
        })
    }

    /// The order that was asked for; an unknown one is the usual one.
    fn sort(&self) -> Sort {
        self.sort.parse().unwrap_or(Sort::Risk)
    }
}

/// The page.
pub async fn inventory(
    me: May<Viewer>,
    room: web::Path<String>,
    query: web::Query<Vec<(String, String)>>,
    store: web::Data<Store>,
    rooms: web::Data<Rooms>,
) -> Response {
    let asked = Asked::of(query.into_inner());
    let name = format!("{asked:?}");
    Visit::new(me.into_user(), room.into_inner(), "inventory", rooms.demo)
        .show_to_many(&store, &rooms, name, move |reading| read(reading, &asked))
        .await
}

fn read(Reading { db, at, .. }: Reading<'_>, asked: &Asked) -> Result<Value> {
    let (filter, sort) = (asked.filter()?, asked.sort());
    let page = Page::new(sort.as_str(), None, asked.cursor.as_deref())?;
    let list = inventory::list(db, at.id, &filter, sort, &page)?;
    let rows = inventory::stats(db, at.id, list.data, Time::now())?;
    let counts = inventory::counts(db, at.id)?;
    Ok(json!({
        "rows": value(rows)?,
        "next_cursor": list.next_cursor,
        "total": counts.values().sum::<i64>(),
        "counts": counts,
        "categories": inventory::categories(db, at.id)?,
        "filters": {
            "q": filter.q.unwrap_or_default(),
            "status": value(filter.status)?,
            "category": filter.category.unwrap_or_default(),
            "sort": sort.as_str(),
        },
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_and_joined_statuses_read_the_same() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let repeated = Asked::of(vec![pair("status", "low"), pair("status", "out")]);
        let joined = Asked::of(vec![pair("status", "low,out"), pair("sort", "nonsense")]);

        assert_eq!(
            repeated.filter().unwrap().status,
            joined.filter().unwrap().status
        );
        assert_eq!(joined.sort(), Sort::Risk);
    }
}
