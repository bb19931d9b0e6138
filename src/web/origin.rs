//! Whether a browser's request was made by a page of ours.
//!
//! A session cookie travels with requests that other sites cause, and with WebSockets they open; a
//! bearer token does not. So whoever is signed in by cookie must also come from here, for everything
//! that changes something and for every live connection.

use actix_web::HttpRequest;
use actix_web::http::Uri;
use actix_web::http::header::{self, HeaderName};

use crate::config::Config;

/// Whether the request comes from a page of this server, or straight from the person.
///
/// `Sec-Fetch-Site` is the browser's own word, which no page can forge (Fetch Metadata section 2.3). Browsers
/// send it only to secure contexts; elsewhere `Origin` must name our host or [`Config::origin`]. A
/// request with neither is not taken for ours.
pub fn same_origin(request: &HttpRequest, config: &Config) -> bool {
    let text = |name: HeaderName| request.headers().get(name).and_then(|v| v.to_str().ok());
    if let Some(site) = text(HeaderName::from_static("sec-fetch-site")) {
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = text(header::ORIGIN).and_then(authority) else {
        return false;
    };
    let ours = config.origin.as_deref().and_then(authority);
    let host = text(header::HOST).map(|host| without_default_port(host, origin.https));
    ours.as_ref() == Some(&origin) || host.as_ref() == Some(&origin.host)
}

/// A host and port, lower case, the port left out where it is the scheme's own.
#[derive(PartialEq, Eq)]
struct Authority {
    https: bool,
    host: String,
}

fn authority(origin: &str) -> Option<Authority> {
    let uri: Uri = origin.parse().ok()?;
    let https = match uri.scheme_str()? {
        "https" => true,
        "http" => false,
        _ => return None,
    };
    let host = without_default_port(uri.authority()?.as_str(), https);
    Some(Authority { https, host })
}

fn without_default_port(host: &str, https: bool) -> String {
    let port = if https { ":443" } else { ":80" };
    host.strip_suffix(port).unwrap_or(host).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn verdict(headers: &[(&'static str, &str)], origin: Option<&str>) -> bool {
        let mut config = Config::for_database("sqlite://:memory:");
        config.origin = origin.map(Into::into);
        let request = headers
            .iter()
            .fold(TestRequest::post(), |r, h| r.insert_header(*h));
        same_origin(&request.to_http_request(), &config)
    }

    #[test]
    fn the_browsers_own_word_decides() {
        for (site, ours) in [
            ("same-origin", true),
            ("none", true),
            ("same-site", false),
            ("cross-site", false),
        ] {
            let headers = [
                ("sec-fetch-site", site),
                ("origin", "http://a"),
                ("host", "a"),
            ];
            assert_eq!(verdict(&headers, None), ours, "{site}");
        }
    }

    #[test]
    fn an_origin_must_name_our_host_and_port() {
        let from = |origin| verdict(&[("origin", origin), ("host", "Stock.example:3000")], None);
        assert!(from("http://stock.example:3000"));
        assert!(!from("http://stock.example"));
        assert!(!from("http://stock.example.evil:3000"));
        assert!(!from("null"));
        assert!(!from("file://stock.example:3000"));
        assert!(!verdict(&[("host", "stock.example")], None));
    }

    #[test]
    fn the_schemes_own_port_may_be_left_out() {
        assert!(verdict(&[("origin", "https://a"), ("host", "a:443")], None));
        assert!(verdict(&[("origin", "http://a:80"), ("host", "a")], None));
    }

    #[test]
    fn behind_a_proxy_the_configured_origin_is_ours_too() {
        let headers = [
            ("origin", "https://stock.example"),
            ("host", "10.0.0.7:3000"),
        ];
        assert!(verdict(&headers, Some("https://stock.example")));
        assert!(!verdict(&headers, Some("http://stock.example")));
        assert!(!verdict(&headers, None));
    }
}
