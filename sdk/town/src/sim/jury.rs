//! A jury at work in a sandbox: drawn by the beacon, all of one mind, as quick as the contract lets it be.
use cosmwasm_std::Addr;
use mycel_kit::Id;
use mycel_sandbox::{Refusal, Sandbox};
use mycel_sortition::{
    ask::QueryMsg,
    juries::{
        ask::{JuriesResponse, JuryView},
        ballot::commitment,
    },
    msg::ExecuteMsg,
};

/// How long what waits for nothing but time is waited for.
const MOST_SECONDS: u64 = 3_600;
/// The hash of the jury's reasons, and its jurors' salt: of a model's jury they say nothing.
const WORD: [u8; 32] = [7; 32];

/// Has a case judged. `address` tells the address of a person. Time passes by as much as the beacon and the time to
/// appeal take.
pub fn judge(
    sandbox: &mut Sandbox,
    sortition: &Addr,
    case: Id,
    outcome: &str,
    address: impl Fn(Id) -> Addr,
) -> Result<(), Refusal> {
    let question = QueryMsg::Juries { case };
    let told = |sandbox: &Sandbox| sandbox.query::<JuriesResponse>(sortition, &question);
    let jury = |sandbox: &Sandbox| Ok::<_, Refusal>(told(sandbox)?.juries.pop());
    wait(sandbox, sortition, case, |sandbox| {
        // its parties strike nobody
        let waits = ["drawing", "striking"];
        let drawn =
            |jury: Option<JuryView>| jury.is_none_or(|jury| !waits.contains(&jury.step.as_str()));
        Ok(told(sandbox)?.lapsed.is_some() || drawn(jury(sandbox)?))
    })?;
    let seated = |place: &str, jury: Option<JuryView>| -> Vec<Id> {
        let seats = jury.map(|jury| jury.seats).unwrap_or_default();
        let there = seats.into_iter().filter(|seat| seat.place == place);
        there.map(|seat| seat.person).collect()
    };
    let word = hex::encode(WORD);
    for person in seated("seated", jury(sandbox)?) {
        let hash = commitment(case.0, 0, person.0, outcome, &WORD, &WORD);
        let commit = ExecuteMsg::CommitVote {
            case,
            commitment: hex::encode(hash),
        };
        sandbox.execute(&address(person), sortition, &commit)?;
    }
    for person in seated("committed", jury(sandbox)?) {
        let reveal = ExecuteMsg::RevealVote {
            case,
            outcome: outcome.to_owned(),
            reasons: word.clone(),
            salt: word.clone(),
        };
        if jury(sandbox)?.is_some_and(|jury| jury.step == "revealing") {
            sandbox.execute(&address(person), sortition, &reveal)?;
        }
    }
    wait(sandbox, sortition, case, |sandbox| {
        Ok(told(sandbox)?.case.r#final)
    })
}

/// Lets time pass, and anyone do what is due, until something is so.
fn wait(
    sandbox: &mut Sandbox,
    sortition: &Addr,
    case: Id,
    is_so: impl Fn(&Sandbox) -> Result<bool, Refusal>,
) -> Result<(), Refusal> {
    let advance = ExecuteMsg::Advance {
        limit: None,
        draw: None,
        case: Some(case),
    };
    let end = sandbox.now().saturating_add(MOST_SECONDS);
    while !is_so(sandbox)? && sandbox.now() < end {
        sandbox.advance_time(1);
        match sandbox.execute(sortition, sortition, &advance) {
            Err(refused) if !refused.text.starts_with("nothing to do") => return Err(refused),
            _ => {}
        }
    }
    Ok(())
}
