//! How far below zero a position may fall, and how that grows.
//!
//! limit = (starter line + own limit + line for trust) · scale, where own limit and
//! line for trust together count up to the cap ([`crate::raise`]); the own limit is what is granted
//! less 250 for each person sponsored within 12 months. It opens so that line and own limit together
//! are min(line + PC, 1,000), and once a month moves towards
//! min(line + min(5,000, PC), max(1,000, 3 · average monthly earnings)): up by
//! at most max(10 %, 100), down at once. That is for persons: an organisation
//! may owe what the authority decided, 0 unless it did. Lowering takes nothing from anybody:
//! it only stops further spending. All sums are floored: towards less debt.

use borsh::{BorshDeserialize, BorshSerialize};
use mycel_kit::Amount;

use crate::error::ContractError;
use crate::raise;
use crate::state::{Account, Kind, Parameters, Terms};

/// The whole scale: a limit in full.
pub const FULL_SCALE_BPS: u16 = 10_000;
/// The cap of an account's own limit and of starters outside development.
pub const CAP: Amount = match Amount::credits(5_000) {
    Some(cap) => cap,
    None => Amount::MAX,
};

/// What the authority decides about limits, in pico-credits and parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Growth {
    /// What a limit rises a month at most, in 1/10,000 of it …
    pub rise_bps: u16,
    /// … or this, if that is more.
    pub rise_least: Amount,
    /// Up to this a limit needs no earnings.
    pub unearned: Amount,
    /// Above it, this many average months of earnings.
    pub earned_months: u8,
    /// Months over which earnings are averaged.
    pub average_over: u8,
    /// Partners without whom a month's earnings count for nothing.
    pub partners: u16,
}

/// The limit in force at a time, at most 2^63 − 1.
#[must_use]
pub fn standard(account: &Account, terms: &Terms, now: u64) -> Amount {
    let own = u128::from(account.limit.pico());
    let raised = own + u128::from(raise::raised(account, now).pico());
    let own = raised.min(u128::from(CAP.pico())).max(own);
    let whole = u128::from(own_line(account, terms.starter_line).pico()) + own;
    let scaled = whole * u128::from(account.scale_bps) / u128::from(FULL_SCALE_BPS);
    amount(scaled)
}

/// The starter line is for persons.
#[must_use]
pub fn line(kind: Kind, starter_line: Amount) -> Amount {
    match kind {
        Kind::Person => starter_line,
        Kind::Org | Kind::Contract | Kind::Mirror => Amount::ZERO,
    }
}

/// The starter line of an account: once for each person, so not again for a
/// member who came back.
#[must_use]
pub fn own_line(account: &Account, starter_line: Amount) -> Amount {
    if account.returned {
        Amount::ZERO
    } else {
        line(account.kind, starter_line)
    }
}

/// The own limit that an account opens with: line and it together are
/// min(line + min(5,000, PC), `opening`).
#[must_use]
pub fn opening(line: Amount, capacity: Amount, opening: Amount) -> Amount {
    let whole = ceiling(line, capacity).min(opening);
    less(whole, line)
}

/// line + min(5,000, PC).
#[must_use]
pub fn ceiling(line: Amount, capacity: Amount) -> Amount {
    line.checked_add(capacity.min(CAP)).unwrap_or(Amount::MAX)
}

/// The own limit after a month: towards the target, by the rules above.
#[must_use]
pub fn month(
    own: Amount,
    line: Amount,
    capacity: Amount,
    average: Amount,
    rules: &Growth,
) -> Amount {
    let now = u128::from(line.pico()) + u128::from(own.pico());
    let earned = u128::from(average.pico()) * u128::from(rules.earned_months);
    let target = u128::from(ceiling(line, capacity).pico())
        .min(earned.max(u128::from(rules.unearned.pico())));
    let rise = (now * u128::from(rules.rise_bps) / 10_000).max(u128::from(rules.rise_least.pico()));
    less(amount(target.min(now + rise)), line)
}

/// The average of monthly earnings after one more month, floored: each month
/// weighs 1/n, so n equal months bring it 63 % of the way and it forgets as
/// slowly. Earnings from fewer partners than the rules ask count for nothing;
/// of all others the largest partner for at most half ([`crate::volume`]).
#[must_use]
pub fn average(average: Amount, earned: u64, partners: u16, rules: &Growth) -> Amount {
    let earned = if partners >= rules.partners {
        earned
    } else {
        0
    };
    let months = u128::from(rules.average_over.max(1));
    let sum = u128::from(average.pico()) * (months - 1) + u128::from(earned);
    amount(sum / months)
}

fn less(whole: Amount, line: Amount) -> Amount {
    amount(u128::from(whole.pico().saturating_sub(line.pico())))
}

/// At most 2^63 − 1.
fn amount(pico: u128) -> Amount {
    u64::try_from(pico)
        .ok()
        .and_then(Amount::new)
        .unwrap_or(Amount::MAX)
}

/// The greatest own limit or starter that the authority may set.
#[must_use]
pub fn cap(parameters: &Parameters) -> Amount {
    if parameters.development {
        Amount::MAX
    } else {
        CAP
    }
}

/// Refuses an amount above the cap.
///
/// # Errors
/// [`ContractError::OutOfBounds`].
pub fn within_cap(
    what: &'static str,
    amount: Amount,
    parameters: &Parameters,
) -> Result<Amount, ContractError> {
    let cap = cap(parameters);
    if amount <= cap {
        return Ok(amount);
    }
    Err(ContractError::OutOfBounds {
        what,
        value: amount.to_string(),
        least: "0".to_owned(),
        most: cap.to_string(),
    })
}

/// Refuses a number outside 0 to `most`.
///
/// # Errors
/// [`ContractError::OutOfBounds`].
pub fn at_most(what: &'static str, value: u32, most: u32) -> Result<(), ContractError> {
    if value <= most {
        return Ok(());
    }
    Err(ContractError::OutOfBounds {
        what,
        value: value.to_string(),
        least: "0".to_owned(),
        most: most.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::factors::BASE;

    fn credits(credits: u64) -> Amount {
        Amount::credits(credits).unwrap()
    }

    const ZERO: Amount = Amount::ZERO;

    fn rules() -> Growth {
        Growth {
            rise_bps: 1_000,
            rise_least: credits(100),
            unearned: credits(1_000),
            earned_months: 3,
            average_over: 6,
            partners: 3,
        }
    }

    #[test]
    fn a_limit_opens_at_the_lesser_of_a_thousand_and_line_plus_capacity() {
        assert_eq!(opening(ZERO, BASE, credits(1_000)), credits(1_000));
        assert_eq!(opening(credits(250), BASE, credits(1_000)), credits(750));
        assert_eq!(
            opening(credits(250), credits(300), credits(1_000)),
            credits(300)
        );
        assert_eq!(opening(credits(1_200), BASE, credits(1_000)), ZERO);
    }

    #[test]
    fn capacity_counts_up_to_five_thousand() {
        assert_eq!(ceiling(credits(250), credits(320_000)), credits(5_250));
        assert_eq!(ceiling(credits(250), credits(80)), credits(330));
    }

    #[test]
    fn a_limit_rises_by_a_tenth_or_a_hundred_a_month() {
        let rich = credits(4_000);
        assert_eq!(
            month(credits(500), ZERO, BASE, rich, &rules()),
            credits(600)
        );
        assert_eq!(
            month(credits(2_000), ZERO, BASE, rich, &rules()),
            credits(2_200)
        );
        // the line counts: (250 + 1,750) rises by 200
        assert_eq!(
            month(credits(1_750), credits(250), BASE, rich, &rules()),
            credits(1_950)
        );
    }

    #[test]
    fn without_earnings_a_limit_stays_at_a_thousand_and_with_them_at_three_months() {
        assert_eq!(
            month(credits(1_000), ZERO, BASE, ZERO, &rules()),
            credits(1_000)
        );
        assert_eq!(
            month(credits(1_000), ZERO, BASE, credits(333), &rules()),
            credits(1_000)
        );
        assert_eq!(
            month(credits(1_150), ZERO, BASE, credits(400), &rules()),
            credits(1_200)
        );
        assert_eq!(
            month(credits(4_950), ZERO, BASE, credits(9_000), &rules()),
            credits(5_000)
        );
    }

    #[test]
    fn a_limit_falls_at_once_when_earnings_or_capacity_fall() {
        assert_eq!(
            month(credits(3_000), ZERO, BASE, credits(500), &rules()),
            credits(1_500)
        );
        assert_eq!(
            month(credits(1_000), ZERO, credits(400), ZERO, &rules()),
            credits(400)
        );
    }

    #[test]
    fn earnings_from_fewer_than_three_partners_do_not_count() {
        let earned = credits(600).pico();
        assert_eq!(average(ZERO, earned, 2, &rules()), ZERO);
        assert_eq!(average(ZERO, earned, 3, &rules()), credits(100));
        assert_eq!(average(credits(600), 0, 0, &rules()), credits(500));
        assert_eq!(average(credits(600), earned, 9, &rules()), credits(600));
    }

    #[test]
    fn nothing_overflows_at_the_bounds() {
        let rules = Growth {
            rise_bps: u16::MAX,
            earned_months: u8::MAX,
            ..rules()
        };
        let most = Amount::MAX;
        assert_eq!(month(most, most, most, most, &rules), ZERO);
        assert_eq!(
            average(most, u64::MAX, u16::MAX, &rules).pico(),
            most.pico()
        );
        assert_eq!(opening(most, most, most), ZERO);
    }
}
