//! `cosmwasm.wasm.v1.Query`.
use bytes::Bytes;
use cosmos_sdk_proto::cosmwasm::wasm::v1 as proto_wasm;
use mycel_store::LayeredView;
use mycel_types::{
    AccountAddress, StoreId, codes, key,
    record::{Code, Contract, HistoryEntry, Operation, Permission},
};
use proto_wasm::{AbsoluteTxPosition, AccessConfig, AccessType};

use super::{Answer, Ask, Trouble, invalid_argument, page::Page, proto};
use crate::{
    error::{Abort, Failure},
    state::{Records, decode},
    wasm,
};

/// wasmd words these errors without gRPC's prefix.
fn unknown(what: impl std::fmt::Display) -> Trouble {
    Failure::new(codes::UNKNOWN_REQUEST, what).into()
}

fn address(text: &str) -> Result<AccountAddress, Trouble> {
    text.parse()
        .map_err(|e: mycel_types::AddressError| unknown(e))
}

fn no_such_contract(address: &AccountAddress) -> Trouble {
    unknown(format_args!("address {address}: no such contract"))
}

fn contract(ask: &Ask<'_>, address: &AccountAddress) -> Result<Contract, Trouble> {
    (&ask.state.snapshot)
        .record(&key::contract(address))?
        .ok_or_else(|| no_such_contract(address))
}

fn code_record(ask: &Ask<'_>, id: u64) -> Result<Code, Trouble> {
    if id == 0 {
        return Err(invalid_argument("code id is 0").into());
    }
    (&ask.state.snapshot)
        .record(&key::code(id))?
        .ok_or_else(|| unknown(format_args!("code id {id}: no such code")))
}

fn position((height, index): (u64, u64)) -> Option<AbsoluteTxPosition> {
    Some(AbsoluteTxPosition {
        block_height: height,
        tx_index: index,
    })
}

fn access(permission: &Permission) -> AccessConfig {
    let (kind, addresses) = match permission {
        Permission::Nobody => (AccessType::Nobody, vec![]),
        Permission::Everybody => (AccessType::Everybody, vec![]),
        Permission::AnyOf(list) => (
            AccessType::AnyOfAddresses,
            list.iter().map(ToString::to_string).collect(),
        ),
    };
    AccessConfig {
        permission: kind.into(),
        addresses,
    }
}

pub(super) fn info(ask: &Ask<'_>) -> Answer {
    let request: proto_wasm::QueryContractInfoRequest = ask.read()?;
    let address = address(&request.address)?;
    let record = contract(ask, &address)?;
    proto(&proto_wasm::QueryContractInfoResponse {
        address: address.to_string(),
        contract_info: Some(proto_wasm::ContractInfo {
            code_id: record.code_id,
            creator: record.creator.to_string(),
            admin: record.admin.map_or_else(String::new, |a| a.to_string()),
            label: record.label,
            created: position(record.created),
            ..Default::default()
        }),
    })
}

pub(super) fn history(ask: &Ask<'_>) -> Answer {
    use proto_wasm::{ContractCodeHistoryEntry, ContractCodeHistoryOperationType as Type};
    let request: proto_wasm::QueryContractHistoryRequest = ask.read()?;
    let address = address(&request.address)?;
    let first = key::contract_history(&address, 0);
    let prefix = &first[..first.len().saturating_sub(8)];
    let page = Page::of_wasm(request.pagination)?;
    let (found, page) = page.take(&ask.state.snapshot, prefix)?;
    let mut entries = Vec::with_capacity(found.len());
    for (key, value) in found {
        let entry: HistoryEntry = decode(&key, &value)?;
        let operation = match entry.operation {
            Operation::Init => Type::Init,
            Operation::Migrate => Type::Migrate,
            Operation::Genesis => Type::Genesis,
        };
        entries.push(ContractCodeHistoryEntry {
            operation: operation.into(),
            code_id: entry.code_id,
            updated: position(entry.updated),
            msg: entry.msg,
        });
    }
    proto(&proto_wasm::QueryContractHistoryResponse {
        entries,
        pagination: Some(page),
    })
}

/// The address at the end of an index key.
fn indexed((key, _): &(Bytes, Bytes)) -> Result<String, Trouble> {
    let raw = &key[key.len().saturating_sub(32)..];
    AccountAddress::new(raw)
        .map(|a| a.to_string())
        .map_err(|e| mycel_store::StateFault::Corrupt(e.to_string()).into())
}

pub(super) fn by_code(ask: &Ask<'_>) -> Answer {
    let request: proto_wasm::QueryContractsByCodeRequest = ask.read()?;
    if request.code_id == 0 {
        return Err(invalid_argument("code id is 0").into());
    }
    let mut prefix = vec![key::tag::CONTRACT_BY_CODE];
    prefix.extend_from_slice(&request.code_id.to_be_bytes());
    let page = Page::of_wasm(request.pagination)?;
    let (found, page) = page.take(&ask.state.snapshot, &prefix)?;
    proto(&proto_wasm::QueryContractsByCodeResponse {
        contracts: found.iter().map(indexed).collect::<Result<_, _>>()?,
        pagination: Some(page),
    })
}

pub(super) fn by_creator(ask: &Ask<'_>) -> Answer {
    let request: proto_wasm::QueryContractsByCreatorRequest = ask.read()?;
    let creator = address(&request.creator_address)?;
    let mut prefix = vec![
        key::tag::CONTRACT_BY_CREATOR,
        // an address has 20 or 32 bytes
        creator.as_bytes().len() as u8,
    ];
    prefix.extend_from_slice(creator.as_bytes());
    let page = Page::of_wasm(request.pagination)?;
    let (found, page) = page.take(&ask.state.snapshot, &prefix)?;
    proto(&proto_wasm::QueryContractsByCreatorResponse {
        contract_addresses: found.iter().map(indexed).collect::<Result<_, _>>()?,
        pagination: Some(page),
    })
}

pub(super) fn all_state(ask: &Ask<'_>) -> Answer {
    let request: proto_wasm::QueryAllContractStateRequest = ask.read()?;
    let address = address(&request.address)?;
    contract(ask, &address)?;
    let page = Page::of_wasm(request.pagination)?;
    let (found, page) = page.take(&ask.state.snapshot, &key::contract_prefix(&address))?;
    let models = found.into_iter().map(|(key, value)| proto_wasm::Model {
        key: key.to_vec(),
        value: value.to_vec(),
    });
    proto(&proto_wasm::QueryAllContractStateResponse {
        models: models.collect(),
        pagination: Some(page),
    })
}

pub(super) fn raw(ask: &Ask<'_>) -> Answer {
    let request: proto_wasm::QueryRawContractStateRequest = ask.read()?;
    let address = address(&request.address)?;
    contract(ask, &address)?;
    let key = key::contract_data(&address, &request.query_data);
    let value = ask.state.snapshot.get(StoreId::Mycel, &key)?;
    proto(&proto_wasm::QueryRawContractStateResponse {
        data: value.map_or_else(Vec::new, Vec::from),
    })
}

pub(super) fn smart(ask: &Ask<'_>) -> Answer {
    let request: proto_wasm::QuerySmartContractStateRequest = ask.read()?;
    if serde_json::from_slice::<serde::de::IgnoredAny>(&request.query_data).is_err() {
        return Err(invalid_argument("invalid query data").into());
    }
    let address = address(&request.address)?;
    let stop = &ask.limits.stop;
    let scene = ask.state.scene(ask.app.vm(), stop);
    let view = LayeredView::stoppable(ask.state.snapshot.clone(), stop.clone());
    let answered = wasm::smart_query(
        &scene,
        Box::new(view),
        &address,
        &request.query_data,
        ask.limits.gas,
    );
    match answered {
        Ok(data) => proto(&proto_wasm::QuerySmartContractStateResponse { data }),
        Err(Abort::Fail(failure)) => Err(unknown(failure.log)),
        Err(Abort::OutOfGas(at)) => Err(Failure::from(at).into()),
        Err(Abort::Fault(fault)) => Err(fault.into()),
    }
}

fn code_answer(id: u64, record: &Code) -> proto_wasm::CodeInfoResponse {
    proto_wasm::CodeInfoResponse {
        code_id: id,
        creator: record.creator.to_string(),
        data_hash: record.checksum.to_vec(),
        instantiate_permission: Some(access(&record.permission)),
    }
}

pub(super) fn code(ask: &Ask<'_>) -> Answer {
    let request: proto_wasm::QueryCodeRequest = ask.read()?;
    let record = code_record(ask, request.code_id)?;
    let blob = key::wasm(&record.checksum);
    let wasm = ask.state.snapshot.get(StoreId::Mycel, &blob)?;
    proto(&proto_wasm::QueryCodeResponse {
        code_info: Some(code_answer(request.code_id, &record)),
        data: wasm.map_or_else(Vec::new, Vec::from),
    })
}

pub(super) fn code_info(ask: &Ask<'_>) -> Answer {
    // the answer's fields are those of `QueryCodeInfoResponse`, which this version of the types lacks
    #[derive(Clone, PartialEq, prost::Message)]
    struct CodeInfo {
        #[prost(uint64, tag = "1")]
        code_id: u64,
        #[prost(string, tag = "2")]
        creator: String,
        #[prost(bytes = "vec", tag = "3")]
        checksum: Vec<u8>,
        #[prost(message, optional, tag = "4")]
        instantiate_permission: Option<AccessConfig>,
    }
    let request: proto_wasm::QueryCodeRequest = ask.read()?;
    let record = code_record(ask, request.code_id)?;
    proto(&CodeInfo {
        code_id: request.code_id,
        creator: record.creator.to_string(),
        checksum: record.checksum.to_vec(),
        instantiate_permission: Some(access(&record.permission)),
    })
}

pub(super) fn codes(ask: &Ask<'_>) -> Answer {
    let request: proto_wasm::QueryCodesRequest = ask.read()?;
    let page = Page::of_wasm(request.pagination)?;
    let (found, page) = page.take(&ask.state.snapshot, &[key::tag::CODE])?;
    let mut code_infos = Vec::with_capacity(found.len());
    for (key, value) in found {
        let id = key[..].try_into().map(u64::from_be_bytes).unwrap_or(0);
        code_infos.push(code_answer(id, &decode(&key, &value)?));
    }
    proto(&proto_wasm::QueryCodesResponse {
        code_infos,
        pagination: Some(page),
    })
}

pub(super) fn pinned(ask: &Ask<'_>) -> Answer {
    let request: proto_wasm::QueryPinnedCodesRequest = ask.read()?;
    Page::of_wasm(request.pagination)?;
    proto(&proto_wasm::QueryPinnedCodesResponse {
        code_ids: vec![],
        pagination: Some(Default::default()),
    })
}

pub(super) fn params(_: &Ask<'_>) -> Answer {
    proto(&proto_wasm::QueryParamsResponse {
        params: Some(proto_wasm::Params {
            code_upload_access: Some(access(&Permission::Everybody)),
            instantiate_default_permission: AccessType::Everybody.into(),
        }),
    })
}

pub(super) fn build_address(ask: &Ask<'_>) -> Answer {
    let request: proto_wasm::QueryBuildAddressRequest = ask.read()?;
    let bad = |what: &str| invalid_argument(what);
    let checksum: [u8; 32] = hex::decode(&request.code_hash)
        .ok()
        .and_then(|hash| hash.try_into().ok())
        .ok_or_else(|| bad("invalid code hash"))?;
    let creator = address(&request.creator_address)?;
    let salt = hex::decode(&request.salt).map_err(|_| bad("invalid salt"))?;
    if salt.is_empty() || salt.len() > 64 {
        return Err(bad("invalid salt: 1 to 64 bytes").into());
    }
    let address = AccountAddress::instantiate2(&checksum, &creator, &salt, &request.init_args);
    proto(&proto_wasm::QueryBuildAddressResponse {
        address: address.to_string(),
    })
}
