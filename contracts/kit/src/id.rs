//! Identifiers and times on the wire: strings of digits.

use std::fmt;

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_schema::{cw_schema, schemars};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::amount::digits;

/// A u64 that travels as a string of digits (numbers above 2^53 would be
/// rounded by JavaScript) and is stored as a u64.
macro_rules! string_u64 {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(
            Clone,
            Copy,
            Debug,
            Default,
            PartialEq,
            Eq,
            PartialOrd,
            Ord,
            BorshSerialize,
            BorshDeserialize,
            cw_schema::Schemaifier,
        )]
        #[schemaifier(
            crate = "cosmwasm_schema::cw_schema",
            type = cw_schema::NodeType::Integer { precision: 64, signed: false }
        )]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Visitor;
                impl de::Visitor<'_> for Visitor {
                    type Value = $name;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str(concat!($what, " as a string of digits"))
                    }
                    fn visit_str<E: de::Error>(self, text: &str) -> Result<$name, E> {
                        let refused = || E::invalid_value(de::Unexpected::Str(text), &self);
                        digits(text).map($name).ok_or_else(refused)
                    }
                }
                deserializer.deserialize_str(Visitor)
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> String {
                stringify!($name).to_owned()
            }
            fn json_schema(
                generator: &mut schemars::r#gen::SchemaGenerator,
            ) -> schemars::schema::Schema {
                let mut schema = String::json_schema(generator).into_object();
                schema.metadata().description =
                    Some(concat!($what, " as a string of digits").into());
                schema.string().pattern = Some("^(0|[1-9][0-9]{0,19})$".into());
                schema.into()
            }
        }
    };
}

string_u64!(
    /// A 64-bit identifier: a person number, a hold, a proposal.
    Id,
    "an id"
);
string_u64!(
    /// A time: whole seconds since the Unix epoch.
    Seconds,
    "Unix seconds"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_strings_up_to_64_bits() {
        assert_eq!(
            serde_json::from_str::<Id>(r#""18446744073709551615""#).unwrap(),
            Id(u64::MAX)
        );
        assert_eq!(serde_json::to_string(&Id(42)).unwrap(), r#""42""#);
        for bad in [
            "42",
            r#""042""#,
            r#""18446744073709551616""#,
            r#""-1""#,
            r#""""#,
        ] {
            assert!(serde_json::from_str::<Id>(bad).is_err(), "{bad}");
        }
    }
}
