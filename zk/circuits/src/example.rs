//! Random valid instances: the same seed gives the same, on every machine.

use ark_bn254::Fr;
use mycel_mailbox::tag;
use mycel_mailbox::{
    Attr, DealKey, Direction, Entry, Identity, Rating, Score, State, Thresholds, Tree, first_head,
    fr,
};

use crate::gadgets::absorb::TAIL;
use crate::{Attest, Fold, Member, Show};

/// Numbers from a seed: BLAKE3 of the seed and a counter.
#[derive(Debug, Clone)]
pub struct Source {
    seed: u64,
    drawn: u64,
}

impl Source {
    /// Of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed, drawn: 0 }
    }

    fn bytes(&mut self) -> [u8; 32] {
        self.drawn += 1;
        tag::hash(
            "example",
            &[&self.seed.to_be_bytes(), &self.drawn.to_be_bytes()],
        )
    }

    /// An element.
    pub fn element(&mut self) -> Fr {
        fr(&self.bytes())
    }

    /// A number from `least` to `most`.
    pub fn number(&mut self, least: u64, most: u64) -> u64 {
        let [.., a, b, c, d, e, f, g] = self.bytes();
        let drawn = u64::from_be_bytes([0, a, b, c, d, e, f, g]);
        least + drawn % (most - least + 1)
    }

    /// A rating, three out of four good.
    pub fn rating(&mut self) -> Rating {
        Rating {
            outcome: self.number(0, 3) > 0,
            weight: self.number(1, 65_535) as u16,
            eco: self.number(0, 1000) as u16,
            reciprocity: self.number(0, 1000) as u16,
        }
    }

    /// Entries of growing period.
    pub fn entries(&mut self, count: usize, mut period: u32) -> Vec<Entry> {
        let mut entries = Vec::with_capacity(count);
        for _ in 0..count {
            period += self.number(0, 9).saturating_sub(7) as u32;
            entries.push(self.rating().entry(self.element(), period));
        }
        entries
    }
}

pub(crate) fn attest(seed: u64) -> Attest {
    let mut source = Source::new(seed);
    let key = DealKey {
        key: source.element(),
        deal: source.element(),
    };
    let direction = Direction::ALL[source.number(0, 1) as usize];
    Attest::new(&key, direction, source.rating()).expect("a random rating is in range")
}

/// A mailbox: who, the folded sums and head, entries after it.
struct Mailbox {
    identity: Identity,
    state: State,
    f: Fr,
    tail: Vec<Entry>,
}

fn mailbox(source: &mut Source) -> Mailbox {
    let identity = Identity {
        sk: source.element(),
    };
    let mut state = State::default();
    let mut f = first_head(identity.idc(), source.element());
    let begin = source.number(1, 1000) as u32;
    let (folded, waiting) = (
        source.number(8, 24) as usize,
        source.number(1, TAIL as u64) as usize,
    );
    let mut entries = source.entries(folded + waiting, begin);
    let tail = entries.split_off(folded);
    for entry in &entries {
        state.absorb(entry).expect("periods grow");
        f = entry.after(f);
    }
    state.r = source.element();
    Mailbox {
        identity,
        state,
        f,
        tail,
    }
}

pub(crate) fn fold(seed: u64) -> Fold {
    let source = &mut Source::new(seed);
    let own = mailbox(source);
    let folds = source.number(0, 100);
    let fold = Fold::new(&own.identity, &own.state, own.f, &own.tail, folds);
    fold.expect("periods grow").0
}

pub(crate) fn show(seed: u64) -> Show {
    let source = &mut Source::new(seed);
    let own = mailbox(source);
    let (mut state, mut h) = (own.state, own.f);
    for entry in &own.tail {
        state.absorb(entry).expect("periods grow");
        h = entry.after(h);
    }
    let period = state.last + source.number(0, 2) as u32;
    let attr = Attr {
        joined: period.saturating_sub(source.number(1, 30) as u32),
        keyed: source.number(1, 900) as u32,
        vouch: source.number(1, 64) as u8,
    };
    let leaf = mycel_mailbox::leaf(own.identity.idc(), own.state.commit(), own.f, h, &attr);
    let (root, path) = in_tree(source, leaf);
    let score = Score::of(&state, &attr, period).expect("periods grow");
    let named = source.number(0, 1) == 1;
    let scope = source.element();
    Show {
        root,
        period,
        cutoff: attr.keyed + source.number(0, 9) as u32,
        subject: if named {
            own.identity.idc()
        } else {
            0u64.into()
        },
        scope,
        signal: source.element(),
        nullifier: own.identity.nullifier(scope),
        thresholds: within_reach(&score),
        sk: own.identity.sk,
        state: own.state,
        f: own.f,
        attr,
        tail: own.tail,
        path,
    }
}

/// The highest thresholds on steps of 1/16 that a score meets.
fn within_reach(score: &Score) -> Thresholds {
    let [s, t, e, r] = score.sums;
    let step = |share: u128| (share >> 12 << 12) as u64;
    let one = 1 << 16;
    let standing = u128::from(score.age * score.vouch);
    let whole = s * e / t * standing / t * one / (1000 * 16 * 64);
    Thresholds {
        theta: if whole == 0 { 0 } else { 1 << whole.ilog2() },
        t_min: (t / 2).max(1) as u64,
        theta_rel: step(s * one / t),
        theta_eco: step(e * one / (t * 1000)),
        theta_rec: step(r * one / (t * 1000)),
    }
}

/// A tree of a few random leaves and this one.
fn in_tree(source: &mut Source, leaf: Fr) -> (Fr, mycel_mailbox::tree::Path) {
    let mut tree = Tree::default();
    let index = source.number(0, (1 << 20) - 1) as u32;
    for neighbour in [index ^ 1, index ^ 2, index ^ 1 << 19] {
        tree.set(neighbour, source.element()).expect("below 2^20");
    }
    tree.set(index, leaf).expect("below 2^20");
    (tree.root(), tree.path(index).expect("below 2^20"))
}

pub(crate) fn member(seed: u64) -> Member {
    let source = &mut Source::new(seed);
    let identity = Identity {
        sk: source.element(),
    };
    let [c, f, h, scope, signal] = [(); 5].map(|()| source.element());
    let attr = Attr {
        joined: source.number(0, 99) as u32,
        keyed: source.number(0, 900) as u32,
        vouch: source.number(0, 64) as u8,
    };
    let (root, path) = in_tree(source, mycel_mailbox::leaf(identity.idc(), c, f, h, &attr));
    let named = source.number(0, 1) == 1;
    Member {
        root,
        cutoff: attr.keyed + source.number(0, 9) as u32,
        subject: if named { identity.idc() } else { 0u64.into() },
        scope,
        signal,
        nullifier: identity.nullifier(scope),
        sk: identity.sk,
        c,
        f,
        h,
        attr,
        path,
    }
}
