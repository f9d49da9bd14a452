//! From the beacon to persons: the panel that the index means, the first of
//! each type's order, then alternates.
//!
//! ```text
//! lot   = Lot("sortition/draw", beacon, chain id, contract, draw u64)   (kit::lot)
//! index = the first b bits of lot, m = 2^b; the panel there is the draw's
//! seat  = the next of its type's order
//! ```
//! Who was drawn and may not sit any more (frozen, leaving, gone; must rest), or
//! declines, is passed over and kept on record. The seat goes to the next of
//! the same type; when that is used up, to the next of the first type, in the
//! lot's own order of types, that keeps every quota; when there is none, it
//! stays empty. So whoever replays the ledger sees the same persons.

use std::collections::{BTreeMap, BTreeSet};

use borsh::{BorshDeserialize, BorshSerialize};
use mycel_kit::Id;
use mycel_kit::Key;
use mycel_kit::lot::{Lot, Order};
use mycel_kit::lottery::{Frame, Page, check_panel, read_page};
use mycel_kit::peers::members::{Barred, MembersQuery};

use super::error::DrawError;
use super::state::{self, Draw, Entry, Frozen, Stage, under};
use super::verify::{BYTES_A_UNIT, TYPES_A_UNIT};
use super::{pool, posts, sat};
use crate::agenda::{self, RETRY_SECONDS, Worked};
use crate::beacon;
use crate::call::Call;
use crate::error::ContractError;
use crate::state::Task;

/// Units of work of asking about one person.
const SEAT: u32 = 6;
/// Steps along an order that are one unit.
const STEPS_A_UNIT: u32 = 32;

/// A panel as it is seated.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Panel {
    /// Its place among the lottery's different panels.
    pub number: u32,
    /// All seats, by type at first.
    pub seats: Vec<Seat>,
    /// Seats to be given, in this order.
    pub pending: Vec<u16>,
    /// How many were drawn of each type that anybody was drawn of.
    pub drawn: BTreeMap<u16, u32>,
}

/// A seat. Persons are numbered from 1: 0 is nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Seat {
    /// The type, as the lottery numbers it.
    pub kind: u16,
    /// The place in the type.
    pub index: u32,
    /// The person.
    pub person: u32,
}

/// Somebody who was drawn and does not sit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Passed {
    /// Which seat.
    pub seat: u16,
    /// Who.
    pub drawn: Seat,
    /// Why.
    pub why: Why,
    /// When.
    pub at: u64,
}

/// Why somebody does not sit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Why {
    /// May not deal any more.
    Barred,
    /// Sat too often running.
    Rests,
    /// Does not want to.
    Declined,
}

impl Why {
    /// Its name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Why::Barred => "barred",
            Why::Rests => "rests",
            Why::Declined => "declined",
        }
    }
}

/// The panel of a draw.
#[must_use]
pub fn panel(draw: u64) -> Key<Panel> {
    Key::new(b's', &draw.to_be_bytes())
}

/// The n-th who does not sit.
#[must_use]
pub fn passed(draw: u64, n: u32) -> Key<Passed> {
    Key::new(b'u', &under(draw, &n.to_be_bytes()))
}

/// The lot of a draw.
#[must_use]
pub fn lot(chain_id: &str, contract: &str, draw: u64, value: &[u8; 32]) -> Lot {
    let parts = [
        chain_id.as_bytes(),
        contract.as_bytes(),
        &draw.to_be_bytes()[..],
    ];
    Lot::new("sortition/draw", value, &parts)
}

fn lot_of(call: &Call<'_>, number: u64, value: &[u8; 32]) -> Lot {
    let contract = call.env.contract.address.as_str();
    lot(&call.env.block.chain_id, contract, number, value)
}

/// Asks the beacon, and draws the index. A round that nobody brings in time
/// ends the draw: no other randomness ever takes its place, as whoever could
/// choose between two would choose the panel.
///
/// # Errors
/// Only for unreadable state.
pub fn await_beacon(
    call: &mut Call<'_>,
    number: u64,
    draw: &mut Draw,
) -> Result<Worked, ContractError> {
    let now = call.now;
    let Some(value) = beacon::value(call, draw.round)? else {
        if now >= draw.round_until {
            draw.short = format!(
                "the beacon's round {} was not brought by second {}, and nothing else may decide: {}",
                draw.round,
                draw.round_until,
                super::after_a_lapse(call, number, "open a draw anew")?
            );
            super::lapse(call, number, draw)?;
            return Ok(Worked {
                units: 1,
                next: None,
            });
        }
        let late = now.saturating_sub(draw.round_time);
        let again = now.saturating_add((late / 4).clamp(15, 3_600));
        return Ok(Worked {
            units: 0,
            next: Some(draw.round_time.max(again).min(draw.round_until)),
        });
    };
    draw.value = Some(value);
    draw.index = lot_of(call, number, &value).index(draw.panels.trailing_zeros());
    draw.stage = Stage::Finding {
        page: 0,
        place: 0,
        before: 0,
    };
    Ok(Worked {
        units: 2,
        next: Some(now),
    })
}

/// Looks for the panel that the index means on the next page of the lottery.
///
/// # Errors
/// Only for unreadable state.
pub fn find(
    call: &mut Call<'_>,
    number: u64,
    draw: &mut Draw,
    (page, mut place, mut before): (u32, u32, u32),
) -> Result<Worked, ContractError> {
    let frozen = state::frozen(number).load(call.storage)?;
    let frame = Frame::new(&frozen.pool).map_err(DrawError::from)?;
    let post = draw.best.as_ref().map_or(0, |best| best.post);
    let bytes = posts::page(call.storage, number, post, page);
    let units = 1 + frozen.raw.len() as u32 / TYPES_A_UNIT + bytes.len() as u32 / BYTES_A_UNIT;
    let Page::Panels(panels) = read_page(&frame, &bytes).map_err(DrawError::from)? else {
        // an accepted lottery has m panels, and the index has b bits
        return Err(DrawError::UnknownPost { draw: number, post }.into());
    };
    let mut drawn = None;
    for panel in &panels {
        if draw.index - before < panel.times {
            drawn = Some(panel);
            break;
        }
        before += panel.times;
        place += 1;
    }
    draw.stage = match drawn {
        Some(drawn) => {
            panel(number).save(call.storage, &empty(place, &drawn.seats));
            let value = draw.value.unwrap_or_default();
            call.event(
                "drawn",
                &[
                    ("draw", &number),
                    ("round", &draw.round),
                    ("beacon", &cosmwasm_std::to_hex(value)),
                    ("index", &draw.index),
                    ("panel", &place),
                ],
            );
            Stage::Seating
        }
        None => Stage::Finding {
            page: page + 1,
            place,
            before,
        },
    };
    Ok(Worked {
        units,
        next: Some(call.now),
    })
}

fn empty(number: u32, panel: &[(u16, u16)]) -> Panel {
    let of = |&(kind, seats): &(u16, u16)| {
        let seat = Seat {
            kind,
            index: 0,
            person: 0,
        };
        std::iter::repeat_n(seat, usize::from(seats))
    };
    let seats: Vec<Seat> = panel.iter().flat_map(of).collect();
    Panel {
        number,
        pending: (0..).take(seats.len()).collect(),
        seats,
        drawn: BTreeMap::new(),
    }
}

/// Gives seats that are to be given.
///
/// # Errors
/// Members does not answer about the first person.
pub fn give(
    call: &mut Call<'_>,
    number: u64,
    draw: &mut Draw,
    left: u32,
) -> Result<Worked, ContractError> {
    let frozen = state::frozen(number).load(call.storage)?;
    let mut current = panel(number).load(call.storage)?;
    let value = draw.value.unwrap_or_default();
    let mut lots = Lots {
        lot: lot_of(call, number, &value),
        frozen: &frozen,
        frame: Frame::new(&frozen.pool).map_err(DrawError::from)?,
        orders: BTreeMap::new(),
        steps: 0,
    };
    let begun = 1 + frozen.raw.len() as u32 / TYPES_A_UNIT;
    let mut units = begun;
    let mut next = Some(call.now);
    // one at least, however little is left
    while (units == begun || units < left)
        && let Some(&seat) = current.pending.first()
    {
        let before = current.drawn.clone();
        let drawn = lots.next(call, number, &mut current, seat)?;
        let read = std::mem::take(&mut lots.steps) / STEPS_A_UNIT;
        let Some(drawn) = drawn else {
            current.pending.remove(0);
            units += 1 + read;
            call.event("seat_empty", &[("draw", &number), ("seat", &seat)]);
            continue;
        };
        match fit(call, drawn.person) {
            Ok(None) => {
                take(call, number, &frozen, drawn)?;
                current.seats[usize::from(seat)] = drawn;
                current.pending.remove(0);
                call.event(
                    "seated",
                    &[
                        ("draw", &number),
                        ("seat", &seat),
                        ("person", &drawn.person),
                    ],
                );
            }
            Ok(Some(why)) => pass(call, number, draw, seat, drawn, why),
            Err(error) if units == begun => return Err(error),
            Err(_) => {
                current.drawn = before;
                next = Some(call.now.saturating_add(RETRY_SECONDS));
                break;
            }
        }
        units += SEAT + read;
    }
    if current.pending.is_empty() {
        next = Some(seated(call, draw));
    }
    panel(number).save(call.storage, &current);
    Ok(Worked { units, next })
}

/// Everybody sits: who does not want to has some time to say so, who came in
/// later as much, but never more than three times in all.
fn seated(call: &Call<'_>, draw: &mut Draw) -> u64 {
    let time = u64::from(call.parameters.numbers.decline_seconds);
    if draw.seated == 0 {
        draw.seated = call.now;
    }
    let last = draw.seated.saturating_add(time.saturating_mul(3));
    let until = call.now.saturating_add(time).min(last);
    draw.decline_until = draw.decline_until.max(until);
    draw.stage = Stage::Seated;
    draw.decline_until
}

/// The orders of a draw's types, as far as they were read.
struct Lots<'a> {
    lot: Lot,
    frozen: &'a Frozen,
    frame: Frame<'a>,
    orders: BTreeMap<u16, (u32, Order)>,
    /// Steps along orders since they were last counted.
    steps: u32,
}

impl Lots<'_> {
    /// Who is drawn next for a seat.
    fn next(
        &mut self,
        call: &Call<'_>,
        number: u64,
        panel: &mut Panel,
        seat: u16,
    ) -> Result<Option<Seat>, ContractError> {
        let own = panel.seats[usize::from(seat)].kind;
        let Some(kind) = self.kind(panel, own) else {
            return Ok(None);
        };
        let drawn = panel.drawn.entry(kind).or_insert(0);
        let count = self.frozen.pool.counts[usize::from(kind)];
        let (read, order) = self
            .orders
            .entry(kind)
            .or_insert_with(|| (0, self.lot.order_of_type(kind, count)));
        let mut index = None;
        while *read <= *drawn {
            index = order.next();
            *read += 1;
            self.steps += 1;
        }
        *drawn += 1;
        let Some(index) = index else {
            return Ok(None);
        };
        let raw = self.frozen.raw[usize::from(kind)];
        let person = pool::at(call.storage, number, raw, index)?;
        Ok(Some(Seat {
            kind,
            index,
            person,
        }))
    }

    /// The seat's own type if anybody of it is left, else the first that keeps every quota.
    fn kind(&mut self, panel: &Panel, own: u16) -> Option<u16> {
        let counts = &self.frozen.pool.counts;
        let left = |kind: u16| {
            let drawn = panel.drawn.get(&kind).copied().unwrap_or(0);
            drawn < counts[usize::from(kind)]
        };
        if left(own) {
            return Some(own);
        }
        let seated = self.by_quota(panel);
        let types = u16::try_from(counts.len()).unwrap_or(u16::MAX);
        let mut steps = panel.seats.len() as u32; // at most 1,000
        let found = self
            .lot
            .order_of_types(types)
            .filter_map(|kind| u16::try_from(kind).ok())
            .inspect(|_| steps += 1)
            .find(|kind| left(*kind) && self.keeps(&seated, own, *kind));
        self.steps = self.steps.saturating_add(steps);
        found
    }

    /// How many sit for each quota, seats to be given by their type.
    fn by_quota(&self, panel: &Panel) -> Vec<u32> {
        let mut seated = vec![0; self.frozen.pool.quotas.len()];
        let pending: BTreeSet<u16> = panel.pending.iter().copied().collect();
        for (place, seat) in (0u16..).zip(&panel.seats) {
            if seat.person > 0 || pending.contains(&place) {
                for quota in self.frame.quotas_of(seat.kind.into()) {
                    seated[usize::from(*quota)] += 1;
                }
            }
        }
        seated
    }

    /// Whether a seat may pass from one type to another: no quota is exceeded,
    /// and none is left short that was not short of more before.
    fn keeps(&self, seated: &[u32], from: u16, to: u16) -> bool {
        let has = |kind: u16, quota: usize| {
            let of = self.frame.quotas_of(kind.into());
            of.iter().any(|one| usize::from(*one) == quota)
        };
        let mut quotas = self.frozen.pool.quotas.iter().zip(seated).enumerate();
        quotas.all(|(place, (quota, now))| {
            let then =
                (now + u32::from(has(to, place))).saturating_sub(u32::from(has(from, place)));
            then <= quota.max.max(*now) && (then >= quota.min || then >= *now)
        })
    }
}

/// Why a person cannot sit, if so.
fn fit(call: &Call<'_>, person: u32) -> Result<Option<Why>, ContractError> {
    let numbers = &call.parameters.numbers;
    if let Err(why) = sat::may_sit(call.storage, numbers, call.now, person) {
        return match why {
            ContractError::Draw(DrawError::Rests { .. }) => Ok(Some(Why::Rests)),
            other => Err(other),
        };
    }
    // the first that is barred from this person on: is it this one?
    let told: Barred = call.members(&MembersQuery::Barred {
        after: person.checked_sub(1).map(|before| Id(before.into())),
        limit: Some(1),
    })?;
    let barred = told.persons.first() == Some(&Id(person.into()));
    Ok(barred.then_some(Why::Barred))
}

/// A person takes a seat.
fn take(
    call: &mut Call<'_>,
    number: u64,
    frozen: &Frozen,
    drawn: Seat,
) -> Result<(), ContractError> {
    let numbers = call.parameters.numbers;
    sat::sits(call.storage, &numbers, call.now, drawn.person, number)?;
    let mut totals = state::load_totals(call.storage)?;
    totals.seated += 1;
    totals.from_pool += u64::from(in_pool(call, number, frozen, drawn)?);
    state::totals().save(call.storage, &totals);
    Ok(())
}

fn in_pool(
    call: &Call<'_>,
    number: u64,
    frozen: &Frozen,
    drawn: Seat,
) -> Result<bool, ContractError> {
    let place = Entry {
        raw: frozen.raw[usize::from(drawn.kind)],
        index: drawn.index,
    };
    let entry = state::entry(drawn.person, number).may_load(call.storage)?;
    Ok(entry == Some(place))
}

fn pass(call: &mut Call<'_>, number: u64, draw: &mut Draw, seat: u16, drawn: Seat, why: Why) {
    let record = Passed {
        seat,
        drawn,
        why,
        at: call.now,
    };
    passed(number, draw.passed).save(call.storage, &record);
    draw.passed += 1;
    call.event(
        "passed_over",
        &[
            ("draw", &number),
            ("seat", &seat),
            ("person", &drawn.person),
            ("why", &why.name()),
        ],
    );
}

/// Who was drawn does not take the seat.
///
/// # Errors
/// Not seated, or too late.
pub fn decline(call: &mut Call<'_>, Id(number): Id) -> Result<(), ContractError> {
    let person = pool::person(call)?;
    let (_, mut draw) = state::load(call.storage, number)?;
    if !matches!(draw.stage, Stage::Seating | Stage::Seated) {
        return Err(DrawError::Stage {
            draw: number,
            stage: draw.stage.name(),
            needs: "seated",
        }
        .into());
    }
    if draw.stage == Stage::Seated && call.now >= draw.decline_until {
        return Err(DrawError::Time {
            now: call.now,
            from: draw.seated,
            until: draw.decline_until,
        }
        .into());
    }
    let mut current = panel(number).load(call.storage)?;
    let place = current.seats.iter().position(|seat| seat.person == person);
    let Some(place) = place else {
        return Err(DrawError::NotSeated {
            person,
            draw: number,
        }
        .into());
    };
    let drawn = current.seats[place];
    let frozen = state::frozen(number).load(call.storage)?;
    let was_in_pool = in_pool(call, number, &frozen, drawn)?;
    let seat = place as u16; // at most 1,000 seats
    pass(call, number, &mut draw, seat, drawn, Why::Declined);
    sat::does_not_sit(call.storage, person, number)?;
    let mut totals = state::load_totals(call.storage)?;
    totals.seated = totals.seated.saturating_sub(1);
    totals.from_pool = totals.from_pool.saturating_sub(u64::from(was_in_pool));
    state::totals().save(call.storage, &totals);
    current.seats[place].person = 0;
    current.pending.push(seat);
    panel(number).save(call.storage, &current);
    draw.stage = Stage::Seating;
    state::draw(number).save(call.storage, &draw);
    agenda::set(call, Task::Draw(number), Some(call.now))
}

/// The time to decline is over: the panel stands.
///
/// # Errors
/// Only for unreadable state.
pub fn finish(call: &mut Call<'_>, number: u64, draw: &mut Draw) -> Result<Worked, ContractError> {
    if call.now < draw.decline_until {
        return Ok(Worked {
            units: 0,
            next: Some(draw.decline_until),
        });
    }
    let frozen = state::frozen(number).load(call.storage)?;
    let current = panel(number).load(call.storage)?;
    let full = current.seats.iter().all(|seat| seat.person > 0);
    let mut totals = state::load_totals(call.storage)?;
    totals.done += 1;
    if full {
        totals.full += 1;
        totals.fitting += u64::from(fits(&frozen, &current)?);
    }
    state::totals().save(call.storage, &totals);
    draw.stage = Stage::Done;
    draw.ended = call.now;
    call.event("draw_done", &[("draw", &number), ("full", &full)]);
    Ok(Worked {
        units: 2,
        next: None,
    })
}

/// Whether a full panel fits every quota.
///
/// # Errors
/// Only for an unreadable pool.
pub fn fits(frozen: &Frozen, panel: &Panel) -> Result<bool, ContractError> {
    let frame = Frame::new(&frozen.pool).map_err(DrawError::from)?;
    let mut by_type: BTreeMap<u16, u16> = BTreeMap::new();
    for seat in &panel.seats {
        *by_type.entry(seat.kind).or_insert(0) += 1;
    }
    let seats: Vec<(u16, u16)> = by_type.into_iter().collect();
    Ok(check_panel(&frame, panel.number, &seats).is_ok())
}
