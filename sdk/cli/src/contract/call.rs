//! Calls a contract.
use mycel_client::message;
use serde::Serialize;

use super::read_json;
use crate::{
    exit::Failure,
    output::{Show, pairs},
    session::{Act, Session},
};

/// Arguments of `mycel contract call`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    /// The contract: an address, or a name as `credit` or `members`
    contract: String,
    /// The message: JSON, or `@file`
    message: String,
    /// Who calls: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

#[derive(Serialize)]
struct Attribute {
    key: String,
    value: String,
}

#[derive(Serialize)]
struct Event {
    r#type: String,
    attributes: Vec<Attribute>,
}

#[derive(Serialize)]
struct Called {
    tx: String,
    height: u64,
    gas_used: u64,
    events: Vec<Event>,
}

impl Show for Called {
    fn human(&self) -> String {
        let mut text = pairs(&[
            ("in block", self.height.to_string()),
            ("tx", self.tx.clone()),
            ("gas", self.gas_used.to_string()),
        ]);
        for event in self.events.iter().filter(|e| e.r#type.starts_with("wasm")) {
            for attribute in &event.attributes {
                if !attribute.key.starts_with('_') {
                    text.push_str(&format!("  {}: {}\n", attribute.key, attribute.value));
                }
            }
        }
        text
    }
}

/// Calls and waits for the block.
pub async fn run(cmd: Cmd, session: &Session) -> Result<(), Failure> {
    let body = read_json(&cmd.message)?;
    let contract = session.address(&cmd.contract).await?;
    let sender = session.address(&cmd.from).await?;
    let client = session.client()?;
    let call = message::execute(&sender, &contract, &body)?;
    let what = format!("call {} with {body} as {}", cmd.contract, cmd.from);
    let act = Act::new(&cmd.from, what, call);
    let Some(receipt) = session.write(&client, act).await? else {
        return Ok(());
    };
    session.print(&Called {
        tx: receipt.hash,
        height: receipt.height,
        gas_used: receipt.gas_used,
        events: receipt
            .events
            .into_iter()
            .map(|event| Event {
                r#type: event.kind,
                attributes: event
                    .attributes
                    .into_iter()
                    .map(|a| Attribute {
                        key: a.key,
                        value: a.value,
                    })
                    .collect(),
            })
            .collect(),
    });
    Ok(())
}
