//! What a prover wants, as it was written: JSON of one verb with its fields.
//!
//! The proof signs the bytes; the consumer gets the same bytes. What this
//! contract itself reads in them (whom a proof is tied to) must be what the
//! consumer reads: so a field that stands there twice is refused, and so is
//! everything that is not one whole value.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::error::GateError;

/// Most bytes.
pub const MAX_BYTES: usize = 2_048;

/// What is read of an action.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Action {
    /// What shall be done.
    pub verb: String,
    /// The field `member`: the account that a gate of mode `named` ties to.
    pub member: Option<String>,
    /// The field `key`: the address that acts for the nullifier at a gate of
    /// mode `pseudonym`.
    pub key: Option<String>,
}

/// Reads an action.
///
/// # Errors
/// [`GateError::Action`]: too long, or no JSON of one verb with its fields.
pub fn read(bytes: &[u8]) -> Result<Action, GateError> {
    let refused = |why: String| GateError::Action {
        why: why.chars().take(128).collect(),
    };
    if bytes.len() > MAX_BYTES {
        return Err(refused(format!("bytes={} most={MAX_BYTES}", bytes.len())));
    }
    // texts that are skipped are not looked at by the reader
    std::str::from_utf8(bytes).map_err(|why| refused(why.to_string()))?;
    cosmwasm_std::from_json(bytes).map_err(|why| refused(why.to_string()))
}

impl<'de> Deserialize<'de> for Action {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Action, D::Error> {
        from.deserialize_map(Whole)
    }
}

struct Whole;

impl<'de> Visitor<'de> for Whole {
    type Value = Action;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one verb with its fields, {\"verb\":{…}}")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Action, M::Error> {
        let verb = map
            .next_key::<String>()?
            .ok_or_else(|| de::Error::invalid_length(0, &self))?;
        let fields: Fields = map.next_value()?;
        if map.next_key::<IgnoredAny>()?.is_some() {
            return Err(de::Error::invalid_length(2, &self));
        }
        Ok(Action {
            verb,
            member: fields.member,
            key: fields.key,
        })
    }
}

#[derive(Default)]
struct Fields {
    member: Option<String>,
    key: Option<String>,
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Fields, D::Error> {
        from.deserialize_map(Inside)
    }
}

struct Inside;

impl<'de> Visitor<'de> for Inside {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the verb's fields, an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Fields, M::Error> {
        let mut fields = Fields::default();
        let mut seen = BTreeSet::new();
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "member" => fields.member = Some(map.next_value()?),
                "key" => fields.key = Some(map.next_value()?),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
            if !seen.insert(name.clone()) {
                return Err(de::Error::custom(format_args!("field twice: {name}")));
            }
        }
        Ok(fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_is_one_verb_with_its_fields() {
        let text = br#"{"raise_line":{"member":"mycel1a","note":{"deep":[1,-2.5e3,null,{"member":"x"}]}}}"#;
        let action = read(text).expect("an action");
        assert_eq!(action.verb, "raise_line");
        assert_eq!(
            (action.member.as_deref(), action.key),
            (Some("mycel1a"), None)
        );
        let action = read(br#" {"speak":{"key":"mycel1k"}} "#).expect("an action");
        assert_eq!(
            (action.member, action.key.as_deref()),
            (None, Some("mycel1k"))
        );
        assert_eq!(read(br#"{"x":{}}"#).expect("an action").verb, "x");
    }

    #[test]
    fn an_action_says_nothing_twice_and_nothing_else_beside_it() {
        for bad in [
            &br#""#[..],
            br#"{}"#,
            br#"[]"#,
            br#""x""#,
            br#"{"x":1}"#,
            br#"{"x":null}"#,
            br#"{"x":{},"y":{}}"#,
            br#"{"x":{},"x":{}}"#,
            br#"{"x":{}} {}"#,
            br#"{"x":{}},"subject":"00""#,
            br#"{"x":{"member":"a","member":"b"}}"#,
            br#"{"x":{"member":"a","m\u0065mber":"b"}}"#,
            br#"{"x":{"note":1,"note":2}}"#,
            br#"{"x":{"member":["a"]}}"#,
            br#"{"x":{"member":null}}"#,
            br#"{"x":{"y":01}}"#,
            br#"{"x":{"y":"}}"#,
            b"{\"x\":{\"y\":\"\xff\"}}",
            b"{\"x\":{\"y\":\"\n\"}}",
        ] {
            assert!(read(bad).is_err(), "{}", String::from_utf8_lossy(bad));
        }
        let long = format!(r#"{{"x":{{"y":"{}"}}}}"#, "a".repeat(MAX_BYTES));
        assert!(read(long.as_bytes()).is_err());
        let deep = format!(r#"{{"x":{{"y":{}1{}}}}}"#, "[".repeat(900), "]".repeat(900));
        assert!(
            read(deep.as_bytes()).is_ok() || read(deep.as_bytes()).is_err(),
            "no panic"
        );
    }
}
