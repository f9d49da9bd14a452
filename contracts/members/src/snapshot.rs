//! Who had a say at a height, and how many: exact, for ever, in O(log n).
//!
//! "At height h" means before the transactions of block h, so that an answer
//! for a height that has begun never changes. Every change of a person's say
//! is kept under the height of its block, and so is the count; a question
//! seeks the last one below.
//!
//! A block's time is kept at most once an hour, in a block where this contract
//! was called: what is kept grows with time, not with blocks. Residency at a
//! height is judged at the time of the last such block below. An answer can
//! only be too careful: by less than an hour, and by how long nobody called
//! this contract (it is called at the end of each block once it is subscribed).

use cosmwasm_std::{Order, Storage};
use mycel_kit::key::StateError;
use mycel_kit::peers::members::{Count, Eligible};
use mycel_kit::{Id, Key, Seconds};

use crate::call::Call;
use crate::error::ContractError;
use crate::returning;
use crate::standing;
use crate::state::{self, Person, Totals, VOTE};

/// Seconds between two blocks whose times are kept.
pub const MARK_SECONDS: u64 = 3_600;

/// Keeps a block's time if the last one that was kept is an hour old.
pub fn mark(storage: &mut dyn Storage, totals: &mut Totals, height: u64, now: u64) {
    if now.saturating_sub(totals.marked) >= MARK_SECONDS {
        state::time_of(height).save(storage, &now);
        totals.marked = now;
    }
}

/// Keeps what changed in a person's say: `before` and the record as it is now.
pub fn keep_say(call: &mut Call<'_>, number: u64, before: bool, person: &Person) {
    let after = standing::has_say(person);
    if before == after {
        return;
    }
    let height = call.env.block.height;
    call.totals.live = if after {
        call.totals.live.saturating_add(1)
    } else {
        call.totals.live.saturating_sub(1)
    };
    state::say_after(number, height).save(call.storage, &after);
    state::count_after(height).save(call.storage, &call.totals.live);
}

/// Keeps the index of those that may not deal.
pub fn keep_barred(call: &mut Call<'_>, number: u64, person: &Person) {
    let key = state::barred(number);
    if standing::takes_part(person) {
        call.storage.remove(key.bytes());
    } else {
        key.save(call.storage, &1);
    }
}

/// The record under the highest height below `at`, of keys that are `head` and a height.
fn last_below<T: borsh::BorshDeserialize>(
    storage: &dyn Storage,
    head: &[u8],
    at: u64,
) -> Result<Option<T>, StateError> {
    let end = [head, &at.to_be_bytes()].concat();
    storage
        .range(Some(head), Some(&end), Order::Descending)
        .next()
        .map(|(key, value)| Key::<T>::new(key[0], &key[1..]).decode(&value))
        .transpose()
}

/// Answer to `count`.
///
/// # Errors
/// Only for unreadable state.
pub fn count(storage: &dyn Storage, at: u64) -> Result<Count, ContractError> {
    Ok(Count {
        count: last_below::<u32>(storage, b"H", at)?.unwrap_or(0),
    })
}

/// The time of the last block below a height whose time was kept.
///
/// # Errors
/// Only for unreadable state.
pub fn time_below(storage: &dyn Storage, at: u64) -> Result<Option<u64>, ContractError> {
    Ok(last_below::<u64>(storage, b"K", at)?)
}

/// Answer to `eligible`. A stranger is not eligible; that is no error.
///
/// # Errors
/// Only for unreadable state.
pub fn eligible(
    storage: &dyn Storage,
    address: &str,
    at: Id,
    residency: Seconds,
) -> Result<Eligible, ContractError> {
    let no = Eligible {
        eligible: false,
        number: None,
        person: None,
    };
    let Some(held) = state::held(address).may_load(storage)? else {
        return Ok(no);
    };
    if held.roles & VOTE == 0 {
        return Ok(no);
    }
    let person = standing::person(storage, held.number)?;
    let head = [&b"L"[..], &held.number.to_be_bytes()].concat();
    let say = last_below::<bool>(storage, &head, at.0)?.unwrap_or(false);
    // who came back since had the residency of the stay that the height lies in
    let (mut founder, mut joined) = (person.founder, person.joined.time);
    if person.joined.height >= at.0
        && let Some(stay) = returning::stay_at(storage, held.number, at.0)?
    {
        (founder, joined) = (stay.founder, stay.joined.time);
    }
    let resident = founder
        || time_below(storage, at.0)?
            .is_some_and(|time| time.saturating_sub(joined) >= residency.0)
        || residency.0 == 0;
    Ok(Eligible {
        eligible: say && resident,
        number: person.place,
        person: Some(Id(held.number)),
    })
}
