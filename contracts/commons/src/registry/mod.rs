//! Commons and who is in them: founding, enrolment, electors, accreditation,
//! rules from the next epoch on, nested budgets, closing.
//!
//! # Rules
//! 1. All members found a commons and say which organisations may send
//!    monitors; everything else about it its own members decide. Nobody else,
//!    no parent and not all members, changes its rules.
//! 2. Rules change with an epoch, never within one.
//! 3. Only the enrolled hold rights; persons among them are its electors, by
//!    the height at which a vote opened.
//! 4. Budgets of children and the parent's own part are its cap, exactly.
//! 5. Who holds something stays enrolled; who left the community is not.
//!
//! # Map
//! [`founding`] founding, rules, closing · [`enrolment`] coming and going ·
//! [`admission`] the policy of coming · [`electors`] who has a say ·
//! [`dealing`] who may deal, who controls organisations · [`budgets`] nested
//! commons · [`accreditation`] · [`show`] answers.

pub mod accreditation;
pub mod admission;
pub mod ask;
pub mod budgets;
pub mod dealing;
pub mod electors;
pub mod enrolment;
pub mod error;
pub mod founding;
pub mod invariants;
pub mod msg;
pub mod rules;
pub mod show;
pub mod state;

use cosmwasm_std::Storage;

pub use accreditation::{accredit, is_accredited, withdraw_accreditation};
pub use budgets::{allot_budget, budgets};
pub use dealing::{
    Dealer, controllers, dealer, enrolled_sender, member_of, organisations, receiver,
};
pub use enrolment::{apply, enrol, exclude, grant_shares, recheck, reinstate, welcome, withdraw};
pub use error::RegistryError;
pub use founding::{close, coming_rules, found, set_rules, turn};
pub use rules::Rules;
pub use state::{Commons, Enrolment, Status};

use crate::agenda::{Task, Worked};
use crate::call::Call;
use crate::error::ContractError;

/// The commons itself as a person: its reserve.
pub const TREASURY: u64 = 0;

/// A commons that must exist.
///
/// # Errors
/// [`RegistryError::UnknownCommons`].
pub fn commons(storage: &dyn Storage, number: u64) -> Result<Commons, ContractError> {
    Ok(state::commons(number)
        .may_load(storage)?
        .ok_or(RegistryError::UnknownCommons { commons: number })?)
}

/// A commons whose epochs follow each other.
///
/// # Errors
/// [`RegistryError::UnknownCommons`], [`RegistryError::Closed`].
pub fn open(storage: &dyn Storage, number: u64) -> Result<Commons, ContractError> {
    let record = commons(storage, number)?;
    if record.status == Status::Open {
        return Ok(record);
    }
    let status = record.status.name();
    Err(RegistryError::Closed {
        commons: number,
        status,
    }
    .into())
}

/// A commons that is not closed: one that closes has its last epoch, in which
/// everything is as in any other.
///
/// # Errors
/// [`RegistryError::UnknownCommons`], [`RegistryError::Closed`].
pub fn living(storage: &dyn Storage, number: u64) -> Result<Commons, ContractError> {
    let record = commons(storage, number)?;
    if record.status != Status::Closed {
        return Ok(record);
    }
    let status = record.status.name();
    Err(RegistryError::Closed {
        commons: number,
        status,
    }
    .into())
}

/// The rules in force.
///
/// # Errors
/// [`RegistryError::UnknownCommons`].
pub fn rules(storage: &dyn Storage, number: u64) -> Result<Rules, ContractError> {
    Ok(state::rules(number)
        .may_load(storage)?
        .ok_or(RegistryError::UnknownCommons { commons: number })?)
}

/// Someone's enrolment, also one that ended; `None` for who never was enrolled.
///
/// # Errors
/// Only for unreadable state.
pub fn enrolment(
    storage: &dyn Storage,
    commons: u64,
    person: u64,
) -> Result<Option<Enrolment>, ContractError> {
    Ok(state::enrolment(commons, person).may_load(storage)?)
}

/// Whether someone is enrolled now.
///
/// # Errors
/// Only for unreadable state.
pub fn is_enrolled(
    storage: &dyn Storage,
    commons: u64,
    person: u64,
) -> Result<bool, ContractError> {
    Ok(enrolment(storage, commons, person)?.is_some_and(|one| one.is_current()))
}

/// Keeps that a person has to do with a commons (a seat, a claim, an order):
/// its export and open items look there.
pub fn involve(storage: &mut dyn Storage, commons: u64, person: u64) {
    state::involved(person, commons).save(storage, &1);
}

/// Nothing of this part becomes due by itself.
///
/// # Errors
/// None.
pub fn work(call: &mut Call<'_>, task: Task, units: &mut u32) -> Result<Worked, ContractError> {
    let _ = (call, task, units);
    Ok(Worked::Done)
}
