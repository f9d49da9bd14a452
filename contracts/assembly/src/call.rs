//! One message being executed: the world it sees, the sums it changes, what it
//! will say to others and to watchers.

use cosmwasm_std::{Api, DepsMut, Env, Event, QuerierWrapper, Response, Storage, SubMsg};
use mycel_bindings::{MycelMsg, MycelQuery};

use crate::error::ContractError;
use crate::state::{self, Moment, Parameters, Peers, Proposal, Totals};

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
    /// Who sent it.
    pub sender: String,
    /// The parameters.
    pub parameters: Parameters,
    /// The peers.
    pub peers: Peers,
    /// The sums, written at the end.
    pub totals: Totals,
    /// Messages and events so far.
    pub response: Response<MycelMsg>,
}

impl<'a> Call<'a> {
    /// Loads what every rule needs.
    ///
    /// # Errors
    /// Only for unreadable state.
    pub fn begin(
        deps: DepsMut<'a, MycelQuery>,
        env: Env,
        sender: &str,
    ) -> Result<Call<'a>, ContractError> {
        Ok(Call {
            now: env.block.time.seconds(),
            sender: sender.to_owned(),
            parameters: state::parameters().load(deps.storage)?,
            peers: state::peers().load(deps.storage)?,
            totals: state::totals().load(deps.storage)?,
            storage: deps.storage,
            api: deps.api,
            querier: deps.querier,
            env,
            response: Response::new(),
        })
    }

    /// Writes the sums and answers.
    #[must_use]
    pub fn finish(self) -> Response<MycelMsg> {
        state::totals().save(self.storage, &self.totals);
        self.response
    }

    /// This block.
    #[must_use]
    pub fn moment(&self) -> Moment {
        Moment {
            height: self.env.block.height,
            time: self.now,
        }
    }

    /// This contract.
    #[must_use]
    pub fn own(&self) -> &str {
        self.env.contract.address.as_str()
    }

    /// Tells watchers.
    pub fn event(&mut self, name: &str, attributes: &[(&str, &dyn ToString)]) {
        let mut event = Event::new(name);
        for (key, value) in attributes {
            event = event.add_attribute(*key, value.to_string());
        }
        self.response.events.push(event);
    }

    /// A message that must succeed; nothing where the peer does not exist.
    pub fn must(&mut self, message: Option<SubMsg<MycelMsg>>) {
        self.response.messages.extend(message);
    }

    /// An address in its normal form.
    ///
    /// # Errors
    /// [`ContractError::InvalidAddress`].
    pub fn valid(&self, address: &str) -> Result<String, ContractError> {
        valid(self.api, address)
    }

    /// A proposal that must exist.
    ///
    /// # Errors
    /// [`ContractError::UnknownProposal`].
    pub fn proposal(&self, number: u64) -> Result<Proposal, ContractError> {
        proposal(self.storage, number)
    }
}

/// A proposal that must exist.
///
/// # Errors
/// [`ContractError::UnknownProposal`].
pub fn proposal(storage: &dyn Storage, number: u64) -> Result<Proposal, ContractError> {
    state::proposal(number)
        .may_load(storage)?
        .ok_or(ContractError::UnknownProposal { proposal: number })
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
