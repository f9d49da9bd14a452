//! When auctions begin: those of entitlement in equal distances from the
//! epoch's opening, the one of shares with the first.

use super::record::{Auction, Count, Schedule, Stage};
use super::{AUCTION, SCHEDULE, forced, state};
use crate::agenda::{self, Part, Task, Worked};
use crate::call::Call;
use crate::cap;
use crate::error::ContractError;
use crate::registry::{self, Rules};
use crate::rights::Good;

/// Units of work to begin auctions.
const BEGIN_UNITS: u32 = 4;

/// An epoch opened: its auctions begin when their time comes.
///
/// # Errors
/// Only for unreadable state.
pub fn epoch_opened(call: &mut Call<'_>, commons: u64, epoch: u64) -> Result<(), ContractError> {
    let key = state::schedule(commons);
    if key
        .may_load(call.storage)?
        .is_some_and(|kept| kept.epoch >= epoch)
    {
        return Ok(());
    }
    key.save(call.storage, &Schedule { epoch, begun: 0 });
    let task = Task {
        part: Part::Market,
        kind: SCHEDULE,
        commons,
        argument: epoch,
    };
    agenda::at(call, call.now, task);
    Ok(())
}

/// Begins the auctions whose time has come.
///
/// # Errors
/// Only for unreadable state.
// apart: the chain bounds the locals of a function
#[inline(never)]
pub(super) fn begin_due(
    call: &mut Call<'_>,
    commons: u64,
    epoch: u64,
    units: &mut u32,
) -> Result<Worked, ContractError> {
    let key = state::schedule(commons);
    let Some(mut schedule) = key.may_load(call.storage)? else {
        return Ok(Worked::Done);
    };
    let current = cap::current(call.storage, commons)?;
    let current = current.filter(|current| current.is_open() && current.number == epoch);
    let Some(current) = current.filter(|_| schedule.epoch == epoch) else {
        return Ok(Worked::Done);
    };
    if registry::open(call.storage, commons).is_err() {
        return Ok(Worked::Done);
    }
    if *units < BEGIN_UNITS {
        return Ok(Worked::Waiting { needs: BEGIN_UNITS });
    }
    *units -= BEGIN_UNITS;
    let rules = registry::rules(call.storage, commons)?;
    let length = current.closes.saturating_sub(current.opens);
    let distance = rules.market.distance(length);
    let first = schedule.begun == 0;
    let begins = current
        .opens
        .saturating_add(distance.saturating_mul(schedule.begun.into()));
    if call.now < begins {
        return Ok(Worked::Again(begins));
    }
    // one whose time is over does not begin late
    let ends = begins.saturating_add(distance);
    let in_time = call.now.saturating_add(rules.market.phases()) < ends.min(current.closes);
    if in_time && schedule.begun < rules.market.auctions.into() {
        begin(call, commons, epoch, Good::Entitlement, &rules)?;
    }
    if in_time && first && (rules.market.shares || forced::any(call.storage, commons)) {
        begin(call, commons, epoch, Good::Shares, &rules)?;
    }
    schedule.begun = schedule.begun.saturating_add(1);
    key.save(call.storage, &schedule);
    if schedule.begun >= rules.market.auctions.into() {
        return Ok(Worked::Done);
    }
    Ok(Worked::Again(begins.saturating_add(distance)))
}

fn begin(
    call: &mut Call<'_>,
    commons: u64,
    epoch: u64,
    good: Good,
    rules: &Rules,
) -> Result<(), ContractError> {
    let last = state::auctions();
    let number = last.may_load(call.storage)?.unwrap_or(0).saturating_add(1);
    last.save(call.storage, &number);
    let commit_until = call.now.saturating_add(rules.market.commit_seconds.into());
    let auction = Auction {
        commons,
        epoch,
        good,
        opened: call.now,
        commit_until,
        reveal_until: commit_until.saturating_add(rules.market.reveal_seconds.into()),
        stage: Stage::Taking,
        void: None,
        buys: Count::default(),
        sells: Count::default(),
        cleared: None,
        units: 0,
        paid: 0,
        short: 0,
        forfeited: 0,
        forfeited_units: 0,
        done: None,
    };
    state::auction(number).save(call.storage, &auction);
    state::price(commons, good, number).save(call.storage, &0);
    let task = Task {
        part: Part::Market,
        kind: AUCTION,
        commons,
        argument: number,
    };
    agenda::at(call, auction.reveal_until, task);
    call.event(
        "auction",
        &[
            ("auction", &number),
            ("commons", &commons),
            ("epoch", &epoch),
            ("good", &super::good_name(good)),
            ("commit_until", &auction.commit_until),
            ("reveal_until", &auction.reveal_until),
        ],
    );
    Ok(())
}
