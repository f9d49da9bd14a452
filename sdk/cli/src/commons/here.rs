//! What every verb needs: the contract, names for numbers, and how something is said to it.
use std::path::PathBuf;

use cosmwasm_std::{Binary, HexBinary};
use mycel_client::{
    Amount, Client, Http,
    assembly::Names,
    commons::{
        Commons,
        msg::{ExecuteMsg, HoldMsg},
        quantity::{Quantity, Shares},
        registry::ask::CommonsView,
    },
    message,
    network::{CREDIT, MEMBERS},
};
use mycel_credit::msg as credit;
use mycel_kit::Id;
use mycel_types::AccountAddress;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{
    exit::Failure,
    session::{Act, Session},
};

/// Lines of a preview.
pub type Lines = Vec<(&'static str, String)>;

/// The contract, and who asks it.
pub struct Here<'a> {
    pub session: &'a Session,
    pub client: &'a Client<Http>,
    pub contract: AccountAddress,
    names: Names<'a, Http>,
}

/// Something that one does, before it is sent.
pub struct Doing<'a> {
    /// The name of the key that signs.
    pub from: &'a str,
    /// In words, as `harvest 10 kg of the forest`.
    pub what: String,
    /// What follows of it.
    pub lines: Lines,
    /// For programs.
    pub facts: Vec<(&'static str, Value)>,
    /// Attributes of events that belong to the result.
    pub results: &'a [(&'a str, &'a str)],
}

impl<'a> Doing<'a> {
    pub fn new(from: &'a str, what: impl Into<String>) -> Self {
        Self {
            from,
            what: what.into(),
            lines: vec![],
            facts: vec![],
            results: &[],
        }
    }

    /// One line more in the preview.
    pub fn line(mut self, name: &'static str, text: impl Into<String>) -> Self {
        self.lines.push((name, text.into()));
        self
    }

    /// The same, where there is something to say.
    pub fn maybe(self, name: &'static str, text: Option<String>) -> Self {
        match text {
            Some(text) => self.line(name, text),
            None => self,
        }
    }

    pub fn fact(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.facts.push((name, value.into()));
        self
    }

    pub fn results(mut self, results: &'a [(&'a str, &'a str)]) -> Self {
        self.results = results;
        self
    }
}

impl<'a> Here<'a> {
    pub fn new(session: &'a Session, client: &'a Client<Http>, contract: AccountAddress) -> Self {
        Self {
            session,
            client,
            contract,
            names: Names::new(client, session.network()),
        }
    }

    /// Questions to the contract.
    pub fn asked(&self) -> Commons<'_, Http> {
        self.client.commons(self.contract.clone())
    }

    /// A commons by number.
    pub async fn one(&self, number: u64) -> Result<CommonsView, Failure> {
        Ok(self.asked().one(Id(number)).await?)
    }

    /// Seconds of the contracts' clock, where the node tells it.
    pub async fn now(&self) -> Option<u64> {
        self.client.contract_time().await.ok()
    }

    /// The number behind a name; a number stands for itself, 0 for the commons.
    pub async fn person(&self, name: &str) -> Result<Id, Failure> {
        if let Ok(number) = name.parse() {
            return Ok(Id(number));
        }
        let address = self.session.address(name).await?;
        self.person_of(&address).await
    }

    /// The number behind an address.
    pub async fn person_of(&self, address: &AccountAddress) -> Result<Id, Failure> {
        let members = self.session.contract(None, MEMBERS).await?;
        Ok(self.client.members(members).standing(address).await?.person)
    }

    /// The address behind a name or a number.
    pub async fn address(&self, name: &str) -> Result<AccountAddress, Failure> {
        let Ok(number) = name.parse() else {
            return self.session.address(name).await;
        };
        let members = self.session.contract(None, MEMBERS).await?;
        let found = self.client.members(members).person(Id(number)).await?;
        let address = found.address.parse();
        address.map_err(|_| Failure::Usage(format!("person {number} has no address")))
    }

    /// The name of a number.
    pub async fn name(&self, person: Id) -> String {
        match person.0 {
            0 => "the commons itself".into(),
            _ => self.names.person(person).await,
        }
    }

    /// Says something to the contract, after a preview.
    pub async fn say(&self, doing: Doing<'_>, body: &ExecuteMsg) -> Result<(), Failure> {
        self.say_all(doing, std::slice::from_ref(body)).await
    }

    /// Says all of it to the contract, in one transaction.
    pub async fn say_all(&self, doing: Doing<'_>, bodies: &[ExecuteMsg]) -> Result<(), Failure> {
        let sender = self.session.address(doing.from).await?;
        let message = |body| message::execute(&sender, &self.contract, body);
        let messages: Result<Vec<_>, _> = bodies.iter().map(message).collect();
        self.act(doing, messages?).await
    }

    /// Puts money aside at credit for the contract, with what it is for.
    pub async fn hold(
        &self,
        doing: Doing<'_>,
        amount: Amount,
        what_for: &HoldMsg,
    ) -> Result<(), Failure> {
        let sender = self.session.address(doing.from).await?;
        let credit = self.session.contract(None, CREDIT).await?;
        let told = serde_json::to_vec(what_for).unwrap_or_default();
        let body = credit::ExecuteMsg::Hold {
            r#for: self.contract.to_string(),
            amount,
            msg: Binary::from(told),
        };
        let message = message::execute(&sender, &credit, &body)?;
        self.act(doing, vec![message]).await
    }

    async fn act(&self, doing: Doing<'_>, messages: Vec<message::Any>) -> Result<(), Failure> {
        let mut act = Act {
            from: doing.from,
            what: doing.what,
            lines: vec![],
            facts: Default::default(),
            messages,
            sponsor: None,
            results: &[],
        };
        act.lines = doing.lines;
        for (name, value) in doing.facts {
            act.facts.insert(name.into(), value);
        }
        act.results = doing.results;
        self.session.act(self.client, act).await
    }
}

/// What shows that something is so: a file, or the hash of one that is kept elsewhere.
#[derive(Debug, clap::Args)]
pub struct Evidence {
    /// A file that shows it: only its SHA-256 goes to the chain; keep the file, a jury may ask for it
    #[arg(long, value_name = "FILE")]
    evidence: Option<PathBuf>,
    /// The SHA-256 of what shows it, in hex
    #[arg(long, value_name = "HEX", conflicts_with = "evidence")]
    evidence_hash: Option<String>,
}

impl Evidence {
    /// Its hash, if there is any.
    pub fn read(&self) -> Result<Option<HexBinary>, Failure> {
        if let Some(path) = &self.evidence {
            let bytes = std::fs::read(path).map_err(|e| Failure::file(path.display(), &e))?;
            let hash: [u8; 32] = Sha256::digest(bytes).into();
            return Ok(Some(HexBinary::from(&hash)));
        }
        let Some(text) = &self.evidence_hash else {
            return Ok(None);
        };
        let hash = HexBinary::from_hex(text)
            .ok()
            .filter(|hash| hash.len() == 32);
        hash.map(Some).ok_or_else(|| {
            Failure::Usage(format!(
                "evidence-hash={text} is no SHA-256; write its 64 hexadecimal digits, or name the file with `--evidence FILE`"
            ))
        })
    }

    /// Its hash, which there must be.
    pub fn need(&self) -> Result<HexBinary, Failure> {
        self.read()?
            .ok_or_else(|| Failure::Usage("something must show it; add `--evidence FILE`".into()))
    }
}

/// Whole units as typed: `450`, `1_000_000`.
pub fn quantity(text: &str) -> Result<Quantity, String> {
    let plain = text.replace('_', "");
    let digits = !plain.is_empty() && plain.bytes().all(|b| b.is_ascii_digit());
    let units = plain.parse().ok().filter(|_| digits);
    units
        .and_then(Quantity::new)
        .ok_or_else(|| "write whole units of the commons, as `450` or `1_000_000`".into())
}

/// Shares as typed.
pub fn shares(text: &str) -> Result<Shares, String> {
    let all = u128::from(mycel_client::commons::quantity::ALL_SHARES);
    let read = quantity(text).ok().map(Quantity::units);
    let read = read.filter(|shares| *shares <= all);
    let read = read.and_then(|shares| u32::try_from(shares).ok());
    read.map(Shares)
        .ok_or_else(|| "write shares of 100,000,000, as `10_000`".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_and_shares_are_whole_and_say_how_to_write_them() {
        assert_eq!(quantity("1_000").unwrap().units(), 1_000);
        assert_eq!(shares("100_000_000").unwrap().0, 100_000_000);
        for wrong in ["", "_", "1.5", "-1", "1e3", "9223372036854775808"] {
            assert!(quantity(wrong).unwrap_err().contains("`450`"), "{wrong}");
        }
        for wrong in ["100000001", "x"] {
            assert!(shares(wrong).unwrap_err().contains("of 100,000,000"));
        }
    }

    #[test]
    fn evidence_is_a_file_or_the_hash_of_one() {
        let of = |file: Option<&str>, hash: Option<&str>| Evidence {
            evidence: file.map(Into::into),
            evidence_hash: hash.map(Into::into),
        };
        let folder = tempfile_in_tests();
        let path = folder.join("seen.txt");
        std::fs::write(&path, "seen").unwrap();
        let hash = of(path.to_str(), None).need().unwrap();
        assert_eq!(hash, of(None, Some(&hash.to_hex())).need().unwrap());
        assert!(
            of(None, None)
                .need()
                .unwrap_err()
                .to_string()
                .contains("--evidence FILE")
        );
        assert!(
            of(None, Some("ab"))
                .read()
                .unwrap_err()
                .to_string()
                .contains("64")
        );
        std::fs::remove_dir_all(folder).unwrap();
    }

    /// A folder of this test's own.
    fn tempfile_in_tests() -> PathBuf {
        let folder = std::env::temp_dir().join(format!("mycel-evidence-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }
}
