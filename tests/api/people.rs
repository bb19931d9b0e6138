//! Who there is, and how one asks somebody in.

use aims::domain::access::Role;
use aims::domain::people::set_password;
use aims::domain::secrets::Secret;
use aims::events::Actor;
use serde_json::json;

use crate::support::app::App;
use crate::support::on_both;

on_both! {
    async fn one_sees_ones_warehouses_and_rights(app: App) {
        let me = app.as_role(Role::Operator).get("/api/me").await.done();
        assert_eq!(
            me,
            json!({
                "login": "omar", "name": "Omar Haddad", "admin": false,
                "warehouses": [
                    {"code": "harbour", "name": "harbour", "role": "operator"},
                    {"code": "north", "name": "north", "role": "operator"},
                ],
            })
        );
        let me = app.as_role(Role::Admin).get("/api/me").await.done();
        assert_eq!((&me["admin"], &me["warehouses"][0]["role"]), (&json!(true), &json!("admin")));
    }

    async fn somebody_asked_in_sets_a_password_by_the_link(app: App) {
        let ada = app.as_role(Role::Admin);
        let mina = json!({
            "login": "mina", "name": "Mina Kaya", "memberships": [{"warehouse": "north", "role": "approver"}],
        });
        let reply = ada.post("/api/users", mina).await;
        assert_eq!(reply.status, 201);
        let link = reply.done()["link"].as_str().unwrap().to_owned();
        let secret = Secret::presented(link.strip_prefix("/set-password/").unwrap());

        let set = app.store().write(Actor::system(), move |tx| set_password(tx, &secret, "a hash"));

        assert_eq!(set.await.unwrap().name, "Mina Kaya");
        let all = ada.get("/api/users?limit=2&cursor=").await;
        all.refused(400, "malformed");
        let all = ada.get("/api/users").await.done();
        let mina = &all["data"][2];
        assert_eq!(mina["login"], "mina");
        assert_eq!(mina["memberships"], json!([{"warehouse": "north", "role": "approver"}]));
    }

    async fn every_mistake_in_an_invitation_is_named_and_nobody_added(app: App) {
        let ada = app.as_role(Role::Admin);
        let wrong = json!({"login": "Mina K", "name": "a\u{1}"});
        let problem = ada.post("/api/users", wrong).await.refused(422, "validation");
        assert_eq!(problem["errors"].as_array().unwrap().len(), 2, "{problem}");
        let unknown = json!({"login": "mina", "name": "Mina", "memberships": [
            {"warehouse": "nowhere", "role": "viewer"},
            {"warehouse": "north", "role": "viewer"},
            {"warehouse": "north", "role": "admin"},
        ]});
        let problem = ada.post("/api/users", unknown).await.refused(422, "validation");
        assert_eq!(problem["errors"][0]["pointer"], "/memberships/0/warehouse");
        assert_eq!(problem["errors"][1]["pointer"], "/memberships/2/warehouse");
        let taken = json!({"login": "omar", "name": "Another Omar"});
        ada.post("/api/users", taken).await.refused(409, "duplicate_login");

        let all = ada.get("/api/users").await.done();
        assert_eq!(all["data"].as_array().unwrap().len(), 4);
    }

    async fn only_site_administrators_manage_people(app: App) {
        let ada = app.as_role(Role::Admin);
        let chief = json!({"login": "chief", "name": "Chief", "memberships": [{"warehouse": "north", "role": "admin"}]});
        for role in [Role::Viewer, Role::Operator, Role::Approver] {
            let caller = app.as_role(role);
            caller.get("/api/users").await.refused(403, "forbidden");
            caller.post("/api/users", chief.clone()).await.refused(403, "forbidden");
        }
        ada.post("/api/users", chief).await.done();
    }
}
