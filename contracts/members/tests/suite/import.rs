//! Joining with another community's export, checked by proof.

use crate::world::{World, idc};
use cosmwasm_std::Binary;
use ics23::{
    CommitmentProof, ExistenceProof, HostFunctionsManager, InnerOp, commitment_proof::Proof,
};
use jmt::mock::MockTreeStore;
use jmt::{KeyHash, Sha256Jmt};
use mycel_members::import::verify;
use mycel_members::msg::ProofStep;
use mycel_members::state;
use mycel_sandbox::address;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// A record in another community's state, with its proof.
#[derive(Clone)]
struct Shown {
    record: Vec<u8>,
    key: Vec<u8>,
    tree: CommitmentProof,
    simple: CommitmentProof,
    app_hash: [u8; 32],
    members: [u8; 32],
}

fn sha(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

/// As a chain of this kind would prove a raw entry of a contract.
fn prove(record: Vec<u8>, number: u64) -> Shown {
    let members = [9; 32];
    let mut key = vec![0x03];
    key.extend_from_slice(&members);
    key.extend_from_slice(state::attested(number).bytes());
    let store = MockTreeStore::default();
    let tree = Sha256Jmt::new(&store);
    let mut entries = vec![(KeyHash::with::<Sha256>(&key), Some(record.clone()))];
    let mut preimages = vec![(KeyHash::with::<Sha256>(&key), key.clone())];
    for other in 0..100u8 {
        let name = vec![other, 1, 2];
        entries.push((KeyHash::with::<Sha256>(&name), Some(vec![other; 40])));
        preimages.push((KeyHash::with::<Sha256>(&name), name));
    }
    for (hash, preimage) in preimages {
        store.put_key_preimage(hash, &preimage);
    }
    let (root, batch) = tree.put_value_set(entries, 0).expect("a root");
    store.write_tree_update_batch(batch).expect("written");
    let (_, proof) = tree.get_with_ics23_proof(key.clone(), 0).expect("a proof");
    // the map of stores {ibc, mycel}: two leaves
    let leaf =
        |name: &[u8], root: &[u8]| sha(&[&[0], &[name.len() as u8], name, &[32], &sha(&[root])]);
    let left = leaf(b"ibc", &[5; 32]);
    let app_hash = sha(&[&[1], &left, &leaf(b"mycel", &root.0)]);
    let simple = CommitmentProof {
        proof: Some(Proof::Exist(ExistenceProof {
            key: b"mycel".to_vec(),
            value: root.0.to_vec(),
            leaf: ics23::tendermint_spec().leaf_spec,
            path: vec![InnerOp {
                hash: 1,
                prefix: [&[1][..], &left].concat(),
                suffix: vec![],
            }],
        })),
    };
    Shown {
        record,
        key,
        tree: proof,
        simple,
        app_hash,
        members,
    }
}

fn path(proof: &CommitmentProof) -> Vec<ProofStep> {
    let Some(Proof::Exist(exist)) = &proof.proof else {
        panic!("not of presence");
    };
    exist
        .path
        .iter()
        .map(|step| ProofStep {
            prefix: step.prefix.clone().into(),
            suffix: step.suffix.clone().into(),
        })
        .collect()
}

/// A member of another community, as it is proven there.
fn record_of(name: &str) -> (Vec<u8>, u64) {
    record_after(&["mayor"], name)
}

/// Of someone who joined the other community after these.
fn record_after(others: &[&str], name: &str) -> (Vec<u8>, u64) {
    let mut there = World::new(json!({}));
    there.found(&[others, &[name]].concat());
    there.ok(name, json!({"attest": {}}));
    let number = there.number(name);
    let raw = there
        .sandbox
        .raw(&there.members, state::attested(number).bytes())
        .expect("attested");
    (raw, number)
}

fn hex(bytes: &[u8]) -> String {
    cosmwasm_std::to_hex(bytes)
}

fn here(shown: &Shown) -> World {
    let mut world = World::new(json!({"growth_least": 6}));
    world.found(&["ana"]);
    world.decided(
        json!({"record_header": {"chain_id": "hilltop-1", "height": "100",
        "app_hash": hex(&shown.app_hash), "members": hex(&shown.members)}}),
    );
    world
}

fn join(shown: &Shown, handle: &str, idc: String) -> Value {
    json!({"join_with_export": {
        "export": {
            "chain_id": "hilltop-1", "height": "100", "person": "2",
            "record": Binary::from(shown.record.clone()),
            "tree": path(&shown.tree), "simple": path(&shown.simple),
        },
        "handle": handle, "idc": idc,
    }})
}

#[test]
fn a_member_of_another_community_joins_with_its_proven_record() {
    let (record, number) = record_of("ben");
    let shown = prove(record, number);
    let mut world = here(&shown);
    world.ok("ben", join(&shown, "ben", idc("ben")));
    assert_eq!(world.number("ben"), 2);
    assert!(world.account("ben").is_some());
    assert_eq!(world.class("ben").as_deref(), Some("member"));
    world.check();
}

#[test]
fn who_left_comes_back_with_the_record_of_where_it_has_been() {
    let (record, number) = record_of("ben");
    let shown = prove(record, number);
    let mut world = here(&shown);
    world.join("ana", "ben");
    world.ok("ben", json!({"leave": {}}));
    world.ok("anyone", json!({"advance": {"person": "2"}}));
    world.block();
    world.ok("ben", join(&shown, "ben", idc("ben")));
    assert_eq!(world.number("ben"), 2);
    assert_eq!(world.member("ben").sponsor, None);
    assert!(world.account("ben").is_some());
    world.check();
}

#[test]
fn a_record_and_its_commitment_serve_once() {
    let (record, number) = record_of("ben");
    let shown = prove(record, number);
    let mut world = here(&shown);
    // with another commitment for this chain, the old one is bound, too
    world.ok("ben", join(&shown, "ben", idc("ben here")));
    world.no("ben", join(&shown, "benny", idc("third")), "identity seen");
    world.ok("ana", json!({"invite": {"address": address("cleo")}}));
    let old = json!({"accept": {"sponsor": "1", "handle": "cleo", "idc": idc("ben")}});
    world.no("cleo", old, "identity seen");
    world.check();
}

#[test]
fn who_withdraws_may_show_the_record_again() {
    let (record, number) = record_of("ben");
    let shown = prove(record, number);
    let mut world = here(&shown);
    world.decided(json!({"set_parameters": {"numbers": {"allowed_places": 0}}}));
    world.ok("ben", join(&shown, "ben", idc("ben here")));
    assert!(!world.is_known("ben"));
    world.ok("ben", json!({"withdraw": {}}));
    world.ok("ben", join(&shown, "ben", idc("ben")));
    world.check();
}

#[test]
fn a_record_is_only_its_owners_and_only_under_a_recorded_header() {
    let (record, number) = record_of("ben");
    let shown = prove(record, number);
    let mut world = here(&shown);
    world.no(
        "eve",
        join(&shown, "eve", idc("eve")),
        "proof refused: the record is of another address",
    );
    let mut elsewhere = join(&shown, "ben", idc("ben"));
    elsewhere["join_with_export"]["export"]["height"] = json!("101");
    world.no("ben", elsewhere.clone(), "not found: recorded header=101");
    elsewhere["join_with_export"]["export"]["chain_id"] = json!("nowhere-1");
    world.no("ben", elsewhere, "not found: recorded header");
    let mut other = join(&shown, "ben", idc("ben"));
    other["join_with_export"]["export"]["person"] = json!("1");
    world.no(
        "ben",
        other,
        "proof refused: the record is of another person",
    );
    let mut own = shown.clone();
    own.record[0] ^= 1;
    world.no("ben", join(&own, "ben", idc("ben")), "proof refused");
}

#[test]
fn a_forged_record_or_path_is_refused_wherever_it_is_changed() {
    let (record, number) = record_of("ben");
    let shown = prove(record, number);
    let (tree, simple) = (path(&shown.tree), path(&shown.simple));
    let holds = |tree: &[ProofStep], simple: &[ProofStep], value: &[u8]| {
        verify(tree, simple, &shown.key, value, &shown.app_hash).is_ok()
    };
    assert!(holds(&tree, &simple, &shown.record));
    for at in 0..shown.record.len() {
        let mut changed = shown.record.clone();
        changed[at] ^= 0x40;
        assert!(!holds(&tree, &simple, &changed), "record byte {at}");
    }
    for step in 0..tree.len() {
        let sides = [tree[step].prefix.len(), tree[step].suffix.len()];
        for (side, length) in sides.into_iter().enumerate() {
            for at in 0..length {
                let mut changed = tree.clone();
                let field = if side == 0 {
                    &mut changed[step].prefix
                } else {
                    &mut changed[step].suffix
                };
                let mut bytes = field.to_vec();
                bytes[at] ^= 1;
                *field = bytes.into();
                assert!(
                    !holds(&changed, &simple, &shown.record),
                    "{step} {side} {at}"
                );
            }
        }
        let mut shorter = tree.clone();
        shorter.remove(step);
        assert!(!holds(&shorter, &simple, &shown.record));
    }
    assert!(!holds(&tree, &[], &shown.record));
    let long: Vec<ProofStep> = std::iter::repeat_n(tree[0].clone(), 65).collect();
    assert!(!holds(&long, &simple, &shown.record));
}

#[test]
fn the_ics23_crate_gives_the_same_verdicts() {
    let (record, number) = record_of("ben");
    let shown = prove(record, number);
    let theirs = |shown: &Shown, value: &[u8]| {
        let Some(Proof::Exist(exist)) = &shown.tree.proof else {
            return false;
        };
        let Ok(root) = ics23::calculate_existence_root::<HostFunctionsManager>(exist) else {
            return false;
        };
        let spec = jmt::ics23_spec();
        ics23::verify_membership::<HostFunctionsManager>(
            &shown.tree,
            &spec,
            &root,
            &shown.key,
            value,
        ) && ics23::verify_membership::<HostFunctionsManager>(
            &shown.simple,
            &ics23::tendermint_spec(),
            &shown.app_hash.to_vec(),
            b"mycel",
            &root,
        )
    };
    let ours = |shown: &Shown, value: &[u8]| {
        verify(
            &path(&shown.tree),
            &path(&shown.simple),
            &shown.key,
            value,
            &shown.app_hash,
        )
        .is_ok()
    };
    assert!(theirs(&shown, &shown.record) && ours(&shown, &shown.record));
    let mut changed = shown.clone();
    changed.app_hash[3] ^= 1;
    assert!(!theirs(&changed, &shown.record) && !ours(&changed, &shown.record));
    assert!(!theirs(&shown, b"other") && !ours(&shown, b"other"));
    let mut step = shown.clone();
    if let Some(Proof::Exist(exist)) = &mut step.tree.proof {
        exist.path[0].prefix[0] ^= 1;
    }
    assert!(!theirs(&step, &shown.record) && !ours(&step, &shown.record));
}

#[test]
fn headers_are_recorded_once_a_height_and_never_of_the_own_chain() {
    let (record, number) = record_of("ben");
    let shown = prove(record, number);
    let mut world = here(&shown);
    let header = |chain: &str, app_hash: &str| {
        json!({"record_header": {"chain_id": chain,
        "height": "100", "app_hash": app_hash, "members": hex(&shown.members)}})
    };
    world.decided(header("hilltop-1", &hex(&shown.app_hash)));
    for (chain, words) in [
        ("hilltop-1", "already so: another header of this height"),
        ("mycel-sandbox", "oneself: chain"),
    ] {
        let refusal = world
            .decide("constitutional", &header(chain, &"ab".repeat(32)))
            .expect_err("refused");
        assert!(refusal.text.contains(words), "{}", refusal.text);
    }
}

#[test]
fn a_community_counts_as_one_sponsor_tree() {
    let mut world = World::new(json!({"growth_least": 3}));
    world.found(&["ana"]);
    let mut headers = vec![];
    for (height, others, name) in [
        ("100", &["mayor"][..], "ben"),
        ("200", &["mayor", "ben"], "cleo"),
    ] {
        let (record, number) = record_after(others, name);
        let shown = prove(record, number);
        world.decided(
            json!({"record_header": {"chain_id": "hilltop-1", "height": height,
            "app_hash": hex(&shown.app_hash), "members": hex(&shown.members)}}),
        );
        headers.push((height, name, number, shown));
    }
    for (height, name, number, shown) in headers {
        let mut msg = join(&shown, name, idc(name));
        msg["join_with_export"]["export"]["height"] = json!(height);
        msg["join_with_export"]["export"]["person"] = json!(number.to_string());
        world.ok(name, msg);
        world.block();
    }
    assert!(world.is_known("ben"));
    assert!(
        !world.is_known("cleo"),
        "one of three places goes to a tree"
    );
    world.check();
}
