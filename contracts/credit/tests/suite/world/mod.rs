//! A contract in memory: native code over a storage that forgets what a
//! refused message wrote, as the chain does.
pub mod deeds;
pub mod months;
pub mod town;

use std::collections::BTreeMap;
use std::ops::Bound;

use cosmwasm_std::testing::{MockApi, MockQuerier, mock_env};
use cosmwasm_std::{
    Addr, Binary, ContractResult, CosmosMsg, Deps, DepsMut, Empty, Env, MessageInfo, Order,
    QuerierResult, QuerierWrapper, Record, Response, Storage, SystemResult, Timestamp, WasmMsg,
    WasmQuery, from_json, to_json_vec,
};
use mycel_credit::contract;
use mycel_credit::decay::{self, Clock};
use mycel_credit::error::ContractError;
use mycel_credit::invariants;
use mycel_credit::limit::CAP;
use mycel_credit::msg::{EconomyChanges, ParameterChanges};
use mycel_credit::msg::{ExecuteMsg, InstantiateMsg, NewAccount, QueryMsg, SudoMsg};
use mycel_credit::policies::Standard;
use mycel_credit::query;
use mycel_credit::state::{self, Account, Kind, Owner, Terms};
use mycel_kit::{Amount, Id};
use serde::de::DeserializeOwned;

pub const DAY: u64 = 86_400;
pub const CREDIT: i128 = 1_000_000_000_000;
/// When worlds begin.
pub const START: u64 = 1_700_000_000;

/// A reproducible stream of numbers (splitmix64).
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

/// Ordered bytes with an undo list.
#[derive(Default)]
pub struct Memory {
    pub map: BTreeMap<Vec<u8>, Vec<u8>>,
    undo: Vec<(Vec<u8>, Option<Vec<u8>>)>,
}

impl Memory {
    pub fn keep(&mut self) {
        self.undo.clear();
    }

    pub fn revert(&mut self) {
        while let Some((key, value)) = self.undo.pop() {
            match value {
                Some(value) => self.map.insert(key, value),
                None => self.map.remove(&key),
            };
        }
    }
}

impl Storage for Memory {
    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.map.get(key).cloned()
    }
    fn set(&mut self, key: &[u8], value: &[u8]) {
        assert!(!value.is_empty(), "the chain refuses empty values");
        let before = self.map.insert(key.to_vec(), value.to_vec());
        self.undo.push((key.to_vec(), before));
    }
    fn remove(&mut self, key: &[u8]) {
        let before = self.map.remove(key);
        self.undo.push((key.to_vec(), before));
    }
    fn range<'a>(
        &'a self,
        start: Option<&[u8]>,
        end: Option<&[u8]>,
        order: Order,
    ) -> Box<dyn Iterator<Item = Record> + 'a> {
        if matches!((start, end), (Some(start), Some(end)) if start >= end) {
            return Box::new(std::iter::empty());
        }
        let from = start.map_or(Bound::Unbounded, |key| Bound::Included(key.to_vec()));
        let to = end.map_or(Bound::Unbounded, |key| Bound::Excluded(key.to_vec()));
        let records = self.map.range((from, to));
        let records = records.map(|(key, value)| (key.clone(), value.clone()));
        match order {
            Order::Ascending => Box::new(records),
            Order::Descending => Box::new(records.rev()),
        }
    }
}

pub struct World {
    pub storage: Memory,
    pub api: MockApi,
    pub now: u64,
    pub authority: Addr,
    pub last: Response,
    pub first: InstantiateMsg,
    /// What other contracts answer: (address, question) → answer, both JSON.
    pub answers: BTreeMap<(String, String), String>,
}

impl World {
    /// A contract over these first parameters.
    pub fn new(change: impl FnOnce(&mut InstantiateMsg)) -> World {
        World::try_new(change).expect("instantiates")
    }

    pub fn try_new(change: impl FnOnce(&mut InstantiateMsg)) -> Result<World, ContractError> {
        let api = MockApi::default();
        let authority = api.addr_make("authority");
        let mut msg = InstantiateMsg {
            authority: authority.to_string(),
            rate_ppb_per_day: None,
            starter_grant: None,
            starter_line: None,
            default_limit: None,
            development: true,
            name: None,
            symbol: None,
            parameters: None,
        };
        change(&mut msg);
        // the whole starter at once, unless a test is about its parts
        if msg.parameters.is_none() {
            let most = if msg.development { Amount::MAX } else { CAP };
            let economy = EconomyChanges {
                starter_opening: Some(most),
                ..EconomyChanges::default()
            };
            msg.parameters = Some(Box::new(ParameterChanges {
                economy: Some(economy),
                ..ParameterChanges::default()
            }));
        }
        let mut world = World {
            storage: Memory::default(),
            api,
            now: START,
            authority,
            last: Response::new(),
            first: msg.clone(),
            answers: BTreeMap::new(),
        };
        let info = MessageInfo {
            sender: world.authority.clone(),
            funds: vec![],
        };
        let (env, querier) = (world.env(), MockQuerier::default());
        let deps = DepsMut {
            storage: &mut world.storage,
            api: &world.api,
            querier: QuerierWrapper::<Empty>::new(&querier),
        };
        contract::instantiate::<Standard>(deps, env, info, through_json(&msg))?;
        world.storage.keep();
        Ok(world)
    }

    /// A contract that answers exactly this question with this.
    pub fn answer(
        &mut self,
        contract: &str,
        question: &impl serde::Serialize,
        answer: &impl serde::Serialize,
    ) {
        let text = |value: Vec<u8>| String::from_utf8(value).expect("JSON");
        let key = (
            contract.to_owned(),
            text(to_json_vec(question).expect("JSON")),
        );
        self.answers
            .insert(key, text(to_json_vec(answer).expect("JSON")));
    }

    fn querier(&self) -> MockQuerier {
        let mut querier = MockQuerier::default();
        querier.update_wasm(self.others());
        querier
    }

    /// How other contracts answer.
    pub fn others(&self) -> impl Fn(&WasmQuery) -> QuerierResult + Send + Sync + 'static {
        let answers = self.answers.clone();
        move |asked| {
            let WasmQuery::Smart { contract_addr, msg } = asked else {
                return SystemResult::Ok(ContractResult::Err("another query".to_owned()));
            };
            let question = String::from_utf8_lossy(msg).into_owned();
            SystemResult::Ok(match answers.get(&(contract_addr.clone(), question)) {
                Some(answer) => ContractResult::Ok(Binary::from(answer.as_bytes())),
                None => ContractResult::Err("refused".to_owned()),
            })
        }
    }

    pub fn env(&self) -> Env {
        let mut env = mock_env();
        env.block.time = Timestamp::from_seconds(self.now);
        env
    }

    pub fn address(&self, name: &str) -> String {
        self.api.addr_make(name).to_string()
    }

    /// One message from `sender` at the world's time, wholly or not at all.
    pub fn execute(&mut self, sender: &str, msg: ExecuteMsg) -> Result<(), ContractError> {
        let info = MessageInfo {
            sender: Addr::unchecked(sender),
            funds: vec![],
        };
        self.execute_with(info, msg)
    }

    pub fn execute_with(
        &mut self,
        info: MessageInfo,
        msg: ExecuteMsg,
    ) -> Result<(), ContractError> {
        let (env, querier) = (self.env(), self.querier());
        let deps = DepsMut {
            storage: &mut self.storage,
            api: &self.api,
            querier: QuerierWrapper::<Empty>::new(&querier),
        };
        match contract::execute::<Standard>(deps, env, info, msg) {
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

    /// A message as JSON, from the authority or a named person.
    pub fn say(&mut self, sender: &str, json: &str) -> Result<(), ContractError> {
        let msg: ExecuteMsg = from_json(json).unwrap_or_else(|error| panic!("{json}: {error}"));
        let sender = self.address(sender);
        self.execute(&sender, msg)
    }

    pub fn query<T: DeserializeOwned>(&self, msg: QueryMsg) -> Result<T, ContractError> {
        from_json(self.query_bytes(msg)?)
            .map_err(|error| panic!("the answer has another shape: {error}"))
    }

    pub fn query_bytes(&self, msg: QueryMsg) -> Result<Binary, ContractError> {
        let querier = MockQuerier::default();
        let deps = Deps {
            storage: &self.storage,
            api: &self.api,
            querier: QuerierWrapper::<Empty>::new(&querier),
        };
        query::query::<Standard>(deps, self.env(), through_json(&msg))
    }

    /// Opens a person's account; the person number comes from the name's place.
    pub fn enrol(&mut self, name: &str, person: u64) {
        let new = self.person(name, person);
        let authority = self.authority.to_string();
        self.execute(&authority, ExecuteMsg::OpenAccount(new))
            .expect("enrols");
    }

    pub fn person(&self, name: &str, person: u64) -> NewAccount {
        NewAccount {
            owner: self.address(name),
            kind: Kind::Person,
            person: Some(Id(person)),
            sponsor: None,
            limit: None,
        }
    }

    pub fn pay(&mut self, from: &str, to: &str, pico: i128) -> Result<(), ContractError> {
        let (from, to) = (self.address(from), self.address(to));
        let amount = Amount::from_i128(pico).expect("an amount");
        self.execute(
            &from,
            ExecuteMsg::Pay {
                to,
                amount,
                reference: None,
                memo: None,
            },
        )
    }

    pub fn settle(&mut self, names: &[&str]) {
        let accounts = names.iter().map(|name| self.address(name)).collect();
        let anyone = self.address("passer-by");
        self.execute(&anyone, ExecuteMsg::Settle { accounts })
            .expect("settles");
    }

    pub fn clock(&self) -> Clock {
        state::terms().load(&self.storage).expect("terms").clock
    }

    pub fn terms(&self) -> Terms {
        state::terms().load(&self.storage).expect("terms")
    }

    pub fn lambda(&self) -> u128 {
        self.clock().at(self.now).expect("time goes on")
    }

    pub fn stored(&self, name: &str) -> Account {
        let address = self.address(name);
        let number = state::number_of(&address)
            .load(&self.storage)
            .expect("an account");
        state::account(number)
            .load(&self.storage)
            .expect("its record")
    }

    /// The position now, decay included.
    pub fn view(&self, name: &str) -> i128 {
        decay::view::<Standard>(&self.stored(name), self.lambda(), &self.terms())
            .expect("time goes on")
    }

    pub fn accounts(&self) -> Vec<Account> {
        let count = state::account_count().load(&self.storage).expect("count");
        (0..count)
            .map(|n| state::account(n).load(&self.storage).expect("dense"))
            .collect()
    }

    /// Every view now, by account number.
    pub fn views(&self) -> Vec<i128> {
        let lambda = self.lambda();
        let terms = self.terms();
        let view =
            |account| decay::view::<Standard>(account, lambda, &terms).expect("time goes on");
        self.accounts().iter().map(view).collect()
    }

    /// The commons with all that is due to them.
    pub fn commons(&self) -> i128 {
        let kept = invariants::read(&self.storage).expect("books").totals;
        kept.commons + invariants::recompute(&self.accounts()).due
    }

    /// Every invariant, and the kept sums against the records.
    pub fn check(&self) {
        let books = invariants::read(&self.storage).expect("books");
        let (parameters, terms) = (
            state::parameters().load(&self.storage).expect("parameters"),
            state::terms().load(&self.storage).expect("terms"),
        );
        for invariant in invariants::judge(&books, &parameters, &terms) {
            assert!(invariant.holds, "{invariant:?}");
        }
        let accounts = self.accounts();
        let walk = invariants::recompute(&accounts);
        assert_eq!(
            (
                books.totals.positive,
                books.totals.negative,
                books.totals.transit
            ),
            (walk.positive, walk.negative, walk.transit)
        );
        // CREDIT-1 from the raw records alone
        assert_eq!(
            walk.positions + walk.due + books.totals.held + books.totals.commons + books.genesis,
            0
        );
        self.check_holds();
    }

    /// CREDIT-11 from the raw records: each pot is the sum of its open holds, and each member's hold is marked.
    fn check_holds(&self) {
        let mut pots = BTreeMap::<String, (i128, u32)>::new();
        let mut marks = 0;
        for (key, value) in self.storage.map.range(vec![b'H']..vec![b'I']) {
            let id = u64::from_be_bytes(key[1..].try_into().expect("a number"));
            let hold = state::hold(id).decode(value).expect("a hold");
            assert!(hold.amount > 0, "an empty hold is left: {id}");
            let pot = pots.entry(hold.holder).or_default();
            *pot = (pot.0 + hold.amount, pot.1 + 1);
            if let Owner::Account(owner) = hold.owner {
                let mark = state::item(owner, state::Item::Hold(id));
                assert!(
                    self.storage.map.contains_key(mark.bytes()),
                    "hold {id} is not marked"
                );
                marks += 1;
            }
        }
        let kept: BTreeMap<_, _> = self
            .storage
            .map
            .range(vec![b'W']..vec![b'X'])
            .map(|(key, value)| {
                let holder = String::from_utf8(key[1..].to_vec()).expect("an address");
                let pot = state::pot(&holder).decode(value).expect("a pot");
                (holder, (pot.amount, pot.open))
            })
            .collect();
        assert_eq!(pots, kept, "CREDIT-11");
        let marked = self.storage.map.range(vec![b'Y']..vec![b'Z']);
        assert_eq!(marked.filter(|(key, _)| key[5] == b'h').count(), marks);
    }

    /// Names the contracts that may hold, each for ten days.
    pub fn name_holders(&mut self, names: &[&str]) {
        let holders: Vec<String> = names
            .iter()
            .map(|name| {
                format!(
                    r#"{{"address":"{}","max_age":"864000"}}"#,
                    self.address(name)
                )
            })
            .collect();
        let json = format!(
            r#"{{"set_parameters":{{"holders":[{}]}}}}"#,
            holders.join(",")
        );
        self.say("authority", &json).expect("names holders");
    }

    /// The end of a block.
    pub fn end_block(&mut self) {
        let (env, querier) = (self.env(), self.querier());
        let deps = DepsMut {
            storage: &mut self.storage,
            api: &self.api,
            querier: QuerierWrapper::<Empty>::new(&querier),
        };
        let ended = contract::sudo::<Standard>(deps, env, SudoMsg::EndBlock {});
        self.last = ended.expect("the end of a block never fails");
        self.storage.keep();
    }

    /// What the last message said under a key, in its attributes or its events'.
    pub fn told(&self, key: &str) -> Option<&str> {
        let events = self.last.events.iter().flat_map(|event| &event.attributes);
        let mut all = self.last.attributes.iter().chain(events);
        all.find(|attribute| attribute.key == key)
            .map(|attribute| attribute.value.as_str())
    }

    /// The only message that the last response sends, as JSON, with its receiver.
    pub fn sent(&self) -> Option<(String, String)> {
        let [message] = self.last.messages.as_slice() else {
            return None;
        };
        match &message.msg {
            CosmosMsg::Wasm(WasmMsg::Execute {
                contract_addr, msg, ..
            }) => {
                let text = String::from_utf8(msg.to_vec()).expect("JSON");
                Some((contract_addr.clone(), text))
            }
            _ => None,
        }
    }
}

/// What a client sends is text.
pub fn through_json<T: serde::Serialize + DeserializeOwned>(msg: &T) -> T {
    from_json(to_json_vec(msg).expect("JSON")).expect("the same type")
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
