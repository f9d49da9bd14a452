//! What makes a town wait for who types: votes that last minutes, and seasons of the forest that do. Programs decided in
//! seconds until then.
use mycel_assembly::{
    ask::PhaseName,
    msg::{Action, BallotChoice, BallotInput, ProposalInput},
};
use mycel_kit::{
    Id,
    roles::{Class, Electorate},
};
use serde_json::{Value, json};

use crate::{
    civic::{CivicError, Voices, decision},
    contracts::{ASSEMBLY, COMMONS, SORTITION},
    forest::{self, Forest},
    setup::for_visitors,
};

/// Seconds of a season for visitors: orders are sealed in six minutes, and opened in five.
pub const SEASON: u64 = 1_200;
/// Of the stock that may be taken in a season, in parts per million.
const SHARE: u32 = 100_000;

/// The actions that make decisions last as long as visitors need.
pub fn numbers(time_scale: u64) -> Vec<(&'static str, Value)> {
    let (assembly, sortition) = for_visitors(time_scale);
    let set = |numbers: Value| json!({"set_parameters": {"numbers": numbers}});
    vec![(ASSEMBLY, set(assembly)), (SORTITION, set(sortition))]
}

/// Two proposals on their way: the foresters' about their seasons, and everybody's about votes.
#[derive(Clone, Copy, Debug)]
pub struct Proposed {
    seasons: Id,
    votes: Id,
}

fn proposal(
    voices: &Voices<'_>,
    title: &str,
    text: &str,
    electorate: Electorate,
    actions: &[(&str, Value)],
) -> ProposalInput {
    let decided = |(contract, action): &(&str, Value)| Action::Decided {
        contract: voices.address(contract).to_string(),
        action: action.to_string().into_bytes().into(),
    };
    ProposalInput {
        title: title.into(),
        text: Some(text.into()),
        text_hash: None,
        area: None,
        electorate,
        class: Class::Constitutional,
        ballot: BallotInput::YesNo {
            actions: actions.iter().map(decided).collect(),
        },
        atomic: false,
        panel: None,
    }
}

/// Proposes both, and finds who supports them.
pub async fn propose(
    voices: &mut Voices<'_>,
    forest: &Forest,
    members: &[u32],
    time_scale: u64,
) -> Result<Proposed, CivicError> {
    let season = SEASON.saturating_mul(time_scale.max(1));
    let commons = forest.commons;
    let rules = json!({"set_rules": {"commons": commons.to_string(), "rules": forest::rules(season, SHARE)}});
    let seasons = proposal(
        voices,
        "Seasons last twenty minutes",
        "Whoever types needs minutes to seal an order, and minutes to open it.",
        Electorate::Commons(Id(commons)),
        &[(COMMONS, rules)],
    );
    let votes = proposal(
        voices,
        "Votes last three minutes",
        "Votes of seconds are for programs: whoever types needs minutes.",
        Electorate::All,
        &numbers(time_scale),
    );
    let foresters = &forest.foresters;
    let first = |of: &[u32]| of.first().copied().unwrap_or(0);
    let seasons = decision::propose(voices, first(foresters), seasons).await?;
    decision::support(voices, seasons, foresters.get(1..).unwrap_or_default()).await?;
    // who proposed something of its own before has it behind it: others speak now
    let others = members.get(6..).unwrap_or_default();
    let votes = decision::propose(voices, first(others), votes).await?;
    decision::support(voices, votes, others.get(1..4).unwrap_or_default()).await?;
    Ok(Proposed { seasons, votes })
}

/// Two of five members, and all foresters, vote yes as soon as they may.
pub async fn vote(
    voices: &mut Voices<'_>,
    forest: &Forest,
    members: &[u32],
    proposed: Proposed,
) -> Result<(), CivicError> {
    let yes = |account: &u32| (*account, BallotChoice::Yes);
    decision::past(voices, proposed.seasons, PhaseName::Deliberation).await?;
    let foresters: Vec<_> = forest.foresters.iter().map(yes).collect();
    decision::vote(voices, proposed.seasons, &foresters).await?;
    decision::past(voices, proposed.votes, PhaseName::Deliberation).await?;
    let some = members.iter().enumerate().filter(|(n, _)| n % 5 < 2);
    let ballots: Vec<_> = some.map(|(_, account)| yes(account)).collect();
    decision::vote(voices, proposed.votes, &ballots).await
}

/// Has both carried out.
pub async fn carry_out(voices: &mut Voices<'_>, proposed: Proposed) -> Result<(), CivicError> {
    decision::carry_out(voices, proposed.seasons).await?;
    decision::carry_out(voices, proposed.votes).await?;
    Ok(())
}
