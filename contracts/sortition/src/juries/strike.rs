//! Strikes: before a jury sits, each side may strike a fifth of its size from
//! among those called: the first party is one side, all others together are
//! the other. So many more are called. In the order drawn, the first who are
//! left take the seats.
//!
//! A side's strikes are dealt round to its parties, one each, in the order in
//! which the case names them, until none is left: of four strikes two parties
//! have two each, three have two, one and one, and of five parties the first
//! four have one. What is one party's no other uses, however late it comes: who
//! is first to strike takes nothing from who is on its side, and who is there
//! only to take another's strikes away takes no more than a share.

use mycel_kit::Id;

use super::course;
use super::error::JuryError;
use super::matter::{Matter, list};
use super::party;
use super::record::{self, Case, Place, Step};
use super::vote::at_step;
use crate::bounds;
use crate::call::Call;
use crate::error::ContractError;

/// The parties of the other side, each once, in the order named.
fn others(case: &Case) -> Vec<u64> {
    let mut others = Vec::new();
    for party in &case.parties {
        if case.parties.first() != Some(party) && !others.contains(party) {
            others.push(*party);
        }
    }
    others
}

/// How many sides strike: the first party, and the others if there are any.
#[must_use]
pub fn sides(case: &Case) -> u16 {
    1 + u16::from(!others(case).is_empty())
}

/// How many each party may strike of the so many that each side may: the first
/// all of its side's, the others theirs dealt round.
#[must_use]
pub fn shares(case: &Case, strikes: u16) -> Vec<(u64, u16)> {
    let mut shares: Vec<(u64, u16)> = others(case).into_iter().map(|party| (party, 0)).collect();
    let count = shares.len();
    for nth in 0..usize::from(strikes) {
        if let Some((_, share)) = nth.checked_rem(count).and_then(|at| shares.get_mut(at)) {
            *share += 1;
        }
    }
    let first = case.parties.first().map(|first| (*first, strikes));
    first.into_iter().chain(shares).collect()
}

/// A party strikes persons; when everybody has struck whom they may, the
/// jury sits.
///
/// # Errors
/// Not a party, another step, more than its share, or nobody called.
pub fn strike(call: &mut Call<'_>, number: u64, persons: &[Id]) -> Result<(), ContractError> {
    bounds::within("persons", persons.len() as u64, 1, bounds::MAX_ITEMS as u64)?;
    let mut matter = Matter::load(call, number)?;
    let (party, first) = party::sender(call, number, &matter.case)?;
    at_step(call, &matter, Step::Striking)?;
    let shares = shares(&matter.case, matter.jury.strikes);
    let mine = shares.iter().find(|(one, _)| *one == party);
    let most = mine.map_or(0, |(_, share)| *share);
    let used = matter.jury.struck_by(party);
    if usize::from(used) + persons.len() > usize::from(most) {
        return Err(JuryError::StrikesUsed {
            case: number,
            used,
            asked: persons.len(),
            most,
        }
        .into());
    }
    let struck = if first {
        Place::StruckByFirst
    } else {
        Place::StruckByOthers
    };
    for Id(person) in persons {
        let gone = matter.release_one(call, *person, struck)?;
        if !gone {
            return Err(JuryError::NotCalled {
                case: number,
                person: *person,
            }
            .into());
        }
        matter.jury.strikers.push(party);
    }
    let persons: Vec<u64> = persons.iter().map(|Id(person)| *person).collect();
    call.event(
        "strike",
        &[
            ("case", &number),
            ("jury", &matter.which),
            ("party", &party),
            ("side", if first { &"first" } else { &"others" }),
            ("persons", &list(&persons)),
        ],
    );
    let all: usize = shares.iter().map(|(_, share)| usize::from(*share)).sum();
    if matter.jury.strikers.len() >= all {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sides_strikes_are_dealt_round_to_its_parties_in_the_order_named() {
        let of = |parties: &[u64], strikes| {
            let case = Case {
                client: String::new(),
                reference: String::new(),
                kind: String::new(),
                size: 5 * strikes,
                threshold_bps: 1,
                parties: parties.to_vec(),
                opened: 0,
                deadline: 0,
                appealed: None,
                verdicts: Vec::new(),
                lapsed: None,
            };
            shares(&case, strikes)
        };
        assert_eq!(of(&[7], 4), [(7, 4)]);
        assert_eq!(of(&[7, 7], 4), [(7, 4)]);
        assert_eq!(of(&[7, 2], 4), [(7, 4), (2, 4)]);
        assert_eq!(of(&[7, 9, 2], 4), [(7, 4), (9, 2), (2, 2)]);
        assert_eq!(of(&[7, 9, 9, 2, 7], 4), [(7, 4), (9, 2), (2, 2)]);
        assert_eq!(of(&[7, 9, 2, 3], 4), [(7, 4), (9, 2), (2, 1), (3, 1)]);
        assert_eq!(of(&[7, 9, 2, 3], 2), [(7, 2), (9, 1), (2, 1), (3, 0)]);
        assert_eq!(of(&[7, 9, 2], 0), [(7, 0), (9, 0), (2, 0)]);
        // nothing is lost and nothing won, however many they are
        for count in 2..=50u64 {
            for strikes in 0..=20u16 {
                let parties: Vec<u64> = (1..=count).collect();
                let shares = of(&parties, strikes);
                let others: u16 = shares[1..].iter().map(|(_, share)| share).sum();
                assert_eq!((shares[0].1, others), (strikes, strikes));
            }
        }
    }
}
