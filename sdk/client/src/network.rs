//! `network.json`: which chain, where its nodes are, its contracts and its validators.
//!
//! Written by `mycel up`; for another network somebody hands it over. Whoever takes it from somebody trusts them
//! for the validators' hash.
use std::collections::BTreeMap;

use mycel_types::AccountAddress;
use serde::{Deserialize, Serialize};

use crate::{Client, ClientError, SecretKey, Transport};

/// The name of a development town's operator.
pub const OPERATOR: &str = "operator";
/// The name of the contract that keeps the positions.
pub const CREDIT: &str = "credit";
/// The name of the contract that knows who belongs.
pub const MEMBERS: &str = "members";
/// The name of the contract that keeps obligations.
pub const CLEARING: &str = "clearing";
/// The name of the contract that decides.
pub const ASSEMBLY: &str = "assembly";
/// The name of the contract that draws panels and juries.
pub const SORTITION: &str = "sortition";
/// The name of the contract that keeps commons.
pub const COMMONS: &str = "commons";
/// The name of the contract that divides pools, pays dividends and keeps the innovation register.
pub const FUNDING: &str = "funding";
/// The name of the contract that keeps sealed ratings, and verifies proofs about them.
pub const TRUST: &str = "trust";
/// What the names of its members begin with.
pub const MEMBER: &str = "member-";

/// A network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// The chain's name.
    pub chain_id: String,
    /// RPC addresses of its nodes, as `http://127.0.0.1:26657`.
    pub rpc: Vec<String>,
    /// The credit contract.
    pub contract: AccountAddress,
    /// The contracts beside it, by name: `members`, `clearing` …
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub contracts: BTreeMap<String, AccountAddress>,
    /// The hash of the validator set that is trusted, upper-case hex. Without it nothing can be verified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validators: Option<String>,
    /// On a development network: whose keys everybody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub development: Option<Development>,
}

/// A development town. Its keys follow from a seed: everybody knows them, so they are for play only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Development {
    /// The seed of the keys.
    pub seed: String,
    /// The highest number of a member.
    pub members: u32,
}

impl Network {
    /// Describes the network that a node is on; the node is trusted for the validators.
    pub async fn describe<T: Transport>(
        client: &Client<T>,
        rpc: Vec<String>,
        contract: AccountAddress,
        contracts: BTreeMap<String, AccountAddress>,
        development: Option<Development>,
    ) -> Result<Self, ClientError> {
        let status = client.status().await?;
        let validators = client.validators(status.latest_height.max(1)).await?;
        Ok(Self {
            chain_id: status.chain_id,
            rpc,
            contract,
            contracts,
            validators: Some(hex::encode_upper(validators.hash())),
            development,
        })
    }

    /// The contract of a name, as `credit` or `members`.
    pub fn contract(&self, name: &str) -> Option<&AccountAddress> {
        match name {
            CREDIT => Some(&self.contract),
            other => self.contracts.get(other),
        }
    }

    /// The name of a contract.
    pub fn name_of(&self, address: &AccountAddress) -> Option<&str> {
        if *address == self.contract {
            return Some(CREDIT);
        }
        let found = self.contracts.iter().find(|(_, known)| *known == address);
        found.map(|(name, _)| name.as_str())
    }

    /// Reads the file's text.
    pub fn from_json(text: &str) -> Result<Self, ClientError> {
        serde_json::from_str(text).map_err(|e| ClientError::Input(format!("network file: {e}")))
    }

    /// The file's text.
    pub fn to_json(&self) -> String {
        let text = serde_json::to_string_pretty(self).expect("a network is plain data");
        format!("{text}\n")
    }
}

impl Development {
    /// The key of the one who deploys and enrols: number 0 of the seed.
    pub fn operator(&self) -> SecretKey {
        SecretKey::for_development(&self.seed, 0)
    }

    /// The key of member n: number n of the seed. Number 0 is the operator's, so a member 0 has the number after
    /// the last that fits.
    pub fn member(&self, number: u32) -> SecretKey {
        let number = if number == 0 {
            1 << 32
        } else {
            u64::from(number)
        };
        SecretKey::for_development(&self.seed, number)
    }

    /// The member's number in a name as `member-7`, if there can be such a member.
    pub fn number(&self, name: &str) -> Option<u32> {
        let digits = name.strip_prefix(MEMBER)?;
        let number: u32 = digits.parse().ok()?;
        // one name for one member: `member-02` and `member-+2` are nobody
        (number <= self.members && number.to_string() == digits).then_some(number)
    }

    /// The key of `operator` or `member-N`.
    pub fn key(&self, name: &str) -> Option<SecretKey> {
        if name == OPERATOR {
            return Some(self.operator());
        }
        self.number(name).map(|number| self.member(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_survives_text_and_names_its_members() {
        let development = Development {
            seed: "t".into(),
            members: 3,
        };
        let network = Network {
            chain_id: "t-1".into(),
            rpc: vec!["http://127.0.0.1:1".into()],
            contract: AccountAddress::new([3; 32]).unwrap(),
            contracts: BTreeMap::from([("members".into(), AccountAddress::new([4; 32]).unwrap())]),
            validators: None,
            development: Some(development.clone()),
        };
        assert_eq!(Network::from_json(&network.to_json()).unwrap(), network);
        let members = AccountAddress::new([4; 32]).unwrap();
        assert_eq!(network.contract("members"), Some(&members));
        assert_eq!(network.contract("credit"), Some(&network.contract));
        assert_eq!(network.name_of(&members), Some("members"));
        assert_eq!(network.contract("vote"), None);
        let address = |name| development.key(name).map(|key| key.address());
        assert_eq!(address("member-3"), Some(development.member(3).address()));
        assert_ne!(address("member-3"), address("operator"));
        for unknown in ["member-4", "member-", "member-x", "bob"] {
            assert_eq!(address(unknown), None, "{unknown}");
        }
    }
}
