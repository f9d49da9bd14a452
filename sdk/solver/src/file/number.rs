//! Integers in JSON: numbers up to 2^53, strings above, so that no reader rounds them.
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number(pub i128);

/// The greatest that every reader of JSON takes exactly.
const EXACT: i128 = 1 << 53;

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if (-EXACT..=EXACT).contains(&self.0) {
            serializer.serialize_i64(self.0 as i64)
        } else {
            serializer.serialize_str(&self.0.to_string())
        }
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Form;
        impl de::Visitor<'_> for Form {
            type Value = Number;
            fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                f.write_str("an integer, as a number or a string")
            }
            fn visit_i64<E>(self, value: i64) -> Result<Number, E> {
                Ok(Number(value.into()))
            }
            fn visit_u64<E>(self, value: u64) -> Result<Number, E> {
                Ok(Number(value.into()))
            }
            fn visit_str<E: de::Error>(self, value: &str) -> Result<Number, E> {
                value.parse().map(Number).map_err(E::custom)
            }
        }
        deserializer.deserialize_any(Form)
    }
}

impl Number {
    /// As 64 bits.
    ///
    /// # Errors
    /// The number, where it does not fit.
    pub fn narrow(self) -> Result<i64, String> {
        i64::try_from(self.0).map_err(|_| format!("number={} is beyond 64 bits", self.0))
    }
}
