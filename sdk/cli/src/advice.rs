//! The next step after a refusal: what a contract says of a decision or a draw, and the command that helps.
//!
//! Contracts answer with a stable phrase and `name=value` fields; they know no command line. Here each phrase that a
//! person can act on gets its command.
use crate::exit::Failure;

/// What volunteers may say of themselves.
const FEATURES: &str = "`mycel draw show DRAW` lists what a volunteer says with `--as`";

/// The failure with its next step, if one is known.
pub fn advised(failure: Failure) -> Failure {
    let Failure::Client(error) = failure else {
        return failure;
    };
    match next(&error.to_string()) {
        Some(next) => Failure::Advised { error, next },
        None => Failure::Client(error),
    }
}

/// A field of a refusal, up to the next space or sign that ends it.
fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!(" {name}="))?;
    let end = rest.find([' ', ';', ':', ',', ')']).unwrap_or(rest.len());
    Some(&rest[..end])
}

fn next(text: &str) -> Option<String> {
    let proposal = || field(text, "proposal");
    let says = |phrase: &str| text.contains(&format!(": {phrase}:"));
    if says("another phase") {
        let n = proposal()?;
        let needs = text.split_once(" needs=").map_or("", |(_, needs)| needs);
        return Some(match (field(text, "phase")?, needs) {
            ("draft", _) if needs.starts_with("vote") => {
                format!("it is a draft still: `mycel vote support {n} --from NAME`")
            }
            ("deliberation", _) if needs.starts_with("vote") => {
                format!("`mycel vote advance {n} --wait --from NAME` waits until the vote opens")
            }
            (phase, _) if needs.starts_with("one whose time is over") && !is_over(phase) => {
                format!("`mycel vote advance {n} --wait --from NAME` waits until it may")
            }
            _ => format!("see `mycel vote show {n}`"),
        });
    }
    if says("another step") {
        return Some(format!("see `mycel draw case {}`", field(text, "case")?));
    }
    if says("draw of another stage") {
        return Some(format!("see `mycel draw show {}`", field(text, "draw")?));
    }
    if says("identity refused") {
        let draw = field(text, "draw")?;
        return Some(format!("`mycel draw show {draw}` says how volunteers come"));
    }
    if let Some((_, task)) = text.split_once(": nothing to do: ") {
        let mut words = task.split([' ', ';', ',']);
        return match (words.next()?, words.next().and_then(|n| n.parse().ok())) {
            (kind @ ("draw" | "case"), Some(number)) => Some(see(kind, number)),
            _ => None,
        };
    }
    let (_, command) = [
        ("no such proposal", "see `mycel vote list`"),
        ("unknown draw", "see `mycel draw list`"),
        ("unknown case", "see `mycel draw cases`"),
        ("no elector", "see `mycel member show NAME`"),
        (
            "no such area",
            "see `mycel contract query assembly '{\"parameters\":{}}'`",
        ),
        ("attributes refused", FEATURES),
        ("too many items: attributes", FEATURES),
    ]
    .into_iter()
    .find(|(phrase, _)| text.contains(&format!(": {phrase}")))?;
    Some(command.into())
}

/// Where a draw or a case shows what it waits for.
fn see(kind: &str, number: u64) -> String {
    match kind {
        "draw" => format!("see what it waits for: `mycel draw show {number}`"),
        _ => format!("see what it waits for: `mycel draw case {number}`"),
    }
}

/// Whether nothing can follow.
fn is_over(phase: &str) -> bool {
    ["executed", "rejected", "lapsed", "withdrawn"].contains(&phase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_that_a_person_can_act_on_gets_its_command() {
        let phase = |phase: &str, needs: &str| {
            let told = format!(
                "the chain would refuse this: another phase: proposal=12 phase={phase} until=5 needs={needs}; nothing was sent"
            );
            next(&told).unwrap()
        };
        assert!(phase("draft", "vote").contains("mycel vote support 12"));
        assert!(phase("deliberation", "vote").contains("mycel vote advance 12 --wait"));
        assert!(phase("vote", "one whose time is over").contains("mycel vote advance 12 --wait"));
        assert_eq!(
            phase("executed", "one whose time is over"),
            "see `mycel vote show 12`"
        );
        assert_eq!(phase("executed", "draft"), "see `mycel vote show 12`");
        for (told, command) in [
            (
                "no such proposal: proposal=99 (code=sdk/6)",
                "mycel vote list",
            ),
            ("unknown draw: draw=9", "mycel draw list"),
            ("unknown case: case=1", "mycel draw cases"),
            (
                "identity refused: draw=3 takes proofs; show one at its gate",
                "mycel draw show 3",
            ),
            (
                "draw of another stage: draw=3 stage=done needs=open",
                "mycel draw show 3",
            ),
            (
                "nothing to do: draw 2; nothing was sent",
                "mycel draw show 2",
            ),
            ("nothing to do: case 3", "mycel draw case 3"),
            (
                "too many items: attributes=1 most=0",
                "mycel draw show DRAW",
            ),
            (
                "another step: case=7 step=striking until=9 needs=committing",
                "mycel draw case 7",
            ),
        ] {
            let next = next(&format!("query refused: {told}")).unwrap();
            assert!(next.contains(command), "{told}: {next}");
        }
        assert_eq!(
            next("the chain would refuse this: already so: supported"),
            None
        );
    }
}
