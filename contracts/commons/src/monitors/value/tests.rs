use super::*;

fn fresh(quantities: &[u128]) -> Vec<Part> {
    quantities.iter().copied().map(part).collect()
}

fn part(quantity: u128) -> Part {
    Part {
        quantity,
        fresh: true,
        overruled: false,
        confirmed: false,
        challenged: false,
    }
}

const TENTH: u32 = 100_000;

#[test]
fn fewer_than_five_readings_count_by_the_lowest_five_by_their_lower_median() {
    let counts = |quantities: &[u128]| value(&fresh(quantities), 3, TENTH, None).counts;
    assert_eq!(counts(&[]), 0);
    assert_eq!(counts(&[100, 90, 95, 110]), 90);
    assert_eq!(counts(&[100, 90, 95, 110, 105]), 100);
    assert_eq!(counts(&[100, 90, 95, 110, 105, 120]), 100);
    let all = value(&fresh(&[100, 90, 95]), 3, TENTH, None);
    assert_eq!((all.low, all.median, all.range.apart), (90, 95, 10));
    assert_eq!((all.status, all.readings), (Status::Fresh, 3));
}

#[test]
fn a_missing_quorum_is_stale() {
    let status =
        |quantities: &[u128], quorum| value(&fresh(quantities), quorum, TENTH, None).status;
    assert_eq!(status(&[100, 100, 100], 3), Status::Fresh);
    assert_eq!(status(&[100, 100], 3), Status::Stale);
    assert_eq!(status(&[], 0), Status::Stale);
    let mut old = fresh(&[100, 100, 100]);
    old[0].fresh = false;
    assert_eq!(value(&old, 3, TENTH, None).status, Status::Stale);
    // stale and disputed is stale
    assert_eq!(value(&old, 3, TENTH, Some(50)).status, Status::Stale);
}

#[test]
fn a_colluding_majority_of_monitors_does_not_loosen_the_cap() {
    let readings = fresh(&[150, 100, 150]);
    let signed: Vec<i128> = vec![150, 100, 150];
    let mad = mycel_kit::median::mad(&signed, mycel_kit::median::Even::Lower);
    assert_eq!(mad, Some(0), "the usual measure sees nothing");
    let found = doubt(&readings, TENTH, None).expect("the spread does");
    assert_eq!((found.from, found.ceiling), (150, 100));
    assert!(found.spread && !found.rise);
    let meanwhile = value(&readings, 3, TENTH, Some(found.ceiling));
    assert_eq!(
        (meanwhile.counts, meanwhile.status),
        (100, Status::Disputed)
    );
    // also where they are many enough for a median
    let many = fresh(&[150, 150, 150, 150, 100]);
    let found = doubt(&many, TENTH, None).expect("disputed");
    assert_eq!(value(&many, 3, TENTH, Some(found.ceiling)).counts, 100);
    // and where the honest one is made to read again, as high as they
    let bent = fresh(&[150, 150, 150, 150, 150]);
    assert_eq!(value(&bent, 3, TENTH, Some(found.ceiling)).counts, 100);
}

#[test]
fn one_liar_high_is_disputed_alone_and_counts_nothing() {
    for lie in [111, 1_000, i64::MAX as u128] {
        let readings = fresh(&[100, lie, 101, 102]);
        assert_eq!(value(&readings, 3, TENTH, None).counts, 100);
        let found = doubt(&readings, 90_000, None).expect("disputed");
        assert_eq!((found.from, found.ceiling), (lie, 100));
    }
}

#[test]
fn one_liar_low_tightens_until_a_jury_lets_it_fall_and_then_the_median_counts() {
    let mut readings = fresh(&[100, 1, 101, 102]);
    let found = doubt(&readings, TENTH, None).expect("disputed");
    assert_eq!((found.from, found.ceiling), (100, 1));
    assert_eq!(value(&readings, 3, TENTH, Some(found.ceiling)).counts, 1);
    for one in &mut readings {
        (one.overruled, one.confirmed) = (one.quantity < found.from, one.quantity >= found.from);
    }
    let after = value(&readings, 3, TENTH, None);
    assert_eq!((after.counts, after.low), (100, 100));
    assert_eq!(doubt(&readings, TENTH, None), None, "asked once");
    // who reads again, lower, is heard at once
    readings[2] = part(60);
    assert_eq!(value(&readings, 3, TENTH, None).counts, 60);
    assert!(doubt(&readings, TENTH, None).is_some());
}

#[test]
fn the_median_counts_the_overruled_where_they_are_many() {
    let mut readings = fresh(&[50, 55, 100, 100]);
    readings[0].overruled = true;
    readings[1].overruled = true;
    assert_eq!(value(&readings, 3, TENTH, None).counts, 55);
}

#[test]
fn a_spread_of_just_the_bound_is_none() {
    let at = |quantities: &[u128], most| doubt(&fresh(quantities), most, None).is_some();
    assert!(!at(&[95, 100, 105], TENTH));
    assert!(at(&[95, 100, 106], TENTH));
    assert!(at(&[95, 100, 105], TENTH - 1));
    assert!(!at(&[100], 0), "one cannot disagree");
    assert!(at(&[0, 0, 1], 1_000_000), "around nothing all is apart");
    assert!(!at(&[0, 0, 0], 0));
    let most = i64::MAX as u128;
    assert!(at(&[0, most], 999_999_999));
    assert_eq!(doubt(&[], TENTH, Some(1)), None);
}

#[test]
fn readings_split_at_the_largest_gap_and_of_equal_ones_at_the_upper() {
    assert_eq!(split(&[10, 11, 30, 31, 35]), Some(30));
    assert_eq!(split(&[10, 30, 50]), Some(50));
    assert_eq!(split(&[10, 10]), None);
    assert_eq!(split(&[]), None);
}

#[test]
fn a_rise_beyond_what_can_have_grown_is_disputed_and_counts_no_more_than_that() {
    let readings = fresh(&[150, 151, 152]);
    assert_eq!(doubt(&readings, TENTH, Some(150)), None);
    let found = doubt(&readings, TENTH, Some(120)).expect("nothing grows so fast");
    assert_eq!((found.from, found.ceiling), (121, 120));
    assert!(found.rise && !found.spread);
    assert_eq!(value(&readings, 3, TENTH, Some(found.ceiling)).counts, 120);
    let confirmed: Vec<Part> = readings
        .iter()
        .map(|one| Part {
            confirmed: true,
            ..*one
        })
        .collect();
    assert_eq!(doubt(&confirmed, TENTH, Some(120)), None, "asked once");
    // one high reading is no rise: the value is what counts
    let readings = fresh(&[119, 119, 121]);
    assert_eq!(doubt(&readings, TENTH, Some(120)), None);
    // both at once: the high group is everything that either finds too high
    let readings = fresh(&[130, 131, 200]);
    let found = doubt(&readings, TENTH, Some(120)).expect("both");
    assert_eq!((found.from, found.ceiling), (121, 120));
}

#[test]
fn nobody_is_accused_of_what_a_jury_overruled_as_too_low() {
    let mut readings = fresh(&[100, 100, 10_000, 10_001, 10_002]);
    for one in &mut readings[2..] {
        one.overruled = true;
    }
    assert_eq!(value(&readings, 3, TENTH, None).counts, 10_000);
    assert_eq!(doubt(&readings, TENTH, Some(150)), None);
    readings[2].overruled = false;
    let found = doubt(&readings, TENTH, Some(150)).expect("one is");
    assert_eq!(found.from, 151);
}

#[test]
fn a_challenge_lifts_nothing_and_one_word_does_not_cut_to_the_lowest() {
    let mut readings = fresh(&[96, 97, 100, 101, 104]);
    assert_eq!(value(&readings, 3, TENTH, None).counts, 100);
    readings[4].challenged = true;
    assert_eq!(value(&readings, 3, TENTH, None).counts, 97);
    assert_eq!(value(&readings, 3, TENTH, None).status, Status::Fresh);
    readings[4].challenged = false;
    readings[0].challenged = true;
    assert_eq!(
        value(&readings, 3, TENTH, None).counts,
        100,
        "lifts nothing"
    );
    let mut few = fresh(&[96, 97, 100]);
    few[0].challenged = true;
    assert_eq!(value(&few, 3, TENTH, None).counts, 96);
}

/// A reproducible stream of numbers (splitmix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    /// Anything: equal ones, close ones, liars.
    fn parts(&mut self) -> Vec<Part> {
        let middle = 1 + self.next() % (1 << self.below(62));
        (0..self.below(16))
            .map(|_| {
                let quantity = match self.below(4) {
                    0 => middle,
                    1 => middle + self.next() % (1 + middle / 8),
                    2 => middle - self.next() % (1 + middle / 8),
                    _ => self.next() >> (1 + self.below(63)),
                };
                let overruled = self.one_in(8);
                Part {
                    quantity: u128::from(quantity),
                    fresh: !self.one_in(4),
                    overruled,
                    confirmed: !overruled && self.one_in(6),
                    challenged: self.one_in(6),
                }
            })
            .collect()
    }
}

const CASES: u64 = 100_000;

/// Whatever κ is, what counts less the doubt about it does not grow.
fn loosens_nothing(before: &Value, after: &Value) -> bool {
    let low = |value: &Value, kappa| {
        let doubt = value.range.doubt(value.counts, kappa);
        value.counts.saturating_sub(doubt)
    };
    let kappas = [0, 1, 333_333, 1_000_000, 1_900_000, 7_000_000, 10_000_000];
    kappas
        .iter()
        .all(|kappa| low(after, *kappa) <= low(before, *kappa))
}

#[test]
fn stale_monitors_only_tighten() {
    for seed in 0..CASES {
        let mut random = Random(seed);
        let mut parts = random.parts();
        let quorum = 1 + random.below(6) as u32;
        let ceiling = random
            .one_in(4)
            .then(|| u128::from(random.next() >> (1 + random.below(40))));
        let mut before = value(&parts, quorum, TENTH, ceiling);
        // one after the other falls silent, until nobody speaks
        while parts.iter().any(|part| part.fresh) {
            let at = random.below(parts.len() as u64) as usize;
            parts[at].fresh = false;
            let after = value(&parts, quorum, TENTH, ceiling);
            assert!(
                after.counts <= before.counts
                    && after.low <= before.low
                    && loosens_nothing(&before, &after),
                "seed {seed}: {before:?} became {after:?}: {parts:?}"
            );
            assert!(
                after.status >= before.status,
                "seed {seed}: silence makes nothing fresh: {before:?} {after:?}"
            );
            before = after;
        }
        assert_eq!(before.status, Status::Stale, "seed {seed}");
    }
}

#[test]
fn what_is_stale_never_lifts_what_the_fresh_say_and_what_counts_was_read() {
    for seed in 0..CASES {
        let mut random = Random(seed ^ 0xF5E5);
        let parts = random.parts();
        let alone: Vec<Part> = parts.iter().filter(|part| part.fresh).copied().collect();
        let (all, fresh) = (value(&parts, 1, TENTH, None), value(&alone, 1, TENTH, None));
        if !alone.is_empty() {
            assert!(all.counts <= fresh.counts, "seed {seed}: {parts:?}");
        }
        let read = parts.iter().any(|part| part.quantity == all.counts);
        assert!(read || parts.is_empty(), "seed {seed}: {all:?} {parts:?}");
        assert!(all.low <= all.counts, "seed {seed}: {all:?}");
    }
}

#[test]
fn a_minority_never_lifts_the_value_above_an_honest_reading() {
    for seed in 0..CASES {
        let mut random = Random(seed ^ 0x0C01);
        let honest = 3 + random.below(6);
        let base = 1_000 + random.below(1 << 40);
        let mut parts: Vec<Part> = (0..honest)
            .map(|_| part(u128::from(base + random.below(1 + base / 50))))
            .collect();
        let most = parts.iter().map(|one| one.quantity).max().unwrap_or(0);
        for _ in 0..random.below(honest) {
            let at = random.below(parts.len() as u64 + 1) as usize;
            parts.insert(at, part(u128::from(base + random.next() % (1 << 62))));
        }
        assert!(value(&parts, 3, TENTH, None).counts <= most, "seed {seed}");
    }
}

#[test]
fn while_disputed_nothing_counts_above_the_lowest_honest_reading_however_many_lie() {
    for seed in 0..CASES {
        let mut random = Random(seed ^ 0xB1A5);
        let base = 1_000 + random.below(1 << 40);
        let truth = u128::from(base);
        let mut parts = vec![part(truth)];
        for _ in 0..1 + random.below(14) {
            parts.push(part(truth + u128::from(random.next() % (1 << 62))));
        }
        let counts = match doubt(&parts, TENTH, None) {
            Some(found) => {
                assert!(found.from > truth, "seed {seed}: an honest one is accused");
                value(&parts, 3, TENTH, Some(found.ceiling)).counts
            }
            // nobody can be further away than the bound
            None => value(&parts, 3, TENTH, None).counts * 9 / 10,
        };
        assert!(counts <= truth, "seed {seed}: {counts} {parts:?}");
    }
}

#[test]
fn who_reads_more_and_is_disputed_for_it_loosens_nothing() {
    let mut disputes = 0;
    for seed in 0..CASES {
        let mut random = Random(seed ^ 0xD0B7);
        let base = 1_000 + random.below(1 << 40);
        let spread = 1 + random.below(999_999) as u32;
        let mut parts: Vec<Part> = (0..3 + random.below(13))
            .map(|_| part(u128::from(base + random.below(1 + base / 20))))
            .collect();
        if doubt(&parts, spread, None).is_some() {
            continue;
        }
        let before = value(&parts, 3, spread, None);
        // anybody but who reads least reads more
        let lowest = parts.iter().map(|one| one.quantity).min().unwrap_or(0);
        let at = random.below(parts.len() as u64) as usize;
        if parts[at].quantity == lowest {
            continue;
        }
        parts[at].quantity += u128::from(random.next() >> (2 + random.below(60)));
        let Some(found) = doubt(&parts, spread, None) else {
            continue;
        };
        disputes += 1;
        let after = value(&parts, 3, spread, Some(found.ceiling));
        assert!(
            loosens_nothing(&before, &after),
            "seed {seed}: {before:?} became {after:?}: {parts:?}"
        );
    }
    assert!(disputes > 1_000, "{disputes}");
}

#[test]
fn the_doubt_is_as_wide_as_anybody_could_be_apart_without_a_dispute_and_no_wider() {
    let range = |quantities: &[u128], counts| Range::of(&fresh(quantities), TENTH).around(counts);
    assert_eq!(range(&[900, 950, 980], 900), 80);
    // 900 / 9
    assert_eq!(range(&[900, 1_000, 1_100], 900), 100);
    assert_eq!(range(&[901, 1_000, 1_100], 901), 101, "rounded up");
    assert_eq!(range(&[900, 1_000, i64::MAX as u128], 900), 100);
    assert_eq!(range(&[], 0), 0);
    // what was overruled widens nothing, what a jury let stand does
    let mut readings = fresh(&[10, 900, 1_900]);
    readings[0].overruled = true;
    (readings[1].confirmed, readings[2].confirmed) = (true, true);
    let of = |readings: &[Part]| Range::of(readings, TENTH).around(900);
    assert_eq!(of(&readings), 1_000);
    // one who fell silent
    readings[2].fresh = false;
    assert_eq!(of(&readings), 1_000);
    let mut readings = fresh(&[900, 950, 980]);
    readings[0].fresh = false;
    assert_eq!(of(&readings), 80);
    assert_eq!(Range::of(&readings, 1_000_000).around(900), 80);
}

#[test]
fn an_old_low_reading_does_not_narrow_the_doubt_about_a_median_above_it() {
    let mut readings = fresh(&[10, 900, 910, 920, 980, 990]);
    readings[0].fresh = false;
    let seen = value(&readings, 3, TENTH, None);
    assert_eq!((seen.counts, seen.range.around(seen.counts)), (910, 102));
}

#[test]
fn the_doubt_about_a_smaller_value_leaves_less_in_100_000_cases() {
    for seed in 0..CASES {
        let mut random = Random(seed ^ 0x0D0B);
        let range = Range {
            apart: u128::from(random.next() >> (1 + random.below(62))),
            stood: u128::from(random.next() >> (20 + random.below(43))),
            spread_ppm: 1 + random.below(1_000_000) as u32,
        };
        let kappa = random.below(10_000_001) as u32;
        let counts = u128::from(random.next() >> (1 + random.below(62)));
        let left = |counts: u128| counts.saturating_sub(range.doubt(counts, kappa));
        let less = counts.saturating_sub(1 + u128::from(random.below(20)));
        assert!(
            left(less) <= left(counts),
            "seed {seed}: {range:?} {kappa} {counts}"
        );
    }
}
