//! Credits in text: `12.5` means 12,500,000,000,000 pico-credits.
use mycel_kit::{
    Amount, Credits,
    amount::{CREDIT, DECIMALS},
};

use crate::ClientError;

/// Reads credits: digits, at most one point, at most 12 decimals; no sign, no exponent, no separators.
pub fn parse(text: &str) -> Result<Amount, ClientError> {
    let wrong = |reason| ClientError::Amount {
        text: text.chars().take(64).collect(),
        reason,
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() || text.ends_with('.') {
        return Err(wrong("digits are missing"));
    }
    if !whole
        .bytes()
        .chain(fraction.bytes())
        .all(|b| b.is_ascii_digit())
    {
        return Err(wrong("only digits and one point are allowed"));
    }
    let decimals = usize::from(DECIMALS);
    if fraction.len() > decimals {
        return Err(wrong("more than 12 decimals"));
    }
    let digits = |text: &str| {
        if text.is_empty() {
            Ok(0)
        } else {
            text.parse::<u64>()
        }
    };
    let padded = format!("{fraction:0<decimals$}");
    let pico = digits(whole)
        .ok()
        .and_then(|whole| whole.checked_mul(CREDIT))
        .zip(digits(&padded).ok())
        .and_then(|(whole, part)| whole.checked_add(part))
        .and_then(Amount::new);
    pico.ok_or_else(|| wrong("above 9223372.036854775807 credits"))
}

/// Shows pico-credits as credits, exact, with at least two decimals.
pub fn show(pico: i128) -> String {
    Credits(pico).to_string()
}

/// Shows pico-credits as credits for reading at a glance: to four decimals, at least two.
pub fn brief(pico: i128) -> String {
    let unit = i128::from(CREDIT) / 10_000;
    let near = (pico.abs() + unit / 2) / unit * unit;
    if near == 0 && pico != 0 {
        return "less than 0.0001".into();
    }
    show(near * pico.signum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_a_glance_four_decimals_are_shown() {
        for (pico, text) in [
            (199_999_949_074_080, "199.9999"),
            (119_999_969_444_448, "120.00"),
            (38_910_442_561, "0.0389"),
            (-2_500_000_000_000, "-2.50"),
            (0, "0.00"),
            (8_217_601, "less than 0.0001"),
        ] {
            assert_eq!(brief(pico), text);
        }
    }

    #[test]
    fn credits_are_read_exactly_or_refused() {
        for (text, pico) in [
            ("12", 12_000_000_000_000),
            ("12.5", 12_500_000_000_000),
            ("0", 0),
            ("0.000000000001", 1),
            ("9223372.036854775807", i64::MAX as u64),
        ] {
            assert_eq!(parse(text).unwrap().pico(), pico, "{text}");
        }
        for text in [
            "",
            ".",
            ".5",
            "5.",
            "-1",
            "+1",
            "1e3",
            "1,5",
            "1.2.3",
            "0.0000000000001",
            "9223372.036854775808",
            "99999999999999999999",
            " 1",
            "٣",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_shown_can_be_read() {
        for pico in [
            0u64,
            1,
            990_000_000_000_000,
            1_234_000_000_000,
            i64::MAX as u64,
        ] {
            assert_eq!(parse(&show(i128::from(pico))).unwrap().pico(), pico);
        }
    }
}
