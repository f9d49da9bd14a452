//! What a round would pay if its contributions ended now, and what one gift more would change: the contract's own rules
//! over what it stores.
//!
//! The contract answers this itself for rules that need kept sums only. Where pairs of givers must meet it does so after
//! the end; here the gifts are read one by one, so that for a round of many gifts nothing is forecast. Neither looks
//! ahead: who controls a project is asked again at the end, and the pool decays until then.
use std::collections::BTreeMap;

use mycel_funding::{
    rounds::{
        ask::{ProjectView, RoundResponse},
        msg::IdentityInput,
        record::Gift,
        state,
    },
    rules::{Rule, Saturation, Sums, Table, root},
};
use mycel_kit::{
    Amount, Id,
    apportion::MAX_TOTAL,
    median::{Even, median},
    wide::U256,
};

use super::Funding;
use crate::{ClientError, Transport};

/// Most holds of gifts that are read one by one.
const MOST_HOLDS: u32 = 2_000;

/// What each admitted project was given, as the rule needs it.
#[derive(Clone, Debug)]
enum Given {
    /// Kept sums, by project.
    Sums(BTreeMap<u64, Sums>),
    /// Gifts that earn match, by giver and project.
    Gifts(BTreeMap<(u64, u64), u64>),
}

/// A round as it stands, ready to be divided.
#[derive(Clone, Debug)]
pub struct Forecast {
    rule: Rule,
    saturation: Saturation,
    cap_bps: u16,
    pool: u128,
    projects: Vec<u64>,
    given: Given,
}

/// How the pool would be divided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Division {
    /// The pool, in pico-credits.
    pub pool: u128,
    /// What each admitted project gets, by number.
    pub parts: BTreeMap<u64, u128>,
    /// What goes back to sponsors.
    pub returned: u128,
    /// The bound of pairs, where the rule has one.
    pub m: Option<u64>,
}

/// Why nothing is forecast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// Contributions are over: the contract divides now.
    Ended,
    /// More gifts than are read one by one.
    Many(u32),
}

/// One gift more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct More {
    /// As whom one gives.
    pub giver: u64,
    /// The project.
    pub project: u64,
    /// What counts as one contribution was so far: one's own gifts, or one's declared group's.
    pub before: u128,
    /// How much comes.
    pub amount: Amount,
    /// Whether it earns match.
    pub matched: bool,
    /// What the giver gave to this project so far.
    pub own: u64,
}

impl Forecast {
    /// How the pool would be divided; `None` beyond the bounds of a round.
    #[must_use]
    pub fn division(&self) -> Option<Division> {
        let (weights, m) = self.weights();
        let rule = self.rule.with_median(m.unwrap_or(1));
        let divided = rule
            .allocate(self.pool, &weights, self.cap_bps.into(), self.saturation)
            .ok()?;
        Some(Division {
            pool: self.pool,
            parts: self.projects.iter().copied().zip(divided.parts).collect(),
            returned: divided.returned,
            m,
        })
    }

    /// As it would be with one gift more.
    #[must_use]
    pub fn with(&self, more: &More) -> Forecast {
        let mut next = self.clone();
        if !more.matched {
            return next;
        }
        match &mut next.given {
            Given::Sums(sums) => {
                let after = more.before.saturating_add(more.amount.pico().into());
                let kept = sums.entry(more.project).or_default();
                kept.replace(more.before, after);
            }
            Given::Gifts(gifts) => {
                let gift = gifts.entry((more.giver, more.project)).or_default();
                *gift = gift.saturating_add(more.amount.pico());
            }
        }
        next
    }

    /// What a project would get of the pool more with this gift.
    #[must_use]
    pub fn brings(&self, more: &More) -> Option<(Division, Division)> {
        Some((self.division()?, self.with(more).division()?))
    }

    fn weights(&self) -> (Vec<U256>, Option<u64>) {
        match &self.given {
            Given::Sums(sums) => {
                let rule = self.rule.rule();
                let of =
                    |project: &u64| rule.weight(&sums.get(project).copied().unwrap_or_default());
                (self.projects.iter().map(of).collect(), None)
            }
            Given::Gifts(gifts) => {
                let m = match self.rule {
                    Rule::Pairwise { m: Some(m) } => m.pico(),
                    _ => {
                        // each giver's own median: dust to many projects is one voice, as any
                        let mut own: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
                        for (giver, _, amount) in self.gifts(gifts) {
                            own.entry(giver).or_default().push(amount);
                        }
                        let all = own.values().filter_map(|own| median(own, Even::Lower));
                        median(&all.collect::<Vec<_>>(), Even::Lower).unwrap_or(0)
                    }
                }
                .max(1);
                let mut table = Table::default();
                let mut own: Vec<(u16, u64)> = vec![];
                let mut last = None;
                for (giver, place, amount) in self.gifts(gifts) {
                    if last.is_some_and(|last| last != giver) {
                        table.push(own.drain(..));
                    }
                    last = Some(giver);
                    let root = u64::try_from(root(amount.into())).unwrap_or(u64::MAX);
                    own.push((place, root));
                }
                table.push(own);
                let mut weights = vec![U256::ZERO; self.projects.len()];
                let (mut place, mut steps) = (Default::default(), u64::MAX);
                table.advance(m, &mut place, &mut weights, &mut steps);
                (weights, Some(m))
            }
        }
    }

    /// (giver, place of the project, amount), by giver.
    fn gifts<'a>(
        &'a self,
        gifts: &'a BTreeMap<(u64, u64), u64>,
    ) -> impl Iterator<Item = (u64, u16, u64)> {
        gifts.iter().filter_map(|((giver, project), amount)| {
            let place = self.projects.binary_search(project).ok()?;
            Some((*giver, u16::try_from(place).ok()?, *amount))
        })
    }
}

impl<T: Transport> Funding<'_, T> {
    /// A round as it stands; who asks gives its views. Otherwise why nothing is forecast.
    pub async fn forecast(
        &self,
        found: &RoundResponse,
        projects: &[ProjectView],
    ) -> Result<Result<Forecast, Unknown>, ClientError> {
        let round = &found.round;
        if !["open", "giving"].contains(&round.stage.as_str()) {
            return Ok(Err(Unknown::Ended));
        }
        let admitted = projects.iter().filter(|one| one.status == "admitted");
        let projects: Vec<u64> = admitted.map(|one| one.project.0).collect();
        let given = match round.rule {
            Rule::Pairwise { .. } => match self.gifts(round.round, &round.identity).await? {
                Ok(gifts) => Given::Gifts(gifts),
                Err(unknown) => return Ok(Err(unknown)),
            },
            _ => {
                let mut sums = BTreeMap::new();
                for project in &projects {
                    let key = state::tally(round.round.0, place(*project)?);
                    let tally = self.raw(&key).await?.unwrap_or_default();
                    sums.insert(*project, tally.sums);
                }
                Given::Sums(sums)
            }
        };
        let left = found.sponsors.iter().map(|one| one.left.pico());
        let pool: u128 = left.map(u128::from).sum();
        Ok(Ok(Forecast {
            rule: round.rule,
            saturation: round.saturation,
            cap_bps: round.cap_bps,
            pool: pool.min(MAX_TOTAL),
            projects,
            given,
        }))
    }

    /// Gifts that earn match, found by their holds, which are numbered densely.
    async fn gifts(
        &self,
        round: Id,
        identity: &IdentityInput,
    ) -> Result<Result<BTreeMap<(u64, u64), u64>, Unknown>, ClientError> {
        let course = self.raw(&state::course(round.0)).await?;
        let holds = course.map_or(0, |course| course.holds);
        if holds > MOST_HOLDS {
            return Ok(Err(Unknown::Many(holds)));
        }
        let (mut pairs, mut gifts) = (BTreeMap::new(), BTreeMap::new());
        for serial in 0..holds {
            if let Some(held) = self.raw(&state::held(round.0, serial)).await? {
                pairs.insert((held.person, held.project), ());
            }
        }
        for (person, project) in pairs.into_keys() {
            let giver = match identity {
                IdentityInput::Addresses {} => person,
                IdentityInput::Proofs { .. } => self.giver(round, person).await?,
            };
            let gift: Option<Gift> = self.raw(&state::gift(round.0, giver, project)).await?;
            if let Some(gift) = gift.filter(|gift| gift.matched) {
                gifts.insert((giver, project.into()), gift.amount);
            }
        }
        Ok(Ok(gifts))
    }

    /// As whom a person gives; 0: not yet.
    async fn giver(&self, round: Id, person: u64) -> Result<u64, ClientError> {
        Ok(self.raw(&state::part(person, round.0)).await?.unwrap_or(0))
    }

    /// What a person's gift would be: whether it would earn match, and what it adds to.
    pub async fn more(
        &self,
        found: &RoundResponse,
        project: Id,
        person: Id,
        organisation: bool,
        amount: Amount,
    ) -> Result<More, ClientError> {
        let round = found.round.round;
        let number = place(project.0)?;
        let giver = match found.round.identity {
            IdentityInput::Addresses {} => person.0,
            IdentityInput::Proofs { .. } => {
                let key = state::showing_of(round.0, person.0);
                self.raw(&key).await?.unwrap_or(0)
            }
        };
        let gift: Option<Gift> = self.raw(&state::gift(round.0, giver, number)).await?;
        let barred = self.raw(&state::barred(round.0, number, person.0)).await?;
        let matched = match &gift {
            Some(gift) => gift.matched,
            None => !organisation && barred.is_none(),
        };
        let own = gift.map_or(0, |gift| gift.amount);
        let group = match found.round.rule {
            Rule::Clustered {} => self.raw(&state::group_of(round.0, person.0)).await?,
            _ => None,
        };
        let before = match group {
            Some(group) => {
                let key = state::group_gift(round.0, number, group);
                self.raw(&key).await?.unwrap_or(0)
            }
            None => own.into(),
        };
        Ok(More {
            giver,
            project: project.0,
            before,
            amount,
            matched,
            own,
        })
    }
}

fn place(project: u64) -> Result<u16, ClientError> {
    u16::try_from(project)
        .map_err(|_| ClientError::Input(format!("project={project}: a round has fewer projects")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CREDIT: u64 = 1_000_000_000_000;

    fn quadratic(pool: u64, given: &[&[u64]]) -> Forecast {
        let sums = (1u64..).zip(given).map(|(project, gifts)| {
            let pairs = gifts.iter().map(|gift| (0, u128::from(gift * CREDIT)));
            (project, pairs.collect())
        });
        Forecast {
            rule: Rule::Quadratic {},
            saturation: Saturation::Scale,
            cap_bps: 10_000,
            pool: u128::from(pool * CREDIT),
            projects: (1..=given.len() as u64).collect(),
            given: Given::Sums(sums.collect()),
        }
    }

    fn more(giver: u64, project: u64, credits: u64) -> More {
        More {
            giver,
            project,
            before: 0,
            amount: Amount::credits(credits).unwrap(),
            matched: true,
            own: 0,
        }
    }

    #[test]
    fn a_forecast_divides_as_the_contract_s_rule_does() {
        let now = quadratic(1_000, &[&[2, 3], &[8, 8]]).division().unwrap();
        // 234.4 and 765.6 of a thousand
        assert_eq!(now.parts[&1] / u128::from(CREDIT), 234);
        assert_eq!(now.parts[&2] / u128::from(CREDIT), 765);
        assert_eq!(now.parts.values().sum::<u128>() + now.returned, now.pool);
        assert_eq!(now.m, None);
    }

    #[test]
    fn a_gift_more_brings_what_the_difference_of_two_divisions_is() {
        let round = quadratic(1_000, &[&[2, 3], &[8, 8]]);
        let (now, then) = round.brings(&more(9, 1, 5)).unwrap();
        assert!(then.parts[&1] > now.parts[&1] && then.parts[&2] < now.parts[&2]);
        assert_eq!(
            then.parts,
            quadratic(1_000, &[&[2, 3, 5], &[8, 8]])
                .division()
                .unwrap()
                .parts
        );
        // one who controls the project brings nothing
        let own = More {
            matched: false,
            ..more(9, 1, 5)
        };
        let (now, then) = round.brings(&own).unwrap();
        assert_eq!(now, then);
    }

    #[test]
    fn pairs_meet_with_the_median_as_their_bound_and_one_alone_brings_nothing() {
        let gifts = [((1, 1), 2), ((2, 1), 2), ((3, 2), 9)];
        let round = Forecast {
            rule: Rule::default(),
            saturation: Saturation::Return,
            cap_bps: 10_000,
            pool: u128::from(100 * CREDIT),
            projects: vec![1, 2],
            given: Given::Gifts(gifts.map(|(key, credits)| (key, credits * CREDIT)).into()),
        };
        let now = round.division().unwrap();
        assert_eq!(now.m, Some(2 * CREDIT));
        // one pair: s·s·M/(M + k) with s·s = k = M = 2 credits
        assert_eq!(now.parts[&1].div_ceil(1_000), u128::from(CREDIT / 1_000));
        assert_eq!(now.parts[&2], 0);
        let (_, then) = round.brings(&more(1, 2, 2)).unwrap();
        assert!(then.parts[&2] > 0);
        assert_eq!(then.parts.values().sum::<u128>() + then.returned, then.pool);
    }
}
