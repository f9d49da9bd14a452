//! One message being executed: the world it sees, what it will say to others
//! and to watchers.

use cosmwasm_std::{Api, Binary, DepsMut, Env, Event, QuerierWrapper, Response, Storage};
use mycel_bindings::{MycelMsg, MycelQuery};
use mycel_kit::peers::credit::{CreditMsg, CreditQuery, Hold, Resolution};
use mycel_kit::peers::members::{MembersQuery, PersonAddress, Standing};
use mycel_kit::peers::{PeerError, must, pull};
use mycel_kit::{Amount, Id};
use serde::{Serialize, de::DeserializeOwned};

use crate::error::ContractError;
use crate::parameters::{Parameters, Peers};
use crate::policies::{Policies, Standard};
use crate::state::{self, Totals};

/// Most items of one `resolve`.
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
    /// The peers.
    pub peers: Peers,
    /// The sums that all parts share, written at the end.
    pub totals: Totals,
    /// Messages, events and data so far.
    pub response: Response<MycelMsg>,
}

/// Money that its owner put aside for this contract, as credit tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The hold's number at credit.
    pub hold: u64,
    /// Whose money it is: an address.
    pub owner: String,
    /// How much at this moment; it decays.
    pub amount: Amount,
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

    // ---- members

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
            &self.peers.members,
            question,
        )?)
    }

    /// Where an address stands in the community.
    ///
    /// # Errors
    /// A stranger; no members.
    pub fn standing(&self, address: &str) -> Result<Standing, ContractError> {
        self.members(&MembersQuery::Standing {
            address: address.to_owned(),
        })
    }

    /// The address that answers for a person or organisation now, and what it is.
    ///
    /// # Errors
    /// No such number; no members.
    pub fn address_of(&self, person: u64) -> Result<PersonAddress, ContractError> {
        self.members(&MembersQuery::Person { person: Id(person) })
    }

    // ---- credit

    /// What is left of a hold now; `None` where credit does not know it any more.
    ///
    /// # Errors
    /// There is no credit.
    pub fn hold(&self, hold: u64) -> Result<Option<Hold>, ContractError> {
        let question = CreditQuery::Hold { id: Id(hold) };
        match pull(self.querier, "credit", &self.peers.credit, &question) {
            Ok(hold) => Ok(Some(hold)),
            Err(PeerError::Silent { .. }) => Ok(None),
            Err(absent) => Err(absent.into()),
        }
    }

    /// Captures from holds or releases them, all or none. Query a hold first
    /// ([`Call::hold`]): one that expired and was released makes all fail.
    ///
    /// # Errors
    /// There is no credit, or more than 50 items.
    pub fn resolve(&mut self, items: Vec<Resolution>) -> Result<(), ContractError> {
        if items.is_empty() {
            return Ok(());
        }
        crate::bounds::count("resolutions", items.len(), MAX_RESOLVE)?;
        let message = must(&self.peers.credit, &CreditMsg::Resolve { items })
            .ok_or(PeerError::Absent { name: "credit" })?;
        self.response.messages.push(message);
        Ok(())
    }

    /// The payee that stands for credit's commons fund: credit's own address.
    #[must_use]
    pub fn fund(&self) -> String {
        self.peers.credit.clone()
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
