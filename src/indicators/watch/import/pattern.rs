//! Patterns of STIX 2.1 as far as a watch-list can hold them: equality with a text, alternatives of it, and the platform of an
//! account beside its name. Not responsible for what a property means (`stix`).
//!
//! Invariant: a pattern that says more than that is refused, never read in part.

/// One comparison: `domain-name:value = 'front.example'`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Comparison {
    /// `domain-name`.
    pub object: String,
    /// `value`.
    pub property: String,
    /// `front.example`.
    pub value: String,
}

/// Longest pattern, in bytes.
const LONGEST: usize = 65_536;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Mark(char),
    Word(String),
    Text(String),
}

/// The alternatives of a pattern, each a list of comparisons that hold together.
///
/// # Errors
/// In words, when it is more than equality, or broken.
pub(super) fn read(pattern: &str) -> Result<Vec<Vec<Comparison>>, String> {
    if pattern.len() > LONGEST {
        return Err(format!("its pattern has more than {LONGEST} bytes"));
    }
    let tokens = tokens(pattern)?;
    let mut rest = tokens.as_slice();
    let mut all = Vec::new();
    loop {
        all.extend(brackets(&mut rest)?);
        match rest.split_first() {
            None => return Ok(all),
            Some((Token::Word(word), after)) if word.eq_ignore_ascii_case("or") => rest = after,
            Some((token, _)) => return Err(unsupported(token)),
        }
    }
}

fn unsupported(token: &Token) -> String {
    let shown = match token {
        Token::Mark(c) => c.to_string(),
        Token::Word(word) => word.chars().take(40).collect(),
        Token::Text(_) => "a text".to_owned(),
    };
    format!("its pattern is more than equality ({shown})")
}

/// What stands between one pair of square brackets.
fn brackets(rest: &mut &[Token]) -> Result<Vec<Vec<Comparison>>, String> {
    expect(rest, '[')?;
    let mut all = vec![Vec::new()];
    loop {
        let alternatives = comparison(rest)?;
        // Several values of one comparison are alternatives of everything that holds with it.
        let last: Vec<Comparison> = all.pop().unwrap_or_default();
        let lone = alternatives.len() == 1;
        if !lone && !last.is_empty() {
            return Err("its pattern joins a list of values with something else".to_owned());
        }
        for one in alternatives {
            let mut with = last.clone();
            with.push(one);
            all.push(with);
        }
        match rest.split_first() {
            Some((Token::Mark(']'), after)) => {
                *rest = after;
                return Ok(all);
            }
            Some((Token::Word(word), after)) if word.eq_ignore_ascii_case("or") => {
                *rest = after;
                all.push(Vec::new());
            }
            Some((Token::Word(word), after)) if word.eq_ignore_ascii_case("and") && lone => {
                *rest = after;
            }
            Some((token, _)) => return Err(unsupported(token)),
            None => return Err("its pattern ends before it is closed".to_owned()),
        }
    }
}

/// One comparison, for each of its values.
fn comparison(rest: &mut &[Token]) -> Result<Vec<Comparison>, String> {
    let (path, operator) = match *rest {
        [Token::Word(path), operator, after @ ..] => {
            *rest = after;
            (path, operator)
        }
        [token, ..] => return Err(unsupported(token)),
        [] => return Err("its pattern ends before it is closed".to_owned()),
    };
    let (object, property) = path.split_once(':').ok_or_else(|| {
        format!("its pattern names no property (\"{}\")", path.chars().take(40).collect::<String>())
    })?;
    let one = |value: &String| Comparison {
        object: object.to_ascii_lowercase(),
        property: property.replace('\'', "").to_ascii_lowercase(),
        value: value.clone(),
    };
    match operator {
        Token::Mark('=') => match rest.split_first() {
            Some((Token::Text(value), after)) => {
                *rest = after;
                Ok(vec![one(value)])
            }
            Some((token, _)) => Err(unsupported(token)),
            None => Err("its pattern ends before a value".to_owned()),
        },
        Token::Word(word) if word.eq_ignore_ascii_case("in") => {
            expect(rest, '(')?;
            let mut all = Vec::new();
            while let Some((token, after)) = rest.split_first() {
                *rest = after;
                match token {
                    Token::Text(value) => all.push(one(value)),
                    Token::Mark(',') => {}
                    Token::Mark(')') if !all.is_empty() => return Ok(all),
                    other => return Err(unsupported(other)),
                }
            }
            Err("its pattern ends before it is closed".to_owned())
        }
        other => Err(unsupported(other)),
    }
}

fn expect(rest: &mut &[Token], mark: char) -> Result<(), String> {
    match rest.split_first() {
        Some((Token::Mark(found), after)) if *found == mark => {
            *rest = after;
            Ok(())
        }
        Some((token, _)) => Err(unsupported(token)),
        None => Err(format!("its pattern lacks a \"{mark}\"")),
    }
}

fn tokens(pattern: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            c if c.is_whitespace() => {}
            '[' | ']' | '(' | ')' | '=' | ',' => tokens.push(Token::Mark(c)),
            '\'' => {
                let mut text = String::new();
                loop {
                    match chars.next() {
                        Some('\\') => text.extend(chars.next()),
                        Some('\'') => break,
                        Some(c) => text.push(c),
                        None => return Err("its pattern has a text that does not end".to_owned()),
                    }
                }
                tokens.push(Token::Text(text));
            }
            c if c.is_alphanumeric() || "_-".contains(c) => {
                let mut word = String::from(c);
                while let Some(&c) = chars.peek() {
                    if !(c.is_alphanumeric() || "_-:.*".contains(c)) {
                        break;
                    }
                    word.push(c);
                    chars.next();
                }
                tokens.push(Token::Word(word));
            }
            other => return Err(unsupported(&Token::Mark(other))),
        }
    }
    Ok(tokens)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(pattern: &str) -> Result<String, String> {
        let one = |c: &Comparison| format!("{}:{}={}", c.object, c.property, c.value);
        let all = |list: &Vec<Comparison>| list.iter().map(one).collect::<Vec<_>>().join("&");
        read(pattern).map(|a| a.iter().map(all).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn equality_and_alternatives_are_read() {
        for (pattern, expected) in [
            ("[email-addr:value = 'a@example.org']", "email-addr:value=a@example.org"),
            (
                "[domain-name:value='a.example' OR domain-name:value = 'b.example']",
                "domain-name:value=a.example domain-name:value=b.example",
            ),
            ("[url:value = 'x'] or [url:value = 'y']", "url:value=x url:value=y"),
            (
                "[domain-name:value IN ('a.example', 'b.example')]",
                "domain-name:value=a.example domain-name:value=b.example",
            ),
            (
                "[user-account:account_type = 'github' AND user-account:account_login = 'o\\'neil\\\\x']",
                "user-account:account_type=github&user-account:account_login=o'neil\\x",
            ),
        ] {
            assert_eq!(told(pattern).as_deref(), Ok(expected), "{pattern}");
        }
    }

    #[test]
    fn whatever_says_more_is_refused() {
        for pattern in [
            "",
            "[",
            "[]",
            "[url:value]",
            "[url:value = ]",
            "[url:value = 'x'",
            "[url:value = 'x",
            "[url:value != 'x']",
            "[url:value LIKE 'x%']",
            "[NOT url:value = 'x']",
            "[url:value = 'x'] FOLLOWEDBY [url:value = 'y']",
            "[url:value = 'x'] WITHIN 5 SECONDS",
            "[(url:value = 'x')]",
            "[url = 'x']",
            "[url:value IN ()]",
            "[url:value IN ('x', 'y') AND domain-name:value = 'z']",
        ] {
            assert!(told(pattern).is_err(), "{pattern}: {:?}", told(pattern));
        }
    }
}
