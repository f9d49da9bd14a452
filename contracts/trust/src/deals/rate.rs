//! The two rate each other, neither before the other has: first each promises
//! a hash, then anyone opens what was promised, with a proof that the seal is
//! of the right form.

use cosmwasm_std::HexBinary;
use mycel_mailbox::tag;

use super::msg::OpenRating;
use super::record::{Deal, Rating, Stage};
use super::{DealError, course, deal, direction, end, state};
use crate::call::Call;
use crate::element::{bytes, canonical};
use crate::error::ContractError;
use crate::proofs::Circuit;

/// The direction in which a person rates.
///
/// # Errors
/// [`DealError::NotYours`].
fn rates(number: u64, one: &Deal, person: u64) -> Result<usize, ContractError> {
    match person {
        _ if person == one.a => Ok(0),
        _ if person == one.b => Ok(1),
        _ => Err(DealError::NotYours {
            deal: number,
            a: one.a,
            b: one.b,
        }
        .into()),
    }
}

fn running(number: u64, one: &Deal) -> Result<(), ContractError> {
    if one.stage == Stage::Running {
        return Ok(());
    }
    Err(DealError::Stage {
        deal: number,
        stage: one.stage.name(),
        needs: "running",
    }
    .into())
}

/// Whom a direction is about.
#[must_use]
pub const fn rated(one: &Deal, dir: u8) -> u64 {
    if dir == 0 { one.b } else { one.a }
}

/// One of the two promises its rating.
///
/// # Errors
/// Another's deal; a key without the role recover; too late; promised before.
pub fn commit(call: &mut Call<'_>, number: u64, hash: &HexBinary) -> Result<(), ContractError> {
    let person = call.keeper()?;
    let hash = bytes("hash", hash)?;
    let mut one = deal(call.storage, number)?;
    let dir = rates(number, &one, person)?;
    running(number, &one)?;
    if call.now >= one.until {
        return Err(DealError::TooLate {
            deal: number,
            what: "was rated",
            until: one.until,
            now: call.now,
        }
        .into());
    }
    if one.sides[dir].promised.is_some() {
        return Err(DealError::Settled {
            deal: number,
            dir: dir as u8,
            rating: "promised",
        }
        .into());
    }
    one.sides[dir].promised = Some(hash);
    if one.sides.iter().all(|side| side.promised.is_some()) {
        one.both = Some(call.now);
    }
    state::deal(number).save(call.storage, &one);
    let mut totals = state::totals().load(call.storage)?;
    totals.promised = totals.promised.saturating_add(1);
    state::totals().save(call.storage, &totals);
    end::look_again(call, number, &one)?;
    call.event(
        "commit_rating",
        &[("deal", &number), ("dir", &dir), ("person", &person)],
    );
    Ok(())
}

/// Anyone opens a rating that was promised: a proof that its seal is what the
/// deal's key makes of some rating of the deal's weight.
///
/// # Errors
/// Too early or late, not what was promised, opened before, or no such proof.
pub fn open(call: &mut Call<'_>, told: &OpenRating) -> Result<(), ContractError> {
    let number = told.deal.0;
    let dir = direction(told.dir)?;
    let (c, ct) = (canonical("c", &told.c)?, canonical("ct", &told.ct)?);
    let salt = bytes("salt", &told.salt)?;
    let mut one = deal(call.storage, number)?;
    running(number, &one)?;
    let side = &one.sides[usize::from(dir)];
    if side.rating != Rating::Awaited {
        return Err(DealError::Settled {
            deal: number,
            dir,
            rating: side.rating.name(),
        }
        .into());
    }
    let (from, until) = course::window(&one, call.fixed.clock.times.open_window.into());
    if call.now < from {
        return Err(DealError::TooEarly {
            deal: number,
            dir,
            from,
            now: call.now,
        }
        .into());
    }
    if call.now >= until {
        return Err(DealError::TooLate {
            deal: number,
            what: "was opened",
            until,
            now: call.now,
        }
        .into());
    }
    let promised = side
        .promised
        .ok_or(DealError::NothingPromised { deal: number, dir })?;
    let mut hasher = blake3::Hasher::new();
    for part in [&c, &ct, &salt] {
        hasher.update(part);
    }
    if *hasher.finalize().as_bytes() != promised {
        return Err(DealError::OtherPromise { deal: number, dir }.into());
    }
    let inputs = [
        one.k,
        one.element,
        tag::small(dir.into()),
        tag::small(one.weight.into()),
        ct,
        c,
    ];
    call.groth16(Circuit::Attest, &inputs, &told.proof)?;
    let due = call
        .now
        .saturating_add(call.fixed.clock.times.appeal.into());
    let sealed = end::wait(call, &one, dir, c, ct, due)?;
    one.sides[usize::from(dir)].rating = Rating::Opened(sealed);
    state::deal(number).save(call.storage, &one);
    let mut totals = state::totals().load(call.storage)?;
    totals.opened = totals.opened.saturating_add(1);
    totals.waiting = totals.waiting.saturating_add(1);
    state::totals().save(call.storage, &totals);
    end::look_again(call, number, &one)?;
    call.event(
        "open_rating",
        &[
            ("deal", &number),
            ("dir", &dir),
            ("rated", &rated(&one, dir)),
            ("due", &due),
        ],
    );
    Ok(())
}
