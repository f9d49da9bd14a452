//! The community with commons that have money, juries that a key stands in for,
//! and a commons whose electors a list names. Money does not decay here, so
//! that every pico-credit is found again.

mod both;
mod gas;

use std::ops::{Deref, DerefMut};

use cosmwasm_std::{Addr, Binary, Response, to_json_binary};
use mycel_bindings::{MycelMsg, MycelQuery};
use mycel_credit::msg::{CommonsResponse, QueryMsg as CreditQuery};
use mycel_funding::{dividend, register};
use mycel_kit::peers::members::Eligible;
use mycel_sandbox::{Code, Native, Receipt, address};
use serde_json::{Value, json};

use crate::world::{Codes, DAY, World, bytes, names, pico};

/// How long the commons' holds live here: longer than a dividend is claimed.
pub const LONG: u64 = 400 * DAY;
/// The commons that electors have a say in.
pub const FOREST: &str = "7";

/// The community.
pub struct Commonwealth {
    pub world: World,
    pub double: Addr,
}

impl Deref for Commonwealth {
    type Target = World;
    fn deref(&self) -> &World {
        &self.world
    }
}

impl DerefMut for Commonwealth {
    fn deref_mut(&mut self) -> &mut World {
        &mut self.world
    }
}

pub fn double() -> Native {
    Native::new(
        |deps, _env, info, msg: mycel_double::msg::InstantiateMsg| {
            mycel_double::contract::instantiate(deps, info, msg)
        },
        mycel_double::contract::execute,
        mycel_double::contract::query,
    )
}

/// A commons contract that knows one commons and its electors.
fn commons() -> Native {
    type Deps<'a> = cosmwasm_std::Deps<'a, MycelQuery>;
    type DepsMut<'a> = cosmwasm_std::DepsMut<'a, MycelQuery>;
    Native::new(
        |deps: DepsMut<'_>, _env, _info, msg: Value| -> Result<Response<MycelMsg>, String> {
            deps.storage.set(b"electors", msg.to_string().as_bytes());
            Ok(Response::new())
        },
        |_deps: DepsMut<'_>, _env, _info, _msg: Value| -> Result<Response<MycelMsg>, String> {
            Ok(Response::new())
        },
        |deps: Deps<'_>, _env, msg: Value| -> Result<Binary, String> {
            let kept = deps.storage.get(b"electors").unwrap_or_default();
            let kept: Value = serde_json::from_slice(&kept).map_err(|why| why.to_string())?;
            let asked = &msg["elector"];
            let known = kept["electors"]
                .as_array()
                .is_some_and(|list| asked["commons"] == FOREST && list.contains(&asked["address"]));
            to_json_binary(&Eligible {
                eligible: known,
                number: None,
                person: None,
            })
            .map_err(|why| why.to_string())
        },
    )
}

impl Commonwealth {
    /// `n` founders; the first two have a say in the forest; the commons have
    /// 100,000 credits.
    pub fn new(n: usize, numbers: &Value) -> Commonwealth {
        Commonwealth::with(Codes::native(), n, numbers)
    }

    /// The same of other codes.
    pub fn with(codes: Codes, n: usize, numbers: &Value) -> Commonwealth {
        let mut world = World::with(codes, n, numbers.clone());
        let key = address("key");
        let code = world.sandbox.store(Code::native(double()));
        let begin = json!({"key": key, "development": true, "members": world.members,
            "appeal_seconds": "0"});
        let double = world
            .sandbox
            .instantiate2(&key, code, "double", &begin)
            .expect("the double");
        let code = world.sandbox.store(Code::native(commons()));
        let electors: Vec<Addr> = names(2).iter().map(|name| address(name)).collect();
        let commons = world
            .sandbox
            .instantiate2(&key, code, "commons", &json!({"electors": electors}))
            .expect("commons");
        world.set(&json!({"sortition": double, "commons": commons}));
        let (credit, funding) = (world.credit.clone(), world.funding.clone());
        let change = json!({"set_parameters": {"rate_ppb_per_day": 0,
            "holders": [{"address": funding, "max_age": LONG.to_string()}]}});
        world.tell(&credit, "key", &World::decision("constitutional", &change));
        let funding = world.funding.clone();
        world
            .sandbox
            .subscribe_end_block(&funding)
            .expect("its turn at the end of blocks");
        let mut town = Commonwealth { world, double };
        town.enrich(100_000);
        town
    }

    /// Gives credits to the commons.
    pub fn enrich(&mut self, credits: u64) {
        let credit = self.credit.clone();
        let list = names(2);
        let pay = json!({"pay": {"to": address(&list[1]), "amount": pico(credits)}});
        self.tell(&credit, &list[0], &pay);
        self.tell(&credit, &list[1], &json!({"close_to": {}}));
    }

    /// What the commons have, set-asides included, in pico-credits.
    pub fn commons(&self) -> i128 {
        let answer: CommonsResponse = self
            .sandbox
            .query(&self.credit, &CreditQuery::Commons {})
            .unwrap_or_else(|refusal| panic!("{}", refusal.text));
        answer.commons.i128()
    }

    /// A decision spends from the commons into a hold for funding.
    #[track_caller]
    pub fn spend(&mut self, pico: u64, msg: &Value) -> Receipt {
        let (credit, funding) = (self.credit.clone(), self.funding.clone());
        let action = json!({"spend_commons": {
            "amount": pico.to_string(), "hold_for": funding, "msg": bytes(msg)}});
        self.tell(&credit, "key", &World::decision("spending", &action))
    }

    /// A dividend of so many pico-credits.
    #[track_caller]
    pub fn dividend(&mut self, pico: u64) {
        self.spend(pico, &json!({"dividend": {"epoch": "1"}}));
        self.wait(1);
    }

    /// A decision of an electorate.
    #[track_caller]
    pub fn decide(&mut self, electorate: &Value, action: &Value) {
        self.ok("key", told_by(electorate, action));
    }

    /// A jury's verdict.
    #[track_caller]
    pub fn verdict(&mut self, case: &str, outcome: &str) {
        let double = self.double.clone();
        let msg = json!({"decide": {"case": case, "outcome": outcome, "reasons": "ab".repeat(32)}});
        self.tell(&double, "key", &msg);
    }

    /// An organisation whom these persons control alike.
    #[track_caller]
    pub fn guild(&mut self, name: &str, controllers: [&str; 2]) {
        let members = self.members.clone();
        let shares =
            controllers.map(|one| json!({"person": self.number(one).to_string(), "bps": 5_000}));
        let org = json!({"purpose": "a workshop", "threshold_bps": 5_001, "controllers": shares});
        let found = json!({"found": {"address": address(name), "handle": name, "org": org}});
        self.tell(&members, controllers[0], &found);
        let approve = json!({"approve_founding": {"address": address(name)}});
        for one in [controllers[1], name] {
            self.tell(&members, one, &approve);
        }
    }

    /// Somebody whom a member invites.
    #[track_caller]
    pub fn join(&mut self, sponsor: &str, name: &str) {
        let members = self.members.clone();
        let number = self.number(sponsor).to_string();
        self.tell(
            &members,
            sponsor,
            &json!({"invite": {"address": address(name)}}),
        );
        let idc = format!(
            "00{:0<62}",
            name.bytes().map(|b| format!("{b:x}")).collect::<String>()
        );
        let accept = json!({"accept": {"sponsor": number, "handle": name, "idc": idc}});
        self.tell(&members, name, &accept);
        self.wait(1);
    }

    /// A member leaves; its account is settled with the commons before.
    #[track_caller]
    pub fn leave(&mut self, name: &str) {
        let (members, credit) = (self.members.clone(), self.credit.clone());
        let position = self.position(name);
        let first = names(1).remove(0);
        if position > 0 {
            self.tell(&credit, name, &json!({"close_to": {}}));
        } else if position < 0 {
            let pay = json!({"pay": {"to": address(name), "amount": (-position).to_string()}});
            self.tell(&credit, &first, &pay);
        }
        let person = self.number(name).to_string();
        self.tell(&members, name, &json!({"leave": {}}));
        self.tell(&members, "anyone", &json!({"advance": {"person": person}}));
        self.wait(1);
    }

    /// Every invariant, and every sum made anew from its records.
    #[track_caller]
    pub fn check_all(&self) {
        self.check();
        let read = self.sandbox.read(&self.funding, |storage| {
            dividend::invariants::recompute(storage).expect("dividend");
            register::invariants::recompute(storage).expect("register");
        });
        read.expect("funding");
    }
}

/// A decision of an electorate, as the assembly tells it.
pub fn told_by(electorate: &Value, action: &Value) -> Value {
    json!({"decided": {"proposal": "9", "electorate": electorate, "class": "ordinary",
        "action": action}})
}
