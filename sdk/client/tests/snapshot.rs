//! Verified reads from a node that may lie.
mod mock;

use std::task::{Context, Poll, Waker};

use mock::{
    Node,
    chain::{MockChain, update, write},
};
use mycel_client::{Client, ClientError, Trust};
use mycel_light::{VerifyError, verify};
use mycel_store::Delta;
use mycel_types::{StoreId, key};

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

/// Every third block one of four validators is replaced, by the end all of them several times.
fn restless() -> MockChain {
    let mut chain = MockChain::new();
    for next in 0..20u8 {
        chain.grow(
            Delta::new(),
            vec![update(next + 1, 0), update(next + 5, 10)],
        );
        chain.grow(
            write(&[(StoreId::Mycel, &[0x20, next], &[next + 1])]),
            vec![],
        );
        chain.grow(Delta::new(), vec![]);
    }
    chain
}

#[test]
fn a_value_is_read_with_its_proof_at_the_newest_provable_height() {
    let mut chain = MockChain::new();
    chain.grow(write(&[(StoreId::Mycel, b"\x20k", b"v")]), vec![]);
    chain.grow_to(4);
    let trust = chain.trust_validators(1);
    let client = Client::new(Node::new(chain));
    let snapshot = now(client.snapshot(&trust, None)).unwrap();
    assert_eq!(snapshot.height(), 3);
    assert_eq!(
        now(snapshot.get(StoreId::Mycel, b"\x20k"))
            .unwrap()
            .unwrap(),
        b"v"
    );
    assert_eq!(now(snapshot.get(StoreId::Mycel, b"\x20l")).unwrap(), None);
    let bundle = now(snapshot.bundle(StoreId::Ibc, key::IBC_SENTINEL)).unwrap();
    assert_eq!(verify(&bundle.to_json(), &trust).unwrap().height, 3);
    assert!(matches!(
        now(client.snapshot(&trust, Some(4))),
        Err(ClientError::Unverifiable(_))
    ));
}

#[test]
fn the_way_from_a_trusted_block_is_found_over_many_validator_changes() {
    let chain = restless();
    let trust = chain.trust_block(2);
    let set = chain.trust_validators(1);
    let client = Client::new(Node::new(chain));
    let snapshot = now(client.snapshot(&trust, None)).unwrap();
    let bundle = now(snapshot.bundle(StoreId::Mycel, b"\x20\x03")).unwrap();
    assert!(bundle.path.len() > 4, "path={}", bundle.path.len());
    assert_eq!(
        verify(&bundle.to_json(), &trust).unwrap().value.unwrap(),
        [4]
    );
    // few calls: the way is halved, not walked
    let commits = client.transport().calls.lock().unwrap()["commit"];
    assert!(commits < 40, "commits={commits}");
    // that validator set is long gone: nothing is wrong, but nothing can be shown
    assert!(matches!(
        now(client.snapshot(&set, None)),
        Err(ClientError::Unverifiable(_))
    ));
}

#[test]
fn a_lie_is_noticed() {
    let mut chain = MockChain::new();
    chain.grow(write(&[(StoreId::Mycel, b"\x20k", b"v")]), vec![]);
    chain.grow_to(4);
    let trust = chain.trust_validators(1);
    for lie in [b"w".to_vec(), vec![]] {
        let mut node = Node::new(MockChain::new());
        std::mem::swap(&mut node.chain, &mut chain);
        node.lie = Some(lie);
        let client = Client::new(node);
        let snapshot = now(client.snapshot(&trust, None)).unwrap();
        assert!(matches!(
            now(snapshot.get(StoreId::Mycel, b"\x20k")),
            Err(ClientError::Verify(VerifyError::Proof(_)))
        ));
        chain = MockChain::new();
        chain.grow(write(&[(StoreId::Mycel, b"\x20k", b"v")]), vec![]);
        chain.grow_to(4);
    }
    // another chain under the same name
    let mut other = MockChain::with(&[(21, 10)]);
    other.grow_to(3);
    let client = Client::new(Node::new(other));
    assert!(matches!(
        now(client.snapshot(
            &Trust::Block {
                height: 2,
                hash: [1; 32]
            },
            None
        )),
        Err(ClientError::Verify(VerifyError::Untrusted { .. }))
    ));
}
