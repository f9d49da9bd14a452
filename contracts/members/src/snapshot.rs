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
//!
//! Who counts votes walks the electors in pages ([`electors`]), with what became
//! of each by the height at which the vote closed.

use cosmwasm_std::{Order, Storage};
use mycel_kit::key::StateError;
use mycel_kit::peers::members::{Count, Elector, Electors, Eligible};
use mycel_kit::{Id, Key, Seconds};

use crate::call::Call;
use crate::error::ContractError;
use crate::returning;
use crate::standing;
use crate::state::{self, Person, Totals, VOTE};

/// Most persons that one page of `electors` looks at.
pub const MAX_ELECTORS: u32 = 200;
/// A page of `electors` ends early once it has read so many changes of says.
const MAX_CHANGES: u32 = 1_000;
/// Seconds between two blocks whose times are kept.
pub const MARK_SECONDS: u64 = 3_600;

/// Keeps a block's time if the last one that was kept is an hour old.
pub fn mark(storage: &mut dyn Storage, totals: &mut Totals, height: u64, now: u64) {
    if now.saturating_sub(totals.marked) >= MARK_SECONDS {
        state::time_of(height).save(storage, &now);
        totals.marked = now;
    }
}

/// Whether this is the block in which the contract began: its time was the first that was kept.
#[must_use]
pub fn is_first_block(storage: &dyn Storage, height: u64) -> bool {
    let (start, end) = (state::time_of(0), state::time_of(u64::MAX));
    let mut kept = storage.range_keys(Some(start.bytes()), Some(end.bytes()), Order::Ascending);
    kept.next().as_deref() == Some(state::time_of(height).bytes())
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
        numbers: Id(state::totals().load(storage)?.numbers),
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
    let resident = say && {
        let since = since(storage, held.number, &person, at.0)?;
        since.is_none() || residency.0 == 0 || is_long(time_below(storage, at.0)?, since, residency)
    };
    Ok(Eligible {
        eligible: resident,
        number: person.place,
        person: Some(Id(held.number)),
    })
}

/// When the stay began that a height lies in; none for a founder's first one.
/// Who came back since had the residency of the stay of then.
fn since(
    storage: &dyn Storage,
    number: u64,
    person: &Person,
    at: u64,
) -> Result<Option<u64>, ContractError> {
    let (mut founder, mut joined) = (person.founder, person.joined.time);
    if person.joined.height >= at
        && let Some(stay) = returning::stay_at(storage, number, at)?
    {
        (founder, joined) = (stay.founder, stay.joined.time);
    }
    Ok((!founder).then_some(joined))
}

/// Whether a stay had been long enough at a time.
fn is_long(time: Option<u64>, since: Option<u64>, residency: Seconds) -> bool {
    residency.0 == 0
        || since
            .is_none_or(|since| time.is_some_and(|time| time.saturating_sub(since) >= residency.0))
}

/// Answer to `electors`: a walk along the persons and, beside it, along the
/// changes of their says, as two scans cost far less than a seek for each.
///
/// A page ends after `limit` numbers, or before a person once it has read 1,000
/// changes; one person's changes are few, for each is a leave and a new
/// invitation, or a jury's word.
///
/// # Errors
/// Only for unreadable state.
pub fn electors(
    storage: &dyn Storage,
    at: Id,
    residency: Seconds,
    still_at: Option<Id>,
    after: Option<Id>,
    limit: Option<u32>,
) -> Result<Electors, ContractError> {
    let still_at = still_at.unwrap_or(at).0;
    let last = state::totals().load(storage)?.numbers;
    let limit = limit.unwrap_or(MAX_ELECTORS).clamp(1, MAX_ELECTORS);
    let after = after.map_or(0, |Id(after)| after).min(last);
    let end = after.saturating_add(limit.into()).min(last);
    let time = time_below(storage, at.0)?;

    let first = after.saturating_add(1);
    let past = end.saturating_add(1);
    let (from, to) = (state::person(first), state::person(past));
    let persons = storage.range(Some(from.bytes()), Some(to.bytes()), Order::Ascending);
    let (from, to) = (state::say_after(first, 0), state::say_after(past, 0));
    let mut says = storage
        .range(Some(from.bytes()), Some(to.bytes()), Order::Ascending)
        .peekable();

    let (mut electors, mut read, mut looked) = (Vec::new(), 0u32, after);
    for (key, value) in persons {
        if read >= MAX_CHANGES {
            return Ok(Electors {
                electors,
                next: Some(Id(looked)),
            });
        }
        let number = key.get(1..9).unwrap_or_default();
        // (then, later): what was so at both heights
        let mut say = (false, false);
        while let Some((key, value)) =
            says.next_if(|(key, _)| key.get(1..9).is_some_and(|of| of <= number))
        {
            read = read.saturating_add(1);
            let height = u64::from_be_bytes(
                key.get(9..17)
                    .and_then(|h| h.try_into().ok())
                    .unwrap_or_default(),
            );
            let after = from.decode(&value)?;
            if height < at.0 {
                say.0 = after;
            }
            if height < still_at {
                say.1 = after;
            }
        }
        looked = u64::from_be_bytes(number.try_into().unwrap_or_default());
        if !say.0 {
            continue;
        }
        let person = state::person(looked).decode(&value)?;
        let since = since(storage, looked, &person, at.0)?;
        if is_long(time, since, residency) {
            electors.push(Elector {
                person: Id(looked),
                still: say.1,
            });
        }
    }
    Ok(Electors {
        electors,
        next: (end < last).then_some(Id(end)),
    })
}
