//! attest: a rating is well made, and sealed with this deal's key for this direction.
//!
//! Public: K, deal, dir, w, ct, c. Secret: the deal's key, outcome, eco, reciprocity.
//!
//! What each group of rows forbids:
//! - `direction`: a third direction, whose mask or blinding is another hash's output.
//! - `weight`: a weight above 16 bits, which would spill into eco.
//! - `key`: a key other than the one both partners know.
//! - `rating`: an outcome that is neither, eco or reciprocity over 1000.
//! - `mask`: a ciphertext that the owner decrypts to something else than what
//!   is in its mailbox, and so could never open.
//! - `blinding`: a blinding that the owner cannot derive: the entry would lock
//!   the mailbox for ever.
//! - `commitment`: an entry of another rating, or of another weight than the deal's.

use ark_bn254::Fr;
use ark_ff::AdditiveGroup;
use mycel_mailbox::entry::MILLE;
use mycel_mailbox::hash::p2;
use mycel_mailbox::tag::selector;
use mycel_mailbox::{DealKey, Direction, Rating};

use crate::circuit::Circuit;
use crate::gadgets::bits::{boolean, number, require_boolean, require_range};
use crate::gadgets::poseidon::{poseidon, tagged};
use crate::gadgets::seal::{MILLE_BITS, Parts, WEIGHT_BITS, commitment};
use crate::refusal::{Refusal, equal};
use crate::sheet::Sheet;
use crate::wire::Wire;

/// A rating and its seal.
#[derive(Clone)]
pub struct Attest {
    /// What the deal shows of its key.
    pub k: Fr,
    /// The deal's number in the field.
    pub deal: Fr,
    /// 0: a rates b, 1: b rates a.
    pub direction: u8,
    /// The deal's weight, as the contract has it.
    pub weight: u16,
    /// The masked rating.
    pub ct: Fr,
    /// The entry.
    pub c: Fr,
    /// Secret: the deal's key.
    pub key: Fr,
    /// Secret: outcome, eco, reciprocity. Its weight is the deal's.
    pub rating: Rating,
}

impl Attest {
    /// A rating sealed with a deal's key; its weight must be the deal's.
    pub fn new(key: &DealKey, direction: Direction, rating: Rating) -> Result<Self, Refusal> {
        let sealed = key.seal(direction, &rating)?;
        Ok(Self {
            k: key.k(),
            deal: key.deal,
            direction: direction.number() as u8,
            weight: rating.weight,
            ct: sealed.ct,
            c: sealed.c,
            key: key.key,
            rating,
        })
    }
}

impl std::fmt::Debug for Attest {
    /// Says nothing of its secrets, wherever it is written to.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Attest(secret)")
    }
}

impl Circuit for Attest {
    const NAME: &'static str = "attest";

    fn publics(&self) -> Vec<Fr> {
        let (dir, weight) = (self.direction.into(), self.weight.into());
        vec![self.k, self.deal, dir, weight, self.ct, self.c]
    }

    fn check(&self) -> Result<(), Refusal> {
        let direction = Direction::try_from(self.direction)?;
        let deal = DealKey {
            key: self.key,
            deal: self.deal,
        };
        self.rating.check()?;
        let rating = Rating {
            weight: self.weight,
            ..self.rating
        };
        equal(
            "weight",
            self.rating.weight.into(),
            self.weight.into(),
            "rate with the deal's weight",
        )?;
        equal(
            "k",
            self.k,
            deal.k(),
            "use the key that both partners derived for this deal",
        )?;
        let sealed = deal.seal(direction, &rating)?;
        equal("ct", self.ct, sealed.ct, "seal the rating again")?;
        equal(
            "c",
            self.c,
            p2(rating.packed().into(), sealed.rho),
            "seal the rating again",
        )
    }

    fn synthesize(&self, sheet: &mut Sheet) {
        let [k, deal, dir, weight, ct, c] = self
            .publics()
            .try_into()
            .map(|all: [Fr; 6]| all.map(|x| sheet.input(x)))
            .expect("six");
        let key = sheet.witness(self.key);

        sheet.group("direction", |sheet| require_boolean(sheet, &dir));
        sheet.group("weight", |sheet| require_range(sheet, &weight, WEIGHT_BITS));
        sheet.group("key", |sheet| {
            let own = tagged(sheet, &key, &deal, selector::KEY);
            sheet.require_equal(&own, &k);
        });
        let parts = sheet.group("rating", |sheet| {
            let outcome = boolean(sheet, self.rating.outcome);
            let [eco, reciprocity] = [self.rating.eco, self.rating.reciprocity].map(|mille| {
                let mille = number(sheet, mille.into(), MILLE_BITS);
                require_range(
                    sheet,
                    &(Wire::constant(u64::from(MILLE)) - &mille),
                    MILLE_BITS,
                );
                mille
            });
            Parts {
                outcome,
                weight,
                eco,
                reciprocity,
            }
        });
        sheet.group("mask", |sheet| {
            let selector = &dir + (selector::BASE + selector::PAD);
            let mask = poseidon(sheet, &[&key, &deal, &selector]);
            sheet.require_equal(&(parts.packed() + mask), &ct);
        });
        let rho = sheet.group("blinding", |sheet| {
            let selector = &dir + (selector::BASE + selector::RHO);
            poseidon(sheet, &[&key, &deal, &selector])
        });
        sheet.group("commitment", |sheet| {
            let own = commitment(sheet, &parts.packed(), &rho);
            sheet.require_equal(&own, &c);
        });
    }

    fn example(seed: u64) -> Self {
        crate::example::attest(seed)
    }

    fn blank() -> Self {
        Self {
            k: Fr::ZERO,
            deal: Fr::ZERO,
            direction: 0,
            weight: 0,
            ct: Fr::ZERO,
            c: Fr::ZERO,
            key: Fr::ZERO,
            rating: Rating::default(),
        }
    }
}
