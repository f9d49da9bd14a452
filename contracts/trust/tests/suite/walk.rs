//! Random plays: after every message all that is stored holds.
//! `MYCEL_CASES` plays (default 6) of `MYCEL_STEPS` (default 120) from
//! `MYCEL_SEED` (default 1).

use cosmwasm_std::HexBinary;
use mycel_kit::Id;
use mycel_kit::peers::trust::TrustMsg;
use mycel_mailbox::tag;
use mycel_sandbox::{Receipt, Refusal, mock_proof};
use mycel_trust::keys::rekey::scope;
use mycel_trust::tree::ask::Root;
use serde_json::{Value, json};

use crate::world::{TIMES, World, bytes};

/// A number that a test's person may set.
pub fn told(name: &str, default: u64) -> u64 {
    #[allow(clippy::disallowed_methods, reason = "a test's own setting")]
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

/// A play.
pub struct Play {
    pub world: World,
    random: u64,
    persons: u64,
    identities: u64,
    ratings: u64,
    deals: u64,
}

/// What somebody does.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    Enrol(u64),
    Leaf(u64, bool, u32),
    Retire(u64),
    Receive(u64, u64),
    Tell(u64, Value),
    Decide(Value),
    Wait(u64),
}

impl Play {
    pub fn new(world: World, seed: u64) -> Play {
        Play {
            world,
            random: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1,
            persons: 0,
            identities: 100,
            ratings: 0,
            deals: 0,
        }
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.random = self
            .random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.random >> 33) % bound.max(1)
    }

    fn person(&mut self) -> u64 {
        1 + self.below(self.persons)
    }

    /// The next act; `deals`: ratings come by deals only, as in compiled trust.
    pub fn next(&mut self, deals: bool) -> Act {
        if self.persons < 3 {
            return Act::Enrol(self.persons + 1);
        }
        let person = self.person();
        match self.below(22) {
            0 if self.persons < 40 => Act::Enrol(self.persons + 1),
            1 => Act::Leaf(person, self.below(4) > 0, self.below(80) as u32),
            2 if self.below(3) == 0 => Act::Retire(person),
            3..=8 if !deals => {
                self.ratings += 1;
                let due = self.world.sandbox.now() + self.below(60);
                Act::Receive(person, due)
            }
            3..=8 => self.dealing(person),
            9..=12 => {
                let most = self.world.mailbox(person).entries - self.world.mailbox(person).folded;
                let entries = 1 + self.below(u64::from(most.min(9))) as u8;
                let state = 1_000 + self.below(1 << 30);
                if most == 0 || self.below(8) == 0 {
                    let told =
                        crate::world::fold(entries, &tag::small(3), &mock_proof("fold", &[]));
                    return Act::Tell(person, told);
                }
                Act::Tell(person, self.world.fold(person, entries, state))
            }
            13 => self.rekey(person),
            14 => Act::Decide(json!({"approve_reset": {"person": person.to_string()}})),
            15 => {
                self.identities += 1;
                let idc = HexBinary::from(self.world.idc(person, self.identities));
                Act::Tell(person, json!({"reset": {"idc": idc}}))
            }
            16 => {
                let key = HexBinary::from([2 + self.below(40) as u8; 32]);
                Act::Tell(person, json!({"publish_viewing_key": {"key": key}}))
            }
            17 => {
                let limit = 1 + self.below(500);
                Act::Tell(person, json!({"advance": {"limit": limit}}))
            }
            18 => Act::Wait(u64::from(TIMES.period) / (1 + self.below(6))),
            _ => Act::Wait(1 + self.below(40)),
        }
    }

    fn rekey(&mut self, person: u64) -> Act {
        self.identities += 1;
        let idc = self.world.idc(person, self.identities);
        let scope = scope(&self.world.raw_instance(), &idc);
        let root: Root = self.world.query(&json!({"root": {}}));
        let old = bytes(&self.world.mailbox(person).idc);
        let day = tag::small(u64::from(self.world.status().day));
        let nf = tag::small(self.below(1 << 40));
        let inputs = [bytes(&root.root), day, old, scope, scope, nf];
        let told = json!({"rekey": {
            "idc": HexBinary::from(idc),
            "slot": root.slot,
            "nf": HexBinary::from(nf),
            "proof": mock_proof("member", &inputs),
        }});
        Act::Tell(person, told)
    }

    /// One step of some deal.
    fn dealing(&mut self, person: u64) -> Act {
        let deal = 1 + self.below(self.deals + 1);
        let found = self.world.sandbox.query::<Value>(
            &self.world.trust,
            &json!({"deal": {"deal": deal.to_string()}}),
        );
        let Ok(found) = found else {
            let b = self.person();
            let nonce = HexBinary::from(tag::small(self.below(1 << 40)));
            let k = HexBinary::from(tag::small(77));
            let (key_a, key_b) = (self.world.newest_key(person), self.world.newest_key(b));
            let input = json!({"b": b.to_string(), "nonce": nonce, "k": k,
                "key_a": key_a, "key_b": key_b});
            return Act::Tell(person, json!({"open_deal": input}));
        };
        let side = |name: &str| -> u64 {
            let number = found[name].as_str().and_then(|text| text.parse().ok());
            number.unwrap_or(1)
        };
        let (a, b) = (side("a"), side("b"));
        let dir = self.below(2);
        let (c, ct, salt) = (tag::small(deal * 10 + dir), tag::small(8), [4; 32]);
        let hash = mycel_mailbox::rating_commitment(&c, &ct, &salt);
        let deal = deal.to_string();
        match self.below(6) {
            0 | 1 => Act::Tell(b, json!({"accept_deal": {"deal": deal}})),
            2 | 3 => {
                let hash = HexBinary::from(hash);
                let rater = if dir == 0 { a } else { b };
                Act::Tell(
                    rater,
                    json!({"commit_rating": {"deal": deal, "hash": hash}}),
                )
            }
            _ => {
                let element = |name: &str| {
                    let text = found[name].as_str().unwrap_or_default();
                    HexBinary::from_hex(text)
                        .ok()
                        .and_then(|hex| <[u8; 32]>::try_from(hex.as_slice()).ok())
                        .unwrap_or_default()
                };
                let weight = found["weight"].as_u64().unwrap_or_default();
                let inputs = [
                    element("k"),
                    element("element"),
                    tag::small(dir),
                    tag::small(weight),
                    ct,
                    c,
                ];
                let told = json!({"open_rating": {
                    "deal": deal, "dir": dir, "c": HexBinary::from(c), "ct": HexBinary::from(ct),
                    "salt": HexBinary::from(salt), "proof": mock_proof("attest", &inputs),
                }});
                Act::Tell(person, told)
            }
        }
    }

    /// What comes of it.
    pub fn act(&mut self, act: &Act) -> Result<Option<Receipt>, Refusal> {
        let world = &mut self.world;
        match act {
            Act::Enrol(person) => {
                self.persons = self.persons.max(*person);
                Ok(Some(world.enrol(*person)))
            }
            Act::Leaf(person, live, vouch) => {
                let told = TrustMsg::SetLeaf {
                    person: Id(*person),
                    live: *live,
                    vouch: *vouch,
                };
                world.members(told).map(Some)
            }
            Act::Retire(person) => {
                let told = TrustMsg::Retire {
                    person: Id(*person),
                };
                world.members(told).map(Some)
            }
            Act::Receive(person, due) => {
                world.receive(*person, self.ratings, *due);
                Ok(None)
            }
            Act::Tell(person, told) => {
                let done = world.act(*person, told);
                if done.is_ok() && told.get("open_deal").is_some() {
                    self.deals += 1;
                }
                done.map(Some)
            }
            Act::Decide(action) => world.decided("ordinary", action).map(Some),
            Act::Wait(seconds) => {
                world.wait(*seconds);
                Ok(None)
            }
        }
    }
}

#[test]
fn after_every_message_of_a_random_play_all_that_is_stored_holds() {
    let (cases, steps) = (told("MYCEL_CASES", 6), told("MYCEL_STEPS", 120));
    let first = told("MYCEL_SEED", 1);
    eprintln!("MYCEL_SEED={first} MYCEL_CASES={cases} MYCEL_STEPS={steps}");
    let mut kinds = std::collections::BTreeMap::<String, [u32; 2]>::new();
    for seed in first..first + cases {
        let mut play = Play::new(World::new(), seed);
        for step in 0..steps {
            let act = play.next(seed % 2 == 0);
            let before = play.world.sandbox.state_hash();
            let done = play.act(&act);
            let kind = match &act {
                Act::Tell(_, told) => told
                    .as_object()
                    .and_then(|told| told.keys().next().cloned())
                    .unwrap_or_default(),
                other => format!("{other:?}")
                    .split('(')
                    .next()
                    .unwrap_or_default()
                    .to_owned(),
            };
            kinds.entry(kind).or_default()[usize::from(done.is_err())] += 1;
            if let Err(why) = done {
                assert_eq!(before, play.world.sandbox.state_hash(), "{}", why.text);
            }
            let context = format!("MYCEL_SEED={seed} step={step} {act:?}");
            eprint_on_panic(&context, || play.world.check());
        }
    }
    // the play is about something
    for kind in [
        "fold",
        "rekey",
        "reset",
        "Receive",
        "Leaf",
        "Retire",
        "publish_viewing_key",
    ] {
        let [ok, _] = kinds.get(kind).copied().unwrap_or_default();
        assert!(ok > 0 || cases < 6, "{kind}: {kinds:?}");
    }
    eprintln!("{kinds:?}");
}

/// Says where it was if it fails.
fn eprint_on_panic(context: &str, run: impl FnOnce()) {
    let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run));
    if let Err(why) = done {
        eprintln!("{context}");
        std::panic::resume_unwind(why);
    }
}
