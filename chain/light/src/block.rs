//! Blocks as far as a light client needs them: header, commit, validators.
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use tendermint::{
    Hash, PublicKey,
    block::{Commit, Header, signed_header::SignedHeader},
    validator, vote,
};

use crate::{VerifyError, limit};

/// A header with its commit and the validators who could sign it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LightBlock {
    /// The header, in CometBFT's JSON.
    #[serde(with = "crate::json::header")]
    pub header: Header,
    /// The commit for it, in CometBFT's JSON.
    #[serde(with = "crate::json::commit")]
    pub commit: Commit,
    /// The validator set of the header's height.
    pub validators: Validators,
    /// The validator set of the next height, needed only to skip from this block over a change of the set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_validators: Option<Validators>,
}

impl LightBlock {
    /// The header's height.
    pub fn height(&self) -> u64 {
        self.header.height.value()
    }

    /// The header's hash.
    pub fn hash(&self) -> [u8; 32] {
        bytes_of(self.header.hash())
    }

    pub(crate) fn signed_header(&self) -> Result<SignedHeader, VerifyError> {
        SignedHeader::new(self.header.clone(), self.commit.clone())
            .map_err(|e| VerifyError::commit(self.height(), e.to_string()))
    }
}

/// The bytes of a hash; an empty hash is all zero.
pub(crate) fn bytes_of(hash: Hash) -> [u8; 32] {
    match hash {
        Hash::Sha256(bytes) => bytes,
        Hash::None => [0; 32],
    }
}

/// A validator: what its set's hash covers, no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validator {
    /// The ed25519 consensus key.
    pub key: [u8; 32],
    /// Voting power, from 1.
    pub power: u64,
}

impl Validator {
    /// From a consensus key as tendermint knows it. Only ed25519 is known.
    pub fn new(key: PublicKey, power: u64) -> Result<Self, VerifyError> {
        let key = key
            .ed25519()
            .ok_or_else(|| VerifyError::Validators("consensus key is not ed25519".into()))?;
        let key = key
            .as_bytes()
            .try_into()
            .map_err(|_| VerifyError::Validators("consensus key has not 32 bytes".into()))?;
        Ok(Self { key, power })
    }

    fn info(&self) -> Result<validator::Info, VerifyError> {
        let key = PublicKey::from_raw_ed25519(&self.key).ok_or_else(|| {
            VerifyError::Validators(format!("invalid key={}", hex::encode(self.key)))
        })?;
        let power = vote::Power::try_from(self.power)
            .map_err(|e| VerifyError::Validators(e.to_string()))?;
        Ok(validator::Info::new(key, power))
    }
}

/// A validator set in its canonical order: power descending, then address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validators(validator::Set);

impl Validators {
    /// Sorts and bounds a set: not empty, each power at least 1, no key twice.
    pub fn new(members: Vec<Validator>) -> Result<Self, VerifyError> {
        let wrong = |reason: String| Err(VerifyError::Validators(reason));
        if members.is_empty() || members.len() > limit::VALIDATORS {
            return wrong(format!(
                "count={} limit={}",
                members.len(),
                limit::VALIDATORS
            ));
        }
        let mut total = 0u64;
        let mut infos = Vec::with_capacity(members.len());
        for member in &members {
            if member.power == 0 {
                return wrong(format!("key={} power=0", hex::encode(member.key)));
            }
            // checked here because the set's own constructor panics beyond it
            total = match total.checked_add(member.power) {
                Some(total) if total <= validator::Set::MAX_TOTAL_VOTING_POWER => total,
                _ => return wrong("total power beyond 2^60".into()),
            };
            infos.push(member.info()?);
        }
        let mut addresses: Vec<_> = infos.iter().map(|v| v.address).collect();
        addresses.sort_unstable();
        if addresses.windows(2).any(|pair| pair[0] == pair[1]) {
            return wrong("a validator stands twice in the set".into());
        }
        Ok(Self(validator::Set::without_proposer(infos)))
    }

    /// The set as tendermint knows it, in canonical order and without a proposer.
    pub fn set(&self) -> &validator::Set {
        &self.0
    }

    /// The members in canonical order.
    pub fn members(&self) -> &[validator::Info] {
        &self.0.validators
    }

    /// The hash that stands in headers.
    pub fn hash(&self) -> [u8; 32] {
        bytes_of(self.0.hash())
    }

    /// The sum of all power.
    pub fn total_power(&self) -> u64 {
        self.0.total_voting_power.value()
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ValidatorJson {
    key: String,
    power: String,
}

impl Serialize for Validators {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.members().iter().map(|v| ValidatorJson {
            key: hex::encode(v.pub_key.to_bytes()),
            power: v.power().to_string(),
        }))
    }
}

impl<'de> Deserialize<'de> for Validators {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let listed = Vec::<ValidatorJson>::deserialize(deserializer)?;
        let members = listed
            .into_iter()
            .map(|v| {
                let mut key = [0; 32];
                hex::decode_to_slice(&v.key, &mut key).map_err(de::Error::custom)?;
                let power = v.power.parse().map_err(de::Error::custom)?;
                Ok(Validator { key, power })
            })
            .collect::<Result<Vec<_>, D::Error>>()?;
        Self::new(members).map_err(de::Error::custom)
    }
}
