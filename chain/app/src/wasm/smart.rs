//! Smart queries from outside: a contract's `query` in a view that is thrown away.
use std::sync::Arc;

use cosmwasm_std::Binary;
use mycel_runtime::EntryPoint;
use mycel_store::View;
use mycel_types::{AccountAddress, codes::wasm};

use super::{
    call::{self, Arguments, Ended, Target},
    response::ContractResult,
};
use crate::{
    error::{Failure, Run},
    gas::{Meter, from_vm, to_vm},
    session::{ByteTally, Scene, Session, World},
};

/// What a query hands to a contract.
pub(super) fn arguments(msg: &[u8]) -> Arguments<'_> {
    Arguments {
        entry: EntryPoint::Query,
        info: None,
        msg,
    }
}

/// Asks a contract; `gas` is SDK gas.
pub(crate) fn smart_query(
    scene: &Arc<Scene>,
    view: Box<dyn View>,
    contract: &AccountAddress,
    msg: &[u8],
    gas: u64,
) -> Run<Vec<u8>> {
    let world = World {
        view,
        scene: scene.clone(),
        tx: None,
        bytes: ByteTally::default(),
        machine: None,
    };
    let mut session = Session::new(world, Meter::new(gas));
    let (_, code) = call::instance(&mut session, contract)?;
    let instance = scene.params.gas.instance;
    session
        .meter
        .charge(instance, "Loading CosmWasm module: query")?;
    let target = Target {
        contract,
        checksum: code.checksum,
    };
    let left = to_vm(session.meter.left());
    let world = session.take_world();
    let (world, used, ended) = call::run(world, &target, &arguments(msg), 1, left);
    session.put_world(world);
    let ended = ended?;
    session.meter.charge(from_vm(used), "wasm contract")?;
    match ended {
        Ended::OutOfGas => {
            let rest = session.meter.left();
            session
                .meter
                .charge(rest.saturating_add(1), "wasm contract")?;
            Err(Failure::new(wasm::VM_ERROR, "out of gas").into())
        }
        Ended::Broke(why) | Ended::OverQuota(why) => Err(Failure::new(wasm::VM_ERROR, why).into()),
        Ended::Returned(json) => match serde_json::from_slice::<ContractResult<Binary>>(&json) {
            Ok(ContractResult::Ok(data)) => Ok(data.into()),
            Ok(ContractResult::Err(why)) => Err(Failure::new(wasm::QUERY_FAILED, why).into()),
            Err(why) => Err(Failure::new(wasm::VM_ERROR, why).into()),
        },
    }
}
