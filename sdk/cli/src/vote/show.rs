//! One proposal with all that a voter wants to know.
use std::collections::BTreeMap;

use mycel_assembly::{
    ask::{AdviceResponse, BallotView, PhaseName, ProposalView, ResultResponse, RunView},
    content::Content,
    delegations::asked::RouteResponse,
};
use mycel_client::{
    Client, Http,
    assembly::{Names, Reader, words::lasting},
};
use mycel_kit::Id;
use mycel_types::AccountAddress;
use serde::Serialize;

use super::{
    ballot,
    list::{is_final, phase_word},
    result, terms, way,
    would::Would,
};
use crate::{
    exit::Failure,
    output::{Show, pairs},
    session::Session,
};

/// Arguments of `mycel vote show`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    /// The proposal's number
    proposal: u64,
    /// Also whether this member may vote, and how its vote travels: a name, a handle or an address
    #[arg(long = "as", value_name = "NAME")]
    name: Option<String>,
}

#[derive(Serialize)]
struct Mine {
    name: String,
    ballot: Option<BallotView>,
    way: RouteResponse,
    /// The way in words.
    words: String,
}

#[derive(Serialize)]
struct Shown {
    proposal: ProposalView,
    content: Content,
    would_change: Would,
    /// What became of each action, from when it is accepted on.
    runs: Vec<RunView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<AdviceResponse>,
    #[serde(flatten)]
    result: ResultResponse,
    #[serde(skip_serializing_if = "Option::is_none")]
    mine: Option<Mine>,
    /// Unix seconds of the contracts' clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<u64>,
    #[serde(skip)]
    names: BTreeMap<u64, String>,
}

type Rows = Vec<(&'static str, String)>;

impl Shown {
    fn name(&self, person: Id) -> String {
        let known = self.names.get(&person.0).cloned();
        known.unwrap_or_else(|| format!("person {}", person.0))
    }

    fn head(&self) -> Rows {
        let proposal = &self.proposal;
        let mut rows = vec![
            (
                "proposal",
                format!("{}: {}", proposal.proposal, proposal.title),
            ),
            ("by", self.name(proposal.proposer)),
            ("phase", self.phase()),
            ("decided by", self.who()),
            (
                "class",
                format!(
                    "{}: {}",
                    proposal.class.name(),
                    terms::needs_words(proposal.terms.quorum_bps, proposal.terms.majority_bps)
                ),
            ),
        ];
        if let Some(area) = &proposal.area {
            rows.push(("area", area.clone()));
        }
        if !is_final(proposal.phase) && self.result.outcome.is_none() {
            let vote = lasting(proposal.terms.vote_seconds.into());
            let lock = lasting(proposal.terms.timelock_seconds.into());
            rows.push((
                "takes",
                format!("a vote of {vote}, then {lock} to leave before it runs"),
            ));
        }
        match (&self.content.text, &self.content.text_hash) {
            (Some(text), _) => {
                let mut heading = "says";
                rows.extend(
                    text.lines()
                        .map(|line| (std::mem::take(&mut heading), line.to_owned())),
                );
            }
            (None, Some(hash)) => rows.push(("says", format!("a text of sha256 {hash}"))),
            (None, None) => {}
        }
        rows
    }

    fn phase(&self) -> String {
        let proposal = &self.proposal;
        let mut words = phase_word(proposal.phase);
        if let (Some(now), false) = (self.now, is_final(proposal.phase)) {
            let left = terms::left_words(proposal.until.0, now, proposal.proposal.0);
            words.push_str(&format!(", {left}"));
        }
        let more = match proposal.phase {
            PhaseName::Draft => format!(
                "; {} of {} supporters",
                proposal.supporters, proposal.supporters_needed
            ),
            PhaseName::Vote => format!(
                "; {} so far, counted when the vote is closed",
                match proposal.ballots {
                    1 => "1 ballot".to_owned(),
                    ballots => format!("{ballots} ballots"),
                }
            ),
            PhaseName::Tally => match &self.result.tally {
                Some(tally) => format!("; {}", result::progress(tally, proposal.proposal)),
                None => String::new(),
            },
            _ => String::new(),
        };
        words + &more
    }

    fn who(&self) -> String {
        let who = terms::electorate_words(&self.proposal.electorate);
        match &self.proposal.opening {
            Some(opening) if opening.members > 0 => {
                format!("{who}, {} when the vote opened", opening.members)
            }
            _ => who,
        }
    }

    fn panel(&self) -> Rows {
        if let Some(why) = &self.proposal.no_panel {
            return vec![("panel", format!("none, it goes on without: {why}"))];
        }
        let Some(advice) = &self.advice else {
            return vec![];
        };
        let seats = self.proposal.panel;
        let mut rows = vec![];
        let sums: Vec<String> = (0u8..)
            .zip(&advice.options)
            .filter(|(_, count)| **count > 0)
            .map(|(option, count)| format!("{count} for {}", self.option(option)))
            .collect();
        let sums = match sums.is_empty() {
            // who wants to sit finds the pool there
            true => format!(
                "nothing recommended yet; its draw is assembly/{} in `mycel draw list`",
                self.proposal.proposal
            ),
            false => sums.join(", "),
        };
        rows.push(("panel", format!("{seats} seats by lot: {sums}")));
        for view in &advice.advice {
            let option = view
                .option
                .map(|option| format!(" ({})", self.option(option)));
            let (name, option) = (self.name(view.person), option.unwrap_or_default());
            rows.push(("", format!("{name}{option}: {}", view.text)));
        }
        rows
    }

    /// An option by name; of yes and no by these words.
    fn option(&self, option: u8) -> String {
        match (self.content.kind.as_str(), option) {
            ("yes_no", 0) => "no".into(),
            ("yes_no", _) => "yes".into(),
            _ => result::title(&self.content, option),
        }
    }

    fn runs(&self) -> Rows {
        let mut heading = "carried out";
        let line = |(place, run): (usize, &RunView)| {
            let option = match self.content.kind.as_str() {
                "yes_no" => String::new(),
                _ => format!(" of option {}", result::title(&self.content, run.option)),
            };
            let why = match run.why.is_empty() || run.state == "done" {
                true => String::new(),
                false => format!(": {}", run.why),
            };
            let text = format!("action {place}{option}: {}{why}", run.state);
            (std::mem::take(&mut heading), text)
        };
        self.runs.iter().enumerate().map(line).collect()
    }

    /// What somebody can do now.
    fn next(&self) -> Option<String> {
        let number = self.proposal.proposal;
        let over = self.now.is_some_and(|now| now >= self.proposal.until.0);
        let failed = self.runs.iter().any(|run| run.state == "failed");
        let ballot = match self.content.kind.as_str() {
            "yes_no" => "yes|no|abstain",
            "ranked" => "rank 1,2",
            _ => "approve 1,2",
        };
        Some(match self.proposal.phase {
            phase if is_final(phase) => return None,
            PhaseName::Draft if !over => format!("mycel vote support {number} --from NAME"),
            PhaseName::Vote if !over => format!("mycel vote cast {number} {ballot} --from NAME"),
            PhaseName::Deliberation if !over => {
                format!("mycel vote statement add {number} \"…\" --from NAME")
            }
            PhaseName::Timelock if !over => return None,
            PhaseName::Execution if !over && failed => {
                format!("mycel vote retry {number} --from NAME")
            }
            PhaseName::Execution if !over => format!("mycel vote execute {number} --from NAME"),
            _ => format!("mycel vote advance {number} --from NAME"),
        })
    }
}

impl Show for Shown {
    fn human(&self) -> String {
        let mut rows = self.head();
        let changes = match self.proposal.phase {
            PhaseName::Executed => "changed",
            _ => "would change",
        };
        let mut told = self.would_change.rows(changes);
        if self.proposal.phase == PhaseName::Executed {
            // it is so because of this decision, not before it
            for (_, line) in &mut told {
                if let Some(so) = line.strip_suffix(" already") {
                    *line = format!("{so} now");
                }
            }
        }
        rows.extend(told);
        rows.push(("sha256", self.proposal.hash.clone()));
        rows.extend(self.panel());
        if self.proposal.statements > 0 {
            let count = format!(
                "{}; `mycel vote statement list {}` shows them",
                self.proposal.statements, self.proposal.proposal
            );
            rows.push(("statements", count));
        }
        if let Some(mine) = &self.mine {
            if let Some(view) = &mine.ballot {
                let ballot = ballot::words(&view.choice);
                rows.push(("ballot", format!("{} voted {ballot}", mine.name)));
            }
            rows.push(("vote", mine.words.clone()));
        }
        if let Some(outcome) = &self.result.outcome {
            rows.extend(result::outcome(outcome, &self.content));
        }
        rows.extend(self.runs());
        if let Some(next) = self.next() {
            rows.push(("next", next));
        }
        let mut text = pairs(&rows);
        if let (Some(outcome), Some(tally)) = (&self.result.outcome, &self.result.tally) {
            for line in result::large(tally, &self.names, outcome.eligible) {
                text.push_str(&format!("{line}\n"));
            }
            text.push_str(&result::details(tally, &self.content, &outcome.chosen));
        }
        text
    }
}

/// Gathers and shows.
pub async fn run(
    cmd: Cmd,
    session: &Session,
    client: &Client<Http>,
    contract: AccountAddress,
) -> Result<(), Failure> {
    let number = Id(cmd.proposal);
    let assembly = client.assembly(contract);
    let names = Names::new(client, session.network());
    let proposal = assembly.proposal(number).await?;
    let content = assembly.content(number).await?.content;
    let result = assembly.result(number).await?;
    let runs = assembly.runs(number).await?;
    let advice = match proposal.panel {
        0 => None,
        _ => Some(assembly.advice(number).await?),
    };
    let mut persons = vec![proposal.proposer.0];
    let advisers = advice.iter().flat_map(|advice| &advice.advice);
    persons.extend(advisers.map(|view| view.person.0));
    let large = result.tally.iter().flat_map(|tally| &tally.large);
    persons.extend(large.map(|large| large.person.0));
    let way = match &cmd.name {
        Some(name) => {
            let person = super::person(session, client, name).await?;
            let route = assembly.route(number, person).await?;
            persons.extend(way::persons(&route));
            Some((name.clone(), assembly.ballot(number, person).await?, route))
        }
        None => None,
    };
    let mut known = BTreeMap::new();
    for person in persons {
        known.insert(person, names.person(Id(person)).await);
    }
    let mine = way.map(|(name, ballot, route)| Mine {
        words: way::words(&route, &known),
        name,
        ballot,
        way: route,
    });
    let would_change = Would::read(&Reader::new(client, &names), &content).await;
    session.print(&Shown {
        proposal,
        content,
        would_change,
        runs,
        advice,
        result,
        mine,
        now: client.contract_time().await.ok(),
        names: known,
    });
    Ok(())
}
