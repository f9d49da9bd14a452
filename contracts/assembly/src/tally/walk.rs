//! The walk over delegations: where each elector's voice ends.
//!
//! Electors have places, ascending by person. Each has a **mark**: not known,
//! on the way, or settled: round ([`LOOPED`]), for nobody ([`UNREPRESENTED`]),
//! or in the ballot of the elector at a place. The walk takes the places in
//! order. From one that is not known it follows delegations, marking "on the
//! way", until it meets a settled mark, its own way (a loop), or the end of the
//! chain; then it goes the same way again and gives every mark on it that
//! result (path compression). So each elector is passed at most twice, whatever
//! the chains look like, and the walk may stop after any step.
//!
//! Whoever voted, or has nobody to speak for it, is settled from the start.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_std::Storage;

use super::column::Column;
use crate::error::ContractError;

const PERSONS: u8 = b'q';
const LINKS: u8 = b'l';
const MARKS: u8 = b'm';
const WEIGHTS: u8 = b'v';

const UNKNOWN: u32 = 0;
const ON_THE_WAY: u32 = 1;
/// Delegations go round.
pub const LOOPED: u32 = 2;
/// Nobody speaks.
pub const UNREPRESENTED: u32 = 3;
/// The mark of a place's ballot is this and the place.
const BALLOT: u32 = 4;

/// The link of one who has no say any more.
const GONE: u64 = u64::MAX;

/// What is known of an elector before the walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// It voted.
    Voted,
    /// This person speaks for it.
    Delegates(u64),
    /// It neither voted nor delegated.
    Nobody,
    /// It has no say any more.
    Gone,
}

impl Start {
    /// Whether nobody speaks for it from the start.
    #[must_use]
    pub const fn is_silent(self) -> bool {
        matches!(self, Start::Nobody | Start::Gone)
    }
}

/// How far a walk is.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Walk {
    /// The first elector that is not settled for sure.
    pub next: u32,
    /// Where the way from it is now.
    pub at: Option<u32>,
    /// What the way has found, while it is gone again.
    pub found: Option<u32>,
    /// How many go round.
    pub looped: u32,
    /// For how many nobody speaks.
    pub unrepresented: u32,
}

/// The electors of one tally.
pub struct Electors {
    count: u32,
    persons: Column<u64>,
    links: Column<u64>,
    marks: Column<u32>,
    weights: Column<u32>,
}

/// Where an elector's voice has gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// Not settled yet.
    Not,
    /// Round.
    Looped,
    /// To nobody.
    Unrepresented,
    /// Into the ballot of the elector at this place.
    Ballot(u32),
}

impl Electors {
    /// Those of a proposal's tally, so far.
    ///
    /// # Errors
    /// Unreadable state.
    pub fn open(storage: &dyn Storage, proposal: u64) -> Result<Electors, ContractError> {
        let persons = Column::new(PERSONS, proposal, 8);
        Ok(Electors {
            count: persons.count(storage)?,
            persons,
            links: Column::new(LINKS, proposal, 8),
            marks: Column::new(MARKS, proposal, 4),
            weights: Column::new(WEIGHTS, proposal, 4),
        })
    }

    /// How many there are.
    #[must_use]
    pub const fn count(&self) -> u32 {
        self.count
    }

    /// Appends electors, ascending by person, above all that there are.
    ///
    /// # Errors
    /// Unreadable state.
    pub fn append(
        &mut self,
        storage: &mut dyn Storage,
        electors: &[(u64, Start)],
    ) -> Result<(), ContractError> {
        let (mut persons, mut links, mut marks, mut weights) = (vec![], vec![], vec![], vec![]);
        for (place, (person, start)) in (self.count..).zip(electors) {
            let (link, mark, weight) = match start {
                Start::Voted => (0, place.saturating_add(BALLOT), 1),
                Start::Delegates(to) => (*to, UNKNOWN, 0),
                Start::Nobody => (0, UNREPRESENTED, 0),
                Start::Gone => (GONE, UNREPRESENTED, 0),
            };
            persons.push(*person);
            links.push(link);
            marks.push(mark);
            weights.push(weight);
        }
        self.persons.append(storage, &persons)?;
        self.links.append(storage, &links)?;
        self.marks.append(storage, &marks)?;
        self.weights.append(storage, &weights)?;
        self.count = self.count.saturating_add(persons.len() as u32);
        Ok(())
    }

    /// Writes what was changed.
    pub fn write(self, storage: &mut dyn Storage) {
        self.marks.write(storage);
        self.weights.write(storage);
    }

    /// The place of a person, if it is an elector.
    ///
    /// # Errors
    /// Unreadable state.
    pub fn place(
        &mut self,
        storage: &dyn Storage,
        person: u64,
    ) -> Result<Option<u32>, ContractError> {
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.persons.get(storage, middle)?.cmp(&person) {
                std::cmp::Ordering::Equal => return Ok(Some(middle)),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        Ok(None)
    }

    /// The person at a place.
    ///
    /// # Errors
    /// Nobody there; unreadable state.
    pub fn person(&mut self, storage: &dyn Storage, place: u32) -> Result<u64, ContractError> {
        self.persons.get(storage, place)
    }

    /// What was read of the elector at a place.
    ///
    /// # Errors
    /// Nobody there; unreadable state.
    pub fn start(&mut self, storage: &dyn Storage, place: u32) -> Result<Start, ContractError> {
        Ok(match self.links.get(storage, place)? {
            0 if self.weights.get(storage, place)? > 0 => Start::Voted,
            0 => Start::Nobody,
            GONE => Start::Gone,
            to => Start::Delegates(to),
        })
    }

    /// How many stand behind the ballot of the elector at a place; 0: none was cast.
    ///
    /// # Errors
    /// Nobody there; unreadable state.
    pub fn weight(&mut self, storage: &dyn Storage, place: u32) -> Result<u32, ContractError> {
        self.weights.get(storage, place)
    }

    /// Where the voice of the elector at a place has gone.
    ///
    /// # Errors
    /// Nobody there; unreadable state.
    pub fn settled(&mut self, storage: &dyn Storage, place: u32) -> Result<Settled, ContractError> {
        Ok(match self.marks.get(storage, place)? {
            UNKNOWN | ON_THE_WAY => Settled::Not,
            LOOPED => Settled::Looped,
            UNREPRESENTED => Settled::Unrepresented,
            mark => Settled::Ballot(mark - BALLOT),
        })
    }

    /// One step of a walk. False: all are settled.
    ///
    /// # Errors
    /// Unreadable state.
    pub fn step(&mut self, storage: &dyn Storage, walk: &mut Walk) -> Result<bool, ContractError> {
        if walk.next >= self.count {
            return Ok(false);
        }
        let at = walk.at.unwrap_or(walk.next);
        let mark = self.marks.get(storage, at)?;
        match (walk.found, mark) {
            // on, along the delegation
            (None, UNKNOWN) => {
                self.marks.set(storage, at, ON_THE_WAY)?;
                let link = self.links.get(storage, at)?;
                match self.place(storage, link)? {
                    Some(to) => walk.at = Some(to),
                    None => walk.turn(UNREPRESENTED),
                }
            }
            // the way meets itself
            (None, ON_THE_WAY) => walk.turn(LOOPED),
            // nothing to do for this one, or the way meets what is settled
            (None, settled) => match walk.at {
                None => walk.next += 1,
                Some(_) => walk.turn(settled),
            },
            // the same way again
            (Some(found), ON_THE_WAY) => {
                self.marks.set(storage, at, found)?;
                self.add(storage, walk, found)?;
                let link = self.links.get(storage, at)?;
                match self.place(storage, link)? {
                    Some(to) => walk.at = Some(to),
                    None => walk.end(),
                }
            }
            (Some(_), _) => walk.end(),
        }
        Ok(true)
    }

    /// One more voice has gone somewhere.
    fn add(
        &mut self,
        storage: &dyn Storage,
        walk: &mut Walk,
        mark: u32,
    ) -> Result<(), ContractError> {
        match mark {
            LOOPED => walk.looped = walk.looped.saturating_add(1),
            UNREPRESENTED => walk.unrepresented = walk.unrepresented.saturating_add(1),
            ballot => {
                let place = ballot.saturating_sub(BALLOT);
                let weight = self.weights.get(storage, place)?;
                self.weights.set(storage, place, weight.saturating_add(1))?;
            }
        }
        Ok(())
    }
}

impl Walk {
    /// The end of the way is known: the same way again, from its beginning.
    fn turn(&mut self, found: u32) {
        self.found = Some(found);
        self.at = Some(self.next);
    }

    /// The whole way is settled.
    fn end(&mut self) {
        self.found = None;
        self.at = None;
        self.next += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cosmwasm_std::testing::MockStorage;
    use std::collections::BTreeMap;

    /// Chases every chain by itself: how many stand behind each ballot, go round, have nobody.
    fn reference(electors: &[(u64, Start)]) -> (BTreeMap<u64, u32>, u32, u32) {
        let all: BTreeMap<u64, Start> = electors.iter().copied().collect();
        let (mut weights, mut looped, mut unrepresented) = (BTreeMap::new(), 0, 0);
        for (person, _) in electors {
            let (mut at, mut hops) = (*person, 0);
            loop {
                match all.get(&at) {
                    Some(Start::Voted) => break *weights.entry(at).or_default() += 1,
                    Some(Start::Delegates(to)) => at = *to,
                    Some(Start::Nobody | Start::Gone) | None => break unrepresented += 1,
                }
                hops += 1;
                if hops > all.len() {
                    break looped += 1;
                }
            }
        }
        (weights, looped, unrepresented)
    }

    /// The walk, `steps` in each message.
    fn walked(
        electors: &[(u64, Start)],
        steps: u32,
        page: usize,
    ) -> (BTreeMap<u64, u32>, u32, u32) {
        let mut storage = MockStorage::new();
        for some in electors.chunks(page.max(1)) {
            let mut open = Electors::open(&storage, 1).unwrap();
            open.append(&mut storage, some).unwrap();
        }
        let mut walk = Walk::default();
        let none = electors.iter().filter(|(_, start)| start.is_silent());
        walk.unrepresented = none.count() as u32;
        let mut going = true;
        let mut messages = 0;
        while going {
            let mut open = Electors::open(&storage, 1).unwrap();
            for _ in 0..steps {
                going = going && open.step(&storage, &mut walk).unwrap();
            }
            open.write(&mut storage);
            let bytes = borsh::to_vec(&walk).unwrap();
            walk = borsh::from_slice(&bytes).unwrap();
            messages += 1;
            assert!(messages <= 4 * electors.len() + 2, "it goes on and on");
        }
        let mut open = Electors::open(&storage, 1).unwrap();
        let mut weights = BTreeMap::new();
        for place in 0..open.count() {
            let weight = open.weight(&storage, place).unwrap();
            if weight > 0 {
                weights.insert(open.person(&storage, place).unwrap(), weight);
            }
            assert_ne!(open.settled(&storage, place).unwrap(), Settled::Not);
        }
        (weights, walk.looped, walk.unrepresented)
    }

    fn compare(electors: &[(u64, Start)], steps: u32, page: usize) {
        let (weights, looped, unrepresented) = walked(electors, steps, page);
        let (weights_too, looped_too, unrepresented_too) = reference(electors);
        assert_eq!(weights, weights_too, "{electors:?}");
        assert_eq!(
            (looped, unrepresented),
            (looped_too, unrepresented_too),
            "{electors:?}"
        );
        let voices: u32 = weights.values().sum();
        assert_eq!(voices + looped + unrepresented, electors.len() as u32);
    }

    /// SplitMix64.
    struct Seeded(u64);

    impl Seeded {
        fn below(&mut self, below: u64) -> u64 {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = self.0;
            z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
            (z ^ z >> 31) % below.max(1)
        }

        fn electors(&mut self) -> Vec<(u64, Start)> {
            let count = 1 + self.below(60);
            let (voters, silent) = (self.below(10), self.below(10));
            let mut person = 0;
            let persons: Vec<u64> = (0..count)
                .map(|_| {
                    person += 1 + self.below(3);
                    person
                })
                .collect();
            let start = |seeded: &mut Seeded| match seeded.below(30) {
                lot if lot < voters => Start::Voted,
                lot if lot < voters + silent => [Start::Nobody, Start::Gone][lot as usize % 2],
                _ => Start::Delegates(1 + seeded.below(person + 3)),
            };
            persons
                .into_iter()
                .map(|person| (person, start(self)))
                .collect()
        }
    }

    /// `MYCEL_TALLIES` sets how many graphs (default 10,000).
    #[test]
    fn random_delegations_end_where_chasing_each_chain_ends() {
        #[allow(clippy::disallowed_methods, reason = "a test's own setting")]
        let told = |name: &str, or: u64| {
            std::env::var(name)
                .ok()
                .and_then(|text| text.parse().ok())
                .unwrap_or(or)
        };
        let (cases, first) = (told("MYCEL_TALLIES", 10_000), told("MYCEL_SEED", 1));
        eprintln!("MYCEL_TALLIES={cases} MYCEL_SEED={first}");
        for seed in first..first + cases {
            let mut seeded = Seeded(seed);
            let electors = seeded.electors();
            let (steps, page) = (1 + seeded.below(20) as u32, 1 + seeded.below(50) as usize);
            compare(&electors, steps, page);
        }
    }

    #[test]
    fn a_walk_may_stop_after_any_step() {
        for seed in 1..20 {
            eprintln!("seed={seed}");
            let electors = Seeded(seed).electors();
            for steps in 1..=(electors.len() as u32 * 4 + 4) {
                compare(&electors, steps, 7);
            }
        }
    }

    #[test]
    fn a_circle_of_four_with_two_voters_is_two_and_two() {
        let (a, b, c, d) = (1, 2, 3, 4);
        let electors = [
            (a, Start::Voted),
            (b, Start::Delegates(c)),
            (c, Start::Voted),
            (d, Start::Delegates(a)),
        ];
        let (weights, looped, unrepresented) = walked(&electors, 1, 2);
        assert_eq!(weights, BTreeMap::from([(a, 2), (c, 2)]));
        assert_eq!((looped, unrepresented), (0, 0));
        let nobody = electors.map(|(person, _)| (person, Start::Delegates(person % 4 + 1)));
        assert_eq!(walked(&nobody, 3, 4), (BTreeMap::new(), 4, 0));
    }

    #[test]
    fn who_leads_into_a_loop_is_looped_and_to_no_elector_unrepresented() {
        let electors = [
            (1, Start::Delegates(2)),
            (2, Start::Delegates(3)),
            (3, Start::Delegates(2)),
            (4, Start::Delegates(9)),
            (5, Start::Delegates(4)),
            (6, Start::Nobody),
            (7, Start::Delegates(6)),
        ];
        assert_eq!(walked(&electors, 1, 3), (BTreeMap::new(), 3, 4));
    }

    #[test]
    fn each_elector_is_passed_at_most_twice_even_in_one_chain() {
        let count = 10_000;
        // the worst: every place is asked before the one it delegates to
        let mut electors: Vec<(u64, Start)> = (1..=count)
            .map(|person| (person, Start::Delegates(person + 1)))
            .collect();
        electors[count as usize - 1].1 = Start::Voted;
        let mut storage = MockStorage::new();
        let mut open = Electors::open(&storage, 1).unwrap();
        open.append(&mut storage, &electors).unwrap();
        let (mut walk, mut steps) = (Walk::default(), 0);
        while open.step(&storage, &mut walk).unwrap() {
            steps += 1;
        }
        assert!(steps <= 3 * count + 3, "steps={steps}");
        let last = open.weight(&storage, count as u32 - 1).unwrap();
        assert_eq!(u64::from(last), count);
    }
}
