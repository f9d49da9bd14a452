use super::*;

const CREDIT: u128 = 1_000_000_000_000;

fn sums(given: &[u128]) -> Sums {
    given.iter().map(|&c| (0, c)).collect()
}

fn weights(projects: &[&[u128]]) -> Vec<U256> {
    projects.iter().map(|given| sums(given).weight()).collect()
}

#[test]
fn two_and_three_against_eight_and_eight_is_two_hundred_thirty_four_point_four() {
    let weights = weights(&[&[2, 3], &[8, 8]]);
    let paid = |pool| {
        Quadratic
            .allocate(pool, &weights, 10_000, Saturation::Scale)
            .unwrap()
    };
    assert_eq!(paid(10_000).parts, [2_344, 7_656]);
    // coarse square roots would give 200 and 800
    assert_eq!(paid(1_000).parts, [234, 766]);
    // 2√6 / (2√6 + 16) of a thousand credits
    let weights = self::weights(&[&[2 * CREDIT, 3 * CREDIT], &[8 * CREDIT, 8 * CREDIT]]);
    let credits = allocate(1_000 * CREDIT, &weights, 1_000 * CREDIT, Saturation::Scale).unwrap();
    assert_eq!(credits.parts, [234_412_378_314_921, 765_587_621_685_079]);
    assert_eq!(credits.returned, 0);
}

#[test]
fn two_hundred_projects_share_a_pool_to_the_unit() {
    let weights: Vec<U256> = (1..=200u128)
        .map(|p| sums(&[p * 7_919 % 1_013 + 1, p * p, 3]).weight())
        .collect();
    for saturation in [Saturation::Scale, Saturation::Return] {
        for cap in [10_000, 2_000, 37] {
            let paid = Quadratic
                .allocate(1_000_000_007, &weights, cap, saturation)
                .unwrap();
            let sum: u128 = paid.parts.iter().sum();
            assert_eq!(sum + paid.returned, 1_000_000_007);
            if saturation == Saturation::Scale && cap > 50 {
                assert_eq!(sum, 1_000_000_007);
            }
        }
    }
}

#[test]
fn what_one_gives_alone_earns_no_match_and_a_weight_is_never_negative() {
    assert_eq!(sums(&[123_456_789 * CREDIT / 1_000]).weight(), U256::ZERO);
    assert_eq!(Sums::of(3, U256::from(10u8)).weight(), U256::ZERO);
    assert_eq!(sums(&[1, 1]).weight(), U256::from(2u8) << 64usize);
}

#[test]
fn adding_to_a_contribution_counts_as_one_larger_contribution() {
    let mut sum = sums(&[5, 11]);
    sum.replace(5, 9);
    assert_eq!(sum, sums(&[11, 9]));
    sum.replace(11, 0);
    assert_eq!(sum, sums(&[9]));
}

#[test]
fn the_largest_round_stays_within_its_widths() {
    let most = (1u128 << 63) - 1;
    assert_eq!(root(most).checked_ilog2(), Some(63));
    // 2^20 contributors
    let roots = root(most) << 20;
    let sums = Sums::of(
        roots,
        mycel_kit::wide::mul(root(most), root(most)) << 20usize,
    );
    assert!(sums.weight().bit_len() <= 168);
    let paid = allocate(1 << 80, &[sums.weight(); 200], 1 << 80, Saturation::Scale).unwrap();
    assert_eq!(paid.parts.iter().sum::<u128>(), 1 << 80);
    // a group of all of them has one root
    assert_eq!(
        root(most << 20),
        mycel_kit::sqrt::isqrt(U256::from(most << 20) << 64usize)
    );
}

#[test]
fn a_pool_above_the_weights_is_returned_or_scaled_as_the_round_chose() {
    let weights = weights(&[&[4, 9], &[16, 16]]); // 12 and 32
    let back = allocate(100, &weights, 100, Saturation::Return).unwrap();
    assert_eq!((back.parts, back.returned), (vec![12, 32], 56));
    let scaled = allocate(100, &weights, 100, Saturation::Scale).unwrap();
    assert_eq!((scaled.parts, scaled.returned), (vec![27, 73], 0));
    let short = allocate(22, &weights, 100, Saturation::Return).unwrap();
    assert_eq!((short.parts, short.returned), (vec![6, 16], 0));
}

#[test]
fn nobody_gets_more_than_the_cap_and_the_rest_flows_on_or_back() {
    let weights = weights(&[&[100, 100], &[25, 25], &[1, 1]]); // 200, 50, 2
    let paid = |pool, cap, saturation| {
        let paid = Quadratic.allocate(pool, &weights, cap, saturation).unwrap();
        (paid.parts, paid.returned)
    };
    // 40 to the first; the rest by weight among the others
    assert_eq!(paid(100, 4_000, Saturation::Scale), (vec![40, 40, 20], 0));
    // what the cap leaves never lifts anybody above its weight
    assert_eq!(paid(100, 4_000, Saturation::Return), (vec![40, 40, 2], 18));
    assert_eq!(
        paid(1_000, 2_000, Saturation::Scale),
        (vec![200, 200, 200], 400)
    );
    assert_eq!(cap_of(9_999, 2_000), 1_999);
    assert_eq!(
        cap_of(u128::from(u64::MAX) << 16, 10_000),
        u128::from(u64::MAX) << 16
    );
}

#[test]
fn without_any_weight_all_is_returned() {
    for saturation in [Saturation::Return, Saturation::Scale] {
        let alone = allocate(1_000, &weights(&[&[7], &[]]), 1_000, saturation).unwrap();
        assert_eq!((alone.parts, alone.returned), (vec![0, 0], 1_000));
        let nobody = allocate(1_000, &[], 1_000, saturation).unwrap();
        assert_eq!((nobody.parts, nobody.returned), (vec![], 1_000));
    }
}

#[test]
fn units_that_are_left_over_go_to_the_largest_remainders_and_ties_to_the_lower_project() {
    let half = U256::from(1u8) << 63usize;
    let full = |units: u64| U256::from(units) << 64usize;
    let weights = [full(2) + half, full(1) + half, full(1), half];
    // 5.5 wanted: three halves, one unit
    let paid = allocate(9, &weights, 9, Saturation::Return).unwrap();
    assert_eq!((paid.parts, paid.returned), (vec![3, 1, 1, 0], 4));
    let third = allocate(10, &[full(1); 3], 10, Saturation::Scale).unwrap();
    assert_eq!(third.parts, [4, 3, 3]);
}

#[test]
fn capital_constrained_never_pays_more_than_the_weights_whatever_the_round_chose() {
    let weights = weights(&[&[4, 9], &[16, 16]]);
    let paid = CapitalConstrained
        .allocate(100, &weights, 10_000, Saturation::Scale)
        .unwrap();
    assert_eq!((paid.parts, paid.returned), (vec![12, 32], 56));
    assert_eq!(alpha::alpha(100, &weights), alpha::SCALE);
    assert_eq!(alpha::alpha(11, &weights), alpha::SCALE / 4);
    assert_eq!(alpha::alpha(11, &[U256::ZERO]), 0);
    assert_eq!(alpha::alpha(0, &weights), 0);
}

#[test]
fn a_declared_group_counts_as_one_contributor() {
    assert_eq!(Clustered.unit(7, Some(3)), Unit::Group(3));
    assert_eq!(Clustered.unit(7, None), Unit::Person(7));
    assert_eq!(Quadratic.unit(7, Some(3)), Unit::Person(7));
    // ana alone, and a group that gives 8 and then 8 more
    let mut sum = sums(&[9, 8]);
    sum.replace(8, 16);
    assert_eq!(sum.weight(), sums(&[9, 16]).weight());
    // as persons they would earn 2·(3·√8·2 + 8)
    assert!(sum.weight() < sums(&[9, 8, 8]).weight());
}

fn table(given: &[&[(u16, u64)]]) -> Table {
    let mut table = Table::default();
    for gifts in given {
        table.push(
            gifts
                .iter()
                .map(|&(project, c)| (project, mycel_kit::sqrt::isqrt_q32(c))),
        );
    }
    table
}

fn by_pairs(m: u64, table: &Table, projects: usize) -> Vec<U256> {
    let mut weights = vec![U256::ZERO; projects];
    let mut steps = u64::MAX;
    assert!(table.advance(m, &mut Place::default(), &mut weights, &mut steps));
    weights
}

#[test]
fn a_pair_counts_once_and_half_where_it_gives_as_much_in_common_as_m() {
    let two = table(&[&[(0, 16)], &[(0, 16)]]);
    // k = 16 = M
    assert_eq!(by_pairs(16, &two, 1), [U256::from(8u8) << 64usize]);
    // M far above k: the whole product, once and not twice
    let [whole] = by_pairs((1 << 63) - 1, &two, 1)[..] else {
        panic!("one project");
    };
    assert_eq!(
        (whole + U256::from(1u64 << 40)) >> 64usize,
        U256::from(16u8)
    );
}

#[test]
fn a_pair_is_bounded_by_what_it_gives_in_common_to_all_projects() {
    let apart = table(&[&[(0, 16)], &[(0, 16)], &[(1, 16)], &[(1, 16)]]);
    let same = table(&[&[(0, 16), (1, 16)], &[(0, 16), (1, 16)]]);
    let (apart, same) = (by_pairs(16, &apart, 2), by_pairs(16, &same, 2));
    assert_eq!(apart, [U256::from(8u8) << 64usize; 2]);
    // k = 32: a third instead of half
    let third = (U256::from(16u8) << 64usize) / U256::from(3u8);
    for weight in same {
        assert!(
            weight <= third && third - weight <= U256::from(8u8),
            "{weight}"
        );
    }
}

#[test]
fn rows_resumed_at_any_place_give_the_same_weights() {
    let mut given: Vec<Vec<(u16, u64)>> = vec![];
    for person in 0..23u64 {
        let count = 1 + person % 4;
        given.push(
            (0..count)
                .map(|n| ((person * 5 + n * 3) as u16 % 7, 1 + person * 1_000_003 + n))
                .collect(),
        );
    }
    let rows: Vec<&[(u16, u64)]> = given.iter().map(Vec::as_slice).collect();
    let table = table(&rows);
    let whole = by_pairs(1_000, &table, 7);
    for steps in [0u64, 1, 70, 200, 1_000] {
        let mut weights = vec![U256::ZERO; 7];
        let mut place = Place::default();
        let mut calls = 0;
        while !table.advance(1_000, &mut place, &mut weights, &mut { steps }) {
            calls += 1;
            assert!(calls < 1_000, "no progress with {steps}");
        }
        assert_eq!(weights, whole, "steps={steps}");
        assert!(steps > 500 || calls > 3);
    }
    // and by rows without a table
    let mut weights = vec![U256::ZERO; 7];
    for i in 0..table.len() {
        row(
            1_000,
            table.gifts(i),
            (i + 1..table.len()).map(|j| table.gifts(j)),
            &mut weights,
        );
    }
    assert_eq!(weights, whole);
}

#[test]
fn a_variant_overrides_one_method() {
    /// Everyone's match is its contributors' number.
    struct Heads;
    impl MatchRule for Heads {
        fn name(&self) -> &'static str {
            "heads"
        }
        fn weight(&self, sums: &Sums) -> U256 {
            U256::from(sums.roots() >> 32) << 64usize
        }
    }
    let weights = [Heads.weight(&sums(&[1, 1, 1])), Heads.weight(&sums(&[1]))];
    let paid = Heads.allocate(100, &weights, 10_000, Saturation::Scale);
    assert_eq!(paid.unwrap().parts, [75, 25]);
}

#[test]
fn the_default_rule_is_pairwise_with_the_median_for_m() {
    assert_eq!(Rule::default().with_median(42).pairwise(), Some(42));
    assert_eq!(Rule::default().with_median(0).pairwise(), Some(1));
    for (rule, name) in [
        (Rule::Quadratic {}, "quadratic"),
        (Rule::CapitalConstrained {}, "capital_constrained"),
        (Rule::Clustered {}, "clustered"),
        (Rule::default(), "pairwise"),
    ] {
        assert_eq!(rule.rule().name(), name);
        let told = cosmwasm_std::to_json_string(&rule).unwrap();
        assert!(told.starts_with(&format!("{{\"{name}\"")), "{told}");
    }
}

#[test]
fn clr_funds_real_round_twenty_five_of_twenty_five() {
    let (Some(tally), Some(claims)) = (
        mycel_data::find("qf/clr_tally.json"),
        mycel_data::find("qf/clr_claims.json"),
    ) else {
        return;
    };
    let read = |path: &std::path::Path| -> serde_json::Value {
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
    };
    let (tally, claims) = (read(&tally), read(&claims));
    let numbers = |list: &serde_json::Value| -> Vec<u128> {
        let list = list.as_array().expect("a list").iter();
        list.map(|n| n.as_str().unwrap().parse().unwrap()).collect()
    };
    let votes = numbers(&tally["results"]["tally"]);
    let spent = numbers(&tally["perVOSpentVoiceCredits"]["tally"]);
    let theirs = numbers(&claims["amount"]);
    assert_eq!((votes.len(), spent.len()), (25, 25));
    let factor = 10_000_000_000_000u128;
    let budget = 440_274_000_000_000_000_000_000u128;
    let direct: u128 = spent.iter().sum::<u128>() * factor;
    // votes for roots, spent for squares, voice credits for pico-credits
    let weights: Vec<U256> = votes
        .iter()
        .zip(&spent)
        .map(|(&votes, &spent)| (U256::from((votes * votes - spent) * factor)) << 64usize)
        .collect();
    let pool = budget - direct;
    let alpha = alpha::alpha(pool, &weights);
    assert_eq!(alpha, 4_583_670_112_189_981);
    let floors: Vec<u128> = weights
        .iter()
        .zip(&spent)
        .map(|(&weight, &spent)| spent * factor + alpha::matching(alpha, weight))
        .collect();
    let equal = floors.iter().zip(&theirs).filter(|(a, b)| a == b).count();
    assert_eq!(equal, 25);
    assert!(floors.iter().sum::<u128>() < budget);
    // with the remainder rule each gets as much or more, and nothing is left
    let ours = CapitalConstrained
        .allocate(pool, &weights, 10_000, Saturation::Return)
        .unwrap();
    assert_eq!(ours.returned, 0);
    assert_eq!(ours.parts.iter().sum::<u128>() + direct, budget);
    for ((part, &spent), floor) in ours.parts.iter().zip(&spent).zip(&floors) {
        assert!(part + spent * factor >= *floor);
    }
}
