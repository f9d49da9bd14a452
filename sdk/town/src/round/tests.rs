//! Rounds, rehearsed in a sandbox.
use super::*;
use crate::{
    contracts::Contracts,
    forest::tests::{keys, now, stage},
};

#[test]
fn what_many_want_gets_more_of_the_pool_than_what_one_pays_much_for() {
    let contracts = Contracts::read_or_native(None).unwrap();
    let keys = keys(24);
    let mut stage = stage(&contracts, &keys, 24);
    let members: Vec<u32> = (1..=24).collect();
    let told = now(hold(&mut stage, &members, 60, |_| ())).unwrap();
    println!("{}", told.table());
    let pico = |text: &str| text.parse::<u128>().unwrap();
    let [well, seeds, fountain] = &told.projects[..] else {
        panic!("{told:?}")
    };
    assert_eq!((well.givers, seeds.givers, fountain.givers), (8, 5, 1));
    assert!(pico(&well.matching) > pico(&seeds.matching), "{told:?}");
    assert_eq!(fountain.matching, "0", "one alone is matched by nobody");
    let parts: u128 = told.projects.iter().map(|one| pico(&one.matching)).sum();
    assert_eq!(parts + pico(&told.returned), pico(&told.pool));
}
#[path = "../../../../contracts/funding/examples/riverside_funding.rs"]
mod riverside;

#[test]
fn a_variant_of_matching_and_eligibility_holds_in_a_round_and_parts_are_still_the_pool() {
    use mycel_sandbox::{Code, Native};
    let variant = |name: &str| match name {
        FUNDING => Code::native(
            Native::new(riverside::instantiate, riverside::execute, riverside::query)
                .with_reply(riverside::reply)
                .with_sudo(riverside::sudo),
        ),
        other => crate::seed::native(other),
    };
    let contracts = Contracts::read_or_native(None).unwrap();
    let keys = keys(24);
    let members: Vec<u32> = (1..=24).collect();
    let terms = Terms {
        rule: Rule::Quadratic {},
        saturation: Saturation::Return,
        ..FIRST
    };
    let matched = |variant: &dyn Fn(&str) -> Code, days: u64| {
        let mut stage = crate::forest::tests::stage_of(&contracts, &keys, 24, variant);
        stage.sandbox.advance_time(days * 86_400);
        stage.sandbox.end_block();
        let told = now(async {
            let opened = open(&mut stage, &members, 60, &terms).await?;
            finish(&mut stage, &opened, |_| ()).await
        });
        let told = told.unwrap();
        let pico = |text: &str| text.parse::<u128>().unwrap();
        let parts: Vec<u128> = told
            .projects
            .iter()
            .map(|one| pico(&one.matching))
            .collect();
        assert_eq!(
            parts.iter().sum::<u128>() + pico(&told.returned),
            pico(&told.pool),
            "{told:?}"
        );
        parts
    };
    let standard = matched(&crate::seed::native, 2);
    let half = matched(&variant, 2);
    assert!(standard[0] > 0, "{standard:?}");
    for (of, standard) in half.iter().zip(&standard) {
        // half, but for the rounding to whole pico-credits
        assert!((2 * of).abs_diff(*standard) <= 2, "{half:?} {standard:?}");
    }
    // nobody has been a member for a day yet: everything goes back
    assert_eq!(matched(&variant, 0), [0, 0, 0]);
}
