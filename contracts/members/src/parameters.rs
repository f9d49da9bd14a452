//! Parameters: one table gives names, defaults and the bounds that no
//! authority can leave.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_schema::cw_serde;
use cosmwasm_std::Storage;
use mycel_kit::clock::Epochs;
use mycel_kit::ladder::Terms;
use mycel_kit::standard::Bound;

use crate::call::Call;
use crate::error::ContractError;
use crate::msg::{ParametersResponse, PeerChanges, PeerValues};
use crate::state::{self, Peers, Scan};

const DAY: u32 = 86_400;
const YEAR: u32 = 365 * DAY;

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident = $default:expr, $least:expr, $most:expr;)*) => {
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
            fn change(&mut self, changes: &NumberChanges) -> Result<(), ContractError> {
                $(if let Some(value) = changes.$name {
                    within(stringify!($name), value, $least, $most)?;
                    self.$name = value;
                })*
                Ok(())
            }

            /// Every bound.
            #[must_use]
            pub fn bounds() -> Vec<Bound> {
                const TABLE: &[(&str, u32, u32)] =
                    &[$((stringify!($name), $least, $most),)*];
                TABLE
                    .iter()
                    .map(|(name, least, most)| Bound {
                        name: (*name).to_owned(),
                        least: least.to_string(),
                        most: most.to_string(),
                    })
                    .collect()
            }
        }
    };
}

numbers! {
    /// Seconds of an epoch of growth.
    epoch_seconds = 30 * DAY, 3_600, YEAR;
    /// Places of an epoch in 1/10,000 of the active persons when it begins …
    growth_bps = 1_000, 0, 5_000;
    /// … but at least so many.
    growth_least = 3, 3, 1_000;
    /// Places of an epoch that ecology and services allow; the smaller number counts.
    allowed_places = 1_000_000, 0, 1_000_000;
    /// Invitations of a sponsor in an epoch.
    invites_per_epoch = 3, 1, 50;
    /// Seconds that an invitation holds.
    invite_seconds = 30 * DAY, DAY, 90 * DAY;
    /// Seconds of membership before one may sponsor; founders may at once.
    sponsor_residency = 30 * DAY, 0, YEAR;
    /// Entrants that are re-checked, in 1/10,000.
    recheck_bps = 500, 100, 10_000;
    /// Independent flags that bring a notice.
    flags_for_notice = 5, 3, 20;
    /// Seconds that a flag counts.
    flag_seconds = 90 * DAY, 7 * DAY, YEAR;
    /// Flags that a person may have out at a time.
    flags_open = 3, 1, 10;
    /// Seconds without flags, accusations and invitations after a malicious one.
    penalty_seconds = 180 * DAY, 30 * DAY, 2 * YEAR;
    /// Seconds of a notice.
    notice_seconds = 90 * DAY, DAY, YEAR;
    /// Seconds of reduced credit.
    reduced_seconds = 90 * DAY, DAY, YEAR;
    /// Seconds of a suspension.
    suspended_seconds = 180 * DAY, DAY, YEAR;
    /// Seconds of an expulsion.
    expelled_seconds = 2 * YEAR, 30 * DAY, 3 * YEAR;
    /// What a reduction leaves of the limit, in 1/10,000.
    reduced_bps = 5_000, 1_000, 9_000;
    /// Seconds that a jury has.
    case_seconds = 14 * DAY, DAY, 60 * DAY;
    /// Seconds before anybody else may close an expelled person's account.
    appeal_seconds = 30 * DAY, 7 * DAY, YEAR;
    /// Persons that one may vouch for.
    vouches_most = 5, 1, 20;
    /// Σ of the weights that one may give.
    vouch_budget = 10, 1, 64;
    /// The longest that a vouch holds, in seconds.
    vouch_seconds = YEAR, 30 * DAY, 2 * YEAR;
    /// Seconds between the guardians' word and a recovery.
    recovery_seconds = 7 * DAY, 2 * DAY, 30 * DAY;
    /// Organisations that one person may control.
    orgs_per_person = 5, 1, 20;
    /// Seconds that a handle rests when it is given up.
    handle_rest_seconds = YEAR, 30 * DAY, 3 * YEAR;
    /// Seconds between two changes of a person's handle.
    handle_change_seconds = 90 * DAY, DAY, YEAR;
}

/// Decided by the authority.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Parameters {
    /// Who decides while there is no assembly.
    pub authority: String,
    /// The community's name: what stands after the @ of its handles.
    pub community: String,
    /// A development network, for good.
    pub development: bool,
    /// Epochs of growth since the last change of their length.
    pub epochs: Epochs,
    /// The number of the first of them.
    pub first_epoch: u64,
    /// Class of persons on chain; empty where the network's default class serves all.
    pub class_person: String,
    /// Class of organisations.
    pub class_org: String,
    /// Numbers.
    pub numbers: Numbers,
}

impl Parameters {
    /// The epoch of a time.
    #[must_use]
    pub fn epoch(&self, now: u64) -> u64 {
        self.first_epoch
            .saturating_add(self.epochs.number(now).unwrap_or(0))
    }

    /// The ladder's terms.
    #[must_use]
    pub fn terms(&self) -> Terms {
        let numbers = &self.numbers;
        Terms {
            notice: numbers.notice_seconds.into(),
            reduced: numbers.reduced_seconds.into(),
            suspended: numbers.suspended_seconds.into(),
            expelled: numbers.expelled_seconds.into(),
            reduced_bps: u16::try_from(numbers.reduced_bps).unwrap_or(10_000),
        }
    }
}

/// Parameters to change; what is absent stays.
#[cw_serde]
#[derive(Default)]
#[serde(deny_unknown_fields, default)]
#[schemaifier(mute_warnings)]
pub struct ParameterChanges {
    /// Who decides while there is no assembly.
    pub authority: Option<String>,
    /// Class of persons on chain; empty: the chain is told nothing.
    pub class_person: Option<String>,
    /// Class of organisations on chain.
    pub class_org: Option<String>,
    /// Numbers.
    pub numbers: NumberChanges,
}

/// The parameters to begin with.
///
/// # Errors
/// A value out of its bounds.
pub fn begin(
    authority: String,
    community: String,
    development: bool,
    now: u64,
    changes: &ParameterChanges,
) -> Result<Parameters, ContractError> {
    let length = u32_of(
        &changes.numbers.epoch_seconds,
        Numbers::default().epoch_seconds,
    );
    let mut parameters = Parameters {
        authority,
        community,
        development,
        epochs: epochs(now, length)?,
        first_epoch: 1,
        class_person: "member".to_owned(),
        class_org: "organisation".to_owned(),
        numbers: Numbers::default(),
    };
    crate::handles::label("community", &parameters.community, 2, 32)?;
    apply(&mut parameters, changes)?;
    Ok(parameters)
}

fn u32_of(given: &Option<u32>, default: u32) -> u32 {
    given.unwrap_or(default)
}

fn epochs(origin: u64, length: u32) -> Result<Epochs, ContractError> {
    Epochs::new(origin, u64::from(length)).ok_or(ContractError::OutOfBounds {
        what: "epoch_seconds",
        value: length.to_string(),
        least: "1".to_owned(),
        most: YEAR.to_string(),
    })
}

fn apply(parameters: &mut Parameters, changes: &ParameterChanges) -> Result<(), ContractError> {
    for (slot, given) in [
        (&mut parameters.class_person, &changes.class_person),
        (&mut parameters.class_org, &changes.class_org),
    ] {
        if let Some(class) = given {
            crate::bounds::text("class", class, 64)?;
            slot.clone_from(class);
        }
    }
    parameters.numbers.change(&changes.numbers)
}

/// Changes what is given. A new length of epochs begins a new epoch.
///
/// # Errors
/// A value out of its bounds.
pub fn change(call: &mut Call<'_>, changes: &ParameterChanges) -> Result<(), ContractError> {
    if let Some(authority) = &changes.authority {
        call.parameters.authority = call.valid(authority)?;
    }
    let before = call.parameters.numbers.epoch_seconds;
    let current = call.parameters.epoch(call.now);
    apply(&mut call.parameters, changes)?;
    let after = call.parameters.numbers.epoch_seconds;
    if before != after {
        call.parameters.epochs = epochs(call.now, after)?;
        call.parameters.first_epoch = current.saturating_add(1);
    }
    state::parameters().save(call.storage, &call.parameters);
    // What was passed over may have a place now.
    state::scan().save(call.storage, &Scan::default());
    call.event(
        "set_parameters",
        &[("authority", &call.parameters.authority.clone())],
    );
    Ok(())
}

/// Sets peers; a new contract in a peer's place is told everything anew, by `backfill`.
///
/// # Errors
/// An invalid address, or more than 8 further peers.
pub fn set_peers(call: &mut Call<'_>, changes: &PeerChanges) -> Result<(), ContractError> {
    let peers = replaced(&call.peers, changes, |text| call.valid(text))?;
    call.peers = peers;
    state::peers().save(call.storage, &call.peers);
    call.event(
        "set_peers",
        &[
            ("credit", &call.peers.credit.clone()),
            ("trust", &call.peers.trust.clone()),
            ("sortition", &call.peers.sortition.clone()),
            ("assembly", &call.peers.assembly.clone()),
        ],
    );
    Ok(())
}

/// The peers after a change.
///
/// # Errors
/// An invalid address, or more than 8 further peers.
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
    let mut next = Peers {
        credit: address(&changes.credit, &peers.credit)?,
        trust: address(&changes.trust, &peers.trust)?,
        sortition: address(&changes.sortition, &peers.sortition)?,
        assembly: address(&changes.assembly, &peers.assembly)?,
        ..peers.clone()
    };
    if next.credit != peers.credit && !next.credit.is_empty() {
        next.credit_generation = peers.credit_generation.saturating_add(1);
    }
    if next.trust != peers.trust && !next.trust.is_empty() {
        next.trust_generation = peers.trust_generation.saturating_add(1);
    }
    if let Some(items) = &changes.items {
        crate::bounds::count("item peers", items.len(), 8)?;
        next.items = items
            .iter()
            .map(|text| valid(text))
            .collect::<Result<_, _>>()?;
    }
    Ok(next)
}

/// A number within its bounds.
///
/// # Errors
/// [`ContractError::OutOfBounds`].
pub fn within(what: &'static str, value: u32, least: u32, most: u32) -> Result<(), ContractError> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(ContractError::OutOfBounds {
        what,
        value: value.to_string(),
        least: least.to_string(),
        most: most.to_string(),
    })
}

/// Answer to `parameters`.
///
/// # Errors
/// Only for unreadable state.
pub fn show(storage: &dyn Storage, now: u64) -> Result<ParametersResponse, ContractError> {
    let parameters = state::parameters().load(storage)?;
    let peers = state::peers().load(storage)?;
    Ok(ParametersResponse {
        epoch: mycel_kit::Id(parameters.epoch(now)),
        authority: parameters.authority,
        community: parameters.community,
        development: parameters.development,
        class_person: parameters.class_person,
        class_org: parameters.class_org,
        numbers: parameters.numbers,
        peers: PeerValues {
            credit: peers.credit,
            trust: peers.trust,
            sortition: peers.sortition,
            assembly: peers.assembly,
            items: peers.items,
        },
        bounds: Numbers::bounds(),
    })
}
