//! Cookies of a request and of an answer. Not responsible for what they say (`session`, `display`).
//!
//! Where browsers come over TLS each cookie is `Secure` and its name begins with `__Host-`: then no other host of the domain,
//! and nobody on the way, can set one in our name. Handlers need not know: names are given the prefix on the way out, and
//! are looked for with it.
//!
//! Invariant: a cookie that cannot be read is as if it had not been sent; over TLS one without the prefix is not read.

use crate::web::State;
use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{COOKIE, HeaderMap, HeaderValue, SET_COOKIE},
    web,
};

/// What the name of a cookie begins with that only this host could set, over TLS.
const PREFIX: &str = "__Host-";

/// What the cookie of this name says.
pub fn read<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    let state = request.app_data::<web::Data<State>>();
    let prefix = if state.is_some_and(|state| state.reach.is_secure()) { PREFIX } else { "" };
    request
        .headers()
        .get_all(COOKIE)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(prefix)?.strip_prefix(name)?.strip_prefix('='))
}

/// Sets a cookie for the whole site that no script can read and no other site can make a browser send. `seconds` is how long
/// it lasts; none until the browser is closed.
pub fn set(response: &mut HttpResponse, name: &str, value: &str, seconds: Option<u32>) {
    let mut cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict");
    if let Some(seconds) = seconds {
        cookie.push_str(&format!("; Max-Age={seconds}"));
    }
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(SET_COOKIE, value);
    }
}

/// Makes the cookies that an answer sets ones that only this host can set, and only over TLS.
pub fn secure(headers: &mut HeaderMap) {
    if !headers.contains_key(SET_COOKIE) {
        return;
    }
    let set: Vec<HeaderValue> = headers.remove(SET_COOKIE).collect();
    for cookie in set {
        let secured = cookie.to_str().map(|cookie| format!("{PREFIX}{cookie}; Secure"));
        if let Some(value) = secured.ok().and_then(|cookie| HeaderValue::from_str(&cookie).ok()) {
            headers.append(SET_COOKIE, value);
        }
    }
}

/// The answer, with a cookie that lasts until the browser is closed.
pub fn with(mut response: HttpResponse, name: &str, value: &str) -> HttpResponse {
    set(&mut response, name, value, None);
    response
}

/// The answer, making the browser forget a cookie.
pub fn without(mut response: HttpResponse, name: &str) -> HttpResponse {
    set(&mut response, name, "", Some(0));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn a_cookie_is_found_by_its_whole_name_among_others() {
        let request = TestRequest::get()
            .insert_header(("cookie", "a=1; ringer_display_old=x; ringer_display=dark..on; b"))
            .to_http_request();
        assert_eq!(read(&request, "ringer_display"), Some("dark..on"));
        assert_eq!(read(&request, "ringer"), None);
        assert_eq!(read(&request, "b"), None);
    }
}
