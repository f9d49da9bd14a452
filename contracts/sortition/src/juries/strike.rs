//! Strikes: before a jury sits, each side may strike a fifth of its size from
//! among those called: the first party is one side, all others together are
//! the other. So many more are called. In the order drawn, the first who are
//! left take the seats.

use mycel_kit::Id;

use super::course;
use super::error::JuryError;
use super::matter::{Matter, list};
use super::party;
use super::record::{self, Place, Step};
use super::vote::at_step;
use crate::bounds;
use crate::call::Call;
use crate::error::ContractError;

/// A party strikes persons; when both sides have struck all they may, the
/// jury sits.
///
/// # Errors
/// Not a party, another step, more than its side may, or nobody called.
pub fn strike(call: &mut Call<'_>, number: u64, persons: &[Id]) -> Result<(), ContractError> {
    bounds::within("persons", persons.len() as u64, 1, bounds::MAX_ITEMS as u64)?;
    let mut matter = Matter::load(call, number)?;
    let (_, first) = party::sender(call, number, &matter.case)?;
    at_step(call, &matter, Step::Striking)?;
    let struck = if first {
        Place::StruckByFirst
    } else {
        Place::StruckByOthers
    };
    let (used, most) = (
        matter.jury.count(|place| place == struck),
        matter.jury.strikes,
    );
    if usize::from(used) + persons.len() > usize::from(most) {
        return Err(JuryError::StrikesUsed {
            case: number,
            used,
            asked: persons.len(),
            most,
        }
        .into());
    }
    for Id(person) in persons {
        let gone = matter.release_one(call, *person, struck)?;
        if !gone {
            return Err(JuryError::NotCalled {
                case: number,
                person: *person,
            }
            .into());
        }
    }
    let persons: Vec<u64> = persons.iter().map(|Id(person)| *person).collect();
    call.event(
        "strike",
        &[
            ("case", &number),
            ("jury", &matter.which),
            ("side", if first { &"first" } else { &"others" }),
            ("persons", &list(&persons)),
        ],
    );
    let used = |side| matter.jury.count(|place| place == side) >= most;
    let others = super::draw::sides(&matter.case) > 1;
    if used(Place::StruckByFirst) && (!others || used(Place::StruckByOthers)) {
        seat(call, &mut matter)?;
    }
    matter.settle(call)
}

/// The first who are left take the seats; the rest is spared.
///
/// # Errors
/// Only for unreadable state.
pub fn seat(call: &mut Call<'_>, matter: &mut Matter) -> Result<(), ContractError> {
    let (mut seated, mut left) = (Vec::new(), matter.jury.size);
    for seat in &mut matter.jury.seats {
        if seat.place == Place::Called && left > 0 {
            seat.place = Place::Seated;
            left -= 1;
            record::sat(seat.person, matter.number, matter.which).save(call.storage, &1);
            seated.push(seat.person);
        }
    }
    matter.release(call, |place| place == Place::Called, |_| Place::Spared)?;
    call.event(
        "seated",
        &[
            ("case", &matter.number),
            ("jury", &matter.which),
            ("persons", &list(&seated)),
        ],
    );
    course::commit_begins(call, matter)
}
