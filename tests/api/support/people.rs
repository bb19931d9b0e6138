//! Who uses the stock room in the tests: one person of each role, in two warehouses.

use aims::domain::access::{Role, User};
use aims::domain::people::{add, grant};
use aims::domain::tokens::{self, NewToken};
use aims::error::Result;
use aims::events::Actor;
use aims::ids::WarehouseId;
use aims::store::{Store, Tx};

use super::rows::open_warehouse;

/// The warehouses; every person has the same role in both.
const WAREHOUSES: [&str; 2] = ["north", "harbour"];

/// Their keys: the first of a fresh database.
const ROOMS: [WarehouseId; 2] = [WarehouseId(1), WarehouseId(2)];

/// Login, name and role. The last is the site's administrator.
const PEOPLE: [(&str, &str, Role); 4] = [
    ("vera", "Vera Lind", Role::Viewer),
    ("omar", "Omar Haddad", Role::Operator),
    ("ana", "Ana Reyes", Role::Approver),
    ("ada", "Ada Moreau", Role::Admin),
];

/// Opens the warehouses and lets the people in; answers with a token for each role.
pub(crate) async fn settle(store: &Store) -> Vec<(Role, String)> {
    let settled = store.write(Actor::system(), |tx| {
        for code in WAREHOUSES {
            open_warehouse(tx, code)?;
        }
        PEOPLE.iter().map(|person| welcome(tx, *person)).collect()
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
