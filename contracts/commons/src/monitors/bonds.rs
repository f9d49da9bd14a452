//! Bonds: holds at credit that decay and expire. What they are worth is asked
//! whenever something relies on them; what a seat counts on in between is the
//! earliest time at which too little of them would be left by expiry.
//!
//! A seat has up to three holds. One more takes the place of the one of which
//! least is left. When a seat ended, what is left goes back as soon as no jury
//! can touch its readings any more; of a refuted or absent monitor it goes to
//! the commons fund.

use mycel_kit::peers::credit::{CreditQuery, Hold, Resolution};
use mycel_kit::peers::{PeerError, pull};
use mycel_kit::{Amount, Id};

use super::error::MonitorError;
use super::state::{self, Seat};
use crate::agenda::Worked;
use crate::call::Call;
use crate::error::ContractError;

/// Most holds of a seat.
pub const MOST: usize = 3;
/// Units of work to settle a bond.
pub const UNITS: u32 = 6;
/// Seconds until a peer that did not answer is asked again.
pub const AGAIN: u64 = 600;

/// What a seat's holds are worth now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Worth {
    /// Holds of which something is left: number, what is left, when it expires.
    pub holds: Vec<(u64, u64, u64)>,
}

impl Worth {
    /// What is left in all.
    #[must_use]
    pub fn left(&self) -> u64 {
        let each = self.holds.iter().map(|(_, left, _)| *left);
        each.fold(0, u64::saturating_add)
    }

    /// Until when at least `kept` is left, as far as expiry tells; 0 if it is not now.
    #[must_use]
    pub fn until(&self, kept: u64) -> u64 {
        let mut holds = self.holds.clone();
        holds.sort_by_key(|(_, _, expires)| *expires);
        let mut left = self.left();
        if left < kept {
            return 0;
        }
        for (_, amount, expires) in holds {
            left = left.saturating_sub(amount);
            if left < kept {
                return expires;
            }
        }
        0
    }
}

/// One hold; `None` where credit says that there is none. Where credit says
/// nothing at all, that is no answer.
fn ask(call: &Call<'_>, hold: u64) -> Result<Option<Hold>, ContractError> {
    let credit = |question: &CreditQuery| -> Result<serde::de::IgnoredAny, PeerError> {
        pull(call.querier, "credit", &call.peers.credit, question)
    };
    let found = call.hold(hold)?;
    if found.is_none() {
        credit(&CreditQuery::Commons {})?;
    }
    Ok(found)
}

/// Asks credit what holds are worth now.
///
/// # Errors
/// Credit does not answer.
pub fn worth(call: &Call<'_>, holds: &[u64]) -> Result<Worth, ContractError> {
    let mut worth = Worth::default();
    for hold in holds {
        let Some(found) = ask(call, *hold)? else {
            continue;
        };
        let ours = found.holder == call.own();
        if ours && found.expires.0 > call.now && !found.amount.is_zero() {
            worth
                .holds
                .push((*hold, found.amount.pico(), found.expires.0));
        }
    }
    Ok(worth)
}

/// Adds a hold to a seat's bond. What expired is forgotten; where there are
/// three, the one of which least is left is given back.
///
/// # Errors
/// Credit does not answer; less than half of the bond.
pub fn add(
    call: &mut Call<'_>,
    (commons, number): (u64, u64),
    seat: &mut Seat,
    (hold, amount): (u64, u64),
    kept: u64,
) -> Result<Worth, ContractError> {
    if amount < kept {
        return Err(MonitorError::BondSmall {
            amount,
            least: kept,
        }
        .into());
    }
    let mut alive = worth(call, &seat.bonds)?;
    if alive.holds.len() >= MOST {
        let least = alive
            .holds
            .iter()
            .min_by_key(|(hold, left, _)| (*left, *hold));
        if let Some((weakest, _, _)) = least.copied() {
            alive.holds.retain(|(one, _, _)| *one != weakest);
            call.resolve(vec![Resolution::Release { hold: Id(weakest) }])?;
        }
    }
    let keep: Vec<u64> = alive.holds.iter().map(|(one, _, _)| *one).collect();
    forget(call, seat, |one| !keep.contains(&one))?;
    seat.bonds.push(hold);
    state::bond_of(hold).save(call.storage, &(commons, number));
    let mut sums = state::sums().may_load(call.storage)?.unwrap_or_default();
    sums.bonds = sums.bonds.saturating_add(1);
    state::sums().save(call.storage, &sums);
    let new = worth(call, &[hold])?;
    alive.holds.extend(new.holds);
    Ok(alive)
}

/// Holds that are no bond any more.
fn forget(
    call: &mut Call<'_>,
    seat: &mut Seat,
    gone: impl Fn(u64) -> bool,
) -> Result<(), ContractError> {
    let mut sums = state::sums().may_load(call.storage)?.unwrap_or_default();
    for hold in seat.bonds.iter().filter(|hold| gone(**hold)) {
        call.storage.remove(state::bond_of(*hold).bytes());
        sums.bonds = sums.bonds.saturating_sub(1);
    }
    state::sums().save(call.storage, &sums);
    seat.bonds.retain(|hold| !gone(*hold));
    Ok(())
}

/// What becomes of the bond of a seat that ended: it is kept while a jury can
/// still touch its readings, then goes back; what is lost goes to the commons
/// fund at once.
///
/// # Errors
/// Only for unreadable state: where credit does not answer it is tried again.
pub fn settle(
    call: &mut Call<'_>,
    commons: u64,
    number: u64,
    window: u64,
) -> Result<Worked, ContractError> {
    let key = state::seat(commons, number);
    let Some(mut seat) = key.may_load(call.storage)? else {
        return Ok(Worked::Done);
    };
    let Some((ended, _)) = seat.ended else {
        return Ok(Worked::Done);
    };
    if !seat.forfeited {
        let free = seat.last.saturating_add(window).max(ended);
        if seat.readings > 0 && call.now < free {
            return Ok(Worked::Again(free));
        }
        if seat.disputed > 0 || seat.bound > 0 {
            // the dispute's end puts this down again
            return Ok(Worked::Done);
        }
    }
    let worth = match worth(call, &seat.bonds) {
        Err(ContractError::Peer(_)) => {
            return Ok(Worked::Again(call.now.saturating_add(AGAIN)));
        }
        worth => worth?,
    };
    let fund = call.fund();
    let item = |(hold, _, _): &(u64, u64, u64)| match seat.forfeited {
        true => Resolution::Capture {
            hold: Id(*hold),
            amount: Amount::MAX,
            to: fund.clone(),
        },
        false => Resolution::Release { hold: Id(*hold) },
    };
    let items: Vec<Resolution> = worth.holds.iter().map(item).collect();
    call.resolve(items)?;
    forget(call, &mut seat, |_| true)?;
    key.save(call.storage, &seat);
    super::seats::free_place(call, seat.person, commons, number)?;
    call.event(
        if seat.forfeited {
            "bond_forfeited"
        } else {
            "bond_released"
        },
        &[
            ("commons", &commons),
            ("seat", &number),
            ("person", &seat.person),
            ("amount", &worth.left()),
        ],
    );
    Ok(Worked::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worth(holds: &[(u64, u64, u64)]) -> Worth {
        Worth {
            holds: holds.to_vec(),
        }
    }

    #[test]
    fn a_bond_counts_until_so_much_expired_that_too_little_is_left() {
        assert_eq!(worth(&[]).until(1), 0);
        assert_eq!(worth(&[(1, 49, 900)]).until(50), 0);
        assert_eq!(worth(&[(1, 50, 900)]).until(50), 900);
        let two = worth(&[(1, 60, 500), (2, 50, 900)]);
        assert_eq!((two.left(), two.until(50), two.until(51)), (110, 900, 500));
        let three = worth(&[(3, 30, 700), (1, 30, 500), (2, 30, 900)]);
        assert_eq!(
            [30, 60, 90, 91].map(|kept| three.until(kept)),
            [900, 700, 500, 0]
        );
    }
}
