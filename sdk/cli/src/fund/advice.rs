//! The next step after a refusal of the funding contract: its phrase, and the command that helps.
use crate::exit::Failure;

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

/// A field of a refusal, up to the sign that ends it.
fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!(" {name}="))?;
    let end = rest.find([' ', ';', ':', ',', ')']).unwrap_or(rest.len());
    Some(&rest[..end])
}

fn next(text: &str) -> Option<String> {
    let says = |phrase: &str| text.contains(&format!(": {phrase}"));
    let round = || field(text, "round").unwrap_or("ROUND").to_owned();
    let entry = || field(text, "entry").unwrap_or("ENTRY").to_owned();
    Some(match () {
        () if says("no such round") => "see `mycel fund list`".into(),
        () if says("no such project") || says("round is at another stage") => {
            format!("see `mycel fund show {}`", round())
        }
        () if says("own round open") => {
            format!("`mycel fund cancel {} --from NAME` cancels it", round())
        }
        () if says("project refused: it is not admitted") => {
            "`mycel fund support ROUND PROJECT --from NAME` supports it".into()
        }
        () if says("already submitted") => {
            let project = field(text, "project")?;
            format!("`mycel fund withdraw ROUND {project} --from NAME`")
        }
        () if says("amount too small") => {
            let least = field(text, "least")?.parse().ok()?;
            format!("{} credits at least", mycel_client::amount::brief(least))
        }
        () if says("not yet: trust gates") => "open it without `--gate`".into(),
        () if says("gate refused") || says("unknown gate") => {
            "`mycel trust gates` lists them, with whom each serves".into()
        }
        () if says("no such entry") => "see `mycel fund register list`".into(),
        () if says("no such matter") => {
            "matters are numbered where a case was opened or dues were paid".into()
        }
        () if says("dues unpaid") => {
            format!("`mycel fund register pay-dues {} --from NAME`", entry())
        }
        () if says("pool empty") => {
            "`mycel vote propose rewards AMOUNT --from NAME` proposes it".into()
        }
        () if says("debts first") => "see `mycel fund register list --overdue`".into(),
        () if says("no reward") => format!("see `mycel fund register show {}`", entry()),
        () if says("nothing to do: round") => {
            let number = text.split_once("nothing to do: round ")?.1;
            let end = number
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(number.len());
            format!(
                "see what it waits for: `mycel fund show {}`",
                &number[..end]
            )
        }
        () => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_that_a_person_can_act_on_gets_its_command() {
        for (told, command) in [
            ("no such round: round=9", "mycel fund list"),
            ("no such project: round=2 project=9", "mycel fund show 2"),
            (
                "round is at another stage: round=2 stage=open needs=giving",
                "mycel fund show 2",
            ),
            (
                "own round open: round=3; open the next one",
                "mycel fund cancel 3",
            ),
            (
                "project refused: it is not admitted; support it",
                "mycel fund support",
            ),
            (
                "already submitted: project=4; withdraw it first",
                "mycel fund withdraw ROUND 4",
            ),
            ("not yet: trust gates", "without `--gate`"),
            (
                "gate refused: gate=3 has another mode; see the gate's mode in trust",
                "mycel trust gates",
            ),
            (
                "peer did not answer: trust: unknown gate: gate=9",
                "mycel trust gates",
            ),
            ("no such entry: entry=5", "register list"),
            ("no such matter: matter=5", "matters are numbered"),
            (
                "dues unpaid: entry=5 reports=50 owes=1; pay",
                "register pay-dues 5",
            ),
            ("pool empty: owed=3", "mycel vote propose rewards"),
            ("debts first: person=1 entries_owing=1", "--overdue"),
            ("no reward: entry=5 builders=1", "register show 5"),
            (
                "nothing to do: round 7; nothing was sent",
                "mycel fund show 7`",
            ),
        ] {
            let text = format!("the chain would refuse this: {told}");
            assert!(next(&text).unwrap().contains(command), "{told}");
        }
        assert_eq!(next("query refused: something else"), None);
    }
}
