//! What a commons keeps about one person beyond its latest account: leases, and what is owed of epochs that are over.
use mycel_commons::{
    ask::QueryMsg,
    export::{ExportResponse, Kept},
    rights::ask::{Kept as Right, LeaseView},
};
use mycel_kit::{Amount, Id};
use mycel_types::AccountAddress;

use super::{Commons, MOST_PAGES};
use crate::{ClientError, Transport};

/// The part of a member's export that has rights.
const RIGHTS: u8 = 5;

/// Money owed for what was taken beyond an entitlement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Owed {
    /// The epoch.
    pub epoch: Id,
    /// What is not paid yet.
    pub amount: Amount,
}

/// Rights of one person that no other question tells.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct OfPerson {
    /// Leases from or to it, with their numbers; those that are over as well.
    pub leases: Vec<(Id, LeaseView)>,
    /// What it owes, the oldest epoch first.
    pub owed: Vec<Owed>,
}

impl<T: Transport> Commons<'_, T> {
    /// Leases of a member in a commons, and what it owes there, epoch by epoch.
    pub async fn of_person(
        &self,
        commons: Id,
        member: &AccountAddress,
    ) -> Result<OfPerson, ClientError> {
        let mut found = OfPerson::default();
        let mut after = Some(format!("{commons}/{RIGHTS}/"));
        for _ in 0..MOST_PAGES {
            let query = QueryMsg::Export {
                member: member.to_string(),
                after: after.clone(),
            };
            let page: ExportResponse = self.ask(&query).await?;
            found.read(page.kept);
            let part = format!("{commons}/{RIGHTS}/");
            match page.next {
                Some(next) if next.starts_with(&part) && Some(&next) != after.as_ref() => {
                    after = Some(next);
                }
                _ => break,
            }
        }
        found.owed.sort_by_key(|owed| owed.epoch.0);
        Ok(found)
    }
}

impl OfPerson {
    fn read(&mut self, kept: Vec<Kept>) {
        for item in kept {
            match item {
                Kept::Rights(Right::Lease { lease, terms }) => self.leases.push((lease, terms)),
                Kept::Rights(Right::Account { epoch, account }) if !account.owed.is_zero() => {
                    let amount = account.owed;
                    self.owed.push(Owed { epoch, amount });
                }
                _ => {}
            }
        }
    }
}
