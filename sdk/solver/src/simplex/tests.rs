//! The invariants of a basis, looked at after every step.
use super::{NetworkSimplex, pricing::State, tree};
use crate::generate::{self, Family};

fn assert_sound(simplex: &NetworkSimplex, at: &str) {
    let root = simplex.root();
    let order = tree::preorder(&simplex.nodes, root);
    assert_eq!(order.len(), simplex.nodes.len(), "{at}: one tree");
    let mut sizes = vec![1u32; order.len()];
    for &index in order[1..].iter().rev() {
        let node = &simplex.nodes[index as usize];
        sizes[node.parent as usize] += sizes[index as usize];
        assert!(
            node.up > 0 && node.down >= 0,
            "{at}: node={index} can send to the root"
        );
        if let Some(arc) = simplex.arcs.get(node.arc()) {
            assert_eq!(simplex.states[node.arc()], State::Tree, "{at}");
            assert_eq!(node.up + node.down, simplex.capacities[node.arc()], "{at}");
            let reduced =
                arc.cost + simplex.tour.potential(arc.tail) - simplex.tour.potential(arc.head);
            assert_eq!(reduced, 0, "{at}: node={index}");
            let ends = if node.upward() {
                (index, node.parent)
            } else {
                (node.parent, index)
            };
            assert_eq!((arc.tail, arc.head), ends, "{at}");
        }
    }
    for (index, node) in simplex.nodes.iter().enumerate() {
        assert_eq!(node.size, sizes[index], "{at}: node={index}");
    }
    let in_tree = simplex.states.iter().filter(|s| **s == State::Tree).count();
    let hung = simplex
        .tree()
        .filter(|n| n.arc() < simplex.arcs.len())
        .count();
    assert_eq!(in_tree, hung, "{at}");
}

fn solve_looking(simplex: &mut NetworkSimplex, every: u64, at: &str) {
    assert_sound(simplex, at);
    while let Some((arc, reduced)) =
        simplex
            .pricing
            .entering(&simplex.arcs, &simplex.states, &simplex.tour)
    {
        simplex.pivot(arc, reduced);
        simplex.pivots += 1;
        if simplex.pivots.is_multiple_of(every) {
            assert_sound(simplex, &format!("{at} pivot={}", simplex.pivots));
        }
    }
    assert_sound(simplex, at);
}

#[test]
fn every_step_keeps_a_strongly_feasible_tree_with_true_sizes_and_potentials() {
    for seed in 0..70 {
        let (family, problem) = generate::numbered(seed, 40);
        let at = format!("seed={seed} family={}", family.name());
        let mut simplex = NetworkSimplex::new(&problem);
        solve_looking(&mut simplex, 1, &at);
        let (_, other) = generate::numbered(seed, 40);
        simplex.change(&other).expect("the same instance");
        solve_looking(&mut simplex, 1, &at);
    }
}

#[test]
fn a_tour_of_many_segments_keeps_true_potentials() {
    for (family, nodes) in [
        (Family::Geometric, 3000),
        (Family::Grid, 3000),
        (Family::Netgen, 1500),
    ] {
        let problem = family.instance(nodes, 5);
        let mut simplex = NetworkSimplex::new(&problem);
        solve_looking(&mut simplex, 97, family.name());
    }
}

#[test]
fn a_feasible_optimum_holds_no_cost_of_slack() {
    for seed in 0..200 {
        let (family, problem) = generate::numbered(seed, 60);
        let mut simplex = NetworkSimplex::new(&problem);
        if !simplex.solve(&crate::unwatched) {
            continue;
        }
        let bound = problem.greatest_cost() * problem.nodes() as i64;
        let at = format!("seed={seed} family={}", family.name());
        assert!(
            simplex.potentials().iter().all(|p| p.abs() <= bound),
            "{at}"
        );
    }
}
