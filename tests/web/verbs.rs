//! Verbs to ask the pages with.

use crate::fixture::{FixtureDesk, NOW, view};
use actix_web::{
    App,
    body::to_bytes,
    http::{Method, StatusCode, header},
    test::{TestRequest, init_service},
    web::Data,
};
use ringer::{
    engine::View,
    model::Judgement,
    web::{State, app},
};
use scraper::{Html, Selector};
use std::sync::Arc;

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: header::HeaderMap,
    pub body: String,
}

impl Answer {
    /// The elements a selector finds, as their text.
    #[track_caller]
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let selector = Selector::parse(selector).unwrap();
        let page = Html::parse_document(&self.body);
        page.select(&selector)
            .map(|e| e.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" "))
            .collect()
    }

    /// The attribute of the elements a selector finds.
    #[track_caller]
    pub fn attrs(&self, selector: &str, name: &str) -> Vec<String> {
        let selector = Selector::parse(selector).unwrap();
        let page = Html::parse_document(&self.body);
        page.select(&selector).filter_map(|e| e.attr(name)).map(str::to_owned).collect()
    }

    /// The one element's text.
    #[track_caller]
    pub fn text(&self, selector: &str) -> String {
        let found = self.texts(selector);
        assert_eq!(found.len(), 1, "{selector} finds {found:?}");
        found.into_iter().next().unwrap()
    }

    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |l| l.to_str().unwrap())
    }
}

/// The fixture's pages, with somebody signed in.
pub struct Site {
    pub state: Data<State>,
    pub cookie: String,
}

impl Site {
    pub fn new() -> Self {
        Self::showing(view)
    }

    pub fn showing(make: fn(Vec<Judgement>) -> View) -> Self {
        let desk = Arc::new(FixtureDesk::new(make));
        Self::over(State::new(desk, "127.0.0.1".parse().unwrap()))
    }

    /// The pages of a state, with somebody signed in.
    pub fn over(state: State) -> Self {
        Self::signed_in(Data::new(state))
    }

    /// Somebody else at the same pages.
    pub fn signed_in(state: Data<State>) -> Self {
        let token = state.sessions.one_time_link("ann").unwrap();
        let cookie = state.sessions.sign_in(&token, NOW).unwrap().unwrap();
        Self { state, cookie }
    }

    pub fn view(&self) -> Arc<View> {
        self.state.desk.view()
    }

    /// The secret that forms carry.
    pub fn csrf(&self) -> String {
        self.state.sessions.find(&self.cookie, NOW).unwrap().1.csrf
    }

    /// Sends exactly this.
    pub async fn send(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        self.send_bytes(method, url, headers, body.as_bytes().to_vec()).await
    }

    /// Sends exactly these bytes.
    pub async fn send_bytes(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Answer {
        let service = init_service(App::new().configure(app(self.state.clone()))).await;
        let mut request = TestRequest::with_uri(url).method(method).set_payload(body);
        for &(name, value) in headers {
            request = request.append_header((name, value));
        }
        let response = actix_web::test::call_service(&service, request.to_request()).await;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = to_bytes(response.into_body()).await.unwrap_or_default();
        Answer { status, headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    /// Asks for a page as somebody signed in.
    pub async fn get(&self, url: &str) -> Answer {
        let cookie = format!("ringer_session={}", self.cookie);
        self.send(Method::GET, url, &[("host", "localhost:8080"), ("cookie", &cookie)], "").await
    }

    pub async fn get_ok(&self, url: &str) -> Answer {
        let answer = self.get(url).await;
        assert_eq!(answer.status, StatusCode::OK, "{url}: {}", answer.body);
        answer
    }

    /// Sends a form as a browser does from one of our pages.
    pub async fn post(&self, url: &str, form: &[(&str, &str)]) -> Answer {
        let cookie = format!("ringer_session={}", self.cookie);
        let headers = [
            ("host", "localhost:8080"),
            ("cookie", cookie.as_str()),
            ("origin", "null"),
            ("sec-fetch-site", "same-origin"),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        self.send(Method::POST, url, &headers, &encoded(form)).await
    }
}

pub fn encoded(form: &[(&str, &str)]) -> String {
    let escape = |text: &str| -> String {
        text.bytes()
            .map(|b| match b {
                b if b.is_ascii_alphanumeric() => char::from(b).to_string(),
                b => format!("%{b:02X}"),
            })
            .collect()
    };
    form.iter().map(|(n, v)| format!("{}={}", escape(n), escape(v))).collect::<Vec<_>>().join("&")
}
