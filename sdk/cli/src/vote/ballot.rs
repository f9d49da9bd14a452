//! A ballot and a scope as somebody types them.
use mycel_assembly::msg::BallotChoice;

use crate::exit::Failure;

/// `yes`, `no`, `abstain`, `approve 1,3`, `rank 2,1=4,3`: commas part places, `=` joins equals.
pub fn choice(words: &[String]) -> Result<BallotChoice, Failure> {
    let (kind, rest) = words.split_first().ok_or_else(unreadable)?;
    let options = rest.concat();
    match (kind.as_str(), options.as_str()) {
        ("yes", "") => Ok(BallotChoice::Yes),
        ("no", "") => Ok(BallotChoice::No),
        ("abstain", "") => Ok(BallotChoice::Abstain),
        ("approve", "" | "none") => Ok(BallotChoice::Approve(vec![])),
        ("approve", list) => Ok(BallotChoice::Approve(numbers(list, ',')?)),
        ("rank", list) if !list.is_empty() => {
            let places = list.split(',').map(|place| numbers(place, '='));
            let places: Vec<Vec<u8>> = places.collect::<Result<_, _>>()?;
            let mut seen: Vec<u8> = places.concat();
            seen.sort_unstable();
            if let Some(twice) = seen.windows(2).find(|pair| pair[0] == pair[1]) {
                return Err(Failure::Usage(format!(
                    "option={} is ranked twice; name each option once, as `rank 2,1=4,3`",
                    twice[0]
                )));
            }
            Ok(BallotChoice::Rank(places))
        }
        _ => Err(unreadable()),
    }
}

fn numbers(list: &str, between: char) -> Result<Vec<u8>, Failure> {
    let read = |number: &str| number.parse().map_err(|_| unreadable());
    list.split(between).map(read).collect()
}

fn unreadable() -> Failure {
    Failure::Usage(
        "a ballot is `yes`, `no`, `abstain`, `approve 1,3`, or `rank 2,1=4,3` (the best first, equals joined by =)"
            .into(),
    )
}

/// A ballot in words.
pub fn words(choice: &BallotChoice) -> String {
    let list = |options: &[u8], between: &str| {
        let options: Vec<_> = options.iter().map(ToString::to_string).collect();
        options.join(between)
    };
    match choice {
        BallotChoice::Yes => "yes".into(),
        BallotChoice::No => "no".into(),
        BallotChoice::Abstain => "abstain".into(),
        BallotChoice::Approve(options) if options.is_empty() => "approve none".into(),
        BallotChoice::Approve(options) => format!("approve {}", list(options, ",")),
        BallotChoice::Rank(places) => {
            let places: Vec<_> = places.iter().map(|place| list(place, "=")).collect();
            format!("rank {}", places.join(","))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<BallotChoice, Failure> {
        let words: Vec<String> = text.split(' ').map(Into::into).collect();
        choice(&words)
    }

    #[test]
    fn a_ballot_reads_as_it_is_written() {
        for (text, ballot) in [
            ("yes", BallotChoice::Yes),
            ("no", BallotChoice::No),
            ("abstain", BallotChoice::Abstain),
            ("approve 1,3", BallotChoice::Approve(vec![1, 3])),
            ("approve none", BallotChoice::Approve(vec![])),
            (
                "rank 2,1=4,3",
                BallotChoice::Rank(vec![vec![2], vec![1, 4], vec![3]]),
            ),
        ] {
            assert_eq!(read(text).unwrap(), ballot);
            assert_eq!(words(&ballot), text);
        }
        // a space after a comma is no mistake
        assert_eq!(
            read("approve 1, 3").unwrap(),
            BallotChoice::Approve(vec![1, 3])
        );
    }

    #[test]
    fn what_is_no_ballot_is_refused_with_what_one_looks_like() {
        for text in [
            "maybe",
            "yes 1",
            "rank",
            "rank 1,,2",
            "approve one",
            "rank 1,300",
            "",
        ] {
            let refused = read(text).unwrap_err().to_string();
            assert!(refused.contains("a ballot is `yes`"), "{text}: {refused}");
        }
        let twice = read("rank 2,1,2").unwrap_err().to_string();
        assert!(twice.contains("option=2 is ranked twice"), "{twice}");
    }
}
