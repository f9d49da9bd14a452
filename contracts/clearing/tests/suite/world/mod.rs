//! The contract in memory, its peers played by tables, a solver beside it.

pub mod market;
pub mod memory;
pub mod peers;
pub mod sarafu;
pub mod solver;
pub mod town;

use cosmwasm_std::testing::{MockApi, mock_env};
use cosmwasm_std::{
    Addr, Binary, Deps, DepsMut, Empty, Env, MessageInfo, QuerierWrapper, Response, Timestamp,
    from_json, to_json_vec,
};
use mycel_clearing::error::ContractError;
use mycel_clearing::graph::Graph;
use mycel_clearing::msg::{
    ExecuteMsg, InstantiateMsg, ObligationView, ParameterChanges, QueryMsg, RoundView, SeedMsg,
    TotalsResponse,
};
use mycel_clearing::round::{self, Stage};
use mycel_clearing::{contract, invariants, query, state};
use mycel_kit::{Amount, Id, Seconds};
use serde::de::DeserializeOwned;

pub use memory::Memory;
pub use peers::Peers;

pub const DAY: u64 = 86_400;
pub const CREDIT: u64 = 1_000_000_000_000;
/// When worlds begin.
pub const START: u64 = 1_700_000_000;

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

/// The number in an environment variable, or `default`.
#[allow(
    clippy::disallowed_methods,
    reason = "tests may be told how much to do"
)]
pub fn told(variable: &str, default: u64) -> u64 {
    std::env::var(variable)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

/// What a client sends is text.
pub fn through_json<T: serde::Serialize + DeserializeOwned>(msg: &T) -> T {
    from_json(to_json_vec(msg).expect("JSON")).expect("the same type")
}

pub fn credits(credits: u64) -> Amount {
    Amount::credits(credits).expect("an amount")
}

pub struct World {
    pub storage: Memory,
    pub api: MockApi,
    pub now: u64,
    pub authority: String,
    pub peers: Peers,
    pub last: Response,
    pub first: InstantiateMsg,
}

impl World {
    /// A development network's contract with peers, short times and nobody.
    pub fn new() -> World {
        World::with(|_| {})
    }

    pub fn with(change: impl FnOnce(&mut InstantiateMsg)) -> World {
        let api = MockApi::default();
        let peers = Peers::new(|name| api.addr_make(name).to_string());
        let mut msg = InstantiateMsg {
            authority: api.addr_make("authority").to_string(),
            members: Some(peers.members.clone()),
            credit: Some(api.addr_make("credit").to_string()),
            sortition: None,
            development: true,
            parameters: ParameterChanges {
                open_seconds: Some(Seconds(DAY)),
                commit_seconds: Some(Seconds(100)),
                solve_seconds: Some(Seconds(1_000)),
                pause_seconds: Some(Seconds(0)),
                ..ParameterChanges::default()
            },
        };
        change(&mut msg);
        let mut world = World {
            storage: Memory::default(),
            api,
            now: START,
            authority: msg.authority.clone(),
            peers,
            last: Response::new(),
            first: msg.clone(),
        };
        let info = MessageInfo {
            sender: Addr::unchecked(&world.authority),
            funds: vec![],
        };
        let env = world.env();
        let deps = DepsMut {
            storage: &mut world.storage,
            api: &world.api,
            querier: QuerierWrapper::<Empty>::new(&world.peers),
        };
        contract::instantiate(deps, env, info, through_json(&msg)).expect("instantiates");
        world.storage.keep();
        world
    }

    pub fn env(&self) -> Env {
        let mut env = mock_env();
        env.block.time = Timestamp::from_seconds(self.now);
        env
    }

    pub fn address(&self, name: &str) -> String {
        self.api.addr_make(name).to_string()
    }

    /// Person `n` answers under the address of `person n`.
    pub fn person(&self, person: u64) -> String {
        self.address(&format!("person {person}"))
    }

    pub fn enrol(&mut self, persons: impl IntoIterator<Item = u64>) {
        for person in persons {
            let address = self.person(person);
            self.peers.enrol(person, address);
        }
    }

    /// One message from an address, wholly or not at all.
    pub fn execute(&mut self, sender: &str, msg: ExecuteMsg) -> Result<(), ContractError> {
        let info = MessageInfo {
            sender: Addr::unchecked(sender),
            funds: vec![],
        };
        let env = self.env();
        let deps = DepsMut {
            storage: &mut self.storage,
            api: &self.api,
            querier: QuerierWrapper::<Empty>::new(&self.peers),
        };
        match contract::execute(deps, env, info, through_json(&msg)) {
            Ok(response) => {
                self.storage.keep();
                self.last = response;
                Ok(())
            }
            Err(error) => {
                self.storage.revert();
                Err(error)
            }
        }
    }

    /// A message of person `n`.
    pub fn say(&mut self, person: u64, msg: ExecuteMsg) -> Result<(), ContractError> {
        let sender = self.person(person);
        self.execute(&sender, msg)
    }

    pub fn authority(&mut self, msg: ExecuteMsg) -> Result<(), ContractError> {
        let authority = self.authority.clone();
        self.execute(&authority, msg)
    }

    pub fn query_bytes(&self, msg: QueryMsg) -> Result<Binary, ContractError> {
        let deps = Deps {
            storage: &self.storage,
            api: &self.api,
            querier: QuerierWrapper::<Empty>::new(&self.peers),
        };
        query::query(deps, self.env(), through_json(&msg))
    }

    pub fn ask<T: DeserializeOwned>(&self, msg: QueryMsg) -> Result<T, ContractError> {
        from_json(self.query_bytes(msg)?)
            .map_err(|error| panic!("the answer has another shape: {error}"))
    }

    /// An attribute of the last response.
    pub fn told(&self, key: &str) -> String {
        let found = self.last.attributes.iter().find(|found| found.key == key);
        found.unwrap_or_else(|| panic!("no {key}")).value.clone()
    }

    /// `debtor` owes `creditor` so many credits, due in `days`.
    pub fn owe(&mut self, debtor: u64, creditor: u64, amount: u64, days: u64) -> Id {
        self.owe_with(debtor, creditor, credits(amount), days, 0)
    }

    pub fn owe_with(
        &mut self,
        debtor: u64,
        creditor: u64,
        amount: Amount,
        days: u64,
        priority: u8,
    ) -> Id {
        let propose = ExecuteMsg::Propose {
            with: Id(creditor),
            i_owe: true,
            amount,
            due: Seconds(self.now + days * DAY),
            priority: Some(priority),
            reference: None,
        };
        self.say(debtor, propose).expect("proposes");
        let proposal = Id(self.told("proposal").parse().expect("a number"));
        self.say(creditor, ExecuteMsg::Confirm { proposal })
            .expect("confirms");
        Id(self.told("obligation").parse().expect("a number"))
    }

    pub fn consent(&mut self, persons: impl IntoIterator<Item = u64>) {
        for person in persons {
            self.say(person, ExecuteMsg::Consent { on: true })
                .expect("consents");
        }
    }

    pub fn seed(&mut self, debtor: u64, creditor: u64, amount: Amount, tendered: bool) {
        let seed = SeedMsg {
            debtor: Id(debtor),
            creditor: Id(creditor),
            amount,
            due: Seconds(self.now + 30 * DAY),
            priority: 0,
            tendered,
        };
        let obligations = vec![seed];
        self.authority(ExecuteMsg::Seed { obligations })
            .expect("seeds");
    }

    pub fn obligation(&self, id: Id) -> ObligationView {
        self.ask(QueryMsg::Obligation { id })
            .expect("an obligation")
    }

    pub fn owed(&self, id: Id) -> u64 {
        self.obligation(id).amount.pico()
    }

    pub fn totals(&self) -> TotalsResponse {
        self.ask(QueryMsg::Totals {}).expect("totals")
    }

    pub fn round(&self) -> RoundView {
        self.ask(QueryMsg::Round { round: None }).expect("a round")
    }

    pub fn round_of(&self, round: Id) -> RoundView {
        let round = Some(round);
        self.ask(QueryMsg::Round { round }).expect("a round")
    }

    pub fn advance(&mut self, round: Id, limit: Option<u32>) -> Result<(), ContractError> {
        let anyone = self.address("passer-by");
        self.execute(&anyone, ExecuteMsg::Advance { round, limit })
    }

    /// Advances until there is nothing to do; how many messages that took.
    pub fn drive(&mut self, round: Id, limit: Option<u32>) -> u32 {
        let mut messages = 0;
        loop {
            match self.advance(round, limit) {
                Ok(()) => messages += 1,
                Err(ContractError::NothingToDo { .. }) => return messages,
                Err(error) => panic!("{error}"),
            }
            self.check();
        }
    }

    /// Opens a clearing round and freezes it.
    pub fn freeze(&mut self) -> Id {
        let anyone = self.address("passer-by");
        self.execute(&anyone, ExecuteMsg::OpenRound {})
            .expect("opens");
        let round = Id(self.told("round").parse().expect("a number"));
        self.now += DAY;
        self.drive(round, None);
        round
    }

    /// Net position of every person over all obligations.
    pub fn nets(&self) -> std::collections::BTreeMap<u64, i128> {
        let mut nets = std::collections::BTreeMap::new();
        for number in 0..self.totals().obligations {
            let id = Id(number.into());
            if let Ok(found) = self.ask::<ObligationView>(QueryMsg::Obligation { id }) {
                *nets.entry(found.debtor.0).or_default() -= found.amount.signed();
                *nets.entry(found.creditor.0).or_default() += found.amount.signed();
            }
        }
        nets
    }

    /// Every invariant, the kept sums against the records, and that a frozen
    /// graph is what its root says.
    pub fn check(&self) {
        let books = invariants::read(&self.storage).expect("books");
        for invariant in invariants::judge(&books) {
            assert!(invariant.holds, "{invariant:?}");
        }
        let sum = invariants::recompute(&self.storage).expect("pages");
        assert_eq!(sum, books.totals.outstanding, "CLEARING-1");
        let rounds = state::counters()
            .load(&self.storage)
            .expect("counters")
            .round;
        for number in 0..rounds {
            let current = round::round(number).load(&self.storage).expect("a round");
            if current.stage == Stage::Frozen {
                let graph = Graph::open(&self.storage, number, &current).expect("a graph");
                let root = graph.root(&self.storage, &current).expect("rows");
                assert_eq!(root, current.root, "CLEARING-6");
            }
        }
    }
}

impl World {
    /// Sortition's answer to the case that was asked for: its number, as the
    /// chain delivers it.
    pub fn reply_case(&mut self, obligation: u64, case: u64) {
        use cosmwasm_std::{MsgResponse, Reply, SubMsgResponse, SubMsgResult};
        let data = format!(r#"{{"case":"{case}"}}"#);
        let mut value = vec![0x0a, data.len() as u8];
        value.extend_from_slice(data.as_bytes());
        #[allow(deprecated, reason = "the field is part of the type")]
        let answer = SubMsgResponse {
            events: vec![],
            data: None,
            msg_responses: vec![MsgResponse {
                type_url: "/cosmwasm.wasm.v1.MsgExecuteContractResponse".into(),
                value: value.into(),
            }],
        };
        let reply = Reply {
            id: obligation,
            payload: Binary::default(),
            gas_used: 0,
            result: SubMsgResult::Ok(answer),
        };
        let deps = DepsMut {
            storage: &mut self.storage,
            api: &self.api,
            querier: QuerierWrapper::<Empty>::new(&self.peers),
        };
        mycel_clearing::dispute::opened(deps, reply).expect("remembers the case");
        self.storage.keep();
    }
}

impl World {
    /// Persons 1, 2, 3 owe each other 5, 7 and 9 in a circle, all tendered.
    pub fn circle() -> World {
        let mut world = World::new();
        world.enrol(1..=9);
        world.owe(1, 2, 5, 30);
        world.owe(2, 3, 7, 30);
        world.owe(3, 1, 9, 30);
        world.consent(1..=3);
        world
    }
}
