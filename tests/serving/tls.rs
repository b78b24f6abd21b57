//! TLS: what is served over it, and what is wrong with certificates and keys.

use crate::served::{Answer, Served, peopled, read, request, served};
use ::ringer::web::{HSTS, Options, Tls};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned, SupportedProtocolVersion,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject},
    version::{TLS12, TLS13},
};
use std::{fs, io::Write, path::PathBuf, sync::Arc};
use tempfile::TempDir;

/// A certificate for localhost and ringer.example, and its key, in files.
struct Pair {
    folder: TempDir,
    cert: PathBuf,
    key: PathBuf,
    pem: String,
}

fn pair() -> Pair {
    let names = ["localhost".to_owned(), "ringer.example".to_owned()];
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(names).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (file, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    fs::write(&file, cert.pem()).unwrap();
    fs::write(&key, signing_key.serialize_pem()).unwrap();
    Pair { folder, cert: file, key, pem: cert.pem() }
}

/// Sends bytes over one version of TLS, as who trusts this certificate.
fn ask(
    site: &Served,
    pair: &Pair,
    version: &'static SupportedProtocolVersion,
    text: &str,
) -> Answer {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(pair.pem.as_bytes()).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[version])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = "localhost".try_into().unwrap();
    let client = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = StreamOwned::new(client, site.connect());
    stream.write_all(text.as_bytes()).unwrap();
    Answer::read(&read(&mut stream))
}

fn site(pair: &Pair) -> Served {
    served(Options { tls: Some(Tls::read(&pair.cert, &pair.key).unwrap()), ..Options::default() })
}

#[test]
fn over_tls_a_cookie_is_bound_to_this_host_and_every_answer_asks_for_tls() {
    let pair = pair();
    let site = site(&pair);
    let path = site.link.strip_prefix("https://").unwrap().split_once('/').unwrap().1;
    let link = request("GET", &format!("/{path}"), &[], "");
    let signed_in = ask(&site, &pair, &TLS13, &link);
    assert_eq!(signed_in.status, 200, "{}", signed_in.head);
    let set = signed_in.header("set-cookie").unwrap();
    for part in
        ["__Host-ringer_session=", "; Path=/;", "; HttpOnly", "; SameSite=Strict", "; Secure"]
    {
        assert!(set.contains(part), "{set}");
    }
    assert!(!set.to_ascii_lowercase().contains("domain"), "{set}");
    let cookie = set.split(';').next().unwrap();
    let page = ask(&site, &pair, &TLS12, &request("GET", "/", &[("Cookie", cookie)], ""));
    assert_eq!(page.status, 200, "{}", page.head);
    let bare = cookie.strip_prefix("__Host-").unwrap();
    let bare = ask(&site, &pair, &TLS13, &request("GET", "/", &[("Cookie", bare)], ""));
    assert_eq!(bare.status, 401, "a cookie that anybody on the way could have set is not read");
    let lost =
        ask(&site, &pair, &TLS13, &request("GET", "/nowhere", &[("Host", "evil.example")], ""));
    assert_eq!(lost.status, 421);
    for answer in [signed_in, page, bare, lost] {
        assert_eq!(answer.header(HSTS.0), Some(HSTS.1), "{}", answer.head);
    }
}

#[test]
fn a_form_from_a_page_of_the_same_name_without_tls_is_refused() {
    let pair = pair();
    let folder = peopled();
    let site = served(Options {
        tls: Some(Tls::read(&pair.cert, &pair.key).unwrap()),
        folder: Some(folder.path().to_owned()),
        ..Options::default()
    });
    let sent = |origin: &str| {
        let headers = [("Origin", origin)];
        ask(&site, &pair, &TLS13, &request("POST", "/sign-in", &headers, "name=ann&password=x"))
            .status
    };
    assert_eq!(sent("http://localhost"), 403);
    assert_eq!(sent("https://evil.example"), 403);
    assert_eq!(sent("https://localhost"), 401, "it is looked at, and the password is wrong");
    assert_eq!(sent("https://localhost:443"), 401);
}

#[test]
fn who_speaks_no_tls_gets_no_page_and_no_hang() {
    let pair = pair();
    let site = site(&pair);
    for bytes in
        [&b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"[..], &[0; 64], b"\x16\x03\x01\xff\xff\x01"]
    {
        let mut stream = site.connect();
        stream.write_all(bytes).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let said = read(&mut stream);
        assert!(!said.contains("HTTP/") && !said.contains("html"), "{said:?}");
    }
    let fine = ask(&site, &pair, &TLS13, &request("GET", "/health", &[], ""));
    assert_eq!((fine.status, fine.body.as_str()), (200, "ok\n"));
}

/// What is said of two files; none of it may come from the key.
#[track_caller]
fn refused(pair: &Pair, cert: &str, key: &str) -> String {
    let (cert, key) = (pair.folder.path().join(cert), pair.folder.path().join(key));
    let said = Tls::read(&cert, &key).unwrap_err().to_string();
    for line in fs::read_to_string(&pair.key).unwrap().lines().filter(|l| !l.starts_with("---")) {
        assert!(!said.contains(line), "{said}");
    }
    said
}

#[test]
fn what_is_wrong_with_a_certificate_or_key_is_said_with_the_file_and_the_way_out() {
    let (pair, other) = (pair(), pair());
    let write = |name: &str, bytes: &[u8]| fs::write(pair.folder.path().join(name), bytes).unwrap();
    let key = fs::read_to_string(&pair.key).unwrap();
    write("empty.pem", b"");
    write("junk.pem", &[0xff; 3_000]);
    write("der", CertificateDer::from_pem_slice(pair.pem.as_bytes()).unwrap().as_ref());
    write("broken.pem", &pair.pem.as_bytes()[..pair.pem.len() / 2]);
    write("broken-key.pem", &key.as_bytes()[..key.len() / 2]);
    write("no-base64.pem", b"-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n");
    write(
        "locked.pem",
        b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
    );
    write("large.pem", &vec![b'-'; 2 << 20]);
    write("other-key.pem", &fs::read(&other.key).unwrap());
    for (cert, key, says) in [
        ("none.pem", "key.pem", ["none.pem", "cannot read the certificate"]),
        ("cert.pem", "none.pem", ["none.pem", "cannot read the key"]),
        ("empty.pem", "key.pem", ["empty.pem", "empty"]),
        ("junk.pem", "key.pem", ["junk.pem", "not PEM"]),
        ("der", "key.pem", ["openssl x509 -inform der", "not PEM"]),
        ("broken.pem", "key.pem", ["broken.pem", "no END line"]),
        ("cert.pem", "broken-key.pem", ["broken-key.pem", "no END line"]),
        ("no-base64.pem", "key.pem", ["no-base64.pem", "base64"]),
        ("cert.pem", "locked.pem", ["locked.pem", "passphrase"]),
        ("large.pem", "key.pem", ["large.pem", "megabyte"]),
        ("key.pem", "cert.pem", ["key.pem", "exchanged"]),
        ("cert.pem", "cert.pem", ["cert.pem", "no private key"]),
        ("cert.pem", "other-key.pem", ["other-key.pem", "does not belong"]),
    ] {
        let said = refused(&pair, cert, key);
        assert!(says.iter().all(|part| said.contains(part)), "{cert} and {key}: {said}");
    }
}

#[cfg(unix)]
#[test]
fn a_key_that_everybody_can_read_is_warned_of() {
    use std::os::unix::fs::PermissionsExt;
    let pair = pair();
    let warnings = |mode| {
        fs::set_permissions(&pair.key, fs::Permissions::from_mode(mode)).unwrap();
        Tls::read(&pair.cert, &pair.key).unwrap().warnings().to_vec()
    };
    assert!(warnings(0o644)[0].contains("chmod 600"));
    assert_eq!(warnings(0o640).len() + warnings(0o600).len(), 0, "a group may be meant to read it");
}
