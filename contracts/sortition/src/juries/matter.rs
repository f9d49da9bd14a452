//! A case and the jury that sits or sat last, while a message works on them.

use super::record::{self, Case, Drawing, Jury, Place, Step, Totals};
use super::show;
use crate::agenda;
use crate::beacon;
use crate::call::Call;
use crate::error::ContractError;
use crate::state::Task;

/// How often absent jurors are replaced.
pub const REPLACEMENTS: usize = 2;
/// The longest between two looks at a beacon that is late, in seconds.
const LATE_MOST: u64 = 3_600;

/// A case at work.
pub struct Matter {
    /// The case's number.
    pub number: u64,
    /// Which jury: 0 or 1.
    pub which: u8,
    /// The case.
    pub case: Case,
    /// The jury.
    pub jury: Jury,
    /// The sums.
    pub totals: Totals,
}

impl Matter {
    /// Loads a case with its jury.
    ///
    /// # Errors
    /// An unknown case.
    pub fn load(call: &Call<'_>, number: u64) -> Result<Matter, ContractError> {
        let case = show::load(call.storage, number)?;
        let which = case.jury();
        Ok(Matter {
            number,
            which,
            jury: record::jury(number, which).load(call.storage)?,
            case,
            totals: record::totals().load(call.storage)?,
        })
    }

    /// Writes all three.
    pub fn save(&self, call: &mut Call<'_>) {
        record::case(self.number).save(call.storage, &self.case);
        record::jury(self.number, self.which).save(call.storage, &self.jury);
        record::totals().save(call.storage, &self.totals);
    }

    /// Writes, and says when it wants to be looked at again.
    ///
    /// # Errors
    /// Only for unreadable state.
    pub fn settle(&self, call: &mut Call<'_>) -> Result<(), ContractError> {
        self.save(call);
        let due = self.due(call)?;
        agenda::set(call, Task::Case(self.number), due)
    }

    /// When there is something to do.
    ///
    /// # Errors
    /// Only for unreadable state.
    pub fn due(&self, call: &Call<'_>) -> Result<Option<u64>, ContractError> {
        let over = self.case.deadline.saturating_add(1);
        Ok(match self.jury.step {
            Step::Drawing => {
                let drawing = self.drawing(call)?;
                let time = beacon::time_of(call, drawing.round)?;
                let due = if drawing.seed.is_some() {
                    call.now
                } else if time > call.now {
                    time
                } else {
                    // late: looked for more and more rarely
                    let late = (call.now - time) / 2;
                    call.now.saturating_add(late.clamp(1, LATE_MOST))
                };
                Some(due.min(over))
            }
            Step::Striking | Step::Committing | Step::Revealing => Some(self.jury.until.min(over)),
            Step::Serving => Some(over),
            Step::Ended => None,
        })
    }

    /// The drawing under way.
    ///
    /// # Errors
    /// Only for unreadable state.
    pub fn drawing(&self, call: &Call<'_>) -> Result<Drawing, ContractError> {
        Ok(record::drawing(self.number, self.which).load(call.storage)?)
    }

    /// A sixteenth of the time that a jury has: one for striking, three for
    /// committing, one for revealing, and the latter two twice again.
    #[must_use]
    pub fn part(&self) -> u64 {
        (self.case.term() / 16).max(1)
    }

    /// Seconds until the deadline.
    #[must_use]
    pub fn remaining(&self, now: u64) -> u64 {
        self.case.deadline.saturating_sub(now)
    }

    /// Whether absent jurors can still be replaced: not more than twice, and
    /// only while those who come have the time to judge.
    #[must_use]
    pub fn can_replace(&self, now: u64) -> bool {
        self.jury.replaced() < REPLACEMENTS && self.remaining(now) > 4 * self.part()
    }

    /// A person is called, or seated.
    ///
    /// # Errors
    /// Only for unreadable state.
    pub fn hold(
        &mut self,
        call: &mut Call<'_>,
        person: u64,
        place: Place,
    ) -> Result<(), ContractError> {
        let key = record::places(person);
        let mut places = key.may_load(call.storage)?.unwrap_or_default();
        places.push((self.number, self.which));
        key.save(call.storage, &places);
        self.totals.places = self.totals.places.saturating_add(1);
        let spared = self
            .jury
            .seats
            .iter_mut()
            .find(|seat| seat.person == person);
        match spared {
            Some(seat) => seat.place = place,
            None => self.jury.seats.push(record::Seat { person, place }),
        }
        if place != Place::Called {
            record::sat(person, self.number, self.which).save(call.storage, &1);
        }
        Ok(())
    }

    /// One person that holds a place here goes to another and holds nothing
    /// any more. Whether there was such a person.
    ///
    /// # Errors
    /// Only for unreadable state.
    pub fn release_one(
        &mut self,
        call: &mut Call<'_>,
        person: u64,
        to: Place,
    ) -> Result<bool, ContractError> {
        let held = |seat: &&mut record::Seat| seat.person == person && seat.place.holds();
        let Some(seat) = self.jury.seats.iter_mut().find(held) else {
            return Ok(false);
        };
        seat.place = to;
        self.free(call, person)?;
        Ok(true)
    }

    fn free(&mut self, call: &mut Call<'_>, person: u64) -> Result<(), ContractError> {
        let key = record::places(person);
        let mut places = key.may_load(call.storage)?.unwrap_or_default();
        places.retain(|place| *place != (self.number, self.which));
        if places.is_empty() {
            call.storage.remove(key.bytes());
        } else {
            key.save(call.storage, &places);
        }
        self.totals.places = self.totals.places.saturating_sub(1);
        Ok(())
    }

    /// Everybody at a place that is so goes to another, and holds nothing here
    /// any more. Gives who.
    ///
    /// # Errors
    /// Only for unreadable state.
    pub fn release(
        &mut self,
        call: &mut Call<'_>,
        so: impl Fn(Place) -> bool,
        to: impl Fn(Place) -> Place,
    ) -> Result<Vec<u64>, ContractError> {
        let mut released = Vec::new();
        for seat in &mut self.jury.seats {
            if !seat.place.holds() || !so(seat.place) {
                continue;
            }
            seat.place = to(seat.place);
            released.push(seat.person);
        }
        for person in &released {
            self.free(call, *person)?;
        }
        Ok(released)
    }
}

/// Numbers in an event.
#[must_use]
pub fn list(persons: &[u64]) -> String {
    let texts: Vec<String> = persons.iter().map(u64::to_string).collect();
    texts.join(",")
}
