//! A solver as anybody may run one: downloads the frozen graph, checks its
//! root, solves, commits, posts.

use mycel_clearing::error::ContractError;
use mycel_clearing::graph::{ROW_BYTES, Root};
use mycel_clearing::msg::{ExecuteMsg, GraphResponse, MarketKind, QueryMsg};
use mycel_clearing::posts::{PAGE_BYTES, commitment};
use mycel_kit::Id;
use mycel_kit::flow::{Edge, encode};
use mycel_solver::progress::unwatched;
use mycel_solver::{Options, Problem, solve, units};

use super::World;

/// A frozen graph as downloaded.
pub struct Downloaded {
    pub kind: MarketKind,
    pub root: [u8; 32],
    /// Person numbers (clearing) or node numbers (market), by node.
    pub labels: Vec<u64>,
    pub supplies: Vec<i64>,
    pub edges: Vec<Edge>,
}

impl Downloaded {
    pub fn capacities(&self) -> Vec<i64> {
        self.edges.iter().map(|edge| edge.capacity).collect()
    }

    pub fn body(&self, flow: &[i64], potentials: &[i64]) -> Vec<u8> {
        encode(&self.root, &self.capacities(), flow, potentials).expect("encodes")
    }

    /// The optimum with its potentials.
    pub fn optimum(&self) -> (Vec<i64>, Vec<i64>) {
        if self.kind == MarketKind::Stable {
            let flow = units::stable_flow(self.supplies.len(), &self.edges);
            let nodes = self.supplies.len() as u32;
            let verdict = units::verify_stable(nodes, &self.edges, &flow).expect("stable");
            assert_eq!(verdict.gap, 0, "the best for those in need");
            return (flow, vec![0; self.supplies.len()]);
        }
        let problem = Problem::new(self.supplies.clone(), self.edges.clone()).expect("an instance");
        let solved = solve(&problem, &Options::default(), &unwatched).expect("solves");
        assert_eq!(solved.verify(&problem).expect("feasible").gap, 0);
        if let MarketKind::Assignment { .. } = self.kind {
            // two methods, one optimum
            let assigned = units::assignment(&problem).expect("one unit a side");
            assert_eq!(assigned.verify(&problem).expect("feasible").gap, 0);
            assert_eq!(assigned.cost(&problem), solved.cost(&problem));
            return (assigned.flow, assigned.potentials);
        }
        (solved.flow, solved.potentials)
    }

    pub fn optimal_body(&self) -> Vec<u8> {
        let (flow, potentials) = self.optimum();
        self.body(&flow, &potentials)
    }
}

impl World {
    pub fn download(&self, round: Id) -> Downloaded {
        let view = self.round_of(round);
        let (mut root, mut rows, mut supplies) = (Root::new(round.0), Vec::new(), Vec::new());
        let mut page = None;
        loop {
            let answer: GraphResponse = self
                .ask(QueryMsg::Graph { round, page })
                .expect("the graph");
            for bytes in &answer.pages {
                root.add_page(bytes.as_slice());
                rows.extend_from_slice(bytes.as_slice());
            }
            supplies.extend(answer.supplies.iter().map(|supply| supply.i64()));
            match answer.next {
                Some(next) => page = Some(next),
                None => break,
            }
        }
        let root = root.close(view.nodes, view.edges, &supplies);
        assert_eq!(
            view.root.as_slice(),
            root,
            "the root is over what was downloaded"
        );
        let word =
            |row: &[u8], at: usize| u64::from_le_bytes(row[8 * at..8 * at + 8].try_into().unwrap());
        let rows: Vec<[u64; 5]> = rows
            .chunks(ROW_BYTES)
            .map(|row| std::array::from_fn(|at| word(row, at)))
            .collect();
        let mut labels: Vec<u64> = match view.market {
            None => rows.iter().flat_map(|row| [row[1], row[2]]).collect(),
            Some(_) => (0..u64::from(view.nodes)).collect(),
        };
        labels.sort_unstable();
        labels.dedup();
        assert_eq!(
            (labels.len(), rows.len()),
            (view.nodes as usize, view.edges as usize)
        );
        let node = |label: u64| labels.binary_search(&label).expect("a node") as u32;
        if supplies.is_empty() {
            supplies = vec![0; labels.len()];
        }
        Downloaded {
            kind: view.kind.unwrap_or_default(),
            root,
            supplies,
            edges: rows
                .iter()
                .map(|row| Edge {
                    tail: node(row[1]),
                    head: node(row[2]),
                    capacity: row[3] as i64,
                    cost: row[4] as i64,
                })
                .collect(),
            labels,
        }
    }

    /// Commits for `solver`; the post's number.
    pub fn commit(&mut self, solver: &str, round: Id, body: &[u8]) -> Result<u32, ContractError> {
        let msg = ExecuteMsg::Commit {
            round,
            hash: commitment(solver, body).into(),
            bytes: body.len() as u32,
        };
        self.execute(solver, msg)?;
        Ok(self.told("post").parse().expect("a number"))
    }

    pub fn bring(
        &mut self,
        solver: &str,
        round: Id,
        post: u32,
        body: &[u8],
    ) -> Result<(), ContractError> {
        for (page, data) in (0u32..).zip(body.chunks(PAGE_BYTES)) {
            let data = data.into();
            let msg = ExecuteMsg::Post {
                round,
                post,
                page,
                data,
            };
            self.execute(solver, msg)?;
        }
        Ok(())
    }

    /// Commits to bodies, waits, brings them in order and has them verified.
    /// Says what became of each.
    pub fn submit(&mut self, round: Id, bodies: &[Vec<u8>]) -> Vec<String> {
        let posts: Vec<(String, u32)> = (0u64..)
            .zip(bodies)
            .map(|(n, body)| {
                let solver = self.address(&format!("solver {}", n / 3));
                let number = 1_000_000 + n / 3;
                self.peers.enrol(number, solver.clone());
                let post = self.commit(&solver, round, body).expect("commits");
                (solver, post)
            })
            .collect();
        self.now = self.round_of(round).commit_until.0;
        let mut fates = Vec::new();
        for ((solver, post), body) in posts.iter().zip(bodies) {
            if self.bring(solver, round, *post, body).is_ok() {
                let _ = self.advance(round, None);
            }
            self.check();
            let asked =
                self.ask::<mycel_clearing::msg::PostView>(QueryMsg::Post { round, post: *post });
            fates.push(match asked {
                Ok(view) => view.why.map_or(view.fate, |why| why),
                Err(_) => "gone".to_owned(),
            });
        }
        fates
    }

    /// A whole clearing round with its optimum; what it cleared.
    pub fn clear(&mut self) -> i128 {
        let round = self.freeze();
        self.solve(round);
        assert_eq!(self.round_of(round).stage, "done");
        self.round_of(round).applied.i128()
    }

    /// Solves a frozen round and drives it to its end.
    pub fn solve(&mut self, round: Id) {
        if self.round_of(round).stage == "frozen" {
            let body = self.download(round).optimal_body();
            self.submit(round, &[body]);
        }
        self.drive(round, None);
    }
}
