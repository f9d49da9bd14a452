//! Parameters: one table gives names, defaults and the bounds that no
//! authority can leave. On a development network lengths and numbers of people
//! may be smaller; shares and caps may not.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_schema::cw_serde;
use cosmwasm_std::Storage;
use mycel_kit::roles::Class;
use mycel_kit::standard::Bound;

use crate::bounds;
use crate::call::Call;
use crate::count::shares::Completion;
use crate::error::ContractError;
use crate::msg::MAX_ITEMS;
use crate::state::{self, Terms};

const HOUR: u32 = 3_600;
const DAY: u32 = 86_400;
const YEAR: u32 = 365 * DAY;

/// The longest pause, in seconds.
pub const MAX_PAUSE: u32 = 7 * DAY;

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
    /// Seconds of membership that a voter needs; founders at genesis have them.
    residency_seconds = 60 * DAY, 60 * DAY, YEAR, 0;
    /// Seconds that a draft looks for supporters.
    draft_seconds = 30 * DAY, 7 * DAY, 90 * DAY, 1;
    /// Supporters that a draft needs, its proposer included …
    supporters = 5, 2, 1_000, 1;
    /// … and at least so many of the electorate, in 1/10,000.
    supporters_bps = 100, 0, 1_000, 0;
    /// Proposals of one person that are not counted yet, its draft among them.
    proposals_most = 3, 1, 20, 1;
    /// Seconds of deliberation.
    deliberation_seconds = 7 * DAY, 3 * DAY, 90 * DAY, 1;
    /// Seconds of deliberation with a panel; volunteers may come in the first half.
    panel_seconds = 42 * DAY, 21 * DAY, 180 * DAY, 1;
    /// How many must take part, in 1/10,000 of the electorate; 3,333 is exactly a third.
    ordinary_quorum_bps = 1_500, 1_500, 5_000, 1_500;
    /// How many of yes and no must be yes, in 1/10,000; always more than half; 6,667 is exactly two thirds.
    ordinary_majority_bps = 5_000, 5_000, 7_500, 5_000;
    /// Seconds of the vote.
    ordinary_vote_seconds = 7 * DAY, 3 * DAY, 60 * DAY, 1;
    /// Seconds between the result and execution.
    ordinary_timelock_seconds = 2 * DAY, DAY, 60 * DAY, 0;
    /// As for ordinary ones.
    spending_quorum_bps = 2_500, 2_500, 6_000, 2_500;
    /// As for ordinary ones.
    spending_majority_bps = 5_000, 5_000, 7_500, 5_000;
    /// As for ordinary ones.
    spending_vote_seconds = 7 * DAY, 3 * DAY, 60 * DAY, 1;
    /// As for ordinary ones.
    spending_timelock_seconds = 3 * DAY, 2 * DAY, 60 * DAY, 0;
    /// As for ordinary ones.
    constitutional_quorum_bps = 3_333, 3_333, 7_500, 3_333;
    /// As for ordinary ones.
    constitutional_majority_bps = 6_667, 6_667, 9_000, 6_667;
    /// As for ordinary ones.
    constitutional_vote_seconds = 14 * DAY, 14 * DAY, 90 * DAY, 1;
    /// As for ordinary ones.
    constitutional_timelock_seconds = 14 * DAY, 14 * DAY, 90 * DAY, 0;
    /// As for ordinary ones; there is neither deliberation nor timelock.
    urgent_quorum_bps = 1_000, 1_000, 5_000, 1_000;
    /// As for ordinary ones.
    urgent_majority_bps = 6_667, 5_000, 9_000, 5_000;
    /// As for ordinary ones.
    urgent_vote_seconds = DAY, 6 * HOUR, 3 * DAY, 1;
    /// Seconds in which an accepted proposal may be carried out and what failed be tried again.
    execution_seconds = 30 * DAY, 30 * DAY, 90 * DAY, 1;
    /// The same of one that pauses a contract, from the end of its timelock on; never more than the shortest of its pauses.
    urgent_execution_seconds = DAY, 6 * HOUR, MAX_PAUSE, 1;
    /// Seconds between the end of an urgent pause of seven days and the next of the same contract; after a shorter one in proportion.
    pause_rest_seconds = 30 * DAY, 14 * DAY, YEAR, 1;
    /// What one proposal may spend, in 1/10,000 of the commons.
    spend_bps = 1_000, 0, 1_000, 0;
    /// What all may spend in the window, in 1/10,000 of the commons.
    spend_window_bps = 2_500, 0, 2_500, 0;
    /// Seconds of that window.
    spend_window_seconds = 90 * DAY, 90 * DAY, 180 * DAY, 1;
    /// Completion of a budget makes of a voter's share at most so many times what it was; 1: there is none.
    completion_times = 3, 1, 10, 1;
    /// What only completion buys is wanted by so many of those who named projects or none, in 1/10,000; abstentions are not counted.
    completion_support_bps = 300, 100, 5_000, 100;
    /// Seconds that a delegation holds.
    delegation_seconds = YEAR, 30 * DAY, YEAR, 1;
}

/// Decided by the assembly itself.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Parameters {
    /// A development network, for good.
    pub development: bool,
    /// Areas that proposals and delegations may name, at most 50.
    pub areas: Vec<String>,
    /// Numbers.
    pub numbers: Numbers,
}

impl Parameters {
    /// What a decision of a class needs now.
    #[must_use]
    pub fn terms(&self, class: Class) -> Terms {
        let n = &self.numbers;
        let (quorum_bps, majority_bps, vote_seconds, timelock_seconds) = match class {
            Class::Urgent => (
                n.urgent_quorum_bps,
                n.urgent_majority_bps,
                n.urgent_vote_seconds,
                0,
            ),
            Class::Ordinary => (
                n.ordinary_quorum_bps,
                n.ordinary_majority_bps,
                n.ordinary_vote_seconds,
                n.ordinary_timelock_seconds,
            ),
            Class::Spending => (
                n.spending_quorum_bps,
                n.spending_majority_bps,
                n.spending_vote_seconds,
                n.spending_timelock_seconds,
            ),
            Class::Constitutional => (
                n.constitutional_quorum_bps,
                n.constitutional_majority_bps,
                n.constitutional_vote_seconds,
                n.constitutional_timelock_seconds,
            ),
        };
        Terms {
            quorum_bps,
            majority_bps,
            vote_seconds,
            timelock_seconds,
            completion: Completion {
                times: n.completion_times,
                support_bps: n.completion_support_bps,
            },
        }
    }
}

/// Parameters to change; what is absent stays.
#[cw_serde]
#[derive(Default)]
#[serde(deny_unknown_fields, default)]
#[schemaifier(mute_warnings)]
pub struct ParameterChanges {
    /// All areas: at most 50 names of at most 32 bytes.
    pub areas: Option<Vec<String>>,
    /// Numbers.
    pub numbers: NumberChanges,
}

/// Contracts that this one asks and tells; empty is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Peers {
    /// Who is a member.
    pub members: String,
    /// Keeps the commons fund.
    pub credit: String,
    /// Draws panels.
    pub sortition: String,
    /// Keeps commons and who has a say in them.
    pub commons: String,
}

/// Peers to set; absent stays, empty is none.
#[cw_serde]
#[derive(Default)]
#[serde(deny_unknown_fields, default)]
#[schemaifier(mute_warnings)]
pub struct PeerChanges {
    /// Who is a member; never empty, as nobody could vote it back.
    pub members: Option<String>,
    /// Keeps the commons fund.
    pub credit: Option<String>,
    /// Draws panels.
    pub sortition: Option<String>,
    /// Keeps commons.
    pub commons: Option<String>,
}

/// The peers as they are; empty is none.
#[cw_serde]
pub struct PeerValues {
    /// Who is a member.
    pub members: String,
    /// Keeps the commons fund.
    pub credit: String,
    /// Draws panels.
    pub sortition: String,
    /// Keeps commons.
    pub commons: String,
}

/// Answer to `parameters`.
#[cw_serde]
pub struct ParametersResponse {
    /// Who may change them: this contract, by a constitutional decision of all members.
    pub authority: String,
    /// A development network: lengths may be seconds.
    pub development: bool,
    /// Areas.
    pub areas: Vec<String>,
    /// Numbers.
    pub numbers: Numbers,
    /// Peers.
    pub peers: PeerValues,
    /// Bounds.
    pub bounds: Vec<Bound>,
}

/// The parameters to begin with.
///
/// # Errors
/// A value out of its bounds.
pub fn begin(development: bool, changes: &ParameterChanges) -> Result<Parameters, ContractError> {
    let mut parameters = Parameters {
        development,
        areas: vec![],
        numbers: Numbers::default(),
    };
    apply(&mut parameters, changes)?;
    Ok(parameters)
}

fn apply(parameters: &mut Parameters, changes: &ParameterChanges) -> Result<(), ContractError> {
    if let Some(areas) = &changes.areas {
        bounds::count("areas", areas.len(), MAX_ITEMS)?;
        for (place, area) in areas.iter().enumerate() {
            bounds::named("area", area, 32)?;
            if areas[..place].contains(area) {
                return Err(ContractError::Twice {
                    what: "area",
                    id: area.clone(),
                });
            }
        }
        parameters.areas.clone_from(areas);
    }
    parameters
        .numbers
        .change(&changes.numbers, parameters.development)
}

/// Changes what is given.
///
/// # Errors
/// A value out of its bounds.
pub fn change(call: &mut Call<'_>, changes: &ParameterChanges) -> Result<(), ContractError> {
    apply(&mut call.parameters, changes)?;
    state::parameters().save(call.storage, &call.parameters);
    call.event("set_parameters", &[]);
    Ok(())
}

/// Sets peers.
///
/// # Errors
/// An invalid address, or no members.
pub fn set_peers(call: &mut Call<'_>, changes: &PeerChanges) -> Result<(), ContractError> {
    call.peers = replaced(&call.peers, changes, |text| call.valid(text))?;
    state::peers().save(call.storage, &call.peers);
    let peers = call.peers.clone();
    call.event(
        "set_peers",
        &[
            ("members", &peers.members),
            ("credit", &peers.credit),
            ("sortition", &peers.sortition),
            ("commons", &peers.commons),
        ],
    );
    Ok(())
}

/// The peers after a change.
///
/// # Errors
/// An invalid address, or no members.
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
        members: address(&changes.members, &peers.members)?,
        credit: address(&changes.credit, &peers.credit)?,
        sortition: address(&changes.sortition, &peers.sortition)?,
        commons: address(&changes.commons, &peers.commons)?,
    };
    if next.members.is_empty() {
        return Err(ContractError::MembersMissing);
    }
    Ok(next)
}

/// Answer to `parameters`.
///
/// # Errors
/// Only for unreadable state.
pub fn show(storage: &dyn Storage, own: &str) -> Result<ParametersResponse, ContractError> {
    let parameters = state::parameters().load(storage)?;
    let peers = state::peers().load(storage)?;
    Ok(ParametersResponse {
        authority: own.to_owned(),
        development: parameters.development,
        areas: parameters.areas,
        numbers: parameters.numbers,
        peers: PeerValues {
            members: peers.members,
            credit: peers.credit,
            sortition: peers.sortition,
            commons: peers.commons,
        },
        bounds: Numbers::bounds(parameters.development),
    })
}
