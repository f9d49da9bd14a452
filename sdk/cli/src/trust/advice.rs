//! The next step after a refusal of the trust contract: each phrase that a person can act on gets its command.
use crate::exit::Failure;

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

fn next(text: &str) -> Option<String> {
    let (_, step) = [
        ("unknown gate", "see `mycel trust gates`"),
        ("gate closed", "see `mycel trust gates`"),
        (
            "nullifier spent",
            "you have passed this gate in this term; `mycel trust gates` says how long terms are",
        ),
        (
            "slot not recent",
            "run it again: proofs are about the last slots",
        ),
        (
            "opened on a day that began after this slot",
            "run it again in the next slot, ten minutes at most",
        ),
        (
            "deals run",
            "`mycel trust status NAME` says until when; run it again when they have ended",
        ),
        (
            "no viewing key",
            "`mycel trust rekey --viewing --from NAME` publishes one",
        ),
        ("unknown deal", "see `mycel trust status NAME`"),
        ("not enrolled", "members join with `mycel member join`"),
        ("unknown mailbox", "members join with `mycel member join`"),
        (
            "reset not approved",
            "members decide it: `mycel vote propose`",
        ),
    ]
    .into_iter()
    .find(|(phrase, _)| text.contains(phrase))?;
    Some(step.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_that_a_person_can_act_on_gets_its_command() {
        assert!(
            next("x: nullifier spent: gate=1")
                .unwrap()
                .contains("this term")
        );
        assert!(
            next("x: unknown gate: gate=9")
                .unwrap()
                .contains("mycel trust gates")
        );
        assert_eq!(next("something else"), None);
    }
}
