//! Money: pico-credits (10^-12), on the wire and in sentences.

use std::fmt;

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_schema::{cw_schema, schemars};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// One credit in pico-credits.
pub const CREDIT: u64 = 1_000_000_000_000;
/// Decimal places of a credit.
pub const DECIMALS: u8 = 12;

/// An amount of pico-credits, at most [`Amount::MAX`].
///
/// In JSON a string of digits (`"25000000000000"` is 25 credits); anything
/// else, a leading `+` or zero included, is refused. In state a u64.
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
    cw_schema::Schemaifier,
)]
#[schemaifier(crate = "cosmwasm_schema::cw_schema", type = cw_schema::NodeType::Integer { precision: 64, signed: false })]
pub struct Amount(u64);

impl Amount {
    /// The bound of every amount, limit and obligation: 2^63 − 1.
    pub const MAX: Amount = Amount(i64::MAX as u64);
    /// Nothing.
    pub const ZERO: Amount = Amount(0);

    /// `pico` pico-credits, or `None` above [`Amount::MAX`].
    #[must_use]
    pub const fn new(pico: u64) -> Option<Amount> {
        if pico <= Self::MAX.0 {
            Some(Amount(pico))
        } else {
            None
        }
    }

    /// Whole credits, or `None` above [`Amount::MAX`].
    #[must_use]
    pub const fn credits(credits: u64) -> Option<Amount> {
        match credits.checked_mul(CREDIT) {
            Some(pico) => Amount::new(pico),
            None => None,
        }
    }

    /// A non-negative number of pico-credits within the bound.
    #[must_use]
    pub fn from_i128(pico: i128) -> Option<Amount> {
        u64::try_from(pico).ok().and_then(Amount::new)
    }

    /// Pico-credits.
    #[must_use]
    pub const fn pico(self) -> u64 {
        self.0
    }

    /// Pico-credits, signed and wide, for sums.
    #[must_use]
    pub const fn signed(self) -> i128 {
        self.0 as i128
    }

    /// Whether this is nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The sum, or `None` beyond the bound.
    #[must_use]
    pub const fn checked_add(self, other: Amount) -> Option<Amount> {
        Amount::new(self.0.saturating_add(other.0))
    }
}

/// Digits of pico-credits, as on the wire.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Amount;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("pico-credits as a string of digits, at most 9223372036854775807")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Amount, E> {
                digits(text)
                    .and_then(Amount::new)
                    .ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_str(Visitor)
    }
}

impl BorshDeserialize for Amount {
    fn deserialize_reader<R: borsh::io::Read>(reader: &mut R) -> borsh::io::Result<Self> {
        Amount::new(u64::deserialize_reader(reader)?).ok_or_else(|| {
            borsh::io::Error::new(borsh::io::ErrorKind::InvalidData, "amount out of bounds")
        })
    }
}

impl schemars::JsonSchema for Amount {
    fn schema_name() -> String {
        "Amount".to_owned()
    }
    fn json_schema(generator: &mut schemars::r#gen::SchemaGenerator) -> schemars::schema::Schema {
        let mut schema = String::json_schema(generator).into_object();
        schema.metadata().description =
            Some("pico-credits (10^-12) as a string of digits, at most 9223372036854775807".into());
        schema.string().pattern = Some("^(0|[1-9][0-9]{0,18})$".into());
        schema.into()
    }
}

/// A canonical unsigned decimal: digits only, no leading zero.
pub(crate) fn digits(text: &str) -> Option<u64> {
    let bytes = text.as_bytes();
    let canonical = bytes == b"0" || matches!(bytes.first(), Some(b'1'..=b'9'));
    (canonical && bytes.len() <= 20 && bytes.iter().all(u8::is_ascii_digit))
        .then(|| text.parse().ok())
        .flatten()
}

/// Pico-credits shown as credits, exact, with at least two decimals: `-990.00`,
/// `0.000000000001`. For sentences; programs read pico-credits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Credits(pub i128);

impl fmt::Display for Credits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = u128::from(CREDIT);
        let pico = self.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        let mut fraction = pico % unit;
        let mut width = usize::from(DECIMALS);
        while width > 2 && fraction.is_multiple_of(10) {
            fraction /= 10;
            width -= 1;
        }
        write!(f, "{sign}{}.{fraction:0width$}", pico / unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credits_are_shown_exactly_with_two_decimals_at_least() {
        for (pico, text) in [
            (-990_000_000_000_000, "-990.00"),
            (25_000_000_000_000, "25.00"),
            (1, "0.000000000001"),
            (-1, "-0.000000000001"),
            (1_230_000_000_000, "1.23"),
            (1_234_000_000_000, "1.234"),
            (0, "0.00"),
        ] {
            assert_eq!(Credits(pico).to_string(), text);
        }
    }

    #[test]
    fn only_canonical_strings_within_the_bound_are_amounts() {
        let read = |text: &str| serde_json::from_str::<Amount>(text).map(Amount::pico).ok();
        assert_eq!(read(r#""9223372036854775807""#), Some(i64::MAX as u64));
        assert_eq!(read(r#""0""#), Some(0));
        for bad in [
            r#""9223372036854775808""#,
            r#""""#,
            r#""-1""#,
            r#""+1""#,
            r#""01""#,
            r#"" 1""#,
            r#""1.0""#,
            "1",
            "null",
            r#""18446744073709551616""#,
            r#""999999999999999999999""#,
            r#""٣""#,
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
        let said = serde_json::from_str::<Amount>(r#""9223372036854775808""#)
            .unwrap_err()
            .to_string();
        assert!(said.contains("at most 9223372036854775807"), "{said}");
        assert_eq!(
            serde_json::to_string(&Amount::MAX).unwrap(),
            r#""9223372036854775807""#
        );
    }
}
