//! Freezing a pool: from here on nobody comes or goes.
//!
//! When registration is over and each quota can be met by itself (the count
//! test), who has no say any more is left out (members is asked, page by page),
//! then who must rest; then the test is made again. If it fails, the pool stays
//! open for more volunteers, says which quota fell short, and is looked at
//! again every hour until the draw is given up.
//!
//! All of it is **as of one height**, that of the block in which freezing began
//! (members answers as it stood before that block), however many blocks it
//! takes: who gains or loses standing meanwhile is on no page and on all alike.
//! Only a seat asks for the standing of the day ([`seats`](super::seats)).
//!
//! The **root** names the frozen pool, with SHA-256 and big-endian integers:
//! ```text
//! r0 = H("mycel/sortition/pool/1" ‖ draw u64)
//! r' = H(r ‖ H(rows))    for each page of a type's persons, in order; a row is
//!                        type u16 ‖ place u32 ‖ person u32, at most 64 a page
//! root = H(r ‖ H(pool))  pool: borsh of what the lottery is for
//! ```
//! Whoever has the rows as `volunteers` gives them can compute it.

use std::collections::BTreeSet;

use mycel_kit::lottery::pool::Shortage;
use mycel_kit::lottery::{LotteryError, count_test, panels_for};
use mycel_kit::peers::members::{Electors, MembersQuery};
use mycel_kit::{Id, Seconds};
use sha2::{Digest, Sha256};

use super::pool::{self, PER_PAGE};
use super::sat;
use super::state::{self, Draw, Entry, Frozen, Stage, Terms};
use crate::agenda::Worked;
use crate::call::Call;
use crate::error::ContractError;

/// Most numbers of members looked at in a step, and the fewest.
const LOOKED: u32 = 200;
const LEAST_LOOKED: u32 = 16;
/// Units of work of leaving somebody out.
const OUT: u32 = 4;
/// Seconds until a pool that fell short is looked at again.
const AGAIN: u64 = 3_600;

/// The root as far as it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Root(pub [u8; 32]);

impl Root {
    /// The root of nobody.
    #[must_use]
    pub fn new(draw: u64) -> Root {
        let mut hash = Sha256::new();
        hash.update(b"mycel/sortition/pool/1");
        hash.update(draw.to_be_bytes());
        Root(hash.finalize().into())
    }

    /// Takes a page of a type, whose first person stands at `place`.
    pub fn add(&mut self, kind: u16, place: u32, persons: &[u32]) {
        let mut rows = Sha256::new();
        for (place, person) in (place..).zip(persons) {
            rows.update(kind.to_be_bytes());
            rows.update(place.to_be_bytes());
            rows.update(person.to_be_bytes());
        }
        self.then(rows);
    }

    /// The root of the whole pool.
    #[must_use]
    pub fn close(mut self, pool: &mycel_kit::lottery::Pool) -> [u8; 32] {
        let bytes = borsh::to_vec(pool).unwrap_or_default();
        self.then(Sha256::new_with_prefix(bytes));
        self.0
    }

    fn then(&mut self, next: Sha256) {
        let mut hash = Sha256::new();
        hash.update(self.0);
        hash.update(next.finalize());
        self.0 = hash.finalize().into();
    }
}

/// Registration is over: begins to freeze, or says what falls short.
///
/// # Errors
/// Only for unreadable state.
pub fn begin(
    call: &mut Call<'_>,
    number: u64,
    terms: &Terms,
    draw: &mut Draw,
) -> Result<Worked, ContractError> {
    let now = call.now;
    if now < terms.until {
        return Ok(Worked {
            units: 0,
            next: Some(terms.until),
        });
    }
    let frozen = pool::frozen(call.storage, number, terms)?;
    let units = 1 + u32::from(draw.types) / 16;
    if let Err(why) = count_test(&frozen.pool) {
        let worked = fell_short(call, number, terms, draw, &why)?;
        return Ok(Worked { units, ..worked });
    }
    draw.root = Root::new(number).0;
    draw.height = call.env.block.height;
    draw.as_of = now;
    draw.stage = Stage::Barring { after: None };
    Ok(Worked {
        units,
        next: Some(now),
    })
}

/// Stays open, or lapses when it has waited long enough.
fn fell_short(
    call: &mut Call<'_>,
    number: u64,
    terms: &Terms,
    draw: &mut Draw,
    why: &LotteryError,
) -> Result<Worked, ContractError> {
    draw.short = in_words(terms, why);
    draw.stage = Stage::Open;
    draw.root = [0; 32];
    if call.now >= terms.give_up {
        super::lapse(call, number, draw)?;
        return Ok(Worked {
            units: 1,
            next: None,
        });
    }
    call.event("fell_short", &[("draw", &number), ("why", &draw.short)]);
    Ok(Worked {
        units: 1,
        next: Some(call.now.saturating_add(AGAIN).min(terms.give_up)),
    })
}

/// The shortage with the names of features and values.
fn in_words(terms: &Terms, why: &LotteryError) -> String {
    let name = |feature| terms.named(feature, 0).0;
    match why {
        LotteryError::Short(Shortage::Value {
            feature,
            value,
            there,
            min,
            ..
        }) => {
            let (feature, value) = terms.named(*feature, *value);
            format!("too few volunteers with {feature}={value}: there={there} min={min}")
        }
        LotteryError::Short(Shortage::Least { feature, .. }) => {
            format!("{why} ({})", name(*feature))
        }
        LotteryError::Short(Shortage::Most { feature, .. }) => {
            format!("{why} ({})", name(*feature))
        }
        other => other.to_string(),
    }
}

/// Leaves out the next persons who had no say when freezing began: with half of
/// what is left of the work they are looked for, with the rest left out, one at
/// least. Where it stops the next step goes on.
///
/// # Errors
/// Members does not answer, or its pages do not go on.
pub fn bar(
    call: &mut Call<'_>,
    number: u64,
    draw: &mut Draw,
    after: Option<u64>,
    left: u32,
) -> Result<Worked, ContractError> {
    let looked = left.saturating_mul(2).clamp(LEAST_LOOKED, LOOKED);
    let told: Electors = call.members(&MembersQuery::Electors {
        at: Id(draw.height),
        residency: Seconds(0),
        still_at: None,
        after: after.map(Id),
        limit: Some(looked),
    })?;
    let before = after.unwrap_or(0);
    let most = before.saturating_add(looked.into());
    let mut last = told.next.map_or(most, |Id(next)| next.min(most));
    if last <= before {
        // a cursor that does not move would never end
        return Err(ContractError::Answer(format!(
            "electors: after={before} next={last}"
        )));
    }
    let has_say: BTreeSet<u64> = told.electors.iter().map(|one| one.person.0).collect();
    let mut units = looked / 4;
    let (mut out, mut whole) = (0, told.next.is_none());
    for number_of in (before + 1..=last).filter(|person| !has_say.contains(person)) {
        let Ok(person) = u32::try_from(number_of) else {
            break;
        };
        let Some(entry) = state::entry(person, number).may_load(call.storage)? else {
            continue;
        };
        if out > 0 && units >= left {
            (last, whole) = (number_of - 1, false);
            break;
        }
        leave_out(call, number, draw, person, entry)?;
        out += 1;
        units += OUT;
    }
    draw.stage = if whole {
        Stage::Freezing {
            raw: 0,
            kind: 0,
            page: 0,
        }
    } else {
        Stage::Barring { after: Some(last) }
    };
    Ok(Worked {
        units,
        next: Some(call.now),
    })
}

fn leave_out(
    call: &mut Call<'_>,
    number: u64,
    draw: &mut Draw,
    person: u32,
    entry: Entry,
) -> Result<Option<u32>, ContractError> {
    let moved = pool::take_out(call.storage, number, entry)?;
    call.storage.remove(state::entry(person, number).bytes());
    draw.persons = draw.persons.saturating_sub(1);
    draw.left_out = draw.left_out.saturating_add(1);
    Ok(moved)
}

/// Takes the next page of a type into the root; who must rest is left out. A
/// page of which more must be left out than there is work for is looked at
/// again in the next step.
///
/// # Errors
/// Only for unreadable state.
pub fn page(
    call: &mut Call<'_>,
    number: u64,
    terms: &Terms,
    draw: &mut Draw,
    (raw, kind, page): (u16, u16, u32),
    left: u32,
) -> Result<Worked, ContractError> {
    let now = call.now;
    if raw >= draw.types {
        return finish(call, number, terms, draw);
    }
    let first = page * PER_PAGE;
    let (mut units, mut out) = (2, 0);
    let (mut at, mut count) = (0, state::kind(number, raw).load(call.storage)?.count);
    let key = state::members(number, raw, page);
    let mut persons = key.may_load(call.storage)?.unwrap_or_default();
    while let Some(&person) = persons.get(at) {
        let numbers = &call.parameters.numbers;
        if sat::may_sit(call.storage, numbers, draw.as_of, person).is_ok() {
            at += 1;
            continue;
        }
        if out > 0 && units >= left {
            return Ok(Worked {
                units,
                next: Some(now),
            });
        }
        let index = first + at as u32; // at most 64 a page
        leave_out(call, number, draw, person, Entry { raw, index })?;
        count -= 1;
        out += 1;
        units += OUT;
        persons = key.may_load(call.storage)?.unwrap_or_default();
    }
    units += persons.len() as u32 / 8;
    if !persons.is_empty() {
        let mut root = Root(draw.root);
        root.add(kind, first, &persons);
        draw.root = root.0;
    }
    draw.stage = if first + PER_PAGE < count {
        Stage::Freezing {
            raw,
            kind,
            page: page + 1,
        }
    } else {
        Stage::Freezing {
            raw: raw + 1,
            kind: kind + u16::from(count > 0),
            page: 0,
        }
    };
    Ok(Worked {
        units,
        next: Some(now),
    })
}

/// Everybody has been seen: the pool is frozen, solvers begin.
fn finish(
    call: &mut Call<'_>,
    number: u64,
    terms: &Terms,
    draw: &mut Draw,
) -> Result<Worked, ContractError> {
    let frozen: Frozen = pool::frozen(call.storage, number, terms)?;
    let panels = count_test(&frozen.pool).and_then(|()| panels_for(draw.persons, frozen.pool.k));
    let panels = match panels {
        Ok(panels) => panels,
        Err(why) => return fell_short(call, number, terms, draw, &why),
    };
    draw.root = Root(draw.root).close(&frozen.pool);
    draw.short = String::new();
    draw.frozen = call.now;
    draw.panels = panels;
    state::frozen(number).save(call.storage, &frozen);
    call.event(
        "draw_frozen",
        &[
            ("draw", &number),
            ("persons", &draw.persons),
            ("types", &frozen.raw.len()),
            ("root", &cosmwasm_std::to_hex(draw.root)),
            ("panels", &panels),
        ],
    );
    super::solve(call, number, draw);
    Ok(Worked {
        units: 1 + frozen.raw.len() as u32 / 16,
        next: Some(draw.deadline),
    })
}
