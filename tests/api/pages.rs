//! The dashboard's pages, as a browser gets them.

use actix_web::http::Method;
use aims::domain::access::Role;
use serde_json::json;

use crate::support::app::App;
use crate::support::client::{Client, Reply};
use crate::support::on_both;

const PAGES: [&str; 8] = [
    "/w/north",
    "/w/north/inventory?q=tea&status=low&status=out&sort=name",
    "/w/north/orders?tab=way",
    "/w/north/orders?tab=done",
    "/w/north/scans",
    "/w/north/counts",
    "/w/north/counts?tab=done",
    "/w/north/account",
];

fn browser(client: &Client) -> Client {
    client.with("accept", "text/html,application/xhtml+xml")
}

async fn form(client: &Client, path: &str, fields: &str) -> Reply {
    client
        .with("content-type", "application/x-www-form-urlencoded")
        .send(Method::POST, path, fields)
        .await
}

/// Checks that a page is one.
#[track_caller]
fn page(reply: &Reply, status: u16) {
    assert_eq!(reply.status, status, "{}", reply.text);
    assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
    assert!(reply.text.starts_with("<!doctype html>"), "{}", reply.text);
    assert!(reply.text.trim_end().ends_with("</html>"));
}

on_both! {
    async fn every_role_sees_every_page(app: App) {
        for role in [Role::Viewer, Role::Operator, Role::Approver, Role::Admin] {
            for path in PAGES {
                page(&browser(&app.as_role(role)).get(path).await, 200);
            }
        }
    }

    async fn the_form_for_photos_offers_the_configured_detector_unless_it_cannot_work(app: App) {
        let other = app.beside(|config| config.detectors.detector = "taught".into()).await;
        let mut options = Vec::new();
        for app in [&app, &other] {
            let text = browser(&app.as_role(Role::Operator)).get("/w/north/scans").await.text;
            options.push(["barcode", "taught"].map(|name| {
                let (_, rest) = text.split_once(&format!("<option value=\"{name}\"")).unwrap();
                rest.split_once('>').unwrap().0.trim().to_owned()
            }));
        }

        assert_eq!(options[0], ["selected", "disabled"]);
        assert_eq!(options[1], ["", "disabled"], "a browser takes the first that is not disabled");
        other.stop().await;
    }

    async fn a_sheet_is_a_page_of_its_own_warehouse_alone(app: App) {
        let omar = app.as_role(Role::Operator);
        let new = json!({ "warehouse": "north", "mode": "count", "title": "<b>Tea</b>" });
        let number = omar.post("/api/sheets", new).await.done()["number"].as_str().unwrap().to_owned();

        let reply = browser(&omar).get(&format!("/w/north/counts/{number}")).await;

        page(&reply, 200);
        assert!(!reply.text.contains("<b>Tea"), "{}", reply.text);
        for elsewhere in [format!("/w/harbour/counts/{number}"), "/w/north/counts/CS-999".into(), "/w/north/scans/SC-999".into()] {
            page(&browser(&omar).get(&elsewhere).await, 404);
        }
    }

    async fn to_remember_a_label_for_all_warehouses_is_offered_to_administrators_alone(app: App) {
        let new = json!({ "warehouse": "north", "mode": "count" });
        app.as_role(Role::Operator).post("/api/sheets", new).await.done();
        for (role, offered) in [(Role::Operator, 0), (Role::Admin, 2)] {
            let reply = browser(&app.as_role(role)).get("/w/north/counts/CS-1").await;
            let options = reply.text.matches("<option value=\"everywhere\">").count();
            assert_eq!(options, offered, "the box's dialog and the panel of unknown labels, for {role:?}");
        }
    }

    async fn photos_to_try_it_with_are_there_in_the_demo_alone(app: App) {
        app.get("/samples/shelf.jpg").await.refused(404, "not_found");
    }

    async fn a_page_allows_nothing_but_files_of_ours(app: App) {
        let reply = browser(&app.as_role(Role::Viewer)).get("/w/north").await;

        let policy = reply.header("content-security-policy").to_owned();
        assert!(policy.starts_with("default-src 'self'"), "{policy}");
        assert!(!policy.contains("script-src") && !policy.contains("'unsafe"), "{policy}");
    }

    async fn home_is_the_first_warehouse_one_may_see(app: App) {
        let reply = browser(&app.as_role(Role::Viewer)).get("/").await;

        assert_eq!((reply.status, reply.header("location")), (303, "/w/harbour"));
    }

    async fn a_stranger_is_led_to_the_sign_in_page_and_back(app: App) {
        let reply = browser(&app).get("/w/north/orders?tab=way").await;

        assert_eq!(reply.status, 303);
        assert_eq!(reply.header("location"), "/sign-in?next=%2Fw%2Fnorth%2Forders%3Ftab%3Dway");
        let door = browser(&app).get(reply.header("location")).await;
        page(&door, 200);
        let text = door.text.replace("&#x2F;", "/");
        assert!(text.contains("value=\"/w/north/orders?tab=way\""), "{text}");
    }

    async fn a_program_gets_a_problem_where_a_browser_gets_a_page(app: App) {
        app.get("/w/north").await.refused(401, "unauthenticated");
        let vera = app.as_role(Role::Viewer);
        vera.get("/w/attic").await.refused(404, "not_found");

        let reply = browser(&vera).get("/w/attic").await;
        page(&reply, 404);
        assert!(reply.text.contains(reply.header("x-request-id")));
    }

    async fn a_wrong_password_shows_the_form_again_with_the_name(app: App) {
        let reply = form(&app, "/sign-in", "login=ana&password=wrong&next=/w/north").await;

        page(&reply, 401);
        assert!(reply.text.contains("value=\"ana\""), "{}", reply.text);
        assert_eq!(reply.header("set-cookie"), "");
    }

    async fn a_form_that_another_site_sends_is_refused(app: App) {
        for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
            let reply = form(&app.with(name, value), "/sign-in", "login=ana&password=x").await;
            reply.refused(403, "cross_origin");
        }
    }

    async fn a_link_that_nobody_sent_opens_nothing(app: App) {
        for path in ["/welcome/nothing", "/set-password/nothing"] {
            page(&browser(&app).get(path).await, 404);
        }
        form(&app, "/welcome/nothing", "").await.refused(404, "not_found");
    }

    async fn names_are_shown_as_text_whatever_is_in_them(app: App) {
        let name = "</script><img src=x onerror=alert(1)>";
        let item = json!({ "sku": "X-1", "name": name, "category": "Odd", "unit": "pack" });
        app.as_role(Role::Admin).post("/api/items", item).await.done();

        let reply = browser(&app.as_role(Role::Viewer)).get("/w/north/items/X-1").await;

        page(&reply, 200);
        assert!(!reply.text.contains("<img"), "{}", reply.text);
        assert_eq!(reply.text.matches("</script>").count(), reply.text.matches("<script").count());
    }

    async fn files_are_asked_for_again_only_when_they_changed(app: App) {
        let home = browser(&app).get("/sign-in").await;
        let path = home.text.split('"').find(|text| text.ends_with("app.css")).unwrap();

        let first = app.get(path).await;
        assert_eq!((first.status, first.header("content-type")), (200, "text/css; charset=utf-8"));
        let again = app.with("if-none-match", first.header("etag")).get(path).await;

        assert_eq!((again.status, again.text.as_str()), (304, ""));
        let small = app.with("accept-encoding", "gzip").get(path).await;
        assert_eq!(small.header("content-encoding"), "gzip");
        app.get("/static/../Cargo.toml").await.refused(404, "not_found");
        app.get("/static/js/none.js").await.refused(404, "not_found");
    }
}
