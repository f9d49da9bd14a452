//! Reads one entry of the state into a bundle.
use std::path::PathBuf;

use mycel_client::{Http, Snapshot, network::CREDIT};
use mycel_credit::state as credit;
use mycel_light::{Root, verify};
use mycel_types::{AccountAddress, StoreId, key};
use serde::Serialize;

use super::record::Entry;
use crate::{
    exit::Failure,
    output::{Show, pairs},
    session::Session,
};

/// Arguments of `mycel audit state`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    /// What to read: `position NAME`, `number NAME` (whose record that is), `account NAME`, `mycel/HEX` or `ibc/HEX`
    #[arg(num_args = 0..=2, required_unless_present = "key", conflicts_with = "key", value_name = "PATH")]
    path: Vec<String>,
    /// The contract whose data is read [default: the network's credit contract]
    #[arg(long, value_name = "ADDRESS")]
    contract: Option<String>,
    /// A key of the contract's data, in hex
    #[arg(long, value_name = "HEX")]
    key: Option<String>,
    /// The state's height [default: the newest that is provable]
    #[arg(long, value_name = "N")]
    height: Option<u64>,
    /// Where the bundle goes [default: stdout]
    #[arg(long, short = 'o', value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Where a bundle went, and what it needs.
#[derive(Serialize)]
struct Written {
    file: String,
    /// False with `--dry-run`.
    written: bool,
    /// What whoever verifies it has to trust.
    root: Root,
    #[serde(flatten)]
    entry: Entry,
}

impl Show for Written {
    fn human(&self) -> String {
        let check = format!(
            "mycel audit verify {} --trust {}",
            self.file, self.root.validators
        );
        let file = if self.written {
            self.file.clone()
        } else {
            format!("would go to {}; nothing was written", self.file)
        };
        format!(
            "{}{}",
            self.entry.human(),
            pairs(&[("bundle   ", file), ("check it ", check)])
        )
    }
}

/// Reads, verifies and writes.
pub async fn run(cmd: Cmd, session: &Session) -> Result<(), Failure> {
    let trust = session.need_trust()?;
    let client = session.client()?;
    let snapshot = client.snapshot(&trust, cmd.height).await?;
    let (store, key) = find(&cmd, session, &snapshot).await?;
    let bundle = snapshot.bundle(store, &key).await?;
    let json = bundle.to_json();
    // what is handed out has been verified the way its reader will
    let verified = verify(&json, &trust).map_err(Failure::Verify)?;
    let Some(path) = cmd.out else {
        use std::io::Write;
        eprintln!("{}", verified.story);
        let mut out = std::io::stdout().lock();
        // a reader that went away is no error
        let _ = out.write_all(&json).and_then(|()| out.flush());
        return Ok(());
    };
    let written = !session.globals().dry_run;
    if written {
        std::fs::write(&path, &json).map_err(|e| Failure::file(path.display(), &e))?;
    }
    session.print(&Written {
        file: path.display().to_string(),
        written,
        root: bundle.root,
        entry: verified.into(),
    });
    Ok(())
}

async fn find(
    cmd: &Cmd,
    session: &Session,
    snapshot: &Snapshot<'_, Http>,
) -> Result<(StoreId, Vec<u8>), Failure> {
    let contract = session.contract(cmd.contract.as_deref(), CREDIT);
    let data = |contract: &AccountAddress, entry: &[u8]| {
        (StoreId::Mycel, key::contract_data(contract, entry))
    };
    if let Some(text) = &cmd.key {
        let entry = hex::decode(text).map_err(|_| wrong(text))?;
        return Ok(data(&contract.await?, &entry));
    }
    let words: Vec<&str> = cmd.path.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["position", name] => {
            let (contract, member) = (contract.await?, session.address(name).await?);
            let number = snapshot.credit_number(&contract, &member).await?;
            let number = number.ok_or_else(|| {
                Failure::Refused(format!(
                    "{name} is proven not to be a member of contract={contract}; see `mycel contract query credit '{{\"accounts\":{{}}}}'`"
                ))
            })?;
            Ok(data(&contract, credit::account(number).bytes()))
        }
        ["number", name] => {
            let member = session.address(name).await?.to_string();
            Ok(data(&contract.await?, credit::number_of(&member).bytes()))
        }
        ["account", name] => Ok((StoreId::Mycel, key::account(&session.address(name).await?))),
        [path] => parse(path).ok_or_else(|| wrong(path)),
        _ => Err(wrong(&words.join(" "))),
    }
}

fn wrong(path: &str) -> Failure {
    Failure::Usage(format!(
        "invalid path={path:?}; name an entry as `position NAME`, `number NAME`, `account NAME`, `mycel/HEX`, `ibc/HEX`, or with `--contract ADDRESS --key HEX`"
    ))
}

/// `store/hex`.
fn parse(path: &str) -> Option<(StoreId, Vec<u8>)> {
    let (store, key) = path.split_once('/')?;
    let store = StoreId::ALL.into_iter().find(|s| s.name() == store)?;
    let key = hex::decode(key).ok().filter(|key| !key.is_empty())?;
    Some((store, key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_name_a_store_and_a_key() {
        assert_eq!(parse("mycel/0b"), Some((StoreId::Mycel, vec![0x0b])));
        assert_eq!(parse("ibc/00ff"), Some((StoreId::Ibc, vec![0, 0xff])));
        for bad in ["", "mycel", "mycel/", "mycel/0", "bank/00", "mycel/zz"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
