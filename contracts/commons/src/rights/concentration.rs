//! Nobody has more than a part of a commons (a fifth, unless its rules say
//! otherwise): not alone, and not through organisations. A person counts with
//! every enrolled organisation that it controls by a quarter or more, an
//! organisation with each such controller's. What counts is what one has, what
//! is let to it, what is in escrow and what its bids may still bring; so neither
//! a shell, a lease nor an open order makes room.
//!
//! Who controls what is asked of members at each use; what is known of an
//! organisation is refreshed whenever it, or one who controls it, receives.
//! What comes in above the cap is refused, never taken away. An excess that
//! came otherwise (control changed, rules did) is recorded by anyone's
//! `check_concentration`; after 90 days what is above goes to a forced sale,
//! proceeds to whose it was.

use std::collections::BTreeSet;

use super::baskets;
use super::entitlement::ALL;
use super::error::RightsError;
use super::ledger::{Ledger, TREASURY};
use super::record::{Excess, Good};
use super::state;
use crate::agenda::{self, Part, Task, Worked};
use crate::call::Call;
use crate::error::ContractError;
use crate::quantity::{Quantity, Shares};
use crate::{market, registry};

/// The kind of task that looks at an excess again.
pub const EXCESS: u8 = 1;

/// A person and the organisations it counts with.
struct Group {
    /// The person; or an organisation without such a controller.
    head: u64,
    /// All of them, the head first.
    members: Vec<u64>,
}

/// Those that one counts with, as members say now.
fn groups(call: &mut Call<'_>, commons: u64, person: u64) -> Result<Vec<Group>, ContractError> {
    let heads = match registry::controllers(call, commons, person)? {
        none if none.is_empty() => vec![person],
        heads => heads,
    };
    let mut asked = BTreeSet::from([person]);
    let mut groups = vec![];
    for head in heads {
        for organisation in registry::organisations(call.storage, commons, head) {
            if asked.insert(organisation) {
                registry::controllers(call, commons, organisation)?;
            }
        }
        let mut members = vec![head];
        for organisation in registry::organisations(call.storage, commons, head) {
            if organisation != head {
                members.push(organisation);
            }
        }
        // an organisation that is not enrolled any more is not in the list
        if !members.contains(&person) {
            members.push(person);
        }
        groups.push(Group { head, members });
    }
    Ok(groups)
}

/// What a group has.
fn weight(
    call: &Call<'_>,
    ledger: &Ledger,
    group: &Group,
    good: Good,
    parts: bool,
) -> Result<u128, ContractError> {
    let mut sum = 0u128;
    for member in &group.members {
        let entry = ledger.peek(call.storage, *member)?;
        sum += match good {
            Good::Shares => u128::from(entry.holding.weight()),
            Good::Entitlement => entry.account.weight(),
        };
        if parts {
            sum += baskets::worth(call.storage, ledger, *member)?;
        }
    }
    Ok(sum)
}

/// The most that anyone may have.
fn most(call: &Call<'_>, ledger: &Ledger, good: Good) -> Result<u128, ContractError> {
    let rules = registry::rules(call.storage, ledger.commons)?.rights;
    let all = match (good, &ledger.season) {
        (Good::Shares, _) => ALL,
        // a cut makes what may be had as much smaller as the cap
        (Good::Entitlement, Some(season)) => season.now(season.tac),
        (Good::Entitlement, None) => 0,
    };
    Ok(all * u128::from(rules.concentration_bps) / 10_000)
}

/// Refuses what brought one above the cap. The ledger holds it already; within
/// a group nothing comes nearer to the cap.
///
/// # Errors
/// [`RightsError::Concentration`]; members do not answer.
pub(super) fn admit(
    call: &mut Call<'_>,
    ledger: &Ledger,
    to: u64,
    good: Good,
    incoming: u128,
    from: Option<u64>,
) -> Result<(), ContractError> {
    // what baskets hold for one counts, else they would be where to hoard
    let parts = good == Good::Entitlement;
    within(call, ledger, to, (good, parts), incoming, from)
}

/// As [`admit`], of what one's parts of a basket brought: those that are left
/// do not count, as to redeem brings nothing that one had not.
///
/// # Errors
/// As [`admit`].
pub(super) fn admit_redeemed(
    call: &mut Call<'_>,
    ledger: &Ledger,
    to: u64,
    incoming: u128,
) -> Result<(), ContractError> {
    within(call, ledger, to, (Good::Entitlement, false), incoming, None)
}

fn within(
    call: &mut Call<'_>,
    ledger: &Ledger,
    to: u64,
    (good, parts): (Good, bool),
    incoming: u128,
    from: Option<u64>,
) -> Result<(), ContractError> {
    if to == TREASURY {
        return Ok(());
    }
    let groups = groups(call, ledger.commons, to)?;
    let most = most(call, ledger, good)?;
    for group in groups {
        if from.is_some_and(|from| group.members.contains(&from)) {
            continue;
        }
        let now = weight(call, ledger, &group, good, parts)?;
        if now > most {
            let has = now.saturating_sub(incoming);
            return Err(RightsError::Concentration {
                person: group.head,
                has,
                incoming,
                most,
                room: most.saturating_sub(has),
            }
            .into());
        }
    }
    Ok(())
}

/// How much more one may receive.
///
/// # Errors
/// Members do not answer; unreadable state.
pub fn room(
    call: &mut Call<'_>,
    commons: u64,
    person: u64,
    good: Good,
) -> Result<Quantity, ContractError> {
    if person == TREASURY {
        return Ok(Quantity::MAX);
    }
    let ledger = Ledger::open(call.storage, commons, call.now)?;
    let groups = groups(call, commons, person)?;
    let most = most(call, &ledger, good)?;
    let mut room = most;
    for group in groups {
        room = room.min(most.saturating_sub(weight(
            call,
            &ledger,
            &group,
            good,
            good == Good::Entitlement,
        )?));
    }
    Ok(Quantity::at_most(room))
}

/// Anyone: records an excess of somebody, of who controls it, or its end.
///
/// # Errors
/// There is none and none was recorded.
pub fn check(call: &mut Call<'_>, commons: u64, person: u64) -> Result<(), ContractError> {
    registry::commons(call.storage, commons)?;
    if person == TREASURY {
        return Err(RightsError::TheTreasury.into());
    }
    let ledger = Ledger::open(call.storage, commons, call.now)?;
    let (mut found, mut has) = (false, 0);
    for group in groups(call, commons, person)? {
        let state = look(call, &ledger, &group)?;
        has = has.max(state.has);
        found |= record(call, commons, &group, &state)?;
    }
    if found {
        return Ok(());
    }
    let most = most(call, &ledger, Good::Shares)?;
    Err(RightsError::NoExcess {
        person,
        has,
        // a part of all shares
        most: u64::try_from(most).unwrap_or(u64::MAX),
    }
    .into())
}

/// Who is above the cap does not let shares: what is let is not sold, and
/// what is sold must not be let anew for ever.
///
/// # Errors
/// [`RightsError::ExcessFirst`]; members do not answer.
pub(super) fn no_excess(
    call: &mut Call<'_>,
    commons: u64,
    person: u64,
) -> Result<(), ContractError> {
    let mut heads = registry::controllers(call, commons, person)?;
    heads.push(person);
    for head in heads {
        if state::excess(commons, head).exists(call.storage) {
            return Err(RightsError::ExcessFirst {
                commons,
                person: head,
            }
            .into());
        }
    }
    Ok(())
}

/// How a group stands.
struct Looked {
    /// Shares it has.
    has: u64,
    /// Above the cap.
    above: u64,
    /// Of these, not with the market yet.
    to_sell: u64,
    /// What each could sell.
    free: Vec<(u64, u64)>,
}

fn look(call: &Call<'_>, ledger: &Ledger, group: &Group) -> Result<Looked, ContractError> {
    let most = most(call, ledger, Good::Shares)?;
    let most = u64::try_from(most).unwrap_or(u64::MAX);
    let (mut has, mut escrow, mut free) = (0u64, 0u64, vec![]);
    for member in &group.members {
        let holding = ledger.peek(call.storage, *member)?.holding;
        has += holding.shares + holding.hired;
        escrow += holding.escrow;
        free.push((*member, holding.free()));
    }
    let above = has.saturating_sub(most);
    Ok(Looked {
        has,
        above,
        to_sell: above.saturating_sub(escrow),
        free,
    })
}

/// Writes down an excess that is new, and forgets one that is no more. Whether
/// anything changed or stands.
fn record(
    call: &mut Call<'_>,
    commons: u64,
    group: &Group,
    looked: &Looked,
) -> Result<bool, ContractError> {
    let key = state::excess(commons, group.head);
    let kept = key.may_load(call.storage)?;
    if looked.above == 0 {
        if kept.is_some() {
            call.storage.remove(key.bytes());
            call.event(
                "excess_cured",
                &[("commons", &commons), ("person", &group.head)],
            );
        }
        return Ok(kept.is_some());
    }
    if kept.is_some() {
        return Ok(true);
    }
    let seconds = registry::rules(call.storage, commons)?
        .rights
        .excess_seconds;
    let due = call.now.saturating_add(seconds.into());
    let excess = Excess {
        since: call.now,
        shares: looked.above,
        sold: 0,
        next: due,
    };
    key.save(call.storage, &excess);
    agenda::at(call, due, task(commons, group.head));
    call.event(
        "excess",
        &[
            ("commons", &commons),
            ("person", &group.head),
            ("has", &looked.has),
            ("above", &looked.above),
            ("sold_from", &due),
        ],
    );
    Ok(true)
}

fn task(commons: u64, head: u64) -> Task {
    Task {
        part: Part::Rights,
        kind: EXCESS,
        commons,
        argument: head,
    }
}

/// An excess whose time is over: what is above the cap and free goes to the
/// market, the head's own first. What is let or unsold is looked at again.
///
/// # Errors
/// Members or the market do not answer.
pub(super) fn due(
    call: &mut Call<'_>,
    task: Task,
    units: &mut u32,
) -> Result<Worked, ContractError> {
    let (commons, head) = (task.commons, task.argument);
    let key = state::excess(commons, head);
    let Some(mut excess) = key.may_load(call.storage)? else {
        return Ok(Worked::Done);
    };
    // a reminder of an excess before this one, or looked at meanwhile
    if call.now < excess.next {
        return Ok(Worked::Done);
    }
    let seconds = u64::from(
        registry::rules(call.storage, commons)?
            .rights
            .excess_seconds,
    );
    let due = excess.since.saturating_add(seconds);
    if call.now < due {
        excess.next = due;
        key.save(call.storage, &excess);
        return Ok(Worked::Again(due));
    }
    let needs = 40;
    if *units < needs {
        return Ok(Worked::Waiting { needs });
    }
    *units -= needs;
    let ledger = Ledger::open(call.storage, commons, call.now)?;
    let groups = groups(call, commons, head)?;
    let Some(group) = groups.into_iter().find(|group| group.head == head) else {
        call.storage.remove(key.bytes());
        return Ok(Worked::Done);
    };
    let looked = look(call, &ledger, &group)?;
    if looked.above == 0 {
        record(call, commons, &group, &looked)?;
        return Ok(Worked::Done);
    }
    let mut left = looked.to_sell;
    for (person, free) in looked.free {
        let part = free.min(left);
        if part == 0 {
            continue;
        }
        left -= part;
        excess.sold += part;
        // never above all shares
        let shares = Shares(u32::try_from(part).unwrap_or(u32::MAX));
        market::sell_by_force(call, commons, person, shares)?;
        call.event(
            "forced_sale",
            &[
                ("commons", &commons),
                ("person", &person),
                ("head", &head),
                ("shares", &part),
            ],
        );
    }
    excess.next = call.now.saturating_add((seconds / 10).max(1));
    key.save(call.storage, &excess);
    Ok(Worked::Again(excess.next))
}
