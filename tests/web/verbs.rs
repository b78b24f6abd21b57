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

/// A form of a page, filled in somehow.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Form {
    /// `get` or `post`.
    pub method: String,
    pub action: String,
    pub fields: Vec<(String, String)>,
}

impl Answer {
    /// Every form of the page, once for each address that its buttons send it to.
    pub fn forms(&self) -> Vec<Form> {
        let parse = |selector: &str| Selector::parse(selector).unwrap();
        let page = Html::parse_document(&self.body);
        let mut forms = Vec::new();
        for form in page.select(&parse("form:not([method=dialog])")) {
            let attr = |name: &str| form.attr(name).unwrap_or_default().to_owned();
            let mut fields: Vec<(String, String)> = Vec::new();
            for field in form.select(&parse("input, select, textarea")) {
                let name = field.attr("name").unwrap_or_default().to_owned();
                let value = field.attr("value").unwrap_or_default();
                let kind = field.attr("type").unwrap_or_default();
                let known = fields.iter().any(|(known, _)| *known == name);
                let value = match (field.value().name(), kind) {
                    _ if name.is_empty() || known => continue,
                    ("input", "checkbox" | "file" | "submit") => continue,
                    ("input", "number") if value.is_empty() => "1",
                    ("input", "date") => value,
                    ("select", _) => {
                        let (chosen, first) = (parse("option[selected]"), parse("option"));
                        let option = field.select(&chosen).chain(field.select(&first)).next();
                        option.and_then(|option| option.attr("value")).unwrap_or_default()
                    }
                    _ if value.is_empty() && field.attr("minlength").is_some() => {
                        "long enough for what asks for more"
                    }
                    _ if value.is_empty() => "x",
                    _ => value,
                };
                fields.push((name, value.to_owned()));
            }
            let mut actions = vec![attr("action")];
            let own =
                form.attr("id").map_or_else(String::new, |id| format!("[form={id}][formaction]"));
            let outside = if own.is_empty() { parse("[form=none]") } else { parse(&own) };
            let within = parse("[formaction]");
            let buttons = form.select(&within).chain(page.select(&outside));
            actions.extend(buttons.filter_map(|b| b.attr("formaction")).map(str::to_owned));
            forms.extend(actions.into_iter().map(|action| Form {
                method: attr("method").to_lowercase(),
                action,
                fields: fields.clone(),
            }));
        }
        forms
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

impl Site {
    /// Sends a form of a page.
    pub async fn fill_in(&self, form: &Form) -> Answer {
        let fields: Vec<(&str, &str)> =
            form.fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        if form.method == "post" {
            self.post(&form.action, &fields).await
        } else {
            self.get(&format!("{}?{}", form.action, encoded(&fields))).await
        }
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
