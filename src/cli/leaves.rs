//! TOML tables as dotted keys with values, and back. Not responsible for what a key means (`settings`).
//!
//! Invariant: `insert` of all `leaves` makes the table again.

use std::collections::BTreeMap;
use toml::{Table, Value};

/// Every value of a table that is no table itself, by its dotted key.
pub fn leaves(prefix: &str, table: Table) -> BTreeMap<String, Value> {
    let mut all = BTreeMap::new();
    for (key, value) in table {
        let key = if prefix.is_empty() { key } else { format!("{prefix}.{key}") };
        match value {
            Value::Table(inner) => all.extend(leaves(&key, inner)),
            leaf => {
                all.insert(key, leaf);
            }
        }
    }
    all
}

/// Puts a value where its dotted key says.
pub fn insert(table: &mut Table, key: &str, value: Value) {
    match key.split_once('.') {
        None => {
            table.insert(key.to_owned(), value);
        }
        Some((head, rest)) => {
            let inner = table.entry(head).or_insert_with(|| Value::Table(Table::new()));
            if let Value::Table(inner) = inner {
                insert(inner, rest, value);
            }
        }
    }
}

/// The text as a TOML value of the default's type where it can be one, else as text (and then refused by type).
pub fn typed(text: &str, like: &Value) -> Value {
    let value = format!("v = {text}").parse::<Table>().ok().and_then(|mut t| t.remove("v"));
    match (like, value) {
        (Value::String(_), _) | (_, None) => Value::String(text.to_owned()),
        #[expect(clippy::cast_precision_loss, reason = "a person typed it: far below 2^52")]
        (Value::Float(_), Some(Value::Integer(n))) => Value::Float(n as f64),
        (_, Some(value)) => value,
    }
}

/// The value as text.
pub fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A list of texts as one text, separated by commas; anything else as it is.
pub fn joined(value: Value) -> Value {
    let texts = value
        .as_array()
        .and_then(|items| items.iter().map(Value::as_str).collect::<Option<Vec<_>>>());
    texts.map_or_else(|| value.clone(), |texts| Value::String(texts.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_what_its_leaves_make() {
        let table: Table = "a = 1\n[b]\nc = \"x\"\n[b.d]\ne = [1, 2]".parse().unwrap();
        let mut again = Table::new();
        for (key, value) in leaves("", table.clone()) {
            insert(&mut again, &key, value);
        }
        assert_eq!(again, table);
    }

    #[test]
    fn a_list_of_texts_is_a_text_with_commas() {
        let value =
            |text: &str| format!("v = {text}").parse::<Table>().unwrap().remove("v").unwrap();
        assert_eq!(joined(value("[\"a\", \"b\"]")), Value::String("a, b".to_owned()));
        assert_eq!(joined(value("[1]")), value("[1]"));
        assert_eq!(joined(value("true")), Value::Boolean(true));
    }
}
