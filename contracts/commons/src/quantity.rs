//! What a commons is counted in: whole units of nature, and shares of them.

use std::fmt;
use std::io::{Error, ErrorKind, Read};

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_schema::{cw_schema, cw_serde, schemars};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// All shares of a commons.
pub const ALL_SHARES: u32 = 100_000_000;

/// Whole units of a commons (kilograms, cubic metres …), at most
/// [`Quantity::MAX`]. In JSON a string of digits, in state 16 bytes.
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
pub struct Quantity(u128);

impl Quantity {
    /// The bound of every quantity: 2^63 − 1.
    pub const MAX: Quantity = Quantity(i64::MAX as u128);
    /// Nothing.
    pub const ZERO: Quantity = Quantity(0);

    /// So many units, or `None` above [`Quantity::MAX`].
    #[must_use]
    pub const fn new(units: u128) -> Option<Quantity> {
        if units <= Self::MAX.0 {
            Some(Quantity(units))
        } else {
            None
        }
    }

    /// So many units, never above [`Quantity::MAX`].
    #[must_use]
    pub const fn at_most(units: u128) -> Quantity {
        if units <= Self::MAX.0 {
            Quantity(units)
        } else {
            Self::MAX
        }
    }

    /// Units.
    #[must_use]
    pub const fn units(self) -> u128 {
        self.0
    }

    /// Whether this is nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The sum, or `None` beyond the bound.
    #[must_use]
    pub const fn checked_add(self, other: Quantity) -> Option<Quantity> {
        Quantity::new(self.0 + other.0)
    }

    /// The difference, or `None` below nothing.
    #[must_use]
    pub const fn checked_sub(self, other: Quantity) -> Option<Quantity> {
        match self.0.checked_sub(other.0) {
            Some(units) => Some(Quantity(units)),
            None => None,
        }
    }

    /// The difference, nothing at least.
    #[must_use]
    pub const fn less(self, other: Quantity) -> Quantity {
        Quantity(self.0.saturating_sub(other.0))
    }

    /// floor(this · part / whole); nothing of nothing. `part` ≤ `whole` keeps
    /// it within the bound, else it is cut to it.
    #[must_use]
    pub const fn part(self, part: u64, whole: u64) -> Quantity {
        if whole == 0 {
            return Quantity::ZERO;
        }
        Quantity::at_most(self.0 * part as u128 / whole as u128)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl BorshDeserialize for Quantity {
    fn deserialize_reader<R: Read>(reader: &mut R) -> std::io::Result<Quantity> {
        let units = u128::deserialize_reader(reader)?;
        Quantity::new(units).ok_or_else(|| Error::new(ErrorKind::InvalidData, "above 2^63 - 1"))
    }
}

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Quantity;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a quantity as a string of digits, at most 9223372036854775807")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Quantity, E> {
                let plain = text == "0" || !text.starts_with(['0', '+', '-']);
                let units = text.parse().ok().filter(|_| plain && text.len() <= 19);
                units
                    .and_then(Quantity::new)
                    .ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_str(Visitor)
    }
}

impl schemars::JsonSchema for Quantity {
    fn schema_name() -> String {
        "Quantity".to_owned()
    }
    fn json_schema(generator: &mut schemars::r#gen::SchemaGenerator) -> schemars::schema::Schema {
        let mut schema = String::json_schema(generator).into_object();
        schema.metadata().description =
            Some("whole units of a commons as a string of digits, at most 2^63 - 1".into());
        schema.string().pattern = Some("^(0|[1-9][0-9]{0,18})$".into());
        schema.into()
    }
}

/// Shares of a commons, of [`ALL_SHARES`] in all. In JSON a number.
#[cw_serde]
#[derive(Copy, Eq, PartialOrd, Ord, Default, BorshSerialize, BorshDeserialize)]
#[serde(transparent)]
#[schemaifier(mute_warnings)]
pub struct Shares(pub u32);

impl Shares {
    /// None.
    pub const NONE: Shares = Shares(0);
    /// All of them.
    pub const ALL: Shares = Shares(ALL_SHARES);

    /// The sum, or `None` above all there are.
    #[must_use]
    pub const fn checked_add(self, other: Shares) -> Option<Shares> {
        match self.0.checked_add(other.0) {
            Some(sum) if sum <= ALL_SHARES => Some(Shares(sum)),
            _ => None,
        }
    }

    /// The difference, or `None` below none.
    #[must_use]
    pub const fn checked_sub(self, other: Shares) -> Option<Shares> {
        match self.0.checked_sub(other.0) {
            Some(rest) => Some(Shares(rest)),
            None => None,
        }
    }

    /// What they yield of a total: floor(shares · total / 10^8).
    #[must_use]
    pub const fn of(self, total: Quantity) -> Quantity {
        total.part(self.0 as u64, ALL_SHARES as u64)
    }
}

impl fmt::Display for Shares {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_thousand_shares_of_4_500_000_kg_yield_450_kg() {
        let total = Quantity::new(4_500_000).expect("a quantity");
        assert_eq!(Shares(10_000).of(total).units(), 450);
        assert_eq!(Shares::ALL.of(total), total);
        assert_eq!(Shares::ALL.of(Quantity::MAX), Quantity::MAX);
    }

    #[test]
    fn quantities_are_strings_of_digits_up_to_63_bits() {
        let read = serde_json::from_str::<Quantity>;
        assert_eq!(
            read(r#""9223372036854775807""#).expect("the most"),
            Quantity::MAX
        );
        assert_eq!(
            serde_json::to_string(&Quantity(42)).expect("JSON"),
            r#""42""#
        );
        for bad in [
            "42",
            r#""042""#,
            r#""+4""#,
            r#""-1""#,
            r#""""#,
            r#""9223372036854775808""#,
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
        let above = borsh::to_vec(&(1u128 << 63)).expect("borsh");
        assert!(borsh::from_slice::<Quantity>(&above).is_err());
        assert_eq!(Quantity::MAX.checked_add(Quantity(1)), None);
        assert_eq!(Quantity(3).less(Quantity(4)), Quantity::ZERO);
    }

    #[test]
    fn shares_never_add_up_to_more_than_all() {
        assert_eq!(Shares::ALL.checked_add(Shares(1)), None);
        assert_eq!(Shares(1).checked_sub(Shares(2)), None);
        assert_eq!(serde_json::to_string(&Shares(7)).expect("JSON"), "7");
    }
}
