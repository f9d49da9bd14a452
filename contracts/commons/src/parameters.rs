//! Parameters of the whole contract: one table gives names, defaults and the
//! bounds that no authority can leave. Each commons has rules of its own
//! ([`crate::registry::rules`]). A development network may have shorter times.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_schema::cw_serde;
use cosmwasm_std::Storage;
use mycel_kit::standard::Bound;

use crate::bounds;
use crate::call::Call;
use crate::error::ContractError;
use crate::msg::ParametersResponse;
use crate::state;

const DAY: u32 = 86_400;
const YEAR: u32 = 365 * DAY;

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident = $default:expr, $least:expr, $most:expr, $development:expr;)*) => {
        /// Numbers that a decision may change within their bounds.
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
                    bounds::within(stringify!($name), value, least, most)?;
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
    /// Seconds that a jury has.
    case_seconds = 30 * DAY, 14 * DAY, 90 * DAY, 60;
    /// The shortest epoch of a commons.
    epoch_seconds_least = 7 * DAY, DAY, YEAR, 10;
}

/// Decided by the authority.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Parameters {
    /// A development network, for good.
    pub development: bool,
    /// Numbers.
    pub numbers: Numbers,
}

/// Parameters to change; what is absent stays.
#[cw_serde]
#[derive(Default)]
#[serde(deny_unknown_fields, default)]
#[schemaifier(mute_warnings)]
pub struct ParameterChanges {
    /// Numbers.
    pub numbers: NumberChanges,
}

/// Contracts that this one asks and tells; empty is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Peers {
    /// Who decides.
    pub assembly: String,
    /// Who is a member.
    pub members: String,
    /// Keeps money.
    pub credit: String,
    /// Draws juries.
    pub sortition: String,
}

/// Peers to set; absent stays, empty is none.
#[cw_serde]
#[derive(Default)]
#[serde(deny_unknown_fields, default)]
#[schemaifier(mute_warnings)]
pub struct PeerChanges {
    /// Who decides; never empty, as nobody could set it back.
    pub assembly: Option<String>,
    /// Who is a member; never empty.
    pub members: Option<String>,
    /// Keeps money.
    pub credit: Option<String>,
    /// Draws juries.
    pub sortition: Option<String>,
}

/// The peers as they are; empty is none.
#[cw_serde]
pub struct PeerValues {
    /// Who decides.
    pub assembly: String,
    /// Who is a member.
    pub members: String,
    /// Keeps money.
    pub credit: String,
    /// Draws juries.
    pub sortition: String,
}

/// The parameters to begin with.
///
/// # Errors
/// A value out of its bounds.
pub fn begin(development: bool, changes: &ParameterChanges) -> Result<Parameters, ContractError> {
    let mut numbers = Numbers::default();
    numbers.change(&changes.numbers, development)?;
    Ok(Parameters {
        development,
        numbers,
    })
}

/// Changes what is given.
///
/// # Errors
/// A value out of its bounds.
pub fn change(call: &mut Call<'_>, changes: &ParameterChanges) -> Result<(), ContractError> {
    let development = call.parameters.development;
    call.parameters
        .numbers
        .change(&changes.numbers, development)?;
    state::parameters().save(call.storage, &call.parameters);
    call.event("set_parameters", &[]);
    Ok(())
}

/// Changes peers.
///
/// # Errors
/// An invalid address; no assembly or no members.
pub fn set_peers(call: &mut Call<'_>, changes: &PeerChanges) -> Result<(), ContractError> {
    let next = replaced(&call.peers, changes, |text| call.valid(text))?;
    state::peers().save(call.storage, &next);
    call.peers = next;
    call.event("set_peers", &[]);
    Ok(())
}

/// The peers after a change.
///
/// # Errors
/// An invalid address; no assembly or no members.
pub fn replaced(
    peers: &Peers,
    changes: &PeerChanges,
    valid: impl Fn(&str) -> Result<String, ContractError>,
) -> Result<Peers, ContractError> {
    let address = |given: &Option<String>, current: &str| match given.as_deref() {
        None => Ok(current.to_owned()),
        Some("") => Ok(String::new()),
        Some(text) => valid(text),
    };
    let next = Peers {
        assembly: address(&changes.assembly, &peers.assembly)?,
        members: address(&changes.members, &peers.members)?,
        credit: address(&changes.credit, &peers.credit)?,
        sortition: address(&changes.sortition, &peers.sortition)?,
    };
    if next.members.is_empty() || next.assembly.is_empty() {
        return Err(ContractError::MembersMissing);
    }
    Ok(next)
}

/// Answer to `parameters`.
///
/// # Errors
/// Only for unreadable state.
pub fn show(storage: &dyn Storage) -> Result<ParametersResponse, ContractError> {
    let parameters = state::parameters().load(storage)?;
    let peers = state::peers().load(storage)?;
    Ok(ParametersResponse {
        development: parameters.development,
        numbers: parameters.numbers,
        peers: PeerValues {
            assembly: peers.assembly,
            members: peers.members,
            credit: peers.credit,
            sortition: peers.sortition,
        },
        bounds: Numbers::bounds(parameters.development),
    })
}
