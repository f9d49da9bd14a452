//! Allocation: priorities, shares, prices, and a hurricane met in parts.
use mycel_solver::{
    Allocation, NetworkSimplex, Options, Solution,
    allocation::{AllocationError, Need, Pathway, Plan, Surplus, worth},
    solve, unwatched,
};

fn way(from: u32, to: u32, steps: &[(i64, i64)]) -> Pathway {
    Pathway {
        from,
        to,
        steps: steps.to_vec(),
    }
}

fn gift(node: u32, quantity: i64) -> Surplus {
    Surplus {
        node,
        quantity,
        price: 0,
    }
}

fn need(node: u32, quantity: i64, worth: i64) -> Need {
    Need {
        node,
        quantity,
        worth,
    }
}

fn plan(allocation: &Allocation) -> Plan {
    let prepared = allocation.prepare().expect("a sound allocation");
    let solution =
        solve(prepared.problem(), &Options::default(), &unwatched).expect("always feasible");
    solution
        .verify(prepared.problem())
        .expect("feasible")
        .optimal()
        .expect("optimal");
    prepared.plan(&solution)
}

#[test]
fn a_round_is_feasible_even_where_nothing_can_flow() {
    let allocation = Allocation {
        nodes: 3,
        surpluses: vec![gift(0, 7)],
        needs: vec![need(2, 5, 100)],
        ..Allocation::default()
    };
    let plan = plan(&allocation);
    assert_eq!((plan.unmet, plan.unused), (vec![5], vec![7]));
    // nothing reaches it: a unit there is worth what the need is
    assert_eq!(plan.prices[2], 100);
}

#[test]
fn the_dearer_need_is_met_first_however_far_it_is() {
    let longest = 50 + 40;
    let allocation = Allocation {
        nodes: 3,
        surpluses: vec![gift(0, 10)],
        needs: vec![
            need(1, 10, worth(0, longest)),
            need(2, 6, worth(1, longest)),
        ],
        pathways: vec![way(0, 1, &[(100, 1)]), way(0, 2, &[(100, longest)])],
        share_ppm: None,
    };
    let plan = plan(&allocation);
    assert_eq!((plan.carried, plan.unmet), (vec![4, 6], vec![6, 0]));
    // one unit more would go to the need that is left, less the way there
    assert_eq!(plan.prices[1], worth(0, longest));
}

#[test]
fn dearer_steps_spread_a_flow_over_several_sources() {
    let rising = [(10, 1), (10, 5), (10, 9)];
    let allocation = Allocation {
        nodes: 4,
        surpluses: vec![gift(0, 30), gift(1, 30), gift(2, 30)],
        needs: vec![need(3, 30, 1000)],
        pathways: (0..3).map(|from| way(from, 3, &rising)).collect(),
        share_ppm: None,
    };
    assert_eq!(plan(&allocation).carried, [10, 10, 10]);
}

#[test]
fn no_supplier_gives_more_than_its_share_and_what_passes_through_is_not_capped() {
    // 0 is near to 2; 1 is far; 2 also passes on to 3, which only it can reach
    let allocation = Allocation {
        nodes: 4,
        surpluses: vec![gift(0, 1000), gift(1, 1000)],
        needs: vec![need(2, 100, 10_000), need(3, 50, 10_000)],
        pathways: vec![
            way(0, 2, &[(500, 1)]),
            way(1, 2, &[(500, 100)]),
            way(2, 3, &[(500, 1)]),
        ],
        share_ppm: Some(600_000),
    };
    let plan = plan(&allocation);
    // 60 of 2's 100 and all that passes on come from 0, 40 from 1; 3 may take 60 % of 50 over its one last hop
    assert_eq!(plan.carried, [90, 40, 30]);
    assert_eq!(plan.unmet, [0, 20]);
}

#[test]
fn an_offer_is_not_taken_below_its_price() {
    let allocation = |price| Allocation {
        nodes: 2,
        surpluses: vec![Surplus {
            node: 0,
            quantity: 5,
            price,
        }],
        needs: vec![need(1, 5, 100)],
        pathways: vec![way(0, 1, &[(9, 20)])],
        share_ppm: None,
    };
    assert_eq!(plan(&allocation(79)).unmet, [0]);
    assert_eq!(plan(&allocation(81)).unmet, [5]);
}

#[test]
fn a_hurricane_is_met_in_parts_and_again_after_a_supplier_fails() {
    // medical 1,000, food 5,000, water 10,000, power 2,000 at node 0; four suppliers, none above 40 %
    for (needed, stocks) in [
        (1_000, [400, 500, 300, 600]),
        (5_000, [3_000, 2_000, 2_500, 2_000]),
        (10_000, [9_000, 4_000, 4_000, 4_000]),
        (2_000, [800, 800, 800, 100]),
    ] {
        let share = needed * 40 / 100;
        let allocation = |stocks: [i64; 4]| Allocation {
            nodes: 5,
            surpluses: (1..)
                .zip(stocks)
                .map(|(node, stock)| gift(node, stock))
                .collect(),
            needs: vec![need(0, needed, 100_000)],
            pathways: (1..5)
                .map(|node| {
                    way(
                        node,
                        0,
                        &[
                            (needed / 4, 10 * i64::from(node)),
                            (needed, 25 * i64::from(node)),
                        ],
                    )
                })
                .collect(),
            share_ppm: Some(400_000),
        };
        let before = allocation(stocks).prepare().expect("sound");
        let mut simplex = NetworkSimplex::new(before.problem());
        assert!(simplex.solve(&unwatched));
        let read = |simplex: &NetworkSimplex| Solution {
            flow: simplex.flow(),
            potentials: simplex.potentials(),
        };
        let plan = before.plan(&read(&simplex));
        assert_eq!(plan.unmet, [0], "needed={needed}");
        assert!(
            plan.carried.iter().all(|&c| c <= share),
            "{:?}",
            plan.carried
        );
        // the second supplier fails: the same graph, one stock gone
        let mut left = stocks;
        left[1] = 0;
        let after = allocation(left).prepare().expect("sound");
        simplex.change(after.problem()).expect("the same graph");
        assert!(simplex.solve(&unwatched));
        let warm = read(&simplex);
        warm.verify(after.problem())
            .expect("feasible")
            .optimal()
            .expect("optimal");
        let plan = after.plan(&warm);
        assert_eq!(plan.carried[1], 0);
        assert!(
            plan.carried.iter().all(|&c| c <= share),
            "{:?}",
            plan.carried
        );
        let most: i64 = left.iter().map(|&stock| stock.min(share)).sum();
        assert_eq!(plan.unmet, [(needed - most).max(0)], "needed={needed}");
    }
}

#[test]
fn bad_allocations_are_refused_by_their_first_offence() {
    let good = Allocation {
        nodes: 2,
        surpluses: vec![gift(0, 1)],
        needs: vec![need(1, 1, 1)],
        pathways: vec![way(0, 1, &[(1, 1)])],
        share_ppm: None,
    };
    let refused = |change: &dyn Fn(&mut Allocation)| {
        let mut bad = good.clone();
        change(&mut bad);
        bad.prepare().expect_err("refused")
    };
    assert!(matches!(
        refused(&|a| a.surpluses[0].node = 2),
        AllocationError::Unknown {
            what: "surplus",
            ..
        }
    ));
    assert!(matches!(
        refused(&|a| a.needs[0].quantity = -1),
        AllocationError::Quantity { what: "need", .. }
    ));
    assert!(matches!(
        refused(&|a| a.needs.push(need(1, 2, 2))),
        AllocationError::Twice { index: 1, node: 1 }
    ));
    assert!(matches!(
        refused(&|a| a.pathways[0].steps = vec![(1, 5), (1, 4)]),
        AllocationError::Cheaper { index: 0, step: 1 }
    ));
    assert!(matches!(
        refused(&|a| a.share_ppm = Some(1_000_001)),
        AllocationError::Share(1_000_001)
    ));
}
