//! What members tells credit, trust and the chain. A peer is told only about
//! those it knows: what came before it is told by `backfill`.

use mycel_bindings::MycelMsg;
use mycel_kit::Id;
use mycel_kit::ladder::Step;
use mycel_kit::peers::credit::{CreditMsg, Kind};
use mycel_kit::peers::members::Status;
use mycel_kit::peers::must;
use mycel_kit::peers::trust::TrustMsg;

use crate::bounds;
use crate::call::Call;
use crate::error::ContractError;
use crate::standing;
use crate::state::{self, Person};

/// The most weight of vouches that trust counts.
pub const MAX_WEIGHT: u32 = 64;

fn credit_knows(call: &Call<'_>, person: &Person) -> bool {
    !call.peers.credit.is_empty() && person.told.credit == call.peers.credit_generation
}

/// Whether trust was told of a person.
#[must_use]
pub fn trust_knows(call: &Call<'_>, person: &Person) -> bool {
    !call.peers.trust.is_empty() && person.told.trust == call.peers.trust_generation
}

/// Opens the account, enrols the commitment and sets the class, as far as
/// nobody was told yet. True if anything was said.
///
/// # Errors
/// Only for unreadable state.
pub fn enrolled(
    call: &mut Call<'_>,
    number: u64,
    person: &mut Person,
) -> Result<bool, ContractError> {
    let mut said = false;
    if !call.peers.credit.is_empty() && !credit_knows(call, person) {
        let sponsor = match person.sponsor {
            Some(sponsor) => Some(standing::person(call.storage, sponsor)?)
                .filter(|sponsor| sponsor.status != Status::Left && credit_knows(call, sponsor))
                .map(|sponsor| sponsor.address),
            None => None,
        };
        let message = CreditMsg::OpenAccount {
            owner: person.address.clone(),
            kind: person.kind,
            person: (person.kind == Kind::Person).then_some(Id(number)),
            sponsor,
        };
        call.must(must(&call.peers.credit, &message));
        person.told.credit = call.peers.credit_generation;
        said = true;
    }
    if let Some(idc) = person.idc
        && person.kind == Kind::Person
        && !call.peers.trust.is_empty()
        && !trust_knows(call, person)
    {
        let message = TrustMsg::Enrol {
            person: Id(number),
            idc: cosmwasm_std::to_hex(idc),
        };
        call.must(must(&call.peers.trust, &message));
        person.told.trust = call.peers.trust_generation;
        said = true;
    }
    said |= classed(call, person);
    Ok(said)
}

/// Sets the class on chain if the chain was not told. A contract signs nothing
/// and needs no allowance: the chain refuses it a class.
fn classed(call: &mut Call<'_>, person: &mut Person) -> bool {
    let class = class_name(call, person.kind).to_owned();
    if person.told.class || class.is_empty() || !call.signs(&person.address) {
        return false;
    }
    chain_class(call, &person.address, Some(class));
    person.told.class = true;
    count_class(call, person.kind, true);
    call.totals.unclassed = call.totals.unclassed.saturating_sub(1);
    true
}

/// The class of a kind; empty: the chain is told nothing.
#[must_use]
pub fn class_name<'c>(call: &'c Call<'_>, kind: Kind) -> &'c str {
    if kind == Kind::Person {
        &call.parameters.class_person
    } else {
        &call.parameters.class_org
    }
}

fn chain_class(call: &mut Call<'_>, address: &str, class: Option<String>) {
    call.chain(MycelMsg::SetAllowanceClass {
        address: address.to_owned(),
        class,
    });
}

/// A sanction's effect on the account.
pub fn standing(call: &mut Call<'_>, person: &Person, step: Step) {
    if !credit_knows(call, person) {
        return;
    }
    let message = CreditMsg::SetStanding {
        owner: person.address.clone(),
        scale_bps: call.parameters.terms().scale_bps(step),
        frozen: step.is_frozen(),
    };
    call.must(must(&call.peers.credit, &message));
}

/// The leaf as it is now.
pub fn leaf(call: &mut Call<'_>, number: u64, person: &Person) {
    if !trust_knows(call, person) {
        return;
    }
    let message = TrustMsg::SetLeaf {
        person: Id(number),
        live: standing::has_say(person),
        vouch: person.vouched.min(MAX_WEIGHT),
    };
    call.must(must(&call.peers.trust, &message));
}

/// Someone leaves.
pub fn leaving(call: &mut Call<'_>, person: &Person) {
    if credit_knows(call, person) {
        let message = CreditMsg::SetLeaving {
            owner: person.address.clone(),
        };
        call.must(must(&call.peers.credit, &message));
    }
}

/// Someone is gone: account, leaf and class end.
pub fn gone(call: &mut Call<'_>, number: u64, person: &mut Person) {
    if credit_knows(call, person) {
        let message = CreditMsg::CloseAccount {
            owner: person.address.clone(),
        };
        call.must(must(&call.peers.credit, &message));
    }
    if trust_knows(call, person) {
        let message = TrustMsg::Retire { person: Id(number) };
        call.must(must(&call.peers.trust, &message));
    }
    if person.told.class {
        chain_class(call, &person.address.clone(), None);
        person.told.class = false;
    }
}

/// Someone is back: the account is opened again, and stands as it must; the leaf
/// counts again. A peer that came meanwhile is told all.
///
/// # Errors
/// Only for unreadable state.
pub fn returned(
    call: &mut Call<'_>,
    number: u64,
    person: &mut Person,
) -> Result<(), ContractError> {
    let enrolled_before = trust_knows(call, person);
    person.told.credit = 0;
    enrolled(call, number, person)?;
    // the account kept what it was when it was closed
    standing(call, person, person.step);
    if enrolled_before || person.step.is_frozen() {
        leaf(call, number, person);
    }
    Ok(())
}

/// The account answers to another address from now on.
pub fn rotated(call: &mut Call<'_>, person: &mut Person, from: &str) {
    if credit_knows(call, person) {
        let message = CreditMsg::Rotate {
            from: from.to_owned(),
            to: person.address.clone(),
        };
        call.must(must(&call.peers.credit, &message));
    }
    if person.told.class {
        chain_class(call, from, None);
        person.told.class = false;
        count_class(call, person.kind, false);
        call.totals.unclassed = call.totals.unclassed.saturating_add(1);
    }
    if person.status != Status::Left {
        classed(call, person);
    }
}

/// Tells peers that came later about `limit` numbers above `after`. Anyone may
/// call it, again and again: who is known is passed over.
///
/// # Errors
/// More than 50 at a time.
pub fn backfill(call: &mut Call<'_>, after: u64, limit: u32) -> Result<(), ContractError> {
    bounds::count("persons", limit as usize, crate::msg::MAX_ITEMS)?;
    let last = after
        .saturating_add(u64::from(limit))
        .min(call.totals.numbers);
    let mut told = 0u32;
    for number in after.saturating_add(1)..=last {
        let mut person = standing::person(call.storage, number)?;
        if person.status == Status::Left {
            continue;
        }
        if !catch_up(call, number, &mut person)? {
            continue;
        }
        state::person(number).save(call.storage, &person);
        told += 1;
    }
    let done = last >= call.totals.numbers;
    call.event(
        "backfill",
        &[("told", &told), ("next", &last), ("done", &done)],
    );
    Ok(())
}

/// Says what has not been said of someone who has been here for a while. True
/// if anything was said.
///
/// # Errors
/// Only for unreadable state.
pub fn catch_up(
    call: &mut Call<'_>,
    number: u64,
    person: &mut Person,
) -> Result<bool, ContractError> {
    let before = person.told;
    if !enrolled(call, number, person)? {
        return Ok(false);
    }
    if person.told.credit != before.credit {
        if person.step > Step::Notice {
            standing(call, person, person.step);
        }
        if person.leaves {
            leaving(call, person);
        }
    }
    if person.told.trust != before.trust {
        leaf(call, number, person);
    }
    Ok(true)
}

/// Counts a class that was set or ended.
pub fn count_class(call: &mut Call<'_>, kind: Kind, set: bool) {
    let count = if kind == Kind::Person {
        &mut call.totals.classed_persons
    } else {
        &mut call.totals.classed_orgs
    };
    *count = if set {
        count.saturating_add(1)
    } else {
        count.saturating_sub(1)
    };
}
