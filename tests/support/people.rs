//! Who uses the stock room in the tests: one person of each role, in two warehouses.

use aims::domain::access::{Role, User};
use aims::domain::passwords::hash;
use aims::domain::people::{add, grant};
use aims::domain::tokens::{self, NewToken};
use aims::error::Result;
use aims::events::Actor;
use aims::ids::WarehouseId;
use aims::on_db;
use aims::schema::{user, warehouse};
use aims::store::{Store, Tx};
use diesel::prelude::*;

/// What everybody types to sign in.
pub(crate) const PASSWORD: &str = "one for all of us";

/// KiB that hashing it takes: at the recommended cost it would be most of the tests' time.
const PASSWORD_MEMORY: u32 = 64;

/// The warehouses; every person has the same role in both.
const WAREHOUSES: [&str; 2] = ["north", "harbour"];

/// Their keys: the first of a fresh database.
pub(crate) const ROOMS: [WarehouseId; 2] = [WarehouseId(1), WarehouseId(2)];

/// Login, name and role. The last is the site's administrator.
const PEOPLE: [(&str, &str, Role); 4] = [
    ("vera", "Vera Lind", Role::Viewer),
    ("omar", "Omar Haddad", Role::Operator),
    ("ana", "Ana Reyes", Role::Approver),
    ("ada", "Ada Moreau", Role::Admin),
];

/// Opens the warehouses and lets the people in; answers with a token for each role.
pub(crate) async fn settle(store: &Store) -> Vec<(Role, String)> {
    let password = hash(PASSWORD, PASSWORD_MEMORY).unwrap();
    let settled = store.write(Actor::system(), move |tx| {
        for code in WAREHOUSES {
            open_warehouse(tx, code)?;
        }
        let tokens = PEOPLE.iter().map(|person| welcome(tx, *person));
        let tokens = tokens.collect::<Result<_>>()?;
        on_db!(&mut *tx.db, c => diesel::update(user::table)
            .set(user::password_hash.eq(password))
            .execute(c))?;
        Ok(tokens)
    });
    settled.await.unwrap()
}

fn welcome(tx: &mut Tx<'_>, person: (&str, &str, Role)) -> Result<(Role, String)> {
    let (login, name, role) = person;
    let admin = role == Role::Admin;
    let id = add(tx, login, name, admin)?;
    let roles = ROOMS.iter().filter(|_| !admin).map(|&room| (room, role));
    let user = User {
        id,
        login: login.into(),
        name: name.into(),
        admin,
        roles: roles.collect(),
    };
    for (&room, &role) in &user.roles {
        grant(tx, id, room, role)?;
    }
    let secret = tokens::secret();
    let asked = NewToken {
        name: "test".into(),
        expires_in_days: None,
    };
    tokens::create(tx, &user, &secret, &asked)?;
    Ok((role, secret.reveal().into()))
}

/// Opens a warehouse; its name is its code. Its log is empty, so that a test can count from 1.
pub(crate) fn open_warehouse(tx: &mut Tx<'_>, code: &str) -> Result<WarehouseId> {
    Ok(
        on_db!(&mut *tx.db, c => diesel::insert_into(warehouse::table)
        .values((
            warehouse::code.eq(code),
            warehouse::name.eq(code),
            warehouse::last_seq.eq(0),
            warehouse::pruned_seq.eq(0),
            warehouse::archived.eq(false),
            warehouse::version.eq(1),
            warehouse::created_at.eq(0),
        ))
        .returning(warehouse::id)
        .get_result(c))?,
    )
}
