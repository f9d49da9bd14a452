//! The next step after a refusal of the contract that keeps commons: each phrase that a person can act on gets its command.
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

/// A field of a refusal, up to the next sign that ends it.
fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!(" {name}="))?;
    let end = rest.find([' ', ';', ':', ',', ')']).unwrap_or(rest.len());
    Some(&rest[..end])
}

fn next(text: &str) -> Option<String> {
    let says = |phrase: &str| text.contains(&format!(": {phrase}:"));
    let of = |name: &str| field(text, name).unwrap_or("ID");
    let commons = of("commons");
    let show = || format!("see `mycel commons show {commons} --as NAME`");
    if says("unknown commons") {
        return Some("see `mycel commons list`".into());
    }
    if says("not enrolled") {
        return Some(format!(
            "`mycel commons show {commons} --as NAME` says how one is enrolled"
        ));
    }
    if says("suspended") || says("excluded") {
        return Some(show());
    }
    if says("overage is owed") {
        return Some("`mycel commons pay-overage ID --from NAME`".into());
    }
    if says("entitlement is owed") {
        return Some("`mycel commons repay ID QUANTITY --from NAME`".into());
    }
    if says("more than may be set aside") || says("more than may be borrowed") {
        let number = |name: &str| field(text, name)?.parse::<u128>().ok();
        let left = number("most")?.saturating_sub(number("already").unwrap_or(0));
        return Some(format!("{left} at most now"));
    }
    if says("not enough entitlement") || says("not enough shares") || says("still held") {
        return Some("see `mycel commons show ID --as NAME`".replace("ID", commons));
    }
    if says("no epoch is open") || says("no epoch") {
        return Some(format!("see `mycel commons monitor show {commons}`"));
    }
    if says("unknown auction") {
        return Some("`mycel commons show ID` lists the auctions that run".into());
    }
    if says("not the phase") {
        let auction = of("auction");
        return Some(match field(text, "phase") {
            Some("reveal") => format!("`mycel commons reveal {auction} --from NAME`"),
            _ => format!("see `mycel commons market AUCTION` for its times ({auction})")
                .replace("AUCTION", auction),
        });
    }
    if says("no such order") || says("commitment differs") || says("one order a person and side") {
        return Some("see `mycel commons orders NAME`".into());
    }
    if says("not a monitor") || says("no seat free") || says("not drawn") || says("not your turn") {
        return Some(format!("see `mycel commons monitor show {commons}`"));
    }
    if says("bond missing") || says("bond expires too soon") || says("bond too small") {
        return Some(format!(
            "`mycel commons monitor bond {commons} --from NAME`"
        ));
    }
    if says("organisation not accredited") {
        return Some(
            "all members decide: `mycel vote propose commons accredit NAME --from MEMBER`".into(),
        );
    }
    if says("unknown claim") {
        return Some("see `mycel commons claims ID NAME`".into());
    }
    if says("too late") || says("unknown measure") || says("not against you") {
        return Some("`mycel commons show ID --as NAME` names measures and their times".into());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_that_a_person_can_act_on_gets_its_command() {
        for (told, command) in [
            ("unknown commons: commons=9", "mycel commons list"),
            (
                "not enrolled: person=3 commons=1; its members enrol by decision",
                "mycel commons show 1 --as",
            ),
            (
                "suspended: person=3 commons=2 step=suspended until=9; appeal",
                "mycel commons show 2 --as",
            ),
            (
                "not the phase: auction=4 phase=reveal until=9 now=8; sealed orders are taken in another",
                "mycel commons reveal 4 --from",
            ),
            (
                "not the phase: auction=4 phase=commit until=9 now=8; salts of orders are taken in another",
                "mycel commons market 4",
            ),
            (
                "not a monitor: commons=1 person=7; x",
                "mycel commons monitor show 1",
            ),
            (
                "too late: measure=1 until=2 now=3",
                "mycel commons show ID --as",
            ),
        ] {
            let next = next(&format!(
                "the chain would refuse this: {told}; nothing was sent"
            ))
            .unwrap();
            assert!(next.contains(command), "{told}: {next}");
        }
        assert_eq!(
            next("the chain would refuse this: to oneself: person=3"),
            None
        );
    }
}
