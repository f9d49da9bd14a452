//! The contract in a sandbox, members played by a table, a solver beside it.

pub mod members;
pub mod solver;
pub mod town;

use std::path::PathBuf;

use cosmwasm_std::{Addr, Binary, HexBinary};
use mycel_bindings::SudoMsg;
use mycel_kit::lottery::Pool;
use mycel_kit::peers::members::{Standing, Status};
use mycel_kit::peers::sortition::{DrawInput, Drawn, Feature, Quota};
use mycel_kit::standard::Invariants;
use mycel_kit::{Id, Seconds};
use mycel_sandbox::{Code, Native, Receipt, Refusal, Sandbox, address};
use mycel_sortition::ask::QueryMsg;
use mycel_sortition::draws::show::{DrawView, PoolResponse, SeatsResponse};
use mycel_sortition::draws::{self, posts};
use mycel_sortition::msg::{Attribute, ExecuteMsg};
use mycel_sortition::{contract, query};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

pub const DAY: u64 = 86_400;
/// When worlds begin.
pub const START: u64 = 1_700_000_000;
/// Seconds of a beacon's period.
pub const PERIOD: u64 = 10;

/// A reproducible stream of numbers (splitmix64).
#[derive(Clone)]
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

/// A number from the environment.
#[allow(clippy::disallowed_methods, reason = "tests are told their size")]
pub fn told(name: &str, default: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

/// The contract's Wasm, built by `cargo xtask contracts`; looked for in
/// `$MYCEL_CONTRACTS`, else in the target folder's `contracts`.
#[allow(
    clippy::disallowed_methods,
    reason = "where the Wasm lies is told by the environment"
)]
pub fn compiled() -> Code {
    let folder = std::env::var_os("MYCEL_CONTRACTS")
        .map(PathBuf::from)
        .unwrap_or_else(|| {
            // <target>/<profile>/deps/<this test>
            let test = std::env::current_exe().expect("this test's path");
            test.ancestors()
                .nth(3)
                .expect("a target folder")
                .join("contracts")
        });
    let path = folder.join("mycel_sortition.wasm");
    let wasm = std::fs::read(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask contracts`", path.display()));
    Code::compiled(&wasm).expect("a contract that the chain would store")
}

/// Sortition as ordinary functions.
pub fn native() -> Code {
    let sudo = |deps: cosmwasm_std::DepsMut<'_, mycel_bindings::MycelQuery>,
                env: cosmwasm_std::Env,
                msg: SudoMsg| match msg {
        SudoMsg::EndBlock {} => contract::end_block(deps, env),
    };
    Code::native(
        Native::new(contract::instantiate, contract::execute, query::query).with_sudo(sudo),
    )
}

/// The address of a person of the double.
pub fn person(number: u64) -> Addr {
    address(&format!("person {number}"))
}

/// The world.
pub struct World {
    pub sandbox: Sandbox,
    pub members: Addr,
    pub sortition: Addr,
    /// The authority, which is the client `assembly`, too.
    pub assembly: Addr,
    /// The client `credit`.
    pub credit: Addr,
    /// How many persons there are.
    pub persons: u64,
}

impl World {
    /// A development network with short times and this many members.
    pub fn new(persons: u64) -> World {
        World::with(native(), persons, json!({}))
    }

    /// With other numbers.
    pub fn with(code: Code, persons: u64, numbers: Value) -> World {
        let mut all = json!({
            "commit_seconds": 100, "post_seconds": 100, "decline_seconds": 100,
            "give_up_seconds": 100_000,
        });
        if let (Value::Object(all), Value::Object(numbers)) = (&mut all, numbers) {
            all.extend(numbers);
        }
        let mut sandbox = Sandbox::new(START);
        let (assembly, credit) = (address("assembly"), address("credit"));
        let table = sandbox.store(Code::native(members::members()));
        let members = sandbox
            .instantiate2(&assembly, table, "members", &json!({}))
            .expect("members");
        // the same whether native or compiled
        let code = sandbox.store(code.with_checksum([7; 32]));
        let sortition = sandbox
            .instantiate2(
                &assembly,
                code,
                "sortition",
                &json!({
                    "authority": assembly,
                    "development": true,
                    "parameters": {
                        "members": members,
                        "clients": [
                            {"name": "assembly", "address": assembly},
                            {"name": "credit", "address": credit},
                        ],
                        "beacon": {"commit_reveal": {"period_seconds": PERIOD}},
                        "numbers": all,
                    },
                }),
            )
            .expect("sortition");
        let mut world = World {
            sandbox,
            members,
            sortition,
            assembly,
            credit,
            persons: 0,
        };
        for number in 1..=persons {
            world.set(number, members::ordinary(number));
        }
        world.persons = persons;
        world.set_at(&address("solver"), members::ordinary(persons + 1));
        world
    }

    // ---- members

    pub fn set(&mut self, number: u64, standing: Standing) {
        self.set_at(&person(number), standing);
    }

    /// Whatever the address.
    pub fn set_at(&mut self, address: &Addr, standing: Standing) {
        let told = members::Told::Set {
            address: address.to_string(),
            standing,
        };
        let members = self.members.clone();
        self.sandbox
            .execute(&self.assembly.clone(), &members, &told)
            .expect("told");
    }

    /// From now on a person may not deal.
    pub fn bar(&mut self, number: u64) {
        let mut standing = members::ordinary(number);
        standing.status = Status::Leaving;
        self.set(number, standing);
    }

    // ---- time

    pub fn now(&self) -> u64 {
        self.sandbox.now()
    }

    pub fn wait(&mut self, seconds: u64) {
        self.sandbox.advance_time(seconds);
        self.sandbox.end_block();
    }

    pub fn wait_until(&mut self, time: u64) {
        self.wait(time.saturating_sub(self.now()));
    }

    // ---- messages

    pub fn say(&mut self, who: &Addr, msg: &impl Serialize) -> Result<Receipt, Refusal> {
        let sortition = self.sortition.clone();
        self.sandbox.execute(who, &sortition, msg)
    }

    #[track_caller]
    pub fn ok(&mut self, who: &Addr, msg: &impl Serialize) -> Receipt {
        match self.say(who, msg) {
            Ok(receipt) => receipt,
            Err(refusal) => panic!("{}: {}", json!(msg), refusal.text),
        }
    }

    /// Refused with these words; leaves nothing.
    #[track_caller]
    pub fn no(&mut self, who: &Addr, msg: &impl Serialize, words: &str) {
        let before = self.sandbox.state_hash();
        match self.say(who, msg) {
            Ok(_) => panic!("{}: accepted, not refused with `{words}`", json!(msg)),
            Err(refusal) => assert!(
                refusal.text.contains(words),
                "{}: refused with `{}`, not `{words}`",
                json!(msg),
                refusal.text
            ),
        }
        assert_eq!(
            self.sandbox.state_hash(),
            before,
            "a refusal left something"
        );
    }

    pub fn ask<T: DeserializeOwned>(&self, msg: &QueryMsg) -> T {
        self.sandbox
            .query(&self.sortition, msg)
            .unwrap_or_else(|refusal| panic!("{msg:?}: {}", refusal.text))
    }

    pub fn draw(&self, number: u64) -> DrawView {
        self.ask(&QueryMsg::Draw { id: Id(number) })
    }

    pub fn stage(&self, number: u64) -> String {
        self.draw(number).stage
    }

    pub fn drawn(&self, reference: &str) -> Drawn {
        self.ask(&QueryMsg::Drawn {
            r#ref: reference.into(),
        })
    }

    pub fn seats(&self, number: u64) -> SeatsResponse {
        self.ask(&QueryMsg::Seats { draw: Id(number) })
    }

    /// Everybody who sits.
    pub fn seated(&self, number: u64) -> Vec<u64> {
        let seats = self.seats(number).seats;
        seats
            .iter()
            .filter_map(|seat| Some(seat.person?.0))
            .collect()
    }

    // ---- draws

    /// Opens a draw of the assembly's; gives its number.
    #[track_caller]
    pub fn open(&mut self, input: &DrawInput) -> u64 {
        let assembly = self.assembly.clone();
        let receipt = self.ok(&assembly, &ExecuteMsg::OpenDraw(input.clone()));
        let data = receipt.data.expect("data");
        let opened: mycel_sortition::msg::DrawOpened =
            cosmwasm_std::from_json(data).expect("an answer");
        opened.draw.0
    }

    #[track_caller]
    pub fn volunteer(&mut self, draw: u64, number: u64, told: &[(&str, &str)]) -> Receipt {
        self.ok(&person(number), &volunteering(draw, told))
    }

    /// Whatever is due, as often as there is something.
    pub fn run(&mut self) {
        for _ in 0..200 {
            let receipt = self.ok(&address("anyone"), &json!({"advance": {"limit": 1_000}}));
            if receipt.attribute("work") == Some("0") {
                return;
            }
        }
        panic!("there is always more to do");
    }

    /// The frozen pool, as a solver reads it.
    pub fn pool(&self, draw: u64) -> Pool {
        let view = self.draw(draw);
        let pool: PoolResponse = self.ask(&QueryMsg::Pool { draw: Id(draw) });
        let place = |feature: &str, value: &str| -> (u8, u8) {
            let at = view.features.iter().position(|one| one.name == feature);
            let at = at.expect("a feature");
            let values = &view.features[at].values;
            let value = values.iter().position(|one| one == value);
            (at as u8, value.expect("a value") as u8)
        };
        let values = |told: &[String]| -> Vec<u8> {
            let named = view.features.iter().zip(told);
            named
                .map(|(feature, value)| place(&feature.name, value).1)
                .collect()
        };
        Pool {
            k: view.size.into(),
            counts: pool.types.iter().map(|kind| kind.count).collect(),
            values: pool.types.iter().map(|kind| values(&kind.values)).collect(),
            quotas: view
                .quotas
                .iter()
                .map(|quota| {
                    let (feature, value) = place(&quota.feature, &quota.value);
                    mycel_kit::lottery::Quota {
                        feature,
                        value,
                        min: quota.min.into(),
                        max: quota.max.into(),
                    }
                })
                .collect(),
        }
    }

    /// Commits to a lottery; gives the post's number.
    #[track_caller]
    pub fn commit(&mut self, who: &Addr, draw: u64, pages: &[Vec<u8>]) -> u32 {
        let receipt = self.ok(who, &committing(who, draw, pages));
        receipt.attribute("post").expect("a post").parse().unwrap()
    }

    #[track_caller]
    pub fn post(&mut self, who: &Addr, draw: u64, post: u32, pages: &[Vec<u8>]) {
        for (page, data) in pages.iter().enumerate() {
            self.ok(who, &posting(draw, post, page as u32, data));
        }
    }

    /// From the end of registration to an accepted lottery.
    #[track_caller]
    pub fn solve(&mut self, draw: u64) {
        let until = self.draw(draw).until.0;
        self.wait_until(until);
        self.run();
        let lottery = self.draw(draw).lottery.expect("a frozen pool");
        let pages = solver::pages(&self.pool(draw), lottery.panels, 0);
        let who = address("solver");
        let post = self.commit(&who, draw, &pages);
        self.wait_until(lottery.commit_until.0);
        self.post(&who, draw, post, &pages);
        self.wait_until(lottery.deadline.0);
        self.run();
        assert_eq!(self.stage(draw), "awaiting");
    }

    /// From there to a panel that is seated.
    #[track_caller]
    pub fn seat(&mut self, draw: u64) {
        self.solve(draw);
        let accepted = self.draw(draw).accepted.expect("accepted");
        self.wait_until(accepted.round_time.0);
        self.run();
        assert_eq!(self.stage(draw), "seated");
    }

    /// From there to a panel that stands.
    #[track_caller]
    pub fn finish(&mut self, draw: u64) {
        if self.stage(draw) != "seated" {
            self.seat(draw);
        }
        let until = self.draw(draw).decline_until.expect("a time");
        self.wait_until(until.0);
        self.run();
        assert_eq!(self.stage(draw), "done");
    }

    /// Every invariant, and the sums against raw records.
    #[track_caller]
    pub fn check(&self) {
        let told: Invariants = self.ask(&QueryMsg::Invariants(mycel_sortition::ask::Nothing {}));
        for one in told.invariants {
            assert!(one.holds, "{one:?}");
        }
        let (kept, recomputed) = self
            .sandbox
            .read(&self.sortition, |storage| {
                (
                    draws::state::load_totals(storage).expect("sums"),
                    draws::invariants::recompute(storage),
                )
            })
            .expect("storage");
        assert_eq!(recomputed, Ok(kept));
    }
}

pub fn volunteering(draw: u64, told: &[(&str, &str)]) -> ExecuteMsg {
    ExecuteMsg::Volunteer {
        draw: Id(draw),
        attributes: told
            .iter()
            .map(|(feature, value)| Attribute {
                feature: (*feature).into(),
                value: (*value).into(),
                salt: None,
            })
            .collect(),
    }
}

pub fn advance(draw: u64) -> ExecuteMsg {
    ExecuteMsg::Advance {
        limit: None,
        draw: Some(Id(draw)),
        case: None,
    }
}

pub fn committing(who: &Addr, draw: u64, pages: &[Vec<u8>]) -> ExecuteMsg {
    let hash = posts::commitment(who.as_str(), pages.iter().map(Vec::as_slice));
    ExecuteMsg::CommitLottery {
        draw: Id(draw),
        hash: HexBinary::from(hash),
        pages: pages.len() as u32,
    }
}

pub fn posting(draw: u64, post: u32, page: u32, data: &[u8]) -> ExecuteMsg {
    ExecuteMsg::PostLottery {
        draw: Id(draw),
        post,
        page,
        data: Binary::from(data),
    }
}

/// A draw of the assembly's without features.
pub fn plain(name: &str, size: u16) -> DrawInput {
    DrawInput {
        r#ref: format!("assembly/{name}"),
        size,
        features: vec![],
        quotas: vec![],
        until: Seconds(START + 1_000),
        gate: None,
    }
}

/// One with a feature of which exactly so many of each value sit.
pub fn split(name: &str, feature: &str, values: &[(&str, u16)]) -> DrawInput {
    DrawInput {
        size: values.iter().map(|(_, seats)| seats).sum(),
        features: vec![Feature {
            name: feature.into(),
            values: values.iter().map(|(value, _)| (*value).into()).collect(),
            issuer: None,
        }],
        quotas: values
            .iter()
            .map(|(value, seats)| Quota {
                feature: feature.into(),
                value: (*value).into(),
                min: *seats,
                max: *seats,
            })
            .collect(),
        ..plain(name, 1)
    }
}
