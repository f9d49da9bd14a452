//! The tree over chosen key hashes: long common prefixes, which no test can find through SHA-256.
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use jmt::{KeyHash, Sha256Jmt, mock::MockTreeStore};
use proptest::prelude::*;

use super::{
    Child, Hash, Node, NodeKey, Nodes, Side, TreeRef, TreeUpdate, neighbour, node::leaf_hash, path,
    update::apply_hashed,
};
use crate::StateFault;

/// Nodes in memory that forgets what goes stale, so that reading a stale one fails.
#[derive(Default)]
struct Memory(Mutex<BTreeMap<NodeKey, Arc<Node>>>);

impl Nodes for Memory {
    fn node(&self, key: &NodeKey, expected: &Hash) -> Result<Arc<Node>, StateFault> {
        let nodes = self.0.lock().expect("no panic holds it");
        let node = nodes.get(key).cloned().expect("not stale");
        assert_eq!(node.hash(), *expected);
        let decoded = Node::decode(&node.encode()).expect("own encoding");
        assert_eq!(decoded, *node);
        Ok(node)
    }
}

impl Memory {
    fn keep(&self, update: &TreeUpdate) {
        let mut nodes = self.0.lock().expect("no panic holds it");
        for stale in &update.stale {
            assert!(nodes.remove(stale).is_some(), "stale once: {stale:?}");
        }
        for (path, node) in &update.nodes {
            let key = NodeKey {
                version: update.version,
                path: *path,
            };
            nodes.insert(key, node.clone());
        }
    }
}

/// Hashes that differ late: few first bytes, few last ones.
fn hash() -> impl Strategy<Value = Hash> {
    (0u8..3, 0u8..3, 0u8..4, 0u8..17).prop_map(|(first, at, bits, last)| {
        let mut hash = [0x5a; 32];
        hash[0] = [0, 0x0f, 0xf0][usize::from(first)];
        hash[[1, 15, 31][usize::from(at)]] ^= bits << 3;
        hash[31] ^= last;
        hash
    })
}

type Change = (Hash, Option<u8>);

fn batches() -> impl Strategy<Value = Vec<Vec<Change>>> {
    let change = (hash(), prop::option::weighted(0.6, any::<u8>()));
    prop::collection::vec(prop::collection::vec(change, 0..25), 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_shape_has_jmts_root_no_spare_nodes_and_true_neighbours(batches in batches()) {
        let memory = Arc::new(Memory::default());
        let mut root: Option<Child> = None;
        let mut map = BTreeMap::<Hash, u8>::new();
        let oracle = MockTreeStore::default();
        for (version, batch) in batches.iter().enumerate() {
            let batch: BTreeMap<Hash, Option<u8>> = batch.iter().copied().collect();
            let leaves = batch.iter().map(|(key, value)| (*key, value.map(|v| leaf_hash(key, &[v]))));
            let parent = TreeRef { root: root.clone(), nodes: memory.clone() };
            let update = apply_hashed(&parent, version as u64, leaves.collect()).expect("apply");
            let changes = batch.iter().map(|(key, value)| (KeyHash(*key), value.map(|v| vec![v])));
            let (expected, write) =
                Sha256Jmt::new(&oracle).put_value_set(changes, version as u64).expect("jmt");
            oracle.write_tree_update_batch(write).expect("mock");
            prop_assert_eq!(update.root(), expected.0);
            memory.keep(&update);
            root = update.root.clone();
            for (key, value) in batch {
                match value {
                    Some(value) => map.insert(key, value),
                    None => map.remove(&key),
                };
            }
            let tree = TreeRef { root: root.clone(), nodes: memory.clone() };
            let probes = batches.iter().flatten().map(|(key, _)| *key).chain([[0; 32], [0xff; 32]]);
            for key in probes {
                let at = path(&tree, &key).expect("path");
                let leaf = map.get(&key).map(|value| (key, leaf_hash(&key, &[*value])));
                prop_assert_eq!(at.leaf.filter(|(found, _)| *found == key), leaf);
                let left = map.range(..key).next_back().map(|(key, _)| *key);
                prop_assert_eq!(neighbour(&tree, &key, Side::Left).expect("left"), left);
                let right = map.range(key..).find(|(at, _)| **at != key).map(|(key, _)| *key);
                prop_assert_eq!(neighbour(&tree, &key, Side::Right).expect("right"), right);
            }
        }
        // what is left is exactly what the last root reaches
        let mut reached = 0;
        let mut open: Vec<(super::Path, Child)> = root.into_iter().map(|root| (super::Path::ROOT, root)).collect();
        while let Some((path, child)) = open.pop() {
            if let Child::Inner { version, hash } = child {
                reached += 1;
                let node = memory.node(&NodeKey { version, path }, &hash).expect("kept");
                open.extend(node.0.iter().map(|(nibble, child)| (path.push(*nibble), child.clone())));
            }
        }
        prop_assert_eq!(memory.0.lock().expect("no panic holds it").len(), reached);
    }
}

#[test]
fn bytes_that_are_no_node_are_refused() {
    let leaf = Child::Leaf {
        key_hash: [1; 32],
        hash: [2; 32],
    };
    let good = Node(vec![(3, leaf.clone()), (9, leaf.clone())]).encode();
    assert!(Node::decode(&good).is_some());
    assert!(Node::decode(&[]).is_none());
    for cut in 1..good.len() {
        assert!(Node::decode(&good[..cut]).is_none() || cut == good.len() / 2);
    }
    assert!(Node::decode(&Node(vec![(9, leaf.clone()), (3, leaf)]).encode()).is_none());
    assert!(Node::decode(&[0x25; 100]).is_none());
}
