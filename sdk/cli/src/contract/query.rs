//! Asks a contract. The answer is what the node says; nothing about it is verified.
use serde::Serialize;
use serde_json::Value;

use super::read_json;
use crate::{exit::Failure, output::Show, session::Session};

/// Arguments of `mycel contract query`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    /// The contract: an address, or a name as `credit` or `members`
    contract: String,
    /// The question: JSON, or `@file`
    question: String,
}

#[derive(Serialize)]
#[serde(transparent)]
struct Answer(Value);

impl Show for Answer {
    fn human(&self) -> String {
        format!("{:#}", self.0)
    }
}

/// Asks.
pub async fn run(cmd: Cmd, session: &Session) -> Result<(), Failure> {
    let question = read_json(&cmd.question)?;
    let contract = session.address(&cmd.contract).await?;
    let answer = session.client()?.smart(&contract, &question).await?;
    session.print(&Answer(answer));
    Ok(())
}
