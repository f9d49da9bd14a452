//! Rounds in words: how far they are, what can be done next, what a gift would bring.
use mycel_client::{
    assembly::words::lasting,
    funding::{More, rounds::ask::RoundView, words::credits},
};

/// `in 3 days`, `3 days ago`, the second itself where no clock is known.
pub fn when(second: u64, now: Option<u64>) -> String {
    match now {
        None => format!("second {second}"),
        Some(now) if now < second => format!("in {}", lasting(second - now)),
        Some(now) if now == second => "now".into(),
        Some(now) => format!("{} ago", lasting(now - second)),
    }
}

/// `1 gift`, `3 gifts`.
pub fn count(number: u64, one: &str) -> String {
    match number {
        1 => format!("1 {one}"),
        many => format!("{many} {one}s"),
    }
}

/// Whether a round waits for somebody to move it on.
pub fn is_due(round: &RoundView, now: Option<u64>) -> bool {
    let Some(now) = now else {
        return false;
    };
    match round.stage.as_str() {
        "open" => now >= round.begins.0,
        "giving" => now >= round.ends.0,
        stage => !is_over(stage),
    }
}

/// Whether nothing can happen any more.
pub fn is_over(stage: &str) -> bool {
    ["done", "cancelled"].contains(&stage)
}

/// How far a round is.
pub fn stage(round: &RoundView, now: Option<u64>) -> String {
    let number = round.round;
    let due = format!("`mycel fund advance {number}` moves it on");
    match round.stage.as_str() {
        "open" if is_due(round, now) => format!("open; gifts may begin, {due}"),
        "open" => format!(
            "open to sponsors and projects; gifts begin {}",
            when(round.begins.0, now)
        ),
        "giving" if is_due(round, now) => format!("giving is over, {due}"),
        "giving" => format!("giving; it ends {}", when(round.ends.0, now)),
        "done" => "done: all is paid".into(),
        "cancelled" => "cancelled: everything went back".into(),
        "cancelling" => format!("cancelled: everything goes back, {due}"),
        other => {
            let what = match other {
                "checking" => "who controls the payees is asked",
                "gathering" => "what is left of the pool is asked",
                "packing" | "weighing" => "givers are paired",
                "dividing" => "the pool is divided",
                "matching" => "the pool is paid to projects",
                "returning" => "the rest of the pool goes back",
                "settling" => "gifts are paid to projects",
                _ => "it is closed",
            };
            format!("{other}: {what}, {due}")
        }
    }
}

/// What somebody can do now, one command a line.
pub fn next(round: &RoundView, now: Option<u64>) -> Vec<String> {
    let number = round.round;
    let advance = format!("mycel fund advance {number} --from NAME");
    let sponsor = format!("mycel fund sponsor {number} AMOUNT --from NAME");
    if is_due(round, now) {
        return vec![advance];
    }
    match round.stage.as_str() {
        "open" => {
            let mut lines = vec![
                sponsor,
                format!("mycel fund submit {number} --title \"…\" --from NAME"),
            ];
            if round.admitted < round.projects {
                lines.push(match round.admission {
                    mycel_client::funding::rounds::msg::Admission::Members => {
                        format!("mycel fund support {number} PROJECT --from NAME")
                    }
                    _ => format!("mycel vote propose admit-project {number} PROJECT --from NAME"),
                });
            }
            lines
        }
        "giving" => vec![
            format!("mycel fund give {number} PROJECT AMOUNT --from NAME"),
            sponsor,
        ],
        "done" | "cancelled" => vec![format!("mycel fund result {number}")],
        _ => vec![advance],
    }
}

/// Why a gift earns no match, if it does not.
pub const UNMATCHED: &str = "nothing from the pool: gifts of organisations, and of who controls a project, are paid to it without match";

/// What a gift would bring from the pool, from what the project gets now and then.
pub fn brings(more: &More, now: u128, then: u128, cap: u128) -> String {
    let gift = credits(more.amount.pico().into());
    if !more.matched {
        return format!("your {gift} would bring this project {UNMATCHED}");
    }
    let rise = then.saturating_sub(now);
    if rise > 0 {
        let capped = match then >= cap {
            true => "; it would have reached the cap",
            false => "",
        };
        return format!(
            "your {gift} would bring this project about {} more from the pool{capped}",
            credits(rise)
        );
    }
    let why = match () {
        () if cap > 0 && now >= cap => "it has reached the cap of what one project gets",
        () if then < now => {
            "it would even get less: the gift makes pairs of givers count less together"
        }
        () => "one giver alone is matched by nothing, and an empty pool matches nobody",
    };
    format!("your {gift} would bring this project nothing more from the pool now: {why}")
}

#[cfg(test)]
mod tests {
    use mycel_client::funding::{
        rounds::{
            ask::FlowView,
            msg::{Admission, IdentityInput},
        },
        rules::{Rule, Saturation},
    };
    use mycel_kit::{Amount, Id, Seconds};

    use super::*;

    const CREDIT: u128 = 1_000_000_000_000;

    fn round(stage: &str) -> RoundView {
        let flow = || FlowView {
            came: 0u128.into(),
            open: 0u128.into(),
            paid: 0u128.into(),
            back: 0u128.into(),
            decayed: 0u128.into(),
            expired: 0u128.into(),
        };
        RoundView {
            round: Id(4),
            title: "Spring".into(),
            opener: None,
            identity: IdentityInput::Addresses {},
            rule: Rule::default(),
            saturation: Saturation::Return,
            cap_bps: 2_000,
            admission: Admission::Members,
            opened: Seconds(10),
            begins: Seconds(100),
            ends: Seconds(200),
            min_pool: Amount::ZERO,
            max_projects: 9,
            stage: stage.into(),
            projects: 2,
            admitted: 1,
            gifts: 0,
            given: flow(),
            pool: flow(),
        }
    }

    #[test]
    fn each_stage_says_what_happens_and_who_can_do_what() {
        let open = round("open");
        assert_eq!(
            stage(&open, Some(40)),
            "open to sponsors and projects; gifts begin in 1 min"
        );
        let lines = next(&open, Some(40)).join("\n");
        for part in ["sponsor 4 AMOUNT", "submit 4 --title", "support 4 PROJECT"] {
            assert!(lines.contains(part), "{lines}");
        }
        assert!(stage(&open, Some(100)).contains("mycel fund advance 4"));
        assert_eq!(next(&open, Some(100)), ["mycel fund advance 4 --from NAME"]);
        let giving = round("giving");
        assert_eq!(stage(&giving, Some(140)), "giving; it ends in 1 min");
        assert!(next(&giving, Some(140))[0].contains("give 4 PROJECT AMOUNT"));
        assert!(stage(&giving, Some(200)).contains("giving is over"));
        for (name, part) in [
            ("weighing", "givers are paired"),
            ("settling", "gifts are paid"),
            ("closing", "closed"),
        ] {
            assert!(stage(&round(name), Some(1)).contains(part), "{name}");
            assert!(is_due(&round(name), Some(1)));
        }
        assert!(is_over("done") && !is_due(&round("done"), Some(900)));
        assert!(next(&round("cancelled"), None)[0].contains("result 4"));
        assert_eq!(when(5, None), "second 5");
        assert_eq!(when(5, Some(65)), "1 min ago");
        assert_eq!(
            (count(1, "gift"), count(0, "gift")),
            ("1 gift".into(), "0 gifts".into())
        );
    }

    #[test]
    fn a_gift_says_what_it_would_bring_or_why_nothing() {
        let more = |matched| More {
            giver: 1,
            project: 1,
            before: 0,
            amount: Amount::credits(10).unwrap(),
            matched,
            own: 0,
        };
        assert_eq!(
            brings(&more(true), CREDIT, 35 * CREDIT, 90 * CREDIT),
            "your 10.00 credits would bring this project about 34.00 credits more from the pool"
        );
        assert!(brings(&more(true), CREDIT, 90 * CREDIT, 90 * CREDIT).contains("reached the cap"));
        assert!(brings(&more(true), 90, 90, 90).contains("has reached the cap"));
        assert!(brings(&more(true), 0, 0, 90).contains("one giver alone"));
        assert!(brings(&more(true), 7, 6, 90).contains("even get less"));
        assert!(brings(&more(false), 0, 0, 90).contains("without match"));
    }
}
