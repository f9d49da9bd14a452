//! A wallet's own copy of all leaves: believed only if the root that the node names is theirs.
mod mock;

use std::task::{Context, Poll, Waker};

use mock::{Node, chain::MockChain};
use mycel_client::{
    Client,
    trust::{TrustError, chain::Roll, element, showing},
};
use mycel_mailbox::Fr;
use mycel_types::AccountAddress;
use serde_json::json;

/// Runs a future that never waits.
fn now<F: Future>(future: F) -> F::Output {
    let mut future = Box::pin(future);
    match future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("a mock node answers at once"),
    }
}

fn hex(value: &Fr) -> String {
    hex::encode(element(value))
}

/// What a wallet makes of these leaves under that root.
fn read(leaves: &[(u32, Fr)], root: &Fr) -> Result<Roll, TrustError> {
    let mut node = Node::new(MockChain::new());
    let told: Vec<_> = leaves
        .iter()
        .map(|(index, leaf)| json!({"index": index, "leaf": hex(leaf)}))
        .collect();
    let page = json!({"leaves": told, "root": hex(root), "places": 9, "next": null});
    node.smart.insert("leaves".into(), page);
    let client = Client::new(node);
    let contract = AccountAddress::new([9; 32]).unwrap();
    now(client.trust(contract).roll())
}

#[test]
fn leaves_whose_root_is_not_the_one_that_the_node_names_are_no_roll() {
    let leaves: Vec<(u32, Fr)> = [(0, 5u64), (1, 6), (4, 7)]
        .map(|(index, leaf)| (index, Fr::from(leaf)))
        .to_vec();
    let root = showing::tree(&leaves).unwrap().root();
    let roll = read(&leaves, &root).unwrap();
    assert_eq!((roll.leaves, roll.root), (leaves.clone(), root));
    // one left out, another's, one too many, two in each other's places
    let without = leaves[1..].to_vec();
    let mut another = leaves.clone();
    another[2].1 = Fr::from(8u64);
    let more = [leaves.clone(), vec![(2, Fr::from(9u64))]].concat();
    let mut swapped = leaves.clone();
    (swapped[0].0, swapped[1].0) = (1, 0);
    for wrong in [without, another, more, swapped, vec![]] {
        let refused = read(&wrong, &root);
        assert!(
            matches!(refused, Err(TrustError::Root { proven: false, .. })),
            "{wrong:?}: {refused:?}"
        );
    }
}
