//! What must always hold, written once. [`judge`] needs the kept sums only;
//! [`recompute`] makes them anew from every raw record, for tests and auditors.

use borsh::BorshDeserialize;
use cosmwasm_std::{Order, Storage};
use mycel_kit::Key;
use mycel_kit::standard::{Invariant, Number};

use crate::content;
use crate::error::ContractError;
use crate::pending;
use crate::state::{
    self, Ballot, PHASES, Phase, Proposal, Run, RunState, Spending, Statement, Totals,
};
use crate::verdict;

/// What every decision together may spend in the window, at most, in 1/10,000.
const WINDOW_BPS: u128 = 2_500;

/// Judges what the kept sums can show.
///
/// # Errors
/// Only for unreadable state.
pub fn judge(storage: &dyn Storage) -> Result<Vec<Invariant>, ContractError> {
    let totals = state::totals().load(storage)?;
    let entry = |id: &str, sentence: &str, holds: bool, numbers: Vec<Number>| Invariant {
        id: id.to_owned(),
        sentence: sentence.to_owned(),
        holds,
        numbers,
    };
    let votes = totals.yes + totals.no + totals.abstain;
    let phases: u64 = totals.phases.iter().sum();
    Ok(vec![
        entry(
            "ASSEMBLY-1",
            "yes, no, abstain, looped and unrepresented of all counted votes are their electorates",
            votes + totals.looped + totals.unrepresented == totals.eligible,
            vec![
                Number::new("yes", totals.yes),
                Number::new("no", totals.no),
                Number::new("abstain", totals.abstain),
                Number::new("looped", totals.looped),
                Number::new("unrepresented", totals.unrepresented),
                Number::new("eligible", totals.eligible),
            ],
        ),
        entry(
            "ASSEMBLY-2",
            "nobody counts twice: never more votes than electors",
            votes <= totals.eligible,
            vec![
                Number::new("votes", votes),
                Number::new("eligible", totals.eligible),
                Number::new("ballots", totals.ballots),
            ],
        ),
        entry(
            "ASSEMBLY-3",
            "every proposal that was carried out had met its threshold and its timelock",
            totals.begun == totals.begun_met && totals.begun <= totals.counted,
            vec![
                Number::new("carried_out", totals.begun),
                Number::new("met", totals.begun_met),
                Number::new("counted", totals.counted),
            ],
        ),
        entry(
            "ASSEMBLY-4",
            "what was spent in the window is within a quarter of the commons",
            totals.window_spent <= totals.window_base / 10_000 * WINDOW_BPS + WINDOW_BPS
                && totals.window_spent <= totals.spent,
            vec![
                Number::new("window", totals.window_spent),
                Number::new("base", totals.window_base),
                Number::new("spent", totals.spent),
            ],
        ),
        entry(
            "ASSEMBLY-5",
            "each proposal is in one phase, and each person has at most one open draft",
            phases == totals.proposals && totals.drafts == totals.phases[Phase::Draft.index()],
            vec![
                Number::new("proposals", totals.proposals),
                Number::new("in_phases", phases),
                Number::new("drafts", totals.drafts),
            ],
        ),
    ])
}

fn each<T: BorshDeserialize>(
    storage: &dyn Storage,
    tag: u8,
    mut see: impl FnMut(&[u8], T),
) -> Result<(), String> {
    for (raw, value) in storage.range(Some(&[tag]), Some(&[tag + 1]), Order::Ascending) {
        let record = Key::new(tag, &raw[1..])
            .decode(&value)
            .map_err(|why| why.to_string())?;
        see(&raw[1..], record);
    }
    Ok(())
}

fn number(raw: &[u8], at: usize) -> u64 {
    let mut bytes = [0; 8];
    if let Some(part) = raw.get(at..at + 8) {
        bytes.copy_from_slice(part);
    }
    u64::from_be_bytes(bytes)
}

/// The sums, from every raw record; and what only records can show: each
/// proposal's own sums, its content's hash, its threshold and timelock, what
/// ran, and that something is put down for everything that goes on.
///
/// # Errors
/// Unreadable state, or a sentence that says what does not hold.
pub fn recompute(storage: &dyn Storage) -> Result<Totals, String> {
    let kept = state::totals().load(storage).map_err(|e| e.to_string())?;
    let mut sums = Totals {
        tasks: kept.tasks,
        window_spent: kept.window_spent,
        window_base: kept.window_base,
        ..Totals::default()
    };
    let mut proposals = std::collections::BTreeMap::new();
    each::<Proposal>(storage, b'P', |raw, proposal| {
        proposals.insert(number(raw, 0), proposal);
    })?;
    let mut ballots = std::collections::BTreeMap::<u64, u32>::new();
    each::<Ballot>(storage, b'b', |raw, _| {
        *ballots.entry(number(raw, 0)).or_default() += 1;
        sums.ballots += 1;
    })?;
    let mut supports = std::collections::BTreeMap::<u64, u32>::new();
    each::<u8>(storage, b's', |raw, _| {
        *supports.entry(number(raw, 0)).or_default() += 1;
        sums.supports += 1;
    })?;
    let mut statements = std::collections::BTreeMap::<u64, Vec<Statement>>::new();
    each::<Statement>(storage, b'S', |raw, statement| {
        statements
            .entry(number(raw, 0))
            .or_default()
            .push(statement);
        sums.statements += 1;
    })?;
    let mut words = std::collections::BTreeMap::<u64, Vec<[u32; 4]>>::new();
    each::<Vec<u8>>(storage, b'R', |raw, said| {
        let sums = words.entry(number(raw, 0)).or_default();
        for (place, word) in said.iter().enumerate() {
            if sums.len() <= place {
                sums.push([0; 4]);
            }
            sums[place][usize::from(*word & 3)] += 1;
        }
    })?;
    let mut drafts = std::collections::BTreeMap::new();
    each::<u64>(storage, b'd', |raw, draft| {
        drafts.insert(number(raw, 0), draft);
        sums.drafts += 1;
    })?;
    let mut lists = std::collections::BTreeMap::<u64, Vec<u64>>::new();
    each::<Vec<u64>>(storage, b'u', |raw, of| {
        lists.insert(number(raw, 0), of);
    })?;
    let mut tasks = std::collections::BTreeSet::new();
    each::<u64>(storage, b'z', |_, proposal| {
        tasks.insert(proposal);
    })?;
    let runs = |number: u64| -> Result<Vec<Run>, String> {
        state::runs(number)
            .may_load(storage)
            .map(Option::unwrap_or_default)
            .map_err(|why| why.to_string())
    };
    for (n, proposal) in &proposals {
        let wrong = |what: &str| Err(format!("proposal {n}: {what}"));
        sums.proposals += 1;
        if *n != sums.proposals {
            return wrong("numbers are not dense");
        }
        sums.phases[proposal.phase.index()] += 1;
        sums.spent += u128::from(proposal.spent);
        if proposal.ballots != ballots.get(n).copied().unwrap_or(0) {
            return wrong("ballots do not add up");
        }
        if proposal.supporters != supports.get(n).copied().unwrap_or(0) {
            return wrong("supporters do not add up");
        }
        let stated = statements.remove(n).unwrap_or_default();
        let said = words.remove(n).unwrap_or_default();
        if usize::from(proposal.statements) != stated.len() {
            return wrong("statements do not add up");
        }
        for (place, statement) in stated.iter().enumerate() {
            let [_, agree, disagree, pass] = said.get(place).copied().unwrap_or_default();
            if [agree, disagree, pass] != [statement.agree, statement.disagree, statement.pass] {
                return wrong("reactions do not add up");
            }
        }
        let bytes = state::content(*n)
            .load(storage)
            .map_err(|e| e.to_string())?;
        if content::hash(&bytes) != proposal.hash {
            return wrong("its content is not what was proposed");
        }
        let open = drafts.get(&proposal.proposer) == Some(n);
        if open != (proposal.phase == Phase::Draft) {
            return wrong("is a draft that nobody has open, or neither");
        }
        let listed = lists
            .get(&proposal.proposer)
            .is_some_and(|of| of.contains(n));
        if listed != pending::is_pending(proposal.phase) {
            return wrong("is not counted and in nobody's list, or neither");
        }
        if !proposal.phase.is_final() && !tasks.contains(n) {
            return wrong("goes on and nothing is put down for it");
        }
        if let Some(outcome) = &proposal.outcome {
            sums.counted += 1;
            for (sum, part) in [
                (&mut sums.eligible, outcome.eligible),
                (&mut sums.yes, outcome.yes),
                (&mut sums.no, outcome.no),
                (&mut sums.abstain, outcome.abstain),
                (&mut sums.looped, outcome.looped),
                (&mut sums.unrepresented, outcome.unrepresented),
            ] {
                *sum += u64::from(part);
            }
            let parts =
                outcome.yes + outcome.no + outcome.abstain + outcome.looped + outcome.unrepresented;
            if parts != outcome.eligible {
                return wrong("its votes are not its electorate");
            }
        }
        carried_out(*n, proposal, &runs(*n)?, &mut sums)?;
    }
    let listed: usize = lists.values().map(Vec::len).sum();
    let open = |proposal: &&Proposal| pending::is_pending(proposal.phase);
    if listed != proposals.values().filter(open).count() {
        return Err("a person's list names a proposal twice, or another's".to_owned());
    }
    let spending: Spending = state::spending()
        .may_load(storage)
        .map_err(|e| e.to_string())?
        .unwrap_or_default();
    if !spending.slices.is_sorted_by_key(|(at, _)| *at) {
        return Err("spending is out of order".to_owned());
    }
    let lately: u128 = spending
        .slices
        .iter()
        .map(|(_, sum)| u128::from(*sum))
        .sum();
    if lately > sums.spent {
        return Err("more was spent lately than ever".to_owned());
    }
    if sums.phases.iter().sum::<u64>() != sums.proposals || sums.phases.len() != PHASES {
        return Err("a proposal is in no phase".to_owned());
    }
    Ok(sums)
}

fn carried_out(n: u64, proposal: &Proposal, runs: &[Run], sums: &mut Totals) -> Result<(), String> {
    let wrong = |what: &str| Err(format!("proposal {n}: {what}"));
    let ran = runs.iter().any(|run| run.state == RunState::Done);
    if runs.iter().any(|run| run.state == RunState::Running) {
        return wrong("an action runs between transactions");
    }
    if (ran || proposal.phase == Phase::Executed) && proposal.begun.is_none() {
        return wrong("something ran and it was not begun");
    }
    if proposal.phase == Phase::Executed && runs.iter().any(|run| run.state != RunState::Done) {
        return wrong("is executed and something did not run");
    }
    let Some(begun) = proposal.begun else {
        return Ok(());
    };
    sums.begun += 1;
    let (Some(opening), Some(counted)) = (&proposal.opening, &proposal.counted) else {
        return wrong("was begun without a vote");
    };
    let voted = opening.at.time + u64::from(opening.terms.vote_seconds);
    let waited = counted.time + u64::from(opening.terms.timelock_seconds);
    if !verdict::met(proposal) || counted.time < voted || begun.time < waited {
        return wrong("was carried out without its threshold or its timelock");
    }
    sums.begun_met += 1;
    Ok(())
}
