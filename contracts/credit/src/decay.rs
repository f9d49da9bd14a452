//! Demurrage: Λ, the clock of decay, and settling an account up to it.
//!
//! Λ grows by `lam` a second; between two instants a positive position is
//! multiplied by e^-(Λ₂−Λ₁). Because Λ is a function of time alone and is
//! written only when the rate changes, a new rate never reaches back, no
//! period can be skipped, and how often an account is touched does not matter.

use borsh::{BorshDeserialize, BorshSerialize};
use mycel_kit::Amount;
use mycel_kit::exp::exp_neg;
use mycel_kit::wide::mul_shr127_floor;

use crate::error::ContractError;
use crate::policies::{DecayPolicy, Policies};
use crate::state::{Account, Floor, Kind, MAX_FLOORS, Terms};

/// Seconds of a day.
const DAY: u128 = 86_400;
/// 10^9: rates are given in its parts.
const PPB: u128 = 1_000_000_000;
/// The fastest decay allowed: 0.003 a day.
pub const MAX_RATE_PPB_PER_DAY: u32 = 3_000_000;

/// The accumulator: Λ(t) = `lambda` + `lam` · (t − `since`), in 2^-96.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Clock {
    /// Λ when the rate last changed.
    pub lambda: u128,
    /// Unix seconds of that change.
    pub since: u64,
    /// Growth of Λ a second.
    pub lam: u128,
}

impl Clock {
    /// A clock that starts at Λ = 0.
    #[must_use]
    pub fn start(now: u64, rate_ppb_per_day: u32) -> Clock {
        Clock {
            lambda: 0,
            since: now,
            lam: lam(rate_ppb_per_day),
        }
    }

    /// Λ at `now`, which must not lie before the last change of the rate.
    ///
    /// # Errors
    /// [`ContractError::TimeOutOfRange`].
    pub fn at(&self, now: u64) -> Result<u128, ContractError> {
        let out_of_range = || ContractError::TimeOutOfRange {
            time: now,
            since: self.since,
        };
        let elapsed = now.checked_sub(self.since).ok_or_else(out_of_range)?;
        u128::from(elapsed)
            .checked_mul(self.lam)
            .and_then(|grown| self.lambda.checked_add(grown))
            .ok_or_else(out_of_range)
    }

    /// The same Λ now, growing at another rate from now on.
    ///
    /// # Errors
    /// [`ContractError::TimeOutOfRange`].
    pub fn change_rate(&self, now: u64, rate_ppb_per_day: u32) -> Result<Clock, ContractError> {
        Ok(Clock {
            lambda: self.at(now)?,
            since: now,
            lam: lam(rate_ppb_per_day),
        })
    }
}

/// Growth of Λ a second at a rate a day: floor(rate · 2^96 / (10^9 · 86,400)).
#[must_use]
pub fn lam(rate_ppb_per_day: u32) -> u128 {
    (u128::from(rate_ppb_per_day) << 96) / (PPB * DAY)
}

/// What is left of `position` after Λ grew by `elapsed`: floor(position ·
/// e^-elapsed), never above the exact value. Debts and standing time change
/// nothing.
#[must_use]
pub fn remaining(position: i128, elapsed: u128) -> i128 {
    if position <= 0 || elapsed == 0 {
        return position;
    }
    // position < 2^127 and exp_neg < 2^127: the product over 2^127 fits.
    mul_shr127_floor(position.unsigned_abs(), exp_neg(elapsed))
        .and_then(|left| i128::try_from(left).ok())
        .unwrap_or(0)
}

/// What is left of a person's position of which `exempt` (B0) does not decay:
/// only what exceeds it does, so it never falls below it by decay.
fn above<P: Policies>(position: i128, exempt: i128, elapsed: u128) -> i128 {
    if position <= exempt {
        return position;
    }
    exempt + P::Decay::remaining(position - exempt, elapsed)
}

/// The account's position at Λ = `lambda`, nothing written. B0 does not decay
/// where a person stands behind the account; whoever pays through an
/// organisation or a contract has no second floor. A floor that was changed
/// since the account was settled holds up to its change, no longer.
///
/// # Errors
/// [`ContractError::BeforeLastChange`] for a Λ before the account's own.
pub fn view<P: Policies>(
    account: &Account,
    lambda: u128,
    terms: &Terms,
) -> Result<i128, ContractError> {
    if lambda < account.snap {
        return Err(ContractError::BeforeLastChange);
    }
    let (mut left, mut snap) = (account.position, account.snap);
    if account.kind == Kind::Person {
        for floor in &terms.floors {
            let until = floor.until.min(lambda);
            if snap < until {
                left = taken(left, above::<P>(left, floor.exempt.signed(), until - snap));
                snap = until;
            }
        }
        let rest = above::<P>(left, terms.exempt.signed(), lambda - snap);
        return Ok(taken(left, rest));
    }
    Ok(taken(left, P::Decay::remaining(left, lambda - snap)))
}

/// Whatever a policy answers, decay only takes, and only from what is there.
fn taken(position: i128, left: i128) -> i128 {
    left.clamp(position.min(0), position)
}

impl Terms {
    /// Another floor from Λ = `lambda`, that is from `now`, on. The oldest is forgotten when there
    /// are too many and every account was settled since its end.
    ///
    /// # Errors
    /// [`ContractError::TooMany`] while the sweep has not gone round.
    pub fn change_floor(
        &mut self,
        now: u64,
        lambda: u128,
        exempt: Amount,
        settled: u128,
    ) -> Result<(), ContractError> {
        // a floor that no time has passed under was none
        if self.floors.last().is_none_or(|last| last.until < lambda) && lambda > 0 {
            if self.floors.len() >= MAX_FLOORS {
                if self.floors[0].until > settled {
                    return Err(ContractError::TooMany {
                        what: "exempt floors that accounts may still be settled under",
                        count: self.floors.len() + 1,
                        most: MAX_FLOORS,
                    });
                }
                self.floors.remove(0);
            }
            self.floors.push(Floor {
                until: lambda,
                exempt: self.exempt,
                ended: now,
            });
        }
        self.exempt = exempt;
        Ok(())
    }
}

/// Writes the decay up to Λ = `lambda`; what it takes is due to the commons,
/// which the next fold collects. Answers how much that was.
///
/// # Errors
/// [`ContractError::BeforeLastChange`].
pub fn settle<P: Policies>(
    account: &mut Account,
    lambda: u128,
    terms: &Terms,
) -> Result<i128, ContractError> {
    let left = view::<P>(account, lambda, terms)?;
    let taken = account.position - left;
    account.snap = lambda;
    account.pending.due += taken;
    account.position = left;
    Ok(taken)
}
