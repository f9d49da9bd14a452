//! An honest member: 24 entries folded, five waiting, two deals gone wrong.

use ark_bn254::Fr;
use ark_ff::AdditiveGroup;
use mycel_circuits::example::Source;
use mycel_circuits::{Attest, Circuit, Fold, Member, Show};
use mycel_mailbox::{
    Attr, DealKey, Direction, Entry, Identity, Rating, State, Thresholds, Tree, first_head,
};

/// The waiting entry, and a folded one, that did not go well.
pub const BAD: usize = 1;

pub fn identity() -> Identity {
    Identity { sk: 777u64.into() }
}

pub fn another() -> Identity {
    Identity { sk: 778u64.into() }
}

fn rating(outcome: bool) -> Rating {
    Rating {
        outcome,
        weight: 50,
        eco: 900,
        reciprocity: 500,
    }
}

pub fn entry(number: u64, period: u32) -> Entry {
    let outcome = number % 8 != BAD as u64;
    rating(outcome).entry(Fr::from(1000 + number), period)
}

/// State and head of 24 entries in the periods 19 to 21.
pub fn folded() -> (State, Fr) {
    let mut state = State::default();
    let mut head = first_head(identity().idc(), Fr::from(1234u64));
    for number in 0..24 {
        let entry = entry(number, 19 + number as u32 / 8);
        state.absorb(&entry).expect("periods grow");
        head = entry.after(head);
    }
    state.r = identity().blinding(3);
    (state, head)
}

/// Five entries of the periods 21, 21, 21, 22, 22.
pub fn tail() -> Vec<Entry> {
    (0..5)
        .map(|number| entry(24 + number, 21 + number as u32 / 3))
        .collect()
}

pub fn head(from: Fr, entries: &[Entry]) -> Fr {
    entries.iter().fold(from, |head, entry| entry.after(head))
}

pub fn show() -> Show {
    let (state, f) = folded();
    let mut tree = Tree::default();
    for (index, leaf) in [(41, 11u64), (40, 12), (7, 13)] {
        tree.set(index, leaf.into()).expect("in the tree");
    }
    let scope = Fr::from(4242u64);
    let mut show = Show {
        root: Fr::ZERO,
        period: 24,
        cutoff: 1000,
        subject: Fr::ZERO,
        scope,
        signal: 99u64.into(),
        nullifier: identity().nullifier(scope),
        thresholds: Thresholds {
            theta: 1 << 14,
            t_min: 15,
            theta_rel: 8 << 12,
            theta_eco: 8 << 12,
            theta_rec: 4 << 12,
        },
        sk: identity().sk,
        state,
        f,
        attr: Attr {
            joined: 4,
            keyed: 900,
            vouch: 39,
        },
        tail: tail(),
        path: tree.path(41).expect("in the tree"),
    };
    rooted(&mut show);
    show.check().expect("honest");
    show
}

pub fn leaf(show: &Show) -> Fr {
    let head = head(show.f, &show.tail);
    mycel_mailbox::leaf(
        identity().idc(),
        show.state.commit(),
        show.f,
        head,
        &show.attr,
    )
}

/// Puts the leaf into the tree as it is now: the contract wrote it so.
pub fn rooted(show: &mut Show) {
    show.root = show.path.root(leaf(show));
}

pub fn fold() -> Fold {
    let (state, f) = folded();
    Fold::new(&identity(), &state, f, &tail(), 3)
        .expect("honest")
        .0
}

/// What the sums become by entries as given, under the fold's blinding.
pub fn next(fold: &Fold, entries: &[Entry]) -> State {
    let mut state = fold.state;
    for entry in entries {
        state.absorb(entry).expect("periods grow");
    }
    state.r = fold.blinding;
    state
}

pub fn deal() -> DealKey {
    DealKey {
        key: 31_337u64.into(),
        deal: 77u64.into(),
    }
}

pub fn attest() -> Attest {
    Attest::new(&deal(), Direction::AtoB, rating(true)).expect("honest")
}

pub fn member() -> Member {
    let show = show();
    Member {
        root: show.root,
        cutoff: show.cutoff,
        subject: show.subject,
        scope: show.scope,
        signal: show.signal,
        nullifier: show.nullifier,
        sk: show.sk,
        c: show.state.commit(),
        f: show.f,
        h: head(show.f, &show.tail),
        attr: show.attr,
        path: show.path,
    }
}

pub fn member_leaf(member: &Member) -> Fr {
    mycel_mailbox::leaf(identity().idc(), member.c, member.f, member.h, &member.attr)
}

/// A random source whose seed a failing test prints.
pub fn source(seed: u64) -> Source {
    println!("seed={seed}");
    Source::new(seed)
}
