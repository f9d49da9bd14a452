//! Who speaks, and which obligations are whose. Records carry person numbers;
//! an address is turned into one by asking members at the moment of use.

use cosmwasm_std::{QuerierWrapper, Storage};
use mycel_kit::Id;
use mycel_kit::peers::members::{MembersQuery, PersonAddress, Standing, Status};
use mycel_kit::peers::pull;

use crate::error::ContractError;
use crate::numbers;
use crate::state::{self, Ledger, Parameters};

/// Obligations that a ledger keeps at hand.
pub const RECENT: usize = 64;

/// The standing of an address.
///
/// # Errors
/// No members contract, or it does not know the address.
pub fn standing(
    querier: QuerierWrapper<'_>,
    parameters: &Parameters,
    address: &str,
) -> Result<Standing, ContractError> {
    let address = address.to_owned();
    Ok(pull(
        querier,
        "members",
        &parameters.members,
        &MembersQuery::Standing { address },
    )?)
}

/// The person number behind an address, whatever its standing.
///
/// # Errors
/// As [`standing`], or a number past 2^32.
pub fn person(
    querier: QuerierWrapper<'_>,
    parameters: &Parameters,
    address: &str,
) -> Result<u32, ContractError> {
    number(standing(querier, parameters, address)?.person)
}

/// The person number behind an address that may take on dealings and may pay.
///
/// # Errors
/// As [`person`], or not in standing to deal.
pub fn dealer(
    querier: QuerierWrapper<'_>,
    parameters: &Parameters,
    address: &str,
) -> Result<u32, ContractError> {
    let standing = standing(querier, parameters, address)?;
    let person = number(standing.person)?;
    let pays = standing.roles.iter().any(|role| role == "pay");
    if standing.may_deal() && pays {
        return Ok(person);
    }
    Err(ContractError::MayNotDeal {
        person,
        step: standing.step,
    })
}

/// The person number behind an address that may pay. Who may take on no
/// dealings can still end one.
///
/// # Errors
/// As [`person`], or the key has no such role.
pub fn payer(
    querier: QuerierWrapper<'_>,
    parameters: &Parameters,
    address: &str,
) -> Result<u32, ContractError> {
    let standing = standing(querier, parameters, address)?;
    let person = number(standing.person)?;
    if standing.roles.iter().any(|role| role == "pay") {
        return Ok(person);
    }
    Err(ContractError::MayNotPay { person })
}

/// Whether a person is a member now: neither left nor expelled.
///
/// # Errors
/// No members contract, or it knows nobody of that number.
pub fn is_member(
    querier: QuerierWrapper<'_>,
    parameters: &Parameters,
    person: u32,
) -> Result<bool, ContractError> {
    let address = address(querier, parameters, person)?;
    let status = standing(querier, parameters, &address)?.status;
    Ok(matches!(status, Status::Active | Status::Leaving))
}

/// A person number as records carry it.
///
/// # Errors
/// 2^32 and above.
pub fn number(Id(person): Id) -> Result<u32, ContractError> {
    u32::try_from(person).map_err(|_| ContractError::OutOfBounds {
        what: "person",
        value: person.to_string(),
        least: "0".to_owned(),
        most: u32::MAX.to_string(),
    })
}

/// Where a person is paid now.
///
/// # Errors
/// No members contract, or it does not know the person.
pub fn address(
    querier: QuerierWrapper<'_>,
    parameters: &Parameters,
    person: u32,
) -> Result<String, ContractError> {
    let person = Id(u64::from(person));
    let found: PersonAddress = pull(
        querier,
        "members",
        &parameters.members,
        &MembersQuery::Person { person },
    )?;
    Ok(found.address)
}

/// Whether a person tenders everything, due obligations aside, until revoked.
pub fn set_consent(storage: &mut dyn Storage, person: u32, on: bool) {
    numbers::set_bit(storage, b'c', person, on);
}

/// Whether a person has given standing consent.
#[must_use]
pub fn consents(storage: &dyn Storage, person: u32) -> bool {
    numbers::Set::new(storage, b'c').has(person)
}

/// Adds an obligation to a person's ledger.
///
/// # Errors
/// Unreadable state.
pub fn note(storage: &mut dyn Storage, person: u32, obligation: u32) -> Result<(), ContractError> {
    let key = state::ledger(person);
    let mut ledger = key.may_load(storage)?.unwrap_or_default();
    if add(&mut ledger, obligation) {
        let full = ledger.recent.split_off(0);
        state::ledger_page(person, ledger.pages).save(storage, &full);
        ledger.pages += 1;
        ledger.recent.push(obligation);
    }
    key.save(storage, &ledger);
    Ok(())
}

/// Whether the recent list was full and must become a page first.
fn add(ledger: &mut Ledger, obligation: u32) -> bool {
    if ledger.recent.len() >= RECENT {
        return true;
    }
    ledger.recent.push(obligation);
    false
}

/// The pages of a person's obligations, newest first; page `pages` is the
/// recent one.
///
/// # Errors
/// Unreadable state.
pub fn page(storage: &dyn Storage, person: u32, page: u32) -> Result<Vec<u32>, ContractError> {
    let ledger = state::ledger(person).may_load(storage)?.unwrap_or_default();
    Ok(match page.cmp(&ledger.pages) {
        std::cmp::Ordering::Less => state::ledger_page(person, page).load(storage)?,
        std::cmp::Ordering::Equal => ledger.recent,
        std::cmp::Ordering::Greater => Vec::new(),
    })
}

/// How many pages are full.
///
/// # Errors
/// Unreadable state.
pub fn full_pages(storage: &dyn Storage, person: u32) -> Result<u32, ContractError> {
    let ledger = state::ledger(person).may_load(storage)?;
    Ok(ledger.map_or(0, |ledger| ledger.pages))
}
