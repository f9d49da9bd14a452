//! Who may deal in a commons, and who stands behind an organisation.

use cosmwasm_std::{Order, Storage};
use mycel_kit::peers::credit::Kind;
use mycel_kit::peers::members::{Controllers, MembersQuery, Standing, Status as MemberStatus};

use super::{RegistryError, is_enrolled, living, state};
use crate::call::Call;
use crate::error::ContractError;
use crate::order;
use crate::state::last_number;

/// From this part of 10,000 on, who controls an organisation counts as it.
pub const CONTROL_BPS: u16 = 2_500;

/// Half of the control of an organisation.
const HALF_BPS: u32 = 5_000;

/// Someone who acts in a commons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dealer {
    /// The person's or organisation's number.
    pub person: u64,
    /// What it is.
    pub kind: Kind,
}

/// Whether someone may act in the community now.
///
/// # Errors
/// [`RegistryError::NoStanding`].
pub fn may_act(standing: &Standing) -> Result<(), ContractError> {
    if standing.may_deal() {
        return Ok(());
    }
    Err(RegistryError::NoStanding {
        person: standing.person.0,
        status: status_name(standing.status).to_owned(),
        step: standing.step.clone(),
    }
    .into())
}

pub(super) fn status_name(status: MemberStatus) -> &'static str {
    match status {
        MemberStatus::Active => "active",
        MemberStatus::Leaving => "leaving",
        MemberStatus::Left => "left",
        MemberStatus::Expelled => "expelled",
    }
}

/// The sender as somebody in the community who acts, with a key that has a role.
///
/// # Errors
/// A stranger, without standing, without the role.
pub fn sender_with(call: &Call<'_>, role: &'static str) -> Result<Dealer, ContractError> {
    let standing = call.standing(&call.sender)?;
    may_act(&standing)?;
    let person = standing.person.0;
    if !standing.roles.iter().any(|one| one == role) {
        return Err(RegistryError::Role { person, role }.into());
    }
    Ok(Dealer {
        person,
        kind: standing.kind,
    })
}

/// The sender, who deals in rights: enrolled, the commons not closed, neither
/// itself suspended there nor who controls it, with a key that may pay.
///
/// # Errors
/// Whatever of that is not so.
pub fn dealer(call: &Call<'_>, commons: u64) -> Result<Dealer, ContractError> {
    let sender = sender_with(call, "pay")?;
    living(call.storage, commons)?;
    enrolled(call.storage, commons, sender.person)?;
    order::may_deal(call.storage, commons, sender.person, call.now)?;
    not_through(call, commons, &sender, &call.sender)?;
    Ok(sender)
}

/// An address as [`dealer`]: the owner of a hold.
///
/// # Errors
/// As [`dealer`], but for the role, which credit saw to.
pub fn member_of(call: &Call<'_>, commons: u64, address: &str) -> Result<Dealer, ContractError> {
    let standing = call.standing(address)?;
    may_act(&standing)?;
    let person = standing.person.0;
    living(call.storage, commons)?;
    enrolled(call.storage, commons, person)?;
    order::may_deal(call.storage, commons, person, call.now)?;
    let dealer = Dealer {
        person,
        kind: standing.kind,
    };
    not_through(call, commons, &dealer, address)?;
    Ok(dealer)
}

/// Who is suspended does not deal through an organisation: together they control
/// less than half of it.
fn not_through(
    call: &Call<'_>,
    commons: u64,
    dealer: &Dealer,
    address: &str,
) -> Result<(), ContractError> {
    if dealer.kind != Kind::Org {
        return Ok(());
    }
    let answer: Controllers = call.members(&MembersQuery::Controllers {
        org: address.to_owned(),
    })?;
    let mut bps = 0u32;
    for one in answer.persons {
        let step = order::step(call.storage, commons, one.person.0, call.now)?;
        if step.is_frozen() {
            bps = bps.saturating_add(one.bps.into());
        }
    }
    if bps < HALF_BPS {
        return Ok(());
    }
    Err(RegistryError::SuspendedBehind {
        commons,
        organisation: dealer.person,
        bps,
    }
    .into())
}

/// Someone who may receive rights: enrolled, with standing in the community.
/// Who is suspended here only cannot give.
///
/// # Errors
/// Not enrolled; no standing.
pub fn receiver(call: &Call<'_>, commons: u64, person: u64) -> Result<(), ContractError> {
    enrolled(call.storage, commons, person)?;
    let behind = call.address_of(person)?;
    may_act(&call.standing(&behind.address)?)
}

/// The sender, enrolled, with a key that may vote; suspended or not: who is
/// sanctioned still speaks.
///
/// # Errors
/// Not enrolled; no standing; no role.
pub fn enrolled_sender(call: &Call<'_>, commons: u64) -> Result<Dealer, ContractError> {
    let sender = sender_with(call, "vote")?;
    enrolled(call.storage, commons, sender.person)?;
    Ok(sender)
}

fn enrolled(storage: &dyn Storage, commons: u64, person: u64) -> Result<(), ContractError> {
    if is_enrolled(storage, commons, person)? {
        return Ok(());
    }
    super::commons(storage, commons)?;
    Err(RegistryError::NotEnrolled { commons, person }.into())
}

/// Who controls a person or organisation at 25 % or more, as members say now;
/// nobody controls a person. What is kept of an enrolled organisation is
/// brought up to date.
///
/// # Errors
/// No such number; members do not answer.
pub fn controllers(
    call: &mut Call<'_>,
    commons: u64,
    number: u64,
) -> Result<Vec<u64>, ContractError> {
    let behind = call.address_of(number)?;
    if behind.kind != Kind::Org {
        return Ok(vec![]);
    }
    let answer: Controllers = call.members(&MembersQuery::Controllers {
        org: behind.address,
    })?;
    let mut now: Vec<u64> = answer
        .persons
        .iter()
        .filter(|one| one.bps >= CONTROL_BPS)
        .map(|one| one.person.0)
        .collect();
    now.sort_unstable();
    if is_enrolled(call.storage, commons, number)? {
        keep(call.storage, commons, number, &now)?;
    }
    Ok(now)
}

/// Keeps who controls an organisation; nobody, once it is not enrolled.
///
/// # Errors
/// Only for unreadable state.
pub(super) fn keep(
    storage: &mut dyn Storage,
    commons: u64,
    organisation: u64,
    now: &[u64],
) -> Result<(), ContractError> {
    let key = state::controllers(commons, organisation);
    let before = key.may_load(storage)?.unwrap_or_default();
    if before == now {
        return Ok(());
    }
    for person in before.iter().filter(|person| !now.contains(person)) {
        storage.remove(state::controlled(commons, *person, organisation).bytes());
    }
    for person in now.iter().filter(|person| !before.contains(person)) {
        state::controlled(commons, *person, organisation).save(storage, &1);
    }
    if now.is_empty() {
        storage.remove(key.bytes());
    } else {
        key.save(storage, &now.to_vec());
    }
    Ok(())
}

/// The enrolled organisations that a person controls, as last seen: at their
/// enrolment, whenever they deal, and at anyone's `recheck`.
#[must_use]
pub fn organisations(storage: &dyn Storage, commons: u64, person: u64) -> Vec<u64> {
    let (start, end) = (
        state::controlled(commons, person, 0),
        state::controlled(commons, person.saturating_add(1), 0),
    );
    storage
        .range_keys(Some(start.bytes()), Some(end.bytes()), Order::Ascending)
        .map(|raw| last_number(&raw))
        .collect()
}
