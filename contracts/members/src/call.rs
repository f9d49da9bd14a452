//! One message being executed: the world it sees, the sums it changes, what it
//! will say to peers and to watchers.

use cosmwasm_std::{
    Api, CosmosMsg, Deps, DepsMut, Env, Event, QuerierWrapper, Response, Storage, SubMsg,
};
use mycel_bindings::{MycelMsg, MycelQuery};
use mycel_kit::peers::credit::Kind;
use mycel_kit::peers::members::Status;
use mycel_kit::roles::{self, Class, Electorate, Needs};

use crate::error::ContractError;
use crate::snapshot;
use crate::standing;
use crate::state::{self, Moment, Parameters, Peers, Person, Totals};

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

/// A sender that is known.
#[derive(Clone, Debug)]
pub struct Acting {
    /// The number.
    pub number: u64,
    /// The record.
    pub person: Person,
}

impl<'a> Call<'a> {
    /// Loads what every rule needs, and marks the block's time if it is due.
    ///
    /// # Errors
    /// Only for unreadable state.
    pub fn begin(
        deps: DepsMut<'a, MycelQuery>,
        env: Env,
        sender: &str,
    ) -> Result<Call<'a>, ContractError> {
        let now = env.block.time.seconds();
        let mut totals = state::totals().load(deps.storage)?;
        snapshot::mark(deps.storage, &mut totals, env.block.height, now);
        Ok(Call {
            now,
            sender: sender.to_owned(),
            parameters: state::parameters().load(deps.storage)?,
            peers: state::peers().load(deps.storage)?,
            totals,
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

    /// This epoch.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.parameters.epoch(self.now)
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

    /// A message to the chain that must succeed.
    pub fn chain(&mut self, message: MycelMsg) {
        self.response
            .messages
            .push(SubMsg::new(CosmosMsg::Custom(message)));
    }

    /// An address in its normal form.
    ///
    /// # Errors
    /// [`ContractError::InvalidAddress`].
    pub fn valid(&self, address: &str) -> Result<String, ContractError> {
        valid(self.api, address)
    }

    /// Whether an address can sign a transaction: it has 20 bytes. A contract's
    /// has 32, and the chain gives it no allowance class.
    #[must_use]
    pub fn signs(&self, address: &str) -> bool {
        self.api
            .addr_canonicalize(address)
            .is_ok_and(|raw| raw.len() == 20)
    }

    /// Refuses the address of a contract where a person is to answer to it.
    ///
    /// # Errors
    /// [`ContractError::ContractAddress`].
    pub fn can_sign(&self, address: &str) -> Result<(), ContractError> {
        if self.signs(address) {
            return Ok(());
        }
        Err(ContractError::ContractAddress {
            address: address.to_owned(),
        })
    }

    /// The sender, whoever it is here, if it has not left and has the role.
    ///
    /// # Errors
    /// Unknown, gone, or without the role.
    pub fn acting(&self, role: u8) -> Result<Acting, ContractError> {
        let acting = self.owner(role)?;
        if acting.person.status == Status::Left {
            return Err(refused(acting.number, &acting.person));
        }
        Ok(acting)
    }

    /// The sender, whoever it is or was here, if it has the role: keys, and the
    /// right to appeal, stay a person's after leaving, for the way back.
    ///
    /// # Errors
    /// Unknown, or without the role.
    pub fn owner(&self, role: u8) -> Result<Acting, ContractError> {
        let number = standing::number_of(self.storage, &self.sender)?;
        let held = state::held(&self.sender).load(self.storage)?;
        if held.roles & role == 0 {
            return Err(ContractError::RoleMissing {
                needs: role_name(role),
            });
        }
        let person = standing::person(self.storage, number)?;
        Ok(Acting { number, person })
    }

    /// The sender as a person or organisation that takes part: active, not suspended.
    ///
    /// # Errors
    /// As [`Call::acting`], or without standing.
    pub fn taking_part(&self, role: u8) -> Result<Acting, ContractError> {
        let acting = self.acting(role)?;
        if standing::takes_part(&acting.person) {
            Ok(acting)
        } else {
            Err(refused(acting.number, &acting.person))
        }
    }

    /// The sender as a person that takes part.
    ///
    /// # Errors
    /// As [`Call::taking_part`], or an organisation.
    pub fn member(&self, role: u8) -> Result<Acting, ContractError> {
        let acting = self.taking_part(role)?;
        if acting.person.kind == Kind::Person {
            Ok(acting)
        } else {
            Err(ContractError::WrongKind { needs: "person" })
        }
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
            self.authority(),
            electorate,
            class,
            &Needs::all(needs),
        )?)
    }

    /// Who decides: the assembly, or the key that the parameters name until there is one.
    #[must_use]
    pub fn authority(&self) -> &str {
        if self.peers.assembly.is_empty() {
            &self.parameters.authority
        } else {
            &self.peers.assembly
        }
    }
}

/// Why a person may not.
#[must_use]
pub fn refused(number: u64, person: &Person) -> ContractError {
    ContractError::NotInStanding {
        person: number,
        status: standing::status_name(person.status),
        step: person.step.name(),
    }
}

/// The name of a role's bit.
#[must_use]
pub fn role_name(role: u8) -> &'static str {
    match role {
        state::PAY => "pay",
        state::VOTE => "vote",
        state::RECOVER => "recover",
        _ => "any",
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

/// A query's world.
pub type Ask<'a> = Deps<'a, MycelQuery>;
