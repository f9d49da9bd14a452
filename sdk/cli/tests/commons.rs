//! A forest from the command line, against the real contracts in a sandbox: the guide as it stands, and what wrong use is told.
mod community;

use community::{Community, page::shows_code_of};
use mycel_client::commons::{cap::Rule, quantity::Quantity, registry::rules::Rules};
use mycel_town::forest;

#[test]
fn the_page_on_commons_is_run_as_it_stands() {
    let town = Community::shared(24);
    let commands = town.page(include_str!("../../../docs/commons.md"));
    assert!(commands > 35, "commands={commands}");
    let drawing = std::fs::read_to_string(town.home.path().join("forest.svg")).unwrap();
    for words in [
        "<svg",
        "cap and harvest in kg",
        "stock in kg",
        "price in credits for each kg",
        ">season<",
        ">harvest<",
    ] {
        assert!(drawing.contains(words), "{words}: {drawing}");
    }
}

#[test]
fn the_page_on_commons_shows_code_that_is_compiled_and_numbers_that_hold() {
    let page = include_str!("../../../docs/commons.md");
    let example = include_str!("../../../contracts/commons/examples/riverside_commons.rs");
    shows_code_of(page, example);
    let rules: Rules = forest::rules(1_800, 100_000);
    // a fifth at most, a tenth set aside, a twentieth borrowed and tolerated, a fifth of what is restored kept
    assert_eq!(rules.rights.concentration_bps, 2_000);
    assert_eq!(
        (rules.rights.bank_bps, rules.rights.borrow_bps),
        (1_000, 500)
    );
    assert_eq!(rules.order.tolerance_bps, 500);
    assert_eq!(rules.regeneration.buffer_bps, 2_000);
    // "a tenth of it may be taken", of a million
    let Rule::Status { f_msy_ppm, .. } = rules.cap.harvest else {
        panic!("{:?}", rules.cap.harvest)
    };
    assert_eq!(f_msy_ppm, 100_000);
    let all = Quantity::new(forest::STOCK.into()).unwrap();
    assert_eq!(all.part(1, 10).units(), 100_000);
    // "a tenth a season" without readings
    assert_eq!(mycel_client::commons::cap::plan::STALE, (9, 10));
}

#[test]
fn what_is_wrong_is_said_with_what_to_do_next() {
    let town = Community::shared(24);
    let mut wrong = vec![];
    for (line, code, with) in [
        ("mycel commons show 9", 1, "see `mycel commons list`"),
        ("mycel commons plot 9", 1, "see `mycel commons list`"),
        ("mycel commons show 1 --as nobody", 2, "unknown name"),
        (
            "mycel commons harvest 9 1 --from member-13",
            1,
            "see `mycel commons list`",
        ),
        (
            "mycel commons harvest 1 much --from member-13",
            2,
            "write whole units of the commons, as `450`",
        ),
        (
            "mycel commons harvest 1 5 --from member-1",
            1,
            "`mycel commons show 1 --as NAME` says how one is enrolled",
        ),
        (
            "mycel commons bank 1 99_999 --from member-13",
            1,
            "860 at most now",
        ),
        (
            "mycel commons transfer 1 member-14 --from member-13",
            2,
            "--quantity <QUANTITY>",
        ),
        (
            "mycel commons transfer 1 member-14 --quantity 999_999 --from member-13",
            1,
            "take at most what you have, or buy at the auction",
        ),
        (
            "mycel commons bid 9 0.01:5 --from member-13",
            1,
            "lists the auctions that run",
        ),
        (
            "mycel commons bid 2 0.01:5 --from member-13",
            1,
            "see `mycel commons market 1`",
        ),
        (
            "mycel commons bid 2 cheap --from member-13",
            2,
            "write PRICE:QUANTITY",
        ),
        (
            "mycel commons reveal 2 --from member-18",
            1,
            "mycel commons",
        ),
        (
            "mycel commons pay-overage 1 --from member-13",
            1,
            "`mycel commons show 1 --as member-13`",
        ),
        (
            "mycel commons monitor read 1 5 --from member-25",
            2,
            "add `--evidence FILE`",
        ),
        (
            "mycel commons monitor read 1 5 --evidence-hash 00 --from member-25",
            2,
            "write its 64 hexadecimal digits",
        ),
        (
            "mycel commons monitor bond 1 --from member-1",
            1,
            "persons become monitors by lot",
        ),
        (
            "mycel commons appeal 9 --from member-13",
            1,
            "mycel commons show ID --as NAME",
        ),
        (
            "mycel commons join 1 --from member-1",
            1,
            "`mycel vote propose commons enrol 1 member-1 --from MEMBER`",
        ),
        (
            "mycel commons attest 99 5 --from member-25",
            1,
            "mycel commons claims",
        ),
        ("mycel fund show 9", 1, "see `mycel fund list`"),
        ("mycel fund give 9 1 5 --from member-1", 1, "mycel fund"),
        (
            "mycel fund give 2 9 5 --from member-1",
            1,
            "see `mycel fund show 2`",
        ),
        ("mycel fund give 1 1 5 --from member-1", 1, "mycel fund"),
        (
            "mycel fund give 2 1 0.01 --from member-1",
            1,
            "0.10 credits at least",
        ),
        ("mycel fund result 2", 1, "no result yet"),
    ] {
        let ran = town.line(line);
        if (ran.code, ran.err.contains(with), ran.out.is_empty()) != (code, true, true) {
            wrong.push(format!("{line}: {} {}{}", ran.code, ran.out, ran.err));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
