//! Members of a running town who decide, draw and judge together, by their own keys over a node's door.
use std::collections::BTreeMap;

use mycel_assembly::{
    ask::ProposalView,
    msg::{Action, BallotChoice, BallotInput, ProposalInput},
};
use mycel_client::{Client, Http, SecretKey};
use mycel_kit::roles::{Class, Electorate};
use mycel_town::{
    civic::{CivicError, Voices, decision},
    contracts::Contracts,
    town::member,
};

/// Everybody in a town, with what it takes to speak.
pub struct Members {
    client: Client<Http>,
    contracts: Contracts,
    keys: BTreeMap<u32, SecretKey>,
    sequences: BTreeMap<u32, u64>,
}

impl Members {
    /// Members 1 to `members` of the town at this node.
    pub fn new(url: &str, members: u32) -> Self {
        Self {
            client: Client::http(url).unwrap(),
            contracts: Contracts::read(&crate::contracts()).unwrap(),
            keys: (1..=members).map(|n| (n, member(n))).collect(),
            sequences: BTreeMap::new(),
        }
    }

    /// With further accounts that speak, as organisations do: numbered after all members.
    #[must_use]
    pub fn with(mut self, accounts: &[u32]) -> Self {
        self.keys.extend(accounts.iter().map(|n| (*n, member(*n))));
        self
    }

    /// The town's contracts.
    pub fn contracts(&self) -> &Contracts {
        &self.contracts
    }

    /// The node.
    pub fn client(&self) -> &Client<Http> {
        &self.client
    }

    /// Their voices. Somebody else may speak with the same keys meanwhile, so sequences are asked for anew.
    pub fn voices(&mut self) -> Voices<'_> {
        self.sequences.clear();
        Voices::new(
            &self.client,
            &self.contracts,
            &self.keys,
            &mut self.sequences,
        )
    }

    /// Everybody votes yes, and it is carried out.
    pub async fn decide(
        &mut self,
        class: Class,
        actions: Vec<Action>,
    ) -> Result<ProposalView, CivicError> {
        let ballots: Vec<_> = self
            .keys
            .keys()
            .map(|account| (*account, BallotChoice::Yes))
            .collect();
        let input = proposal(class, actions);
        decision::decide(&mut self.voices(), input, &ballots).await
    }
}

/// A proposal to all members.
pub fn proposal(class: Class, actions: Vec<Action>) -> ProposalInput {
    ProposalInput {
        title: "What is to be done".into(),
        text: Some("As it says.".into()),
        text_hash: None,
        area: None,
        electorate: Electorate::All,
        class,
        ballot: BallotInput::YesNo { actions },
        atomic: false,
        panel: None,
    }
}
