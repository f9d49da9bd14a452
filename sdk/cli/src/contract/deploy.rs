//! Stores a Wasm file and creates a contract of it.
use std::path::PathBuf;

use mycel_client::{ClientError, Receipt, message};
use serde::Serialize;

use super::read_json;
use crate::{
    exit::Failure,
    output::{Show, pairs},
    session::{Act, Session},
};

/// Arguments of `mycel contract deploy`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    /// The compiled contract, plain or gzipped
    #[arg(required_unless_present = "code", conflicts_with = "code")]
    file: Option<PathBuf>,
    /// A code that is stored already, by its number
    #[arg(long, value_name = "N")]
    code: Option<u64>,
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
pub async fn run(cmd: Cmd, session: &Session) -> Result<(), Failure> {
    let init = read_json(&cmd.init)?;
    let sender = session.address(&cmd.from).await?;
    let admin = match &cmd.admin {
        Some(name) => Some(session.address(name).await?),
        None => None,
    };
    let client = session.client()?;
    let create = |code_id: u64| match &cmd.salt {
        Some(salt) => message::instantiate2(
            &sender,
            code_id,
            &cmd.label,
            admin.as_ref(),
            salt.as_bytes(),
            &init,
        ),
        None => message::instantiate(&sender, code_id, &cmd.label, admin.as_ref(), &init),
    };
    let (store, what) = match (&cmd.file, cmd.code) {
        (Some(file), _) => {
            let wasm = std::fs::read(file).map_err(|e| Failure::file(file.display(), &e))?;
            let what = file.display().to_string();
            (Some(message::store_code(&sender, wasm)), what)
        }
        (None, code) => (None, format!("code {}", code.unwrap_or_default())),
    };
    if session.globals().dry_run {
        let label = &cmd.label;
        let (message, what) = match store {
            Some(store) => (store, format!("store {what} and create `{label}` of it")),
            None => {
                let message = create(cmd.code.unwrap_or_default())?;
                (message, format!("create `{label}` of {what}"))
            }
        };
        session
            .write(&client, Act::new(&cmd.from, what, message))
            .await?;
        return Ok(());
    }
    session.confirm(&format!("deploy {what} as `{}`?", cmd.label))?;
    let mut wallet = session.wallet(&cmd.from, &client).await?;
    let (code_id, gas) = match store {
        Some(store) => {
            let stored = client.submit(&mut wallet, vec![store], "").await?;
            let code_id: u64 = attribute(&stored, "store_code", "code_id")?
                .parse()
                .map_err(|e| ClientError::Answer(format!("code_id: {e}")))?;
            eprintln!("stored as code {code_id} in block {}", stored.height);
            (code_id, stored.gas_used)
        }
        None => (cmd.code.unwrap_or_default(), 0),
    };
    let created = client
        .submit(&mut wallet, vec![create(code_id)?], "")
        .await
        .inspect_err(|_| {
            eprintln!(
                "the code is stored as {code_id} and stays; try again without uploading: `mycel contract deploy --code {code_id} --label … --init … --from {}`",
                cmd.from
            );
        })?;
    session.print(&Deployed {
        code_id,
        contract: attribute(&created, "instantiate", "_contract_address")?,
        height: created.height,
        gas_used: gas.saturating_add(created.gas_used),
    });
    Ok(())
}

fn attribute(receipt: &Receipt, kind: &str, key: &str) -> Result<String, ClientError> {
    receipt
        .attribute(kind, key)
        .map(str::to_owned)
        .ok_or_else(|| ClientError::Answer(format!("no event {kind}.{key} in tx={}", receipt.hash)))
}
