//! The next step after a refusal of the trust contract: each phrase that a person can act on gets its command.
use crate::exit::Failure;

/// Where one's own deals stand.
const STATUS: &str = "see `mycel trust status NAME`";

/// The failure with its next step, if one is known.
pub fn advised(failure: Failure) -> Failure {
    let error = match failure {
        Failure::Client(error) => error,
        Failure::Trust(mycel_client::trust::TrustError::Client(error)) => error,
        other => return other,
    };
    match next(&error.to_string()) {
        Some(next) => Failure::Advised { error, next },
        None => Failure::Client(error),
    }
}

/// What the contract says, and the command that helps.
const STEPS: &[(&str, &str)] = &[
    ("unknown gate", "see `mycel trust gates`"),
    ("gate closed", "see `mycel trust gates`"),
    (
        "nullifier spent",
        "you have passed this gate in this term; `mycel trust gates` says how long terms are",
    ),
    (
        "slot refused",
        "run it again: proofs are about the last slots",
    ),
    (
        "opened on a day that began after this slot",
        "run it again in the next slot, ten minutes at most",
    ),
    (
        "term too new",
        "the term opened before any key was set; show at the gate in a later one, or another day",
    ),
    (
        "entries late",
        "`mycel contract call trust '{\"advance\":{}}' --from NAME`, then run it again",
    ),
    (
        "deals run",
        "`mycel trust status NAME` says until when; run it again when they have ended",
    ),
    (
        "no viewing key",
        "`mycel trust rekey --viewing --from NAME` publishes one",
    ),
    (
        "not the newest viewing key",
        "one of you two published another just now; run it again",
    ),
    (
        "no open dispute free",
        "`mycel trust status NAME` shows which wait for a jury, `mycel draw cases` how far it is; what it decides is done by itself",
    ),
    (
        "no open deal free",
        "`mycel trust status NAME` lists those that are open: rate, or cancel what nobody accepted",
    ),
    ("unknown deal", STATUS),
    ("not your deal", STATUS),
    ("not in this stage", STATUS),
    ("too late", STATUS),
    ("too early", STATUS),
    ("rating settled", STATUS),
    ("nothing promised", STATUS),
    ("not about you", STATUS),
    ("not enrolled", "members join with `mycel member join`"),
    (
        "mailbox without identity",
        "`mycel trust rekey --from NAME` gives it one",
    ),
    (
        "reset not approved",
        "members decide it: `mycel vote propose decide trust '{\"approve_reset\":{\"person\":\"N\"}}' --from SOMEBODY`; once that is carried out, `mycel trust rekey --reset --from NAME`",
    ),
    (
        "reset too soon",
        "it can be done once in eight periods; until then `mycel trust recover --from NAME` may find what is lost",
    ),
    (
        "a key that has the role recover",
        "sign with `--from` the key you joined with; `mycel contract query members '{\"keys\":{\"person\":\"N\"}}'` says what each of person N may",
    ),
];

/// What the contracts say for which somebody shows, and the command that helps.
const CONSUMERS: &[(&str, &str)] = &[
    ("no such round", "see `mycel fund list`"),
    ("round is at another stage", "see `mycel fund show ROUND`"),
    ("unknown draw", "see `mycel draw list`"),
    ("draw of another stage", "see `mycel draw show DRAW`"),
    (
        "attributes refused",
        "`mycel draw show DRAW` lists what a volunteer says with `--as`",
    ),
    (
        "identity refused",
        "`mycel fund show ROUND` and `mycel draw show DRAW` say how members are told apart: where it is by addresses, `mycel fund give` and `mycel draw volunteer` need no proof",
    ),
];

fn next(text: &str) -> Option<String> {
    let step = STEPS
        .iter()
        .chain(CONSUMERS)
        .find(|(phrase, _)| text.contains(phrase));
    step.map(|(_, step)| (*step).into())
}

#[cfg(test)]
mod tests {
    use mycel_kit::roles::Unauthorized;
    use mycel_trust::{
        call::KEEPER,
        deals::DealError,
        error::ContractError,
        gates::{GateError, term::settled},
        keys::KeysError,
        times::{Clock, Times},
    };

    use super::*;

    #[test]
    fn a_refusal_that_a_person_can_act_on_gets_its_command() {
        let refused = |error: ContractError| {
            let text = format!("the chain would refuse this: {error}; nothing was sent");
            next(&text).unwrap_or_else(|| panic!("{text}: no next step"))
        };
        let full = DealError::NoDispute {
            person: 1,
            open: 3,
            most: 3,
        };
        assert!(refused(full.into()).contains("mycel draw cases"));
        let unknown = GateError::UnknownGate { gate: 9 };
        assert!(refused(unknown.into()).contains("mycel trust gates"));
        let spent = GateError::Spent {
            gate: 1,
            term: "2".into(),
            at: 3,
        };
        assert!(refused(spent.into()).contains("this term"));
        let soon = KeysError::TooSoon {
            last: 1,
            next: 9,
            period: 2,
        };
        assert!(refused(soon.into()).contains("mycel trust recover"));
        let key = Unauthorized::new("mycel1x", KEEPER);
        assert!(refused(key.into()).contains("mycel contract query members"));
        assert_eq!(next("something else"), None);
    }

    #[test]
    fn each_step_is_for_something_that_the_contract_says() {
        let kinds = mycel_trust::error::kinds();
        let kinds = kinds.into_iter().flatten();
        let mut said: Vec<String> = kinds.map(|kind| kind.phrase.into()).collect();
        said.push(Unauthorized::new("mycel1x", KEEPER).to_string());
        let times = Times::default();
        let clock = Clock { begun: 0, times };
        let early = settled(1, &clock, times.day.into(), 0).unwrap_err();
        said.push(early.to_string());
        for (phrase, _) in STEPS {
            let known = said
                .iter()
                .any(|text| text.contains(phrase) || phrase.starts_with(text));
            assert!(known, "{phrase}");
        }
        let funding = mycel_funding::error::kinds().into_iter().flatten();
        let sortition = mycel_sortition::error::kinds().into_iter().flatten();
        let said: Vec<&str> = funding.chain(sortition).map(|kind| kind.phrase).collect();
        for (phrase, _) in CONSUMERS {
            assert!(said.contains(phrase), "{phrase}");
        }
    }
}
