//! From an empty chain to a town: the contracts are uploaded and instantiated, each knowing its peers, and everyone
//! is enrolled through the members contract, by ordinary transactions of the operator.
use std::collections::BTreeMap;

use mycel_bindings::MycelMsg;
use mycel_clearing::msg as clearing;
use mycel_client::{
    Amount, Client, ClientError, Http, Receipt, SecretKey, Unsigned, Wallet, message, message::Any,
};
use mycel_credit::msg as credit;
use mycel_double::msg as standin;
use mycel_kit::Seconds;
use mycel_members::msg as members;
use mycel_types::{AllowanceClass, Authorities, Params};
use serde::Serialize;
use serde_json::Value;

use crate::{
    contracts::{CLEARING, CREDIT, Contracts, MEMBERS, NAMES, STANDIN, salt},
    steps::Spent,
};

/// Gas limit of one transaction of the set-up: the most that one may name.
const SETUP_GAS: u64 = 20_000_000;
/// Batches that are under way together: a block's gas takes five.
const BATCHES: usize = 5;
/// How long a transaction of the set-up may take.
const WAIT_MS: u64 = 60_000;
/// Limits that are set in one transaction: a chain takes 64 messages in one.
const LIMITS: usize = 60;
/// The contracts that work at the end of blocks.
pub const END_BLOCK: [&str; 2] = [MEMBERS, CREDIT];
/// What stands after the @ of the town's handles.
pub const COMMUNITY: &str = "riverside";

/// The terms of a town.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Decay in 10^-9 a day.
    pub rate_ppb_per_day: u32,
    /// What everyone gets from the genesis account, at once.
    pub starter: Amount,
    /// By how much a position may fall below zero.
    pub limit: Amount,
    /// Real seconds for which solvers may commit after a graph is fixed.
    pub commit_seconds: u64,
}

/// Parameters of the town's chain: the members contract sets allowance classes, the stand-in decides all else.
pub fn params(contracts: &Contracts, time_scale: u64) -> Params {
    let mut params = Params {
        time_scale,
        authorities: Authorities {
            members: Some(contracts.address(MEMBERS).clone()),
            assembly: Some(contracts.address(STANDIN).clone()),
        },
        ..Params::development()
    };
    for class in ["member", "organisation"] {
        let class = class.to_owned();
        let allowance = AllowanceClass {
            capacity: 2_000_000_000,
            rate: 20_000_000,
            may_store_code: false,
        };
        params.classes.insert(class, allowance);
    }
    params
}

/// With what each contract begins.
pub fn beginnings(
    contracts: &Contracts,
    terms: &Terms,
    time_scale: u64,
) -> Result<BTreeMap<&'static str, Value>, ClientError> {
    let text = |name: &str| contracts.address(name).to_string();
    let standin = standin::InstantiateMsg {
        key: contracts.creator().to_string(),
        development: true,
        members: Some(text(MEMBERS)),
        appeal_seconds: None,
    };
    let members = members::InstantiateMsg {
        authority: text(STANDIN),
        community: COMMUNITY.into(),
        development: true,
        peers: members::PeerChanges {
            credit: Some(text(CREDIT)),
            sortition: Some(text(STANDIN)),
            assembly: Some(text(STANDIN)),
            items: Some(vec![text(CLEARING)]),
            ..Default::default()
        },
        parameters: Default::default(),
    };
    let credit = credit::InstantiateMsg {
        authority: text(STANDIN),
        rate_ppb_per_day: Some(terms.rate_ppb_per_day),
        starter_grant: Some(terms.starter),
        starter_line: None,
        default_limit: Some(terms.limit),
        development: true,
        name: None,
        symbol: None,
        parameters: Some(Box::new(credit::ParameterChanges {
            members: Some(text(MEMBERS)),
            sortition: Some(text(STANDIN)),
            // a town's starter is released at once, so that it can trade
            economy: Some(credit::EconomyChanges {
                starter_opening: Some(terms.starter),
                ..Default::default()
            }),
            ..Default::default()
        })),
    };
    // solvers need real time to answer in, however fast the contracts' clock runs
    let scaled = |seconds: u64, days: u64| {
        Some(Seconds(
            seconds.saturating_mul(time_scale).min(days * 86_400),
        ))
    };
    let clearing = clearing::InstantiateMsg {
        authority: text(STANDIN),
        members: Some(text(MEMBERS)),
        credit: Some(text(CREDIT)),
        sortition: Some(text(STANDIN)),
        development: true,
        parameters: clearing::ParameterChanges {
            open_seconds: Some(Seconds(0)),
            commit_seconds: scaled(terms.commit_seconds, 7),
            solve_seconds: scaled(600, 30),
            pause_seconds: Some(Seconds(0)),
            ..Default::default()
        },
    };
    Ok(BTreeMap::from([
        (STANDIN, json(&standin)?),
        (MEMBERS, json(&members)?),
        (CREDIT, json(&credit)?),
        (CLEARING, json(&clearing)?),
    ]))
}

fn json(value: &impl Serialize) -> Result<Value, ClientError> {
    serde_json::to_value(value).map_err(|e| ClientError::Input(format!("message is no JSON: {e}")))
}

/// Uploads and instantiates every contract, and subscribes those that work at the end of blocks; tells what it cost.
pub async fn deploy(
    client: &Client<Http>,
    operator: &mut Wallet,
    contracts: &Contracts,
    terms: &Terms,
    time_scale: u64,
) -> Result<Spent, ClientError> {
    let mut spent = Spent::default();
    let sender = operator.address();
    let mut codes = BTreeMap::new();
    for name in NAMES {
        let store = message::store_code(&sender, contracts.wasm(name).to_vec());
        let stored = send(client, operator, vec![store]).await?;
        spent.add(stored.gas_used);
        let code_id: u64 = stored
            .attribute("store_code", "code_id")
            .and_then(|id| id.parse().ok())
            .ok_or_else(|| ClientError::Answer("store_code without code_id".into()))?;
        codes.insert(name, code_id);
    }
    let beginnings = beginnings(contracts, terms, time_scale)?;
    let mut messages = vec![];
    for name in NAMES {
        let (code_id, begin) = (codes[name], &beginnings[name]);
        let create = message::instantiate2(&sender, code_id, name, None, &salt(name), begin)?;
        messages.push(create);
    }
    for name in END_BLOCK {
        let subscribe = standin::ExecuteMsg::Chain {
            msg: MycelMsg::SubscribeEndBlock {
                contract: contracts.address(name).to_string(),
            },
        };
        messages.push(message::execute(
            &sender,
            contracts.address(STANDIN),
            &subscribe,
        )?);
    }
    spent.add(send(client, operator, messages).await?.gas_used);
    Ok(spent)
}

/// The handle of account `n`.
pub fn handle(n: u32) -> String {
    format!("m-{n}")
}

/// What the operator says to a contract.
pub type Word = (&'static str, Value);

/// What makes founders of these accounts: batches of words, each batch one transaction.
pub fn enrolment(
    contracts: &Contracts,
    people: &BTreeMap<u32, SecretKey>,
    limit: Option<Amount>,
) -> Result<Vec<Vec<Word>>, ClientError> {
    let all: Vec<(&u32, &SecretKey)> = people.iter().collect();
    let founder = |(n, key): &(&u32, &SecretKey)| members::Seed {
        address: key.address().to_string(),
        handle: handle(**n),
        idc: None,
    };
    let mut batches = vec![];
    for some in all.chunks(members::MAX_ITEMS) {
        let seed = members::ExecuteMsg::Seed {
            members: some.iter().map(founder).collect(),
        };
        batches.push(vec![forward(contracts, MEMBERS, &seed)?]);
    }
    let Some(limit) = limit else {
        return Ok(batches);
    };
    for some in all.chunks(LIMITS) {
        let set = |(_, key): &(&u32, &SecretKey)| {
            let owner = key.address().to_string();
            forward(
                contracts,
                CREDIT,
                &credit::ExecuteMsg::SetLimit { owner, limit },
            )
        };
        batches.push(some.iter().map(set).collect::<Result<_, _>>()?);
    }
    Ok(batches)
}

/// The operator's word to a contract, as its authority: through the stand-in.
pub fn forward(contracts: &Contracts, to: &str, msg: &impl Serialize) -> Result<Word, ClientError> {
    let body = serde_json::to_vec(msg)
        .map_err(|e| ClientError::Input(format!("message is no JSON: {e}")))?;
    let forward = standin::ExecuteMsg::Forward {
        contract: contracts.address(to).to_string(),
        msg: body.into(),
    };
    Ok((STANDIN, json(&forward)?))
}

/// Sends the batches in order, some together; `progress` is told how many are done. Tells what they cost.
pub async fn send_all(
    client: &Client<Http>,
    operator: &mut Wallet,
    contracts: &Contracts,
    batches: &[Vec<Word>],
    mut progress: impl FnMut(usize),
) -> Result<Spent, ClientError> {
    let (mut done, mut spent) = (0, Spent::default());
    for together in batches.chunks(BATCHES) {
        let mut sent = vec![];
        for batch in together {
            let execute = |(to, msg): &Word| {
                message::execute(contracts.creator(), contracts.address(to), msg)
            };
            let messages = batch.iter().map(execute).collect::<Result<_, _>>()?;
            let tx = Unsigned::new(messages).gas_limit(SETUP_GAS);
            let signed = operator.sign(&tx);
            client.broadcast(&signed).await?;
            sent.push(signed);
        }
        for tx in sent {
            spent.add(client.wait(&tx, WAIT_MS).await?.gas_used);
            done += 1;
            progress(done);
        }
    }
    Ok(spent)
}

async fn send(
    client: &Client<Http>,
    operator: &mut Wallet,
    messages: Vec<Any>,
) -> Result<Receipt, ClientError> {
    let tx = operator.sign(&Unsigned::new(messages).gas_limit(SETUP_GAS));
    client.broadcast(&tx).await?;
    client.wait(&tx, WAIT_MS).await
}
