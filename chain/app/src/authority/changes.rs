//! Changes of the parameters, within bounds that no authority can leave.
use mycel_bindings::{GasPriceChanges, ParamChanges};
use mycel_types::{
    AccountAddress, AllowanceClass, Event, GasPrices, Params, key, record::Contract,
};

use super::invalid;
use crate::{error::Run, msg, session::Session};

/// Takes over each field that is there.
macro_rules! take {
    ($to:expr, $from:expr; $($field:ident)+) => {
        $(if let Some(value) = $from.$field { $to.$field = value.u64(); })+
    };
}

/// Changes parameters from the next block on. Several changes in one block add up.
pub(super) fn apply(session: &mut Session, changes: &ParamChanges) -> Run<()> {
    let mut next: Params = session
        .record(&key::params())?
        .unwrap_or_else(|| Params::clone(&session.scene().params));
    sizes(&mut next, changes);
    if let Some(gas) = &changes.gas {
        prices(&mut next.gas, gas);
    }
    for change in &changes.classes {
        match &change.class {
            None => {
                next.classes.remove(&change.name);
            }
            Some(class) => {
                let class = AllowanceClass {
                    capacity: class.capacity.u64(),
                    rate: class.rate.u64(),
                    may_store_code: class.may_store_code,
                };
                next.classes.insert(change.name.clone(), class);
            }
        }
    }
    if let Some(class) = &changes.default_class {
        next.default_class = class.clone();
    }
    if let Some(text) = &changes.members_authority {
        next.authorities.members = Some(contract(session, "members_authority", text)?);
    }
    if let Some(text) = &changes.assembly_authority {
        next.authorities.assembly = Some(contract(session, "assembly_authority", text)?);
    }
    // against what is in force: several small steps in one block are one large step
    let scene = session.scene();
    scene.params.validate_change(&next).map_err(invalid)?;
    session.write(key::params(), &next)?;
    let shown = serde_json::to_string(changes).unwrap_or_default();
    session.emit(Event::new("set_params", [("changes", shown)]))
}

fn sizes(next: &mut Params, changes: &ParamChanges) {
    take!(next, changes;
        block_max_bytes block_max_gas end_block_gas tx_max_bytes tx_max_gas memo_max_bytes tx_max_signatures
        tx_max_messages wasm_max_bytes events_max_bytes attribute_max_bytes contract_quota_bytes);
}

fn prices(next: &mut GasPrices, changes: &GasPriceChanges) {
    take!(next, changes;
        read read_byte write write_byte delete next tx_byte signature store_code_byte store_code_function instance
        groth16 groth16_input poseidon poseidon_cell);
}

/// An authority that does not exist could never decide anything again.
fn contract(session: &mut Session, what: &str, text: &str) -> Run<AccountAddress> {
    let address = msg::address(what, text)?;
    match session.record::<Contract>(&key::contract(&address))? {
        Some(_) => Ok(address),
        None => Err(invalid(format_args!("{what}={address} is no contract")).into()),
    }
}
