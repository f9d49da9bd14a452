//! The town decides something, before everybody's eyes: a panel drawn by lot deliberates and recommends, all vote or
//! let others speak for them, and what was decided is carried out by the assembly.
use std::time::Instant;

use mycel_assembly::{
    ask::{OutcomeView, PhaseName},
    delegations::Scope,
    msg::{Action, BallotChoice, BallotInput, ExecuteMsg, PanelInput, ProposalInput},
};
use mycel_bindings::{AllowanceClass, ClassChange, MycelMsg, ParamChanges};
use mycel_kit::{
    Id,
    peers::sortition::{Feature, Quota},
    roles::{Class, Electorate},
};
use mycel_sortition::draws::show::DrawView;
use mycel_types::AccountAddress;
use serde::Serialize;
use serde_json::Value;

use crate::{
    civic::{CivicError, Voices, decision, panel},
    contracts::ASSEMBLY,
    setup::AREAS,
};

/// Fewer members have no panel.
const LEAST: usize = 12;
/// Volunteers for each seat.
const VOLUNTEERS: usize = 6;
/// What volunteers tell of themselves.
const AGES: [&str; 3] = ["young", "middle", "old"];
const DISTRICTS: [&str; 2] = ["hill", "river"];
/// What is decided: members' gas regenerates a quarter faster, and what else the town needs.
const CLASS: &str = "member";
const TITLE: &str = "Members' gas regenerates a quarter faster";

/// What was drawn and decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Assembled {
    /// What the decision is about.
    pub title: String,
    /// Members who came into the pool.
    pub volunteers: u32,
    /// Kinds of volunteers, as far as quotas tell them apart.
    pub quotas: usize,
    /// Different lots that the beacon chose among.
    pub panels: u32,
    /// The least chance that anybody had …
    pub least_chance: String,
    /// … and what is the most possible, proven.
    pub possible: String,
    /// The beacon's round, fixed when the lottery was accepted.
    pub round: String,
    /// Person numbers of who was drawn.
    pub panel: Vec<u64>,
    /// How many of them recommend a yes.
    pub advised: u32,
    /// Ballots cast.
    pub ballots: u32,
    /// Who had a say.
    pub eligible: u32,
    /// Voices for it, with those of who let others speak.
    pub yes: u32,
    /// Voices against it.
    pub no: u32,
    /// Members who let another speak.
    pub delegated: u32,
    /// The parameter before …
    pub before: u64,
    /// … and after.
    pub after: u64,
    /// Transactions of members.
    pub transactions: u32,
    /// Their SDK gas.
    pub gas: u64,
    /// Milliseconds.
    pub ms: u64,
}

impl Assembled {
    /// For people.
    pub fn table(&self) -> String {
        let persons: Vec<String> = self.panel.iter().map(u64::to_string).collect();
        format!(
            "An assembly drawn by lot: {} seats among {} volunteers, {} quotas kept.\n\
             Everybody's chance was at least {}; more than {} is not possible for all, and the contract checked the proof.\n\
             Round {} of the beacon, fixed before anybody could know it, drew one of {} panels: persons {}.\n\
             Of them {} recommend: \u{201c}{}\u{201d}.\n\
             {} members have a say: {} ballots, {} spoken for by others; {} yes, {} no. Carried out: {} is now {}.\n\
             ({} transactions, {} gas, {:.1} s)\n",
            self.panel.len(),
            self.volunteers,
            self.quotas,
            self.least_chance,
            self.possible,
            self.round,
            self.panels,
            persons.join(", "),
            self.advised,
            self.title,
            self.eligible,
            self.ballots,
            self.delegated,
            self.yes,
            self.no,
            self.before,
            self.after,
            self.transactions,
            self.gas,
            self.ms as f64 / 1000.0,
        )
    }
}

/// The assembly decides something of a contract.
fn decided(contract: &AccountAddress, action: &Value) -> Action {
    Action::Decided {
        contract: contract.to_string(),
        action: action.to_string().into_bytes().into(),
    }
}

/// The proposal: a constitutional one, as it changes parameters of contracts beside an allowance class.
fn proposal(
    voices: &Voices<'_>,
    seats: usize,
    class: &AllowanceClass,
    also: &str,
    more: &[(&str, Value)],
) -> ProposalInput {
    let feature = |name: &str, values: &[&str]| Feature {
        name: name.into(),
        values: values.iter().map(|value| (*value).to_owned()).collect(),
        issuer: None,
    };
    let all = u16::try_from(seats).unwrap_or(u16::MAX);
    let quota = |feature: &str, value: &str| Quota {
        feature: feature.into(),
        value: value.into(),
        min: all / 4,
        max: all.div_ceil(2) + 1,
    };
    let ages = AGES.iter().map(|age| quota("age", age));
    let districts = DISTRICTS.iter().map(|district| quota("district", district));
    ProposalInput {
        title: format!("{TITLE}{also}"),
        text: Some(
            "Who trades much waits for gas. A quarter more harms nobody: blocks are far from full."
                .into(),
        ),
        text_hash: None,
        area: Some(AREAS[1].into()),
        electorate: Electorate::All,
        class: Class::Constitutional,
        ballot: BallotInput::YesNo {
            actions: vec![Action::Chain(MycelMsg::SetParams {
                changes: Box::new(ParamChanges {
                    classes: vec![ClassChange {
                        name: CLASS.into(),
                        class: Some(class.clone()),
                    }],
                    ..Default::default()
                }),
            })]
            .into_iter()
            .chain(
                more.iter()
                    .map(|(contract, action)| decided(voices.address(contract), action)),
            )
            .collect(),
        },
        atomic: false,
        panel: Some(PanelInput {
            size: all,
            features: vec![feature("age", &AGES), feature("district", &DISTRICTS)],
            quotas: ages.chain(districts).collect(),
        }),
    }
}

/// How many seats a panel of a town has: none in a town that is too small.
pub fn seats(members: usize, wanted: usize) -> usize {
    if members < LEAST {
        return 0;
    }
    wanted.min(members / 3)
}

/// Draws and decides. `members` are account numbers; `rate` is what a member's gas regenerates now, `capacity` the
/// most that is saved up; `more` is decided with it, and `also` names that in the title; `told` hears of each step.
pub async fn assemble(
    voices: &mut Voices<'_>,
    members: &[u32],
    seats: usize,
    (capacity, rate): (u64, u64),
    also: &str,
    more: &[(&str, Value)],
    mut told: impl FnMut(&str),
) -> Result<Assembled, CivicError> {
    let start = Instant::now();
    let after = rate.saturating_add(rate / 4);
    let class = AllowanceClass {
        capacity: capacity.into(),
        rate: after.into(),
        may_store_code: false,
    };
    told("proposing, and opening the pool of a panel");
    // the town's busiest have low numbers: others propose
    let member = |n: usize| members.get(n % members.len().max(1)).copied().unwrap_or(0);
    let input = proposal(voices, seats, &class, also, more);
    let number = decision::propose(voices, member(3), input).await?;
    decision::support(voices, number, &[member(4), member(5)]).await?;

    let draw = panel::find(voices, &format!("assembly/{number}"))
        .await?
        .draw;
    let pool: Vec<_> = members
        .iter()
        .take(seats * VOLUNTEERS)
        .enumerate()
        .map(|(n, account)| {
            // many more live by the river, and the old volunteer most
            let age = AGES[(n % 4).min(2)];
            let district = DISTRICTS[usize::from(n % 3 > 0)];
            (*account, vec![("age", age), ("district", district)])
        })
        .collect();
    panel::volunteer(voices, draw, &pool).await?;
    told("drawing a panel by lot");
    let (drawn, seated) = panel::seat(voices, draw, member(6)).await?;

    told("deliberating");
    let mut advice = vec![];
    for (n, person) in seated.iter().enumerate() {
        let advise = ExecuteMsg::Advise {
            proposal: number,
            option: Some(u8::from(n % 4 != 3)),
            text: if n % 4 == 3 {
                "blocks may fill yet"
            } else {
                "there is room"
            }
            .into(),
        };
        advice.extend(voices.account(*person).map(|account| (account, advise)));
    }
    let advised = seated.len() - seated.len() / 4;
    voices.say_all(ASSEMBLY, &advice).await?;
    decision::past(voices, number, PhaseName::Deliberation).await?;

    told("voting");
    // every tenth votes no, three of ten vote yes, two of ten let a neighbour speak in these matters
    let (mut ballots, mut delegations) = (vec![], vec![]);
    for (n, account) in members.iter().enumerate() {
        match n % 10 {
            0..=2 => ballots.push((*account, BallotChoice::Yes)),
            3 => ballots.push((*account, BallotChoice::No)),
            4 | 5 => delegations.push((
                *account,
                ExecuteMsg::Delegate {
                    scope: Scope::Area {
                        unit: Electorate::All,
                        area: AREAS[1].into(),
                    },
                    to: voices.person(member(n - 3)),
                },
            )),
            _ => {}
        }
    }
    voices.say_all(ASSEMBLY, &delegations).await?;
    decision::vote(voices, number, &ballots).await?;
    told("counting and carrying out");
    let done = decision::carry_out(voices, number).await?;
    let found = done.outcome.as_ref();
    let count = |of: fn(&OutcomeView) -> u32| found.map_or(0, of);
    let spent = voices.spent();
    let (panels, least, possible) = proven(&drawn);
    Ok(Assembled {
        title: done.title.clone(),
        volunteers: drawn.persons,
        quotas: drawn.quotas.len(),
        panels,
        least_chance: least,
        possible,
        round: drawn
            .accepted
            .as_ref()
            .map(|accepted| accepted.round.to_string())
            .unwrap_or_default(),
        panel: seated.into_iter().map(|Id(person)| person).collect(),
        advised: u32::try_from(advised).unwrap_or(u32::MAX),
        ballots: done.ballots,
        eligible: count(|found| found.eligible),
        yes: count(|found| found.yes),
        no: count(|found| found.no),
        delegated: u32::try_from(delegations.len()).unwrap_or(u32::MAX),
        before: rate,
        after,
        transactions: spent.transactions,
        gas: spent.gas,
        ms: u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX),
    })
}

/// (m, the least chance, what is at most possible) of an accepted lottery, in percent.
fn proven(draw: &DrawView) -> (u32, String, String) {
    let Some(lottery) = &draw.lottery else {
        return Default::default();
    };
    let percent = |ratio: &mycel_sortition::draws::show::Ratio| {
        let number = |text: &str| text.parse::<f64>().unwrap_or(0.0);
        let share = number(&ratio.numerator) / number(&ratio.denominator).max(1.0);
        format!("{:.2} %", share * 100.0)
    };
    let best = lottery.best.as_ref();
    (
        lottery.panels,
        best.map(|best| percent(&best.least)).unwrap_or_default(),
        best.map(|best| percent(&best.bound)).unwrap_or_default(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_town_has_a_small_panel_or_none() {
        assert_eq!(seats(200, 8), 8);
        assert_eq!(seats(15, 8), 5);
        assert_eq!(seats(11, 8), 0);
        assert_eq!(seats(200, 0), 0);
    }
}
