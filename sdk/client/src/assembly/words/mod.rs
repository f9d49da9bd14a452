//! What an action would change, in words: the values now beside the values to come.
//!
//! What is there now is asked of the contract that the action is for, or of the chain; it is what the node says. An
//! action is read by its own name and not by the contract's kind, so that a variant's known actions read like the
//! standard's. An action that nothing here knows is shown as it is, with the contract's name.
mod chain;
mod changes;
mod commons;
mod funding;
mod known;
mod proposed;
mod trust;
mod typed;
mod value;

use mycel_types::{
    AccountAddress, StoreId, key,
    record::{Code, Contract},
};
use serde::Serialize;
use serde_json::{Value, json};

use super::Names;
use crate::{Client, ClientError, Transport, network::CREDIT};

pub use changes::Change;
pub use trust::clique;
pub use typed::{seconds, typed};
pub use value::{lasting, share};

/// One action in words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Words {
    /// What it does, as `change parameters of credit`.
    pub does: String,
    /// The values that it sets.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// What else one should know before one agrees.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// The action as it would be sent, where it has no words here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw: Option<Value>,
}

impl Words {
    fn new(does: impl Into<String>) -> Self {
        Self {
            does: does.into(),
            ..Self::default()
        }
    }

    fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Lines for people: what it does, then what is below it, indented.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![self.does.clone()];
        lines.extend(self.changes.iter().map(|c| format!("  {}", c.line())));
        lines.extend(self.notes.iter().map(|note| format!("  {note}")));
        lines.extend(self.raw.iter().map(|raw| format!("  {raw}")));
        lines
    }
}

/// Puts actions into words.
#[derive(Debug)]
pub struct Reader<'a, T> {
    client: &'a Client<T>,
    names: &'a Names<'a, T>,
}

impl<'a, T: Transport> Reader<'a, T> {
    /// A reader that asks this chain.
    pub fn new(client: &'a Client<T>, names: &'a Names<'a, T>) -> Self {
        Self { client, names }
    }

    /// A contract's answer; `None` where it gives none.
    async fn ask(&self, contract: &str, question: Value) -> Option<Value> {
        let contract: AccountAddress = contract.parse().ok()?;
        self.client.smart(&contract, &question).await.ok()
    }

    /// A message to a contract, sent as by a member.
    pub async fn execute(&self, contract: &str, message: &Value) -> Words {
        let mut words = self.own(contract, message).await;
        words.does.push_str(", in the assembly's own name");
        words
    }

    /// New code for a contract.
    pub async fn migrate(
        &self,
        contract: &str,
        code_id: u64,
        message: &Value,
        report: Option<&str>,
    ) -> Words {
        let name = self.names.address(contract).await;
        let mut words = Words::new(format!("replace the code of {name}"));
        let old = match contract.parse::<AccountAddress>() {
            Ok(address) => self.record::<Contract>(&key::contract(&address)).await.ok(),
            Err(_) => None,
        };
        let old = old.flatten().map(|contract| contract.code_id.to_string());
        let new = Change::new("code", old, code_id.to_string());
        words.changes.push(new);
        match self.checksum(code_id).await {
            Ok(Some(checksum)) => words = words.note(format!("the new code is sha256 {checksum}")),
            Ok(None) => {
                words = words.note(format!("code {code_id} is not stored: it would fail now"));
            }
            Err(_) => {}
        }
        if let Some(report) = report {
            words = words.note(format!("its conformance report is sha256 {report}"));
        }
        if *message != json!({}) {
            words = words.note(format!("the new code is told {message}"));
        }
        words
    }

    /// A payment from the commons, to somebody or into a holder's pot.
    pub async fn spend(&self, spend: &Value) -> Words {
        let credit = self.names.contract(CREDIT).map(ToString::to_string);
        let credit = credit.unwrap_or_default();
        let words = self.known(&credit, CREDIT, "spend_commons", spend).await;
        words.unwrap_or_else(|| Words {
            raw: Some(spend.clone()),
            ..Words::new("spend from the commons")
        })
    }

    /// A pause.
    pub async fn pause(&self, contract: &str, seconds: u64) -> Words {
        let name = self.names.address(contract).await;
        Words::new(format!("pause {name} for {}", lasting(seconds)))
            .note("it refuses its members' messages meanwhile")
    }

    /// An action of a contract, by its own name.
    pub async fn own(&self, contract: &str, action: &Value) -> Words {
        let name = self.names.address(contract).await;
        let body = action.as_object().filter(|fields| fields.len() == 1);
        let known = match body.and_then(|fields| fields.iter().next()) {
            Some((kind, body)) => self.known(contract, &name, kind, body).await,
            None => None,
        };
        known.unwrap_or_else(|| Words {
            raw: Some(action.clone()),
            ..Words::new(format!("send to {name}"))
        })
    }

    /// The hash of a stored code; `None` if there is none.
    async fn checksum(&self, code_id: u64) -> Result<Option<String>, ClientError> {
        let code = self.record::<Code>(&key::code(code_id)).await?;
        Ok(code.map(|code| hex::encode(code.checksum)))
    }

    /// A record of the chain, as the node says; `None` if there is none.
    async fn record<R: borsh::BorshDeserialize>(
        &self,
        key: &[u8],
    ) -> Result<Option<R>, ClientError> {
        let found = self.client.store(StoreId::Mycel, key, None, false).await?;
        if found.value.is_empty() {
            return Ok(None);
        }
        R::try_from_slice(&found.value)
            .map(Some)
            .map_err(|e| ClientError::Answer(format!("record: {e}")))
    }
}
