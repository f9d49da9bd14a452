//! Signing and verifying for Malachite, over the node's durable signer.
//!
//! # Refusal
//! The signer never signs two different things for one place; it refuses. Malachite takes an error of its signer as
//! a reason to stop the whole engine, which would turn one vote that must not be cast into a dead node. So a
//! refusal becomes [`Signature::WITHHELD`]: Malachite verifies its own votes like everybody's before it counts or
//! logs them, this signature never verifies, and the codec refuses to encode it. The vote is neither counted nor
//! logged nor sent, and the round goes on with the votes of the others.
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use arc_malachitebft_core_types::{
    SignedExtension, SignedProposal, SignedVote, ValidatorProof, VoteExtensionScope, VoteType,
};
use arc_malachitebft_signing::{Error, Signer, VerificationResult, Verifier};
use async_trait::async_trait;
use bytes::Bytes;
use ed25519_consensus::VerificationKey;
use mycel_engine::sign::{Purpose, SharedSigner, SignPoint, Signer as _, Step};
use tracing::error;

use crate::context::{Chain, Proposal, Signature, Vote};

/// Checks signatures of a chain.
#[derive(Clone, Debug)]
pub struct ChainVerifier {
    chain: Chain,
}

impl ChainVerifier {
    /// For this chain.
    pub fn new(chain: Chain) -> Self {
        Self { chain }
    }
}

fn verify(
    key: &VerificationKey,
    signature: &Signature,
    bytes: Option<&[u8]>,
) -> VerificationResult {
    let valid = bytes.is_some_and(|bytes| {
        !signature.is_withheld()
            && key
                .verify(&ed25519_consensus::Signature::from(signature.0), bytes)
                .is_ok()
    });
    VerificationResult::from_bool(valid)
}

/// What a validator signs beside a precommit. It names everything the extension belongs to, so that none can be
/// moved to another vote.
fn extension_bytes(chain: &Chain, scope: &VoteExtensionScope<Chain>, extension: &[u8]) -> Vec<u8> {
    borsh::to_vec(&(
        chain.id(),
        scope.height.0,
        scope.round.as_i64(),
        scope.value_id,
        scope.validator_address.0,
        extension,
    ))
    .expect("writing to memory cannot fail")
}

#[async_trait]
impl Verifier<Chain> for ChainVerifier {
    async fn verify_signed_vote(
        &self,
        vote: &Vote,
        signature: &Signature,
        key: &VerificationKey,
    ) -> Result<VerificationResult, Error> {
        let bytes = vote.sign_bytes(self.chain.id());
        Ok(verify(key, signature, bytes.as_deref()))
    }

    async fn verify_signed_proposal(
        &self,
        proposal: &Proposal,
        signature: &Signature,
        key: &VerificationKey,
    ) -> Result<VerificationResult, Error> {
        let bytes = proposal.sign_bytes(self.chain.id());
        Ok(verify(key, signature, bytes.as_deref()))
    }

    async fn verify_signed_vote_extension(
        &self,
        scope: &VoteExtensionScope<Chain>,
        extension: &Bytes,
        signature: &Signature,
        key: &VerificationKey,
    ) -> Result<VerificationResult, Error> {
        let bytes = Purpose::Extension.sign_bytes(&extension_bytes(&self.chain, scope, extension));
        Ok(verify(key, signature, Some(&bytes)))
    }

    async fn verify_validator_proof(
        &self,
        proof: &ValidatorProof<Chain>,
    ) -> Result<VerificationResult, Error> {
        let Ok(key) = proof.decoded_public_key() else {
            return Ok(VerificationResult::Invalid);
        };
        let bytes = Purpose::Peer.sign_bytes(&proof.preimage());
        Ok(verify(&key, &proof.signature, Some(&bytes)))
    }
}

/// Signs for Malachite with the node's signer.
#[derive(Clone)]
pub struct ChainSigner {
    chain: Chain,
    signer: SharedSigner,
    refused: Arc<AtomicU64>,
}

impl ChainSigner {
    /// For this chain.
    pub fn new(chain: Chain, signer: SharedSigner) -> Self {
        Self {
            chain,
            signer,
            refused: Arc::default(),
        }
    }

    /// How often the signer refused so far.
    pub fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    /// Binds a network identity to the validator's key.
    pub fn prove_peer(&self, peer_id: Vec<u8>) -> ValidatorProof<Chain> {
        let public_key = self.signer.public_key().to_vec();
        let preimage = ValidatorProof::<Chain>::signing_bytes(&public_key, &peer_id);
        let signature = Signature(self.signer.vouch(Purpose::Peer, &preimage));
        ValidatorProof::new(public_key, peer_id, signature)
    }

    /// Signs on a thread that may wait for the disk.
    async fn sign(
        &self,
        height: u64,
        round: Option<u32>,
        step: Step,
        bytes: Option<Vec<u8>>,
    ) -> Signature {
        let (Some(round), Some(bytes)) = (round, bytes) else {
            return Signature::WITHHELD;
        };
        let at = SignPoint {
            height,
            round,
            step,
        };
        let mut signer = self.signer.clone();
        let answer = tokio::task::spawn_blocking(move || signer.sign(at, &bytes)).await;
        let reason = match answer {
            Ok(Ok(signature)) => return Signature(signature),
            Ok(Err(refused)) => refused.to_string(),
            Err(e) => e.to_string(),
        };
        self.refused.fetch_add(1, Ordering::Relaxed);
        error!(height, round, ?step, %reason, "not signed; this vote is left out");
        Signature::WITHHELD
    }
}

#[async_trait]
impl Signer<Chain> for ChainSigner {
    async fn sign_vote(&self, vote: Vote) -> Result<SignedVote<Chain>, Error> {
        let step = match vote.kind {
            VoteType::Prevote => Step::Prevote,
            VoteType::Precommit => Step::Precommit,
        };
        let bytes = vote.sign_bytes(self.chain.id());
        let signature = self
            .sign(vote.height.0, vote.round.as_u32(), step, bytes)
            .await;
        Ok(SignedVote::new(vote, signature))
    }

    async fn sign_proposal(&self, proposal: Proposal) -> Result<SignedProposal<Chain>, Error> {
        let bytes = proposal.sign_bytes(self.chain.id());
        let signature = self
            .sign(
                proposal.height.0,
                proposal.round.as_u32(),
                Step::Proposal,
                bytes,
            )
            .await;
        Ok(SignedProposal::new(proposal, signature))
    }

    async fn sign_vote_extension(
        &self,
        scope: VoteExtensionScope<Chain>,
        extension: Bytes,
    ) -> Result<SignedExtension<Chain>, Error> {
        let bytes = extension_bytes(&self.chain, &scope, &extension);
        let signature = Signature(self.signer.vouch(Purpose::Extension, &bytes));
        Ok(SignedExtension::new(extension, signature))
    }

    async fn sign_validator_proof(
        &self,
        public_key: Vec<u8>,
        peer_id: Vec<u8>,
    ) -> Result<ValidatorProof<Chain>, Error> {
        let preimage = ValidatorProof::<Chain>::signing_bytes(&public_key, &peer_id);
        let signature = Signature(self.signer.vouch(Purpose::Peer, &preimage));
        Ok(ValidatorProof::new(public_key, peer_id, signature))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::{Address, Height};
    use arc_malachitebft_core_types::{NilOrVal, Round, SigningScheme as _};
    use mycel_engine::sign::FileSigner;
    use mycel_types::{Time, header::ValueId};

    fn setup() -> (
        tempfile::TempDir,
        ChainSigner,
        ChainVerifier,
        VerificationKey,
    ) {
        let dir = tempfile::tempdir().unwrap();
        let key = mycel_engine::development::keys(1).remove(0);
        let public = key.verification_key();
        let signer = FileSigner::open(dir.path().join("sign"), key).unwrap();
        let chain = Chain::new("c-1");
        (
            dir,
            ChainSigner::new(chain.clone(), SharedSigner::new(signer)),
            ChainVerifier::new(chain),
            public,
        )
    }

    fn vote(kind: VoteType, n: Option<u8>) -> Vote {
        Vote {
            kind,
            height: Height(3),
            round: Round::new(1),
            value: n.map_or(NilOrVal::Nil, |n| {
                NilOrVal::Val(ValueId {
                    hash: [n; 32],
                    parts: 1,
                    parts_hash: [n; 32],
                    time: Time(5),
                })
            }),
            validator: Address(mycel_types::Address([1; 20])),
            extension: None,
        }
    }

    #[tokio::test]
    async fn the_same_vote_gets_the_same_signature_and_another_one_none_at_all() {
        let (_dir, signer, verifier, key) = setup();
        let first = signer
            .sign_vote(vote(VoteType::Prevote, Some(1)))
            .await
            .unwrap();
        let again = signer
            .sign_vote(vote(VoteType::Prevote, Some(1)))
            .await
            .unwrap();
        assert_eq!(first, again);
        let valid = verifier
            .verify_signed_vote(&first.message, &first.signature, &key)
            .await
            .unwrap();
        assert!(valid.is_valid());
        // a refusal is an answer, not an error, so Malachite lives on; the vote is void
        let other = signer
            .sign_vote(vote(VoteType::Prevote, None))
            .await
            .unwrap();
        assert!(other.signature.is_withheld());
        assert_eq!(signer.refused(), 1);
        let valid = verifier
            .verify_signed_vote(&other.message, &other.signature, &key)
            .await
            .unwrap();
        assert!(valid.is_invalid());
        // and the next step of the round is signed again
        let next = signer
            .sign_vote(vote(VoteType::Precommit, Some(1)))
            .await
            .unwrap();
        assert!(!next.signature.is_withheld());
    }

    #[tokio::test]
    async fn a_peer_is_bound_to_its_validator_and_to_no_other() {
        let (_dir, signer, verifier, key) = setup();
        let proof = signer.prove_peer(vec![7; 38]);
        assert!(
            verifier
                .verify_validator_proof(&proof)
                .await
                .unwrap()
                .is_valid()
        );
        assert_eq!(
            proof.public_key,
            crate::context::Ed25519::encode_public_key(&key)
        );
        let mut moved = proof.clone();
        moved.peer_id = vec![8; 38];
        assert!(
            verifier
                .verify_validator_proof(&moved)
                .await
                .unwrap()
                .is_invalid()
        );
        let mut garbage = proof;
        garbage.public_key = vec![1];
        assert!(
            verifier
                .verify_validator_proof(&garbage)
                .await
                .unwrap()
                .is_invalid()
        );
    }

    #[tokio::test]
    async fn an_extension_belongs_to_one_vote() {
        let (_dir, signer, verifier, key) = setup();
        let NilOrVal::Val(value_id) = vote(VoteType::Precommit, Some(1)).value else {
            unreachable!("made with a value");
        };
        let who = Address(mycel_types::Address([1; 20]));
        let scope = |round| VoteExtensionScope::new(Height(3), Round::new(round), value_id, who);
        let signed = signer
            .sign_vote_extension(scope(1), Bytes::from_static(b"x"))
            .await
            .unwrap();
        for (round, valid) in [(1, true), (2, false)] {
            let found = verifier
                .verify_signed_vote_extension(
                    &scope(round),
                    &signed.message,
                    &signed.signature,
                    &key,
                )
                .await
                .unwrap();
            assert_eq!(found.is_valid(), valid);
        }
    }
}
