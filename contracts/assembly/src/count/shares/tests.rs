//! Elections counted by hand, and every round beside those that are passed over.

use super::*;

fn bits(projects: &[u8]) -> u64 {
    projects.iter().fold(0, |bits, project| bits | 1 << project)
}

fn result(election: &Election, pieces: u32) -> u64 {
    let mut run = Run::default();
    for _ in 0..1_000_000 {
        election.advance(&mut run, pieces);
        if let Some(result) = run.result {
            return result;
        }
    }
    panic!("no end");
}

#[test]
fn a_minority_buys_with_its_share_what_a_majority_could_take_whole() {
    // 6 of 10 want 0, 1 and 2, 4 want 3; each costs 3 of 10
    let ballots = [(bits(&[0, 1, 2]), 6), (bits(&[3]), 4)];
    for utility in [Utility::Cardinality, Utility::Cost] {
        let election = Election::new(&[3, 3, 3, 3], 10, 1, utility, ballots);
        assert_eq!(result(&election, 1), bits(&[0, 1, 3]));
    }
}

#[test]
fn use_by_cost_prefers_what_many_want_use_by_number_what_is_cheap() {
    // 0 costs 8 and all ten want it; 1 costs 3 and five want it
    let ballots = [(bits(&[0, 1]), 5), (bits(&[0]), 5)];
    let of = |utility| Election::new(&[8, 3], 10, 1, utility, ballots);
    let first = |utility| {
        let mut run = Run::default();
        of(utility).advance(&mut run, 1);
        run.bought[0].project
    };
    assert_eq!(first(Utility::Cost), 0);
    assert_eq!(first(Utility::Cardinality), 1);
}

#[test]
fn the_poorer_give_all_they_have_and_the_others_share_the_rest() {
    // shares of 4: three pay 2 each for project 0; of the 9 that project 1
    // costs they have 2 each left, so that the fourth pays 3
    let ballots = [(bits(&[0, 1]), 3), (bits(&[1]), 1)];
    let election = Election::new(&[6, 9], 16, 1, Utility::Cardinality, ballots);
    let mut run = Run::default();
    election.advance(&mut run, 2);
    let [first, second] = &run.bought[..] else {
        panic!("{run:?}");
    };
    assert_eq!((first.project, first.payers), (0, 3));
    assert_eq!((second.project, second.payers), (1, 1));
    // over 4 voters · 3 payers · 1 payer
    assert_eq!(second.price, [3 * 12]);
}

#[test]
fn completion_raises_shares_until_the_budget_has_no_room() {
    // nobody alone can pay 5 of a share of 3, but the budget has room for it
    let ballots = [(bits(&[0]), 1), (bits(&[1]), 1), (bits(&[2]), 1)];
    let election = Election::new(&[5, 5, 6], 9, 1, Utility::Cost, ballots);
    let mut run = Run::default();
    while run.result.is_none() {
        election.advance(&mut run, 1);
    }
    // at 5 for each both 0 and 1 would be bought: 10 > 9, so the round before counts
    assert_eq!((run.round, run.result), (2, Some(0)));
    let election = Election::new(&[5, 4, 6], 9, 1, Utility::Cost, ballots);
    assert_eq!(result(&election, 1), bits(&[0, 1]));
}

const fn limits(times: u32, support_bps: u32) -> Completion {
    Completion { times, support_bps }
}

#[test]
fn completion_buys_nothing_that_hardly_anyone_wants() {
    // 97 of 100 want project 0; one wants project 1, twice its share, and two want project 2
    let ballots = [(bits(&[0]), 97), (bits(&[1]), 1), (bits(&[2]), 2)];
    let of = |limits| {
        let election = Election::new(&[100, 20, 30], 1_000, 1, Utility::Cost, ballots);
        result(&election.completed_within(limits), 1)
    };
    assert_eq!(of(limits(0, 0)), bits(&[0, 1, 2]));
    assert_eq!(of(limits(0, 200)), bits(&[0, 2]));
    assert_eq!(of(limits(0, 201)), bits(&[0]));
}

#[test]
fn what_few_pay_with_their_own_shares_stays_theirs_in_completion() {
    // one of 100 pays project 1 with its share of 10; completion is there for project 0
    let ballots = [(bits(&[0]), 50), (bits(&[1]), 1), (bits(&[2]), 1), (0, 48)];
    let election = Election::new(&[600, 10, 11], 1_000, 1, Utility::Cost, ballots)
        .completed_within(limits(0, 300));
    let mut run = Run::default();
    while run.result.is_none() {
        election.advance(&mut run, 1);
    }
    assert!(run.round > 0);
    assert_eq!((run.first, run.result), (bits(&[1]), Some(bits(&[0, 1]))));
}

#[test]
fn no_part_of_the_voters_takes_more_than_so_many_times_its_part() {
    // 10 of 100 want nine projects of a tenth each; the others want one that is cheap
    let mut costs = vec![10];
    costs.extend([100; 9]);
    let theirs = bits(&[1, 2, 3, 4, 5, 6, 7, 8, 9]);
    let ballots = [(bits(&[0]), 90), (theirs, 10)];
    let of = |times| {
        let election = Election::new(&costs, 1_000, 1, Utility::Cost, ballots);
        let election = election.completed_within(limits(times, 300));
        (result(&election, 1) & theirs).count_ones()
    };
    assert_eq!([0, 1, 2, 3, 4].map(of), [9, 1, 2, 3, 4]);
}

#[test]
fn equal_prices_go_by_project_number() {
    let election = Election::new(&[5, 5, 5], 10, 1, Utility::Cost, [(bits(&[0, 1, 2]), 4)]);
    assert_eq!(result(&election, 1), bits(&[0, 1]));
}

#[test]
fn what_costs_nothing_or_too_much_is_not_bought_and_empty_ballots_keep_their_share() {
    let ballots = [(bits(&[0, 1, 2]), 1), (0, 1)];
    let election = Election::new(&[0, 11, 5], 10, 1, Utility::Cost, ballots);
    let mut run = Run::default();
    election.advance(&mut run, 1);
    assert_eq!(run.set(), bits(&[2]));
    assert_eq!(result(&election, 1), bits(&[2]));
    let nobody = Election::new(&[1], 1, 1, Utility::Cost, []);
    assert_eq!(result(&nobody, 1), 0);
}

#[test]
fn work_may_stop_after_any_purchase_and_ballots_come_in_any_order() {
    let seed: u64 = 7;
    eprintln!("seed={seed}");
    let mut state = seed;
    let mut next = move |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) % below
    };
    for _ in 0..50 {
        let costs: Vec<u64> = (0..8).map(|_| 1 + next(40)).collect();
        let mut ballots: Vec<(u64, u64)> = (0..12).map(|_| (next(256), 1 + next(3))).collect();
        let utility = [Utility::Cost, Utility::Cardinality][next(2) as usize];
        let of = |ballots: &[(u64, u64)]| Election::new(&costs, 100, 1, utility, ballots.to_vec());
        let whole = result(&of(&ballots), u32::MAX);
        let one = of(&ballots);
        ballots.rotate_left(5);
        let (set, n) = ballots[0];
        if n > 1 {
            ballots[0].1 = 1;
            ballots.push((set, n - 1));
        }
        assert_eq!(of(&ballots), one);
        for pieces in [1, 2, 3] {
            assert_eq!(result(&of(&ballots), pieces), whole);
        }
        assert!(one.cost(whole) <= 100);
    }
}

/// Every round, one after the other.
fn plainly(election: &Election) -> (u64, u64) {
    let (mut before, mut first, mut round) = (0, 0, 0);
    loop {
        let mut run = Run {
            round,
            first,
            before,
            ..Run::default()
        };
        while run.round == round && run.result.is_none() {
            election.advance(&mut run, 1);
        }
        if let Some(result) = run.result {
            return (round, result);
        }
        (before, first, round) = (run.before, run.first, round + 1);
        if round > election.last {
            return (round - 1, before);
        }
    }
}

#[test]
fn rounds_that_are_passed_over_would_have_changed_nothing() {
    let seed: u64 = 11;
    eprintln!("seed={seed}");
    let mut state = seed;
    let mut next = move |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) % below
    };
    let (mut rounds, mut passed) = (0, 0);
    for case in 0..200u32 {
        let (projects, voters) = (2 + next(7), 1 + next(20));
        let costs: Vec<u64> = (0..projects).map(|_| 1 + next(60)).collect();
        let ballots: Vec<(u64, u64)> = (0..voters)
            .map(|_| (next(1 << projects), 1 + next(3)))
            .collect();
        let utility = [Utility::Cost, Utility::Cardinality][next(2) as usize];
        let election = Election::new(&costs, 60 + next(60), 1, utility, ballots);
        for limits in [limits(0, 0), limits(case % 5, 2_500 * (case % 2))] {
            let election = election.clone().completed_within(limits);
            let mut run = Run::default();
            let mut visited = 1;
            while run.result.is_none() {
                let round = run.round;
                election.advance(&mut run, 1);
                visited += u64::from(run.round != round);
            }
            let (last, expected) = plainly(&election);
            assert_eq!(run.result, Some(expected), "{election:?}");
            if limits == Completion::default() {
                assert_eq!(run.round, last, "{election:?}");
                rounds += last + 1;
                passed += last + 1 - visited;
            }
        }
    }
    eprintln!("{passed} of {rounds} rounds passed over");
    assert!(passed > rounds / 4, "{passed} of {rounds}");
}
