//! `schema.rs` says what the migrations make, on both databases.

use std::collections::BTreeMap;
use std::rc::Rc;

use aims::db::{Backend, Db};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use crate::support::{Database, on_both};

/// Column by `table.column`: its type, and whether it may be null.
type Columns = BTreeMap<String, (&'static str, bool)>;

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    place: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
}

/// What a database has, but for what diesel keeps for itself.
const SQLITE: &str = "SELECT t.name || '.' || c.name AS place, c.type AS kind, \
    c.\"notnull\" = 0 AND c.pk = 0 AS nullable \
    FROM sqlite_master t JOIN pragma_table_info(t.name) c \
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE '\\_\\_%' ESCAPE '\\'";

const POSTGRES: &str = "SELECT table_name || '.' || column_name AS place, data_type AS kind, \
    is_nullable = 'YES' AS nullable FROM information_schema.columns \
    WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_%'";

fn of_database(db: &mut Db, backend: Backend) -> Columns {
    let question = match backend {
        Backend::Sqlite => SQLITE,
        Backend::Postgres => POSTGRES,
    };
    let columns: Vec<Column> = aims::on_db!(db, c => diesel::sql_query(question).load(c).unwrap());
    let named = |column: Column| (column.place, (kind(&column.kind), column.nullable));
    columns.into_iter().map(named).collect()
}

const SCHEMA: &str = include_str!("../../src/schema.rs");

/// Diesel's name for a type of either database.
fn kind(of_database: &str) -> &'static str {
    match of_database.to_ascii_lowercase().as_str() {
        "bigint" | "integer" => "BigInt",
        "text" => "Text",
        "boolean" => "Bool",
        "double precision" => "Double",
        "blob" | "bytea" => "Binary",
        other => panic!("{other} does not mean the same in both"),
    }
}

/// What `schema.rs` says.
fn of_schema() -> Columns {
    let (tables, _) = SCHEMA.split_once("diesel::joinable!").unwrap();
    let mut found = Columns::new();
    let (mut table, mut renamed) = ("", None);
    for line in tables.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix("#[sql_name = \"") {
            renamed = name.split('"').next();
        } else if let Some((name, kind)) = line.split_once(" -> ") {
            let name = renamed.take().unwrap_or(name);
            let kind = kind.trim_end_matches(',');
            let inner = kind
                .strip_prefix("Nullable<")
                .and_then(|k| k.strip_suffix('>'));
            found.insert(
                format!("{table}.{name}"),
                (inner.unwrap_or(kind), inner.is_some()),
            );
        } else if let Some((name, _)) = line.split_once(" (").filter(|_| line.ends_with(") {")) {
            table = name;
        }
    }
    found
}

on_both! {
    async fn the_schema_is_what_the_migrations_make(database: Rc<Database>) {
        let made = of_database(&mut database.connect(), database.backend());

        let said = of_schema();
        assert!(made.len() > 90, "{made:#?}");
        let only_in = |these: &Columns, those: &Columns| {
            let mut these = these.clone();
            these.retain(|place, column| those.get(place) != Some(column));
            these
        };
        assert_eq!(only_in(&made, &said), only_in(&said, &made));
    }
}
