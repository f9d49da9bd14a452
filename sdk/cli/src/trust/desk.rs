//! What every verb works with: the contract, names for numbers, and proofs.
use base64::{Engine, engine::general_purpose::STANDARD};
use mycel_circuits::Circuit;
use mycel_client::{
    Client, ClientError, Http, message,
    network::MEMBERS,
    trust::{chain::Trusts, proving},
};
use mycel_kit::Id;
use mycel_trust::parameters::ParametersResponse;
use mycel_types::AccountAddress;
use mycel_verifier::{Fr, Proof};
use serde_json::Value;

use crate::{
    exit::Failure,
    session::{Act, Session},
    zk::{Which, keys},
};

/// The contract, and who asks it.
pub struct Desk<'a> {
    pub session: &'a Session,
    pub client: Client<Http>,
    pub contract: AccountAddress,
}

impl<'a> Desk<'a> {
    pub fn new(session: &'a Session, client: Client<Http>, contract: AccountAddress) -> Self {
        Self {
            session,
            client,
            contract,
        }
    }

    /// Questions to the contract.
    pub fn asked(&self) -> Trusts<'_, Http> {
        self.client.trust(self.contract.clone())
    }

    /// Seconds of the contracts' clock.
    pub async fn now(&self) -> Result<u64, Failure> {
        Ok(self.client.contract_time().await?)
    }

    /// The person number of an address.
    pub async fn person(&self, address: &AccountAddress) -> Result<u64, Failure> {
        let members = self.session.contract(None, MEMBERS).await?;
        Ok(self
            .client
            .members(members)
            .standing(address)
            .await?
            .person
            .0)
    }

    /// The person number behind a name; a number stands for itself.
    pub async fn who(&self, name: &str) -> Result<u64, Failure> {
        if let Ok(number) = name.parse() {
            return Ok(number);
        }
        self.person(&self.session.address(name).await?).await
    }

    /// What a person is called.
    pub async fn name(&self, person: u64) -> String {
        mycel_client::assembly::Names::new(&self.client, self.session.network())
            .person(Id(person))
            .await
    }

    /// What a contract is called.
    pub fn contract_name(&self, address: &str) -> String {
        let parsed = address.parse().ok();
        let known = parsed
            .and_then(|a: AccountAddress| Some(self.session.network()?.name_of(&a)?.to_owned()));
        known.unwrap_or_else(|| address.to_owned())
    }

    /// An act of one message to the contract.
    pub async fn act<'b>(
        &self,
        from: &'b str,
        what: impl Into<String>,
        body: &Value,
    ) -> Result<Act<'b>, Failure> {
        let sender = self.session.address(from).await?;
        let message = message::execute(&sender, &self.contract, body)?;
        Ok(Act::new(from, what, message))
    }

    /// The same after its preview was shown to whoever is asked; shows what became of it.
    pub async fn run(&self, act: Act<'_>) -> Result<(), Failure> {
        let globals = self.session.globals();
        if !globals.dry_run && !globals.yes {
            eprint!("{}", crate::output::pairs(&act.lines));
        }
        self.session.act(&self.client, act).await
    }

    /// Makes a proof with the key that the contract names.
    pub fn prove<C: Circuit>(
        &self,
        which: Which,
        told: &ParametersResponse,
        circuit: &C,
    ) -> Result<(Proof, Vec<Fr>), Failure> {
        let digest = &told.keys.of(keys::circuit(which)).digest;
        let digest = <[u8; 32]>::try_from(digest.as_slice());
        let digest = digest.map_err(|_| ClientError::Answer("a key's digest".into()))?;
        let key = keys::proving_key(self.session, which, &digest)?;
        let bar = self.session.spinner(&format!("proving ({})", which.name()));
        let made = proving::prove(&key, circuit, &mut rand::rngs::OsRng);
        bar.finish_and_clear();
        Ok(made?)
    }

    /// Says what went on beside, to people only.
    pub fn aside(&self, what: &str) {
        eprintln!("{what}");
    }
}

/// Bytes as messages carry them.
pub fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// An element as messages carry it.
pub fn hex(element: &Fr) -> String {
    hex::encode(mycel_mailbox::element(element))
}
