//! What is given from outside is bounded before it is kept.

use std::fmt;

use cosmwasm_schema::serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use cosmwasm_std::from_json;

use crate::error::ContractError;

/// A text of at most so many bytes; of control characters only line breaks and tabs.
///
/// # Errors
/// [`ContractError::TooLong`], [`ContractError::ControlCharacter`].
pub fn text(what: &'static str, text: &str, most: usize) -> Result<(), ContractError> {
    if text.len() > most {
        return Err(ContractError::TooLong {
            what,
            bytes: text.len(),
            most,
        });
    }
    if text
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\t'))
    {
        return Err(ContractError::ControlCharacter { what });
    }
    Ok(())
}

/// A name: a text of one line that says something.
///
/// # Errors
/// As [`text`]; [`ContractError::Missing`] if it is empty.
pub fn named(what: &'static str, name: &str, most: usize) -> Result<(), ContractError> {
    if name.trim().is_empty() {
        return Err(ContractError::Missing { what });
    }
    if name.contains(['\n', '\t']) {
        return Err(ContractError::ControlCharacter { what });
    }
    text(what, name, most)
}

/// At most so many.
///
/// # Errors
/// [`ContractError::TooMany`].
pub fn count(what: &'static str, count: usize, most: usize) -> Result<(), ContractError> {
    if count <= most {
        return Ok(());
    }
    Err(ContractError::TooMany { what, count, most })
}

/// A number within its bounds.
///
/// # Errors
/// [`ContractError::OutOfBounds`].
pub fn within(
    what: &'static str,
    value: impl Into<u64>,
    least: impl Into<u64>,
    most: impl Into<u64>,
) -> Result<(), ContractError> {
    let (value, least, most) = (value.into(), least.into(), most.into());
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(ContractError::OutOfBounds {
        what,
        value,
        least,
        most,
    })
}

/// 32 bytes from lower-case hexadecimal.
///
/// # Errors
/// [`ContractError::NotHex`].
pub fn hash(what: &'static str, text: &str) -> Result<[u8; 32], ContractError> {
    if text.len() != 64 || !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return Err(ContractError::NotHex { what });
    }
    let digit = |b: u8| if b <= b'9' { b - b'0' } else { b - b'a' + 10 };
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = 16 * digit(pair[0]) + digit(pair[1]);
    }
    Ok(bytes)
}

/// The one name of a message: `{"name":{…}}` or `"name"`. What is set into
/// another message as it is must be one whole value of JSON and nothing more.
///
/// # Errors
/// [`ContractError::NotAMessage`].
pub fn message_name(what: &'static str, json: &[u8]) -> Result<String, ContractError> {
    struct Name(String);
    struct One;
    impl<'de> Visitor<'de> for One {
        type Value = Name;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a message with one name")
        }
        fn visit_str<E: Error>(self, name: &str) -> Result<Name, E> {
            Ok(Name(name.to_owned()))
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Name, A::Error> {
            let Some((name, IgnoredAny)) = map.next_entry::<String, IgnoredAny>()? else {
                return Err(A::Error::custom("it has none"));
            };
            match map.next_key::<String>()? {
                None => Ok(Name(name)),
                Some(_) => Err(A::Error::custom("it has two")),
            }
        }
    }
    impl<'de> cosmwasm_schema::serde::Deserialize<'de> for Name {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Name, D::Error> {
            deserializer.deserialize_any(One)
        }
    }
    let refused = |why: String| ContractError::NotAMessage { what, why };
    std::str::from_utf8(json).map_err(|why| refused(why.to_string()))?;
    let Name(name) = from_json(json).map_err(|why| refused(why.to_string()))?;
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_value_with_one_name() {
        let name = |json: &str| message_name("action", json.as_bytes());
        assert_eq!(
            name(r#"{"set_parameters":{"a":[1,{}]}}"#).unwrap(),
            "set_parameters"
        );
        assert_eq!(name(r#" { "\u0064ecided" : 1 } "#).unwrap(), "decided");
        assert_eq!(name(r#""ping""#).unwrap(), "ping");
        for bad in [
            "",
            "{}",
            "[]",
            "7",
            "null",
            r#"{"a":{},"b":{}}"#,
            r#"{"a":{}},"class":"constitutional","x":{}"#,
            r#"{"a":{}}{"#,
            r#"{"a":{}"#,
            r#"{a:1}"#,
        ] {
            assert!(name(bad).is_err(), "{bad}");
        }
        assert!(message_name("action", b"{\"a\":\"\xff\"}").is_err());
    }
}
