//! Bodies and answers of factors, limits, starter and the controller.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::Uint128;
use mycel_kit::{Amount, Id, Seconds};

/// Most partners named in one claim of a starter.
pub const MAX_PARTNERS: usize = 50;
/// Most units of work in one `advance`.
pub const MAX_ADVANCE: u32 = 4_000;

/// Body of `set_factors`, in 1/10,000: 2,500 to 20,000 in the standard.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct SetFactors {
    /// Whom the sender was drawn to assess.
    pub member: String,
    /// What the member can do.
    pub skills: u16,
    /// The time there is for it.
    pub time: u16,
    /// Tools at hand.
    pub tools: u16,
    /// Land, material, stock.
    pub resources: u16,
}

/// Nothing at all.
#[cw_serde]
pub struct Nothing {}

/// Body of `shown`, trust's alone.
pub type Shown = mycel_kit::peers::trust::Shown<ShownAction>;

/// What a proof of trust is shown for.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum ShownAction {
    /// Raises the line of the member whose proof it is, for as long as the gate
    /// says.
    RaiseLine {
        /// The member's address.
        member: String,
    },
}

/// A line of the limit that a proof of trust raised.
#[cw_serde]
pub struct RaiseView {
    /// By how much, before cap and scale.
    pub amount: Amount,
    /// From when on it no longer counts.
    pub until: Seconds,
}

macro_rules! economy {
    ($($(#[$doc:meta])* $name:ident: $kind:ty,)*) => {
        /// Changes of the economy's parameters; what is absent stays. Each
        /// stays within the bounds that `parameters` shows.
        #[cw_serde]
        #[derive(Copy, Default)]
        #[serde(deny_unknown_fields, default)]
        #[schemaifier(mute_warnings)]
        pub struct EconomyChanges {
            $($(#[$doc])* pub $name: Option<$kind>,)*
        }

        /// The economy's parameters.
        #[cw_serde]
        #[schemaifier(mute_warnings)]
        pub struct EconomyValues {
            $($(#[$doc])* pub $name: $kind,)*
        }
    };
}

economy! {
    /// k: months of trade that should be held as money, in 1/10,000.
    need_per_volume_bps: u32,
    /// What each person should hold at least.
    need_per_member: Amount,
    /// kp of the controller, a whole number.
    gain: u8,
    /// ki of the controller, in 10^-6.
    integral_ppm: u32,
    /// The slowest decay, in 10^-9 a day.
    least_rate: u32,
    /// The fastest decay.
    most_rate: u32,
    /// Days before the controller begins to move the rate.
    controller_after_days: u16,
    /// What a limit rises a month at most, in 1/10,000 …
    limit_rise_bps: u16,
    /// … or this, if that is more.
    limit_rise_least: Amount,
    /// Up to this a limit needs no earnings.
    limit_unearned: Amount,
    /// Above it, so many average months of earnings.
    limit_earned_months: u8,
    /// Over so many months earnings are averaged.
    limit_average_months: u8,
    /// A month's earnings from fewer partners, of 10 credits at least, count
    /// for nothing.
    limit_partners: u16,
    /// What of a starter grant is released at enrolment.
    starter_opening: Amount,
    /// What is released for each such amount earned.
    starter_step: Amount,
    /// From at least so many persons outside the sponsor tree, 10 credits each.
    starter_partners: u16,
    /// Days after which what is unreleased returns.
    starter_days: u16,
    /// By how much a sponsor's limit is lower for each person brought in.
    sponsor_per_invitee: Amount,
    /// What a sponsor bears first of a write-off.
    sponsor_bears: Amount,
    /// Days for which a sponsor answers.
    sponsor_days: u16,
    /// Generations that make a sponsor tree.
    sponsor_generations: u8,
    /// Assessors drawn for one assessment.
    assessors: u16,
    /// Days that they have.
    assessment_days: u16,
    /// Days for which their factors hold.
    assessment_valid_days: u16,
    /// Days between two assessments of one member.
    assessment_again_days: u16,
    /// What assessors bear of a later loss together, in 1/10,000.
    assessors_bear_bps: u16,
    /// B0: what a person holds up to this does not decay.
    exempt: Amount,
    /// The gate of trust whose proofs raise a member's line; 0: none.
    raise_gate: Id,
    /// By how much they raise it.
    raise_amount: Amount,
}

/// Answer to `controller`.
#[cw_serde]
pub struct ControllerResponse {
    /// The rate in force, in 10^-9 a day.
    pub rate_ppb_per_day: u32,
    /// The integral part, a rate in 10^-9 a day.
    pub base_ppb_per_day: u32,
    /// The smoothed M / need in 10^-6; 0 before the first tick.
    pub signal_ppm: u32,
    /// The Unix day of the last tick.
    pub day: u32,
    /// The Unix day from which it moves the rate.
    pub starts: u32,
    /// M now: positive positions and members' holds.
    pub money: Uint128,
    /// max(k · volume, members · least of each).
    pub need: Uint128,
    /// The 30 days counted last, as a number since 1970; 0 before the first.
    pub period: u16,
    /// Their volume: Σ min(spent, 2 · median).
    pub volume: Uint128,
    /// The median of what payers spent in them.
    pub median: Amount,
    /// How many spent.
    pub payers: u32,
    /// How many persons there were.
    pub persons: u32,
    /// Whether the period before this one is counted wholly.
    pub counted: bool,
}

/// Answer to `capacity`.
#[cw_serde]
pub struct CapacityResponse {
    /// The limit in force.
    pub limit: Amount,
    /// The own limit before what sponsoring takes off.
    pub granted: Amount,
    /// The authority named it: it does not follow earnings.
    pub fixed: bool,
    /// PC: the product of the factors.
    pub capacity: Amount,
    /// Skills, time, tools and resources in 1/10,000.
    pub factors: Vec<u16>,
    /// Eco in 10^-6.
    pub eco_ppm: u32,
    /// Until when the factors hold; absent if unassessed.
    pub assessed_until: Option<Seconds>,
    /// Numbers of the assessors' accounts.
    pub assessors: Vec<u32>,
    /// Average monthly earnings.
    pub average: Amount,
    /// Persons brought in for whom the sponsor still answers.
    pub invitees: u32,
    /// The assessment that is open.
    pub assessment: Option<AssessmentView>,
}

/// An open assessment.
#[cw_serde]
pub struct AssessmentView {
    /// The draw's name.
    pub r#ref: String,
    /// Until when the assessors may answer.
    pub expires: Seconds,
    /// How many have.
    pub given: u32,
    /// Of how many.
    pub assessors: u16,
}

/// Answer to `starter`.
#[cw_serde]
pub struct StarterResponse {
    /// The grant; 0 where nothing is left to release.
    pub grant: Amount,
    /// Released so far.
    pub released: Amount,
    /// Until when more can be; absent where nothing is left.
    pub until: Option<Seconds>,
}
