//! Validator sets in CometBFT's order, their hash, and who proposes.
use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use prost::Message;
use tendermint::{PublicKey, validator, vote};
use tendermint_proto::{
    crypto::{PublicKey as RawKey, public_key::Sum},
    types::SimpleValidator,
};

use super::{HeaderError, merkle};
use crate::{Address, ValidatorUpdate};

/// CometBFT's limit on a set's power.
pub const MAX_TOTAL_POWER: u64 = (i64::MAX / 8) as u64;

/// A member of a validator set.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Validator {
    /// Derived from the key.
    pub address: Address,
    /// The ed25519 consensus key.
    pub key: [u8; 32],
    /// Voting power, above 0.
    pub power: u64,
}

/// Who votes at a height, ordered by power (highest first), then by address.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ValidatorSet {
    validators: Vec<Validator>,
}

impl ValidatorSet {
    /// A set from (key, power) pairs. Keys must be distinct and powers above 0.
    pub fn new(members: impl IntoIterator<Item = ([u8; 32], u64)>) -> Result<Self, HeaderError> {
        let mut by_key = BTreeMap::new();
        for (key, power) in members {
            if power == 0 || by_key.insert(key, power).is_some() {
                return Err(HeaderError::Validators(format!(
                    "key={} is twice there or without power",
                    hex::encode(key)
                )));
            }
        }
        Self::from_map(by_key)
    }

    fn from_map(by_key: BTreeMap<[u8; 32], u64>) -> Result<Self, HeaderError> {
        let mut total = 0u64;
        let mut validators = Vec::with_capacity(by_key.len());
        for (key, power) in by_key {
            total = total.saturating_add(power);
            if PublicKey::from_raw_ed25519(&key).is_none() {
                return Err(HeaderError::Validators(format!(
                    "key={} is no ed25519 key",
                    hex::encode(key)
                )));
            }
            validators.push(Validator {
                address: Address::of_ed25519(&key),
                key,
                power,
            });
        }
        if total > MAX_TOTAL_POWER {
            return Err(HeaderError::Validators(format!(
                "total power is above limit={MAX_TOTAL_POWER}"
            )));
        }
        validators.sort_by_key(|v| (std::cmp::Reverse(v.power), v.address));
        Ok(Self { validators })
    }

    /// The set after updates: a power of 0 removes, any other adds or changes. Never the empty set.
    pub fn apply(&self, updates: &[ValidatorUpdate]) -> Result<Self, HeaderError> {
        if updates.is_empty() {
            return Ok(self.clone());
        }
        let mut by_key: BTreeMap<[u8; 32], u64> =
            self.validators.iter().map(|v| (v.key, v.power)).collect();
        for update in updates {
            if update.power == 0 {
                by_key.remove(&update.key);
            } else {
                by_key.insert(update.key, update.power);
            }
        }
        if by_key.is_empty() {
            return Err(HeaderError::Validators("nobody would be left".into()));
        }
        Self::from_map(by_key)
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.validators.len()
    }

    /// Whether nobody is in it.
    pub fn is_empty(&self) -> bool {
        self.validators.is_empty()
    }

    /// The members in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Validator> {
        self.validators.iter()
    }

    /// The member at a place.
    pub fn at(&self, index: usize) -> Option<&Validator> {
        self.validators.get(index)
    }

    /// The member with this address.
    pub fn get(&self, address: &Address) -> Option<&Validator> {
        self.validators.iter().find(|v| v.address == *address)
    }

    /// The power of all together.
    pub fn total_power(&self) -> u64 {
        self.validators.iter().map(|v| v.power).sum()
    }

    /// Whether this much power is more than two thirds.
    pub fn is_quorum(&self, power: u64) -> bool {
        u128::from(power) * 3 > u128::from(self.total_power()) * 2
    }

    /// The header's `validators_hash`.
    pub fn hash(&self) -> [u8; 32] {
        let leaves: Vec<Vec<u8>> = self
            .validators
            .iter()
            .map(|v| {
                SimpleValidator {
                    pub_key: Some(RawKey {
                        sum: Some(Sum::Ed25519(v.key.to_vec())),
                    }),
                    // bounded by MAX_TOTAL_POWER
                    voting_power: v.power as i64,
                }
                .encode_to_vec()
            })
            .collect();
        merkle::root(&leaves)
    }

    /// Who proposes: a function of set, height and round alone.
    ///
    /// Round 0 goes to a weighted rotation: with powers divided by their greatest common divisor and T their
    /// sum, height h takes turn h·K mod T, where K is the number next to T/φ that has no divisor in common with
    /// T. So each validator proposes exactly in proportion to its power in any T consecutive heights, and its
    /// turns lie apart. Each further round goes to the next member in the set's order, so that nobody who is
    /// down holds up a height twice before everyone was asked.
    ///
    /// `None` only for the empty set.
    pub fn proposer(&self, height: u64, round: u32) -> Option<&Validator> {
        let n = self.validators.len();
        if n == 0 {
            return None;
        }
        let unit = self
            .validators
            .iter()
            .fold(0, |g, v| gcd(g, v.power))
            .max(1);
        let turns = self.total_power() / unit;
        let mut left = u128::from(height) * u128::from(stride(turns)) % u128::from(turns.max(1));
        let mut first = 0;
        for (i, v) in self.validators.iter().enumerate() {
            let own = u128::from(v.power / unit);
            if left < own {
                first = i;
                break;
            }
            left -= own;
        }
        self.validators.get((first + round as usize % n) % n)
    }

    /// The set in tendermint's type, with the proposer of round 0 at `height`.
    pub fn to_tendermint(&self, height: u64) -> validator::Set {
        let info = |v: &Validator| {
            Some(validator::Info::new(
                PublicKey::from_raw_ed25519(&v.key)?,
                vote::Power::try_from(v.power).ok()?,
            ))
        };
        let infos: Vec<_> = self.validators.iter().filter_map(info).collect();
        let proposer = self.proposer(height, 0).and_then(info);
        validator::Set::new(infos, proposer)
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// The number at or above turns/φ that shares no divisor with `turns`.
fn stride(turns: u64) -> u64 {
    if turns <= 2 {
        return 1;
    }
    // T · 0.618…; fits: T < 2^60
    let mut k = (u128::from(turns) * 618_033_988_749_894_848 / 1_000_000_000_000_000_000) as u64;
    k = k.max(1);
    while gcd(k, turns) != 1 {
        k += 1;
    }
    k
}
