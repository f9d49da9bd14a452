//! What is proven of a credit contract: computed from records that come with proofs, by the standard's own rules.
use futures::stream::{self, StreamExt};
use mycel_credit::{
    decay,
    invariants::{self, Walk},
    limit,
    policies::Standard,
    state::{self, Account, Terms, Totals},
};
use mycel_kit::{Amount, Key};
use mycel_types::{
    AccountAddress, Params, StoreId, key,
    record::{Chain, Contract},
};

use crate::{ClientError, Snapshot, Transport};

/// Proven reads that are under way together.
const AT_ONCE: usize = 16;

/// A member's position, computed from proven records with the standard's own rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvenPosition {
    /// The account's number.
    pub number: u32,
    /// The position at `at`, after decay.
    pub position: i128,
    /// Decay that is not yet written.
    pub pending_decay: i128,
    /// How far below zero it may fall.
    pub limit: Amount,
    /// What can be paid.
    pub headroom: i128,
    /// Whether payments are stopped.
    pub frozen: bool,
    /// The contract's time: Unix seconds.
    pub at: u64,
    /// Whose state was proven.
    pub height: u64,
}

/// The books of a credit contract, from proven records alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Books {
    /// Whose state was proven.
    pub height: u64,
    /// How many accounts there are; every one of them was read.
    pub accounts: u32,
    /// What the accounts add up to.
    pub walk: Walk,
    /// The genesis account.
    pub genesis: i128,
    /// What the contract's aggregates say: commons, holds, positive, negative, in transit, volume.
    pub claimed: Totals,
}

impl Books {
    /// The commons fund with the decay that accounts owe it.
    pub fn commons(&self) -> i128 {
        self.claimed.commons.saturating_add(self.walk.due)
    }

    /// positions + decay due + holds + commons + genesis: must be exactly 0.
    pub fn sum(&self) -> i128 {
        [self.claimed.held, self.commons(), self.genesis]
            .into_iter()
            .fold(self.walk.positions, i128::saturating_add)
    }

    /// What does not hold, in words; empty if everything does.
    pub fn violations(&self) -> Vec<String> {
        let mut violated = Vec::new();
        if self.sum() != 0 {
            violated.push(format!(
                "positions={} + holds={} + genesis={} + commons={} = {}, not 0",
                self.walk.positions,
                self.claimed.held,
                self.genesis,
                self.commons(),
                self.sum()
            ));
        }
        for (what, counted, claimed) in [
            (
                "positive positions",
                self.walk.positive,
                self.claimed.positive,
            ),
            (
                "negative positions",
                self.walk.negative,
                self.claimed.negative,
            ),
            (
                "payments in transit",
                self.walk.transit,
                self.claimed.transit,
            ),
        ] {
            if counted != claimed {
                violated.push(format!("{what}: counted={counted} contract says={claimed}"));
            }
        }
        if self.claimed.commons < 0 {
            violated.push(format!("commons={} is negative", self.claimed.commons));
        }
        if self.genesis > 0 {
            violated.push(format!("genesis={} is positive", self.genesis));
        }
        violated
    }
}

impl<T: Transport> Snapshot<'_, T> {
    /// A proven record of a contract; absent or unreadable is an error.
    pub async fn record<R: borsh::BorshDeserialize>(
        &self,
        contract: &AccountAddress,
        entry: &Key<R>,
    ) -> Result<R, ClientError> {
        self.may_record(contract, entry).await?.ok_or_else(|| {
            ClientError::Unverifiable(format!(
                "contract={contract} has nothing at key={}; is it a credit contract?",
                hex::encode(entry.bytes())
            ))
        })
    }

    /// A proven record of a contract; `None` is proven absence.
    pub async fn may_record<R: borsh::BorshDeserialize>(
        &self,
        contract: &AccountAddress,
        entry: &Key<R>,
    ) -> Result<Option<R>, ClientError> {
        let Some(value) = self.contract_data(contract, entry.bytes()).await? else {
            return Ok(None);
        };
        entry
            .decode(&value)
            .map(Some)
            .map_err(|e| ClientError::Unverifiable(e.to_string()))
    }

    /// The number of a member's account; `None` is proven: no such member.
    pub async fn credit_number(
        &self,
        contract: &AccountAddress,
        member: &AccountAddress,
    ) -> Result<Option<u32>, ClientError> {
        self.may_record(contract, &state::number_of(&member.to_string()))
            .await
    }

    /// A member's position at this state's header time.
    pub async fn credit_position(
        &self,
        contract: &AccountAddress,
        member: &AccountAddress,
    ) -> Result<Option<ProvenPosition>, ClientError> {
        let Some(number) = self.credit_number(contract, member).await? else {
            return Ok(None);
        };
        let account: Account = self.record(contract, &state::account(number)).await?;
        let terms: Terms = self.record(contract, &state::terms()).await?;
        let at = self.contract_seconds().await?;
        let unreadable = |e: mycel_credit::error::ContractError| {
            ClientError::Unverifiable(format!("proven records contradict each other: {e}"))
        };
        // the header of H+1 may carry an earlier second than the account's last change only by a fault
        let lambda = terms.clock.at(at).map_err(unreadable)?.max(account.snap);
        let position = decay::view::<Standard>(&account, lambda, &terms).map_err(unreadable)?;
        let limit = limit::standard(&account, &terms, at);
        Ok(Some(ProvenPosition {
            number,
            position,
            pending_decay: account.position.saturating_sub(position),
            limit,
            headroom: position.saturating_add(limit.signed()).max(0),
            frozen: account.frozen,
            at,
            height: self.height(),
        }))
    }

    /// Reads every account 0..n and all aggregates with proofs. `progress` is told (done, total).
    pub async fn credit_books(
        &self,
        contract: &AccountAddress,
        mut progress: impl FnMut(u32, u32),
    ) -> Result<Books, ClientError> {
        // proves that the contract exists at all, so that an empty one is not taken for a sound one
        let known = self
            .get(StoreId::Mycel, &key::contract(contract))
            .await?
            .map(|value| borsh::from_slice::<Contract>(&value));
        if !matches!(known, Some(Ok(_))) {
            return Err(ClientError::Unverifiable(format!(
                "no contract={contract} in the proven state"
            )));
        }
        let accounts = self.record(contract, &state::account_count()).await?;
        let mut books = Books {
            height: self.height(),
            accounts,
            genesis: self.record(contract, &state::genesis()).await?,
            ..Books::default()
        };
        let mut shards = Vec::with_capacity(usize::from(state::SHARDS));
        for shard in 0..state::SHARDS {
            let part = self.may_record(contract, &state::totals(shard)).await?;
            shards.push(bounded(part.unwrap_or_default())?);
        }
        books.claimed = invariants::fold(shards);
        let mut records = stream::iter(0..accounts)
            .map(|number| async move {
                let entry = state::account(number);
                self.record::<Account>(contract, &entry).await
            })
            .buffered(AT_ONCE);
        let mut done = 0;
        while let Some(account) = records.next().await {
            books.walk.add(&account?);
            done += 1;
            progress(done, accounts);
        }
        drop(records);
        Ok(books)
    }

    /// What contracts see as time at this state's header: scaled on development networks.
    pub async fn contract_seconds(&self) -> Result<u64, ClientError> {
        let unreadable = |what: &str| ClientError::Unverifiable(format!("{what} is unreadable"));
        let time = mycel_types::Time::try_from(self.block().header.time)
            .map_err(|e| ClientError::Unverifiable(e.to_string()))?;
        let params = self
            .get(StoreId::Mycel, &key::params())
            .await?
            .and_then(|value| borsh::from_slice::<Params>(&value).ok())
            .ok_or_else(|| unreadable("record params"))?;
        if params.time_scale == 1 {
            return Ok(time.seconds());
        }
        let chain = self
            .get(StoreId::Mycel, &key::chain())
            .await?
            .and_then(|value| borsh::from_slice::<Chain>(&value).ok())
            .ok_or_else(|| unreadable("record chain"))?;
        let passed = time.0.saturating_sub(chain.genesis_ms);
        Ok(chain
            .genesis_ms
            .saturating_add(passed.saturating_mul(params.time_scale))
            / 1000)
    }
}

/// Sums are wide enough for 2^20 of these: a record beyond them is a lie that must not overflow.
fn bounded(totals: Totals) -> Result<Totals, ClientError> {
    let Totals {
        positive,
        negative,
        commons,
        held,
        reserved,
        transit,
        volume,
    } = totals;
    let most = 1u128 << 122;
    match [positive, negative, commons, held, reserved, transit, volume]
        .iter()
        .all(|sum| sum.unsigned_abs() <= most)
    {
        true => Ok(totals),
        false => Err(ClientError::Violated(
            "a sum of the contract exceeds 2^122".into(),
        )),
    }
}
