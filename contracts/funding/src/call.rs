//! One message being executed: the world it sees and what it will say.

use std::collections::BTreeMap;

use cosmwasm_std::{Api, Binary, DepsMut, Env, Event, QuerierWrapper, Response, Storage};
use mycel_bindings::{MycelMsg, MycelQuery};
use mycel_kit::peers::credit::{CreditMsg, Hold, Resolution};
use mycel_kit::peers::members::{MembersQuery, Standing};
use mycel_kit::peers::{must, pull};
use mycel_kit::roles::{self, Class, Electorate, Needs};
use mycel_kit::{Amount, Key};
use serde::{Serialize, de::DeserializeOwned};

use crate::error::ContractError;
use crate::holds;
use crate::parameters::Parameters;
use crate::policies::{Policies, Standard};
use crate::state;

/// Most holds that one message to credit resolves.
pub const MAX_RESOLVE: usize = 50;

/// The world of one message.
pub struct Call<'a> {
    /// Own state.
    pub storage: &'a mut dyn Storage,
    /// Addresses.
    pub api: &'a dyn Api,
    /// Others' state.
    pub querier: QuerierWrapper<'a, MycelQuery>,
    /// The block.
    pub env: Env,
    /// Its time in seconds.
    pub now: u64,
    /// Who sent it; empty for the chain.
    pub sender: String,
    /// The rules that a variant may replace.
    pub policies: &'static dyn Policies,
    /// The parameters.
    pub parameters: Parameters,
    /// What this message takes from holds: credit hears of it only afterwards.
    /// `None`: all, the hold is released.
    pub taken: BTreeMap<u64, Option<u64>>,
    /// Messages, events and data so far.
    pub response: Response<MycelMsg>,
}

impl<'a> Call<'a> {
    /// Loads what every rule needs; by the standard's rules.
    ///
    /// # Errors
    /// Only for unreadable state.
    pub fn begin(
        deps: DepsMut<'a, MycelQuery>,
        env: Env,
        sender: &str,
    ) -> Result<Call<'a>, ContractError> {
        Call::by(&Standard, deps, env, sender)
    }

    /// Loads what every rule needs; by these rules.
    ///
    /// # Errors
    /// Only for unreadable state.
    pub fn by(
        policies: &'static dyn Policies,
        deps: DepsMut<'a, MycelQuery>,
        env: Env,
        sender: &str,
    ) -> Result<Call<'a>, ContractError> {
        Ok(Call {
            policies,
            now: env.block.time.seconds(),
            sender: sender.to_owned(),
            parameters: state::parameters().load(deps.storage)?,
            storage: deps.storage,
            api: deps.api,
            querier: deps.querier,
            env,
            taken: BTreeMap::new(),
            response: Response::new(),
        })
    }

    /// Tells watchers.
    pub fn event(&mut self, name: &str, attributes: &[(&str, &dyn ToString)]) {
        let mut event = Event::new(name);
        for (key, value) in attributes {
            event = event.add_attribute(*key, value.to_string());
        }
        self.response.events.push(event);
    }

    /// What the caller reads of this message's result.
    ///
    /// # Errors
    /// Only if it cannot be written as JSON.
    pub fn answer(&mut self, data: &impl Serialize) -> Result<(), ContractError> {
        let data: Binary = cosmwasm_std::to_json_binary(data)
            .map_err(|error| ContractError::Answer(error.to_string()))?;
        self.response.data = Some(data);
        Ok(())
    }

    /// The next number of a sequence that begins with 1.
    ///
    /// # Errors
    /// Only for unreadable state.
    pub fn next_number(&mut self, key: &Key<u64>) -> Result<u64, ContractError> {
        let number = key.may_load(self.storage)?.unwrap_or(0).saturating_add(1);
        key.save(self.storage, &number);
        Ok(number)
    }

    /// Asks members.
    ///
    /// # Errors
    /// No members, or no answer.
    pub fn members<T: DeserializeOwned>(
        &self,
        question: &impl Serialize,
    ) -> Result<T, ContractError> {
        Ok(pull(
            self.querier,
            "members",
            &self.parameters.members,
            question,
        )?)
    }

    /// Who an address is, as members says.
    ///
    /// # Errors
    /// No members, or a stranger.
    pub fn standing(&self, address: &str) -> Result<Standing, ContractError> {
        self.members(&MembersQuery::Standing {
            address: address.to_owned(),
        })
    }

    /// An address whose owner takes part now: a person or an organisation.
    ///
    /// # Errors
    /// A stranger, or without standing; no members.
    pub fn dealer(&self, address: &str) -> Result<Standing, ContractError> {
        let standing = self.standing(address);
        Ok(roles::member(address, &standing)?.clone())
    }

    /// A hold at credit as it will be after what this message took so far;
    /// `None` if it is gone: used up, or released.
    ///
    /// # Errors
    /// No credit.
    pub fn hold(&self, hold: u64) -> Result<Option<Hold>, ContractError> {
        let taken = self.taken.get(&hold).copied().unwrap_or(Some(0));
        let Some(taken) = taken else {
            return Ok(None);
        };
        let found = holds::find(self.querier, &self.parameters.credit, hold)?;
        Ok(found.and_then(|mut found| {
            let left = found.amount.pico().saturating_sub(taken);
            found.amount = Amount::new(left)?;
            (left > 0).then_some(found)
        }))
    }

    /// Tells credit what becomes of holds, in messages of at most fifty.
    pub fn resolve(&mut self, items: &[Resolution]) {
        for item in items {
            match item {
                Resolution::Capture { hold, amount, .. } => {
                    let taken = self.taken.entry(hold.0).or_insert(Some(0));
                    *taken = taken.map(|taken| taken.saturating_add(amount.pico()));
                }
                Resolution::Release { hold } => {
                    self.taken.insert(hold.0, None);
                }
            }
        }
        for part in items.chunks(MAX_RESOLVE) {
            let told = CreditMsg::Resolve {
                items: part.to_vec(),
            };
            self.response
                .messages
                .extend(must(&self.parameters.credit, &told));
        }
    }

    /// The sender is the authority, and these decided with this class.
    ///
    /// # Errors
    /// [`ContractError::NotDecided`].
    pub fn decided(
        &self,
        electorate: &Electorate,
        class: Class,
        needs: &Needs,
    ) -> Result<(), ContractError> {
        Ok(roles::decided(
            &self.sender,
            &self.parameters.authority,
            electorate,
            class,
            needs,
        )?)
    }

    /// An address in its normal form.
    ///
    /// # Errors
    /// [`ContractError::InvalidAddress`].
    pub fn valid(&self, address: &str) -> Result<String, ContractError> {
        valid(self.api, address)
    }
}

/// An address in its normal form.
///
/// # Errors
/// [`ContractError::InvalidAddress`].
pub fn valid(api: &dyn Api, address: &str) -> Result<String, ContractError> {
    api.addr_validate(address)
        .map(String::from)
        .map_err(|_| ContractError::InvalidAddress {
            address: address.chars().take(128).collect(),
        })
}
