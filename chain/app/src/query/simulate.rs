//! `cosmos.tx.v1beta1.Service/Simulate`: a transaction on the last state, thrown away afterwards. One empty signature
//! will do; the sequence is checked. Anyone may ask, so what is uploaded is checked but not compiled.
use cosmos_sdk_proto::cosmos::{
    base::abci::v1beta1::{GasInfo, Result as SimulationResult, TxMsgData},
    tx::v1beta1::{SimulateRequest, SimulateResponse},
};
use mycel_store::{LayeredView, View as _};
use mycel_types::{StoreId, TxResult, codes, key};
use prost::Message as _;
use tendermint_proto::abci;

use super::{Answer, Ask, Trouble, invalid_argument, proto, rpc};
use crate::{
    admit::{Ledger, Mode, Request, Stage, new_account},
    error::Failure,
    execute,
    msg::Msg,
    session::TxPlace,
    stack,
    state::{Records, encode},
};

/// Functions that a code may have at most: what storing one may cost.
const FUNCTIONS: u64 = 20_000;

pub(super) fn simulate(ask: &Ask<'_>) -> Answer {
    let request: SimulateRequest = ask.read()?;
    #[allow(deprecated, reason = "old clients send the decoded transaction")]
    let bytes = match (request.tx_bytes, request.tx) {
        (bytes, _) if !bytes.is_empty() => bytes,
        (_, Some(tx)) => tx.encode_to_vec(),
        _ => return Err(invalid_argument("empty txBytes is not allowed").into()),
    };
    let state = ask.state;
    let request = Request::read(&bytes, &state.params, Mode::Simulated)
        .map_err(|failure| failed(&failure.log, 0))?;
    let (height, time) = (state.height.saturating_add(1), state.time.plus_millis(1));
    let mut ledger = Ledger::new(state, height, time);
    match ledger.simulate(&request) {
        Ok(()) => {}
        Err(Stage::Refused(refusal)) => {
            return Err(failed(&refusal.failure.log, request.base_gas).into());
        }
        Err(Stage::Fault(fault)) => return Err(fault.into()),
    }
    let scene = state.rehearsal(ask.app.vm(), height, time, &ask.limits.stop);
    let mut view = LayeredView::stoppable(state.snapshot.clone(), ask.limits.stop.clone());
    for signer in &request.signers {
        // as admission would: a signer whose gas somebody else pays for exists from now on
        let key = key::account(&signer.address);
        if (&state.snapshot).raw(&key)?.is_none() {
            let account = encode(&new_account(time.millis()));
            view.set(StoreId::Mycel, key.into(), Some(account))?;
        }
    }
    let place = TxPlace {
        index: 0,
        hash: request.hash,
    };
    let limit = gas_limit(ask, &request);
    let ran = stack::deep(|| {
        execute::run(&scene, &request, place, Box::new(view), limit).map(|ran| ran.result)
    })
    .map_err(crate::error::Fault::Machine)??;
    if !ran.ok() {
        return Err(failed(&ran.log, ran.gas_used).into());
    }
    proto(&answer(ran)?)
}

/// What a query may use, and on top what size and storing code cost, which is known beforehand; never more than a
/// transaction may have.
fn gas_limit(ask: &Ask<'_>, request: &Request) -> u64 {
    let params = &ask.state.params;
    let stores = request
        .messages
        .iter()
        .filter(|m| matches!(m, Msg::StoreCode { .. }))
        .count() as u64;
    let store = params
        .gas
        .store_code_byte
        .saturating_mul(params.wasm_max_bytes)
        .saturating_add(params.gas.store_code_function.saturating_mul(FUNCTIONS));
    ask.limits
        .gas
        .saturating_add(request.base_gas)
        .saturating_add(store.saturating_mul(stores))
        .min(params.tx_max_gas)
}

fn failed(log: &str, gas_used: u64) -> Failure {
    rpc(
        codes::UNKNOWN_REQUEST,
        "Unknown",
        format_args!("{log} with gas used: '{gas_used}'"),
    )
}

#[allow(deprecated, reason = "clients still read `data`")]
fn answer(ran: TxResult) -> Result<SimulateResponse, Trouble> {
    let data = TxMsgData::decode(&ran.data[..]).map_err(|e| Failure::new(codes::PANIC, e))?;
    let events = ran.events.into_iter().map(|event| abci::Event {
        r#type: event.kind,
        attributes: event
            .attributes
            .into_iter()
            .map(|a| abci::EventAttribute {
                key: a.key,
                value: a.value,
                index: false,
            })
            .collect(),
    });
    Ok(SimulateResponse {
        gas_info: Some(GasInfo {
            // without limit, as the SDK says it
            gas_wanted: u64::MAX,
            gas_used: ran.gas_used,
        }),
        result: Some(SimulationResult {
            data: ran.data.to_vec(),
            log: String::new(),
            events: events.collect(),
            msg_responses: data.msg_responses,
        }),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use cosmos_sdk_proto::{
        Any,
        cosmos::tx::v1beta1::{AuthInfo, Fee, SignerInfo, TxBody, TxRaw},
        cosmwasm::wasm::v1::MsgStoreCode,
    };
    use mycel_engine::development;
    use mycel_runtime::CodeId;
    use mycel_store::{Config, RedbStore};
    use mycel_types::{
        AccountAddress, Application as _, GenesisAccount, Limits, Params, QueryAt, Time,
    };

    use super::*;
    use crate::{App, AppConfig};

    const CONTRACT: &str = r#"(module
        (memory (export "memory") 1)
        (func (export "interface_version_8"))
        (func (export "allocate") (param i32) (result i32) (i32.const 0))
        (func (export "deallocate") (param i32))
        (func (export "instantiate") (param i32 i32 i32) (result i32) (i32.const 0)))"#;

    #[test]
    fn a_simulated_upload_is_not_kept() {
        let store = Arc::new(RedbStore::in_memory(Config::default()).unwrap());
        let app = App::new(store, AppConfig::default()).unwrap();
        let ada = AccountAddress::new(vec![7; 20]).unwrap();
        let account = GenesisAccount {
            address: ada.clone(),
            coins: vec![],
            class: String::new(),
        };
        let key = development::keys(1)[0].verification_key().to_bytes();
        let params = Params::development();
        let id = "town-1".parse().unwrap();
        let genesis = development::genesis_with(id, Time(1_000_000), &[key], vec![account], params);
        app.init_chain(&genesis).unwrap();

        let wasm = wat::parse_str(CONTRACT).unwrap();
        let store = MsgStoreCode {
            sender: ada.to_string(),
            wasm_byte_code: wasm.clone(),
            instantiate_permission: None,
        };
        let body = TxBody {
            messages: vec![Any {
                type_url: "/cosmwasm.wasm.v1.MsgStoreCode".into(),
                value: store.encode_to_vec(),
            }],
            ..Default::default()
        };
        let auth = AuthInfo {
            signer_infos: vec![SignerInfo::default()],
            fee: Some(Fee::default()),
            ..Default::default()
        };
        let tx = TxRaw {
            body_bytes: body.encode_to_vec(),
            auth_info_bytes: auth.encode_to_vec(),
            signatures: vec![vec![]],
        };
        let request = SimulateRequest {
            tx_bytes: tx.encode_to_vec(),
            ..Default::default()
        };
        let answered = app.query(
            "/cosmos.tx.v1beta1.Service/Simulate",
            &request.encode_to_vec(),
            QueryAt::default(),
            &Limits::default(),
        );
        assert_eq!(answered.code, 0, "{}", answered.log);
        assert!(!app.vm().has(&CodeId::of(&wasm)));
    }
}
