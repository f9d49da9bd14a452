//! `mycel keys`: secret keys in the home directory, each under a name.
pub mod store;

use std::io::Read;

use mycel_client::{SecretKey, keys::mnemonic};
use rand::RngCore;
use serde::Serialize;

use crate::{
    exit::Failure,
    output::{Align, Show, pairs, table},
    session::Session,
};

/// Arguments of `mycel keys`.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Cmd {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Makes a key, or takes one from its words, and keeps it encrypted
    Add {
        /// The name it is kept under
        name: String,
        /// Reads 12 to 24 BIP-39 words from stdin instead of making new ones
        #[arg(long)]
        recover: bool,
        /// Which key of the words: the last number of m/44'/118'/0'/0/N
        #[arg(long, value_name = "N", default_value_t = 0)]
        index: u32,
    },
    /// Lists names and addresses
    List,
    /// Shows a key's address
    Show {
        /// Its name
        name: String,
        /// Only the address, to be put into other commands
        #[arg(long)]
        address: bool,
    },
}

#[derive(Serialize)]
struct Key {
    name: String,
    address: String,
}

impl Show for Key {
    fn human(&self) -> String {
        pairs(&[
            ("name", self.name.clone()),
            ("address", self.address.clone()),
        ])
    }
}

#[derive(Serialize)]
#[serde(transparent)]
struct Bare(String);

impl Show for Bare {
    fn human(&self) -> String {
        self.0.clone()
    }
}

#[derive(Serialize)]
#[serde(transparent)]
struct Keys(Vec<Key>);

impl Show for Keys {
    fn human(&self) -> String {
        if self.0.is_empty() {
            return String::new();
        }
        let rows: Vec<_> = self
            .0
            .iter()
            .map(|key| vec![key.name.clone(), key.address.clone()])
            .collect();
        table(&[("name", Align::Left), ("address", Align::Left)], &rows)
    }
}

/// Makes, lists or shows keys.
pub fn run(cmd: Cmd, session: &Session) -> Result<(), Failure> {
    let store = session.keys();
    match cmd.verb {
        Verb::Add {
            name,
            recover,
            index,
        } => {
            store.check_new(&name)?;
            let words = if recover { read_words()? } else { new_words()? };
            let key = SecretKey::from_mnemonic(&words, index)?;
            let passphrase = session.passphrase(&format!("new passphrase of key {name}"))?;
            store.add(&name, &words, index, &key, &passphrase)?;
            if !recover {
                eprintln!(
                    "These 24 words are the key. Write them on paper; whoever has them has the key, and nobody can restore them:\n\n{words}\n"
                );
            }
            session.print(&Key {
                name,
                address: key.address().to_string(),
            });
        }
        Verb::List => {
            let keys: Vec<Key> = store
                .list()?
                .into_iter()
                .map(|(name, address)| Key {
                    name,
                    address: address.to_string(),
                })
                .collect();
            if keys.is_empty() {
                eprintln!("no keys here yet; make one with `mycel keys add NAME`");
            }
            if let Some(town) = session.network().and_then(|n| n.development.as_ref()) {
                eprintln!(
                    "the development town also answers to `operator` and `member-1` … `member-{}`",
                    town.members
                );
            }
            session.print(&Keys(keys));
        }
        Verb::Show {
            name,
            address: bare,
        } => {
            let address = session.block_on(session.address(&name))?.to_string();
            if bare {
                session.print(&Bare(address));
            } else {
                session.print(&Key { name, address });
            }
        }
    }
    Ok(())
}

fn new_words() -> Result<String, Failure> {
    let mut entropy = [0; 32];
    rand::rngs::OsRng.fill_bytes(&mut entropy);
    Ok(mnemonic(&entropy)?)
}

fn read_words() -> Result<String, Failure> {
    const MOST: u64 = 4096;
    let mut words = String::new();
    std::io::stdin()
        .take(MOST)
        .read_to_string(&mut words)
        .map_err(|e| {
            Failure::Usage(format!(
                "cannot read the words from stdin: {e}; pipe them in, as `mycel keys add NAME --recover < words.txt`"
            ))
        })?;
    Ok(words.split_whitespace().collect::<Vec<_>>().join(" "))
}
