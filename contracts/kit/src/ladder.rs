//! Graduated sanctions: notice → reduced credit → suspension → expulsion.
//!
//! One [`Rung`] is all that is stored of a person; [`Terms`] are the
//! community's parameters. The rules are here, once for every contract:
//!
//! 1. A ladder is climbed one step at a time.
//! 2. Flags alone reach notice; every further step names a jury's case, and a
//!    case counts once.
//! 3. Every step expires. What follows is the step below with a term of its
//!    own, so the way back is walked without anyone acting; an expulsion ends
//!    in nothing, for whoever was expelled is no member and may apply again.
//! 4. A measure can be lowered by a step (mediation, amends) or lifted (an
//!    appeal) at any time.
//!
//! Expiry is computed from the time given ([`Rung::at`]), never ticked. Times
//! are Unix seconds and saturate at the end of time.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_schema::cw_serde;

/// How far up the ladder someone is.
#[cw_serde]
#[derive(Copy, Eq, PartialOrd, Ord, Default, BorshSerialize, BorshDeserialize)]
pub enum Step {
    /// In good standing.
    #[default]
    None,
    /// Told, without effect.
    Notice,
    /// Credit reduced.
    Reduced,
    /// Payments stop; mediation.
    Suspended,
    /// No longer a member.
    Expelled,
}

impl Step {
    /// The name used on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Step::None => "none",
            Step::Notice => "notice",
            Step::Reduced => "reduced",
            Step::Suspended => "suspended",
            Step::Expelled => "expelled",
        }
    }

    /// One step up; `None` from the top.
    #[must_use]
    pub const fn up(self) -> Option<Step> {
        match self {
            Step::None => Some(Step::Notice),
            Step::Notice => Some(Step::Reduced),
            Step::Reduced => Some(Step::Suspended),
            Step::Suspended => Some(Step::Expelled),
            Step::Expelled => None,
        }
    }

    /// What follows when this step ends: one step down, from expulsion nothing.
    #[must_use]
    pub const fn down(self) -> Step {
        match self {
            Step::Suspended => Step::Reduced,
            Step::Reduced => Step::Notice,
            Step::None | Step::Notice | Step::Expelled => Step::None,
        }
    }

    /// Whether payments stop.
    #[must_use]
    pub const fn is_frozen(self) -> bool {
        matches!(self, Step::Suspended | Step::Expelled)
    }
}

/// How long each step lasts, in seconds, and how much credit the second leaves.
#[cw_serde]
#[derive(Copy, Eq, BorshSerialize, BorshDeserialize)]
pub struct Terms {
    /// Of a notice.
    pub notice: u64,
    /// Of reduced credit.
    pub reduced: u64,
    /// Of a suspension.
    pub suspended: u64,
    /// Of an expulsion, until one may apply again.
    pub expelled: u64,
    /// The limit's scale in 1/10,000 while reduced; at most 10,000.
    pub reduced_bps: u16,
}

impl Terms {
    /// The longest any step may last: three years. There is always a way back.
    pub const LONGEST: u64 = 3 * 365 * 86_400;

    /// Whether every term is within 1 day … [`Terms::LONGEST`] and the scale is one.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        [self.notice, self.reduced, self.suspended, self.expelled]
            .iter()
            .all(|term| (86_400..=Terms::LONGEST).contains(term))
            && self.reduced_bps <= 10_000
    }

    /// The limit's scale in 1/10,000 at a step.
    #[must_use]
    pub const fn scale_bps(&self, step: Step) -> u16 {
        match step {
            Step::None | Step::Notice => 10_000,
            Step::Reduced | Step::Suspended => self.reduced_bps,
            Step::Expelled => 0,
        }
    }

    const fn of(&self, step: Step) -> u64 {
        match step {
            Step::None => 0,
            Step::Notice => self.notice,
            Step::Reduced => self.reduced,
            Step::Suspended => self.suspended,
            Step::Expelled => self.expelled,
        }
    }
}

/// Why a step is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LadderError {
    /// Flags bring a notice, and one is in force.
    #[error("flags reach notice only: step={}", step.name())]
    FlagsReachNoticeOnly {
        /// The step in force.
        step: Step,
    },
    /// The case has had its effect.
    #[error("case already counted: case={case}")]
    CaseCounted {
        /// The case.
        case: u64,
    },
    /// There is nothing above.
    #[error("already expelled")]
    Top,
}

/// Where someone stands on the ladder, as stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Rung {
    /// The step.
    pub step: Step,
    /// Since when.
    pub since: u64,
    /// When it expires; meaningless at [`Step::None`].
    pub until: u64,
    /// The last case that counted.
    pub case: Option<u64>,
}

impl Rung {
    /// What is in force at a time: expired steps have fallen, each to the one
    /// below for that one's term.
    #[must_use]
    pub fn at(&self, now: u64, terms: &Terms) -> Rung {
        let mut rung = *self;
        while rung.step != Step::None && now >= rung.until {
            rung = rung.to(rung.step.down(), rung.until, terms);
        }
        rung
    }

    /// A notice, by flags alone.
    ///
    /// # Errors
    /// [`LadderError::FlagsReachNoticeOnly`] while any step is in force.
    pub fn notice(&self, now: u64, terms: &Terms) -> Result<Rung, LadderError> {
        let current = self.at(now, terms);
        match current.step {
            Step::None => Ok(current.to(Step::Notice, now, terms)),
            step => Err(LadderError::FlagsReachNoticeOnly { step }),
        }
    }

    /// One step up, by a jury's case.
    ///
    /// # Errors
    /// The case has counted before, or there is no step above.
    pub fn escalate(&self, now: u64, case: u64, terms: &Terms) -> Result<Rung, LadderError> {
        if self.case == Some(case) {
            return Err(LadderError::CaseCounted { case });
        }
        let current = self.at(now, terms);
        let step = current.step.up().ok_or(LadderError::Top)?;
        let mut rung = current.to(step, now, terms);
        rung.case = Some(case);
        Ok(rung)
    }

    /// One step down before its time: mediation has ended well.
    #[must_use]
    pub fn lower(&self, now: u64, terms: &Terms) -> Rung {
        let current = self.at(now, terms);
        current.to(current.step.down(), now, terms)
    }

    /// The measure is lifted: an appeal was upheld. The case stays counted.
    #[must_use]
    pub fn lift(&self, now: u64, terms: &Terms) -> Rung {
        self.to(Step::None, now, terms)
    }

    fn to(self, step: Step, since: u64, terms: &Terms) -> Rung {
        let until = since.saturating_add(terms.of(step));
        Rung {
            step,
            since,
            until,
            case: self.case,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 86_400;
    const TERMS: Terms = Terms {
        notice: 30 * DAY,
        reduced: 60 * DAY,
        suspended: 90 * DAY,
        expelled: 365 * DAY,
        reduced_bps: 5_000,
    };

    #[test]
    fn the_ladder_is_climbed_one_step_at_a_time_and_each_step_needs_another_case() {
        let mut rung = Rung::default();
        for (case, step) in [
            (1, Step::Notice),
            (2, Step::Reduced),
            (3, Step::Suspended),
            (4, Step::Expelled),
        ] {
            rung = rung.escalate(case, case, &TERMS).unwrap();
            assert_eq!((rung.step, rung.case), (step, Some(case)));
            let again = rung.escalate(case + 1, case, &TERMS);
            assert_eq!(again, Err(LadderError::CaseCounted { case }));
        }
        assert_eq!(rung.escalate(9, 9, &TERMS), Err(LadderError::Top));
    }

    #[test]
    fn flags_alone_reach_notice_and_nothing_above() {
        let noticed = Rung::default().notice(0, &TERMS).unwrap();
        assert_eq!(noticed.step, Step::Notice);
        let refused = noticed.notice(1, &TERMS);
        assert_eq!(
            refused,
            Err(LadderError::FlagsReachNoticeOnly { step: Step::Notice })
        );
        // once it has expired, flags may bring another
        assert_eq!(noticed.notice(30 * DAY, &TERMS).unwrap().step, Step::Notice);
    }

    #[test]
    fn a_suspension_runs_out_step_by_step_to_good_standing() {
        let rung = Rung {
            step: Step::Suspended,
            since: 0,
            until: 90 * DAY,
            case: Some(3),
        };
        for (day, step) in [
            (0, Step::Suspended),
            (89, Step::Suspended),
            (90, Step::Reduced),
            (149, Step::Reduced),
            (150, Step::Notice),
            (179, Step::Notice),
            (180, Step::None),
            (10_000, Step::None),
        ] {
            assert_eq!(rung.at(day * DAY, &TERMS).step, step, "day {day}");
        }
        // looked at often or once, it is the same
        assert_eq!(
            rung.at(100 * DAY, &TERMS).at(170 * DAY, &TERMS),
            rung.at(170 * DAY, &TERMS)
        );
    }

    #[test]
    fn an_expulsion_ends_and_leaves_nothing_behind() {
        let rung = Rung {
            step: Step::Expelled,
            since: 0,
            until: 365 * DAY,
            case: Some(4),
        };
        assert_eq!(rung.at(365 * DAY - 1, &TERMS).step, Step::Expelled);
        assert_eq!(rung.at(365 * DAY, &TERMS).step, Step::None);
    }

    #[test]
    fn amends_lower_by_a_step_and_an_appeal_lifts() {
        let rung = Rung {
            step: Step::Suspended,
            since: 0,
            until: 90 * DAY,
            case: Some(3),
        };
        let lowered = rung.lower(DAY, &TERMS);
        assert_eq!(
            (lowered.step, lowered.since, lowered.until),
            (Step::Reduced, DAY, 61 * DAY)
        );
        let lifted = rung.lift(DAY, &TERMS);
        assert_eq!(lifted.step, Step::None);
        // the case that was lifted cannot be used once more
        assert_eq!(
            lifted.escalate(DAY, 3, &TERMS),
            Err(LadderError::CaseCounted { case: 3 })
        );
    }

    #[test]
    fn effects_grow_with_the_steps_and_terms_are_bounded() {
        let steps = [
            Step::None,
            Step::Notice,
            Step::Reduced,
            Step::Suspended,
            Step::Expelled,
        ];
        assert!(steps.is_sorted());
        assert_eq!(
            steps.map(|s| TERMS.scale_bps(s)),
            [10_000, 10_000, 5_000, 5_000, 0]
        );
        assert_eq!(
            steps.map(Step::is_frozen),
            [false, false, false, true, true]
        );
        assert!(TERMS.is_valid());
        assert!(
            !Terms {
                suspended: Terms::LONGEST + 1,
                ..TERMS
            }
            .is_valid()
        );
        assert!(!Terms { notice: 0, ..TERMS }.is_valid());
        assert!(
            !Terms {
                reduced_bps: 10_001,
                ..TERMS
            }
            .is_valid()
        );
        for step in steps {
            let json = format!("\"{}\"", step.name());
            assert_eq!(serde_json::to_string(&step).unwrap(), json);
        }
    }

    #[test]
    fn the_end_of_time_is_no_overflow() {
        let rung = Rung::default().escalate(u64::MAX, 1, &TERMS).unwrap();
        assert_eq!(rung.until, u64::MAX);
        assert_eq!(rung.at(u64::MAX, &TERMS).step, Step::None);
    }
}
