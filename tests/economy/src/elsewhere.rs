//! Records of members with their proofs, as another community's chain gives
//! them: an entry of the members contract in the chain's tree, and the tree's
//! root in the map of stores.

use cosmwasm_std::{Addr, Binary};
use ics23::commitment_proof::Proof;
use ics23::{CommitmentProof, ExistenceProof, InnerOp};
use jmt::mock::MockTreeStore;
use jmt::{KeyHash, Sha256Jmt};
use mycel_members::msg::ProofStep;
use mycel_types::AccountAddress;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The table of contract data in a chain's state.
const CONTRACT_DATA: u8 = 0x03;

/// A chain's state, to prove entries of.
pub struct Elsewhere {
    store: MockTreeStore,
    members: Vec<u8>,
    beside: [u8; 32],
    root: [u8; 32],
}

/// An entry with its proof.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// Whose it is.
    pub address: Addr,
    /// The person's number there.
    pub number: u64,
    /// The record.
    pub record: Vec<u8>,
    /// The path in the tree.
    pub tree: Vec<ProofStep>,
    /// The path in the map of stores.
    pub simple: Vec<ProofStep>,
}

fn sha(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

fn leaf(name: &[u8], root: &[u8]) -> [u8; 32] {
    let length = [u8::try_from(name.len()).expect("a short name")];
    sha(&[&[0], &length, name, &[32], &sha(&[root])])
}

fn path(proof: &CommitmentProof) -> Vec<ProofStep> {
    let Some(Proof::Exist(exist)) = &proof.proof else {
        panic!("not of presence");
    };
    let steps = exist.path.iter().map(|step| ProofStep {
        prefix: step.prefix.clone().into(),
        suffix: step.suffix.clone().into(),
    });
    steps.collect()
}

impl Elsewhere {
    /// A state with these entries of its members contract.
    ///
    /// # Panics
    /// The address is none.
    pub fn new<'a>(
        members: &Addr,
        entries: impl IntoIterator<Item = (&'a [u8], &'a [u8])>,
    ) -> Elsewhere {
        let members: AccountAddress = members.as_str().parse().expect("an address");
        let members = members.as_bytes().to_vec();
        let store = MockTreeStore::default();
        let mut values = vec![];
        for (key, value) in entries {
            let key = [&[CONTRACT_DATA][..], &members, key].concat();
            let hash = KeyHash::with::<Sha256>(&key);
            store.put_key_preimage(hash, &key);
            values.push((hash, Some(value.to_vec())));
        }
        let tree = Sha256Jmt::new(&store);
        let (root, batch) = tree.put_value_set(values, 0).expect("a root");
        store.write_tree_update_batch(batch).expect("written");
        Elsewhere {
            store,
            members,
            beside: leaf(b"ibc", &[5; 32]),
            root: root.0,
        }
    }

    /// What the assembly here decides to trust: that chain's header.
    #[must_use]
    pub fn header(&self, chain_id: &str, height: u64) -> Value {
        let app_hash = sha(&[&[1], &self.beside, &leaf(b"mycel", &self.root)]);
        json!({"record_header": {"chain_id": chain_id, "height": height.to_string(),
            "app_hash": cosmwasm_std::to_hex(app_hash), "members": cosmwasm_std::to_hex(&self.members)}})
    }

    /// Proves what a member attested there.
    ///
    /// # Panics
    /// It attested nothing.
    #[must_use]
    pub fn show(&self, address: &Addr, number: u64) -> Shown {
        let entry = mycel_members::state::attested(number);
        let key = [&[CONTRACT_DATA][..], &self.members, entry.bytes()].concat();
        let tree = Sha256Jmt::new(&self.store);
        let (record, proof) = tree.get_with_ics23_proof(key, 0).expect("a proof");
        let simple = CommitmentProof {
            proof: Some(Proof::Exist(ExistenceProof {
                key: b"mycel".to_vec(),
                value: self.root.to_vec(),
                leaf: ics23::tendermint_spec().leaf_spec,
                path: vec![InnerOp {
                    hash: 1,
                    prefix: [&[1][..], &self.beside].concat(),
                    suffix: vec![],
                }],
            })),
        };
        Shown {
            address: address.clone(),
            number,
            record: record.expect("attested"),
            tree: path(&proof),
            simple: path(&simple),
        }
    }
}

impl Shown {
    /// Its owner joins with it.
    #[must_use]
    pub fn join(&self, chain_id: &str, height: u64, handle: &str, idc: &str) -> Value {
        json!({"join_with_export": {
            "export": {
                "chain_id": chain_id, "height": height.to_string(), "person": self.number.to_string(),
                "record": Binary::from(self.record.clone()), "tree": self.tree, "simple": self.simple,
            },
            "handle": handle, "idc": idc,
        }})
    }
}
