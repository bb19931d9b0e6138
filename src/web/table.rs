//! The form of the URL table: one list from which the routes, their `Allow` headers and the API's
//! document are made, so that none can be forgotten in another.

use actix_web::guard::{self, Guard};
use actix_web::http::header::{self, HeaderValue};
use actix_web::{
    FromRequest, Handler, HttpResponse, Resource, Responder, ResponseError, Route, web,
};

use crate::error::{Code, Error};

/// A path under `/api` and the methods it knows, in lower case.
pub type Row = (&'static str, &'static [&'static str]);

/// Makes of a table, `"/path" => method module::handler, …;`, the list `API` of its rows, the function
/// `api` that routes it, and the [`utoipa`] document `Document` of its handlers.
macro_rules! table {
    ($($path:literal => $($method:ident $module:ident::$handler:ident),+;)+) => {
        /// Every path under `/api` with its methods.
        pub const API: &[$crate::web::table::Row] = &[$(($path, &[$(stringify!($method)),+])),+];

        fn api(cfg: &mut actix_web::web::ServiceConfig) {
            $(cfg.service(
                $crate::web::table::resource($path, &[$(stringify!($method)),+])
                    $(.route($crate::web::table::on(stringify!($method)).to($module::$handler)))+
            );)+
        }

        #[derive(utoipa::OpenApi)]
        #[openapi(paths($($($module::$handler),+),+))]
        struct Document;
    };
}
pub(crate) use table;

/// A path that answers 405 to methods other than these.
pub(crate) fn resource(path: &str, methods: &'static [&'static str]) -> Resource {
    web::resource(path).default_service(web::to(move || async move { not_allowed(methods) }))
}

/// A path that answers GET alone.
pub(crate) fn get<F, Args>(path: &str, handler: F) -> Resource
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    resource(path, &["get"]).route(on("get").to(handler))
}

/// A page with a form that is sent back to it.
pub(crate) fn form<S, A, T, B>(path: &str, shown: S, sent: T) -> Resource
where
    S: Handler<A>,
    A: FromRequest + 'static,
    S::Output: Responder + 'static,
    T: Handler<B>,
    B: FromRequest + 'static,
    T::Output: Responder + 'static,
{
    resource(path, &["get", "post"])
        .route(on("get").to(shown))
        .route(on("post").to(sent))
}

/// A route for a method; GET answers HEAD too (RFC 9110 section 9.3.2).
pub(crate) fn on(method: &'static str) -> Route {
    let allowed: Box<dyn Guard> = match method {
        "get" => Box::new(guard::Any(guard::Get()).or(guard::Head())),
        "post" => Box::new(guard::Post()),
        "put" => Box::new(guard::Put()),
        "patch" => Box::new(guard::Patch()),
        _ => Box::new(guard::Delete()),
    };
    web::route().guard(guard::fn_guard(move |request| allowed.check(request)))
}

fn not_allowed(methods: &[&str]) -> HttpResponse {
    let mut allow: Vec<_> = methods.iter().map(|m| m.to_ascii_uppercase()).collect();
    if methods.contains(&"get") {
        allow.push("HEAD".into());
    }
    let allow = allow.join(", ");
    let detail = format!("This address takes {allow}.");
    let mut response = Error::refused(Code::MethodNotAllowed, detail).error_response();
    if let Ok(allow) = HeaderValue::from_str(&allow) {
        response.headers_mut().insert(header::ALLOW, allow);
    }
    response
}
