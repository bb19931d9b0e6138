//! Who may do what, as the caller sees it.

use aims::domain::access::Role;

use crate::support::app::App;
use crate::support::on_both;

const ROLES: [Role; 4] = [Role::Viewer, Role::Operator, Role::Approver, Role::Admin];

on_both! {
    async fn a_token_tells_who_asks(app: App) {
        for (role, login) in ROLES.into_iter().zip(["vera", "omar", "ana", "ada"]) {
            let me = app.as_role(role).get("/api/me").await.done();
            assert_eq!(me["login"], login, "{me}");
        }
    }

    async fn nobody_gets_in_without_a_token_or_with_a_false_one(app: App) {
        for caller in [app.with_token("aims_no-such-token"), app.with_token(""), app.with("x", "y")] {
            let reply = caller.get("/api/me").await;
            assert_eq!(reply.header("www-authenticate"), "Bearer");
            reply.refused(401, "unauthenticated");
        }
    }
}
