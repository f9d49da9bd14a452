//! Parameters: one table gives names, defaults and the bounds that no
//! authority can leave. A development network may have shorter times.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Api, Storage};
use mycel_kit::standard::Bound;

use crate::beacon::{self, Source};
use crate::bounds;
use crate::call::{Call, valid};
use crate::error::ContractError;
use crate::msg::ParametersResponse;
use crate::state;

const HOUR: u32 = 3_600;
const DAY: u32 = 24 * HOUR;
const YEAR: u32 = 365 * DAY;

/// Most clients.
pub const MAX_CLIENTS: usize = 16;

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident = $default:expr, $least:expr, $most:expr, $development:expr;)*) => {
        /// Numbers that the authority may change within their bounds.
        #[cw_serde]
        #[derive(Copy, Eq, BorshSerialize, BorshDeserialize)]
        #[schemaifier(mute_warnings)]
        pub struct Numbers {
            $($(#[$doc])* pub $name: u32,)*
        }

        impl Default for Numbers {
            fn default() -> Self {
                Numbers { $($name: $default,)* }
            }
        }

        /// Numbers to change; what is absent stays.
        #[cw_serde]
        #[derive(Default)]
        #[serde(deny_unknown_fields, default)]
        #[schemaifier(mute_warnings)]
        pub struct NumberChanges {
            $($(#[$doc])* pub $name: Option<u32>,)*
        }

        impl Numbers {
            fn change(&mut self, changes: &NumberChanges, development: bool) -> Result<(), ContractError> {
                $(if let Some(value) = changes.$name {
                    let (least, most): (u32, u32) =
                        (if development { $development } else { $least }, $most);
                    bounds::within(stringify!($name), value.into(), least.into(), most.into())?;
                    self.$name = value;
                })*
                Ok(())
            }

            /// Every bound.
            #[must_use]
            pub fn bounds(development: bool) -> Vec<Bound> {
                const TABLE: &[(&str, u32, u32, u32)] =
                    &[$((stringify!($name), $least, $most, $development),)*];
                TABLE
                    .iter()
                    .map(|(name, least, most, small)| Bound {
                        name: (*name).to_owned(),
                        least: if development { small } else { least }.to_string(),
                        most: most.to_string(),
                    })
                    .collect()
            }
        }
    };
}

// name = default, least, most, least on a development network
numbers! {
    /// The longest that volunteers may come, in seconds.
    pool_seconds = 90 * DAY, DAY, YEAR, 60;
    /// Seconds in which solvers commit, from the freeze on.
    commit_seconds = DAY, HOUR, 30 * DAY, 1;
    /// Seconds in which they post, after that.
    post_seconds = DAY, HOUR, 30 * DAY, 1;
    /// Seconds after the end of registration when a draw lapses whose quotas
    /// still lack volunteers.
    give_up_seconds = 90 * DAY, 7 * DAY, YEAR, 10;
    /// Seconds after the time of its round when a draw lapses if nobody has
    /// brought that round.
    beacon_seconds = 7 * DAY, DAY, 90 * DAY, 1;
    /// Seconds in which who was drawn may decline.
    decline_seconds = 2 * DAY, HOUR, 30 * DAY, 1;
    /// How often a person may sit running, without a rest.
    in_a_row = 1, 1, 10, 1;
    /// Seconds of a rest: who has sat so long ago begins anew.
    rest_seconds = 180 * DAY, 30 * DAY, 2 * YEAR, 1;
    /// Seconds in which a party may appeal a verdict.
    appeal_seconds = 7 * DAY, DAY, 30 * DAY, 0;
    /// Juries on which a person may hold a place at a time; twice as many
    /// where too few can be called otherwise.
    juries_per_person = 3, 1, 20, 1;
    /// Open cases that a client may have with the same party.
    cases_per_party = 16, 8, 1_000, 1;
    /// The largest jury: lower than the greatest only on a development network, so that a small town has juries.
    jury_cap = 101, 101, 101, 1;
}

/// A contract that may open cases and draws.
#[cw_serde]
#[derive(Eq, BorshSerialize, BorshDeserialize)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Client {
    /// What its references begin with: `assembly` for `assembly/12`.
    pub name: String,
    /// Its address.
    pub address: String,
}

/// Decided by the authority.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Parameters {
    /// Who decides: the assembly.
    pub authority: String,
    /// Who knows members.
    pub members: String,
    /// Who shows proofs of trust; empty while there is none.
    pub trust: String,
    /// Who may open cases and draws.
    pub clients: Vec<Client>,
    /// A development network, for good.
    pub development: bool,
    /// Where randomness comes from.
    pub beacon: Source,
    /// The highest that `in_a_row` ever was.
    pub most_in_a_row: u32,
    /// Numbers.
    pub numbers: Numbers,
}

/// Parameters to change; what is absent stays.
#[cw_serde]
#[derive(Default)]
#[serde(deny_unknown_fields, default)]
#[schemaifier(mute_warnings)]
pub struct ParameterChanges {
    /// Who decides.
    pub authority: Option<String>,
    /// Who knows members.
    pub members: Option<String>,
    /// Who shows proofs of trust.
    pub trust: Option<String>,
    /// All clients from now on, at most 16.
    pub clients: Option<Vec<Client>>,
    /// Where randomness comes from. What is already fixed stays with its source.
    pub beacon: Option<Source>,
    /// Numbers.
    pub numbers: NumberChanges,
}

/// The parameters to begin with.
///
/// # Errors
/// A value out of its bounds.
pub fn begin(
    api: &dyn Api,
    authority: &str,
    development: bool,
    changes: &ParameterChanges,
) -> Result<Parameters, ContractError> {
    let mut parameters = Parameters {
        authority: valid(api, authority)?,
        members: String::new(),
        trust: String::new(),
        clients: Vec::new(),
        development,
        beacon: Source::default(),
        most_in_a_row: 0,
        numbers: Numbers::default(),
    };
    apply(api, &mut parameters, changes)?;
    Ok(parameters)
}

fn apply(
    api: &dyn Api,
    parameters: &mut Parameters,
    changes: &ParameterChanges,
) -> Result<(), ContractError> {
    if let Some(authority) = &changes.authority {
        parameters.authority = valid(api, authority)?;
    }
    for (given, place) in [
        (&changes.members, &mut parameters.members),
        (&changes.trust, &mut parameters.trust),
    ] {
        match given.as_deref() {
            Some("") => place.clear(),
            Some(address) => *place = valid(api, address)?,
            None => {}
        }
    }
    if let Some(clients) = &changes.clients {
        bounds::count("clients", clients.len(), MAX_CLIENTS)?;
        parameters.clients.clear();
        for client in clients {
            bounds::text("client", &client.name, 32)?;
            let same = |one: &Client| one.name == client.name || one.address == client.address;
            if client.name.contains('/') || parameters.clients.iter().any(same) {
                return Err(ContractError::Client {
                    name: client.name.clone(),
                });
            }
            parameters.clients.push(Client {
                name: client.name.clone(),
                address: valid(api, &client.address)?,
            });
        }
    }
    if let Some(source) = &changes.beacon {
        beacon::check(api, source, parameters.development)?;
        parameters.beacon = source.clone();
    }
    parameters
        .numbers
        .change(&changes.numbers, parameters.development)?;
    parameters.most_in_a_row = parameters.most_in_a_row.max(parameters.numbers.in_a_row);
    Ok(())
}

/// Changes what is given.
///
/// # Errors
/// A value out of its bounds.
pub fn change(call: &mut Call<'_>, changes: &ParameterChanges) -> Result<(), ContractError> {
    apply(call.api, &mut call.parameters, changes)?;
    state::parameters().save(call.storage, &call.parameters);
    call.event(
        "set_parameters",
        &[("authority", &call.parameters.authority.clone())],
    );
    Ok(())
}

/// Answer to `parameters`.
///
/// # Errors
/// Only for unreadable state.
pub fn show(storage: &dyn Storage) -> Result<ParametersResponse, ContractError> {
    let parameters = state::parameters().load(storage)?;
    Ok(ParametersResponse {
        authority: parameters.authority,
        members: parameters.members,
        trust: parameters.trust,
        clients: parameters.clients,
        development: parameters.development,
        warning: beacon::warning(&parameters.beacon),
        beacon: parameters.beacon,
        numbers: parameters.numbers,
        bounds: Numbers::bounds(parameters.development),
    })
}
