//! Who has power, as the state says it: over the chain, over each code, over each contract.
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    AccessType, QueryCodesRequest, QueryCodesResponse, QueryContractsByCodeRequest,
    QueryContractsByCodeResponse,
};
use mycel_client::{Client, Http};
use mycel_types::{AccountAddress, Params, StoreId, key};
use prost::Message;
use serde_json::{Value, json};

/// An address that may do something that others may not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Power {
    /// Of what: the chain, a code's number, a contract's label.
    pub of: String,
    /// `decisions`, `allowance classes`, `creator`, `administrator`, `authority`, or `parameter`: any address that a
    /// contract's parameters name.
    pub what: &'static str,
    /// Whose it is.
    pub holder: String,
}

/// Every power that there is: parameters of the chain, all codes, all contracts of all codes.
pub async fn scan(client: &Client<Http>) -> Vec<Power> {
    let mut powers = vec![];
    let mut add = |of: &str, what, holder: String| {
        powers.push(Power {
            of: of.to_owned(),
            what,
            holder,
        });
    };
    let found = client
        .store(StoreId::Mycel, &key::params(), None, false)
        .await;
    let params: Params = borsh::from_slice(&found.unwrap().value).unwrap();
    let text = |holder: Option<AccountAddress>| holder.map_or("nobody".into(), |a| a.to_string());
    add("chain", "decisions", text(params.authorities.assembly));
    add(
        "chain",
        "allowance classes",
        text(params.authorities.members),
    );
    let asked = QueryCodesRequest { pagination: None };
    let codes: QueryCodesResponse = ask(client, "Codes", &asked).await;
    for code in codes.code_infos {
        let permission = code.instantiate_permission.clone().unwrap();
        assert_eq!(permission.permission(), AccessType::Everybody, "{code:?}");
        let code_id = code.code_id;
        add(&format!("code {code_id}"), "creator", code.creator);
        let asked = QueryContractsByCodeRequest {
            code_id,
            pagination: None,
        };
        let made: QueryContractsByCodeResponse = ask(client, "ContractsByCode", &asked).await;
        for address in made.contracts {
            let contract: AccountAddress = address.parse().unwrap();
            let info = client.contract(&contract).await.unwrap();
            add(&info.label, "creator", info.creator);
            add(&info.label, "administrator", info.admin);
            let about: Value = client
                .smart(&contract, &json!({"about": {}}))
                .await
                .unwrap();
            let authority = about["authority"].as_str().unwrap().to_owned();
            add(&info.label, "authority", authority);
            let asked = json!({"parameters": {}});
            let parameters: Value = client.smart(&contract, &asked).await.unwrap();
            let mut found = vec![];
            addresses(&parameters, &mut found);
            assert!(!found.is_empty(), "{} names its peers", info.label);
            for address in found {
                add(&info.label, "parameter", address);
            }
        }
    }
    powers
}

async fn ask<A: Message + Default>(client: &Client<Http>, name: &str, request: &impl Message) -> A {
    let path = format!("/cosmwasm.wasm.v1.Query/{name}");
    let request = request.encode_to_vec();
    let told = client.abci_query(&path, &request, None, false).await;
    A::decode(told.unwrap().value.as_slice()).unwrap()
}

/// Every text in an answer that is an address.
fn addresses(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) if text.parse::<AccountAddress>().is_ok() => found.push(text.clone()),
        Value::Array(all) => all.iter().for_each(|one| addresses(one, found)),
        Value::Object(all) => all.values().for_each(|one| addresses(one, found)),
        _ => {}
    }
}
