//! What scripts are made of.

use cosmwasm_std::Coin;
use mycel_runtime::testing::recording::{Class, Script, Step};

/// Enough for everything that ends.
pub const AMPLE: u64 = 1_000_000_000_000;
/// Little enough that loops end soon.
pub const LOOPS: u64 = 3_000_000_000;

pub fn step(
    entry: &str,
    sender: &str,
    funds: &[Coin],
    msg: impl Into<String>,
    gas_limit: u64,
) -> Step {
    Step {
        entry: entry.to_owned(),
        sender: sender.to_owned(),
        funds: funds.to_vec(),
        msg: msg.into(),
        gas_limit,
        ended: None,
    }
}

/// The last call again with the gas that it needs, and one unit less.
pub fn edges(recorded: &Script) -> Vec<Script> {
    let Some((last, ended)) = recorded
        .steps
        .last()
        .and_then(|step| Some((step, step.ended.as_ref()?)))
    else {
        return Vec::new();
    };
    if ended.class == Class::OutOfGas || ended.gas_used == 0 || ended.gas_used > LOOPS {
        return Vec::new();
    }
    let used = ended.gas_used;
    [used, used - 1]
        .into_iter()
        .map(|gas_limit| {
            let mut script = recorded.clone();
            script.name = format!("{} with gas {gas_limit}", recorded.name);
            for step in &mut script.steps {
                step.ended = None;
            }
            script.steps.pop();
            script.steps.push(Step {
                gas_limit,
                ended: None,
                ..last.clone()
            });
            script
        })
        .collect()
}
