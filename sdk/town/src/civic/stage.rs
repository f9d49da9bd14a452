//! Where a story is played: on a network, whose members speak with their own keys ([`Voices`]), or in a sandbox, where the
//! same story takes a moment ([`super::Rehearsal`]).
use cosmwasm_std::Binary;
use mycel_assembly::msg::{Action, BallotChoice, BallotInput, ProposalInput};
use mycel_client::ClientError;
use mycel_kit::{
    Id,
    roles::{Class, Electorate},
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{CivicError, Voices, decision, jury, voices::Patience};

/// How long something that everybody waits for may take.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(240);

/// What a transaction's events said.
#[derive(Clone, Debug, Default)]
pub struct Said(Vec<(String, String)>);

impl Said {
    /// From attributes in their order.
    pub fn new(attributes: impl Iterator<Item = (String, String)>) -> Self {
        Self(attributes.collect())
    }

    /// The first attribute of this name.
    pub fn get(&self, key: &str) -> Option<&str> {
        let found = self.0.iter().find(|(name, _)| name == key);
        found.map(|(_, value)| value.as_str())
    }

    /// The number under this name.
    pub fn number(&self, key: &str) -> Result<u64, CivicError> {
        let found = self.get(key).and_then(|text| text.parse().ok());
        found.ok_or_else(|| ClientError::Answer(format!("no number under {key}")).into())
    }
}

/// Members who act, and time that passes.
#[allow(
    async_fn_in_trait,
    reason = "used within this workspace, where futures are Send"
)]
pub trait Stage {
    /// What one says to a contract.
    async fn say(&mut self, account: u32, contract: &str, word: &Value)
    -> Result<Said, CivicError>;

    /// What many say, each for itself; the first refusal is the answer.
    async fn say_all(&mut self, contract: &str, words: &[(u32, Value)]) -> Result<(), CivicError>;

    /// Has what is due done, as anybody may. That there is nothing is no error.
    async fn work(&mut self, contract: &str, word: &Value) -> Result<(), CivicError>;

    /// What a contract answers.
    async fn ask<A: DeserializeOwned>(
        &self,
        contract: &str,
        question: &Value,
    ) -> Result<A, CivicError>;

    /// Decides actions of contracts, each with its contract's name.
    async fn decide(
        &mut self,
        electorate: Electorate,
        class: Class,
        title: &str,
        actions: &[(&str, Value)],
        voters: &[u32],
    ) -> Result<(), CivicError>;

    /// Has a jury say this about a case, and nobody appeal.
    async fn judge(&mut self, case: u64, outcome: &str) -> Result<(), CivicError>;

    /// The time as contracts see it.
    async fn now(&self) -> Result<u64, CivicError>;

    /// Some time passes, with a block at its end; no later than a moment after `until`.
    async fn pass(&mut self, until: u64) -> Result<(), CivicError>;

    /// The person number of an account.
    fn person(&self, account: u32) -> Id;

    /// The account of a person.
    fn account(&self, person: Id) -> Option<u32>;

    /// An account's address.
    fn address(&self, account: u32) -> Result<String, CivicError>;

    /// A contract's address.
    fn contract(&self, name: &str) -> String;

    /// The chain's name, and how many of its seconds a step is.
    fn chain(&self) -> &str;

    /// Waits for this time.
    async fn wait(&mut self, until: u64) -> Result<(), CivicError> {
        while self.now().await? < until {
            self.pass(until).await?;
        }
        Ok(())
    }

    /// What one says to credit who puts money aside for a contract.
    fn hold_word(&self, contract: &str, pico: u64, what_for: &Value) -> Value {
        json!({"hold": {"for": self.contract(contract), "amount": pico.to_string(),
            "msg": base64(what_for)}})
    }

    /// Money put aside for a contract, with what it is for. Gives the hold.
    async fn hold(
        &mut self,
        account: u32,
        contract: &str,
        pico: u64,
        what_for: &Value,
    ) -> Result<u64, CivicError> {
        let hold = self.hold_word(contract, pico, what_for);
        self.say(account, crate::contracts::CREDIT, &hold)
            .await?
            .number("hold")
    }
}

/// JSON in base64.
pub fn base64(value: &Value) -> String {
    Binary::from(value.to_string().as_bytes()).to_base64()
}

impl Stage for Voices<'_> {
    async fn say(
        &mut self,
        account: u32,
        contract: &str,
        word: &Value,
    ) -> Result<Said, CivicError> {
        let receipt = Voices::say(self, account, contract, word).await?;
        let events = receipt.events.into_iter();
        let attributes = events.flat_map(|event| event.attributes);
        Ok(Said::new(attributes.map(|one| (one.key, one.value))))
    }

    async fn say_all(&mut self, contract: &str, words: &[(u32, Value)]) -> Result<(), CivicError> {
        Voices::say_all(self, contract, words).await?;
        Ok(())
    }

    async fn work(&mut self, contract: &str, word: &Value) -> Result<(), CivicError> {
        Ok(Voices::work(self, contract, word).await?)
    }

    async fn ask<A: DeserializeOwned>(
        &self,
        contract: &str,
        question: &Value,
    ) -> Result<A, CivicError> {
        let address = Voices::address(self, contract);
        Ok(self.client().smart(address, question).await?)
    }

    async fn decide(
        &mut self,
        electorate: Electorate,
        class: Class,
        title: &str,
        actions: &[(&str, Value)],
        voters: &[u32],
    ) -> Result<(), CivicError> {
        let action = |(contract, action): &(&str, Value)| Action::Decided {
            contract: Voices::address(self, contract).to_string(),
            action: action.to_string().into_bytes().into(),
        };
        let input = ProposalInput {
            title: title.into(),
            text: Some("As it says.".into()),
            text_hash: None,
            area: None,
            electorate,
            class,
            ballot: BallotInput::YesNo {
                actions: actions.iter().map(action).collect(),
            },
            atomic: false,
            panel: None,
        };
        let ballots: Vec<_> = voters
            .iter()
            .map(|account| (*account, BallotChoice::Yes))
            .collect();
        decision::decide(self, input, &ballots).await?;
        Ok(())
    }

    async fn judge(&mut self, case: u64, outcome: &str) -> Result<(), CivicError> {
        jury::judge(self, Id(case), outcome, "it was seen").await?;
        let patience = Patience::new(format!("case {case}"), PATIENCE);
        while !jury::look(self, Id(case)).await?.case.r#final {
            patience.check(|| "decided, and may be appealed".into())?;
            self.pass(u64::MAX).await?;
        }
        Ok(())
    }

    async fn now(&self) -> Result<u64, CivicError> {
        Ok(Voices::now(self).await?)
    }

    async fn pass(&mut self, _: u64) -> Result<(), CivicError> {
        decision::wait_for_time(self).await
    }

    fn person(&self, account: u32) -> Id {
        Voices::person(self, account)
    }

    fn account(&self, person: Id) -> Option<u32> {
        Voices::account(self, person)
    }

    fn address(&self, account: u32) -> Result<String, CivicError> {
        Ok(self.key(account)?.address().to_string())
    }

    fn contract(&self, name: &str) -> String {
        Voices::address(self, name).to_string()
    }

    fn chain(&self) -> &str {
        crate::network::CHAIN_ID
    }
}
