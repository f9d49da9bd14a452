//! What the chain answers about proofs and hashes. Every public input is an
//! argument here that the contract built; nothing of a message comes this far
//! unless it is canonical.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Binary, HexBinary, QuerierWrapper, QueryRequest};
use mycel_bindings::{Groth16VerifyResponse, MycelQuery, PoseidonResponse, VerifyingKeyResponse};

use borsh::{BorshDeserialize, BorshSerialize};

use crate::bounds;
use crate::element::{Element, bytes};
use crate::error::ContractError;

/// Bytes of a proof: A, B, C uncompressed.
pub const PROOF_BYTES: usize = 256;
/// Most bytes of a verifying key's name.
const MAX_NAME: usize = 64;

/// What is proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Circuit {
    /// A rating is what its seal says.
    Attest,
    /// A state takes in the next entries.
    Fold,
    /// A score passes thresholds.
    Show,
    /// Somebody on the roll.
    Member,
}

impl Circuit {
    /// All.
    pub const ALL: [Circuit; 4] = [
        Circuit::Attest,
        Circuit::Fold,
        Circuit::Show,
        Circuit::Member,
    ];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Circuit::Attest => "attest",
            Circuit::Fold => "fold",
            Circuit::Show => "show",
            Circuit::Member => "member",
        }
    }

    /// How many public inputs it has.
    #[must_use]
    pub const fn inputs(self) -> usize {
        match self {
            Circuit::Attest | Circuit::Member => 6,
            Circuit::Fold => 5,
            Circuit::Show => 12,
        }
    }
}

/// A verifying key, by the name under which the chain keeps it for good.
#[cw_serde]
#[derive(Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct VerifyingKey {
    /// Its name at the chain.
    pub id: String,
    /// BLAKE3 of its bytes.
    pub digest: HexBinary,
}

/// The key of each circuit.
#[cw_serde]
#[derive(Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct VerifyingKeys {
    /// Of attest.
    pub attest: VerifyingKey,
    /// Of fold.
    pub fold: VerifyingKey,
    /// Of show.
    pub show: VerifyingKey,
    /// Of member.
    pub member: VerifyingKey,
}

impl VerifyingKeys {
    /// A circuit's.
    #[must_use]
    pub fn of(&self, circuit: Circuit) -> &VerifyingKey {
        match circuit {
            Circuit::Attest => &self.attest,
            Circuit::Fold => &self.fold,
            Circuit::Show => &self.show,
            Circuit::Member => &self.member,
        }
    }

    /// Names and digests as they are kept.
    ///
    /// # Errors
    /// A name that is none, or no digest.
    pub fn kept(&self) -> Result<Kept, ContractError> {
        let kept = |circuit| -> Result<(String, [u8; 32]), ContractError> {
            let key = self.of(circuit);
            bounds::named("verifying key", &key.id, MAX_NAME)?;
            Ok((key.id.clone(), bytes("digest", &key.digest)?))
        };
        let [a, f, s, m] = Circuit::ALL.map(kept);
        Ok(Kept([a?, f?, s?, m?]))
    }
}

/// Names and digests, in the order of [`Circuit::ALL`].
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Kept([(String, [u8; 32]); 4]);

impl Kept {
    /// The name of a circuit's key.
    #[must_use]
    pub fn id(&self, circuit: Circuit) -> &str {
        &self.0[circuit as usize].0
    }

    /// On the wire.
    #[must_use]
    pub fn shown(&self) -> VerifyingKeys {
        let shown = |circuit: Circuit| {
            let (id, digest) = &self.0[circuit as usize];
            VerifyingKey {
                id: id.clone(),
                digest: HexBinary::from(digest),
            }
        };
        VerifyingKeys {
            attest: shown(Circuit::Attest),
            fold: shown(Circuit::Fold),
            show: shown(Circuit::Show),
            member: shown(Circuit::Member),
        }
    }
}

impl Kept {
    /// Whether the chain keeps these keys, with these digests, as many inputs
    /// as the circuits have, and none for development where that is not allowed.
    /// A name is bound for ever, so this is asked once.
    ///
    /// # Errors
    /// [`ContractError::VerifyingKey`]; [`ContractError::Chain`] for a name that nobody registered.
    pub fn check(
        &self,
        querier: QuerierWrapper<'_, MycelQuery>,
        development: bool,
    ) -> Result<(), ContractError> {
        for circuit in Circuit::ALL {
            let refused = |why| {
                let circuit = circuit.name();
                Err(ContractError::VerifyingKey { circuit, why })
            };
            let (id, digest) = &self.0[circuit as usize];
            let question = QueryRequest::Custom(MycelQuery::VerifyingKey { id: id.clone() });
            let known: VerifyingKeyResponse = querier.query(&question).map_err(silent)?;
            if known.digest.as_slice() != digest {
                return refused("the chain keeps another one under this name");
            }
            if known.inputs as usize != circuit.inputs() {
                return refused("it has another number of inputs");
            }
            if known.development && !development {
                return refused("it is one for development");
            }
        }
        Ok(())
    }
}

/// Refuses a proof that does not hold for exactly these inputs.
///
/// # Errors
/// [`ContractError::Proof`]; [`ContractError::Chain`] where the chain does not answer.
pub fn verify(
    querier: QuerierWrapper<'_, MycelQuery>,
    keys: &Kept,
    circuit: Circuit,
    inputs: &[Element],
    proof: &Binary,
) -> Result<(), ContractError> {
    let refused = || ContractError::Proof {
        circuit: circuit.name(),
    };
    // the chain checks the count again; a wrong one is this contract's defect
    if inputs.len() != circuit.inputs() || proof.len() != PROOF_BYTES {
        return Err(refused());
    }
    let question = QueryRequest::Custom(MycelQuery::Groth16Verify {
        vk: keys.id(circuit).to_owned(),
        proof: proof.clone(),
        public_inputs: inputs.iter().map(|input| Binary::from(*input)).collect(),
    });
    let answer: Groth16VerifyResponse = querier.query(&question).map_err(silent)?;
    answer.valid.then_some(()).ok_or_else(refused)
}

/// Poseidon of each batch: at most [`MAX_BATCH`] in one question, more in several.
///
/// # Errors
/// [`ContractError::Chain`] where the chain does not answer.
pub fn poseidon(
    querier: QuerierWrapper<'_, MycelQuery>,
    batches: &[Vec<Element>],
) -> Result<Vec<Element>, ContractError> {
    let mut hashes = Vec::with_capacity(batches.len());
    for part in batches.chunks(MAX_BATCH) {
        let batches = part
            .iter()
            .map(|inputs| inputs.iter().map(|input| Binary::from(*input)).collect())
            .collect();
        let question = QueryRequest::Custom(MycelQuery::Poseidon { batches });
        let answer: PoseidonResponse = querier.query(&question).map_err(silent)?;
        if answer.hashes.len() != part.len() {
            return Err(ContractError::Chain {
                why: "poseidon: another number of hashes than asked for".to_owned(),
            });
        }
        for hash in &answer.hashes {
            hashes.push(bytes("poseidon", hash)?);
        }
    }
    Ok(hashes)
}

/// Most hashes in one question.
pub const MAX_BATCH: usize = 64;

fn silent(why: cosmwasm_std::StdError) -> ContractError {
    ContractError::Chain {
        why: why.to_string().chars().take(256).collect(),
    }
}
