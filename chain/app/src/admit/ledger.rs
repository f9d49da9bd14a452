//! Accounts and grants while transactions are admitted one after the other, each with its full gas limit reserved.
use std::collections::{BTreeMap, BTreeSet};

use mycel_store::{Delta, Snapshot, StateFault};
use mycel_types::{
    AccountAddress, Held, Params, Reservations, StoreId, Time, codes,
    codes::mycel,
    key,
    record::{Account, Allowance, Grant},
};

use super::{
    allowance::{self, MILLI},
    request::{Request, key_any},
    signature::PublicKey,
};
use crate::{
    error::{Failure, Fault},
    msg::Msg,
    state::{Records, encode},
    tip::State,
};

/// Why a transaction is not admitted.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub failure: Failure,
    /// With a wrong sequence: the one that was expected.
    pub expected_sequence: Option<u64>,
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self {
            failure,
            expected_sequence: None,
        }
    }
}

/// Either a refusal, or the state could not be read.
pub(crate) enum Stage {
    Refused(Refusal),
    Fault(Fault),
}

impl From<Failure> for Stage {
    fn from(failure: Failure) -> Self {
        Self::Refused(failure.into())
    }
}

impl From<StateFault> for Stage {
    fn from(fault: StateFault) -> Self {
        Self::Fault(fault.into())
    }
}

/// The working copy of the accounts that admission touches.
pub(crate) struct Ledger<'a> {
    base: &'a Snapshot,
    params: &'a Params,
    /// What the block has for transactions.
    max_gas: u64,
    /// The block's height: transactions whose timeout lies below it are void.
    height: u64,
    now: Time,
    /// What the pool holds already; empty in a block.
    held: &'a Reservations,
    accounts: BTreeMap<AccountAddress, Option<Account>>,
    grants: BTreeMap<(AccountAddress, AccountAddress), Option<Grant>>,
    /// Which of them were changed.
    changed: BTreeSet<AccountAddress>,
    changed_grants: BTreeSet<(AccountAddress, AccountAddress)>,
    gas: u64,
}

/// Reservations of a block: none, since the ledger itself holds them.
static NOTHING_HELD: Reservations = Reservations(BTreeMap::new());

impl<'a> Ledger<'a> {
    /// The ledger of a block at `height` and `now` on the state before it.
    pub(crate) fn new(state: &'a State, height: u64, now: Time) -> Self {
        Self {
            base: &state.snapshot,
            params: &state.params,
            max_gas: state
                .params
                .block_max_gas
                .saturating_sub(state.reserved_gas),
            height,
            now,
            held: &NOTHING_HELD,
            accounts: BTreeMap::new(),
            grants: BTreeMap::new(),
            changed: BTreeSet::new(),
            changed_grants: BTreeSet::new(),
            gas: 0,
        }
    }

    /// The same with what a pool holds already.
    pub(crate) fn holding(mut self, held: &'a Reservations) -> Self {
        self.held = held;
        self
    }

    /// Admits a transaction and reserves its gas limit, or says why not and changes nothing.
    /// `good` tells whether the signatures are good; it is asked last.
    pub(crate) fn admit(
        &mut self,
        request: &Request,
        good: impl FnOnce(&dyn Fn(&AccountAddress) -> Option<PublicKey>) -> Result<(), Failure>,
    ) -> Result<(), Stage> {
        self.check_block(request)?;
        self.check_sequences(request)?;
        self.check_allowance(request)?;
        let accounts = &self.accounts;
        good(&|address| {
            let account = accounts.get(address)?.as_ref()?;
            PublicKey::stored(account.key.as_ref()?).ok()
        })?;
        self.reserve(request);
        Ok(())
    }

    /// As [`Ledger::admit`] for `simulate`: accounts and sequences only.
    pub(crate) fn simulate(&mut self, request: &Request) -> Result<(), Stage> {
        self.check_sequences(request)
    }

    fn check_block(&self, request: &Request) -> Result<(), Stage> {
        if request.timeout_height > 0 && self.height > request.timeout_height {
            return Err(Failure::new(
                codes::TX_TIMEOUT_HEIGHT,
                format_args!(
                    "block height: {}, timeout height: {}",
                    self.height, request.timeout_height
                ),
            )
            .into());
        }
        let limit = self.max_gas;
        if self.gas.saturating_add(request.gas_limit) > limit {
            return Err(Failure::new(
                codes::INVALID_GAS_LIMIT,
                format_args!(
                    "block gas: wanted={} left={}",
                    request.gas_limit,
                    limit.saturating_sub(self.gas)
                ),
            )
            .into());
        }
        Ok(())
    }

    /// Every signer exists, or somebody else pays for it; every sequence is the next one.
    fn check_sequences(&mut self, request: &Request) -> Result<(), Stage> {
        for signer in &request.signers {
            let created = *request.paying() != signer.address;
            let account = self.account(&signer.address)?;
            let Some(account) = account.or_else(|| created.then(Account::default)) else {
                return Err(Failure::new(
                    codes::UNKNOWN_ADDRESS,
                    format_args!(
                        "account {} does not exist: send coins to it, or grant it gas, first",
                        signer.address
                    ),
                )
                .into());
            };
            if signer.sequence != account.sequence {
                return Err(Stage::Refused(Refusal {
                    failure: Failure::new(
                        codes::WRONG_SEQUENCE,
                        format_args!(
                            "account sequence mismatch, expected {}, got {}",
                            account.sequence, signer.sequence
                        ),
                    ),
                    expected_sequence: Some(account.sequence),
                }));
            }
        }
        Ok(())
    }

    fn check_allowance(&mut self, request: &Request) -> Result<(), Stage> {
        if let Some(granter) = &request.granter {
            let (granter, grantee) = (granter.clone(), request.payer.clone());
            let grant = self.grant(&granter, &grantee)?;
            self.check_grant(request, &granter, grant)?;
        }
        let paying = request.paying().clone();
        let account = self.account(&paying)?.ok_or_else(|| {
            Failure::new(
                codes::UNKNOWN_ADDRESS,
                format_args!("fee payer {paying} does not exist"),
            )
        })?;
        for msg in &request.messages {
            if let Msg::StoreCode { sender, .. } = msg {
                let account = self.account(sender)?.unwrap_or_default();
                let class = allowance::class(self.params, &account.allowance);
                if !class.is_some_and(|c| c.may_store_code) {
                    return Err(Failure::new(
                        codes::UNAUTHORIZED,
                        "can not create code: the account's allowance class may not store code",
                    )
                    .into());
                }
            }
        }
        let want = request.gas_limit.saturating_mul(MILLI);
        let have = allowance::level(self.params, &account.allowance, self.now);
        if have >= want {
            return Ok(());
        }
        let next = match allowance::wait(self.params, &account.allowance, self.now, want) {
            Some(ms) => format!(
                "available in {ms} ms of block time (at {} ms)",
                self.now.plus_millis(ms).millis()
            ),
            None => format!(
                "never available: the account's class holds {} at most, ask for a larger class or a grant",
                allowance::capacity(self.params, &account.allowance) / MILLI
            ),
        };
        Err(Failure::new(
            mycel::ALLOWANCE,
            format_args!(
                "gas allowance of {paying}: have={} want={}, {next}",
                have / MILLI,
                request.gas_limit
            ),
        )
        .into())
    }

    fn check_grant(
        &self,
        request: &Request,
        granter: &AccountAddress,
        grant: Option<Grant>,
    ) -> Result<(), Stage> {
        let payer = &request.payer;
        let Some(grant) = grant else {
            return Err(Failure::new(
                codes::UNAUTHORIZED,
                format_args!(
                    "{granter} does not allow to pay fees for {payer}: fee-grant not found"
                ),
            )
            .into());
        };
        if grant.expires_ms.is_some_and(|at| at <= self.now.millis()) {
            return Err(Failure::new(
                codes::UNAUTHORIZED,
                format_args!("the grant of {granter} to {payer} has expired"),
            )
            .into());
        }
        match grant.gas_left {
            Some(left) if left < request.gas_limit => Err(Failure::new(
                mycel::ALLOWANCE,
                format_args!(
                    "the grant of {granter} to {payer}: have={left} want={}",
                    request.gas_limit
                ),
            )
            .into()),
            _ => Ok(()),
        }
    }

    /// Nothing can fail any more.
    fn reserve(&mut self, request: &Request) {
        for signer in &request.signers {
            let account = self.slot(&signer.address);
            account.sequence = account.sequence.saturating_add(1);
            if let (None, Some(key)) = (&account.key, &signer.key) {
                let any = key_any(key);
                account.key = Some((any.type_url, any.value));
            }
        }
        let want = request.gas_limit.saturating_mul(MILLI);
        let (params, now) = (self.params, self.now);
        let account = self.slot(request.paying());
        let level = allowance::level(params, &account.allowance, now);
        account.allowance.level = level.saturating_sub(want);
        account.allowance.at_ms = now.millis();
        if let Some(granter) = &request.granter {
            let pair = (granter.clone(), request.payer.clone());
            if let Some(Some(grant)) = self.grants.get_mut(&pair)
                && let Some(left) = &mut grant.gas_left
            {
                *left = left.saturating_sub(request.gas_limit);
                self.changed_grants.insert(pair);
            }
        }
        self.gas = self.gas.saturating_add(request.gas_limit);
    }

    /// The working copy of an account, created if it is new: its bucket starts empty, so that accounts made by the
    /// thousand bring no gas with them.
    fn slot(&mut self, address: &AccountAddress) -> &mut Account {
        let at_ms = self.now.millis();
        self.changed.insert(address.clone());
        self.accounts
            .entry(address.clone())
            .or_default()
            .get_or_insert_with(|| new_account(at_ms))
    }

    /// An account as it is after what was admitted so far.
    fn account(&mut self, address: &AccountAddress) -> Result<Option<Account>, StateFault> {
        if let Some(known) = self.accounts.get(address) {
            return Ok(known.clone());
        }
        let mut account: Option<Account> = self.base.record(&key::account(address))?;
        if let Some(held) = self.held.0.get(address) {
            account = self.with_held(account, held);
        }
        self.accounts.insert(address.clone(), account.clone());
        Ok(account)
    }

    /// An account as it will be once what the pool holds is in a block.
    fn with_held(&self, account: Option<Account>, held: &Held) -> Option<Account> {
        if account.is_none() && held.transactions == 0 {
            return None;
        }
        let mut account = account.unwrap_or_else(|| new_account(self.now.millis()));
        account.sequence = account.sequence.saturating_add(held.transactions);
        let level = allowance::level(self.params, &account.allowance, self.now);
        account.allowance.level = level.saturating_sub(held.gas.saturating_mul(MILLI));
        account.allowance.at_ms = self.now.millis();
        Some(account)
    }

    fn grant(
        &mut self,
        granter: &AccountAddress,
        grantee: &AccountAddress,
    ) -> Result<Option<Grant>, StateFault> {
        let pair = (granter.clone(), grantee.clone());
        if let Some(known) = self.grants.get(&pair) {
            return Ok(known.clone());
        }
        let grant: Option<Grant> = self.base.record(&key::grant(granter, grantee))?;
        self.grants.insert(pair, grant.clone());
        Ok(grant)
    }

    /// What admission writes.
    pub(crate) fn delta(&self) -> Delta {
        let mut delta = Delta::new();
        for address in &self.changed {
            if let Some(Some(account)) = self.accounts.get(address) {
                delta.set(StoreId::Mycel, key::account(address), Some(encode(account)));
            }
        }
        for pair in &self.changed_grants {
            if let Some(Some(grant)) = self.grants.get(pair) {
                delta.set(
                    StoreId::Mycel,
                    key::grant(&pair.0, &pair.1),
                    Some(encode(grant)),
                );
            }
        }
        delta
    }

    /// Phase C: gives back what `request` reserved and did not use. Both records are read as they are after the
    /// block's execution; a grant that execution has replaced is left alone.
    pub(crate) fn refund(
        &mut self,
        mut after: &Snapshot,
        request: &Request,
        used: u64,
        delta: &mut Delta,
    ) -> Result<(), StateFault> {
        let unused = request.gas_limit.saturating_sub(used);
        if unused == 0 {
            return Ok(());
        }
        let paying = request.paying();
        let account_key = key::account(paying);
        let account: Option<Account> = match delta.get(StoreId::Mycel, &account_key) {
            Some(Some(bytes)) => Some(crate::state::decode(&account_key, bytes)?),
            _ => after.record(&account_key)?,
        };
        if let Some(mut account) = account {
            let full = allowance::capacity(self.params, &account.allowance);
            let level = account
                .allowance
                .level
                .saturating_add(unused.saturating_mul(MILLI));
            account.allowance.level = level.min(full);
            delta.set(StoreId::Mycel, account_key, Some(encode(&account)));
        }
        let Some(granter) = &request.granter else {
            return Ok(());
        };
        let pair = (granter.clone(), request.payer.clone());
        let grant_key = key::grant(&pair.0, &pair.1);
        let stored: Option<Grant> = match delta.get(StoreId::Mycel, &grant_key) {
            Some(Some(bytes)) => Some(crate::state::decode(&grant_key, bytes)?),
            _ => after.record(&grant_key)?,
        };
        if let Some(Some(mine)) = self.grants.get_mut(&pair)
            && stored.as_ref() == Some(mine)
            && let Some(left) = &mut mine.gas_left
        {
            *left = left.saturating_add(unused);
            delta.set(StoreId::Mycel, grant_key, Some(encode(mine)));
        }
        Ok(())
    }
}

/// An account that begins now, with an empty bucket.
pub(crate) fn new_account(at_ms: u64) -> Account {
    Account {
        allowance: Allowance {
            at_ms,
            ..Default::default()
        },
        ..Default::default()
    }
}
