//! Organisations: an address (a multisig of the chain, or a contract) with a
//! purpose and controllers whose shares add up to 10,000.
//!
//! Founding needs the word of every controller and of the address itself, so
//! that nobody is bound to others without knowing. A change needs controllers
//! with `threshold_bps` of the shares, and the word of whoever becomes one.

use mycel_kit::peers::credit::Kind;
use mycel_kit::peers::members::Status;

use crate::bounds;
use crate::call::Call;
use crate::enrol;
use crate::error::ContractError;
use crate::handles;
use crate::join;
use crate::leave;
use crate::msg::{OrgInput, Share};
use crate::standing;
use crate::state::{self, Founding, Holder, Org, OrgChange, VOTE};

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
        change: None,
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

/// Proposes a change; a proposal that waits is replaced.
///
/// # Errors
/// The sender is no controller, or the change is none.
pub fn propose(
    call: &mut Call<'_>,
    number: u64,
    given: &OrgInput,
    close: bool,
) -> Result<(), ContractError> {
    let acting = call.member(VOTE)?;
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
    let next = input(call, given)?;
    let serial = org.changes.saturating_add(1);
    org.changes = serial;
    org.change = Some(OrgChange {
        serial,
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
    settle(call, number, org)
}

/// Says yes to the change that waits.
///
/// # Errors
/// Neither a present nor a future controller, twice, or another change waits.
pub fn approve(call: &mut Call<'_>, number: u64, serial: u32) -> Result<(), ContractError> {
    let acting = call.member(VOTE)?;
    let mut org = load(call, number)?;
    let Some(change) = org.change.as_mut().filter(|change| change.serial == serial) else {
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
    settle(call, number, org)
}

/// Makes the change if enough said yes, else keeps it waiting.
fn settle(call: &mut Call<'_>, number: u64, mut org: Org) -> Result<(), ContractError> {
    let Some(change) = org.change.clone() else {
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
        org.change = None;
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
        change: None,
    };
    state::org(number).save(call.storage, &next);
    call.event("org_changed", &[("org", &number)]);
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
