//! Contracts: made, called, moved to another code, given to another admin.
use cosmos_sdk_proto::cosmwasm::wasm::v1 as proto;
use mycel_runtime::EntryPoint;
use mycel_types::{
    AccountAddress, codes,
    codes::wasm,
    key,
    record::{Code, Contract, HistoryEntry, Operation, Permission},
};

use super::{
    call::{self, Arguments, Target, info_json, no_code},
    events, sections,
    submessage::{at, handle},
};
use crate::{
    bank,
    error::{Failure, Run},
    execute::Answer,
    msg::{Execute, Instantiate, Migrate},
    session::Session,
    state::Records as _,
};

/// A marker of an index: values are never empty.
pub(crate) const MARKER: &[u8] = &[1];

/// `MsgInstantiateContract` and `MsgInstantiateContract2`.
pub(crate) fn instantiate(session: &mut Session, msg: &Instantiate) -> Run<Answer> {
    let code: Code = session
        .record(&key::code(msg.code_id))?
        .ok_or_else(|| no_code(msg.code_id))?;
    may_instantiate(&code, &msg.sender, "can not instantiate")?;
    let contract = match &msg.salt {
        Some(salt) => {
            let fixed = if salt.fix_msg { &msg.msg[..] } else { &[] };
            AccountAddress::instantiate2(&code.checksum, &msg.sender, &salt.salt, fixed)
        }
        // as in wasmd, only these count for classic addresses
        None => AccountAddress::instantiate(msg.code_id, session.count("classic")?),
    };
    if session.raw(&key::contract(&contract))?.is_some() {
        return Err(Failure::new(
            wasm::DUPLICATE,
            "contract address already exists, try a different combination of creator, checksum and salt",
        )
        .into());
    }
    if !msg.funds.is_empty() {
        bank::send(session, &msg.sender, &contract, &msg.funds)?;
    }
    let target = Target {
        contract: &contract,
        checksum: code.checksum,
    };
    let info = info_json(&msg.sender, &msg.funds);
    let arguments = Arguments {
        entry: EntryPoint::Instantiate,
        info: Some(info.as_bytes()),
        msg: &msg.msg,
    };
    let response = call::call(session, &target, &arguments, wasm::INSTANTIATE_FAILED)?;
    // before submessages, so that they can call back
    register(session, &contract, msg)?;
    session.emit(events::about(
        "instantiate",
        &contract,
        [("code_id", msg.code_id.to_string())],
    ))?;
    let data = handle(session, &contract, response).map_err(|abort| at("dispatch", abort))?;
    let (address, data) = (contract.to_string(), data.unwrap_or_default());
    Ok(match msg.salt {
        Some(_) => Answer::new(
            "/cosmwasm.wasm.v1.MsgInstantiateContract2Response",
            &proto::MsgInstantiateContract2Response { address, data },
        ),
        None => Answer::new(
            "/cosmwasm.wasm.v1.MsgInstantiateContractResponse",
            &proto::MsgInstantiateContractResponse { address, data },
        ),
    })
}

fn register(session: &mut Session, contract: &AccountAddress, msg: &Instantiate) -> Run<()> {
    let height = session.scene().height;
    let place = position(session);
    let instance = session.count("contract")?;
    let record = Contract {
        code_id: msg.code_id,
        creator: msg.sender.clone(),
        admin: msg.admin.clone(),
        label: msg.label.clone(),
        created: place,
        instance,
    };
    let entry = HistoryEntry {
        operation: Operation::Init,
        code_id: msg.code_id,
        updated: place,
        msg: msg.msg.clone(),
    };
    session.write(key::contract(contract), &record)?;
    session.write(key::contract_history(contract, 0), &entry)?;
    let by_code = key::contract_by_code(msg.code_id, height, instance, contract);
    session.write_raw(by_code, MARKER.into())?;
    let by_creator = key::contract_by_creator(&msg.sender, height, instance, contract);
    session.write_raw(by_creator, MARKER.into())
}

/// (height, index of the transaction).
fn position(session: &mut Session) -> (u64, u64) {
    let index = session.world().tx.map_or(0, |tx| u64::from(tx.index));
    (session.scene().height, index)
}

fn may_instantiate(code: &Code, sender: &AccountAddress, what: &str) -> Result<(), Failure> {
    let allowed = match &code.permission {
        Permission::Nobody => false,
        Permission::Everybody => true,
        Permission::AnyOf(list) => list.contains(sender),
    };
    match allowed {
        true => Ok(()),
        false => Err(Failure::new(codes::UNAUTHORIZED, what)),
    }
}

/// `MsgExecuteContract`.
pub(crate) fn execute(session: &mut Session, msg: &Execute) -> Run<Answer> {
    let (_, code) = call::instance(session, &msg.contract)?;
    if !msg.funds.is_empty() {
        bank::send(session, &msg.sender, &msg.contract, &msg.funds)?;
    }
    let target = Target {
        contract: &msg.contract,
        checksum: code.checksum,
    };
    let info = info_json(&msg.sender, &msg.funds);
    let arguments = Arguments {
        entry: EntryPoint::Execute,
        info: Some(info.as_bytes()),
        msg: &msg.msg,
    };
    let response = call::call(session, &target, &arguments, wasm::EXECUTE_FAILED)?;
    session.emit(events::about("execute", &msg.contract, []))?;
    let data = handle(session, &msg.contract, response)?.unwrap_or_default();
    Ok(Answer::new(
        "/cosmwasm.wasm.v1.MsgExecuteContractResponse",
        &proto::MsgExecuteContractResponse { data },
    ))
}

/// The chain's own call of `sudo`.
pub(crate) fn sudo(session: &mut Session, contract: &AccountAddress, msg: &[u8]) -> Run<()> {
    let (_, code) = call::instance(session, contract)?;
    let target = Target {
        contract,
        checksum: code.checksum,
    };
    let arguments = Arguments {
        entry: EntryPoint::Sudo,
        info: None,
        msg,
    };
    let response = call::call(session, &target, &arguments, wasm::EXECUTE_FAILED)?;
    session.emit(events::about("sudo", contract, []))?;
    // nobody reads the data
    handle(session, contract, response).map(|_| ())
}

/// `MsgMigrateContract`, by the admin.
pub(crate) fn migrate(session: &mut Session, msg: &Migrate) -> Run<Answer> {
    let (mut record, old) = administered(session, &msg.contract, &msg.sender, "can not migrate")?;
    let code: Code = session
        .record(&key::code(msg.code_id))?
        .ok_or_else(|| Failure::new(codes::INVALID_REQUEST, "unknown code"))?;
    may_instantiate(&code, &msg.sender, "to use new code")?;
    let (from, to) = (
        migrate_version(session, &old)?,
        migrate_version(session, &code)?,
    );
    let mut response = None;
    // equal versions need no change of data
    if from.is_none() || from != to {
        let old = from.map_or_else(|| "null".to_string(), |v| v.to_string());
        let info = format!(
            r#"{{"sender":"{}","old_migrate_version":{old}}}"#,
            msg.sender
        );
        let target = Target {
            contract: &msg.contract,
            checksum: code.checksum,
        };
        let arguments = Arguments {
            entry: EntryPoint::Migrate,
            info: Some(info.as_bytes()),
            msg: &msg.msg,
        };
        response = Some(call::call(
            session,
            &target,
            &arguments,
            wasm::MIGRATE_FAILED,
        )?);
    }
    let place = position(session);
    let last = last_entry(session, &msg.contract)?;
    let (index, entry) = last.ok_or_else(|| Failure::new(wasm::NOT_FOUND, "history"))?;
    let instance = record.instance;
    let stale = key::contract_by_code(record.code_id, entry.updated.0, instance, &msg.contract);
    session.delete(stale)?;
    let fresh = key::contract_by_code(msg.code_id, place.0, instance, &msg.contract);
    session.write_raw(fresh, MARKER.into())?;
    let entry = HistoryEntry {
        operation: Operation::Migrate,
        code_id: msg.code_id,
        updated: place,
        msg: msg.msg.clone(),
    };
    let next = key::contract_history(&msg.contract, index.saturating_add(1));
    session.write(next, &entry)?;
    record.code_id = msg.code_id;
    session.write(key::contract(&msg.contract), &record)?;
    let mut event = events::about("migrate", &msg.contract, []);
    let first = mycel_types::Attribute {
        key: "code_id".into(),
        value: msg.code_id.to_string(),
    };
    event.attributes.insert(0, first);
    session.emit(event)?;
    let data = match response {
        Some(response) => {
            handle(session, &msg.contract, response).map_err(|abort| at("dispatch", abort))?
        }
        None => None,
    };
    Ok(Answer::new(
        "/cosmwasm.wasm.v1.MsgMigrateContractResponse",
        &proto::MsgMigrateContractResponse {
            data: data.unwrap_or_default(),
        },
    ))
}

/// The number in a code's `cw_migrate_version` section. Only section headers are looked at, so a read's flat price is
/// enough.
fn migrate_version(session: &mut Session, code: &Code) -> Run<Option<u64>> {
    let price = session.scene().params.gas.read;
    session.meter.charge(price, "ReadFlat")?;
    let wasm = session.world().view.raw(&key::wasm(&code.checksum))?;
    Ok(wasm.as_deref().and_then(sections::migrate_version))
}

/// Whether a code exports a function. Only the export section is read, so a read's flat price is enough.
pub(crate) fn exports(session: &mut Session, code: &Code, name: &str) -> Run<bool> {
    let price = session.scene().params.gas.read;
    session.meter.charge(price, "ReadFlat")?;
    let wasm = session.world().view.raw(&key::wasm(&code.checksum))?;
    Ok(wasm.is_some_and(|wasm| sections::exports_function(&wasm, name)))
}

/// The last entry of a contract's history with its index.
fn last_entry(
    session: &mut Session,
    contract: &AccountAddress,
) -> Run<Option<(u64, HistoryEntry)>> {
    let mut last = None;
    for index in 0.. {
        match session.record(&key::contract_history(contract, index))? {
            Some(entry) => last = Some((index, entry)),
            None => break,
        }
    }
    Ok(last)
}

/// A contract's record, if `sender` is its admin.
fn administered(
    session: &mut Session,
    contract: &AccountAddress,
    sender: &AccountAddress,
    what: &str,
) -> Run<(Contract, Code)> {
    let record: Contract = session
        .record(&key::contract(contract))?
        .ok_or_else(|| Failure::new(codes::INVALID_REQUEST, "unknown contract"))?;
    if record.admin.as_ref() != Some(sender) {
        return Err(Failure::new(codes::UNAUTHORIZED, what).into());
    }
    let code = session
        .record(&key::code(record.code_id))?
        .ok_or_else(|| no_code(record.code_id))?;
    Ok((record, code))
}

/// `MsgUpdateAdmin`, and with `None` `MsgClearAdmin`.
pub(crate) fn update_admin(
    session: &mut Session,
    sender: &AccountAddress,
    contract: &AccountAddress,
    admin: Option<&AccountAddress>,
) -> Run<Answer> {
    let (mut record, _) = administered(session, contract, sender, "can not modify contract")?;
    record.admin = admin.cloned();
    session.write(key::contract(contract), &record)?;
    let new = admin.map_or_else(String::new, ToString::to_string);
    session.emit(events::about(
        "update_contract_admin",
        contract,
        [("new_admin_address", new)],
    ))?;
    Ok(match admin {
        Some(_) => Answer::new(
            "/cosmwasm.wasm.v1.MsgUpdateAdminResponse",
            &proto::MsgUpdateAdminResponse {},
        ),
        None => Answer::new(
            "/cosmwasm.wasm.v1.MsgClearAdminResponse",
            &proto::MsgClearAdminResponse {},
        ),
    })
}
