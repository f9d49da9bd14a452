//! Validator sets with their keys ready for verification.
use std::sync::Arc;

use arc_malachitebft_core_types as core;
use ed25519_consensus::VerificationKey;
use mycel_types::header;

use super::{Address, Chain};

/// A member of a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validator {
    address: Address,
    key: VerificationKey,
    power: u64,
}

impl core::Validator<Chain> for Validator {
    fn address(&self) -> &Address {
        &self.address
    }

    fn public_key(&self) -> &VerificationKey {
        &self.key
    }

    fn voting_power(&self) -> u64 {
        self.power
    }
}

/// Who votes at a height: the chain's own set, and each key decoded once. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ValidatorSet {
    set: Arc<header::ValidatorSet>,
    members: Arc<[Validator]>,
}

impl PartialEq for ValidatorSet {
    fn eq(&self, other: &Self) -> bool {
        self.set == other.set
    }
}

impl Eq for ValidatorSet {}

impl ValidatorSet {
    /// Decodes the keys. `None` for the empty set, or if a key is no point of the curve; the chain admits neither.
    pub fn new(set: Arc<header::ValidatorSet>) -> Option<Self> {
        let members: Arc<[Validator]> = set
            .iter()
            .map(|v| {
                Some(Validator {
                    address: Address(v.address),
                    key: VerificationKey::try_from(v.key).ok()?,
                    power: v.power,
                })
            })
            .collect::<Option<_>>()?;
        if members.is_empty() {
            return None;
        }
        Some(Self { set, members })
    }

    /// The chain's own set.
    pub fn set(&self) -> &header::ValidatorSet {
        &self.set
    }

    pub(super) fn proposer(&self, height: u64, round: u32) -> &Validator {
        let wanted = self.set.proposer(height, round).map(|v| v.address);
        self.members
            .iter()
            .find(|m| Some(m.address.0) == wanted)
            .unwrap_or(&self.members[0])
    }
}

impl core::ValidatorSet<Chain> for ValidatorSet {
    fn count(&self) -> usize {
        self.members.len()
    }

    fn total_voting_power(&self) -> u64 {
        self.set.total_power()
    }

    fn get_by_address(&self, address: &Address) -> Option<&Validator> {
        self.members.iter().find(|v| v.address == *address)
    }

    fn get_by_index(&self, index: usize) -> Option<&Validator> {
        self.members.get(index)
    }
}
