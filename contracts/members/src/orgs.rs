//! Organisations: an address (a multisig of the chain, or a contract) with a
//! purpose and controllers whose shares add up to 10,000.
//!
//! Founding needs the word of every controller and of the address itself, so
//! that nobody is bound to others without knowing. A change needs controllers
//! with `threshold_bps` of the shares, and the word of whoever becomes one. One
//! change of each controller may wait, so that nobody replaces another's; a
//! change that is made ends those that wait.
//!
//! Nobody deals through an organisation who may not deal: while the shares of
//! controllers who are neither suspended nor expelled fall short of
//! `threshold_bps`, the organisation is suspended, too, and its account frozen.
//!
//! Nobody is kept by others' silence: who leaves may step down alone, and its
//! shares go to the others in proportion to theirs. The last one closes the
//! organisation or hands it over.

use cosmwasm_std::Storage;
use mycel_kit::apportion::apportion;
use mycel_kit::ladder::Step;
use mycel_kit::peers::credit::Kind;
use mycel_kit::peers::members::Status;

use crate::bounds;
use crate::call::{Acting, Call};
use crate::enrol;
use crate::error::ContractError;
use crate::handles;
use crate::join;
use crate::leave;
use crate::msg::{OrgInput, Share};
use crate::snapshot;
use crate::standing;
use crate::state::{self, Founding, Holder, Org, OrgChange, RECOVER, VOTE};
use crate::tell;

/// Most controllers.
pub const MAX_CONTROLLERS: usize = 20;
/// Seconds that a founding waits for all words.
const FOUNDING_SECONDS: u64 = 30 * 86_400;

fn shares(call: &Call<'_>, inputs: &[Share]) -> Result<Vec<(u64, u16)>, ContractError> {
    bounds::count("controllers", inputs.len(), MAX_CONTROLLERS)?;
    let mut shares: Vec<(u64, u16)> = inputs.iter().map(|one| (one.person.0, one.bps)).collect();
    shares.sort_unstable();
    let sum: u64 = shares.iter().map(|(_, bps)| u64::from(*bps)).sum();
    if sum != 10_000 {
        return Err(ContractError::Shares { sum });
    }
    if shares.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        return Err(ContractError::Already {
            what: "controller named",
        });
    }
    for (number, bps) in &shares {
        crate::parameters::within("bps", u32::from(*bps), 1, 10_000)?;
        let person = standing::person(call.storage, *number)?;
        if person.kind != Kind::Person {
            return Err(ContractError::WrongKind { needs: "person" });
        }
        if !standing::takes_part(&person) {
            return Err(crate::call::refused(*number, &person));
        }
    }
    Ok(shares)
}

fn room(call: &Call<'_>, number: u64) -> Result<(), ContractError> {
    let usage = state::usage(number)
        .may_load(call.storage)?
        .unwrap_or_default();
    let most = call.parameters.numbers.orgs_per_person;
    if usage.orgs.len() >= most as usize {
        return Err(ContractError::QuotaUsed {
            what: "organisations of a person",
            used: usage.orgs.len() as u64,
            most: most.into(),
        });
    }
    Ok(())
}

fn input(call: &Call<'_>, org: &OrgInput) -> Result<Org, ContractError> {
    bounds::text("purpose", &org.purpose, 280)?;
    crate::parameters::within("threshold_bps", org.threshold_bps.into(), 5_001, 10_000)?;
    Ok(Org {
        purpose: org.purpose.clone(),
        controllers: shares(call, &org.controllers)?,
        threshold_bps: org.threshold_bps,
        changes: 0,
        waiting: vec![],
    })
}

/// Proposes an organisation at an address; one of its controllers does.
///
/// # Errors
/// Shares, quotas, a known address, or the sender is no controller of it.
pub fn found(
    call: &mut Call<'_>,
    address: &str,
    handle: &str,
    given: &OrgInput,
) -> Result<(), ContractError> {
    let acting = call.member(VOTE)?;
    let org = input(call, given)?;
    let handle = handles::normal(handle, &call.parameters.community)?;
    let address = join::unknown(call, address)?;
    if !org
        .controllers
        .iter()
        .any(|(number, _)| *number == acting.number)
    {
        return Err(mycel_kit::roles::Unauthorized::new(&call.sender, "a controller").into());
    }
    room(call, acting.number)?;
    let key = state::founding(&address);
    if let Some(other) = key.may_load(call.storage)?
        && other.until > call.now
        && other.approvals.first() != Some(&acting.number)
    {
        return Err(ContractError::Already {
            what: "organisation proposed at this address",
        });
    }
    key.save(
        call.storage,
        &Founding {
            handle,
            org,
            approvals: vec![acting.number],
            until: call.now.saturating_add(FOUNDING_SECONDS),
        },
    );
    call.event("founding", &[("address", &address), ("by", &acting.number)]);
    Ok(())
}

/// Says yes to a founding: a controller, or, when all of them did, the address
/// itself, which completes it.
///
/// # Errors
/// Not asked, twice, too late, or words are missing.
pub fn approve_founding(call: &mut Call<'_>, address: &str) -> Result<(), ContractError> {
    let key = state::founding(address);
    let mut founding = key
        .may_load(call.storage)?
        .ok_or_else(|| ContractError::NotFound {
            what: "founding at",
            id: address.chars().take(128).collect(),
        })?;
    if founding.until <= call.now {
        return Err(ContractError::OutOfTime {
            what: "founding",
            until: founding.until,
        });
    }
    if call.sender == address {
        call.storage.remove(key.bytes());
        return complete(call, address, founding);
    }
    let acting = call.member(VOTE)?;
    if !founding
        .org
        .controllers
        .iter()
        .any(|(number, _)| *number == acting.number)
    {
        return Err(mycel_kit::roles::Unauthorized::new(&call.sender, "a controller").into());
    }
    if founding.approvals.contains(&acting.number) {
        return Err(ContractError::Already { what: "word given" });
    }
    founding.approvals.push(acting.number);
    key.save(call.storage, &founding);
    call.event(
        "founding_approved",
        &[("address", &address), ("by", &acting.number)],
    );
    Ok(())
}

fn complete(call: &mut Call<'_>, address: &str, founding: Founding) -> Result<(), ContractError> {
    let address = join::unknown(call, address)?;
    for (number, _) in &founding.org.controllers {
        if !founding.approvals.contains(number) {
            return Err(ContractError::OpenItems {
                what: format!("word of person {number}"),
            });
        }
        let person = standing::person(call.storage, *number)?;
        if !standing::takes_part(&person) {
            return Err(crate::call::refused(*number, &person));
        }
        room(call, *number)?;
    }
    let next = call.totals.numbers.saturating_add(1);
    handles::take(call, &founding.handle, Holder::Number(next), None)?;
    let sponsor = founding.approvals.first().copied().unwrap_or(0);
    let number = enrol::enrol_org(call, &address, &founding.handle, sponsor)?;
    state::org(number).save(call.storage, &founding.org);
    for (person, _) in &founding.org.controllers {
        link(call, *person, number, true)?;
    }
    Ok(())
}

fn link(call: &mut Call<'_>, person: u64, org: u64, on: bool) -> Result<(), ContractError> {
    let mut usage = state::usage(person)
        .may_load(call.storage)?
        .unwrap_or_default();
    usage.orgs.retain(|known| *known != org);
    if on {
        usage.orgs.push(org);
    }
    state::usage(person).save(call.storage, &usage);
    Ok(())
}

fn load(call: &Call<'_>, number: u64) -> Result<Org, ContractError> {
    state::org(number)
        .may_load(call.storage)?
        .ok_or(ContractError::WrongKind {
            needs: "organisation",
        })
}

/// The sender as a person who may speak as a controller: also one who leaves,
/// for it must be able to close or hand over what it alone controls.
fn controller(call: &Call<'_>) -> Result<Acting, ContractError> {
    let acting = call.acting(VOTE)?;
    if acting.person.leaves && !acting.person.step.is_frozen() {
        return Ok(acting);
    }
    call.member(VOTE)
}

/// Proposes a change; the sender's own that waits is replaced.
///
/// # Errors
/// The sender is no controller, or the change is none.
pub fn propose(
    call: &mut Call<'_>,
    number: u64,
    given: &OrgInput,
    close: bool,
) -> Result<(), ContractError> {
    let acting = controller(call)?;
    let mut org = load(call, number)?;
    if !org
        .controllers
        .iter()
        .any(|(person, _)| *person == acting.number)
    {
        return Err(mycel_kit::roles::Unauthorized::new(&call.sender, "a controller").into());
    }
    let person = standing::person(call.storage, number)?;
    if person.status != Status::Active {
        return Err(crate::call::refused(number, &person));
    }
    let next = if close {
        // a controller who leaves may close it, and could not name itself for another term
        org.clone()
    } else {
        input(call, given)?
    };
    let serial = org.changes.saturating_add(1);
    org.changes = serial;
    org.waiting.retain(|change| change.by != acting.number);
    org.waiting.push(OrgChange {
        serial,
        by: acting.number,
        purpose: next.purpose,
        controllers: next.controllers,
        threshold_bps: next.threshold_bps,
        close,
        approvals: vec![acting.number],
    });
    call.event(
        "org_change",
        &[
            ("org", &number),
            ("by", &acting.number),
            ("serial", &serial),
        ],
    );
    settle(call, number, org, serial)
}

/// Says yes to a change that waits.
///
/// # Errors
/// Neither a present nor a future controller, twice, or no such change waits.
pub fn approve(call: &mut Call<'_>, number: u64, serial: u32) -> Result<(), ContractError> {
    let acting = controller(call)?;
    let mut org = load(call, number)?;
    let mut waiting = org.waiting.iter_mut();
    let Some(change) = waiting.find(|change| change.serial == serial) else {
        return Err(ContractError::NotFound {
            what: "change",
            id: serial.to_string(),
        });
    };
    let mut asked = org.controllers.iter().chain(&change.controllers);
    if !asked.any(|(person, _)| *person == acting.number) {
        return Err(mycel_kit::roles::Unauthorized::new(&call.sender, "a controller").into());
    }
    if change.approvals.contains(&acting.number) {
        return Err(ContractError::Already { what: "word given" });
    }
    change.approvals.push(acting.number);
    call.event(
        "org_change_approved",
        &[
            ("org", &number),
            ("by", &acting.number),
            ("serial", &serial),
        ],
    );
    settle(call, number, org, serial)
}

/// Makes a change if enough said yes, else keeps it waiting.
fn settle(
    call: &mut Call<'_>,
    number: u64,
    mut org: Org,
    serial: u32,
) -> Result<(), ContractError> {
    let mut waiting = org.waiting.iter();
    let Some(change) = waiting.find(|change| change.serial == serial).cloned() else {
        return Ok(());
    };
    let given: u64 = org
        .controllers
        .iter()
        .filter(|(person, _)| change.approvals.contains(person))
        .map(|(_, bps)| u64::from(*bps))
        .sum();
    let known = |person: &u64| org.controllers.iter().any(|(old, _)| old == person);
    let newcomers: Vec<u64> = change
        .controllers
        .iter()
        .map(|(person, _)| *person)
        .filter(|person| !known(person))
        .collect();
    let agreed = newcomers
        .iter()
        .all(|person| change.approvals.contains(person));
    if given < u64::from(org.threshold_bps) || !(agreed || change.close) {
        state::org(number).save(call.storage, &org);
        return Ok(());
    }
    if change.close {
        org.waiting.clear();
        state::org(number).save(call.storage, &org);
        return leave::begin(call, number);
    }
    for person in &newcomers {
        room(call, *person)?;
        let record = standing::person(call.storage, *person)?;
        if !standing::takes_part(&record) {
            return Err(crate::call::refused(*person, &record));
        }
        link(call, *person, number, true)?;
    }
    for (person, _) in &org.controllers {
        if !change.controllers.iter().any(|(new, _)| new == person) {
            link(call, *person, number, false)?;
        }
    }
    let next = Org {
        purpose: change.purpose,
        controllers: change.controllers,
        threshold_bps: change.threshold_bps,
        changes: org.changes,
        waiting: vec![],
    };
    state::org(number).save(call.storage, &next);
    call.event("org_changed", &[("org", &number)]);
    keep_standing(call, number)
}

/// A controller who leaves gives its shares to the others, in proportion to
/// theirs; nobody else is asked. What it proposed and approved is void.
///
/// # Errors
/// Not leaving, no controller, or the last one.
pub fn step_down(call: &mut Call<'_>, number: u64) -> Result<(), ContractError> {
    let acting = call.acting(VOTE | RECOVER)?;
    let mut org = load(call, number)?;
    let mine = org
        .controllers
        .iter()
        .position(|(person, _)| *person == acting.number);
    let Some(mine) = mine else {
        return Err(mycel_kit::roles::Unauthorized::new(&call.sender, "a controller").into());
    };
    if !acting.person.leaves {
        return Err(ContractError::WrongKind {
            needs: "a person who leaves; say leave first, or propose_change to the others",
        });
    }
    let (_, shares) = org.controllers.remove(mine);
    if org.controllers.is_empty() {
        return Err(ContractError::OpenItems {
            what: format!(
                "last controller of organisation {number}; propose_change to close it or hand it over"
            ),
        });
    }
    let weights: Vec<u64> = org
        .controllers
        .iter()
        .map(|(_, bps)| (*bps).into())
        .collect();
    let parts =
        apportion(shares.into(), &weights).map_err(|why| ContractError::Answer(why.to_string()))?;
    for ((_, bps), part) in org.controllers.iter_mut().zip(parts) {
        *bps = bps.saturating_add(u16::try_from(part).unwrap_or(0));
    }
    org.waiting.retain(|change| change.by != acting.number);
    for change in &mut org.waiting {
        change.approvals.retain(|person| *person != acting.number);
    }
    state::org(number).save(call.storage, &org);
    link(call, acting.number, number, false)?;
    call.event(
        "stepped_down",
        &[("org", &number), ("person", &acting.number)],
    );
    keep_standing(call, number)
}

/// Whether the controllers who are neither suspended nor expelled have the
/// shares that a change needs.
///
/// # Errors
/// Only for unreadable state.
pub fn reaches(storage: &dyn Storage, org: &Org) -> Result<bool, ContractError> {
    let mut shares = 0u64;
    for (person, bps) in &org.controllers {
        if !standing::person(storage, *person)?.step.is_frozen() {
            shares += u64::from(*bps);
        }
    }
    Ok(shares >= u64::from(org.threshold_bps))
}

/// A person was suspended or expelled, or is back: so may its organisations be,
/// at most `orgs_per_person` of them.
///
/// # Errors
/// Only for unreadable state.
pub fn controller_changed(call: &mut Call<'_>, person: u64) -> Result<(), ContractError> {
    let usage = state::usage(person)
        .may_load(call.storage)?
        .unwrap_or_default();
    for org in usage.orgs {
        keep_standing(call, org)?;
    }
    Ok(())
}

/// Suspends an organisation whose controllers in standing are too few, and ends that.
fn keep_standing(call: &mut Call<'_>, number: u64) -> Result<(), ContractError> {
    let org = load(call, number)?;
    let mut record = standing::person(call.storage, number)?;
    if record.status == Status::Left {
        return Ok(());
    }
    let step = if reaches(call.storage, &org)? {
        Step::None
    } else {
        Step::Suspended
    };
    if record.step == step {
        return Ok(());
    }
    record.step = step;
    state::person(number).save(call.storage, &record);
    snapshot::keep_barred(call, number, &record);
    tell::standing(call, &record, step);
    call.event("org_standing", &[("org", &number), ("step", &step.name())]);
    Ok(())
}

/// A closed organisation lets its controllers go.
///
/// # Errors
/// Only for unreadable state.
pub fn dissolve(call: &mut Call<'_>, number: u64) -> Result<(), ContractError> {
    let mut org = load(call, number)?;
    for (person, _) in &org.controllers {
        link(call, *person, number, false)?;
    }
    org.controllers.clear();
    state::org(number).save(call.storage, &org);
    Ok(())
}
