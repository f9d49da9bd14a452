//! Leaves and the tree.

use mycel_mailbox::hash::p2;
use mycel_mailbox::tree::{DEPTH, empty, node};
use mycel_mailbox::{Attr, Fr, Tree, leaf};

#[test]
fn an_empty_trees_root_is_that_of_zeros() {
    assert_eq!(Tree::default().root(), empty()[DEPTH]);
    assert_eq!(empty()[1], node(Fr::from(0u64), Fr::from(0u64)));
}

#[test]
fn a_node_is_p2_of_left_and_right_all_the_way_to_the_root() {
    let [left, right] = [3u64, 4].map(Fr::from);
    assert_eq!(node(left, right), p2(left, right));
    // two leaves and nothing else, twenty hashes up
    let mut tree = Tree::default();
    tree.set(0, left).expect("in the tree");
    tree.set(1, right).expect("in the tree");
    let mut nothing = Fr::from(0u64);
    let mut root = p2(left, right);
    for _ in 1..20 {
        nothing = p2(nothing, nothing);
        root = p2(root, nothing);
    }
    assert_eq!(tree.root(), root);
}

#[test]
fn every_leaf_has_a_path_to_the_root_and_zero_takes_it_out() {
    let mut tree = Tree::default();
    let places = [0, 1, 2, 77, (1 << 20) - 1];
    for place in places {
        tree.set(place, Fr::from(u64::from(place) + 5))
            .expect("in the tree");
    }
    for place in places {
        let path = tree.path(place).expect("in the tree");
        assert_eq!(path.root(tree.leaf(place)), tree.root());
        assert_ne!(path.root(Fr::from(4u64)), tree.root());
    }
    for place in places {
        tree.set(place, Fr::from(0u64)).expect("in the tree");
    }
    assert_eq!(tree.root(), empty()[DEPTH]);
}

#[test]
fn the_order_of_writing_does_not_matter() {
    let [mut one, mut two] = [Tree::default(), Tree::default()];
    for i in 0..20u32 {
        one.set(i * 7, Fr::from(i)).expect("in the tree");
        two.set((19 - i) * 7, Fr::from(19 - i))
            .expect("in the tree");
    }
    assert_eq!(one.root(), two.root());
}

#[test]
fn a_place_outside_the_tree_is_refused() {
    let says = Tree::default()
        .set(1 << 20, Fr::from(1u64))
        .expect_err("outside")
        .to_string();
    assert_eq!(says, "leaf outside the tree: index=1048576 leaves=1048576");
    assert!(Tree::default().path(u32::MAX).is_err());
}

#[test]
fn attributes_pack_24_24_and_7_bits_and_more_is_refused() {
    let attr = Attr {
        joined: (1 << 24) - 1,
        keyed: 5,
        vouch: 64,
    };
    assert_eq!(attr.packed(), ((1 << 24) - 1) + (5 << 24) + (64 << 48));
    assert_eq!(attr.check(), Ok(()));
    for wide in [
        Attr {
            joined: 1 << 24,
            ..attr
        },
        Attr {
            keyed: 1 << 24,
            ..attr
        },
        Attr { vouch: 128, ..attr },
    ] {
        assert!(wide.check().is_err());
    }
}

#[test]
fn a_leaf_depends_on_all_five() {
    let attr = Attr::default();
    let [zero, one] = [0u64, 1].map(Fr::from);
    let made = [
        leaf(zero, zero, zero, zero, &attr),
        leaf(one, zero, zero, zero, &attr),
        leaf(zero, one, zero, zero, &attr),
        leaf(zero, zero, one, zero, &attr),
        leaf(zero, zero, zero, one, &attr),
        leaf(zero, zero, zero, zero, &Attr { joined: 1, ..attr }),
    ];
    for (i, one) in made.iter().enumerate() {
        assert!(!made[..i].contains(one));
    }
}
