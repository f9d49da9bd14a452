//! Ratings that were promised: what the chain keeps of one is a hash, and a hash of two million possible ratings, sealed
//! and salted with what only this key knows, says to whoever has the key which of them it was.
use mycel_mailbox::{
    DealKey, Direction, Fr, MailboxError, Rating, Sealed, entry::MILLE, tag::Element,
};

use super::{
    Keyring,
    mailbox::{committed, seal},
};

/// People say round numbers: those that are multiples of these come first.
const ROUND: [u16; 6] = [500, 100, 50, 10, 5, 1];

/// What one could have promised of a deal, and how it is told.
pub struct Promise<'a> {
    keyring: &'a Keyring,
    key: &'a DealKey,
    deal: &'a Element,
    dir: Direction,
    /// As the contract set it.
    weight: u16,
    /// What the chain keeps.
    hash: [u8; 32],
}

impl<'a> Promise<'a> {
    /// Of a deal's rating in a direction, whose hash the chain keeps.
    pub fn new(
        keyring: &'a Keyring,
        key: &'a DealKey,
        deal: &'a Element,
        dir: Direction,
        weight: u16,
        hash: [u8; 32],
    ) -> Self {
        Self {
            keyring,
            key,
            deal,
            dir,
            weight,
            hash,
        }
    }

    /// Whether it was this rating.
    pub fn is(&self, rating: &Rating) -> bool {
        let sealed = seal(self.keyring, self.key, self.deal, self.dir, rating);
        sealed.is_ok_and(|(sealed, salt)| committed(&sealed, &salt) == self.hash)
    }

    /// Tries all that it can have been, one hash of the field each: a minute or two where the numbers are not round.
    /// `None` where these keys did not promise it.
    pub fn find(&self) -> Result<Option<Rating>, MailboxError> {
        let weight = self.weight;
        let none = Rating {
            weight,
            ..Rating::default()
        };
        let (base, salt) = seal(self.keyring, self.key, self.deal, self.dir, &none)?;
        let pad = base.ct - Fr::from(none.packed());
        let found = candidates().find(|(outcome, eco, reciprocity)| {
            let rating = Rating {
                outcome: *outcome,
                weight,
                eco: *eco,
                reciprocity: *reciprocity,
            };
            let sealed = Sealed {
                c: rating.entry(base.rho, 0).commitment(),
                ct: pad + Fr::from(rating.packed()),
                rho: base.rho,
            };
            committed(&sealed, &salt) == self.hash
        });
        Ok(found.map(|(outcome, eco, reciprocity)| Rating {
            outcome,
            weight,
            eco,
            reciprocity,
        }))
    }
}

/// All ratings, round ones first, each once.
fn candidates() -> impl Iterator<Item = (bool, u16, u16)> {
    let rounds = (0..ROUND.len()).map(|place| {
        (
            ROUND[place],
            place.checked_sub(1).map(|before| ROUND[before]),
        )
    });
    rounds.flat_map(|(step, before)| {
        let values = move || (0..=MILLE).step_by(step.into());
        let had = move |value: u16| before.is_some_and(|before| value.is_multiple_of(before));
        values()
            .flat_map(move |eco| values().map(move |reciprocity| (eco, reciprocity)))
            .filter(move |(eco, reciprocity)| !(had(*eco) && had(*reciprocity)))
            .flat_map(|(eco, reciprocity)| [true, false].map(|outcome| (outcome, eco, reciprocity)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_ratings_are_tried_once_each_and_round_ones_first() {
        let all: Vec<_> = candidates().collect();
        assert_eq!(all.len(), 2 * 1_001 * 1_001);
        let different: std::collections::HashSet<_> = all.iter().collect();
        assert_eq!(different.len(), all.len());
        let place = |one| all.iter().position(|other| *other == one).unwrap();
        assert!(place((true, 500, 500)) < 20);
        assert!(place((false, 700, 900)) < 300);
        assert!(place((true, 735, 20)) > 20_000);
    }
}
