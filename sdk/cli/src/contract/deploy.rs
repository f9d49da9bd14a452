//! Stores a Wasm file and creates a contract of it.
use std::path::PathBuf;

use mycel_client::{ClientError, Receipt, message};
use serde::Serialize;

use super::{Error, file, foresee, read_json};
use crate::{
    output::{Show, pairs},
    session::Session,
};

/// Arguments of `mycel contract deploy`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    /// The compiled contract, plain or gzipped
    file: PathBuf,
    /// A name for people
    #[arg(long, value_name = "TEXT")]
    label: String,
    /// What it is created with: JSON, or `@file`
    #[arg(long, value_name = "JSON", default_value = "{}")]
    init: String,
    /// Who deploys: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
    /// Who may migrate it later [default: nobody]
    #[arg(long, value_name = "NAME")]
    admin: Option<String>,
    /// Fixes the address in advance (instantiate2)
    #[arg(long, value_name = "TEXT")]
    salt: Option<String>,
}

#[derive(Serialize)]
struct Deployed {
    code_id: u64,
    contract: String,
    height: u64,
    gas_used: u64,
}

impl Show for Deployed {
    fn human(&self) -> String {
        pairs(&[
            ("contract", self.contract.clone()),
            ("code", self.code_id.to_string()),
            ("in block", self.height.to_string()),
        ])
    }
}

/// Deploys in two transactions: the code's number is known only after the first.
pub async fn run(cmd: Cmd, session: &Session) -> Result<(), Error> {
    let wasm = std::fs::read(&cmd.file).map_err(|e| file(cmd.file.display(), &e))?;
    let init = read_json(&cmd.init)?;
    let sender = session.address(&cmd.from)?;
    let admin = cmd.admin.as_deref().map(|name| session.address(name));
    let admin = admin.transpose()?;
    let client = session.client()?;
    let store = message::store_code(&sender, wasm);
    if session.globals().dry_run {
        let mut wallet = session.wallet(&cmd.from, &client).await?;
        let would = format!(
            "store {} and create `{}` of it",
            cmd.file.display(),
            cmd.label
        );
        return foresee(session, &client, &mut wallet, vec![store], would).await;
    }
    session.confirm(&format!(
        "deploy {} as `{}`?",
        cmd.file.display(),
        cmd.label
    ))?;
    let mut wallet = session.wallet(&cmd.from, &client).await?;
    let stored = client.submit(&mut wallet, vec![store], "").await?;
    let code_id: u64 = attribute(&stored, "store_code", "code_id")?
        .parse()
        .map_err(|e| ClientError::Answer(format!("code_id: {e}")))?;
    eprintln!("stored as code {code_id} in block {}", stored.height);
    let create = match &cmd.salt {
        Some(salt) => message::instantiate2(
            &sender,
            code_id,
            &cmd.label,
            admin.as_ref(),
            salt.as_bytes(),
            &init,
        )?,
        None => message::instantiate(&sender, code_id, &cmd.label, admin.as_ref(), &init)?,
    };
    let created = client.submit(&mut wallet, vec![create], "").await?;
    session.print(&Deployed {
        code_id,
        contract: attribute(&created, "instantiate", "_contract_address")?,
        height: created.height,
        gas_used: stored.gas_used.saturating_add(created.gas_used),
    });
    Ok(())
}

fn attribute(receipt: &Receipt, kind: &str, key: &str) -> Result<String, ClientError> {
    receipt
        .attribute(kind, key)
        .map(str::to_owned)
        .ok_or_else(|| ClientError::Answer(format!("no event {kind}.{key} in tx={}", receipt.hash)))
}
