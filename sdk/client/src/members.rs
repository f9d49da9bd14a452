//! The members contract, typed: who belongs, under which handle, who waits. Not verified: what the node says.
use mycel_kit::{
    Id,
    peers::members::{MembersQuery, PersonAddress, Standing},
};
use mycel_members::{
    ask::{
        CredentialView, ExportItem, ExportResponse, MemberView, MembersResponse, QueryMsg,
        QueueResponse,
    },
    msg::{Page, PersonRef},
};
use mycel_types::AccountAddress;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{Client, ClientError, SecretKey, Transport};

pub use mycel_members::{ask, msg};

/// The calls of one members contract.
#[derive(Clone, Debug)]
pub struct Members<'a, T> {
    client: &'a Client<T>,
    contract: AccountAddress,
}

impl<T: Transport> Client<T> {
    /// A members contract on this chain.
    pub fn members(&self, contract: AccountAddress) -> Members<'_, T> {
        Members {
            client: self,
            contract,
        }
    }
}

impl<T: Transport> Members<'_, T> {
    async fn ask<A: serde::de::DeserializeOwned>(
        &self,
        query: &impl Serialize,
    ) -> Result<A, ClientError> {
        self.client.smart(&self.contract, query).await
    }

    /// Where an address stands; that it is nobody's is the contract's refusal.
    pub async fn standing(&self, address: &AccountAddress) -> Result<Standing, ClientError> {
        let address = address.to_string();
        self.ask(&MembersQuery::Standing { address }).await
    }

    /// The address that answers for a person now.
    pub async fn person(&self, person: Id) -> Result<PersonAddress, ClientError> {
        self.ask(&MembersQuery::Person { person }).await
    }

    /// All about a person.
    pub async fn member(&self, person: Id) -> Result<MemberView, ClientError> {
        self.ask(&QueryMsg::Member(PersonRef { person })).await
    }

    /// Whose a handle is: `ana` or `ana@riverside`.
    pub async fn handle(&self, handle: &str) -> Result<MemberView, ClientError> {
        let handle = handle.to_owned();
        self.ask(&QueryMsg::Handle { handle }).await
    }

    /// Members by number, at most 50.
    pub async fn page(&self, after: Option<Id>) -> Result<MembersResponse, ClientError> {
        self.ask(&QueryMsg::Members(Page { after, limit: None }))
            .await
    }

    /// Who waits, and how many places there are: the first 50.
    pub async fn queue(&self) -> Result<QueueResponse, ClientError> {
        let (after, limit) = (None, None);
        self.ask(&QueryMsg::Queue(Page { after, limit })).await
    }

    /// All that the contract holds of a member.
    pub async fn export(&self, member: &AccountAddress) -> Result<Vec<ExportItem>, ClientError> {
        let (mut items, mut after): (Vec<ExportItem>, Option<Id>) = (vec![], None);
        loop {
            let query = QueryMsg::Export {
                member: member.to_string(),
                after,
            };
            let page: ExportResponse = self.ask(&query).await?;
            items.extend(page.items);
            match page.next {
                Some(next) if after.is_none_or(|last| next.0 > last.0) => after = Some(next),
                _ => return Ok(items),
            }
        }
    }

    /// Credentials about a person.
    pub async fn credentials(&self, subject: Id) -> Result<Vec<CredentialView>, ClientError> {
        let query = QueryMsg::Credentials { subject };
        let answer: ask::CredentialsResponse = self.ask(&query).await?;
        Ok(answer.credentials)
    }
}

/// The identity commitment of a key on a chain, for communities without a trust contract: a hash of the secret key,
/// below the field's order. It hides the key and is the same each time; trust proofs need a commitment of their own.
pub fn identity(key: &SecretKey, chain_id: &str) -> String {
    let mut digest: [u8; 32] = Sha256::new()
        .chain_update(b"mycel/identity/1")
        .chain_update((chain_id.len() as u64).to_be_bytes())
        .chain_update(chain_id)
        .chain_update(key.to_bytes())
        .finalize()
        .into();
    digest[0] &= 0x0f;
    hex::encode(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_is_one_s_own_on_each_chain_and_within_the_field() {
        let (ann, ben) = (
            SecretKey::for_development("t", 1),
            SecretKey::for_development("t", 2),
        );
        assert_eq!(identity(&ann, "a"), identity(&ann, "a"));
        assert_ne!(identity(&ann, "a"), identity(&ann, "b"));
        assert_ne!(identity(&ann, "a"), identity(&ben, "a"));
        assert!(identity(&ann, "a").starts_with('0') && identity(&ann, "a").len() == 64);
    }
}
