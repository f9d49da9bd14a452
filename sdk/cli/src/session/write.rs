//! Writing to the chain, the same way for every noun: foreseen in words with `--dry-run`, asked for, sent, awaited.
use mycel_client::{
    Client, ClientError, Credits, Http, Receipt, Unsigned, message::Any, submit::WAIT_MS,
};
use mycel_types::AccountAddress;
use serde::Serialize;
use serde_json::{Map, Value};

use super::Session;
use crate::{
    exit::Failure,
    output::{Show, pairs},
};

/// What a write would do.
#[derive(Serialize)]
pub struct Would {
    would: String,
    gas: u64,
    #[serde(flatten)]
    facts: Map<String, Value>,
    #[serde(skip)]
    lines: Vec<(&'static str, String)>,
}

impl Show for Would {
    fn human(&self) -> String {
        let mut rows = vec![("would", self.would.clone())];
        rows.extend(self.lines.iter().cloned());
        let takes = format!("{} gas of the allowance, no fee", self.gas);
        rows.push(("takes", takes));
        format!("{}Nothing was sent.", pairs(&rows))
    }
}

/// What a write did.
#[derive(Serialize)]
pub struct Done {
    did: String,
    tx: String,
    height: u64,
    gas_used: u64,
    #[serde(flatten)]
    facts: Map<String, Value>,
}

impl Show for Done {
    fn human(&self) -> String {
        let mut text = format!("{}\n", self.did);
        for (name, value) in &self.facts {
            let text_of = || {
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned)
            };
            // programs read pico-credits, people credits
            let credits = || Some(Credits(value.as_str()?.parse().ok()?).to_string());
            let value = match name.as_str() {
                "amount" => credits().unwrap_or_else(text_of),
                _ => text_of(),
            };
            text.push_str(&format!("{name} {value}\n"));
        }
        text + &format!("in block {} (tx {})", self.height, self.tx)
    }
}

/// One transaction, in words.
pub struct Act<'a> {
    /// The name of the key that signs.
    pub from: &'a str,
    /// What it does, as `pay 12 credits to ana`.
    pub what: String,
    /// Further lines of the preview.
    pub lines: Vec<(&'static str, String)>,
    /// For programs: beside what it does.
    pub facts: Map<String, Value>,
    /// The messages.
    pub messages: Vec<Any>,
    /// Whose gas pays where the signer has none.
    pub sponsor: Option<AccountAddress>,
    /// Attributes of the contract's events that belong to the result: (attribute, name of the fact).
    pub results: &'a [(&'a str, &'a str)],
}

impl<'a> Act<'a> {
    /// An act of one message, without more to tell.
    pub fn new(from: &'a str, what: impl Into<String>, message: Any) -> Self {
        Self {
            from,
            what: what.into(),
            lines: vec![],
            facts: Map::new(),
            messages: vec![message],
            sponsor: None,
            results: &[],
        }
    }
}

impl Session {
    /// Shows what an act would do, or asks, does it, waits for its block and shows what became of it.
    pub async fn act(&self, client: &Client<Http>, act: Act<'_>) -> Result<(), Failure> {
        let (what, mut facts, results) = (act.what.clone(), act.facts.clone(), act.results);
        let Some(receipt) = self.write(client, act).await? else {
            return Ok(());
        };
        for (attribute, name) in results {
            // a contract's own events are named wasm-…
            let mut told = receipt.events.iter().filter(|e| e.kind.starts_with("wasm"));
            if let Some(value) = told.find_map(|event| event.get(attribute)) {
                facts.insert((*name).to_owned(), value.into());
            }
        }
        self.print(&Done {
            did: format!("done: {what}"),
            tx: receipt.hash,
            height: receipt.height,
            gas_used: receipt.gas_used,
            facts,
        });
        Ok(())
    }

    /// As [`Self::act`], but leaves what became of it to the caller; nothing with `--dry-run`.
    pub async fn write(
        &self,
        client: &Client<Http>,
        act: Act<'_>,
    ) -> Result<Option<Receipt>, Failure> {
        if !self.globals().dry_run {
            self.confirm(&format!("{}?", act.what))?;
        }
        self.send(client, act).await
    }

    /// As [`Self::write`], without asking: for what goes on with something that was asked for.
    pub async fn send(
        &self,
        client: &Client<Http>,
        act: Act<'_>,
    ) -> Result<Option<Receipt>, Failure> {
        let mut wallet = self.wallet(act.from, client).await?;
        let mut tx = Unsigned::new(act.messages);
        let gas = match (client.estimate(&mut wallet, &tx).await, act.sponsor) {
            (Err(ClientError::Foreseen { .. }), Some(sponsor)) => {
                tx = tx.granter(sponsor);
                client.estimate(&mut wallet, &tx).await?
            }
            (gas, _) => gas?,
        };
        if self.globals().dry_run {
            self.print(&Would {
                would: act.what,
                gas,
                facts: act.facts,
                lines: act.lines,
            });
            return Ok(None);
        }
        let signed = client
            .broadcast_unsigned(&mut wallet, &tx.gas_limit(gas))
            .await?;
        Ok(Some(client.wait(&signed, WAIT_MS).await?))
    }
}
