//! Deals, viewing keys and whose a name is, as a header proves them. Whoever lies about the two to both sides of a deal lets them seal what
//! neither can open, so before a member binds itself to a key, no node's word counts.
use borsh::BorshDeserialize;
use mycel_kit::Key;
use mycel_light::Trust;
use mycel_mailbox::{fr, tag::Element};
use mycel_members::{
    handles,
    record::{Handle, Holder},
    state as members,
};
use mycel_trust::{
    deals::{record, state as deals},
    keys::state as keys,
};
use mycel_types::AccountAddress;

use super::{
    DealSeal, Keyring,
    chain::{Deal, Trusts},
};
use crate::{ClientError, Snapshot, Transport};

/// One proven state of a trust contract.
#[derive(Debug)]
pub struct Proven<'a, T> {
    snapshot: Snapshot<'a, T>,
    contract: AccountAddress,
}

impl<T: Transport> Trusts<'_, T> {
    /// The newest state that can be proven, on the word of what is trusted.
    pub async fn proven(&self, trust: &Trust) -> Result<Proven<'_, T>, ClientError> {
        Ok(Proven {
            snapshot: self.client().snapshot(trust, None).await?,
            contract: self.contract().clone(),
        })
    }
}

impl<T: Transport> Proven<'_, T> {
    /// Whose state this is.
    pub fn height(&self) -> u64 {
        self.snapshot.height()
    }

    async fn read<R: BorshDeserialize>(&self, key: Key<R>) -> Result<Option<R>, ClientError> {
        self.read_of(&self.contract, key).await
    }

    async fn read_of<R: BorshDeserialize>(
        &self,
        contract: &AccountAddress,
        key: Key<R>,
    ) -> Result<Option<R>, ClientError> {
        let found = self.snapshot.contract_data(contract, key.bytes()).await?;
        let record = found.map(|found| key.decode(&found)).transpose();
        record.map_err(|e| ClientError::Violated(format!("a record of {contract}: {e}")))
    }

    /// The person whose key an address is, by the contract `members`.
    pub async fn holder(
        &self,
        of: &AccountAddress,
        address: &AccountAddress,
    ) -> Result<Option<u64>, ClientError> {
        let held = self
            .read_of(of, members::held(&address.to_string()))
            .await?;
        Ok(held.map(|held| held.number))
    }

    /// The person whom a handle names now, as `ana@riverside` or `ana`, by the contract `members`.
    pub async fn handled(
        &self,
        of: &AccountAddress,
        handle: &str,
    ) -> Result<Option<u64>, ClientError> {
        let lower = handle.to_ascii_lowercase();
        let (name, place) = match lower.split_once('@') {
            Some((name, place)) => (name, Some(place)),
            None => (&*lower, None),
        };
        if let Some(place) = place {
            let told = self.read_of(of, members::parameters()).await?;
            if told.is_none_or(|told| told.community != place) {
                return Ok(None);
            }
        }
        let key = members::handle(&handles::skeleton(name));
        Ok(match self.read_of(of, key).await? {
            Some(Handle {
                holder: Holder::Number(person),
                spelled,
                rests_until: None,
            }) if spelled == name => Some(person),
            _ => None,
        })
    }

    /// A deal.
    pub async fn deal(&self, number: u64) -> Result<Option<record::Deal>, ClientError> {
        self.read(deals::deal(number)).await
    }

    /// A person's viewing key of a number, or the newest; `None` if it published none.
    pub async fn viewing_key(
        &self,
        person: u64,
        version: Option<u32>,
    ) -> Result<Option<(u32, Element)>, ClientError> {
        let version = match version {
            Some(version) => version,
            None => match self.read(keys::newest(person)).await? {
                Some(newest) => newest,
                None => return Ok(None),
            },
        };
        let key = self.read(keys::viewing(person, version)).await?;
        Ok(key.map(|key| (version, key)))
    }

    /// Whether a deal is what a node said of it: between whom, of what weight, under which key.
    pub async fn has(&self, told: &Deal) -> Result<bool, ClientError> {
        Ok(self
            .deal(told.deal.0)
            .await?
            .is_some_and(|deal| same(&deal, told)))
    }

    /// Whether a deal is what a node said of it, and is sealed with a key that these secrets and the other's viewing key
    /// give: then what comes under it can be opened.
    pub async fn binds(
        &self,
        keyring: &Keyring,
        person: u64,
        told: &Deal,
    ) -> Result<bool, ClientError> {
        let Some(deal) = self.deal(told.deal.0).await? else {
            return Ok(false);
        };
        let (own_version, version) = told.versions(person);
        let partner = told.partner(person);
        let own = self.viewing_key(person, Some(own_version)).await?;
        let other = self.viewing_key(partner, Some(version)).await?;
        let Some((_, other_key)) = other else {
            return Ok(false);
        };
        let seal = DealSeal {
            deal: deal.element,
            k: fr(&deal.k),
            own_version,
            other_key,
        };
        let published = keyring.viewing(own_version).public();
        Ok(
            same(&deal, told)
                && own == Some((own_version, published))
                && seal.open(keyring).is_ok(),
        )
    }
}

fn same(deal: &record::Deal, told: &Deal) -> bool {
    (deal.a, deal.b, deal.weight) == (told.a.0, told.b.0, told.weight)
        && deal.element[..] == told.element[..]
        && deal.k[..] == told.k[..]
        && deal.keys == [told.key_a, told.key_b]
        && deal.stage.name() == told.stage
}
