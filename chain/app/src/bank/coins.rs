//! Amounts of coins: sorted by denomination, none twice, none zero.
use std::{collections::BTreeMap, fmt};

use cosmos_sdk_proto::cosmos::base::v1beta1::Coin;
use mycel_types::codes;

use crate::error::Failure;

/// A set of coins in one canonical form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Coins(Vec<(String, u128)>);

impl Coins {
    /// Reads what a message says. Refuses unsorted, repeated and zero coins as the SDK does.
    pub(crate) fn read(coins: &[Coin]) -> Result<Self, Failure> {
        let invalid = || Failure::new(codes::INVALID_COINS, text_of(coins));
        let mut read: Vec<(String, u128)> = Vec::with_capacity(coins.len());
        for coin in coins {
            let amount = amount(&coin.amount)
                .filter(|a| *a > 0)
                .ok_or_else(invalid)?;
            let sorted = read.last().is_none_or(|(before, _)| *before < coin.denom);
            if !is_denom(&coin.denom) || !sorted {
                return Err(invalid());
            }
            read.push((coin.denom.clone(), amount));
        }
        Ok(Self(read))
    }

    /// As [`Coins::read`], but of a contract, whose coins come in any order and may be zero.
    pub(crate) fn normalize(mut coins: Vec<Coin>) -> Result<Self, Failure> {
        coins.retain(|c| amount(&c.amount) != Some(0));
        coins.sort_by(|a, b| a.denom.cmp(&b.denom));
        Self::read(&coins)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, u128)> {
        self.0
            .iter()
            .map(|(denom, amount)| (denom.as_str(), *amount))
    }
}

/// What several sets come to.
#[derive(Debug, Default)]
pub(crate) struct Sum(BTreeMap<String, u128>);

impl Sum {
    /// Adds a set; `None` on overflow.
    pub(crate) fn add(&mut self, coins: &Coins) -> Option<()> {
        for (denom, amount) in coins.iter() {
            match self.0.get_mut(denom) {
                Some(sum) => *sum = sum.checked_add(amount)?,
                None => {
                    self.0.insert(denom.into(), amount);
                }
            }
        }
        Some(())
    }

    /// Whether it is that set.
    pub(crate) fn is(&self, coins: &Coins) -> bool {
        self.0
            .iter()
            .map(|(d, a)| (d.as_str(), *a))
            .eq(coins.iter())
    }
}

impl fmt::Display for Coins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (denom, amount)) in self.iter().enumerate() {
            let comma = if i == 0 { "" } else { "," };
            write!(f, "{comma}{amount}{denom}")?;
        }
        Ok(())
    }
}

/// One coin of protobuf.
pub(crate) fn coin(denom: &str, amount: u128) -> Coin {
    Coin {
        denom: denom.into(),
        amount: amount.to_string(),
    }
}

/// An amount as clients write it: decimal digits only.
pub(crate) fn amount(text: &str) -> Option<u128> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// Whether a text names a denomination: the SDK's `[a-zA-Z][a-zA-Z0-9/:._-]{2,127}`.
pub(crate) fn is_denom(text: &str) -> bool {
    let mut bytes = text.bytes();
    (3..=128).contains(&text.len())
        && bytes.next().is_some_and(|b| b.is_ascii_alphabetic())
        && bytes.all(|b| b.is_ascii_alphanumeric() || b"/:._-".contains(&b))
}

/// Coins as they stand in a message, for a log: at most the first few.
pub(crate) fn text_of(coins: &[Coin]) -> String {
    let shown: Vec<_> = coins
        .iter()
        .take(8)
        .map(|c| {
            let cut = |s: &str| s.chars().take(140).collect::<String>();
            format!("{}{}", cut(&c.amount), cut(&c.denom))
        })
        .collect();
    shown.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(coins: &[(&str, &str)]) -> Vec<Coin> {
        coins
            .iter()
            .map(|(amount, denom)| Coin {
                denom: denom.to_string(),
                amount: amount.to_string(),
            })
            .collect()
    }

    #[test]
    fn coins_have_one_form() {
        let two = Coins::read(&raw(&[("1", "abc"), ("2", "abd")])).unwrap();
        assert_eq!(two.to_string(), "1abc,2abd");
        for bad in [
            &[("1", "abd"), ("2", "abc")][..],
            &[("1", "abc"), ("2", "abc")],
            &[("0", "abc")],
            &[("-1", "abc")],
            &[("+1", "abc")],
            &[("", "abc")],
            &[("1", "a")],
            &[("1", "1ab")],
            &[("1", "ab!")],
            &[("340282366920938463463374607431768211456", "abc")],
        ] {
            assert_eq!(
                Coins::read(&raw(bad)).unwrap_err().code,
                codes::INVALID_COINS
            );
        }
        let of_contract = Coins::normalize(raw(&[("2", "abd"), ("0", "abx"), ("1", "abc")]));
        assert_eq!(of_contract.unwrap(), two);
    }

    #[test]
    fn sums_are_checked() {
        let mut sum = Sum::default();
        for part in [&[("1", "abc")][..], &[("1", "abb"), ("2", "abc")]] {
            sum.add(&Coins::read(&raw(part)).unwrap()).unwrap();
        }
        assert!(sum.is(&Coins::read(&raw(&[("1", "abb"), ("3", "abc")])).unwrap()));
        assert!(!sum.is(&Coins::read(&raw(&[("3", "abc")])).unwrap()));
        let max = Coins::read(&raw(&[(&u128::MAX.to_string(), "abc")])).unwrap();
        assert!(sum.add(&max).is_none());
    }
}
