//! Failures on purpose: a chosen call refuses, so that a test can see that
//! nothing is left of what went before.

/// Which step of the next message fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub(crate) point: Point,
    pub(crate) contract: Option<String>,
    pub(crate) countdown: u32,
}

/// Where a failure may strike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Point {
    /// A call of a contract: the message itself, a submessage, a reply.
    Call,
    /// A contract's question to another.
    Query,
    /// A contract's message to the chain.
    Chain,
}

impl Fault {
    /// The `n`th call of a contract, counting the message itself as 0,
    /// submessages and replies from 1 in the order in which they run.
    #[must_use]
    pub fn call(n: u32) -> Fault {
        Fault {
            point: Point::Call,
            contract: None,
            countdown: n,
        }
    }

    /// The `n`th call of this contract, from 0.
    #[must_use]
    pub fn call_of(contract: impl Into<String>, n: u32) -> Fault {
        Fault {
            contract: Some(contract.into()),
            ..Fault::call(n)
        }
    }

    /// The `n`th question that any contract asks another, from 0.
    #[must_use]
    pub fn query(n: u32) -> Fault {
        Fault {
            point: Point::Query,
            ..Fault::call(n)
        }
    }

    /// The `n`th question to this contract, from 0.
    #[must_use]
    pub fn query_of(contract: impl Into<String>, n: u32) -> Fault {
        Fault {
            contract: Some(contract.into()),
            ..Fault::query(n)
        }
    }

    /// The `n`th message to the chain itself, from 0.
    #[must_use]
    pub fn chain(n: u32) -> Fault {
        Fault {
            point: Point::Chain,
            ..Fault::call(n)
        }
    }
}

/// How a failure strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strike {
    /// The callee refuses at once.
    Before,
    /// The callee, and all that it called, does its work; then it refuses.
    After,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Faults {
    planned: Option<Fault>,
    random: Option<Random>,
    /// How many have struck so far.
    pub struck: u64,
}

#[derive(Clone, Debug)]
struct Random {
    state: u64,
    one_in: u32,
}

impl Faults {
    pub(crate) fn plan(&mut self, fault: Fault) {
        self.planned = Some(fault);
    }

    pub(crate) fn set_random(&mut self, seed: u64, one_in: u32) {
        self.random = (one_in > 0).then_some(Random {
            state: seed,
            one_in,
        });
    }

    /// A message is over: what did not strike does not strike later.
    pub(crate) fn forget_plan(&mut self) {
        self.planned = None;
    }

    /// Whether this step fails.
    #[inline]
    pub(crate) fn strike(&mut self, point: Point, callee: &str) -> Option<Strike> {
        if self.planned.is_none() && self.random.is_none() {
            return None;
        }
        let strike = self.decide(point, callee);
        self.struck += u64::from(strike.is_some());
        strike
    }

    fn decide(&mut self, point: Point, callee: &str) -> Option<Strike> {
        if let Some(fault) = &mut self.planned {
            let here =
                fault.point == point && fault.contract.as_deref().is_none_or(|c| c == callee);
            if here && fault.countdown == 0 {
                self.planned = None;
                return Some(Strike::Before);
            }
            fault.countdown -= u32::from(here);
        }
        let random = self.random.as_mut()?;
        let drawn = random.draw();
        drawn.is_multiple_of(u64::from(random.one_in)).then_some(
            // a high bit: independent of the remainder
            if drawn >> 63 == 0 {
                Strike::Before
            } else {
                Strike::After
            },
        )
    }
}

impl Random {
    /// splitmix64.
    fn draw(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_planned_step_fails_once_and_no_other() {
        let mut faults = Faults::default();
        faults.plan(Fault::call_of("b", 1));
        let calls = ["a", "b", "a", "b", "b"];
        let struck = calls.map(|callee| faults.strike(Point::Call, callee).is_some());
        assert_eq!(struck, [false, false, false, true, false]);
        assert_eq!(faults.struck, 1);
        faults.plan(Fault::query(0));
        assert!(faults.strike(Point::Call, "a").is_none());
        faults.forget_plan();
        assert!(faults.strike(Point::Query, "a").is_none());
    }

    #[test]
    fn random_failures_come_from_their_seed_at_about_their_rate() {
        let run = |seed| {
            let mut faults = Faults::default();
            faults.set_random(seed, 10);
            (0..10_000)
                .map(|_| faults.strike(Point::Call, "a"))
                .collect::<Vec<_>>()
        };
        assert_eq!(run(7), run(7));
        let struck = run(7);
        let count = |kind| struck.iter().filter(|s| **s == Some(kind)).count();
        for kind in [Strike::Before, Strike::After] {
            assert!((400..600).contains(&count(kind)), "seed=7 {kind:?}");
        }
    }
}
