//! `/api/me` and `/api/users`: who one is, and who else there is.

use actix_web::{HttpRequest, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::auth::{Admin, Anyone, May};
use super::csv;
use super::input::{Body, Params, Part};
use super::respond::{self, Response};
use crate::db::Db;
use crate::domain::access::{Role, User};
use crate::domain::links::Purpose;
use crate::domain::page::{List, Page};
use crate::domain::people::{self, Person};
use crate::domain::secrets::Secret;
use crate::domain::warehouses;
use crate::error::Result;
use crate::store::{Answer, Store};

/// The caller and their rights.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Me {
    /// What they type to sign in.
    pub login: String,
    /// What others see.
    pub name: String,
    /// Site administrator.
    pub admin: bool,
    /// The warehouses they may see, by code.
    pub warehouses: Vec<MyWarehouse>,
}

/// A warehouse that the caller may see.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MyWarehouse {
    /// Its code.
    pub code: String,
    /// Its name on the screen.
    pub name: String,
    /// What the caller may do there.
    pub role: Role,
}

impl Me {
    /// What `user` may do, and where.
    pub fn of(db: &mut Db, user: &User) -> Result<Self> {
        let visible = warehouses::visible(db, user)?;
        let mine = |w: warehouses::Warehouse| {
            user.role_in(w.id).map(|role| MyWarehouse {
                code: w.code,
                name: w.name,
                role,
            })
        };
        Ok(Self {
            login: user.login.clone(),
            name: user.name.clone(),
            admin: user.admin,
            warehouses: visible.into_iter().filter_map(mine).collect(),
        })
    }
}

/// The caller and their rights.
#[utoipa::path(get, path = "/api/me", tag = "people", responses((status = 200, body = Me)))]
pub async fn me(me: May<Anyone>, store: web::Data<Store>) -> Response {
    let mine = store.read(move |db| Me::of(db, &me)).await?;
    Ok(respond::row(&mine, None))
}

/// Everybody, by login. For site administrators.
#[utoipa::path(get, path = "/api/users", tag = "people", params(Part),
    responses((status = 200, body = List<Person>), (status = 403, body = respond::ProblemBody)))]
pub async fn list(
    me: May<Admin>,
    request: HttpRequest,
    query: Params<Part>,
    store: web::Data<Store>,
) -> Response {
    let page = Page::new("login", query.0.limit, query.0.cursor.as_deref())?;
    let page = page.exporting(csv::wanted(&request));
    let list = store.read(move |db| people::list(db, &me, &page)).await?;
    csv::list(&request, &["login", "name", "admin", "memberships"], &list)
}

/// Asks somebody in. For site administrators.
///
/// The answer has `link`, the path of the page on which they set their password. It is shown this once.
#[utoipa::path(post, path = "/api/users", tag = "people", request_body = Person,
    params(respond::IdempotencyKey),
    responses((status = 201, body = Person), (status = 409, body = respond::ProblemBody)))]
pub async fn invite(
    me: May<Admin>,
    body: Body<Person>,
    request: HttpRequest,
    store: web::Data<Store>,
) -> Response {
    let key = body.key(&request, me.id)?;
    let (person, link) = (body.value, Secret::random());
    let kept = link.clone();
    let answer = store
        .write_once(me.actor(), key, move |tx| {
            people::invite(tx, &me, &person, &kept)?;
            Answer::new(201, &person)
        })
        .await?;
    respond::with_secret(answer, "link", &Purpose::SetPassword.path(&link))
}
