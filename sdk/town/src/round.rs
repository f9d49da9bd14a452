//! A round of funding from its opening to the last payment: the many choose what the pool goes to.
use std::time::{Duration, Instant};

use mycel_client::{ClientError, amount::brief};
use mycel_funding::{
    rounds::ask::{ProjectsResponse, ResultsResponse, RoundResponse},
    rules::{Rule, Saturation},
};
use mycel_kit::Id;
use serde::Serialize;
use serde_json::json;

use crate::{
    civic::{CivicError, Stage, voices::Patience},
    contracts::{CREDIT as CREDIT_CONTRACT, FUNDING},
};

/// A credit in pico-credits.
const CREDIT: u64 = 1_000_000_000_000;
/// What the sponsor gives.
const POOL: u64 = 200 * CREDIT;
/// Projects: what they are for, and how many give how many credits each. The last is loved by one who gives much.
const PROJECTS: [(&str, &[u64]); 3] = [
    ("a well by the river", &[2, 2, 2, 2, 2, 2, 2, 2]),
    ("seeds for everybody", &[3, 3, 3, 3, 3]),
    ("a fountain in front of one house", &[40]),
];
/// The most that one project gets of the pool, in 1/10,000.
const CAP_BPS: u16 = 6_000;
/// How long the finish may take.
const PATIENCE: Duration = Duration::from_secs(240);

/// A project after the round. Amounts in pico-credits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Project {
    /// What it is for.
    pub title: String,
    /// How many gave.
    pub givers: u32,
    /// What they gave.
    pub given: String,
    /// What it got of the pool.
    pub matching: String,
}

/// A round after its end. Amounts in pico-credits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Funded {
    /// What it is called.
    pub title: String,
    /// The pool.
    pub pool: String,
    /// Of it, back to its sponsors.
    pub returned: String,
    /// By their numbers.
    pub projects: Vec<Project>,
    /// Milliseconds.
    pub ms: u64,
}

impl Funded {
    /// Whether all parts are the pool.
    pub fn adds_up(&self) -> bool {
        let pico = |text: &str| text.parse::<u128>().unwrap_or(0);
        let parts: u128 = self.projects.iter().map(|one| pico(&one.matching)).sum();
        parts + pico(&self.returned) == pico(&self.pool)
    }

    /// For people.
    pub fn table(&self) -> String {
        let credits = |pico: &str| brief(pico.parse().unwrap_or(0));
        let mut text = format!(
            "A round of funding, “{}”: a sponsor's {} credits, divided by how many give and not by how much a few do.\n\n\
             {:<34} {:>6} {:>12} {:>12}\n",
            self.title,
            credits(&self.pool),
            "project",
            "givers",
            "given",
            "of the pool",
        );
        for project in &self.projects {
            text.push_str(&format!(
                "{:<34} {:>6} {:>12} {:>12}\n",
                project.title,
                project.givers,
                credits(&project.given),
                credits(&project.matching),
            ));
        }
        text.push_str(&format!(
            "\nBack to the sponsor: {} credits. All parts add up to the pool, to the last pico-credit: {}.\n({:.1} s)\n",
            credits(&self.returned),
            if self.adds_up() { "yes" } else { "NO" },
            self.ms as f64 / 1000.0,
        ));
        text
    }
}

/// A round as it shall be.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// What it is called.
    pub title: &'a str,
    /// How the pool is divided.
    pub rule: Rule,
    /// What becomes of a pool that is more than enough.
    pub saturation: Saturation,
    /// Steps until gifts are taken.
    pub begins: u64,
    /// Steps until they are not taken any more.
    pub ends: u64,
    /// Projects, with what each is given.
    pub projects: &'a [(&'a str, &'a [u64])],
    /// How many members, from the last backwards, have nothing to do with it.
    pub past: usize,
}

/// The round that the town has while it comes up.
pub const FIRST: Terms<'_> = Terms {
    title: "what the town needs",
    rule: Rule::Pairwise { m: None },
    saturation: Saturation::Scale,
    begins: 12,
    ends: 22,
    projects: &PROJECTS,
    past: 0,
};

/// The one that takes visitors' gifts, for an hour.
pub const SECOND: Terms<'_> = Terms {
    title: "what comes next",
    rule: Rule::Pairwise { m: None },
    saturation: Saturation::Scale,
    begins: 12,
    ends: 1_800,
    projects: &[
        ("benches in the shade", &[3, 2]),
        ("books for everybody", &[4]),
    ],
    past: 4,
};

/// A round that is open, and what will be given to its projects.
#[derive(Debug)]
pub struct Opened {
    /// Its number.
    pub round: u64,
    begins: u64,
    ends: u64,
    gifts: Vec<(u32, serde_json::Value)>,
    start: Instant,
}

/// Has a round from its opening to its end. `members` are account numbers, a step is `step` seconds of the contracts'
/// clock.
pub async fn hold(
    stage: &mut impl Stage,
    members: &[u32],
    step: u64,
    mut said: impl FnMut(&str),
) -> Result<Funded, CivicError> {
    said("opening a round of funding");
    let opened = open(stage, members, step, &FIRST).await?;
    finish(stage, &opened, said).await
}

/// Opens a round, with its sponsor, and projects that have the support they need.
pub async fn open(
    stage: &mut impl Stage,
    members: &[u32],
    step: u64,
    terms: &Terms<'_>,
) -> Result<Opened, CivicError> {
    let start = Instant::now();
    // the town's busiest have low numbers: others give
    let back = |n: usize| {
        let n = n + terms.past;
        let place = members.len().saturating_sub(1 + n % members.len().max(1));
        members.get(place).copied().unwrap_or(0)
    };
    let now = stage.now().await?;
    let (begins, ends) = (now + step * terms.begins, now + step * terms.ends);
    let open = json!({"open_round": {
        "title": terms.title, "identity": {"addresses": {}},
        "rule": terms.rule, "saturation": terms.saturation, "cap_bps": CAP_BPS,
        "begins": begins.to_string(), "ends": ends.to_string(), "admission": "members",
        "min_pool": (POOL / 2).to_string(),
    }});
    let round = stage.say(back(0), FUNDING, &open).await?.number("round")?;
    let id = round.to_string();
    let sponsor = json!({"sponsor": {"round": id}});
    stage.hold(back(0), FUNDING, POOL, &sponsor).await?;
    let (mut supports, mut gifts) = (vec![], vec![]);
    for (n, (title, _)) in terms.projects.iter().enumerate() {
        let payee = back(1 + n);
        let submit = json!({"submit": {"round": id, "payee": stage.address(payee)?, "title": title,
            "text_hash": "0e".repeat(32)}});
        // one after the other: their numbers are known
        stage.say(payee, FUNDING, &submit).await?;
    }
    let told: ProjectsResponse = stage
        .ask(FUNDING, &json!({"projects": {"round": id}}))
        .await?;
    let mut giver = terms.projects.len();
    for (title, each) in terms.projects {
        let mut submitted = told.projects.iter();
        let project = submitted.find(|project| project.title == *title);
        let project = project.map_or(Id(0), |project| project.project);
        giver += 1;
        supports.push((
            back(giver),
            json!({"support": {"round": id, "project": project}}),
        ));
        for credits in *each {
            giver += 1;
            let what = json!({"contribute": {"round": id, "project": project}});
            gifts.push((
                back(giver),
                stage.hold_word(FUNDING, credits * CREDIT, &what),
            ));
        }
    }
    stage.say_all(FUNDING, &supports).await?;
    Ok(Opened {
        round,
        begins,
        ends,
        gifts,
        start,
    })
}

/// Everybody gives what they meant to.
pub async fn give(stage: &mut impl Stage, opened: &Opened) -> Result<(), CivicError> {
    stage.wait(opened.begins).await?;
    stage.say_all(CREDIT_CONTRACT, &opened.gifts).await
}

/// Has gifts given and the pool divided.
pub async fn finish(
    stage: &mut impl Stage,
    opened: &Opened,
    mut said: impl FnMut(&str),
) -> Result<Funded, CivicError> {
    let round = opened.round;
    let id = round.to_string();
    said("giving to projects");
    give(stage, opened).await?;
    stage.wait(opened.ends).await?;
    said("dividing the pool");
    let patience = Patience::new(format!("round {round}"), PATIENCE);
    loop {
        let told: RoundResponse = stage.ask(FUNDING, &json!({"round": {"round": id}})).await?;
        match told.round.stage.as_str() {
            "done" => break,
            stage @ "cancelled" => {
                return Err(CivicError::Ended {
                    what: format!("round {round}"),
                    how: stage.to_owned(),
                });
            }
            other => patience.check(|| other.to_owned())?,
        }
        stage
            .work(FUNDING, &json!({"advance": {"round": id}}))
            .await?;
        stage.pass(u64::MAX).await?;
    }
    let mut told = read(stage, round).await?;
    told.ms = u64::try_from(opened.start.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(told)
}

/// A round as the contract keeps it.
pub async fn read(stage: &impl Stage, round: u64) -> Result<Funded, CivicError> {
    let of = json!({"round": round.to_string()});
    let view: RoundResponse = stage.ask(FUNDING, &json!({"round": of})).await?;
    let results: ResultsResponse = stage.ask(FUNDING, &json!({"results": of})).await?;
    let told: ProjectsResponse = stage.ask(FUNDING, &json!({"projects": of})).await?;
    let project = |view: &mycel_funding::rounds::ask::ProjectView| {
        let payouts = results.payouts.iter();
        let payout = payouts
            .clone()
            .find(|payout| payout.project == view.project);
        let payout = payout
            .ok_or_else(|| ClientError::Answer(format!("no payout of project {}", view.project)))?;
        Ok(Project {
            title: view.title.clone(),
            givers: view.givers,
            given: payout.direct_paid.to_string(),
            matching: payout.matching.to_string(),
        })
    };
    let projects: Result<_, ClientError> = told.projects.iter().map(project).collect();
    Ok(Funded {
        title: view.round.title,
        pool: results.pool.to_string(),
        returned: results.returned.to_string(),
        projects: projects?,
        ms: 0,
    })
}

#[cfg(test)]
mod tests;
