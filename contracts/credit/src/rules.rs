//! The numbers of the economy: the controller's, of limits, of starters, of
//! assessments. Each is decided within bounds that no authority can leave.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_std::Storage;
use mycel_kit::standard::Bound;
use mycel_kit::{Amount, Id, Key};

use crate::controller::{MAX_GAIN, Tuning};
use crate::decay::MAX_RATE_PPB_PER_DAY;
use crate::error::ContractError;
use crate::limit::{self, Growth};
use crate::msg::{EconomyChanges, EconomyValues};
use crate::raise::Raising;
use crate::starter::Release;
use crate::state::Parameters;

/// What a sponsor answers for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Sponsorship {
    /// By how much a sponsor's limit is lower for each person brought in.
    pub per_invitee: Amount,
    /// What a sponsor bears of a write-off.
    pub bears: Amount,
    /// Days for which a sponsor answers.
    pub days: u16,
    /// Generations of a sponsor tree.
    pub generations: u8,
}

/// How assessments go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Assessing {
    /// Assessors drawn.
    pub assessors: u16,
    /// Days they have.
    pub days: u16,
    /// Days for which their factors hold.
    pub valid_days: u16,
    /// Days between two assessments of one member.
    pub again_days: u16,
    /// What they bear of a later loss together, in 1/10,000.
    pub bears_bps: u16,
}

/// All of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Rules {
    /// The controller of the rate.
    pub tuning: Tuning,
    /// Limits.
    pub growth: Growth,
    /// Starter grants.
    pub release: Release,
    /// Sponsors.
    pub sponsorship: Sponsorship,
    /// Assessments.
    pub assessing: Assessing,
    /// B0: what a person holds up to this does not decay.
    pub exempt: Amount,
    /// Lines for trust.
    pub raising: Raising,
}

const fn credits(credits: u64) -> Amount {
    match Amount::credits(credits) {
        Some(amount) => amount,
        None => Amount::MAX,
    }
}

/// The standard's numbers.
pub const STANDARD: Rules = Rules {
    tuning: Tuning {
        need_per_volume_bps: 30_000,
        need_per_member: credits(100),
        gain: 4,
        integral_ppm: 10_000,
        least: 200_000,
        most: MAX_RATE_PPB_PER_DAY,
        starts_after_days: 180,
    },
    growth: Growth {
        rise_bps: 1_000,
        rise_least: credits(100),
        unearned: credits(1_000),
        earned_months: 3,
        average_over: 6,
        partners: 3,
    },
    release: Release {
        opening: credits(250),
        step: credits(250),
        partners: 3,
        days: 365,
    },
    sponsorship: Sponsorship {
        per_invitee: credits(250),
        bears: credits(500),
        days: 365,
        generations: 2,
    },
    assessing: Assessing {
        assessors: 3,
        days: 14,
        valid_days: 730,
        again_days: 180,
        bears_bps: 1_000,
    },
    exempt: Amount::ZERO,
    raising: Raising {
        gate: Id(0),
        amount: credits(500),
    },
};

/// The rules in force.
#[must_use]
pub fn key() -> Key<Rules> {
    Key::new(b'e', &[])
}

/// The rules in force: the standard's until something is decided.
///
/// # Errors
/// Only for unreadable state.
pub fn load(storage: &dyn Storage) -> Result<Rules, ContractError> {
    Ok(key().may_load(storage)?.unwrap_or(STANDARD))
}

/// Applies `take` to each number: its name, its value now, its change, the
/// least and the most it may be. One list for changing, checking and showing.
macro_rules! each {
    ($rules:expr, $changes:expr, $parameters:expr, $take:ident) => {{
        let (r, c, p) = (&mut $rules, &$changes, $parameters);
        let start: u64 = if p.development { 0 } else { 30 };
        let cap = limit::cap(p).pico();
        let most_rate = u64::from(MAX_RATE_PPB_PER_DAY);
        $take!(
            "need_per_volume_bps",
            r.tuning.need_per_volume_bps,
            c.need_per_volume_bps,
            100,
            240_000
        );
        $take!(
            "need_per_member",
            r.tuning.need_per_member,
            c.need_per_member,
            0,
            cap
        );
        $take!("gain", r.tuning.gain, c.gain, 0, u64::from(MAX_GAIN));
        $take!(
            "integral_ppm",
            r.tuning.integral_ppm,
            c.integral_ppm,
            0,
            50_000
        );
        $take!("least_rate", r.tuning.least, c.least_rate, 1, most_rate);
        $take!("most_rate", r.tuning.most, c.most_rate, 1, most_rate);
        $take!(
            "controller_after_days",
            r.tuning.starts_after_days,
            c.controller_after_days,
            start,
            3_650
        );
        $take!(
            "limit_rise_bps",
            r.growth.rise_bps,
            c.limit_rise_bps,
            0,
            2_500
        );
        $take!(
            "limit_rise_least",
            r.growth.rise_least,
            c.limit_rise_least,
            0,
            cap
        );
        $take!(
            "limit_unearned",
            r.growth.unearned,
            c.limit_unearned,
            0,
            cap
        );
        $take!(
            "limit_earned_months",
            r.growth.earned_months,
            c.limit_earned_months,
            0,
            12
        );
        $take!(
            "limit_average_months",
            r.growth.average_over,
            c.limit_average_months,
            1,
            24
        );
        $take!("limit_partners", r.growth.partners, c.limit_partners, 1, 50);
        $take!(
            "starter_opening",
            r.release.opening,
            c.starter_opening,
            0,
            cap
        );
        $take!("starter_step", r.release.step, c.starter_step, 1, cap);
        $take!(
            "starter_partners",
            r.release.partners,
            c.starter_partners,
            1,
            20
        );
        $take!("starter_days", r.release.days, c.starter_days, 30, 3_650);
        $take!(
            "sponsor_per_invitee",
            r.sponsorship.per_invitee,
            c.sponsor_per_invitee,
            0,
            cap
        );
        $take!(
            "sponsor_bears",
            r.sponsorship.bears,
            c.sponsor_bears,
            0,
            cap
        );
        $take!("sponsor_days", r.sponsorship.days, c.sponsor_days, 0, 720);
        $take!(
            "sponsor_generations",
            r.sponsorship.generations,
            c.sponsor_generations,
            0,
            8
        );
        $take!("assessors", r.assessing.assessors, c.assessors, 3, 15);
        $take!(
            "assessment_days",
            r.assessing.days,
            c.assessment_days,
            1,
            90
        );
        $take!(
            "assessment_valid_days",
            r.assessing.valid_days,
            c.assessment_valid_days,
            30,
            3_650
        );
        $take!(
            "assessment_again_days",
            r.assessing.again_days,
            c.assessment_again_days,
            30,
            3_650
        );
        $take!(
            "assessors_bear_bps",
            r.assessing.bears_bps,
            c.assessors_bear_bps,
            0,
            10_000
        );
        $take!("exempt", r.exempt, c.exempt, 0, limit::CAP.pico() / 5);
        $take!("raise_gate", r.raising.gate, c.raise_gate, 0, u64::MAX);
        $take!(
            "raise_amount",
            r.raising.amount,
            c.raise_amount,
            0,
            limit::CAP.pico()
        );
    }};
}

/// A number as the lists compare it.
trait Number: Copy {
    fn wide(self) -> u64;
}
macro_rules! numbers {
    ($($kind:ty),*) => {$(impl Number for $kind { fn wide(self) -> u64 { u64::from(self) } })*};
}
numbers!(u8, u16, u32, u64);
impl Number for Id {
    fn wide(self) -> u64 {
        self.0
    }
}
impl Number for Amount {
    fn wide(self) -> u64 {
        self.pico()
    }
}

/// The rules with the changes, each within its bounds.
///
/// # Errors
/// [`ContractError::OutOfBounds`].
pub fn changed(
    mut rules: Rules,
    changes: &EconomyChanges,
    parameters: &Parameters,
) -> Result<Rules, ContractError> {
    macro_rules! change {
        ($name:literal, $value:expr, $change:expr, $least:expr, $most:expr) => {
            if let Some(value) = $change {
                let (least, most): (u64, u64) = ($least, $most);
                if !(least..=most).contains(&value.wide()) {
                    return Err(ContractError::OutOfBounds {
                        what: $name,
                        value: value.wide().to_string(),
                        least: least.to_string(),
                        most: most.to_string(),
                    });
                }
                $value = value;
            }
        };
    }
    each!(rules, changes, parameters, change);
    if rules.tuning.least > rules.tuning.most {
        return Err(ContractError::OutOfBounds {
            what: "least_rate",
            value: rules.tuning.least.to_string(),
            least: "1".to_owned(),
            most: rules.tuning.most.to_string(),
        });
    }
    Ok(rules)
}

/// The bounds of each number.
#[must_use]
pub fn bounds(parameters: &Parameters) -> Vec<Bound> {
    let mut bounds = Vec::new();
    let (mut rules, changes) = (STANDARD, EconomyChanges::default());
    macro_rules! show {
        ($name:literal, $value:expr, $change:expr, $least:expr, $most:expr) => {
            let _ = (&mut $value, &$change);
            let (least, most): (u64, u64) = ($least, $most);
            bounds.push(Bound {
                name: $name.to_owned(),
                least: least.to_string(),
                most: most.to_string(),
            });
        };
    }
    each!(rules, changes, parameters, show);
    bounds
}

/// The rules as shown.
#[must_use]
pub fn values(r: &Rules) -> EconomyValues {
    EconomyValues {
        need_per_volume_bps: r.tuning.need_per_volume_bps,
        need_per_member: r.tuning.need_per_member,
        gain: r.tuning.gain,
        integral_ppm: r.tuning.integral_ppm,
        least_rate: r.tuning.least,
        most_rate: r.tuning.most,
        controller_after_days: r.tuning.starts_after_days,
        limit_rise_bps: r.growth.rise_bps,
        limit_rise_least: r.growth.rise_least,
        limit_unearned: r.growth.unearned,
        limit_earned_months: r.growth.earned_months,
        limit_average_months: r.growth.average_over,
        limit_partners: r.growth.partners,
        starter_opening: r.release.opening,
        starter_step: r.release.step,
        starter_partners: r.release.partners,
        starter_days: r.release.days,
        sponsor_per_invitee: r.sponsorship.per_invitee,
        sponsor_bears: r.sponsorship.bears,
        sponsor_days: r.sponsorship.days,
        sponsor_generations: r.sponsorship.generations,
        assessors: r.assessing.assessors,
        assessment_days: r.assessing.days,
        assessment_valid_days: r.assessing.valid_days,
        assessment_again_days: r.assessing.again_days,
        assessors_bear_bps: r.assessing.bears_bps,
        exempt: r.exempt,
        raise_gate: r.raising.gate,
        raise_amount: r.raising.amount,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(development: bool) -> Parameters {
        Parameters {
            authority: "a".into(),
            rate_ppb_per_day: 1_000_000,
            starter: crate::state::Starter::Line(Amount::ZERO),
            default_limit: Amount::ZERO,
            development,
            name: "n".into(),
            symbol: "s".into(),
        }
    }

    #[test]
    fn no_change_leaves_the_standard_and_each_number_has_a_bound() {
        let same = changed(STANDARD, &EconomyChanges::default(), &parameters(false));
        assert_eq!(same, Ok(STANDARD));
        let shown = cosmwasm_std::to_json_string(&values(&STANDARD)).unwrap();
        for bound in bounds(&parameters(false)) {
            assert!(
                shown.contains(&format!("\"{}\":", bound.name)),
                "{}",
                bound.name
            );
            let (least, most): (u64, u64) =
                (bound.least.parse().unwrap(), bound.most.parse().unwrap());
            assert!(least <= most, "{}", bound.name);
        }
        assert_eq!(bounds(&parameters(false)).len(), shown.matches(':').count());
    }

    #[test]
    fn a_number_out_of_its_bounds_is_refused_and_named() {
        let refused = |json: &str, development: bool| {
            let changes: EconomyChanges = cosmwasm_std::from_json(json).unwrap();
            match changed(STANDARD, &changes, &parameters(development)) {
                Err(ContractError::OutOfBounds { what, .. }) => Some(what),
                _ => None,
            }
        };
        assert_eq!(refused(r#"{"gain":9}"#, false), Some("gain"));
        assert_eq!(
            refused(r#"{"most_rate":3000001}"#, false),
            Some("most_rate")
        );
        assert_eq!(
            refused(r#"{"least_rate":2,"most_rate":1}"#, false),
            Some("least_rate")
        );
        assert_eq!(
            refused(r#"{"controller_after_days":29}"#, false),
            Some("controller_after_days")
        );
        assert_eq!(refused(r#"{"controller_after_days":0}"#, true), None);
        assert_eq!(refused(r#"{"assessors":2}"#, true), Some("assessors"));
        assert_eq!(
            refused(r#"{"exempt":"1000000000000001"}"#, true),
            Some("exempt")
        );
        assert_eq!(refused(r#"{"exempt":"1000000000000000"}"#, true), None);
    }

    #[test]
    fn changes_of_rules_reach_the_rules() {
        let changes = EconomyChanges {
            gain: Some(2),
            sponsor_bears: Amount::credits(7),
            ..EconomyChanges::default()
        };
        let rules = changed(STANDARD, &changes, &parameters(false)).unwrap();
        assert_eq!(
            (rules.tuning.gain, rules.sponsorship.bears),
            (2, credits(7))
        );
    }
}
