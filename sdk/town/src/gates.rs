//! What members of the town can prove of their trust, and to whom.
use cosmwasm_std::{Addr, Uint64};
use mycel_kit::{
    Id, Seconds,
    peers::trust::{Mode, Term},
    roles::{Class, Electorate},
};
use mycel_sandbox::Sandbox;
use mycel_trust::{
    gates::{msg::OpenGate, record::GateCircuit, rules::least_history},
    msg::{Action, ExecuteMsg},
    parameters::ParametersResponse,
};

use crate::{
    contracts::{ASSEMBLY, CREDIT, Contracts, FUNDING, TRUST},
    seed::SeedError,
    setup::PAIR_CAP,
};

/// The gate of credit: whoever shows there that three quarters of its words were kept has a higher line.
pub const LINE: u64 = 1;
/// The gate of funding: members who keep their word give to a round without being named by the proof.
pub const GIVERS: u64 = 2;
/// Of 65,536.
const THREE_QUARTERS: u32 = 49_152;
const HALF: u32 = 32_768;
/// How many must at least have dealt with whoever passes.
const COUNTERPARTIES: u32 = 3;
/// Days of credit's terms, and of its higher line.
const DAYS: u64 = 30;

/// Opens the town's gates, in the assembly's name: before the chain begins there is nobody else to decide it.
pub fn open(sandbox: &mut Sandbox, contracts: &Contracts) -> Result<(), SeedError> {
    let addr = |name: &str| Addr::unchecked(contracts.address(name).to_string());
    let trust = addr(TRUST);
    if !sandbox.contracts().contains(&trust) {
        return Ok(());
    }
    let told: ParametersResponse = sandbox.query(
        &trust,
        &mycel_trust::ask::QueryMsg::Parameters(mycel_trust::ask::Nothing {}),
    )?;
    let day = u64::from(told.times.day);
    let history = Uint64::new(least_history(PAIR_CAP.into(), COUNTERPARTIES));
    let gate = |number, consumer, mode, term, theta_rel| OpenGate {
        gate: Id(number),
        consumer: contracts.address(consumer).to_string(),
        circuit: GateCircuit::Show,
        mode,
        term,
        ttl: Seconds(DAYS * day),
        min_counterparties: Some(COUNTERPARTIES),
        t_min: Some(history),
        theta: Some(0),
        theta_rel: Some(theta_rel),
        theta_eco: Some(0),
        theta_rec: Some(0),
    };
    let line = Term::Seconds(Seconds(day));
    for (proposal, gate) in [
        gate(LINE, CREDIT, Mode::Named, line, THREE_QUARTERS),
        gate(GIVERS, FUNDING, Mode::Once, Term::Action {}, HALF),
    ]
    .into_iter()
    .enumerate()
    {
        let decided = ExecuteMsg::Decided {
            proposal: Id(proposal as u64),
            electorate: Electorate::All,
            class: Class::Constitutional,
            action: Action::OpenGate(Box::new(gate)),
        };
        sandbox.execute(&addr(ASSEMBLY), &trust, &decided)?;
    }
    Ok(())
}
