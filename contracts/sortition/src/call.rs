//! One message being executed: the world it sees and what it will say.

use cosmwasm_std::{Api, Binary, DepsMut, Env, Event, QuerierWrapper, Response, Storage};
use mycel_bindings::{MycelMsg, MycelQuery};
use mycel_kit::peers::credit::Kind;
use mycel_kit::peers::members::{MembersQuery, Standing};
use mycel_kit::peers::pull;
use mycel_kit::roles::{self, Class, Electorate, Needs, Unauthorized};
use serde::{Serialize, de::DeserializeOwned};

use crate::error::ContractError;
use crate::parameters::Parameters;
use crate::state;

/// The world of one message.
pub struct Call<'a> {
    /// Own state.
    pub storage: &'a mut dyn Storage,
    /// Addresses and signatures.
    pub api: &'a dyn Api,
    /// Others' state.
    pub querier: QuerierWrapper<'a, MycelQuery>,
    /// The block.
    pub env: Env,
    /// Its time in seconds.
    pub now: u64,
    /// Who sent it; empty for the chain.
    pub sender: String,
    /// The parameters.
    pub parameters: Parameters,
    /// Messages, events and data so far.
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
            storage: deps.storage,
            api: deps.api,
            querier: deps.querier,
            env,
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

    /// The sender as a person that takes part, with a key that may vote.
    ///
    /// # Errors
    /// A stranger, an organisation, without standing, without the role; no members.
    pub fn person(&self) -> Result<u64, ContractError> {
        self.person_at(&self.sender)
    }

    /// The person whose key an address is, as the sender would have to be.
    ///
    /// # Errors
    /// As [`Call::person`].
    pub fn person_at(&self, address: &str) -> Result<u64, ContractError> {
        let standing: Result<Standing, ContractError> = self.members(&MembersQuery::Standing {
            address: address.to_owned(),
        });
        let standing = roles::member(address, &standing)?;
        if standing.kind != Kind::Person || !standing.roles.iter().any(|role| role == "vote") {
            return Err(Unauthorized::new(
                address,
                "a person, signing with a key that has the role vote",
            )
            .into());
        }
        Ok(standing.person.0)
    }

    /// The name of the client that sends this; a reference must begin with it
    /// and a slash, so that no client takes another's.
    ///
    /// # Errors
    /// Not a client, or another's reference.
    pub fn client(&self, reference: &str) -> Result<String, ContractError> {
        crate::bounds::text("ref", reference, 128)?;
        let clients = &self.parameters.clients;
        let Some(client) = clients.iter().find(|one| one.address == self.sender) else {
            return Err(Unauthorized::new(&self.sender, "a client").into());
        };
        let own = reference
            .strip_prefix(&client.name)
            .is_some_and(|rest| rest.starts_with('/'));
        if own {
            return Ok(client.name.clone());
        }
        Err(ContractError::Reference {
            why: "begins with another name than the client's",
            reference: reference.to_owned(),
        })
    }

    /// The sender is the authority, and all members decided with this class.
    ///
    /// # Errors
    /// [`ContractError::NotDecided`].
    pub fn decided(
        &self,
        electorate: &Electorate,
        class: Class,
        needs: Class,
    ) -> Result<(), ContractError> {
        Ok(roles::decided(
            &self.sender,
            &self.parameters.authority,
            electorate,
            class,
            &Needs::all(needs),
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
