//! The way to webhooks: a signed POST of JSON. Not responsible for what the JSON says (`render`), nor for where one may lead
//! (`hosts`). How a receiver checks the signature is in `docs/WEBHOOKS.md`, and a test does as it says.
//!
//! Invariant: nothing is sent unsigned, in clear to another machine, or on to where an answer points; of an answer only its
//! status is kept.

use crate::{
    model::{Moment, Parcel, Recipient},
    reports::delivery::{
        Load, Shipment,
        backoff::asking,
        ca,
        hosts::{Guard, Refused, check},
        key::{hexadecimal, key_of},
        post::{PostSettings, Way},
        secret_file,
        trouble::{Trouble, network},
    },
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::path::PathBuf;
use ureq::{
    Agent, Error,
    http::{HeaderMap, StatusCode, Uri},
    tls::{Certificate, RootCerts, TlsConfig},
    unversioned::{resolver::DefaultResolver, transport::DefaultConnector},
};

/// Bytes of a secret at least.
const SECRET: usize = 32;

/// Bytes of an answer's head at most; its body is not read.
const HEAD: usize = 16 << 10;

/// How webhooks are signed and where they may lead.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WebhookSettings {
    /// File with the secret that signs them.
    pub secret_file: Option<PathBuf>,
    /// Hosts that they may lead to; any with public addresses where there is none.
    pub allow: Vec<String>,
    /// Certificates to trust instead of the public ones, PEM.
    pub ca: Option<PathBuf>,
}

/// The way to webhooks.
pub(super) const WAY: Way = Way {
    kind: "webhook",
    about: "a URL that JSON is posted to, signed with the secret of [webhook]",
    lacks: |settings, to| {
        let Recipient::Webhook(url) = to else { return None };
        if settings.webhook.secret_file.is_none() {
            return Some(UNSET.to_owned());
        }
        target(url, &settings.webhook.allow).err().map(|trouble| trouble.why)
    },
    carry: |settings, shipment, now| carry(settings, shipment, now).into(),
};

const UNSET: &str = "no secret to sign webhooks with is configured: set [webhook] secret_file";

/// The signature of a body that is sent at a moment: `v1=` and HMAC-SHA256 of the moment in seconds, a dot and the body, in
/// hexadecimal.
#[must_use]
pub fn signature(secret: &[u8], at: Moment, body: &[u8]) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    mac.update(format!("{}.", at.0).as_bytes());
    mac.update(body);
    Some(format!("v1={}", hexadecimal(mac.finalize().into_bytes().iter())))
}

/// Where a URL leads, if a webhook may lead there.
fn target(url: &str, allow: &[String]) -> Result<Uri, Trouble> {
    let uri: Uri =
        url.parse().map_err(|_| Trouble::lasting("this is no URL that can be posted to"))?;
    check(&uri, allow)?;
    Ok(uri)
}

fn carry(settings: &PostSettings, shipment: &Shipment, now: Moment) -> Result<String, Trouble> {
    let (Recipient::Webhook(url), Load::Hook(body)) = (&shipment.to, &shipment.load) else {
        return Err(Trouble::lasting("only JSON goes to webhooks; this is a defect"));
    };
    let webhook = &settings.webhook;
    let Some(file) = &webhook.secret_file else { return Err(Trouble::passing(UNSET)) };
    let uri = target(url, &webhook.allow)?;
    let secret = secret_file::read(file, "[webhook] secret_file", SECRET)?;
    let signed = signature(&secret, now, body)
        .ok_or_else(|| Trouble::passing("the secret of [webhook] cannot sign"))?;
    let key = key_of(&shipment.parcel, &shipment.to);
    let event = match shipment.parcel {
        Parcel::Report(_) => "report",
        Parcel::Alert(_) => "alert",
    };
    let request = agent(settings)?
        .post(uri)
        .header("Content-Type", "application/json")
        .header("X-Ringer-Event", event)
        .header("X-Ringer-Delivery", format!("{key}-{}", now.0))
        .header("Idempotency-Key", &key)
        .header("X-Ringer-Timestamp", now.0.to_string())
        .header("X-Ringer-Signature", signed);
    match request.send(&body[..]) {
        Ok(answer) => judged(answer.status(), answer.headers(), now),
        Err(error) => Err(failed(&error, settings)),
    }
}

/// What sends it.
fn agent(settings: &PostSettings) -> Result<Agent, Trouble> {
    let mut tls = TlsConfig::builder();
    if let Some(path) = &settings.webhook.ca {
        let trusted = ca::read(path, "[webhook] ca")?;
        let trusted = trusted.iter().map(|der| Certificate::from_der(der).to_owned());
        tls = tls.root_certs(RootCerts::from(trusted));
    }
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        // A proxy that the environment names would look names up itself, past the guard.
        .proxy(None)
        .timeout_global(Some(settings.patience))
        .max_response_header_size(HEAD)
        .max_idle_connections(0)
        .user_agent("ringer")
        .tls_config(tls.build())
        .build();
    let guard = Guard { allow: settings.webhook.allow.clone(), names: DefaultResolver::default() };
    Ok(Agent::with_parts(config, DefaultConnector::default(), guard))
}

/// What an answer amounts to.
fn judged(status: StatusCode, headers: &HeaderMap, now: Moment) -> Result<String, Trouble> {
    let line = format!("{} {}", status.as_u16(), status.canonical_reason().unwrap_or_default());
    let line = line.trim_end();
    match status.as_u16() {
        200..=299 => Ok(line.to_owned()),
        300..=399 => Err(Trouble::lasting(format!(
            "the webhook answered {line}; Ringer does not follow it: give the address it leads to"
        ))),
        408 | 425 | 429 | 500..=599 => {
            let wait = headers.get("retry-after").and_then(|value| value.to_str().ok());
            let wait = wait.and_then(|value| seconds(value, now)).map(asking).unwrap_or_default();
            Err(Trouble::passing(format!("the webhook answered {line}{wait}")))
        }
        _ => Err(Trouble::lasting(format!("the webhook answered {line}"))),
    }
}

/// The seconds that `Retry-After` asks for: a number, or until a date.
fn seconds(value: &str, now: Moment) -> Option<u64> {
    let value = value.trim();
    if let Ok(seconds) = value.parse() {
        return Some(seconds);
    }
    let until = jiff::fmt::rfc2822::parse(value).ok()?.timestamp().as_second();
    u64::try_from(until.saturating_sub(now.0)).ok()
}

/// Why nothing was answered, in words of our own: the library's may hold the URL.
fn failed(error: &Error, settings: &PostSettings) -> Trouble {
    match error {
        Error::BadUri(_) | Error::Http(_) => {
            Trouble::lasting("this is no URL that can be posted to")
        }
        Error::Timeout(_) => {
            Trouble::passing(format!("no answer within {} s", settings.patience.as_secs_f32()))
        }
        Error::HostNotFound => Trouble::passing("its host is not known"),
        Error::Other(inner) => {
            let refused = inner.downcast_ref::<Refused>();
            Trouble::passing(refused.map_or("nothing could be sent", |refused| refused.0))
        }
        Error::Protocol(_) | Error::LargeResponseHeader(..) => {
            Trouble::passing("what answers there speaks no HTTP that Ringer understands")
        }
        Error::Rustls(error) => Trouble::passing(network(error, "[webhook] ca")),
        Error::Io(error) => Trouble::passing(network(error, "[webhook] ca")),
        _ => Trouble::passing("nothing could be sent"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_others() {
        // As `openssl dgst -sha256 -hmac` has it.
        let secret = [b'k'; 32];
        let signed = signature(&secret, Moment(1_700_000_000), b"{\"a\":1}").unwrap();
        assert_eq!(signed, "v1=6935b796c0fec66e5dee52c86c7fd1218a424c32f1adb239ff2893c31e54f033");
        assert_ne!(signature(&secret, Moment(1_700_000_001), b"{\"a\":1}").unwrap(), signed);
    }

    #[test]
    fn answers_are_taken_for_what_they_are() {
        let judged = |code: u16, wait: Option<&str>| {
            let mut headers = HeaderMap::new();
            if let Some(wait) = wait {
                headers.insert("retry-after", wait.parse().unwrap());
            }
            judged(StatusCode::from_u16(code).unwrap(), &headers, Moment(784_111_777 - 90))
        };
        assert_eq!(judged(202, None).unwrap(), "202 Accepted");
        for code in [408, 425, 429, 500, 502, 503, 504, 599] {
            assert!(!judged(code, None).unwrap_err().is_final, "{code}");
        }
        for code in [301, 307, 400, 401, 403, 404, 410, 413, 422] {
            assert!(judged(code, Some("5")).unwrap_err().is_final, "{code}");
        }
        assert!(judged(429, Some("120")).unwrap_err().why.ends_with(&asking(120)));
        let date = judged(503, Some("Sun, 06 Nov 1994 08:49:37 GMT")).unwrap_err().why;
        assert!(date.ends_with(&asking(90)), "{date}");
        for odd in ["", "-1", "soon", "1e9", "Sun, 06 Nov 1900 08:49:37 GMT"] {
            assert!(!judged(503, Some(odd)).unwrap_err().why.contains("wait"), "{odd}");
        }
    }
}
