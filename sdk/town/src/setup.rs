//! With what a town's chain and contracts begin: parameters of a development network, short and predictable, and of an
//! earnest one. Every contract's authority, and the chain's, is the assembly.
use std::collections::BTreeMap;

use mycel_clearing::msg as clearing;
use mycel_client::{Amount, ClientError};
use mycel_credit::msg as credit;
use mycel_double::msg as double;
use mycel_kit::Seconds;
use mycel_members::msg as members;
use mycel_types::{AllowanceClass, Authorities, Params};
use serde::Serialize;
use serde_json::Value;

use crate::{
    contracts::{ASSEMBLY, CLEARING, CREDIT, Contracts, MEMBERS, SORTITION},
    town::operator,
};

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

/// Parameters of the town's chain: the members contract sets allowance classes, the assembly decides all else.
pub fn params(contracts: &Contracts, time_scale: u64) -> Params {
    let mut params = Params {
        time_scale,
        authorities: Authorities {
            members: Some(contracts.address(MEMBERS).clone()),
            assembly: Some(contracts.address(ASSEMBLY).clone()),
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
    let assembly = double::InstantiateMsg {
        key: operator().address().to_string(),
        development: true,
        members: Some(text(MEMBERS)),
        appeal_seconds: None,
    };
    let members = members::InstantiateMsg {
        authority: text(ASSEMBLY),
        community: COMMUNITY.into(),
        development: true,
        peers: members::PeerChanges {
            credit: Some(text(CREDIT)),
            sortition: Some(text(SORTITION)),
            assembly: Some(text(ASSEMBLY)),
            items: Some(vec![text(CLEARING)]),
            ..Default::default()
        },
        parameters: Default::default(),
    };
    let credit = credit::InstantiateMsg {
        authority: text(ASSEMBLY),
        rate_ppb_per_day: Some(terms.rate_ppb_per_day),
        starter_grant: Some(terms.starter),
        starter_line: None,
        default_limit: Some(terms.limit),
        development: true,
        name: None,
        symbol: None,
        parameters: Some(Box::new(credit::ParameterChanges {
            members: Some(text(MEMBERS)),
            sortition: Some(text(SORTITION)),
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
        authority: text(ASSEMBLY),
        members: Some(text(MEMBERS)),
        credit: Some(text(CREDIT)),
        sortition: Some(text(SORTITION)),
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
        (ASSEMBLY, json(&assembly)?),
        (MEMBERS, json(&members)?),
        (CREDIT, json(&credit)?),
        (CLEARING, json(&clearing)?),
    ]))
}

fn json(value: &impl Serialize) -> Result<Value, ClientError> {
    serde_json::to_value(value).map_err(|e| ClientError::Input(format!("message is no JSON: {e}")))
}

/// The handle of account `n`.
pub fn handle(n: u32) -> String {
    format!("m-{n}")
}
