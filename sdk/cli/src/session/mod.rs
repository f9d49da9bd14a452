//! What a command finds around it: the home directory, the network, the node, names and keys.
mod drawer;
mod home;
mod network;
mod write;

use std::{cell::RefCell, collections::BTreeMap, future::Future, io::IsTerminal, time::Duration};

use mycel_client::{
    Client, ClientError, Http, Network, SecretKey, Trust, Wallet,
    network::{MEMBER, MEMBERS},
};
use mycel_types::AccountAddress;

pub use drawer::{Committed, Drawer, salt, write_private};
pub use home::Home;
pub use write::Act;

use crate::{
    args::Globals,
    exit::Failure,
    keys::store::{KeyError, KeyStore},
};

/// The address of a node that runs with the defaults.
const DEFAULT_NODE: &str = "http://127.0.0.1:26657";

/// A command's surroundings.
#[derive(Debug)]
pub struct Session {
    globals: Globals,
    home: Home,
    network: Option<Network>,
    runtime: tokio::runtime::Runtime,
    /// Keys that were unlocked: a passphrase is asked for once.
    unlocked: RefCell<BTreeMap<String, SecretKey>>,
}

impl Session {
    /// Finds the home directory and reads the network's file if there is one.
    pub fn open(globals: Globals) -> Result<Self, Failure> {
        let home = Home::find(globals.home.as_deref())?;
        let network = network::read(&home.network())?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(cannot_start)?;
        Ok(Self {
            globals,
            home,
            network,
            runtime,
            unlocked: RefCell::default(),
        })
    }

    /// Runs a future to its end.
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    /// Options that every command understands.
    pub fn globals(&self) -> &Globals {
        &self.globals
    }

    /// Shows a result on stdout.
    pub fn print(&self, result: &impl crate::output::Show) {
        self.globals.output.print(result);
    }

    /// The network, if `mycel up` or somebody else described it.
    pub fn network(&self) -> Option<&Network> {
        self.network.as_ref()
    }

    /// The node to talk to.
    pub fn client(&self) -> Result<Client<Http>, Failure> {
        let url = self
            .globals
            .node
            .as_deref()
            .or_else(|| self.network.as_ref()?.rpc.first().map(String::as_str))
            .unwrap_or(DEFAULT_NODE);
        Ok(Client::http(url)?)
    }

    /// What is trusted, if anything: `--trust`, else the network's validators.
    pub fn trust(&self) -> Result<Option<Trust>, Failure> {
        let text = match (&self.globals.trust, &self.network) {
            (Some(text), _) => text,
            (
                None,
                Some(Network {
                    validators: Some(hash),
                    ..
                }),
            ) => hash,
            (None, _) => return Ok(None),
        };
        let trust = text
            .parse()
            .map_err(|e: mycel_light::VerifyError| Failure::Usage(e.to_string()))?;
        Ok(Some(trust))
    }

    /// What is trusted; without anything, nothing can be verified.
    pub fn need_trust(&self) -> Result<Trust, Failure> {
        self.trust()?.ok_or_else(|| {
            ClientError::Unverifiable(
                "nothing is trusted yet; get a validator set's hash or a block's height:hash from somebody you trust and pass it with `--trust`".into(),
            )
            .into()
        })
    }

    /// The contract that is named, else the network's contract of this kind, as `credit`.
    pub async fn contract(
        &self,
        named: Option<&str>,
        kind: &str,
    ) -> Result<AccountAddress, Failure> {
        if let Some(name) = named {
            return self.address(name).await;
        }
        let known = self.network.as_ref().and_then(|n| n.contract(kind));
        known.cloned().ok_or_else(|| {
            Failure::Usage(format!(
                "no {kind} contract is known here; run `mycel up`, or name one with `--contract ADDRESS`"
            ))
        })
    }

    /// The address behind a name: a local key, a town member, a contract, a handle as `ana@riverside`, an address.
    pub async fn address(&self, name: &str) -> Result<AccountAddress, Failure> {
        if let Some(address) = self.known(name)? {
            return Ok(address);
        }
        let members = self.network.as_ref().and_then(|n| n.contract(MEMBERS));
        let (Some(members), true) = (members, name.contains('@')) else {
            return Err(unknown(name));
        };
        let client = self.client()?;
        let member = client.members(members.clone()).handle(name).await?;
        let address = member.address.parse();
        address.map_err(|_| ClientError::Answer(format!("address={}", member.address)).into())
    }

    /// The address behind a name that needs no node.
    pub fn known(&self, name: &str) -> Result<Option<AccountAddress>, Failure> {
        if let Some(address) = self.keys().address(name)? {
            return Ok(Some(address));
        }
        if let Some(key) = self.development_key(name)? {
            return Ok(Some(key.address()));
        }
        let contract = self.network.as_ref().and_then(|n| n.contract(name));
        Ok(contract.cloned().or_else(|| name.parse().ok()))
    }

    /// The name behind an address: a local key's, a town member's, else the address itself.
    pub fn name(&self, address: &str) -> String {
        let development =
            || network::name_of(self.network.as_ref()?.development.as_ref()?, address);
        self.keys()
            .name_of(address)
            .or_else(development)
            .unwrap_or_else(|| address.to_owned())
    }

    /// The folder of what is committed to and shown later.
    pub fn secrets(&self) -> std::path::PathBuf {
        self.home.secrets()
    }

    /// The key store.
    pub fn keys(&self) -> KeyStore {
        KeyStore::new(self.home.keys())
    }

    /// The secret key of a name; asks for the passphrase if need be.
    pub fn secret(&self, name: &str) -> Result<SecretKey, Failure> {
        if let Some(known) = self.unlocked.borrow().get(name) {
            return Ok(known.clone());
        }
        if self.keys().address(name)?.is_some() {
            let passphrase = self.passphrase(&format!("passphrase of key {name}"))?;
            let key = self.keys().unlock(name, &passphrase)?;
            self.unlocked.borrow_mut().insert(name.into(), key.clone());
            return Ok(key);
        }
        self.development_key(name)?
            .ok_or_else(|| KeyError::NoKey(name.into()).into())
    }

    /// A wallet of a name on the chain that the node is on.
    pub async fn wallet(&self, name: &str, client: &Client<Http>) -> Result<Wallet, Failure> {
        let chain_id = match &self.network {
            Some(network) if self.globals.node.is_none() => network.chain_id.clone(),
            _ => client.status().await?.chain_id,
        };
        Ok(Wallet::new(self.secret(name)?, chain_id))
    }

    fn development_key(&self, name: &str) -> Result<Option<SecretKey>, Failure> {
        let town = self.network.as_ref().and_then(|n| n.development.as_ref());
        let Some(town) = town else {
            return Ok(None);
        };
        match town.key(name) {
            None if name.starts_with(MEMBER) => Err(Failure::Usage(format!(
                "no member={name}: the development town has {}; see `mycel keys list`",
                town.members
            ))),
            key => Ok(key),
        }
    }

    /// The passphrase: from the environment, from a file, or asked for.
    pub fn passphrase(&self, what: &str) -> Result<String, Failure> {
        if let Some(passphrase) = &self.globals.passphrase {
            return Ok(passphrase.clone());
        }
        if let Some(path) = &self.globals.passphrase_file {
            let text =
                std::fs::read_to_string(path).map_err(|e| Failure::file(path.display(), &e))?;
            return Ok(text.lines().next().unwrap_or_default().to_owned());
        }
        if !self.may_ask() {
            return Err(KeyError::NoPassphrase.into());
        }
        let terminal = console::Term::stderr();
        let ask = || {
            terminal.write_str(&format!("{what}: "))?;
            terminal.read_secure_line()
        };
        ask().map_err(cannot_start)
    }

    /// A sign of life on stderr for something whose end is not known; gone when it is finished.
    pub fn spinner(&self, what: &str) -> indicatif::ProgressBar {
        let bar = indicatif::ProgressBar::new_spinner();
        bar.set_message(what.to_owned());
        bar.enable_steady_tick(Duration::from_millis(120));
        bar
    }

    /// Whether there is somebody to ask.
    pub fn may_ask(&self) -> bool {
        !self.globals.no_input && std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
    }

    /// Asks before something is written to the chain, unless `--yes` says that it may be.
    pub fn confirm(&self, question: &str) -> Result<(), Failure> {
        if self.globals.yes {
            return Ok(());
        }
        if !self.may_ask() {
            return Err(Failure::Usage(format!(
                "{question} needs an answer; add `--yes`"
            )));
        }
        let terminal = console::Term::stderr();
        let ask = || {
            terminal.write_str(&format!("{question} [y/N] "))?;
            terminal.read_line()
        };
        let answer = ask().map_err(cannot_start)?;
        match answer.trim().to_lowercase().as_str() {
            "y" | "yes" => Ok(()),
            _ => Err(Failure::Usage("cancelled; nothing was sent".into())),
        }
    }
}

fn cannot_start(error: std::io::Error) -> Failure {
    Failure::Usage(format!("cannot start: {error}"))
}

fn unknown(name: &str) -> Failure {
    Failure::Usage(format!(
        "unknown name={name:?}: no key, no member of the development town, no address; see `mycel keys list`, or name the network's folder with --home or MYCEL_HOME (`mycel up` prints it)"
    ))
}
