//! The check of stable matchings against the definition, by trying every
//! matching of small instances.

use mycel_kit::flow::matching::{MatchingError, Pair, Progress, Verdict, stable};

/// A reproducible stream of numbers (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % bound
    }

    fn shuffled(&mut self, size: u32) -> Vec<u32> {
        let mut list: Vec<u32> = (0..size).collect();
        for at in (1..list.len()).rev() {
            list.swap(at, self.below(at as u64 + 1) as usize);
        }
        list
    }
}

struct Instance {
    left: Vec<Vec<u32>>,
    right: Vec<Vec<u32>>,
    /// Nodes: the left ones, then the right ones.
    pairs: Vec<Pair>,
}

fn instance(random: &mut Random) -> Instance {
    let (lefts, rights) = (1 + random.below(5) as u32, 1 + random.below(5) as u32);
    let mut side = |size, others| -> Vec<Vec<u32>> {
        let lists = (0..size).map(|_| {
            let mut list = random.shuffled(others);
            // mostly long lists: short ones have one stable matching
            list.truncate((others as u64 - random.below(u64::from(others)) / 2) as usize);
            list
        });
        lists.collect()
    };
    let (mut left, mut right) = (side(lefts, rights), side(rights, lefts));
    // whom one does not accept is no pair: lists keep who accepts back
    for (who, list) in (0u32..).zip(&mut left) {
        list.retain(|other| right[*other as usize].contains(&who));
    }
    for (who, list) in (0u32..).zip(&mut right) {
        list.retain(|other| left[*other as usize].contains(&who));
    }
    let mut pairs = Vec::new();
    for (who, list) in (0u32..).zip(&left) {
        for (rank, other) in (1u16..).zip(list) {
            let theirs = &right[*other as usize];
            let back = theirs.iter().position(|left| *left == who).unwrap() as u16 + 1;
            pairs.push(Pair {
                left: who,
                right: lefts + other,
                left_rank: rank,
                right_rank: back,
            });
        }
    }
    for at in (1..pairs.len()).rev() {
        pairs.swap(at, random.below(at as u64 + 1) as usize);
    }
    Instance { left, right, pairs }
}

/// Every matching within the lists.
fn matchings(left: &[Vec<u32>], so_far: &mut Vec<Option<u32>>, all: &mut Vec<Vec<Option<u32>>>) {
    let Some(list) = left.get(so_far.len()) else {
        all.push(so_far.clone());
        return;
    };
    let choices = list.iter().copied().map(Some).chain([None]);
    for choice in choices {
        if choice.is_none() || !so_far.contains(&choice) {
            so_far.push(choice);
            matchings(left, so_far, all);
            so_far.pop();
        }
    }
}

/// In pieces of any size: what is kept between two is bytes.
fn check(
    instance: &Instance,
    matching: &[Option<u32>],
    random: &mut Random,
) -> Result<Verdict, MatchingError> {
    let lefts = instance.left.len() as u32;
    let nodes = lefts + instance.right.len() as u32;
    let mut progress = Progress::begin(nodes, instance.pairs.len() as u32)?;
    for pass in 0..2 {
        for (number, pair) in (0u32..).zip(&instance.pairs) {
            assert_eq!((progress.next(), progress.is_second()), (number, pass > 0));
            let together = matching[pair.left as usize] == Some(pair.right - lefts);
            progress.pair(*pair, together)?;
            if random.below(4) == 0 {
                progress = borsh::from_slice(&borsh::to_vec(&progress).unwrap()).unwrap();
            }
        }
    }
    progress.finish()
}

#[test]
fn exactly_the_stable_matchings_pass_and_gap_0_is_the_best_for_the_right_side() {
    let (mut passed, mut refused, mut several) = (0, 0, 0);
    for seed in 0..1_500 {
        let mut random = Random(seed);
        let instance = instance(&mut random);
        let mut all = Vec::new();
        matchings(&instance.left, &mut Vec::new(), &mut all);
        let mut verdicts = Vec::new();
        for matching in &all {
            let said = check(&instance, matching, &mut random);
            let lists = stable(&instance.left, &instance.right, matching);
            assert_eq!(said.is_ok(), lists.is_ok(), "seed={seed} {matching:?}");
            match said {
                Ok(verdict) => verdicts.push(verdict),
                Err(error) => {
                    assert!(matches!(error, MatchingError::Blocking { .. }), "{error}");
                    refused += 1;
                }
            }
        }
        passed += verdicts.len();
        several += usize::from(verdicts.len() > 1);
        let least = verdicts.iter().map(|verdict| verdict.ranks).min();
        let least = least.expect("there is always a stable matching");
        let best = verdicts.iter().filter(|verdict| verdict.ranks == least);
        assert_eq!(best.count(), 1, "seed={seed}: one is best for all");
        for verdict in &verdicts {
            assert_eq!(verdict.matched, verdicts[0].matched, "seed={seed}");
            assert_eq!(verdict.gap == 0, verdict.ranks == least, "seed={seed}");
            assert!(verdict.ranks - verdict.gap <= least, "seed={seed}");
        }
    }
    eprintln!("{passed} stable, {refused} not, {several} instances with several");
    assert!(several > 50, "the mix is off: {several}");
}

#[test]
fn a_check_names_the_first_offence() {
    let pair = |left, right, left_rank, right_rank| Pair {
        left,
        right,
        left_rank,
        right_rank,
    };
    // two places, two applicants: nodes 0, 1 and 2, 3
    let pairs = [
        pair(0, 2, 1, 2),
        pair(0, 3, 2, 1),
        pair(1, 2, 2, 1),
        pair(1, 3, 1, 2),
    ];
    let said = |together: &[u32]| {
        let mut progress = Progress::begin(4, 4)?;
        for _ in 0..2 {
            for (number, pair) in (0u32..).zip(pairs) {
                progress.pair(pair, together.contains(&number))?;
            }
        }
        progress.finish()
    };
    let worth = |ranks, gap| {
        Ok(Verdict {
            matched: 2,
            ranks,
            gap,
        })
    };
    assert_eq!(said(&[0, 3]), worth(4, 2), "best for the places");
    assert_eq!(said(&[1, 2]), worth(2, 0), "best for the applicants");
    assert_eq!(said(&[0, 1, 2]), Err(MatchingError::LeftTwice { left: 0 }));
    assert_eq!(said(&[0, 2]), Err(MatchingError::MatchedTwice { right: 2 }));
    assert_eq!(
        said(&[0]),
        Err(MatchingError::Blocking { left: 1, right: 2 })
    );
    let named = MatchingError::Blocking { left: 1, right: 3 }.named(|node| 10 + node);
    assert_eq!(named.to_string(), "blocking pair: left=11 right=13");

    let mut progress = Progress::begin(4, 1).unwrap();
    let unknown = progress.pair(pair(0, 4, 1, 1), false).unwrap_err();
    assert_eq!(unknown.to_string(), "unknown node: pair=0 node=4 nodes=4");
    for wrong in [pair(1, 1, 1, 1), pair(0, 1, 0, 1), pair(0, 1, 1, 0)] {
        let error = progress.pair(wrong, false).unwrap_err();
        assert_eq!(error, MatchingError::NoPair { pair: 0 });
    }
    assert!(progress.finish().is_err(), "not all pairs yet");
    progress.pair(pair(0, 1, 1, 1), true).unwrap();
    progress.pair(pair(0, 1, 1, 1), true).unwrap();
    assert_eq!(progress.finish().unwrap().gap, 0);
    let more = progress.pair(pair(0, 1, 1, 1), true).unwrap_err();
    assert!(matches!(more, MatchingError::WrongCount { .. }), "{more}");
    assert!(Progress::begin(1 << 21, 1).is_err());
    assert!(Progress::begin(1, 1 << 21).is_err());
}

#[test]
fn a_pair_is_an_edge_and_back() {
    for (left_rank, right_rank) in [(1, 1), (16, 1), (1, 16), (63, 63)] {
        let pair = Pair {
            left: 3,
            right: 9,
            left_rank,
            right_rank,
        };
        assert_eq!(Pair::from_edge(pair.edge()), pair);
        assert_eq!(pair.edge().capacity, 1);
    }
    let mut edge = Pair::from_edge(mycel_kit::flow::Edge {
        tail: 0,
        head: 1,
        capacity: 1,
        cost: -65,
    });
    assert_eq!((edge.left_rank, edge.right_rank), (0, 0));
    edge.left = 1;
    let refused = Progress::begin(2, 1).unwrap().pair(edge, false);
    assert_eq!(refused, Err(MatchingError::NoPair { pair: 0 }));
}

#[test]
fn nobody_at_all_is_a_stable_matching_of_no_pairs() {
    let verdict = Progress::begin(3, 0).unwrap().finish().unwrap();
    assert_eq!((verdict.matched, verdict.ranks, verdict.gap), (0, 0, 0));
}
