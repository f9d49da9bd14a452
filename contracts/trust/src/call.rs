//! One message being executed: the world it sees and what it will say.

use cosmwasm_std::{Api, Binary, DepsMut, Env, Event, QuerierWrapper, Response, Storage};
use mycel_bindings::{MycelMsg, MycelQuery};
use mycel_kit::Key;
use mycel_kit::peers::members::{MembersQuery, Standing};
use mycel_kit::peers::pull;
use mycel_kit::roles::{self, Class, Electorate, Needs, Unauthorized};
use serde::{Serialize, de::DeserializeOwned};

use crate::element::Element;
use crate::error::ContractError;
use crate::parameters::Parameters;
use crate::proofs::{self, Circuit};
use crate::state::{self, Fixed};

/// Who may change a person's keys.
pub const KEEPER: &str = "a member, signing with a key that has the role recover";

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
    /// The parameters.
    pub parameters: Parameters,
    /// What is fixed: times, keys, the instance.
    pub fixed: Fixed,
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
            fixed: state::fixed().load(deps.storage)?,
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

    /// The next number of a sequence that begins with 1.
    ///
    /// # Errors
    /// Only for unreadable state.
    pub fn next_number(&mut self, key: &Key<u64>) -> Result<u64, ContractError> {
        let number = key.may_load(self.storage)?.unwrap_or(0).saturating_add(1);
        key.save(self.storage, &number);
        Ok(number)
    }

    /// Poseidon of each batch, asked in as few questions as may be.
    ///
    /// # Errors
    /// The chain does not answer.
    pub fn poseidon(&self, batches: &[Vec<Element>]) -> Result<Vec<Element>, ContractError> {
        proofs::poseidon(self.querier, batches)
    }

    /// Refuses a proof that does not hold for exactly these inputs, which the
    /// contract builds itself.
    ///
    /// # Errors
    /// The proof does not hold, or the chain does not answer.
    pub fn groth16(
        &self,
        circuit: Circuit,
        inputs: &[Element],
        proof: &Binary,
    ) -> Result<(), ContractError> {
        proofs::verify(self.querier, &self.fixed.keys, circuit, inputs, proof)
    }

    /// The slot now.
    #[must_use]
    pub fn slot(&self) -> u64 {
        self.fixed.clock.slot_of(self.now)
    }

    /// The period now.
    #[must_use]
    pub fn period(&self) -> u32 {
        self.fixed.clock.period_of(self.now)
    }

    /// The day now.
    #[must_use]
    pub fn day(&self) -> u32 {
        self.fixed.clock.day_of(self.now)
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

    /// The person that sends this, whatever its standing: what is its own stays its own.
    ///
    /// # Errors
    /// No members, or a stranger.
    pub fn person(&self) -> Result<u64, ContractError> {
        Ok(self.standing(&self.sender)?.person.0)
    }

    /// The person that sends this with a key that may change its keys, whatever
    /// its standing: a key of its own that only pays must not take its mailbox.
    ///
    /// # Errors
    /// No members, a stranger, or a key without the role recover.
    pub fn keeper(&self) -> Result<u64, ContractError> {
        Ok(keeps(&self.sender, &self.standing(&self.sender)?)?)
    }

    /// The person that sends this, takes part now and signs with a key that may
    /// change its keys: a deal binds its mailbox as a key does, since an entry
    /// under a K that it cannot make locks it.
    ///
    /// # Errors
    /// A stranger, one without standing, or a key without the role recover; no
    /// members.
    pub fn dealer(&self) -> Result<u64, ContractError> {
        let standing = self.standing(&self.sender);
        let standing = roles::member(&self.sender, &standing)?;
        Ok(keeps(&self.sender, standing)?)
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

fn keeps(sender: &str, standing: &Standing) -> Result<u64, Unauthorized> {
    if standing.roles.iter().any(|role| role == "recover") {
        return Ok(standing.person.0);
    }
    Err(Unauthorized::new(sender, KEEPER))
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
