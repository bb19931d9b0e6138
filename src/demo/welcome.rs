//! What the demo says when it is ready: how to get in, and lines to paste.

use std::net::SocketAddr;

use tokio::task::spawn_blocking;

use super::opening::People;
use crate::config::Config;
use crate::domain::access::{Role, User};
use crate::domain::links::{self, NewLink, Purpose};
use crate::domain::secrets::Secret;
use crate::domain::tokens::{self, NewToken};
use crate::domain::{passwords, people, warehouses};
use crate::error::{Error, Result};
use crate::events::Actor;
use crate::store::{Store, Tx};

/// Days that the sign-in link works. The demo's database rarely lives longer.
const LINK_DAYS: i64 = 7;

/// The keys to the demo.
#[derive(Debug)]
pub struct Welcome {
    link: Secret,
    token: Secret,
    password: Secret,
    /// An order that waits, for the line that approves one.
    order: String,
}

/// Gives the shop's people a password, and whoever started the demo a link and a token.
pub(super) async fn prepare(store: &Store, config: &Config, people: People) -> Result<Welcome> {
    let (token, password) = (tokens::secret(), Secret::random());
    let (text, memory) = (password.reveal().to_owned(), config.password_memory);
    let hash = spawn_blocking(move || passwords::hash(&text, memory))
        .await
        .map_err(Error::internal)??;
    store
        .write(Actor::system(), move |tx| {
            for person in [&people.vera, &people.omar, &people.ana, &people.ada] {
                let secret = invite(tx, person, Purpose::SetPassword)?;
                people::set_password(tx, &secret, &hash)?;
            }
            let link = invite(tx, &people.ada, Purpose::SignIn)?;
            let new = NewToken {
                name: "demo".into(),
                expires_in_days: Some(LINK_DAYS),
            };
            tokens::create(tx, &people.ada, &token, &new)?;
            let order = waiting_order(tx, &people.ada)?;
            Ok(Welcome {
                link,
                token,
                password,
                order,
            })
        })
        .await
}

fn invite(tx: &mut Tx<'_>, person: &User, purpose: Purpose) -> Result<Secret> {
    let secret = Secret::random();
    links::create(
        tx,
        &NewLink {
            user: person.id,
            purpose,
            days: LINK_DAYS,
            secret: &secret,
        },
    )?;
    Ok(secret)
}

fn waiting_order(tx: &mut Tx<'_>, user: &User) -> Result<String> {
    let first = super::shop::BRANCHES
        .first()
        .map_or("", |branch| branch.code);
    let warehouse = warehouses::find(tx.db, user, first, Role::Viewer)?;
    let waiting = super::days::waiting(tx, warehouse.id)?;
    Ok(waiting
        .into_iter()
        .next()
        .map(|order| order.number)
        .unwrap_or_default())
}

impl Welcome {
    /// Says it, for a server at `addr`.
    #[expect(
        clippy::print_stdout,
        reason = "this is said to whoever started the demo, not logged"
    )]
    pub fn print(&self, addr: SocketAddr) {
        let (api, order) = (format!("http://{addr}/api"), &self.order);
        let header = "-H \"Authorization: Bearer $AIMS_TOKEN\"";
        println!(
            "
AIMS demo: a shop with two warehouses and 120 days of history, made afresh.

Open this in a browser; it signs you in as Ada, the administrator:

  http://{addr}{}

Others sign in at http://{addr}/sign-in as vera (viewer), omar (operator), ana (approver) or ada,
all with the password {}

From another terminal, while you watch the browser:

export AIMS_TOKEN={}

curl -s {header} '{api}/orders?warehouse=north&status=pending&limit=3'
curl -s -X POST {header} -H 'Content-Type: application/json' -d '{{\"note\":\"by curl\"}}' {api}/orders/{order}/approve
curl -s -X POST {header} -H 'Content-Type: application/json' -d '{{\"warehouse\":\"north\",\"sku\":\"TEA-500\",\"kind\":\"issue\",\"quantity\":1}}' {api}/movements
curl -s http://{addr}/samples/shelf.jpg | curl -s {header} -F warehouse=north -F image=@- {api}/scans

Every route: http://{addr}/api/docs/    Ctrl-C ends it.
",
            Purpose::SignIn.path(&self.link),
            self.password.reveal(),
            self.token.reveal(),
        );
    }
}
