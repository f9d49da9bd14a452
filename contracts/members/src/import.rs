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

use mycel_kit::Id;
use sha2::{Digest, Sha256};

use crate::bounds;
use crate::call::Call;
use crate::error::ContractError;
use crate::join;
use crate::msg::{ExportProof, PasskeyInput, ProofStep};
use crate::state::{self, Attested, Header, Import};

/// The table of contract data in a chain's state.
const CONTRACT_DATA: u8 = 0x03;
/// The store of everything.
const STORE: &[u8] = b"mycel";
/// Inner nodes of a path.
const MAX_DEPTH: usize = 64;
/// What leaves and inner nodes of the tree begin with (`jmt`, SHA-256).
const TREE_LEAF: &[u8] = b"JMT::LeafNode";
const TREE_INNER: &[u8] = b"JMT::IntrnalNode";
/// What leaves and inner nodes of the map of stores begin with (CometBFT).
const MAP_LEAF: &[u8] = &[0];
const MAP_INNER: &[u8] = &[1];

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
        &[("chain_id", &chain_id), ("height", &height)],
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
    let mut theirs = record
        .idc
        .filter(|theirs| cosmwasm_std::to_hex(theirs) != idc);
    if let Some(commitment) = theirs {
        let bound = state::identity(&commitment);
        let sender = state::held(&call.sender).may_load(call.storage)?;
        match bound.may_load(call.storage)? {
            None => bound.save(call.storage, &0),
            // who comes back is bound to it already
            Some(number) if sender.is_some_and(|held| held.number == number) => theirs = None,
            Some(_) => return Err(ContractError::IdentitySeen),
        }
    }
    call.event(
        "export_shown",
        &[
            ("chain_id", &export.chain_id),
            ("person", &record.number),
            ("handle", &record.handle),
            ("step", &record.step.name()),
            ("status", &crate::standing::status_name(record.status)),
            ("items", &record.items),
            ("record", &cosmwasm_std::to_hex(record.record)),
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

/// That `key` has `value` in the store under `app_hash`: the path in the tree,
/// then the tree's root in the map of stores.
///
/// These are ICS-23 existence proofs of the two fixed shapes (`jmt` over
/// SHA-256, CometBFT's simple map), with what the shapes leave open: for each
/// inner node, what stands before and after the child. A test holds them
/// against the `ics23` crate's verdicts.
///
/// # Errors
/// [`ContractError::ProofRefused`].
pub fn verify(
    tree: &[ProofStep],
    simple: &[ProofStep],
    key: &[u8],
    value: &[u8],
    app_hash: &[u8; 32],
) -> Result<(), ContractError> {
    let leaf = sha256(&[TREE_LEAF, &sha256(&[key]), &sha256(&[value])]);
    let root = climb(leaf, tree, TREE_INNER)?;
    // Both lengths are below 128: one byte of a varint each.
    let leaf = sha256(&[
        MAP_LEAF,
        &[STORE.len() as u8],
        STORE,
        &[32],
        &sha256(&[&root]),
    ]);
    if climb(leaf, simple, MAP_INNER)? == *app_hash {
        Ok(())
    } else {
        Err(refused("the record is not under the recorded app hash"))
    }
}

/// From a leaf up to the root. A node is its head, then two children of 32
/// bytes: the sibling stands either in `prefix` behind the head, or in `suffix`.
fn climb(leaf: [u8; 32], path: &[ProofStep], head: &[u8]) -> Result<[u8; 32], ContractError> {
    if path.len() > MAX_DEPTH {
        return Err(refused("the path is too long"));
    }
    let mut node = leaf;
    for step in path {
        let behind = step
            .prefix
            .strip_prefix(head)
            .ok_or(refused("a node of the path has another head"))?;
        if !matches!((behind.len(), step.suffix.len()), (0, 32) | (32, 0)) {
            return Err(refused("a node of the path has not two children"));
        }
        node = sha256(&[&step.prefix, &node, &step.suffix]);
    }
    Ok(node)
}

fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}
