//! A draw drawn again from what the ledger tells, step by step, so that anybody can follow: the same pure functions
//! that the contract uses, without asking the contract anything.
use mycel_kit::{
    lot::{self, Lot},
    lottery::{self, Fraction, LotteryError, Tolerance, Verdict},
};
use mycel_sortition::draws::{freeze::Root, posts::commitment};
use serde::Serialize;

use super::{
    seating,
    told::{Proof, Told},
};

/// Persons on a page of the root.
const PAGE: usize = mycel_sortition::draws::pool::PER_PAGE as usize;
/// Most offences that a step names.
const MOST: usize = 9;

/// What came of drawing again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Replay {
    /// In order.
    pub steps: Vec<Step>,
    /// Whether every step holds.
    pub holds: bool,
    /// The lot, hexadecimal.
    pub lot: Option<String>,
    /// The index drawn.
    pub index: Option<u32>,
    /// Which of the lottery's different panels that is.
    pub panel: Option<usize>,
    /// Person numbers, seat by seat; 0 is nobody.
    pub seats: Vec<u32>,
}

/// One step.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What is looked at.
    pub title: String,
    /// What was done and found, in words.
    pub lines: Vec<String>,
    /// What does not hold; empty if all does.
    pub wrong: Vec<String>,
}

impl Step {
    pub(super) fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            ..Self::default()
        }
    }

    pub(super) fn says(&mut self, line: impl Into<String>) {
        self.lines.push(line.into());
    }

    pub(super) fn wrong(&mut self, what: impl Into<String>) {
        if self.wrong.len() < MOST {
            self.wrong.push(what.into());
        }
    }
}

/// Draws again as far as the draw has come.
pub fn replay(told: &Told) -> Replay {
    let mut done = Replay::default();
    done.steps.push(pool(told));
    if told.accepted.is_some() {
        let (step, verdict) = lottery(told);
        done.steps.push(step);
        if let Some(verdict) = verdict {
            done.steps.push(chances(told, &verdict));
        }
        done.steps.push(beacon(told));
        draw(told, &mut done);
    }
    done.holds = done.steps.iter().all(|step| step.wrong.is_empty());
    done
}

/// Counts with a word.
pub(super) fn many(count: impl Into<u64>, one: &str, more: &str) -> String {
    let count = count.into();
    format!("{count} {}", if count == 1 { one } else { more })
}

pub(super) fn persons(list: &[u32]) -> String {
    let named: Vec<String> = list.iter().map(|n| format!("person {n}")).collect();
    if named.is_empty() {
        "nobody".into()
    } else {
        named.join(", ")
    }
}

/// The root of the pool as told.
pub fn root(told: &Told) -> [u8; 32] {
    let mut root = Root::new(told.draw);
    for (kind, kept) in (0u16..).zip(&told.types) {
        for (page, persons) in (0u32..).zip(kept.persons.chunks(PAGE)) {
            root.add(kind, page.saturating_mul(PAGE as u32), persons);
        }
    }
    root.close(&told.pool())
}

fn pool(told: &Told) -> Step {
    let mut step = Step::new("Who volunteered");
    let mut all: Vec<u32> = told
        .types
        .iter()
        .flat_map(|kind| kind.persons.iter().copied())
        .collect();
    let count = all.len() as u64;
    step.says(format!(
        "{} of {} for {}. Volunteers of one type told the same of themselves.",
        many(count, "volunteer", "volunteers"),
        many(told.types.len() as u64, "type", "types"),
        many(told.seats, "seat", "seats"),
    ));
    all.sort_unstable();
    for pair in all.windows(2).filter(|pair| pair[0] == pair[1]) {
        step.wrong(format!("person {} is in the pool twice", pair[0]));
    }
    if told.frozen == 0 {
        step.says("The list is not frozen yet: people still come and go.");
        return step;
    }
    let root = hex::encode(root(told));
    step.says(format!(
        "The list was frozen under one number, the root. Hashing the list again gives {root}."
    ));
    if root != told.root {
        step.wrong(format!(
            "the list of volunteers hashes to {root}, the ledger fixed {}",
            told.root
        ));
    }
    step
}

/// Every panel against size and quotas, every level of the certificate, the rank.
fn lottery(told: &Told) -> (Step, Option<Verdict>) {
    let mut step = Step::new("The lottery");
    let Some(accepted) = &told.accepted else {
        return (step, None);
    };
    step.says(format!(
        "Of the lotteries that were handed in, number {} of {} was accepted at second {}: {} panels, {} of them different. \
         They name types, not persons.",
        accepted.post,
        accepted.solver,
        accepted.at,
        told.m,
        told.panels.len()
    ));
    let pages = accepted.body.iter().map(Vec::as_slice);
    let commitment = hex::encode(commitment(&accepted.solver, pages));
    step.says(format!(
        "It is the one that was committed to before anybody could see it: {commitment}."
    ));
    if commitment != accepted.commitment {
        step.wrong(format!("the commitment was {}", accepted.commitment));
    }
    let seats = many(told.seats, "seat", "seats");
    if told.quotas.is_empty() {
        step.says(format!(
            "Each panel was counted again: {seats}. There are no quotas."
        ));
    } else {
        let quotas: Vec<String> = told.quotas.iter().map(|q| told.quota_name(q)).collect();
        step.says(format!(
            "Each panel was counted again: {seats}, and all of: {}.",
            quotas.join("; ")
        ));
    }
    let tolerance = if accepted.wide {
        Tolerance::Wide
    } else {
        Tolerance::Close
    };
    let verdict = match lottery::verify(&told.pool(), &told.lottery(), told.m, tolerance) {
        Ok(verdict) => verdict,
        Err(error) => {
            step.wrong(explained(told, &error));
            return (step, None);
        }
    };
    rank(told, &verdict, &mut step);
    (step, Some(verdict))
}

fn explained(told: &Told, error: &LotteryError) -> String {
    match error {
        LotteryError::QuotaBroken {
            panel,
            quota,
            seated,
            ..
        } => {
            let name = told.quotas.get(*quota).map(|q| told.quota_name(q));
            format!(
                "panel {panel} seats {seated} with {}",
                name.unwrap_or_default()
            )
        }
        other => other.to_string(),
    }
}

/// What the contract said of the lottery is what it is worth.
fn rank(told: &Told, verdict: &Verdict, step: &mut Step) {
    let Some(accepted) = &told.accepted else {
        return;
    };
    step.says(format!(
        "Its certificate was checked again: the least chance of anyone is {:.6}, and no lottery that keeps the quotas \
         can give everybody more than {:.6}. So it is proven for {} of {} persons, in {}, that their chance is as high \
         as it can be without lowering that of somebody who has less.",
        verdict.least.decimal(),
        verdict.bound.decimal(),
        verdict.rank.settled,
        told.persons(),
        many(verdict.held.len() as u64, "step", "steps"),
    ));
    step.says(format!(
        "Its pair term is {}: how often the same two people sit together. Among lotteries as fair as this one the \
         least counts, so friends gain nothing by volunteering together.",
        verdict.rank.pair_term
    ));
    let said = |(n, d): &(String, String)| Some((n.parse::<i128>().ok()?, d.parse::<i128>().ok()?));
    let same = |told: &(String, String), found: Fraction| {
        said(told).is_some_and(|(n, d)| equal((n, d), (found.numerator, found.denominator)))
    };
    if accepted.settled != verdict.rank.settled
        || accepted.pair_term != verdict.rank.pair_term.to_string()
    {
        step.wrong(format!(
            "the ledger says settled={} pair term={}",
            accepted.settled, accepted.pair_term
        ));
    }
    if !same(&accepted.least, verdict.least) || !same(&accepted.bound, verdict.bound) {
        step.wrong(format!(
            "the ledger says least={}/{} bound={}/{}",
            accepted.least.0, accepted.least.1, accepted.bound.0, accepted.bound.1
        ));
    }
}

/// Two fractions are one number. Denominators are above 0.
fn equal(a: (i128, i128), b: (i128, i128)) -> bool {
    let reduced = |(n, d): (i128, i128)| {
        let (mut x, mut y) = (n.unsigned_abs(), d.unsigned_abs());
        while y != 0 {
            (x, y) = (y, x % y);
        }
        let divisor = i128::try_from(x.max(1)).unwrap_or(1);
        (n / divisor, d / divisor)
    };
    a.1 > 0 && b.1 > 0 && reduced(a) == reduced(b)
}

fn chances(told: &Told, verdict: &Verdict) -> Step {
    let mut step = Step::new("Everybody's chance");
    for (number, kind) in told.types.iter().enumerate() {
        let sum = verdict.tally.sums.get(number).copied().unwrap_or(0);
        let chance = Fraction {
            numerator: i128::from(sum),
            denominator: i128::from(told.m.max(1)) * (kind.persons.len() as i128).max(1),
        };
        step.says(format!(
            "{}: {}, each with the chance {:.6}",
            told.type_name(number),
            many(kind.persons.len() as u64, "person", "persons"),
            chance.decimal()
        ));
        if let Some(said) = kind.chance.filter(|said| *said != sum) {
            step.wrong(format!(
                "type {number} is in {sum} panels, the ledger says {said}"
            ));
        }
    }
    step
}

fn beacon(told: &Told) -> Step {
    let mut step = Step::new("The beacon");
    let beacon = &told.beacon;
    step.says(format!(
        "Round {} of {}, at second {}. The lottery was accepted at second {}: nobody could know the round then.",
        beacon.round, beacon.source, beacon.time, beacon.accepted
    ));
    if beacon.time <= beacon.accepted {
        step.wrong("the round is not later than the acceptance");
    }
    if !beacon.note.is_empty() {
        step.says(format!("This beacon is {}.", beacon.note));
    }
    let Some(value) = &beacon.value else {
        step.says("The round has no value yet.");
        return step;
    };
    let computed = match &beacon.proof {
        Proof::Word => {
            step.says(format!(
                "Its value is {value}: the contract's own word, not recomputed here."
            ));
            return step;
        }
        Proof::Drand {
            public_key,
            scheme,
            previous,
        } => {
            let signature = beacon.signature.as_deref().unwrap_or_default();
            step.says(format!(
                "Anyone may bring a round; what counts is the network's signature. It was checked against the key {public_key} ({}).",
                scheme.name()
            ));
            signed(
                *scheme,
                public_key,
                beacon.round,
                signature,
                previous.as_deref(),
            )
        }
        Proof::Members { before, secrets } => {
            let combined = mycel_sortition::beacon::commit_reveal::combine(
                &told.chain_id,
                beacon.round,
                before,
                secrets,
            );
            step.says(format!(
                "{} revealed what they had committed to.",
                many(secrets.len() as u64, "member", "members")
            ));
            Ok(combined)
        }
    };
    match computed {
        Ok(computed) => {
            let computed = hex::encode(computed);
            step.says(format!("Hashing it gives {computed}."));
            if computed != *value {
                step.wrong(format!("the ledger says {value}"));
            }
        }
        Err(why) => step.wrong(why),
    }
    step
}

#[cfg(not(target_arch = "wasm32"))]
fn signed(
    scheme: mycel_sortition::beacon::Scheme,
    key: &str,
    round: u64,
    signature: &str,
    previous: Option<&str>,
) -> Result<[u8; 32], String> {
    let api = cosmwasm_std::testing::MockApi::default();
    mycel_sortition::beacon::drand::verify(&api, scheme, key, round, signature, previous)
        .map_err(|why| why.to_string())
}

/// In a browser only the hash is computed: the caller says so.
#[cfg(target_arch = "wasm32")]
fn signed(
    _: mycel_sortition::beacon::Scheme,
    _: &str,
    _: u64,
    signature: &str,
    _: Option<&str>,
) -> Result<[u8; 32], String> {
    let bytes = hex::decode(signature).map_err(|why| why.to_string())?;
    Ok(sha2::Digest::finalize(<sha2::Sha256 as sha2::Digest>::new_with_prefix(bytes)).into())
}

/// Index, panel, persons.
fn draw(told: &Told, done: &mut Replay) {
    let value: Option<[u8; 32]> = told
        .beacon
        .value
        .as_ref()
        .and_then(|text| hex::decode(text).ok()?.try_into().ok());
    let parts: Option<Vec<Vec<u8>>> = told
        .lot
        .parts
        .iter()
        .map(|part| hex::decode(part).ok())
        .collect();
    let (Some(value), Some(parts)) = (value, parts) else {
        return;
    };
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    let lot = Lot::new(&told.lot.domain, &value, &parts);
    let bits = told.m.checked_ilog2().unwrap_or(0);
    let index = lot.index(bits);
    let mut step = Step::new("Which panel");
    step.says(format!(
        "The lot is SHA-256 of the beacon's value, this chain, this contract and this draw: {}.",
        hex::encode(lot.0)
    ));
    done.lot = Some(hex::encode(lot.0));
    done.index = Some(index);
    done.panel = lot::panel_at(index, told.panels.iter().map(|panel| panel.times));
    let Some((place, panel)) = done.panel.and_then(|at| Some((at, told.panels.get(at)?))) else {
        step.wrong(format!("no panel has the number {index}"));
        done.steps.push(step);
        return;
    };
    let seats: Vec<String> = panel
        .seats
        .iter()
        .map(|(kind, seats)| format!("{seats} of {}", told.type_name(usize::from(*kind))))
        .collect();
    step.says(format!(
        "Its first {} are the number {index} of 0 to {}. That is panel {place} of the list: {}.",
        many(bits, "bit", "bits"),
        told.m.saturating_sub(1),
        seats.join("; ")
    ));
    if let Some(said) = told.says.index.filter(|said| *said != index) {
        step.wrong(format!("the ledger says {said}"));
    }
    done.steps.push(step);
    seating::seat(told, &lot, &panel.seats, done);
}
