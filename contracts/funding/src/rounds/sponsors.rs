//! Sponsors: at most twenty holds make a round's pool. When all places are
//! taken, a larger one displaces the smallest, whose money goes back at once;
//! what the commons gave by decision stays.

use mycel_kit::Id;
use mycel_kit::peers::credit::Resolution;

use super::error::RoundError;
use super::give::{self, Given};
use super::open::sponsor_least;
use super::record::{Course, Sponsor, Stage};
use super::{round, state};
use crate::call::Call;
use crate::error::ContractError;

/// Places.
pub const PLACES: usize = 20;
/// Whose the commons' holds are at credit.
pub const COMMONS: &str = "commons";

/// Gives to the pool.
///
/// # Errors
/// After the end, too little, all places taken by larger ones, no member, a
/// hold that expires too early.
pub fn sponsor(call: &mut Call<'_>, given: &Given<'_>, number: u64) -> Result<(), ContractError> {
    let found = round(call.storage, number)?;
    let mut course = give::up_to_now(call, number, found.begins)?;
    if !matches!(course.stage, Stage::Open | Stage::Giving) || call.now >= found.ends {
        return Err(RoundError::Stage {
            round: number,
            stage: course.stage.name(),
            needs: "open or giving, before its end",
        }
        .into());
    }
    let amount = given.amount.pico();
    let least = sponsor_least(call).max(give::LEAST);
    if amount < least {
        return Err(RoundError::TooSmall {
            what: "pool",
            amount,
            least,
        }
        .into());
    }
    let person = match given.owner {
        COMMONS => 0,
        owner => call.dealer(owner)?.person.0,
    };
    give::expiry(call, given.hold, found.ends)?;
    let key = state::sponsors(number);
    let mut sponsors = key.may_load(call.storage)?.unwrap_or_default();
    if sponsors.len() >= PLACES {
        displace(call, number, &mut course, &mut sponsors, amount)?;
    }
    sponsors.push(Sponsor {
        hold: given.hold,
        person,
        amount,
        taken: 0,
        left: 0,
        quota: 0,
        settled: false,
    });
    key.save(call.storage, &sponsors);
    course.pool.came += u128::from(amount);
    course.pool.open += u128::from(amount);
    state::course(number).save(call.storage, &course);
    let mut totals = state::totals().load(call.storage)?;
    totals.pool.came += u128::from(amount);
    totals.pool.open += u128::from(amount);
    totals.holds += 1;
    state::totals().save(call.storage, &totals);
    if person != 0 {
        give::staked(call, person, 1)?;
        super::mention(call.storage, person, number);
    }
    call.event(
        "sponsor",
        &[
            ("round", &number),
            ("hold", &given.hold),
            ("amount", &amount),
        ],
    );
    Ok(())
}

/// Makes room for `amount`: the smallest sponsor's money, as it is now, goes
/// back if it is less.
fn displace(
    call: &mut Call<'_>,
    number: u64,
    course: &mut Course,
    sponsors: &mut Vec<Sponsor>,
    amount: u64,
) -> Result<(), ContractError> {
    let mut smallest: Option<(u64, usize)> = None;
    for (place, sponsor) in sponsors.iter().enumerate() {
        if sponsor.person == 0 {
            continue;
        }
        let left = call
            .hold(sponsor.hold)?
            .map_or(0, |hold| hold.amount.pico());
        // of equal ones the last that came
        if smallest.is_none_or(|(least, _)| left <= least) {
            smallest = Some((left, place));
        }
    }
    let place = match smallest {
        Some((left, place)) if left < amount => place,
        _ => {
            return Err(RoundError::Sponsors {
                sponsors: sponsors.len(),
                smallest: smallest.map_or(u64::MAX, |(left, _)| left),
            }
            .into());
        }
    };
    let mut gone = sponsors.remove(place);
    let items = release(call, number, course, &mut gone)?;
    call.resolve(&items);
    call.event("displaced", &[("round", &number), ("hold", &gone.hold)]);
    Ok(())
}

/// A sponsor's hold is settled: what is left of it goes back. The caller saves
/// the course.
///
/// # Errors
/// No credit.
pub fn release(
    call: &mut Call<'_>,
    number: u64,
    course: &mut Course,
    sponsor: &mut Sponsor,
) -> Result<Vec<Resolution>, ContractError> {
    if sponsor.settled {
        return Ok(vec![]);
    }
    sponsor.settled = true;
    let open = u128::from(sponsor.amount - sponsor.taken);
    let left = call.hold(sponsor.hold)?.map(|hold| hold.amount.pico());
    let mut totals = state::totals().load(call.storage)?;
    for flow in [&mut course.pool, &mut totals.pool] {
        flow.open -= open;
        match left {
            Some(left) => {
                flow.back += u128::from(left);
                flow.decayed += open - u128::from(left);
            }
            // captured to the end: the rest had decayed
            None if sponsor.taken > 0 && sponsor.left == 0 => flow.decayed += open,
            None => flow.expired += open,
        }
    }
    totals.holds -= 1;
    state::totals().save(call.storage, &totals);
    if sponsor.person != 0 {
        give::staked(call, sponsor.person, -1)?;
    }
    call.event(
        "release_pool",
        &[
            ("round", &number),
            ("hold", &sponsor.hold),
            ("amount", &left.unwrap_or(0)),
        ],
    );
    Ok(match left {
        Some(_) => vec![Resolution::Release {
            hold: Id(sponsor.hold),
        }],
        None => vec![],
    })
}
