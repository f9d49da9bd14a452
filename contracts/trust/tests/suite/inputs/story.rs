//! A town under the compiled contract and the chain's own verifier: a member
//! that has dealt with twelve others, each rating opened with a real proof.

use std::ops::{Deref, DerefMut};

use cosmwasm_std::HexBinary;
use mycel_circuits::{Attest, Fold, Kind, Member, Show};
use mycel_mailbox::tree::Path;
use mycel_mailbox::{Attr, Direction, Entry, Fr, State, Thresholds, element, fr};
use mycel_sandbox::{Code, Sandbox, address};
use mycel_trust::tree::ask;
use serde_json::{Value, json};

use super::proving::{key, made};
use crate::deals::ground::{RATING, Town, rating};
use crate::gates::ground::{Gated, Showing, TERM, consumer, gate, members_gate};
use crate::wasm::wasm;
use crate::world::{BEGIN, TIMES, World, bytes, fold};

/// Whom member 1 has dealt with: 2, 3 …
pub const PARTNERS: u64 = 12;
/// What a deal weighs: a partner's cap of the period.
pub const WEIGHT: u16 = 200;
/// What the gates of circuit show ask, in its order. Twelve partners of one
/// period give 8 · 2,400 in it, half of that in the next.
pub const ASKED: [u64; 5] = [4_096, 9_000, 32_768, 49_152, 28_672];

/// Trust compiled, with real keys.
pub fn world() -> World {
    let mut sandbox = Sandbox::new(BEGIN);
    sandbox.set_development(true);
    let digests = Kind::ALL.map(|kind| {
        let verifying = key(kind).verifying_key().encode();
        sandbox
            .register_verifying_key(kind.name(), &verifying, None, true)
            .expect("a key")
    });
    World::among(sandbox, &digests, wasm())
}

/// The town, and what member 1 knows of itself.
pub struct Story {
    pub gated: Gated,
    /// Its sums, and the entries that are not in them.
    pub state: State,
    pub tail: Vec<Entry>,
}

impl Deref for Story {
    type Target = Gated;
    fn deref(&self) -> &Gated {
        &self.gated
    }
}

impl DerefMut for Story {
    fn deref_mut(&mut self) -> &mut Gated {
        &mut self.gated
    }
}

impl Story {
    /// Gates 3: once, 4: named, 5: pseudonym, all of circuit show; 7: once, of
    /// member; 8: as 3, of the other consumer. It is period 2, and so many
    /// partners have rated member 1, one of them badly.
    pub fn new(partners: u64) -> Story {
        let mut town = Town::of(world(), 1 + partners);
        town.set_leaf(1, true, 64);
        let numbers = json!({"open_deals": 20, "rater_cap": 10_000, "weight_small": WEIGHT});
        town.set(json!({"numbers": numbers}));
        let code = town.sandbox.store(Code::native(consumer()));
        let [consumer, other] = ["consumer", "other"].map(|name| {
            town.sandbox
                .instantiate2(&address("key"), code, name, &json!({}))
                .expect("a consumer")
        });
        town.wait(2 * u64::from(TIMES.period) + 5);
        let gated = Gated {
            town,
            consumer: consumer.clone(),
            other: other.clone(),
        };
        let (state, tail) = (State::default(), vec![]);
        let mut story = Story { gated, state, tail };
        let term = json!({"seconds": TERM.to_string()});
        let shows = [
            gate(3, &consumer, "once", term.clone()),
            gate(4, &consumer, "named", term.clone()),
            gate(5, &consumer, "pseudonym", term.clone()),
            gate(8, &other, "once", term.clone()),
        ];
        let shows = shows.map(|mut asked| {
            let [theta, t_min, rel, eco, rec] = ASKED;
            asked["theta"] = json!(theta);
            asked["t_min"] = json!(t_min.to_string());
            asked["theta_rel"] = json!(rel);
            asked["theta_eco"] = json!(eco);
            asked["theta_rec"] = json!(rec);
            asked
        });
        let members = members_gate(7, &consumer, "once", term);
        for asked in shows.iter().chain([&members]) {
            story.open(asked).expect("a gate");
        }
        story.receive_ratings(partners);
        story
    }

    fn receive_ratings(&mut self, partners: u64) {
        let mut promised = vec![];
        for partner in 2..2 + partners {
            let (nonce, good) = (partner as u8, partner != 5);
            let deal = self.deal(1, partner, nonce, None);
            assert_eq!(self.seen(deal).weight, WEIGHT);
            let sealed = self.sealed(deal, 1, nonce, good);
            self.ok(partner, &sealed.commit());
            promised.push((partner, good, sealed));
        }
        self.wait(RATING);
        for (partner, good, sealed) in promised {
            let key = self.deal_key(1, partner, partner as u8);
            let said = rating(good, WEIGHT);
            let attest = Attest::new(&key, Direction::BtoA, said).expect("a rating");
            let proof = made(Kind::Attest, &attest).proof;
            self.ok(1, &sealed.open_with(&proof));
            self.tail.push(said.entry(fr(&sealed.rho), 2));
        }
        self.wait(u64::from(TIMES.appeal));
        assert_eq!(self.mailbox(1).entries, partners as u32);
    }

    /// Member 1's next fold of so many entries, and what it leaves.
    pub fn next_fold(&self, entries: usize) -> (Fold, State) {
        let one = self.mailbox(1);
        let head = fr(&bytes(&one.folded_head));
        let (identity, tail) = (self.identity(1, 0), &self.tail[..entries]);
        Fold::new(&identity, &self.state, head, tail, one.folds.into()).expect("a fold")
    }

    /// Member 1 folds eight, and a slot passes.
    pub fn folded(mut self) -> Story {
        let (circuit, next) = self.next_fold(8);
        let proof = made(Kind::Fold, &circuit).proof;
        self.ok(1, &fold(8, &element(&next.commit()), &proof));
        self.state = next;
        self.tail.drain(..8);
        self.slot_passes();
        self
    }

    /// So that what there is lies under the slot's root.
    pub fn slot_passes(&mut self) {
        self.wait(u64::from(TIMES.slot));
        let now = self.status().slot.0;
        let found: Value = self.query(&json!({"root": {"slot": now.to_string()}}));
        assert_eq!(found["root"], json!(self.status().root));
    }

    /// What member 1 says at a gate, and what the contract then builds; a
    /// subject only where the gate is `named`.
    pub fn says(&self, gate: u64, action: &Value) -> Showing {
        let mut showing = self.showing(gate, 0, action);
        let circuit = showing.circuit;
        let place = |name| Gated::place(circuit, name);
        let scope = fr(&showing.inputs[place("scope")]);
        showing.nf = element(&self.identity(1, 0).nullifier(scope));
        showing.inputs[place("nf")] = showing.nf;
        if gate == 4 {
            showing.inputs[place("subject")] = self.idc(1, 0);
        }
        if circuit == "show" {
            for (input, asked) in showing.inputs[7..].iter_mut().zip(ASKED) {
                *input = mycel_mailbox::tag::small(asked);
            }
        }
        showing
    }

    fn attr(&self) -> Attr {
        let one = self.mailbox(1);
        Attr {
            joined: one.joined,
            keyed: one.keyed,
            vouch: one.vouch,
        }
    }

    fn way(&self) -> Path {
        let index = self.mailbox(1).index;
        let way: ask::Path = self.query(&json!({"path": {"index": index}}));
        let siblings: Vec<Fr> = way.siblings.iter().map(|node| fr(&bytes(node))).collect();
        Path {
            index,
            siblings: siblings.try_into().expect("twenty"),
        }
    }

    /// The honest instance of circuit show for what was said.
    pub fn show_of(&self, said: &Showing) -> Show {
        let input = |name| fr(&said.inputs[Gated::place("show", name)]);
        let [theta, t_min, theta_rel, theta_eco, theta_rec] = ASKED;
        Show {
            root: input("root"),
            period: self.status().period,
            cutoff: small(&said.inputs[Gated::place("show", "cutoff")]),
            subject: input("subject"),
            scope: input("scope"),
            signal: input("signal"),
            nullifier: input("nf"),
            thresholds: Thresholds {
                theta,
                t_min,
                theta_rel,
                theta_eco,
                theta_rec,
            },
            sk: self.identity(1, 0).sk,
            state: self.state,
            f: fr(&bytes(&self.mailbox(1).folded_head)),
            attr: self.attr(),
            tail: self.tail.clone(),
            path: self.way(),
        }
    }

    /// … and of circuit member.
    pub fn member_of(&self, said: &Showing) -> Member {
        let input = |name| fr(&said.inputs[Gated::place("member", name)]);
        let one = self.mailbox(1);
        let part = |hex: &HexBinary| fr(&bytes(hex));
        Member {
            root: input("root"),
            cutoff: small(&said.inputs[Gated::place("member", "cutoff")]),
            subject: input("subject"),
            scope: input("scope"),
            signal: input("signal"),
            nullifier: input("nf"),
            sk: self.identity(1, 0).sk,
            c: part(&one.state),
            f: part(&one.folded_head),
            h: part(&one.head),
            attr: self.attr(),
            path: self.way(),
        }
    }
}

fn small(element: &mycel_trust::element::Element) -> u32 {
    let (high, low) = element.split_at(28);
    assert!(high.iter().all(|byte| *byte == 0));
    u32::from_be_bytes(low.try_into().expect("four bytes"))
}
