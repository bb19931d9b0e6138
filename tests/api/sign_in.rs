//! Signing in and out, and what a browser's session is good for.

use std::time::Duration;

use actix_rt::time::{sleep, timeout};
use actix_web::cookie::Cookie;
use aims::domain::access::Role;
use aims::domain::links::{NewLink, Purpose};
use aims::domain::logins::NOTE_SECONDS;
use aims::domain::people::{first_administrator, set_password};
use aims::domain::secrets::Secret;
use aims::domain::{links, passwords, people};
use aims::error::{Code, Result};
use aims::events::Actor;
use aims::ids::UserId;
use aims::on_db;
use aims::schema::{login, user};
use aims::store::{Store, Tx};
use aims::time::Time;
use diesel::prelude::*;
use serde_json::json;

use crate::support::app::App;
use crate::support::client::{Client, Reply};
use crate::support::{Opened, on_both};
use crate::tools::wait::PATIENCE;

const PASSWORD: &str = "correct horse";

/// Lets Omar, the operator, sign in by [`PASSWORD`].
async fn omar_has_a_password(app: &App) {
    let hash = passwords::hash(PASSWORD, 64).unwrap();
    let done = app.store().write(Actor::system(), move |tx| {
        let omar = people::credentials(tx.db, "omar")?.unwrap();
        let secret = Secret::random();
        invite(tx, omar.id, &secret, 1)?;
        set_password(tx, &secret, &hash)
    });
    done.await.unwrap();
}

fn invite(tx: &mut Tx<'_>, user: UserId, secret: &Secret, days: i64) -> Result<()> {
    let purpose = Purpose::SetPassword;
    links::create(
        tx,
        &NewLink {
            user,
            purpose,
            days,
            secret,
        },
    )
}

async fn sign_in(app: &App, login: &str, password: &str) -> Reply {
    let typed = json!({ "login": login, "password": password });
    app.post("/api/auth/login", typed).await
}

/// Omar's browser, signed in; it sends nothing of its own but the cookie.
async fn browser(app: &App) -> Client {
    omar_has_a_password(app).await;
    let reply = sign_in(app, "omar", PASSWORD).await;
    let cookie = Cookie::parse(reply.header("set-cookie").to_owned()).unwrap();
    app.with("cookie", &cookie.stripped().to_string())
}

/// Changes all sessions in the database.
async fn sessions(store: &Store, change: fn(i64) -> (i64, i64)) {
    let done = store.write(Actor::system(), move |tx| {
        let (seen, expires) = change(tx.now().0);
        on_db!(&mut *tx.db, c => diesel::update(login::table)
            .set((login::seen_at.eq(seen), login::expires_at.eq(expires)))
            .execute(c))?;
        Ok(())
    });
    done.await.unwrap();
}

/// Sessions that last for an hour and more.
async fn lasting(store: &Store) -> i64 {
    let count = store.read(|db| {
        let hour = Time::now().plus_seconds(3600);
        let lasting = login::table.filter(login::expires_at.gt(hour)).count();
        Ok(on_db!(db, c => lasting.get_result(c))?)
    });
    count.await.unwrap()
}

on_both! {
    async fn a_session_lasts_until_its_browser_signs_out(app: App) {
        let browser = browser(&app).await.with("sec-fetch-site", "same-origin");
        assert_eq!(browser.get("/api/me").await.done()["login"], "omar");

        let reply = browser.post("/api/auth/logout", json!({})).await;

        assert!(reply.header("set-cookie").contains("Max-Age=0"));
        assert_eq!(reply.status, 204);
        browser.get("/api/me").await.refused(401, "unauthenticated");
    }

    async fn signing_in_tells_who_one_is_and_hides_the_secret_from_scripts(app: App) {
        omar_has_a_password(&app).await;

        let reply = sign_in(&app, " Omar ", PASSWORD).await;

        let cookie = reply.header("set-cookie").to_owned();
        assert!(cookie.starts_with("aims_session="), "{cookie}");
        for rule in ["HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(rule), "{cookie}");
        }
        let me = reply.done();
        assert_eq!(me["login"], "omar");
        assert_eq!(me["warehouses"][0]["role"], "operator");
    }

    async fn a_wrong_name_and_a_wrong_password_are_told_alike(app: App) {
        omar_has_a_password(&app).await;
        let mut told = Vec::new();
        for (login, password) in [("omar", "wrong"), ("nobody", PASSWORD), ("vera", ""), ("om\0ar", PASSWORD)] {
            let problem = sign_in(&app, login, password).await.refused(401, "wrong_credentials");
            told.push(problem["detail"].clone());
        }
        assert!(told.iter().all(|detail| *detail == told[0]), "{told:?}");
    }

    async fn guessing_is_slowed_down(app: App) {
        for _ in 0..20 {
            sign_in(&app, "omar", "guess").await.refused(401, "wrong_credentials");
        }

        let reply = sign_in(&app, "OMAR", "guess").await;

        assert_eq!(reply.header("retry-after"), "10");
        reply.refused(429, "rate_limited");
        sign_in(&app, "vera", "guess").await.refused(401, "wrong_credentials");
    }

    async fn a_cookie_changes_nothing_for_another_site(app: App) {
        let browser = browser(&app).await;
        for elsewhere in [
            browser.clone(),
            browser.with("sec-fetch-site", "cross-site"),
            browser.with("sec-fetch-site", "same-site"),
            browser.with("origin", "http://evil.example"),
            browser.with("origin", "null"),
        ] {
            elsewhere.get("/api/me").await.done();
            let reply = elsewhere.post("/api/tokens", json!({"name": "stolen"})).await;
            reply.refused(403, "cross_origin");
        }
        let ours = browser.with("sec-fetch-site", "same-origin");
        ours.post("/api/tokens", json!({"name": "mine"})).await.done();
    }

    async fn an_expired_session_is_nobodys(app: App) {
        let browser = browser(&app).await;
        sessions(app.store(), |now| (now, now - 1)).await;

        browser.get("/api/me").await.refused(401, "unauthenticated");
    }

    async fn using_a_session_keeps_it_alive(app: App) {
        let browser = browser(&app).await;
        sessions(app.store(), |now| (now - 2 * NOTE_SECONDS * 1_000_000, now + 60_000_000)).await;

        browser.get("/api/me").await.done();

        let noted = async {
            while lasting(app.store()).await == 0 {
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(PATIENCE, noted).await.expect("the use is noted");
    }

    async fn who_was_disabled_is_out_at_once(app: App) {
        let browser = browser(&app).await;
        let disable = app.store().write(Actor::system(), |tx| {
            on_db!(&mut *tx.db, c => diesel::update(user::table)
                .set(user::disabled.eq(true))
                .execute(c))?;
            Ok(())
        });
        disable.await.unwrap();

        browser.get("/api/me").await.refused(401, "unauthenticated");
        app.as_role(Role::Operator).get("/api/me").await.refused(401, "unauthenticated");
        sign_in(&app, "omar", PASSWORD).await.refused(401, "wrong_credentials");
    }

    async fn setting_a_password_signs_out_everywhere(app: App) {
        let browser = browser(&app).await;
        omar_has_a_password(&app).await;

        browser.get("/api/me").await.refused(401, "unauthenticated");
    }

    async fn the_first_administrator_gets_a_link_at_each_start_until_a_password_is_set(store: Opened) {
        let start = || store.write(Actor::system(), first_administrator);
        let first = start().await.unwrap().expect("a link");
        let second = start().await.unwrap().expect("a link");

        let set = |link: Secret| store.write(Actor::system(), move |tx| {
            set_password(tx, &link, "a hash").map(|guest| guest.login)
        });
        assert_eq!(set(first).await.unwrap_err().code(), Code::NotFound);
        assert_eq!(set(second.clone()).await.unwrap(), "admin");
        assert_eq!(set(second).await.unwrap_err().code(), Code::NotFound);
        assert!(start().await.unwrap().is_none());
    }

    async fn a_link_ends_when_its_time_is_over(store: Opened) {
        let spent = store.write(Actor::system(), |tx| {
            let id = people::add(tx, "mina", "Mina", false)?;
            let secret = Secret::random();
            invite(tx, id, &secret, 0)?;
            set_password(tx, &secret, "a hash")
        });
        assert_eq!(spent.await.unwrap_err().code(), Code::NotFound);
    }
}
