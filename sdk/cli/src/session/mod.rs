//! What a command finds around it: the home directory, the network, the node, names and keys.
mod home;
mod network;

use std::{future::Future, io::IsTerminal};

use mycel_client::{Client, ClientError, Http, Network, SecretKey, Trust, Wallet, network::MEMBER};
use mycel_types::AccountAddress;

pub use home::Home;

use crate::{
    args::Globals,
    exit::{Exit, Exits},
    keys::store::{KeyError, KeyStore},
};

/// The address of a node that runs with the defaults.
const DEFAULT_NODE: &str = "http://127.0.0.1:26657";

/// Why the surroundings are not as a command needs them.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Neither `--home` nor `HOME` is there.
    #[error("no home directory; name one with `--home DIR`")]
    NoHome,
    /// A file cannot be read or written.
    #[error("file={path}: {story}")]
    File {
        /// Which.
        path: String,
        /// What the system said.
        story: String,
    },
    /// The network's file is damaged.
    #[error("network file={path} is unreadable: {story}; run `mycel up`, or delete the file")]
    Network {
        /// Which.
        path: String,
        /// Where.
        story: String,
    },
    /// No contract is named anywhere.
    #[error(
        "no credit contract is known here; run `mycel up`, or name one with `--contract ADDRESS`"
    )]
    NoContract,
    /// A name that is neither a key, nor a member, nor an address.
    #[error(
        "unknown name={0:?}: no key, no member of the development town, no address; see `mycel keys list`, or name the network's folder with --home or MYCEL_HOME (`mycel up` prints it)"
    )]
    UnknownName(String),
    /// A development member is a number beyond the town.
    #[error("no member={name}: the development town has {members}; see `mycel keys list`")]
    NoMember {
        /// The name.
        name: String,
        /// How many there are.
        members: u32,
    },
    /// A question that nobody may be asked.
    #[error("{question} needs an answer; add `--yes`")]
    Unasked {
        /// What would have been asked.
        question: String,
    },
    /// The answer was no.
    #[error("cancelled; nothing was sent")]
    Cancelled,
    /// The runtime could not start.
    #[error("cannot start: {0}")]
    Runtime(String),
    /// Keys.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The node.
    #[error(transparent)]
    Client(#[from] ClientError),
}

impl Exits for Error {
    fn exit(&self) -> Exit {
        match self {
            Self::Client(error) => error.exit(),
            _ => Exit::Usage,
        }
    }
}

/// A command's surroundings.
#[derive(Debug)]
pub struct Session {
    globals: Globals,
    home: Home,
    network: Option<Network>,
    runtime: tokio::runtime::Runtime,
}

impl Session {
    /// Finds the home directory and reads the network's file if there is one.
    pub fn open(globals: Globals) -> Result<Self, Error> {
        let home = Home::find(globals.home.as_deref())?;
        let network = network::read(&home.network())?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|e| Error::Runtime(e.to_string()))?;
        Ok(Self {
            globals,
            home,
            network,
            runtime,
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
    pub fn client(&self) -> Result<Client<Http>, Error> {
        let url = self
            .globals
            .node
            .as_deref()
            .or_else(|| self.network.as_ref()?.rpc.first().map(String::as_str))
            .unwrap_or(DEFAULT_NODE);
        Ok(Client::http(url)?)
    }

    /// What is trusted, if anything: `--trust`, else the network's validators.
    pub fn trust(&self) -> Result<Option<Trust>, Error> {
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
            .map_err(|e: mycel_light::VerifyError| ClientError::Input(e.to_string()))?;
        Ok(Some(trust))
    }

    /// What is trusted; without anything, nothing can be verified.
    pub fn need_trust(&self) -> Result<Trust, Error> {
        self.trust()?.ok_or_else(|| {
            ClientError::Unverifiable(
                "nothing is trusted yet; get a validator set's hash or a block's height:hash from somebody you trust and pass it with `--trust`".into(),
            )
            .into()
        })
    }

    /// The contract that is named, else the network's credit contract.
    pub fn contract(&self, named: Option<&str>) -> Result<AccountAddress, Error> {
        match (named, &self.network) {
            (Some(name), _) => self.address(name),
            (None, Some(network)) => Ok(network.contract.clone()),
            (None, None) => Err(Error::NoContract),
        }
    }

    /// The address behind a name.
    pub fn address(&self, name: &str) -> Result<AccountAddress, Error> {
        if let Some(address) = self.keys().address(name)? {
            return Ok(address);
        }
        if let Some(key) = self.development_key(name)? {
            return Ok(key.address());
        }
        if name == "credit"
            && let Some(network) = &self.network
        {
            return Ok(network.contract.clone());
        }
        name.parse().map_err(|_| Error::UnknownName(name.into()))
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

    /// The key store.
    pub fn keys(&self) -> KeyStore {
        KeyStore::new(self.home.keys())
    }

    /// The secret key of a name; asks for the passphrase if need be.
    pub fn secret(&self, name: &str) -> Result<SecretKey, Error> {
        if self.keys().address(name)?.is_some() {
            let passphrase = self.passphrase(&format!("passphrase of key {name}"))?;
            return Ok(self.keys().unlock(name, &passphrase)?);
        }
        self.development_key(name)?
            .ok_or_else(|| KeyError::NoKey(name.into()).into())
    }

    /// A wallet of a name on the chain that the node is on.
    pub async fn wallet(&self, name: &str, client: &Client<Http>) -> Result<Wallet, Error> {
        let chain_id = match &self.network {
            Some(network) if self.globals.node.is_none() => network.chain_id.clone(),
            _ => client.status().await?.chain_id,
        };
        Ok(Wallet::new(self.secret(name)?, chain_id))
    }

    fn development_key(&self, name: &str) -> Result<Option<SecretKey>, Error> {
        let town = self.network.as_ref().and_then(|n| n.development.as_ref());
        let Some(town) = town else {
            return Ok(None);
        };
        match town.key(name) {
            None if name.starts_with(MEMBER) => Err(Error::NoMember {
                name: name.into(),
                members: town.members,
            }),
            key => Ok(key),
        }
    }

    /// The passphrase: from the environment, from a file, or asked for.
    pub fn passphrase(&self, what: &str) -> Result<String, Error> {
        if let Some(passphrase) = &self.globals.passphrase {
            return Ok(passphrase.clone());
        }
        if let Some(path) = &self.globals.passphrase_file {
            let text = std::fs::read_to_string(path).map_err(|e| Error::File {
                path: path.display().to_string(),
                story: e.to_string(),
            })?;
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
        ask().map_err(|e| Error::Runtime(e.to_string()))
    }

    /// Whether there is somebody to ask.
    pub fn may_ask(&self) -> bool {
        !self.globals.no_input && std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
    }

    /// Asks before something is written to the chain, unless `--yes` says that it may be.
    pub fn confirm(&self, question: &str) -> Result<(), Error> {
        if self.globals.yes {
            return Ok(());
        }
        if !self.may_ask() {
            return Err(Error::Unasked {
                question: question.into(),
            });
        }
        let terminal = console::Term::stderr();
        let ask = || {
            terminal.write_str(&format!("{question} [y/N] "))?;
            terminal.read_line()
        };
        let answer = ask().map_err(|e| Error::Runtime(e.to_string()))?;
        match answer.trim().to_lowercase().as_str() {
            "y" | "yes" => Ok(()),
            _ => Err(Error::Cancelled),
        }
    }
}
