//! A commons in the sandbox whose epochs, cuts and market are moved by hand:
//! the contract as it is, with one door more ("hand") through which a test
//! does what nature, monitors and the market do. Members, credit and sortition
//! are one small peer that answers what it was told.

mod peer;

use cosmwasm_std::{Addr, Binary, DepsMut, Env, MessageInfo, Response};
use mycel_bindings::{MycelMsg, MycelQuery};
use mycel_commons::call::Call;
use mycel_commons::cap::cut::{Used, lowered, share};
use mycel_commons::cap::record::{Closing, Cut, Why};
use mycel_commons::cap::{self, Basis, Epoch};
use mycel_commons::error::ContractError;
use mycel_commons::msg::ExecuteMsg;
use mycel_commons::rights::ask::{AccountView, EntitlementResponse, HoldingView, YieldsResponse};
use mycel_commons::rights::record::Good;
use mycel_commons::{Quantity, Shares, contract, query, rights};
use mycel_kit::standard::Invariants;
use mycel_sandbox::{Code, Native, Receipt, Refusal, Sandbox, address};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

pub const START: u64 = 1_700_000_000;
/// Seconds of an epoch.
pub const EPOCH: u64 = 1_000;
/// The commons of these tests.
pub const FOREST: u64 = 1;

/// What a test does in nature's or the market's place.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Hand {
    /// Closes the open epoch.
    Close {},
    /// Opens the next one.
    Open {
        cap: u64,
        restored: u64,
        #[serde(default)]
        stale: bool,
    },
    /// A lower value.
    Lower {
        cap: u64,
    },
    Mint {
        person: u64,
        units: u64,
    },
    Take {
        person: u64,
        good: u8,
        units: u64,
    },
    Give {
        epoch: u64,
        from: u64,
        to: u64,
        good: u8,
        units: u64,
    },
    Reserve {
        person: u64,
        good: u8,
        units: u64,
    },
    Unreserve {
        epoch: u64,
        person: u64,
        good: u8,
        units: u64,
    },
    Unreported {
        person: u64,
        units: u64,
    },
}

fn good(good: u8) -> Good {
    match good {
        0 => Good::Entitlement,
        _ => Good::Shares,
    }
}

pub fn units(count: u64) -> Quantity {
    Quantity::at_most(count.into())
}

fn by_hand(call: &mut Call<'_>, hand: Hand) -> Result<(), ContractError> {
    match hand {
        Hand::Close {} => {
            let mut epoch = cap::state::last_epoch(call.storage, FOREST)?.expect("an epoch");
            let sums = rights::sums(call.storage, FOREST, epoch.number)?;
            epoch.closing = Some(Closing {
                at: call.now,
                harvested: sums.harvested,
                overage: sums.overage,
                retired: sums.retired,
                price: None,
            });
            cap::state::epoch(FOREST, epoch.number).save(call.storage, &epoch);
            Ok(())
        }
        Hand::Open {
            cap,
            restored,
            stale,
        } => {
            let last = cap::state::last_epoch(call.storage, FOREST)?;
            let aside = match &last {
                Some(last) => rights::sums(call.storage, FOREST, last.number)?.aside,
                None => 0,
            };
            let cap = u128::from(cap);
            let banked_in = aside.min(cap);
            let restored = u128::from(restored).min(cap - banked_in);
            let number = last.map_or(1, |last| last.number + 1);
            let zero = Quantity::ZERO;
            let epoch = Epoch {
                commons: FOREST,
                number,
                opens: call.now,
                closes: call.now + EPOCH,
                basis: if stale { Basis::Stale } else { Basis::Fresh },
                stock: Quantity::at_most(cap * 10),
                median: Quantity::at_most(cap * 10),
                low: Quantity::at_most(cap * 10),
                most: Quantity::at_most(cap),
                opened: Quantity::at_most(cap),
                cap: Quantity::at_most(cap),
                budgets: zero,
                tac: Quantity::at_most(cap - banked_in - restored),
                regenerated: Quantity::at_most(restored),
                banked: Quantity::at_most(aside),
                banked_in: Quantity::at_most(banked_in),
                withheld: zero,
                released: zero,
                base: Quantity::at_most(cap),
                doubted: None,
                own: Quantity::at_most(cap),
                parent_epoch: 0,
                cuts: vec![],
                closing: None,
            };
            cap::state::last(FOREST).save(call.storage, &number);
            cap::state::epoch(FOREST, number).save(call.storage, &epoch);
            rights::epoch_opened(call, FOREST)
        }
        Hand::Lower { cap: to } => {
            let mut epoch = cap::state::last_epoch(call.storage, FOREST)?.expect("an epoch");
            let to = units(to);
            let Some(cap) = lowered(epoch.opened, epoch.cap, to, epoch.cuts.len()) else {
                return Ok(());
            };
            let sums = rights::sums(call.storage, FOREST, epoch.number)?;
            let used = Used {
                harvested: sums.harvested,
                retired: sums.retired,
                overage: sums.overage,
            };
            epoch.cap = cap;
            if cap < epoch.own {
                let share = share(epoch.own, cap, &used);
                epoch.own = share.own;
                if !share.den.is_zero() {
                    epoch.cuts.push(Cut {
                        num: share.num,
                        den: share.den,
                        at: call.now,
                        why: Why::Reading,
                    });
                }
            }
            cap::state::epoch(FOREST, epoch.number).save(call.storage, &epoch);
            Ok(())
        }
        Hand::Mint { person, units: n } => rights::mint(call, FOREST, person, units(n)),
        Hand::Take {
            person,
            good: g,
            units: n,
        } => rights::take(call, FOREST, person, good(g), units(n)),
        Hand::Give {
            epoch,
            from,
            to,
            good: g,
            units: n,
        } => rights::give(call, FOREST, epoch, from, to, good(g), units(n)),
        Hand::Reserve {
            person,
            good: g,
            units: n,
        } => rights::reserve(call, FOREST, person, good(g), units(n)),
        Hand::Unreserve {
            epoch,
            person,
            good: g,
            units: n,
        } => rights::unreserve(call, FOREST, epoch, person, good(g), units(n)),
        Hand::Unreported { person, units: n } => {
            rights::unreported(call, FOREST, person, units(n)).map(|_| ())
        }
    }
}

/// The contract with one door more.
pub fn native() -> Native {
    Native::new(
        contract::instantiate,
        |deps: DepsMut<'_, MycelQuery>,
         env: Env,
         info: MessageInfo,
         msg: Value|
         -> Result<Response<MycelMsg>, String> {
            if let Some(hand) = msg.get("hand") {
                let hand = serde_json::from_value(hand.clone()).map_err(|e| e.to_string())?;
                let sender = info.sender.to_string();
                let mut call = Call::begin(deps, env, &sender).map_err(|e| e.to_string())?;
                by_hand(&mut call, hand).map_err(|e| e.to_string())?;
                return Ok(call.finish());
            }
            let msg: ExecuteMsg = serde_json::from_value(msg).map_err(|e| e.to_string())?;
            contract::execute(deps, env, info, msg).map_err(|e| e.to_string())
        },
        query::query,
    )
    .with_reply(contract::reply)
    .with_sudo(|deps, env, msg: mycel_bindings::SudoMsg| match msg {
        mycel_bindings::SudoMsg::EndBlock {} => contract::end_block(deps, env),
    })
}

/// The rules of the forest.
pub fn rules() -> Value {
    json!({
        "epoch_seconds": EPOCH,
        "enrolment": {"decision": {}},
        "monitors": {
            "organisations": 3, "lay": 1, "quorum": 3, "window": "500", "spread_ppm": 100_000,
            "least": "0", "most": "1000000000000", "bond": "100000000000000", "lay_term": "5000",
        },
        "cap": {
            "harvest": {"proportional": {"f_ppm": 100_000}}, "kappa_ppm": 0, "rise_bps": 1_000,
            "grace_seconds": 10,
        },
        "regeneration": {"buffer_bps": 2_000, "most_bps": 5_000, "attest_seconds": 100},
        "rights": {"excess_seconds": 7_776_000, "overage_floor": "100"},
        "market": {
            "auctions": 1, "shares": true, "commit_seconds": 100, "reveal_seconds": 100,
            "margin_bps": 200,
        },
        "order": {
            "tolerance_bps": 1_000, "notice_seconds": 2_000, "reduced_seconds": 3_000,
            "suspended_seconds": 3_000, "excluded_seconds": 5_000, "reduced_bps": 5_000,
            "appeal_seconds": 1_000,
        },
    })
}

/// A forest with shares given to some.
pub struct Ground {
    pub sandbox: Sandbox,
    pub commons: Addr,
    pub peer: Addr,
}

/// How a number is called.
pub fn name(person: u64) -> String {
    format!("p{person}")
}

impl Ground {
    /// Persons from 1 on with so many shares each.
    pub fn new(shares: &[u32]) -> Ground {
        Ground::with(&rules(), shares)
    }

    pub fn with(rules: &Value, shares: &[u32]) -> Ground {
        let mut sandbox = Sandbox::new(START);
        let key = address("key");
        let peer_code = sandbox.store(Code::native(Native::new(
            peer::begin,
            peer::execute,
            peer::answer,
        )));
        let peer = sandbox
            .instantiate(&key, peer_code, "peer", &json!({}))
            .expect("a peer");
        let code = sandbox.store(Code::native(native()));
        let commons = sandbox
            .instantiate(
                &key,
                code,
                "commons",
                &json!({
                    "development": true,
                    "parameters": {"numbers": {"epoch_seconds_least": 10}},
                    "peers": {"assembly": address("assembly"), "members": peer, "credit": peer, "sortition": peer},
                }),
            )
            .expect("commons");
        let mut ground = Ground {
            sandbox,
            commons,
            peer,
        };
        let mut members = vec![];
        for (person, shares) in (1u64..).zip(shares) {
            ground.person(person);
            members.push(json!({"person": person.to_string(), "shares": shares}));
        }
        ground.decided(
            json!({"found": {
                "name": "forest", "unit": "kg", "boundary": "between the rivers",
                "geometry": "00".repeat(32), "rules": rules, "members": members,
            }}),
            json!("all"),
            "ordinary",
        );
        ground.check();
        ground
    }

    /// A person whom members know.
    pub fn person(&mut self, person: u64) {
        self.know(person, "person", "active", &[]);
    }

    /// An organisation and who controls it.
    pub fn organisation(&mut self, number: u64, controllers: &[(u64, u16)]) {
        self.know(number, "org", "active", controllers);
    }

    pub fn know(&mut self, person: u64, kind: &str, status: &str, controllers: &[(u64, u16)]) {
        let controllers: Vec<Value> = controllers
            .iter()
            .map(|(person, bps)| json!({"person": person.to_string(), "bps": bps}))
            .collect();
        let msg = json!({"know": {
            "person": person.to_string(), "address": address(&name(person)), "kind": kind,
            "status": status, "controllers": controllers,
        }});
        let peer = self.peer.clone();
        self.sandbox
            .execute(&address("key"), &peer, &msg)
            .expect("known");
    }

    #[track_caller]
    pub fn decided(&mut self, action: Value, electorate: Value, class: &str) -> Receipt {
        let msg = json!({"decided": {
            "proposal": "1", "electorate": electorate, "class": class, "action": action,
        }});
        let commons = self.commons.clone();
        match self.sandbox.execute(&address("assembly"), &commons, &msg) {
            Ok(receipt) => receipt,
            Err(refusal) => panic!("{msg}: {}", refusal.text),
        }
    }

    /// Enrols a number with shares of the treasury.
    #[track_caller]
    pub fn enrol(&mut self, person: u64, shares: u32) {
        self.decided(
            json!({"enrol": {"commons": "1", "members": [{"person": person.to_string(), "shares": shares}]}}),
            json!({"commons": "1"}),
            "ordinary",
        );
        self.check();
    }

    /// As a message of the commons' own, from a number.
    pub fn say(&mut self, person: u64, msg: &Value) -> Result<Receipt, Refusal> {
        let commons = self.commons.clone();
        self.sandbox.execute(&address(&name(person)), &commons, msg)
    }

    /// One that is accepted; every invariant holds after it.
    #[track_caller]
    pub fn ok(&mut self, person: u64, msg: Value) -> Receipt {
        match self.say(person, &msg) {
            Ok(receipt) => {
                self.check();
                receipt
            }
            Err(refusal) => panic!("{person}: {msg}: {}", refusal.text),
        }
    }

    /// One that is refused with these words, and leaves nothing.
    #[track_caller]
    pub fn no(&mut self, person: u64, msg: Value, words: &str) {
        let before = self.sandbox.state_hash();
        match self.say(person, &msg) {
            Ok(_) => panic!("{person}: {msg}: accepted, not refused with `{words}`"),
            Err(refusal) => assert!(
                refusal.text.contains(words),
                "{person}: {msg}: refused with `{}`, not `{words}`",
                refusal.text
            ),
        }
        assert_eq!(
            self.sandbox.state_hash(),
            before,
            "a refusal left something"
        );
    }

    /// … in nature's or the market's place.
    #[track_caller]
    pub fn hand(&mut self, hand: Value) -> Receipt {
        match self.try_hand(hand.clone()) {
            Ok(receipt) => {
                self.check();
                receipt
            }
            Err(refusal) => panic!("{hand}: {}", refusal.text),
        }
    }

    pub fn try_hand(&mut self, hand: Value) -> Result<Receipt, Refusal> {
        let commons = self.commons.clone();
        self.sandbox
            .execute(&address("key"), &commons, &json!({"hand": hand}))
    }

    #[track_caller]
    pub fn no_hand(&mut self, hand: Value, words: &str) {
        let refusal = self.try_hand(hand).expect_err("refused");
        assert!(refusal.text.contains(words), "{}", refusal.text);
    }

    /// The next epoch, with a cap.
    #[track_caller]
    pub fn epoch(&mut self, cap: u64) {
        self.close();
        self.hand(json!({"open": {"cap": cap, "restored": 0}}));
    }

    /// The open epoch, if one is, is over.
    #[track_caller]
    pub fn close(&mut self) {
        let open = self
            .sandbox
            .read(&self.commons, |storage| {
                cap::state::last_epoch(storage, FOREST)
                    .expect("state")
                    .is_some_and(|epoch| epoch.is_open())
            })
            .expect("commons");
        self.wait(EPOCH);
        if open {
            self.hand(json!({"close": {}}));
        }
    }

    /// Money of a person, put aside for this contract.
    pub fn hold(
        &mut self,
        person: u64,
        hold: u64,
        amount: u64,
        msg: &Value,
    ) -> Result<Receipt, Refusal> {
        let (commons, peer) = (self.commons.clone(), self.peer.clone());
        let msg = json!({"receive_hold": {
            "hold": hold.to_string(), "owner": address(&name(person)), "amount": amount.to_string(),
            "msg": Binary::from(msg.to_string().into_bytes()),
        }});
        self.sandbox.execute(&peer, &commons, &msg)
    }

    /// What the peer was sent.
    pub fn log(&self) -> Vec<Value> {
        self.sandbox.read(&self.peer, peer::log).expect("a peer")
    }

    /// Time passes; what is due at the end of the block is done.
    pub fn wait(&mut self, seconds: u64) {
        self.sandbox.advance_time(seconds);
        self.sandbox.end_block();
    }

    #[track_caller]
    pub fn ask<T: DeserializeOwned>(&self, msg: Value) -> T {
        match self.sandbox.query(&self.commons, &msg) {
            Ok(answer) => answer,
            Err(refusal) => panic!("{msg}: {}", refusal.text),
        }
    }

    #[track_caller]
    pub fn entitlement(&self, person: u64) -> EntitlementResponse {
        self.ask(json!({"entitlement": {"commons": "1", "person": person.to_string()}}))
    }

    #[track_caller]
    pub fn account(&self, person: u64) -> AccountView {
        self.entitlement(person).account
    }

    #[track_caller]
    pub fn balance(&self, person: u64) -> u128 {
        self.account(person).balance.units()
    }

    #[track_caller]
    pub fn holding(&self, person: u64) -> HoldingView {
        self.ask(json!({"holding": {"commons": "1", "person": person.to_string()}}))
    }

    #[track_caller]
    pub fn shares(&self, person: u64) -> Shares {
        self.holding(person).shares
    }

    #[track_caller]
    pub fn yields(&self) -> YieldsResponse {
        self.ask(json!({"yields": {"commons": "1"}}))
    }

    /// Every invariant holds, by kept sums and by raw records.
    #[track_caller]
    pub fn check(&self) {
        let (kept, anew) = self
            .sandbox
            .read(&self.commons, |storage| {
                (
                    rights::invariants::judge(storage).expect("state"),
                    rights::invariants::recompute(storage),
                )
            })
            .expect("commons");
        for invariant in (Invariants { invariants: kept }).invariants {
            assert!(invariant.holds, "{invariant:?}");
        }
        assert_eq!(anew, Ok(()));
    }
}

/// A message about units of the forest.
pub fn about(what: &str, units: u64) -> Value {
    json!({what: {"commons": "1", "quantity": units.to_string()}})
}

pub fn pass(what: &str, to: u64, units: u64) -> Value {
    match what {
        "transfer_shares" => {
            json!({what: {"commons": "1", "to": to.to_string(), "shares": units}})
        }
        _ => json!({what: {"commons": "1", "to": to.to_string(), "quantity": units.to_string()}}),
    }
}

/// An attribute of an event.
pub fn attribute(receipt: &Receipt, event: &str, key: &str) -> Option<String> {
    receipt
        .events
        .iter()
        .filter(|one| one.ty == format!("wasm-{event}"))
        .flat_map(|one| &one.attributes)
        .find(|attribute| attribute.key == key)
        .map(|attribute| attribute.value.clone())
}
