//! From what is on disk to what is settled.
use mycel_types::{Genesis, Halt, Outcome, Time, header::Base};

/// What is settled before the initial height, from the genesis document and what the application made of it.
pub fn genesis_base(genesis: &Genesis, outcome: &Outcome) -> Result<Base, Halt> {
    let wrong = |what: String| Halt::Genesis(format!("genesis: {what}; correct the document"));
    let height = u64::try_from(genesis.initial_height)
        .ok()
        .filter(|h| *h > 0)
        .ok_or_else(|| wrong(format!("initial_height={}", genesis.initial_height)))?;
    let time = Time::try_from(genesis.genesis_time).map_err(|e| wrong(e.to_string()))?;
    let params = genesis.app_state.params.clone();
    Base::genesis(genesis.chain_id.clone(), height, time, params, outcome)
        .map_err(|e| wrong(e.to_string()))
}
