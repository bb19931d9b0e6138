//! The cookie that a signed-in browser carries.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time};

use crate::config::Config;
use crate::domain::secrets::Secret;

/// The cookie that holds a session's secret.
pub const COOKIE: &str = "aims_session";

/// Days that a browser keeps the cookie, the most that browsers allow (RFC 6265bis section 5.5). How long
/// the session lives is for the server to say, which counts from its last use.
const COOKIE_DAYS: i64 = 400;

/// The secret of the browser's session, if the request came with one.
pub fn session_secret(request: &HttpRequest) -> Option<Secret> {
    request
        .cookie(COOKIE)
        .map(|cookie| Secret::presented(cookie.value()))
}

/// The cookie that signs a browser in.
pub fn session_cookie(secret: &Secret, config: &Config) -> Cookie<'static> {
    let https = config
        .origin
        .as_deref()
        .is_some_and(|origin| origin.starts_with("https:"));
    Cookie::build(COOKIE, secret.reveal().to_owned())
        .http_only(true)
        .same_site(SameSite::Lax)
        .path("/")
        .secure(https)
        .max_age(time::Duration::days(COOKIE_DAYS))
        .finish()
}

/// The cookie that takes the one before away.
pub fn no_session_cookie(config: &Config) -> Cookie<'static> {
    let mut cookie = session_cookie(&Secret::presented(""), config);
    cookie.make_removal();
    cookie
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_out_of_reach_of_scripts_and_other_sites() {
        let mut config = Config::for_database("sqlite://:memory:");
        let secret = Secret::presented("s");
        let cookie = session_cookie(&secret, &config).to_string();
        assert_eq!(
            cookie,
            "aims_session=s; HttpOnly; SameSite=Lax; Path=/; Max-Age=34560000"
        );
        config.origin = Some("https://stock.example".into());
        assert!(
            session_cookie(&secret, &config)
                .to_string()
                .contains("; Secure")
        );
        assert!(
            no_session_cookie(&config)
                .to_string()
                .contains("Max-Age=0;")
        );
    }
}
