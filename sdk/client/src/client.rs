//! One method a call. Nothing here is verified; see [`crate::state`] for what is.
use base64::{Engine, engine::general_purpose::STANDARD};
use cosmos_sdk_proto::{
    cosmos::{
        auth::v1beta1::{BaseAccount, QueryAccountRequest, QueryAccountResponse},
        bank::v1beta1::{QueryBalanceRequest, QueryBalanceResponse},
        tx::v1beta1::{SimulateRequest, SimulateResponse},
    },
    cosmwasm::wasm::v1::{
        QueryContractInfoRequest, QueryContractInfoResponse, QueryRawContractStateRequest,
        QueryRawContractStateResponse, QuerySmartContractStateRequest,
        QuerySmartContractStateResponse,
    },
};
use mycel_light::{LightBlock, Validator, Validators};
use mycel_types::{AccountAddress, StoreId, codes};
use prost::Message;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{
    ClientError, SignedTx, Transport,
    answer::{
        Checked, CommitJson, Found, FoundPage, Queried, QueryJson, Status, StatusJson,
        ValidatorsJson,
    },
};

/// A chain's account, as the node says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The address.
    pub address: String,
    /// What a signature names as account number.
    pub number: u64,
    /// What the next signature names as sequence.
    pub sequence: u64,
}

/// A contract, as the node says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractInfo {
    /// The code it runs.
    pub code_id: u64,
    /// Who created it.
    pub creator: String,
    /// Who may migrate it; empty: nobody.
    pub admin: String,
    /// Its name for people.
    pub label: String,
}

/// Calls of one node.
#[derive(Clone, Debug)]
pub struct Client<T> {
    transport: T,
}

impl<T: Transport> Client<T> {
    /// A client over this transport.
    pub fn new(transport: T) -> Self {
        Self { transport }
    }

    /// What carries the calls.
    pub fn transport(&self) -> &T {
        &self.transport
    }

    /// Any JSON-RPC method.
    pub async fn call<A: DeserializeOwned>(
        &self,
        method: &str,
        params: Value,
    ) -> Result<A, ClientError> {
        let result = self.transport.call(method, params).await?;
        serde_json::from_value(result)
            .map_err(|e| ClientError::Answer(format!("method={method}: {e}")))
    }

    /// Where the node stands.
    pub async fn status(&self) -> Result<Status, ClientError> {
        let json: StatusJson = self.call("status", json!({})).await?;
        Ok(json.into())
    }

    /// The genesis document, as JSON.
    pub async fn genesis(&self) -> Result<Value, ClientError> {
        let mut answer: Value = self.call("genesis", json!({})).await?;
        Ok(answer
            .get_mut("genesis")
            .map(Value::take)
            .unwrap_or_default())
    }

    /// Any ABCI query. Height 0 is the last one; with a proof the last one that is provable.
    pub async fn abci_query(
        &self,
        path: &str,
        request: &[u8],
        height: Option<u64>,
        prove: bool,
    ) -> Result<Queried, ClientError> {
        let params = json!({
            "path": path,
            "data": hex::encode(request),
            "height": height.unwrap_or(0).to_string(),
            "prove": prove,
        });
        let json: QueryJson = self.call("abci_query", params).await?;
        json.try_into()
    }

    async fn proto<A: Message + Default>(
        &self,
        path: &str,
        request: &impl Message,
    ) -> Result<A, ClientError> {
        let answer = self
            .abci_query(path, &request.encode_to_vec(), None, false)
            .await?;
        A::decode(answer.value.as_slice()).map_err(ClientError::answer)
    }

    /// An account; `None` if the chain does not know it.
    pub async fn account(&self, address: &AccountAddress) -> Result<Option<Account>, ClientError> {
        let request = QueryAccountRequest {
            address: address.to_string(),
        };
        let answer: QueryAccountResponse = match self
            .proto("/cosmos.auth.v1beta1.Query/Account", &request)
            .await
        {
            Err(ClientError::Query {
                code,
                codespace,
                log,
            }) if is_not_found(&codespace, code, &log) => return Ok(None),
            answer => answer?,
        };
        let any = answer
            .account
            .ok_or_else(|| ClientError::answer("account without value"))?;
        let base = BaseAccount::decode(any.value.as_slice()).map_err(ClientError::answer)?;
        Ok(Some(Account {
            address: base.address,
            number: base.account_number,
            sequence: base.sequence,
        }))
    }

    /// Coins of the bank, in one denomination.
    pub async fn balance(
        &self,
        address: &AccountAddress,
        denom: &str,
    ) -> Result<u128, ClientError> {
        let request = QueryBalanceRequest {
            address: address.to_string(),
            denom: denom.into(),
        };
        let answer: QueryBalanceResponse = self
            .proto("/cosmos.bank.v1beta1.Query/Balance", &request)
            .await?;
        answer.balance.map_or(Ok(0), |coin| {
            coin.amount.parse().map_err(ClientError::answer)
        })
    }

    /// Asks a contract; the answer is its JSON.
    pub async fn smart<A: DeserializeOwned>(
        &self,
        contract: &AccountAddress,
        query: &impl Serialize,
    ) -> Result<A, ClientError> {
        let request = QuerySmartContractStateRequest {
            address: contract.to_string(),
            query_data: serde_json::to_vec(query)
                .map_err(|e| ClientError::Input(format!("query is no JSON: {e}")))?,
        };
        let answer: QuerySmartContractStateResponse = self
            .proto("/cosmwasm.wasm.v1.Query/SmartContractState", &request)
            .await?;
        serde_json::from_slice(&answer.data).map_err(ClientError::answer)
    }

    /// A contract's raw entry; empty and absent look alike.
    pub async fn raw(&self, contract: &AccountAddress, key: &[u8]) -> Result<Vec<u8>, ClientError> {
        let request = QueryRawContractStateRequest {
            address: contract.to_string(),
            query_data: key.to_vec(),
        };
        let answer: QueryRawContractStateResponse = self
            .proto("/cosmwasm.wasm.v1.Query/RawContractState", &request)
            .await?;
        Ok(answer.data)
    }

    /// A contract's code, creator and label.
    pub async fn contract(&self, address: &AccountAddress) -> Result<ContractInfo, ClientError> {
        let request = QueryContractInfoRequest {
            address: address.to_string(),
        };
        let answer: QueryContractInfoResponse = self
            .proto("/cosmwasm.wasm.v1.Query/ContractInfo", &request)
            .await?;
        let info = answer
            .contract_info
            .ok_or_else(|| ClientError::answer("contract without info"))?;
        Ok(ContractInfo {
            code_id: info.code_id,
            creator: info.creator,
            admin: info.admin,
            label: info.label,
        })
    }

    /// A raw entry of a store, with its proof if wanted.
    pub async fn store(
        &self,
        store: StoreId,
        key: &[u8],
        height: Option<u64>,
        prove: bool,
    ) -> Result<Queried, ClientError> {
        self.abci_query(&format!("/store/{}/key", store.name()), key, height, prove)
            .await
    }

    /// A header with its commit and validators, not verified. `None` is the last block.
    pub async fn light_block(&self, height: Option<u64>) -> Result<LightBlock, ClientError> {
        let params = match height {
            Some(height) => json!({"height": height.to_string()}),
            None => json!({}),
        };
        let commit: CommitJson = self.call("commit", params).await?;
        let signed = commit.signed_header;
        let validators = self.validators(signed.header.height.value()).await?;
        Ok(LightBlock {
            header: signed.header,
            commit: signed.commit,
            validators,
            next_validators: None,
        })
    }

    /// The validator set of a height, all pages.
    pub async fn validators(&self, height: u64) -> Result<Validators, ClientError> {
        let mut members = Vec::new();
        for page in 1.. {
            let params = json!({
                "height": height.to_string(),
                "page": page.to_string(),
                "per_page": "100",
            });
            let answer: ValidatorsJson = self.call("validators", params).await?;
            let last = answer.validators.is_empty();
            for v in answer.validators {
                members.push(Validator {
                    key: v.pub_key.ed25519()?,
                    power: v.voting_power,
                });
            }
            if last
                || members.len() as u64 >= answer.total
                || members.len() > mycel_light::limit::VALIDATORS
            {
                break;
            }
        }
        Ok(Validators::new(members)?)
    }

    /// Gas that a transaction would use. Its signature is not looked at.
    pub async fn simulate(&self, tx: &[u8]) -> Result<Simulated, ClientError> {
        #[allow(deprecated, reason = "the field `tx` must be named to be left out")]
        let request = SimulateRequest {
            tx: None,
            tx_bytes: tx.to_vec(),
        };
        let answer: SimulateResponse = self
            .proto("/cosmos.tx.v1beta1.Service/Simulate", &request)
            .await
            .map_err(ClientError::foreseen)?;
        let gas = answer
            .gas_info
            .ok_or_else(|| ClientError::answer("simulation without gas"))?;
        Ok(Simulated {
            gas_used: gas.gas_used,
        })
    }

    /// Hands a transaction to the mempool; refusals are errors.
    pub async fn broadcast(&self, tx: &SignedTx) -> Result<(), ClientError> {
        let params = json!({"tx": STANDARD.encode(tx.bytes())});
        let checked: Checked = self.call("broadcast_tx_sync", params).await?;
        if checked.code == 0 {
            return Ok(());
        }
        Err(ClientError::refused(
            checked.codespace,
            checked.code,
            checked.log,
            tx.hash_text(),
        ))
    }

    /// A transaction in a block; `None` while there is none.
    pub async fn tx(&self, hash: &[u8; 32]) -> Result<Option<Found>, ClientError> {
        let params = json!({"hash": STANDARD.encode(hash), "prove": false});
        match self.call("tx", params).await {
            Ok(found) => Ok(Some(found)),
            Err(ClientError::Rpc { message, .. }) if message.contains("not found") => Ok(None),
            Err(e) => Err(e),
        }
    }

    /// Transactions by events, as `wasm.from='mycel1…'`.
    pub async fn tx_search(
        &self,
        query: &str,
        page: u32,
        per_page: u32,
        newest_first: bool,
    ) -> Result<FoundPage, ClientError> {
        let params = json!({
            "query": query,
            "prove": false,
            "page": page.to_string(),
            "per_page": per_page.to_string(),
            "order_by": if newest_first { "desc" } else { "asc" },
        });
        self.call("tx_search", params).await
    }
}

/// What a simulation found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Simulated {
    /// SDK gas.
    pub gas_used: u64,
}

fn is_not_found(codespace: &str, code: u32, log: &str) -> bool {
    let known = codes::KEY_NOT_FOUND;
    (codespace == known.codespace && code == known.code) || log.contains("code = NotFound")
}
