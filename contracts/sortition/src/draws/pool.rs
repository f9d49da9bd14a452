//! Volunteers come and go. Who tells the same of themselves is one type; its
//! persons stand densely on pages of 64, so that freezing a pool reads few
//! keys and a place names one person.

use cosmwasm_std::{Order, Storage};
use mycel_kit::Id;
use mycel_kit::key::StateError;
use mycel_kit::lottery::{MAX_PANELS, MAX_PERSONS, MAX_TYPES, Pool};

use super::credentials::About;
use super::error::DrawError;
use super::identity;
use super::sat;
use super::state::{self, Draw, Entry, Frozen, Stage, Terms, Type};
use crate::bounds;
use crate::call::Call;
use crate::error::ContractError;
use crate::msg::Attribute;

/// Persons on a page.
pub const PER_PAGE: u32 = 64;
/// Most volunteers for a seat, so that a lottery has few enough panels. When a
/// draw is opened there are no more members than that ([`open`](super::open)):
/// who comes late is kept out only where a community has grown past it since.
pub const PER_SEAT: u32 = MAX_PANELS / 64;

/// A member enters a pool, or says its attributes anew.
///
/// # Errors
/// Not a member with a say, the pool is closed or full, attributes that are
/// not the draw's or that the issuer does not confirm, a person that must rest.
pub fn volunteer(
    call: &mut Call<'_>,
    Id(number): Id,
    attributes: &[Attribute],
) -> Result<(), ContractError> {
    let person = person(call)?;
    let (terms, draw) = open(call.storage, number)?;
    identity::by_address(number, &terms)?;
    enter(call, number, &terms, draw, person, attributes)
}

/// Puts a person into a pool that is open, or says its attributes anew.
///
/// # Errors
/// As [`volunteer`].
pub(super) fn enter(
    call: &mut Call<'_>,
    number: u64,
    terms: &Terms,
    mut draw: Draw,
    person: u32,
    attributes: &[Attribute],
) -> Result<(), ContractError> {
    sat::may_sit(call.storage, &call.parameters.numbers, call.now, person)?;
    let values = values(call, terms, person, attributes)?;
    let key = state::entry(person, number);
    let before = key.may_load(call.storage)?;
    if let Some(entry) = before {
        take_out(call.storage, number, entry)?;
        draw.persons = draw.persons.saturating_sub(1);
    }
    let most = MAX_PERSONS.min(PER_SEAT * u32::from(terms.size));
    if draw.persons >= most {
        let what = "volunteers (more would need a draw in two stages)";
        return Err(DrawError::Full { what, most }.into());
    }
    let raw = match state::type_of(number, &values).may_load(call.storage)? {
        Some(raw) => raw,
        None => new_type(call.storage, number, &mut draw, values)?,
    };
    let entry = put_in(call.storage, number, raw, person)?;
    key.save(call.storage, &entry);
    draw.persons += 1;
    state::draw(number).save(call.storage, &draw);
    call.event(
        "volunteered",
        &[
            ("draw", &number),
            ("person", &person),
            ("again", &before.is_some()),
        ],
    );
    Ok(())
}

/// A volunteer leaves a pool that is still open.
///
/// # Errors
/// Not there, or the pool is closed.
pub fn withdraw(call: &mut Call<'_>, Id(number): Id) -> Result<(), ContractError> {
    let person = person(call)?;
    let (_, mut draw) = open(call.storage, number)?;
    let entry = there(call.storage, person, number)?;
    take_out(call.storage, number, entry)?;
    call.storage.remove(state::entry(person, number).bytes());
    draw.persons = draw.persons.saturating_sub(1);
    state::draw(number).save(call.storage, &draw);
    call.event("withdrew", &[("draw", &number), ("person", &person)]);
    Ok(())
}

/// The sender's number; persons of a pool have 32 bits.
pub(super) fn person(call: &Call<'_>) -> Result<u32, ContractError> {
    narrow(call.person()?)
}

/// A person's number in a pool.
pub(super) fn narrow(person: u64) -> Result<u32, ContractError> {
    u32::try_from(person).map_err(|_| ContractError::OutOfBounds {
        what: "person",
        value: person,
        least: 1,
        most: u32::MAX.into(),
    })
}

pub(super) fn open(storage: &dyn Storage, number: u64) -> Result<(Terms, Draw), ContractError> {
    let (terms, draw) = state::load(storage, number)?;
    if draw.stage == Stage::Open {
        return Ok((terms, draw));
    }
    Err(DrawError::Stage {
        draw: number,
        stage: draw.stage.name(),
        needs: "open",
    }
    .into())
}

/// Where a volunteer stands.
///
/// # Errors
/// [`DrawError::NotThere`].
pub fn there(storage: &dyn Storage, person: u32, draw: u64) -> Result<Entry, ContractError> {
    Ok(state::entry(person, draw)
        .may_load(storage)?
        .ok_or(DrawError::NotThere { person, draw })?)
}

/// The place of each feature's value, exactly one a feature.
fn values(
    call: &Call<'_>,
    terms: &Terms,
    person: u32,
    attributes: &[Attribute],
) -> Result<Vec<u8>, ContractError> {
    bounds::count("attributes", attributes.len(), terms.features.len())?;
    let mut about = About::default();
    terms
        .features
        .iter()
        .map(|feature| {
            let refused = |why| DrawError::Attribute {
                feature: feature.name.clone(),
                why,
            };
            let mut told = attributes.iter().filter(|one| one.feature == feature.name);
            let (Some(one), None) = (told.next(), told.next()) else {
                return Err(refused("is to be told once").into());
            };
            let value = feature.values.iter().position(|value| *value == one.value);
            let value = value.ok_or_else(|| refused("has no such value"))?;
            let salt = one.salt.as_ref().map(|salt| salt.as_slice());
            about.check(call, person.into(), feature, &one.value, salt)?;
            Ok(value as u8) // at most 64 values
        })
        .collect()
}

fn new_type(
    storage: &mut dyn Storage,
    number: u64,
    draw: &mut Draw,
    values: Vec<u8>,
) -> Result<u16, ContractError> {
    let unused = state::unused(number);
    let mut free = unused.may_load(storage)?.unwrap_or_default();
    let raw = match free.pop() {
        Some(raw) => {
            unused.save(storage, &free);
            raw
        }
        None if usize::from(draw.types) < MAX_TYPES => {
            draw.types += 1;
            draw.types - 1
        }
        None => {
            return Err(DrawError::Full {
                what: "types of volunteers",
                most: MAX_TYPES as u32,
            }
            .into());
        }
    };
    state::type_of(number, &values).save(storage, &raw);
    state::kind(number, raw).save(storage, &Type { values, count: 0 });
    Ok(raw)
}

/// Puts a person at the end of a type.
fn put_in(
    storage: &mut dyn Storage,
    draw: u64,
    raw: u16,
    person: u32,
) -> Result<Entry, ContractError> {
    let key = state::kind(draw, raw);
    let mut kind = key.load(storage)?;
    let index = kind.count;
    let page = state::members(draw, raw, index / PER_PAGE);
    let mut persons = page.may_load(storage)?.unwrap_or_default();
    persons.push(person);
    page.save(storage, &persons);
    kind.count += 1;
    key.save(storage, &kind);
    Ok(Entry { raw, index })
}

/// Takes the person at a place out; the last of the type takes the place.
/// Gives who does, if anybody.
///
/// # Errors
/// Only for unreadable state.
pub(super) fn take_out(
    storage: &mut dyn Storage,
    draw: u64,
    Entry { raw, index }: Entry,
) -> Result<Option<u32>, ContractError> {
    let key = state::kind(draw, raw);
    let mut kind = key.load(storage)?;
    let last = kind.count.saturating_sub(1);
    let end = state::members(draw, raw, last / PER_PAGE);
    let mut persons = end.load(storage)?;
    let moved = persons.pop().ok_or_else(|| unreadable(&end))?;
    if persons.is_empty() {
        storage.remove(end.bytes());
    } else {
        end.save(storage, &persons);
    }
    kind.count = last;
    key.save(storage, &kind);
    if last == 0 {
        // its number is free for other values: nobody fills the table alone
        storage.remove(state::type_of(draw, &kind.values).bytes());
        let unused = state::unused(draw);
        let mut free = unused.may_load(storage)?.unwrap_or_default();
        free.push(raw);
        unused.save(storage, &free);
    }
    if index == last {
        return Ok(None);
    }
    let page = state::members(draw, raw, index / PER_PAGE);
    let mut persons = page.load(storage)?;
    let slot = persons.get_mut((index % PER_PAGE) as usize);
    *slot.ok_or_else(|| unreadable(&page))? = moved;
    page.save(storage, &persons);
    state::entry(moved, draw).save(storage, &Entry { raw, index });
    Ok(Some(moved))
}

/// The person at a place of a type as it came.
///
/// # Errors
/// Only for unreadable state.
pub fn at(storage: &dyn Storage, draw: u64, raw: u16, index: u32) -> Result<u32, ContractError> {
    let page = state::members(draw, raw, index / PER_PAGE);
    let persons = page.load(storage)?;
    let person = persons.get((index % PER_PAGE) as usize);
    Ok(*person.ok_or_else(|| unreadable(&page))?)
}

fn unreadable<T>(key: &mycel_kit::Key<T>) -> StateError {
    StateError::Unreadable {
        key: cosmwasm_std::to_hex(key.bytes()),
    }
}

/// The pool as it is now: types with persons.
///
/// # Errors
/// Only for unreadable state.
pub fn frozen(storage: &dyn Storage, number: u64, terms: &Terms) -> Result<Frozen, ContractError> {
    let mut frozen = Frozen {
        pool: Pool {
            k: terms.size.into(),
            quotas: terms.quotas.clone(),
            ..Pool::default()
        },
        raw: Vec::new(),
    };
    let (first, end) = (state::kind(number, 0), state::kind(number, u16::MAX));
    let range = storage.range(Some(first.bytes()), Some(end.bytes()), Order::Ascending);
    for (raw, (key, value)) in (0u16..).zip(range) {
        let kind: Type = mycel_kit::Key::new(b'k', &key[1..]).decode(&value)?;
        if kind.count > 0 {
            frozen.pool.counts.push(kind.count);
            frozen.pool.values.push(kind.values);
            frozen.raw.push(raw);
        }
    }
    Ok(frozen)
}
