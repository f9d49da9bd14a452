//! Electorates and classes, typed and in words.
use mycel_assembly::parameters::Numbers;
use mycel_client::{Credits, assembly::words::lasting};
use mycel_kit::{
    Id,
    roles::{Class, Electorate},
};

/// `all`, `commons/7`, `organisation/3`.
pub fn electorate(text: &str) -> Result<Electorate, String> {
    let number = |text: &str| text.parse().map(Id).ok();
    let read = match text.split_once('/') {
        None => (text == "all").then_some(Electorate::All),
        Some(("commons", id)) => number(id).map(Electorate::Commons),
        Some(("organisation", id)) => number(id).map(Electorate::Organisation),
        Some(_) => None,
    };
    read.ok_or_else(|| "write `all`, `commons/7` or `organisation/3`".into())
}

/// A class by its name.
pub fn class(text: &str) -> Result<Class, String> {
    [
        Class::Ordinary,
        Class::Spending,
        Class::Constitutional,
        Class::Urgent,
    ]
    .into_iter()
    .find(|class| class.name() == text)
    .ok_or_else(|| "write `ordinary`, `spending`, `constitutional` or `urgent`".into())
}

/// Who decides, in words.
pub fn electorate_words(electorate: &Electorate) -> String {
    match electorate {
        Electorate::All => "all members".into(),
        Electorate::Commons(id) => format!("the members of commons {id}"),
        Electorate::Organisation(id) => format!("the controllers of organisation {id}"),
    }
}

/// A class with what it needs now.
pub fn class_words(class: Class, numbers: &Numbers) -> String {
    let (quorum, majority, ..) = of(class, numbers);
    format!("{}: {}", class.name(), needs_words(quorum, majority))
}

/// How long a proposal takes from its last supporter to its execution.
pub fn times_words(class: Class, numbers: &Numbers, panel: bool) -> String {
    let (_, _, vote, timelock) = of(class, numbers);
    let talk = match (class, panel) {
        (Class::Urgent, _) => return format!("a vote of {}", lasting(vote.into())),
        (_, true) => numbers.panel_seconds,
        (_, false) => numbers.deliberation_seconds,
    };
    format!(
        "supporters, {} to talk, a vote of {}, {} to leave before it runs",
        lasting(talk.into()),
        lasting(vote.into()),
        lasting(timelock.into())
    )
}

/// Quorum, majority, seconds of the vote and of the timelock.
fn of(class: Class, n: &Numbers) -> (u32, u32, u32, u32) {
    match class {
        Class::Urgent => (
            n.urgent_quorum_bps,
            n.urgent_majority_bps,
            n.urgent_vote_seconds,
            0,
        ),
        Class::Ordinary => (
            n.ordinary_quorum_bps,
            n.ordinary_majority_bps,
            n.ordinary_vote_seconds,
            n.ordinary_timelock_seconds,
        ),
        Class::Spending => (
            n.spending_quorum_bps,
            n.spending_majority_bps,
            n.spending_vote_seconds,
            n.spending_timelock_seconds,
        ),
        Class::Constitutional => (
            n.constitutional_quorum_bps,
            n.constitutional_majority_bps,
            n.constitutional_vote_seconds,
            n.constitutional_timelock_seconds,
        ),
    }
}

/// `15 %`, `a third`, `two thirds`, `more than half`.
pub fn share_words(bps: u32, majority: bool) -> String {
    match bps {
        3_333 | 3_334 => "a third".into(),
        6_666 | 6_667 => "two thirds".into(),
        5_000 if majority => "more than half".into(),
        bps if bps.is_multiple_of(100) => format!("{} %", bps / 100),
        bps => format!("{}.{:02} %", bps / 100, bps % 100),
    }
}

/// What a decision needs, in words.
pub fn needs_words(quorum_bps: u32, majority_bps: u32) -> String {
    format!(
        "{} must take part, {} of yes and no be yes",
        share_words(quorum_bps, false),
        share_words(majority_bps, true)
    )
}

/// How long a phase lasts from now: `3 days 2 h`, or that somebody may end it.
pub fn short_left(until: u64, now: u64) -> String {
    match until.checked_sub(now) {
        Some(seconds) if seconds > 0 => lasting(seconds),
        _ => "over".into(),
    }
}

/// The same with what to do when it is over.
pub fn left_words(until: u64, now: u64, proposal: u64) -> String {
    match short_left(until, now).as_str() {
        "over" => format!("its time is over; `mycel vote advance {proposal}` moves it on"),
        left => format!("{left} left"),
    }
}

/// Pico-credits as credits.
pub fn credits(pico: u64) -> String {
    format!("{} credits", Credits(i128::from(pico)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn electorates_and_classes_read_as_they_are_written() {
        for (text, value) in [
            ("all", Electorate::All),
            ("commons/7", Electorate::Commons(Id(7))),
            ("organisation/3", Electorate::Organisation(Id(3))),
        ] {
            assert_eq!(electorate(text), Ok(value));
        }
        for wrong in ["", "some", "commons", "commons/", "commons/x", "all/1"] {
            assert!(electorate(wrong).is_err(), "{wrong}");
        }
        for name in ["ordinary", "spending", "constitutional", "urgent"] {
            assert_eq!(class(name).unwrap().name(), name);
        }
        assert!(class("light").is_err());
    }

    #[test]
    fn what_a_decision_needs_is_told_as_the_rules_say_it() {
        assert_eq!(
            needs_words(1_500, 5_000),
            "15 % must take part, more than half of yes and no be yes"
        );
        assert_eq!(
            needs_words(3_333, 6_667),
            "a third must take part, two thirds of yes and no be yes"
        );
        let numbers = Numbers::default();
        assert_eq!(
            times_words(Class::Constitutional, &numbers, false),
            "supporters, 7 days to talk, a vote of 14 days, 14 days to leave before it runs"
        );
        assert_eq!(
            times_words(Class::Urgent, &numbers, false),
            "a vote of 1 day"
        );
        assert!(times_words(Class::Ordinary, &numbers, true).contains("42 days to talk"));
        assert_eq!(share_words(1_525, false), "15.25 %");
        assert_eq!(left_words(100, 40, 3), "1 min left");
        assert!(left_words(40, 40, 3).contains("mycel vote advance 3"));
    }

    #[test]
    fn the_page_on_deciding_names_the_classes_as_they_are() {
        let page = include_str!("../../../../docs/deciding.md");
        let numbers = Numbers::default();
        for class in [
            Class::Urgent,
            Class::Ordinary,
            Class::Spending,
            Class::Constitutional,
        ] {
            let (quorum, majority, vote, timelock) = of(class, &numbers);
            let row = page
                .lines()
                .find(|line| line.starts_with(&format!("| {} ", class.name())));
            let lock = match timelock {
                0 => "none".into(),
                seconds => lasting(seconds.into()),
            };
            let end = format!(
                "| {} | {} | {} | {lock} |",
                share_words(quorum, false),
                share_words(majority, true),
                lasting(vote.into())
            );
            assert!(row.is_some_and(|row| row.ends_with(&end)), "{end}");
        }
        let talk = lasting(numbers.execution_seconds.into());
        assert!(page.contains(&format!("for {talk}")), "{talk}");
        assert_eq!(
            (numbers.spend_bps, numbers.spend_window_bps),
            (1_000, 2_500)
        );
    }
}
