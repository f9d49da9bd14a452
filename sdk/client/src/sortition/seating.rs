//! From the panel to persons, seat by seat, as the lot orders them; then what declining changed.
//!
//! Written from the rule and not from the contract's code: the next of the seat's own type; when that is used up, the
//! next of the first other type, in the lot's own order of types, that keeps every quota; when there is none, nobody.
use std::collections::{BTreeMap, VecDeque};

use mycel_kit::{
    lot::{Lot, Order},
    lottery::{Frame, Pool},
};

use super::{
    replay::{Replay, Step, many, persons},
    told::{Passed, Told},
};

/// A chair and who is on it.
#[derive(Clone, Copy, Debug)]
struct Chair {
    kind: u16,
    person: u32,
}

struct Hall<'a> {
    told: &'a Told,
    lot: &'a Lot,
    frame: &'a Frame<'a>,
    pool: &'a Pool,
    chairs: Vec<Chair>,
    pending: VecDeque<u16>,
    /// How many were drawn of each type, and its order so far.
    orders: BTreeMap<u16, (u32, Order)>,
}

/// Seats a panel and everything that followed; compares with whom the ledger seats.
pub(super) fn seat(told: &Told, lot: &Lot, panel: &[(u16, u16)], done: &mut Replay) {
    let pool = told.pool();
    let Ok(frame) = Frame::new(&pool) else {
        return; // the pool's step says why
    };
    let chairs: Vec<Chair> = panel
        .iter()
        .flat_map(|&(kind, seats)| {
            std::iter::repeat_n(Chair { kind, person: 0 }, usize::from(seats))
        })
        .collect();
    let mut hall = Hall {
        told,
        lot,
        frame: &frame,
        pool: &pool,
        pending: (0..).take(chairs.len()).collect(),
        chairs,
        orders: BTreeMap::new(),
    };
    let mut step = Step::new("Who sits");
    for &(kind, seats) in panel {
        let count = told
            .types
            .get(usize::from(kind))
            .map_or(0, |kind| kind.persons.len());
        step.says(format!(
            "{}: the lot shuffles {} and takes the first {seats}.",
            told.type_name(usize::from(kind)),
            many(count as u64, "person", "persons"),
        ));
    }
    hall.give(&mut step);
    step.says(format!("Seated: {}.", persons(&hall.seated())));
    let declined: Vec<&Passed> = told
        .says
        .passed
        .iter()
        .filter(|passed| passed.why == "declined")
        .collect();
    if declined.is_empty() {
        hall.compare(&mut step);
    }
    done.steps.push(step);
    for (place, passed) in declined.iter().enumerate() {
        let mut step = Step::new(format!("Person {} declined", passed.person));
        hall.decline(passed, &mut step);
        hall.give(&mut step);
        if place + 1 == declined.len() {
            step.says(format!("Seated then: {}.", persons(&hall.seated())));
            hall.compare(&mut step);
        }
        done.steps.push(step);
    }
    done.seats = hall.chairs.iter().map(|chair| chair.person).collect();
}

impl Hall<'_> {
    fn seated(&self) -> Vec<u32> {
        let all = self.chairs.iter().map(|chair| chair.person);
        all.filter(|person| *person > 0).collect()
    }

    /// Gives every seat that is to be given.
    fn give(&mut self, step: &mut Step) {
        while let Some(&seat) = self.pending.front() {
            let Some((kind, index, person)) = self.next(seat) else {
                step.says(format!(
                    "Seat {seat} stays empty: nobody is left who keeps the quotas."
                ));
                self.pending.pop_front();
                continue;
            };
            let place =
                |passed: &&Passed| (passed.seat, passed.kind, passed.index) == (seat, kind, index);
            let said = self.told.says.passed.iter().find(place);
            if let Some(passed) = said.filter(|passed| passed.why != "declined") {
                step.says(format!(
                    "Person {person} was drawn for seat {seat} and passed over: {}.",
                    in_words(&passed.why)
                ));
                if passed.person != person {
                    step.wrong(format!("the ledger passed over person {}", passed.person));
                }
                continue;
            }
            let from = self.chairs[usize::from(seat)].kind;
            if from != kind {
                step.says(format!(
                    "Nobody of {} is left for seat {seat}: it passes to {}, which keeps every quota.",
                    self.told.type_name(usize::from(from)),
                    self.told.type_name(usize::from(kind)),
                ));
            }
            self.chairs[usize::from(seat)] = Chair { kind, person };
            self.pending.pop_front();
        }
    }

    fn decline(&mut self, passed: &Passed, step: &mut Step) {
        let chair = self.chairs.get_mut(usize::from(passed.seat));
        let Some(chair) = chair.filter(|chair| chair.person == passed.person) else {
            step.wrong(format!(
                "person {} did not sit on seat {}",
                passed.person, passed.seat
            ));
            return;
        };
        chair.person = 0;
        step.says(format!(
            "At second {} seat {} was given back; the next of the same lot gets it.",
            passed.at, passed.seat
        ));
        self.pending.push_back(passed.seat);
    }

    /// Who is drawn next for a seat: type, place, person.
    fn next(&mut self, seat: u16) -> Option<(u16, u32, u32)> {
        let own = self.chairs[usize::from(seat)].kind;
        let kind = self.kind(own)?;
        let count = *self.pool.counts.get(usize::from(kind))?;
        let lot = self.lot;
        let (drawn, order) = self
            .orders
            .entry(kind)
            .or_insert_with(|| (0, lot.order_of_type(kind, count)));
        *drawn += 1;
        let index = order.next()?;
        let persons = &self.told.types.get(usize::from(kind))?.persons;
        Some((kind, index, persons.get(index as usize).copied()?))
    }

    fn left(&self, kind: u16) -> bool {
        let drawn = self.orders.get(&kind).map_or(0, |(drawn, _)| *drawn);
        let count = self.pool.counts.get(usize::from(kind));
        count.is_some_and(|count| drawn < *count)
    }

    fn kind(&self, own: u16) -> Option<u16> {
        if self.left(own) {
            return Some(own);
        }
        let seated = self.by_quota();
        let types = u16::try_from(self.pool.counts.len()).ok()?;
        self.lot
            .order_of_types(types)
            .filter_map(|kind| u16::try_from(kind).ok())
            .find(|kind| self.left(*kind) && self.keeps(&seated, own, *kind))
    }

    /// How many sit or will sit for each quota.
    fn by_quota(&self) -> Vec<u32> {
        let mut seated = vec![0; self.pool.quotas.len()];
        for (place, chair) in (0u16..).zip(&self.chairs) {
            if chair.person > 0 || self.pending.contains(&place) {
                for quota in self.frame.quotas_of(chair.kind.into()) {
                    seated[usize::from(*quota)] += 1;
                }
            }
        }
        seated
    }

    /// No quota is exceeded, and none is left short that was not short of more before.
    fn keeps(&self, seated: &[u32], from: u16, to: u16) -> bool {
        let counts = |kind: u16, quota: usize| {
            let of = self.frame.quotas_of(kind.into());
            u32::from(of.iter().any(|one| usize::from(*one) == quota))
        };
        self.pool
            .quotas
            .iter()
            .zip(seated)
            .enumerate()
            .all(|(place, (quota, &now))| {
                let then = (now + counts(to, place)).saturating_sub(counts(from, place));
                then <= quota.max.max(now) && then >= quota.min.min(now)
            })
    }

    /// The ledger seats the same, but for seats that are still to be given.
    fn compare(&self, step: &mut Step) {
        let says = &self.told.says;
        if says.seats.len() != self.chairs.len() {
            step.wrong(format!("the ledger has {} seats", says.seats.len()));
        }
        for ((place, chair), said) in (0u16..).zip(&self.chairs).zip(&says.seats) {
            if !says.pending.contains(&place) && chair.person != *said {
                step.wrong(format!(
                    "the ledger seats {} on seat {place}, the lot {}",
                    persons(&[*said]),
                    persons(&[chair.person])
                ));
            }
        }
    }
}

fn in_words(why: &str) -> &str {
    match why {
        "barred" => "may not deal any more (frozen, leaving or gone)",
        "rests" => "has sat as often running as the rules allow",
        other => other,
    }
}
