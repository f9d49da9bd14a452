//! Joining with another community's export.
//!
//! Checking a light client's whole update here would be too heavy. The
//! assembly records, by a constitutional decision, headers of the other chain
//! that it trusts (`mycel audit` shows everyone whether a header is that
//! chain's); the contract itself checks, by ICS-23, that the record lies in
//! the other members contract's state under that header's app hash. The record
//! must be of the sender's own address and serves once; its identity
//! commitment is bound here, too, so neither can come back under another name.
//!
//! Nobody vouches for who comes so; such an entrant waits in the queue as all
//! do, and its community counts as one sponsor tree.

use cosmwasm_std::Binary;
use ics23::{
    CommitmentProof, HashOp, HostFunctionsManager, InnerSpec, LeafOp, LengthOp, ProofSpec,
    commitment_proof::Proof,
};
use mycel_kit::Id;
use prost::Message;
use sha2::{Digest, Sha256};

use crate::bounds;
use crate::call::Call;
use crate::error::ContractError;
use crate::join;
use crate::msg::{ExportProof, PasskeyInput};
use crate::state::{self, Attested, Header, Import};

/// The table of contract data in a chain's state.
const CONTRACT_DATA: u8 = 0x03;
/// The store of everything.
const STORE: &[u8] = b"mycel";
/// Bytes of one proof.
const MAX_PROOF: usize = 64 << 10;
/// Inner nodes of a path.
const MAX_DEPTH: usize = 256;

/// How a chain is named in keys.
#[must_use]
pub fn chain_key(chain_id: &str) -> [u8; 32] {
    Sha256::digest(chain_id.as_bytes()).into()
}

/// How a record of another community is named in keys.
#[must_use]
pub fn record_key(chain_id: &str, number: u64) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(chain_id.as_bytes());
    hash.update([0]);
    hash.update(number.to_be_bytes());
    hash.finalize().into()
}

/// The assembly records a header of another chain.
///
/// # Errors
/// Our own chain, or another header of that height.
pub fn record_header(
    call: &mut Call<'_>,
    chain_id: &str,
    height: Id,
    app_hash: &str,
    members: &str,
) -> Result<(), ContractError> {
    bounds::text("chain_id", chain_id, 50)?;
    if chain_id == call.env.block.chain_id {
        return Err(ContractError::Oneself { what: "chain" });
    }
    let header = Header {
        app_hash: bounds::hex::<32>("app_hash", app_hash)?,
        members: bounds::hex::<32>("members", members)?,
    };
    let chain = chain_key(chain_id);
    let community = state::community(&chain);
    if !community.exists(call.storage) {
        call.totals.communities = call.totals.communities.saturating_add(1);
        community.save(call.storage, &call.totals.communities);
    }
    let key = state::header(&chain, height.0);
    if let Some(known) = key.may_load(call.storage)?
        && known != header
    {
        return Err(ContractError::Already {
            what: "another header of this height",
        });
    }
    key.save(call.storage, &header);
    call.event(
        "header_recorded",
        &[
            ("chain_id", chain_id.to_owned()),
            ("height", height.to_string()),
        ],
    );
    Ok(())
}

/// The sender joins with its record of another community.
///
/// # Errors
/// No such header, a proof that does not hold, another's record, or one that
/// was used.
pub fn join_with_export(
    call: &mut Call<'_>,
    export: &ExportProof,
    handle: &str,
    idc: &str,
    passkeys: &[PasskeyInput],
) -> Result<(), ContractError> {
    let chain = chain_key(&export.chain_id);
    let header = state::header(&chain, export.height.0)
        .may_load(call.storage)?
        .ok_or_else(|| ContractError::NotFound {
            what: "recorded header",
            id: export.height.to_string(),
        })?;
    let community = state::community(&chain).load(call.storage)?;
    let record: Attested = borsh::from_slice(&export.record)
        .map_err(|_| refused("the record is none of a members contract"))?;
    if record.number != export.person.0 {
        return Err(refused("the record is of another person"));
    }
    if record.address != call.sender {
        return Err(refused("the record is of another address"));
    }
    let mut key = vec![CONTRACT_DATA];
    key.extend_from_slice(&header.members);
    key.extend_from_slice(state::attested(record.number).bytes());
    verify(
        &export.tree,
        &export.simple,
        &key,
        &export.record,
        &header.app_hash,
    )?;

    let name = record_key(&export.chain_id, record.number);
    let used = state::imported(&name);
    if used.exists(call.storage) {
        return Err(ContractError::IdentitySeen);
    }
    used.save(call.storage, &0);
    // Where it is the same commitment, the queue binds it.
    let theirs = record
        .idc
        .filter(|theirs| cosmwasm_std::to_hex(theirs) != idc);
    if let Some(theirs) = theirs {
        let bound = state::identity(&theirs);
        if bound.exists(call.storage) {
            return Err(ContractError::IdentitySeen);
        }
        bound.save(call.storage, &0);
    }
    call.event(
        "export_shown",
        &[
            ("chain_id", export.chain_id.clone()),
            ("person", record.number.to_string()),
            ("handle", record.handle.clone()),
            ("step", record.step.name().to_owned()),
            (
                "status",
                crate::standing::status_name(record.status).to_owned(),
            ),
            ("items", record.items.to_string()),
            ("record", cosmwasm_std::to_hex(record.record)),
        ],
    );
    let import = Import {
        community,
        record: name,
        idc: theirs,
    };
    join::queue(call, handle, idc, passkeys, None, Some(import))
}

const fn refused(why: &'static str) -> ContractError {
    ContractError::ProofRefused { why }
}

/// The shape of proofs in a chain's tree: a jellyfish merkle tree over SHA-256.
fn tree_spec() -> ProofSpec {
    ProofSpec {
        leaf_spec: Some(LeafOp {
            hash: HashOp::Sha256.into(),
            prehash_key: HashOp::Sha256.into(),
            prehash_value: HashOp::Sha256.into(),
            length: LengthOp::NoPrefix.into(),
            prefix: b"JMT::LeafNode".to_vec(),
        }),
        inner_spec: Some(InnerSpec {
            hash: HashOp::Sha256.into(),
            child_order: vec![0, 1],
            min_prefix_length: 16,
            max_prefix_length: 16,
            child_size: 32,
            empty_child: b"SPARSE_MERKLE_PLACEHOLDER_HASH__".to_vec(),
        }),
        min_depth: 0,
        max_depth: 64,
        prehash_key_before_comparison: true,
    }
}

/// That `key` has `value` in the store under `app_hash`: the path in the tree,
/// then the tree's root in the map of stores.
///
/// # Errors
/// [`ContractError::ProofRefused`].
pub fn verify(
    tree: &Binary,
    simple: &Binary,
    key: &[u8],
    value: &[u8],
    app_hash: &[u8; 32],
) -> Result<(), ContractError> {
    let in_tree = decode(tree)?;
    let Some(Proof::Exist(exist)) = &in_tree.proof else {
        return Err(refused("the proof is not of presence"));
    };
    let root = ics23::calculate_existence_root::<HostFunctionsManager>(exist)
        .map_err(|_| refused("the path in the tree leads nowhere"))?;
    if !ics23::verify_membership::<HostFunctionsManager>(&in_tree, &tree_spec(), &root, key, value)
    {
        return Err(refused("the record is not in the tree"));
    }
    let in_map = decode(simple)?;
    if !ics23::verify_membership::<HostFunctionsManager>(
        &in_map,
        &ics23::tendermint_spec(),
        &app_hash.to_vec(),
        STORE,
        &root,
    ) {
        return Err(refused("the tree is not under the recorded app hash"));
    }
    Ok(())
}

fn decode(data: &Binary) -> Result<CommitmentProof, ContractError> {
    if data.len() > MAX_PROOF {
        return Err(refused("the proof is too long"));
    }
    let proof = CommitmentProof::decode(data.as_slice())
        .map_err(|_| refused("the proof cannot be read"))?;
    match &proof.proof {
        Some(Proof::Exist(exist)) if exist.path.len() <= MAX_DEPTH => Ok(proof),
        _ => Err(refused("only single proofs of presence are accepted")),
    }
}
