//! A proof for somebody who never meets the chain: one file that is verified without any node.
//!
//! # What it holds
//! The proof, its public inputs and its key, each as snarkjs reads them; and bundles of [`mycel_light`], all of one
//! state, that prove which keys the contract names and how it divides time, the root of all leaves, the chain's own
//! clock, and, where the member is named, which identity is whose. [`Bundle::verify`] computes every public input again
//! from these and from what the verifier asked for (its name and challenge, and the thresholds that the file states), so
//! a proof of anything else is not taken.
//!
//! # Whose roll it is
//! Anybody may put a trust contract of their own on the chain, with the same keys and members that do not exist. What
//! the file says of its contract therefore proves nothing: the verifier names the one that it trusts.
use borsh::BorshDeserialize;
use mycel_light::{Trust, Verified};
use mycel_mailbox::{Fr, Thresholds, fr, tag};
use mycel_trust::{mailbox, proofs::Circuit, state, times::Clock, tree};
use mycel_types::{AccountAddress, Params, StoreId, key, record::Chain};
use mycel_verifier::{PreparedKey, Proof, VerifyingKey, snarkjs};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Purpose, TrustError, showing::offchain};
use crate::{ClientError, Snapshot, Transport};

/// The file's format.
pub const FORMAT: &str = "mycel-trust/1";
/// Most bytes of a file.
pub const MOST_BYTES: usize = 32 << 20;
/// Most characters of a verifier's name, and of a challenge.
pub const MOST_TEXT: usize = 256;

/// The file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// [`FORMAT`].
    pub format: String,
    /// The chain.
    pub chain_id: String,
    /// The trust contract.
    pub contract: AccountAddress,
    /// For whom it was made.
    pub verifier: String,
    /// What they asked for.
    pub challenge: String,
    /// What is met.
    pub thresholds: Met,
    /// Whom it names, by person number; nobody if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<u64>,
    /// As snarkjs writes it.
    pub proof: Value,
    /// As snarkjs writes them.
    pub public: Value,
    /// As snarkjs writes it.
    pub verification_key: Value,
    /// Proven records, each a bundle in its one spelling.
    pub state: Vec<String>,
}

/// Thresholds in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Met {
    /// The score, of 65,536.
    pub theta: u64,
    /// The weighted history.
    pub t_min: u64,
    /// Kept words, of 65,536.
    pub theta_rel: u64,
    /// For nature, of 65,536.
    pub theta_eco: u64,
    /// Fairness, of 65,536.
    pub theta_rec: u64,
}

impl From<Met> for Thresholds {
    fn from(met: Met) -> Self {
        Self {
            theta: met.theta,
            t_min: met.t_min,
            theta_rel: met.theta_rel,
            theta_eco: met.theta_eco,
            theta_rec: met.theta_rec,
        }
    }
}

impl From<Thresholds> for Met {
    fn from(asked: Thresholds) -> Self {
        Self {
            theta: asked.theta,
            t_min: asked.t_min,
            theta_rel: asked.theta_rel,
            theta_eco: asked.theta_eco,
            theta_rec: asked.theta_rec,
        }
    }
}

/// What a file has shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// On which chain.
    pub chain_id: String,
    /// By which contract.
    pub contract: String,
    /// For whom.
    pub verifier: String,
    /// What they asked for.
    pub challenge: String,
    /// What is met.
    pub thresholds: Met,
    /// Who, by person number; nobody is named if absent.
    pub person: Option<u64>,
    /// The nullifier: the same member gives the same one for the same verifier and challenge, until it takes another
    /// identity; from the day after it has a second one.
    pub nullifier: String,
    /// BLAKE3 of the verifying key that the contract names for shows: what the ceremony's transcript has.
    pub key: String,
    /// Whether the keys are development keys: anybody can forge.
    pub development: bool,
    /// The height whose state the roll is of.
    pub height: u64,
    /// The header that proves it, and its hash.
    pub header: String,
    /// Its time, seconds since 1970.
    pub time: u64,
}

/// The records that a proof is about.
struct Records {
    fixed: state::Fixed,
    top: tree::state::Top,
    mailbox: Option<mailbox::state::Mailbox>,
    /// Seconds of the contracts' clock at the header.
    now: u64,
    /// The header.
    block: Verified,
}

/// The last day on which a key may have been set: one set today does not count, so nobody has two nullifiers for a challenge
/// within one day. There is none on the first.
fn cutoff(clock: &Clock, now: u64) -> Option<u32> {
    clock.day_of(now).checked_sub(1)
}

fn violated(why: impl Into<String>) -> TrustError {
    TrustError::Violated(why.into())
}

/// Which records a file needs.
fn keys(contract: &AccountAddress, person: Option<u64>) -> Vec<Vec<u8>> {
    let data = |entry: &[u8]| key::contract_data(contract, entry);
    let mut keys = vec![
        key::chain(),
        key::params(),
        data(state::fixed().bytes()),
        data(tree::state::top().bytes()),
    ];
    if let Some(person) = person {
        keys.push(data(mailbox::state::mailbox(person).bytes()));
    }
    keys
}

fn read<R: BorshDeserialize>(found: &Verified, what: &str) -> Result<R, TrustError> {
    let value = found.value.as_deref();
    let value = value.ok_or_else(|| violated(format!("{what} is proven to be absent")))?;
    R::try_from_slice(value).map_err(|e| violated(format!("{what} is unreadable: {e}")))
}

impl Records {
    fn of(
        contract: &AccountAddress,
        person: Option<u64>,
        all: &[Verified],
    ) -> Result<Self, TrustError> {
        let find = |key: &Vec<u8>| {
            let mut found = all.iter();
            let found = found.find(|one| one.store == StoreId::Mycel && one.key == *key);
            found.ok_or_else(|| {
                violated("a record is missing that a file about this contract and person has")
            })
        };
        let first = all.first();
        let first = first.ok_or_else(|| TrustError::File("no state".into()))?;
        if all.iter().any(|one| one.header_hash != first.header_hash) {
            return Err(violated("its records are of different states"));
        }
        let keys = keys(contract, person);
        let chain: Chain = read(find(&keys[0])?, "the chain's record")?;
        let params: Params = read(find(&keys[1])?, "the chain's parameters")?;
        let mailbox = match person {
            Some(_) => Some(read(find(&keys[4])?, "the mailbox")?),
            None => None,
        };
        let ms = u64::try_from(first.time.unix_timestamp_nanos() / 1_000_000).unwrap_or(0);
        let passed = ms.saturating_sub(chain.genesis_ms);
        let scaled = passed.saturating_mul(params.time_scale.max(1));
        Ok(Self {
            fixed: read(find(&keys[2])?, "what the contract fixed")?,
            top: read(find(&keys[3])?, "the root")?,
            mailbox,
            now: chain.genesis_ms.saturating_add(scaled) / 1_000,
            block: first.clone(),
        })
    }

    fn root(&self) -> Fr {
        fr(&self.top.root)
    }

    /// What a proof for this verifier and challenge is made for.
    fn purpose(
        &self,
        verifier: &str,
        challenge: &str,
        named: bool,
        thresholds: Thresholds,
    ) -> Result<Purpose, TrustError> {
        for (what, text) in [("verifier", verifier), ("challenge", challenge)] {
            if text.trim().is_empty() || text.len() > MOST_TEXT {
                return Err(TrustError::File(format!(
                    "{what}: write 1 to {MOST_TEXT} characters"
                )));
            }
        }
        let (scope, signal) = offchain(verifier, challenge);
        let clock = &self.fixed.clock;
        Ok(Purpose {
            period: clock.period_of(self.now),
            cutoff: cutoff(clock, self.now)
                .ok_or_else(|| violated("it was made on the network's first day, on which no key is old enough; let it be made again tomorrow"))?,
            named,
            scope,
            signal,
            thresholds,
        })
    }

    fn inputs(&self, purpose: &Purpose, nullifier: Fr) -> Vec<Fr> {
        let subject = match &self.mailbox {
            Some(mailbox) => fr(&mailbox.idc),
            None => Fr::from(0u64),
        };
        let mut inputs = vec![
            self.root(),
            purpose.period.into(),
            purpose.cutoff.into(),
            subject,
            purpose.scope,
            purpose.signal,
            nullifier,
        ];
        inputs.extend(purpose.thresholds.in_order().map(Fr::from));
        inputs
    }
}

/// What a proof will be about, proven from a snapshot before the proof is made.
pub struct Ground {
    records: Records,
    state: Vec<String>,
    contract: AccountAddress,
    person: Option<u64>,
}

impl Ground {
    /// Reads and verifies the records that the file will carry. `person`: whom it names.
    pub async fn read<T: Transport>(
        snapshot: &Snapshot<'_, T>,
        trust: &Trust,
        contract: &AccountAddress,
        person: Option<u64>,
    ) -> Result<Self, TrustError> {
        let (mut state, mut all) = (vec![], vec![]);
        for key in keys(contract, person) {
            let json = snapshot.bundle(StoreId::Mycel, &key).await?.to_json();
            all.push(mycel_light::verify(&json, trust).map_err(ClientError::from)?);
            state.push(String::from_utf8_lossy(&json).into_owned());
        }
        Ok(Self {
            records: Records::of(contract, person, &all)?,
            state,
            contract: contract.clone(),
            person,
        })
    }

    /// The proven root of all leaves.
    pub fn root(&self) -> Fr {
        self.records.root()
    }

    /// What the proof has to be made for.
    pub fn purpose(
        &self,
        verifier: &str,
        challenge: &str,
        thresholds: Thresholds,
    ) -> Result<Purpose, TrustError> {
        let named = self.person.is_some();
        if cutoff(&self.records.fixed.clock, self.records.now).is_none() {
            let why = "on the network's first day no key is old enough; run it again tomorrow";
            return Err(TrustError::Below(why.into()));
        }
        self.records.purpose(verifier, challenge, named, thresholds)
    }

    /// The digest of the key that it has to be made with.
    pub fn key_digest(&self) -> [u8; 32] {
        digest_of(&self.records.fixed)
    }

    /// The file.
    pub fn bundle(
        self,
        verifier: &str,
        challenge: &str,
        thresholds: Thresholds,
        made: (&Proof, &[Fr], &VerifyingKey),
    ) -> Bundle {
        let (proof, publics, key) = made;
        Bundle {
            format: FORMAT.into(),
            chain_id: self.records.block.chain_id.clone(),
            contract: self.contract,
            verifier: verifier.to_owned(),
            challenge: challenge.to_owned(),
            thresholds: thresholds.into(),
            person: self.person,
            proof: snarkjs::proof_json(proof),
            public: snarkjs::public_json(publics),
            verification_key: snarkjs::key_json(key),
            state: self.state,
        }
    }
}

fn digest_of(fixed: &state::Fixed) -> [u8; 32] {
    let keys = fixed.keys.shown();
    let digest = &keys.of(Circuit::Show).digest;
    <[u8; 32]>::try_from(digest.as_slice()).unwrap_or_default()
}

impl Bundle {
    /// Reads a file.
    pub fn from_json(bytes: &[u8]) -> Result<Self, TrustError> {
        if bytes.len() > MOST_BYTES {
            return Err(TrustError::File(format!(
                "bytes={} limit={MOST_BYTES}",
                bytes.len()
            )));
        }
        let bundle: Self =
            serde_json::from_slice(bytes).map_err(|e| TrustError::File(e.to_string()))?;
        if bundle.format != FORMAT {
            return Err(TrustError::File(format!(
                "format={:?} expected={FORMAT}",
                bundle.format
            )));
        }
        Ok(bundle)
    }

    /// The file's text.
    pub fn to_json(&self) -> String {
        let text = serde_json::to_string_pretty(self).expect("a bundle is plain data");
        format!("{text}\n")
    }

    /// Verifies it against what the reader trusts: the chain, and on it this trust contract. Needs nothing else: no
    /// node, no clock. With `asked`, the file must be for that verifier and challenge.
    pub fn verify(
        &self,
        trust: &Trust,
        contract: &AccountAddress,
        asked: Option<(&str, &str)>,
    ) -> Result<Shown, TrustError> {
        // anybody can make a contract of their own, whose roll is whatever they like
        if self.contract != *contract {
            return Err(violated(format!(
                "it is about the trust contract {}, and the one to trust is {contract}",
                self.contract
            )));
        }
        if let Some((verifier, challenge)) = asked
            && (verifier != self.verifier || challenge != self.challenge)
        {
            return Err(violated(format!(
                "it was made for {:?} and challenge {:?}",
                self.verifier, self.challenge
            )));
        }
        let mut all = vec![];
        for bundle in &self.state {
            let verified = mycel_light::verify(bundle.as_bytes(), trust);
            all.push(verified.map_err(ClientError::from)?);
        }
        let records = Records::of(&self.contract, self.person, &all)?;
        if records.block.chain_id != self.chain_id {
            return Err(violated("it is another chain's"));
        }
        let instance = tag::instance(&self.chain_id, &self.contract.to_string());
        if records.fixed.instance != instance {
            return Err(violated(
                "the contract is not a trust contract of this chain",
            ));
        }
        if records
            .mailbox
            .as_ref()
            .is_some_and(|mailbox| !mailbox.counts())
        {
            return Err(violated("the member that it names is not on the roll"));
        }
        let key = snarkjs::key_from(&self.verification_key).map_err(|e| violated(e.to_string()))?;
        if key.digest() != digest_of(&records.fixed) {
            return Err(violated("its key is not the one that the contract names"));
        }
        let publics = snarkjs::public_from(&self.public).map_err(|e| violated(e.to_string()))?;
        let nullifier = publics.get(6).copied();
        let nullifier = nullifier.ok_or_else(|| violated("public inputs are missing"))?;
        let named = self.person.is_some();
        let thresholds: Thresholds = self.thresholds.into();
        thresholds.check().map_err(|e| violated(e.to_string()))?;
        let purpose = records.purpose(&self.verifier, &self.challenge, named, thresholds)?;
        if publics != records.inputs(&purpose, nullifier) {
            return Err(violated(
                "the proof is about something else: another roll, verifier, challenge, member, time or thresholds",
            ));
        }
        let proof = snarkjs::proof_from(&self.proof).map_err(|e| violated(e.to_string()))?;
        if !mycel_verifier::verify(&PreparedKey::new(&key), &publics, &proof) {
            return Err(violated("the proof is wrong"));
        }
        Ok(Shown {
            chain_id: self.chain_id.clone(),
            contract: self.contract.to_string(),
            verifier: self.verifier.clone(),
            challenge: self.challenge.clone(),
            thresholds: self.thresholds,
            person: self.person,
            nullifier: hex::encode(mycel_mailbox::element(&nullifier)),
            key: hex::encode(key.digest()),
            development: records.fixed.development,
            height: records.block.height,
            header: format!(
                "{}:{}",
                records.block.header_height,
                hex::encode_upper(records.block.header_hash)
            ),
            time: u64::try_from(records.block.time.unix_timestamp()).unwrap_or(0),
        })
    }
}

#[cfg(test)]
mod tests {
    use mycel_trust::times::Times;

    use super::*;

    #[test]
    fn on_the_first_day_no_key_counts_and_later_those_of_the_day_before() {
        let times = Times::default();
        let begun = 1_000_000_100;
        let clock = Clock { begun, times };
        let day = u64::from(times.day);
        assert_eq!(cutoff(&clock, begun), None);
        assert_eq!(cutoff(&clock, begun + day - 1), None);
        assert_eq!(cutoff(&clock, begun + day), Some(0));
        assert_eq!(cutoff(&clock, begun + 5 * day), Some(4));
    }
}
