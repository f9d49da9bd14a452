//! From the queue into the community, as fast as it may grow.
//!
//! An epoch has min(max(`growth_least`, active · `growth_bps`), `allowed_places`)
//! places. At most a third of them go to one sponsor tree of depth 2: an
//! entrant counts for its sponsor and its sponsor's sponsor. (Of fewer than
//! three places one may go to a tree, or nobody could be invited.) A community
//! from which one comes with an export counts as a tree, too.
//!
//! The queue is read in order. Whose tree has had its third is passed over
//! until the next epoch and keeps the place; so one family cannot block those
//! behind it, and nobody is ever overtaken by a later entry of the same tree.
//!
//! Whom `advance` takes in, it takes in by a message to this contract itself:
//! what a peer refuses undoes that entry alone. It keeps its place, gives its
//! share of the epoch back, and is tried again in the next one; those behind it
//! are served, those of its own tree too, and the assembly can drop it.

use cosmwasm_std::{Binary, DepsMut, Env, Response, Storage, SubMsg, SubMsgResult, WasmMsg};
use mycel_bindings::{MycelMsg, MycelQuery};

use crate::call::Call;
use crate::enrol::{self, Entrant};
use crate::error::ContractError;
use crate::join;
use crate::parameters::Numbers;
use crate::returning;
use crate::standing;
use crate::state::{self, Entry, EpochUse, Scan};

/// What a community counts as in a tree's place.
pub const COMMUNITY: u64 = 1 << 63;

/// Marks a reply that tells of an entry of the queue: with its place.
const ENTRY: u64 = 1 << 63;

/// How an entry is taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// In this message: a refusal undoes it.
    Here,
    /// In a message of its own: a refusal undoes that alone.
    Apart,
}

/// The place that a reply tells of, if it does.
#[must_use]
pub fn place_of(reply: u64) -> Option<u64> {
    (reply & ENTRY != 0).then_some(reply & !ENTRY)
}

/// Places of an epoch that began with `base` active persons.
#[must_use]
pub fn places(numbers: &Numbers, base: u32) -> u32 {
    let share = u64::from(base) * u64::from(numbers.growth_bps) / 10_000;
    let grown = u32::try_from(share)
        .unwrap_or(u32::MAX)
        .max(numbers.growth_least);
    grown.min(numbers.allowed_places)
}

/// What one tree may have of them.
#[must_use]
pub fn tree_places(places: u32) -> u32 {
    (places / 3).max(places.min(1))
}

/// This epoch's use so far; the base is fixed when it is first looked at.
///
/// # Errors
/// Only for unreadable state.
pub fn epoch_use(
    storage: &dyn Storage,
    epoch: u64,
    active: u32,
) -> Result<EpochUse, ContractError> {
    Ok(state::epoch_use(epoch)
        .may_load(storage)?
        .unwrap_or(EpochUse {
            base: active,
            admitted: 0,
        }))
}

/// How far the queue was read in this epoch.
///
/// # Errors
/// Only for unreadable state.
pub fn scan(storage: &dyn Storage, epoch: u64) -> Result<Scan, ContractError> {
    let scan = state::scan().may_load(storage)?.unwrap_or_default();
    Ok(if scan.epoch == epoch {
        scan
    } else {
        Scan { epoch, next: 0 }
    })
}

/// Looks at the next `limit` entries and admits whom there is a place for.
/// Returns how many were looked at.
///
/// # Errors
/// Whatever refuses an enrolment here: then nothing happened.
pub fn admit(call: &mut Call<'_>, limit: u32, way: Way) -> Result<u32, ContractError> {
    let epoch = call.epoch();
    let mut scan = scan(call.storage, epoch)?;
    let mut used = epoch_use(call.storage, epoch, call.totals.active)?;
    let places = places(&call.parameters.numbers, used.base);
    let mut looked = 0;
    while looked < limit && used.admitted < places {
        let Some(place) = next_entry(call.storage, scan.next) else {
            break;
        };
        looked += 1;
        scan.next = place.saturating_add(1);
        let entry = state::entry(place).load(call.storage)?;
        if let Some(number) = entry.former
            && !returning::is_ready(call, number, &entry.address)?
        {
            join::drop_entry(call, place)?;
            continue;
        }
        let roots = roots(call.storage, &entry)?;
        let mut uses = Vec::with_capacity(roots.len());
        for root in roots {
            let key = state::tree_use(epoch, root);
            let count = key.may_load(call.storage)?.unwrap_or(0);
            uses.push((root, key, count));
        }
        if let Some((root, ..)) = uses
            .iter()
            .find(|(_, _, count)| *count >= tree_places(places))
        {
            let root = *root;
            call.event("passed_over", &[("place", &place), ("tree", &root)]);
            continue;
        }
        for (_, key, count) in uses {
            key.save(call.storage, &count.saturating_add(1));
        }
        used.admitted = used.admitted.saturating_add(1);
        match way {
            Way::Here => take_in(call, place, entry)?,
            Way::Apart => ask_oneself(call, place),
        }
    }
    if looked > 0 {
        state::scan().save(call.storage, &scan);
        state::epoch_use(epoch).save(call.storage, &used);
    }
    Ok(looked)
}

/// Admits this entry if all before it were looked at.
///
/// # Errors
/// As [`admit`].
pub fn admit_if_next(call: &mut Call<'_>, place: u64) -> Result<(), ContractError> {
    let scan = scan(call.storage, call.epoch())?;
    if next_entry(call.storage, scan.next) == Some(place) {
        admit(call, 1, Way::Here)?;
    }
    Ok(())
}

fn ask_oneself(call: &mut Call<'_>, place: u64) {
    // the one message that it says to itself, written out: code that writes every
    // message would make the contract larger by 11 KiB
    let message = format!(r#"{{"advance":{{"place":"{place}"}}}}"#);
    let message = WasmMsg::Execute {
        contract_addr: call.env.contract.address.to_string(),
        msg: Binary::from(message.into_bytes()),
        funds: vec![],
    };
    let message = SubMsg::reply_on_error(message, ENTRY | place);
    call.response.messages.push(message);
}

/// Takes in one entry, when this contract says so to itself.
///
/// # Errors
/// Another sender, no such entry, or what a peer refuses.
pub fn advance(call: &mut Call<'_>, place: u64) -> Result<(), ContractError> {
    mycel_kit::roles::only(&call.sender, call.env.contract.address.as_str())?;
    let entry =
        state::entry(place)
            .may_load(call.storage)?
            .ok_or_else(|| ContractError::NotFound {
                what: "queue entry",
                id: place.to_string(),
            })?;
    take_in(call, place, entry)
}

/// An entry could not be taken in: it waits for the next epoch, and what it had
/// of this one is given back.
///
/// # Errors
/// Only for unreadable state.
pub fn refused(
    deps: DepsMut<'_, MycelQuery>,
    env: Env,
    place: u64,
    result: SubMsgResult,
) -> Result<Response<MycelMsg>, ContractError> {
    let mut call = Call::begin(deps, env, "")?;
    let (SubMsgResult::Err(why), Some(entry)) =
        (result, state::entry(place).may_load(call.storage)?)
    else {
        return Ok(call.finish());
    };
    let epoch = call.epoch();
    let mut used = epoch_use(call.storage, epoch, call.totals.active)?;
    used.admitted = used.admitted.saturating_sub(1);
    state::epoch_use(epoch).save(call.storage, &used);
    for root in roots(call.storage, &entry)? {
        let key = state::tree_use(epoch, root);
        let count = key.may_load(call.storage)?.unwrap_or(0);
        key.save(call.storage, &count.saturating_sub(1));
    }
    // those of the same tree who were passed over because of it are looked at again
    let mut scan = scan(call.storage, epoch)?;
    scan.next = scan.next.min(place.saturating_add(1));
    state::scan().save(call.storage, &scan);
    call.event(
        "not_admitted",
        &[
            ("place", &place),
            ("address", &entry.address),
            ("why", &why),
        ],
    );
    Ok(call.finish())
}

/// The first waiting place from `from` on.
fn next_entry(storage: &dyn Storage, from: u64) -> Option<u64> {
    standing::numbers_from(storage, b'q', from, 1)
        .first()
        .copied()
}

/// The trees that an entrant counts for.
fn roots(storage: &dyn Storage, entry: &Entry) -> Result<Vec<u64>, ContractError> {
    if let Some(import) = entry.import {
        return Ok(vec![COMMUNITY | import.community]);
    }
    match entry.sponsor {
        None => Ok(vec![]),
        Some(sponsor) => {
            let mut line = standing::ancestors(storage, sponsor)?;
            line.truncate(2);
            Ok(line)
        }
    }
}

fn take_in(call: &mut Call<'_>, place: u64, entry: Entry) -> Result<(), ContractError> {
    call.storage.remove(state::entry(place).bytes());
    call.storage.remove(state::waiting(&entry.address).bytes());
    call.totals.queue = call.totals.queue.saturating_sub(1);
    let import = entry.import;
    let number = match entry.former {
        Some(number) => {
            returning::come_back(call, number, entry)?;
            number
        }
        None => enrol::enrol_person(
            call,
            Entrant {
                address: entry.address,
                handle: entry.handle,
                idc: Some(entry.idc),
                sponsor: entry.sponsor,
                passkeys: entry.passkeys,
                founder: false,
            },
        )?,
    };
    if let Some(import) = import {
        state::imported(&import.record).save(call.storage, &number);
        if let Some(idc) = import.idc {
            state::identity(&idc).save(call.storage, &number);
        }
    }
    Ok(())
}
