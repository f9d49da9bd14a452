//! Obligations as text: one a line, `debtor creditor amount` and, if it is not 1, a weight. Empty lines and lines that
//! begin with `#` count for nothing.
use std::collections::BTreeMap;

use mycel_kit::flow::Edge;

use super::{FileError, bad};

/// What amounts are multiplied by: six decimals.
pub const SCALE: i64 = 1_000_000;

/// A community's obligations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Debts {
    /// Names in the order in which they occur.
    pub names: Vec<String>,
    /// The obligations, costing −weight a unit.
    pub edges: Vec<Edge>,
}

impl Debts {
    /// Reads a text.
    ///
    /// # Errors
    /// The first line that is none.
    pub fn read(text: &str) -> Result<Self, FileError> {
        let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
        let (mut names, mut edges) = (Vec::new(), Vec::new());
        for (line, content) in (1..).zip(text.lines()) {
            if content.trim().is_empty() || content.starts_with('#') {
                continue;
            }
            let words: Vec<&str> = content.split_whitespace().collect();
            let (debtor, creditor, amount, weight) = match words[..] {
                [debtor, creditor, amount] => (debtor, creditor, amount, "1"),
                [debtor, creditor, amount, weight] => (debtor, creditor, amount, weight),
                _ => {
                    return bad(
                        line,
                        format!(
                            "expected `debtor creditor amount [weight]`, found words={}",
                            words.len()
                        ),
                    );
                }
            };
            let Some(capacity) = scaled(amount) else {
                return bad(
                    line,
                    format!("amount={amount} is not a number from 0 with up to 6 decimals"),
                );
            };
            let Some(weight) = weight
                .parse::<i64>()
                .ok()
                .filter(|w| (1..=crate::clearing::MAX_WEIGHT).contains(w))
            else {
                return bad(
                    line,
                    format!(
                        "weight={weight} is not between 1 and {}",
                        crate::clearing::MAX_WEIGHT
                    ),
                );
            };
            let mut number = |name| {
                *numbers.entry(name).or_insert_with(|| {
                    names.push(String::from(name));
                    names.len() as u32 - 1
                })
            };
            edges.push(Edge {
                tail: number(debtor),
                head: number(creditor),
                capacity,
                cost: -weight,
            });
        }
        Ok(Self { names, edges })
    }
}

/// A decimal times [`SCALE`], exactly.
fn scaled(amount: &str) -> Option<i64> {
    let (whole, part) = amount.split_once('.').unwrap_or((amount, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if part.len() > 6 || !digits(whole) || !digits(part) || (whole.is_empty() && part.is_empty()) {
        return None;
    }
    let whole: i64 = if whole.is_empty() {
        0
    } else {
        whole.parse().ok()?
    };
    let part: i64 = format!("{part:0<6}").parse().ok()?;
    whole.checked_mul(SCALE)?.checked_add(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact_to_six_decimals() {
        for (text, value) in [
            ("321.5", Some(321_500_000)),
            ("0.000001", Some(1)),
            (".5", Some(500_000)),
            ("7.", Some(7_000_000)),
            ("9223372036854.775807", Some(i64::MAX)),
            ("9223372036854.775808", None),
            ("0.0000001", None),
            ("-1", None),
            ("+1", None),
            ("1e3", None),
            (".", None),
        ] {
            assert_eq!(scaled(text), value, "{text}");
        }
    }

    #[test]
    fn the_first_bad_line_is_named() {
        let error = Debts::read("ann ben 5\n\n# so it is\nben cleo 1 2 3\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "line=4: expected `debtor creditor amount [weight]`, found words=5"
        );
        let error = Debts::read("ann ben five\n").unwrap_err();
        assert!(
            error.to_string().starts_with("line=1: amount=five is not"),
            "{error}"
        );
        let error = Debts::read("ann ben 5 0\n").unwrap_err();
        assert!(
            error.to_string().starts_with("line=1: weight=0 is not"),
            "{error}"
        );
    }
}
