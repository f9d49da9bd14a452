//! The actions of a proposal.
use cosmwasm_std::Binary;
use mycel_assembly::msg::Action;
use serde_json::{Value, json};

use super::{Reader, Words};
use crate::Transport;

impl<T: Transport> Reader<'_, T> {
    /// One action of a proposal.
    pub async fn action(&self, action: &Action) -> Words {
        match action {
            Action::Decided { contract, action } => self.own(contract, &json_of(action)).await,
            Action::Execute { contract, msg } => self.execute(contract, &json_of(msg)).await,
            Action::Chain(message) => self.chain(message).await,
            Action::Migrate {
                contract,
                code_id,
                msg,
                report,
            } => {
                let told = json_of(msg);
                self.migrate(contract, code_id.0, &told, Some(report)).await
            }
            Action::Spend {
                to,
                amount,
                hold_for,
                msg,
            } => {
                let spend = json!({"to": to, "amount": amount, "hold_for": hold_for, "msg": msg});
                self.spend(&spend).await
            }
            Action::Pause { contract, seconds } => self.pause(contract, u64::from(*seconds)).await,
        }
    }
}

/// The JSON in a message's bytes; what is none stays as base64.
fn json_of(bytes: &Binary) -> Value {
    serde_json::from_slice(bytes).unwrap_or_else(|_| bytes.to_base64().into())
}
