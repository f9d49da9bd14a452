//! What people and solvers say to clearing.

use cosmwasm_std::{Addr, Binary};
use mycel_clearing::graph::{ROW_BYTES, Root};
use mycel_clearing::msg::{GraphResponse, MarketKind, PromisesResponse, RoundView};
use mycel_clearing::posts::commitment;
use mycel_kit::flow::{Edge, encode};
use mycel_sandbox::Receipt;
use mycel_solver::progress::unwatched;
use mycel_solver::{Options, Problem, solve, units};
use serde_json::{Value, json};

use super::{Play, Step};
use crate::town::{CREDIT, DAY, Town};

impl Play {
    pub(super) fn clearing(&mut self, town: &Town) -> Step {
        let a = self.someone(town);
        let b = self.someone(town);
        let number = town.person(&b).unwrap_or(1_000).to_string();
        let now = town.sandbox.now();
        let (id, market) = (self.id(), self.random.below(3));
        let on = !self.random.one_in(5);
        let amount = (1 + self.random.below(100 * CREDIT)).to_string();
        let quantity = self.random.below(200).to_string();
        let expires = (now + self.random.below(20 * DAY)).to_string();
        let round = self.round(town);
        let promise = self.promise(town, &a);
        let message = match self.random.below(58) {
            0..=11 => {
                let due = (now + self.random.below(95 * DAY)).to_string();
                json!({"propose": {"with": number, "i_owe": on, "amount": amount, "due": due,
                    "priority": self.random.below(5)}})
            }
            12 => json!({"confirm": {"proposal": id}}),
            13 => json!({"drop_proposal": {"proposal": id}}),
            14..=17 => json!({"consent": {"on": on}}),
            18 => json!({"tender": {"obligations": [id], "on": on}}),
            19 => json!({"collect": {"obligation": id}}),
            20 => json!({"cancel": {"obligation": id}}),
            21 => json!({"dispute": {"obligation": id}}),
            22..=24 => json!({"open_round": {}}),
            25..=32 => match self.solver(town) {
                Some(step) => return step,
                None => json!({"advance": {"round": round, "limit": 1 + self.random.below(200)}}),
            },
            33 | 34 => json!({"advance": {"round": round}}),
            48..=51 => {
                let sender = town.person(&a).unwrap_or(1_000).to_string();
                json!({"link": {"market": market, "from": sender, "to": number, "distance": 3, "capacity": "90"}})
            }
            52 => json!({"report": {"promise": promise, "quantity": quantity}}),
            53 => {
                json!({"offer": {"market": market, "quantity": "150", "gift": true, "expires": expires}})
            }
            54 => {
                json!({"need": {"market": market, "quantity": "90", "price": 30, "expires": expires}})
            }
            35 | 55 => json!({"open_allocation": {"market": market}}),
            36 => json!({"sweep": {"page": 0}}),
            37 => json!({"prune": {"person": number, "page": 0}}),
            38 => {
                json!({"offer": {"market": market, "quantity": quantity, "price": self.random.below(20), "expires": expires}})
            }
            39 => {
                json!({"need": {"market": market, "quantity": quantity, "price": self.random.below(40), "expires": expires}})
            }
            40 => json!({"withdraw": {"market": market}}),
            41 | 56 | 57 => json!({"accept": {"promise": promise}}),
            42 => json!({"return": {"promise": promise}}),
            43 => json!({"close_promise": {"promise": promise}}),
            44 => json!({"judged": {"obligation": id}}),
            45 => json!({"upward": {"market": market, "persons": [number]}}),
            46 => {
                let changes =
                    json!({"open_seconds": (DAY + self.random.below(3 * DAY)).to_string()});
                let action = json!({"set_parameters": changes});
                return self.decision(town, &town.clearing, "constitutional", &action);
            }
            _ => json!({"record_payment": {"obligation": id, "amount": amount}}),
        };
        Step::Tell(a, town.clearing.clone(), message)
    }

    fn round(&mut self, town: &Town) -> String {
        let allocation = self.allocation.clone();
        match (view(town, None), allocation) {
            (_, Some(round)) if self.random.one_in(2) => round,
            (Some(view), _) if !self.random.one_in(10) => view.round.to_string(),
            _ => self.id(),
        }
    }

    /// A promise of somebody's, if there is one.
    fn promise(&mut self, town: &Town, person: &Addr) -> String {
        let asked = json!({"promises": {"person": town.person(person).unwrap_or(0).to_string()}});
        let found: Result<PromisesResponse, _> = town.sandbox.query(&town.clearing, &asked);
        match found {
            Ok(found) if !found.promises.is_empty() => {
                self.random.pick(&found.promises).promise.to_string()
            }
            _ => self.id(),
        }
    }

    /// What a solver would do now with the round that runs.
    fn solver(&mut self, town: &Town) -> Option<Step> {
        let of = match &self.allocation {
            Some(round) if self.random.one_in(2) => Some(round.clone()),
            _ => None,
        };
        self.solves(town, &view(town, of.as_deref())?)
    }

    /// What a solver would do now with this round.
    pub(crate) fn solver_of(&mut self, town: &Town, round: &str) -> Option<Step> {
        self.solves(town, &view(town, Some(round))?)
    }

    fn solves(&mut self, town: &Town, view: &RoundView) -> Option<Step> {
        if view.stage != "frozen" {
            return None;
        }
        let round = view.round.to_string();
        let tell = |solver: Addr, message| Some(Step::Tell(solver, town.clearing.clone(), message));
        if town.sandbox.now() < view.commit_until.0 {
            let solver = self.someone(town);
            let body = self.certificate(town, view)?;
            let hash = hex(&commitment(solver.as_str(), &body));
            let message = json!({"commit": {"round": round, "hash": hash, "bytes": body.len()}});
            self.committed
                .push((round, solver.clone(), u64::from(view.posts), body));
            return tell(solver, message);
        }
        let at = self.committed.iter().position(|(of, ..)| *of == round)?;
        let (round, solver, post, body) = self.committed.remove(at);
        let data = Binary::from(body).to_base64();
        tell(
            solver,
            json!({"post": {"round": round, "post": post, "page": 0, "data": data}}),
        )
    }

    /// The optimum of the frozen graph, now and then spoilt.
    fn certificate(&mut self, town: &Town, view: &RoundView) -> Option<Vec<u8>> {
        let (supplies, edges, root) = download(town, view)?;
        let nodes = supplies.len();
        let (mut flow, mut potentials) = if view.kind == Some(MarketKind::Stable) {
            (units::stable_flow(nodes, &edges), vec![0; nodes])
        } else {
            let problem = Problem::new(supplies, edges.clone()).ok()?;
            let solved = solve(&problem, &Options::default(), &unwatched).ok()?;
            (solved.flow, solved.potentials)
        };
        match self.random.below(8) {
            0 => {
                let at = self.random.below(flow.len() as u64) as usize;
                flow[at] = (flow[at] - 1).max(0);
            }
            1 => {
                let at = self.random.below(nodes as u64) as usize;
                potentials[at] += 1;
            }
            _ => {}
        }
        let capacities: Vec<i64> = edges.iter().map(|e| e.capacity).collect();
        encode(&root, &capacities, &flow, &potentials).ok()
    }

    pub(super) fn after_clearing(
        &mut self,
        town: &Town,
        sender: &Addr,
        message: &Value,
        receipt: &Receipt,
    ) -> Vec<Step> {
        let Some((kind, body)) = message.as_object().and_then(|m| m.iter().next()) else {
            return vec![];
        };
        let told = |name: &str| receipt.attribute(name).unwrap_or_default().to_owned();
        let tell = |sender: &Addr, message: Value| {
            Step::Tell(sender.clone(), town.clearing.clone(), message)
        };
        let anyone = self.someone(town);
        let person = |number: &Value| {
            let mut people = town.people.iter();
            people.find(|p| Play::is(town, p, number)).cloned()
        };
        let named = |name: &str| person(&json!(told(name)));
        match kind.as_str() {
            "propose" => {
                let confirm = json!({"confirm": {"proposal": told("proposal")}});
                let other = person(&body["with"]);
                other
                    .map(|other| tell(&other, confirm))
                    .into_iter()
                    .collect()
            }
            "confirm" => {
                let obligation = told("obligation");
                let (Some(debtor), Some(creditor)) = (named("debtor"), named("creditor")) else {
                    return vec![];
                };
                let due = (town.sandbox.now() + 60 * DAY).to_string();
                let allow = json!({"increase_allowance": {"spender": town.clearing, "amount": told("amount")}});
                let both =
                    |message: Value| [tell(&debtor, message.clone()), tell(&creditor, message)];
                let mut says = vec![
                    Step::Tell(debtor.clone(), town.credit.clone(), allow),
                    tell(&debtor, json!({"collect": {"obligation": obligation}})),
                    tell(
                        &creditor,
                        json!({"record_payment": {"obligation": obligation, "amount": "7"}}),
                    ),
                ];
                let more = match self.random.below(6) {
                    0 => both(json!({"cancel": {"obligation": obligation}})),
                    1 => both(json!({"extend": {"obligation": obligation, "due": due}})),
                    2 => both(json!({"dispute": {"obligation": obligation}})),
                    _ => both(json!({"tender": {"obligations": [obligation], "on": true}})),
                };
                says.extend(more);
                says
            }
            "dispute" => vec![
                tell(sender, json!({"withdraw_dispute": body})),
                tell(&anyone, json!({"judged": body})),
                tell(&anyone, json!({"judged": body})),
            ],
            "link" => {
                let other = person(&body["to"]).filter(|other| other != sender);
                let mut signs: Vec<_> = other.iter().map(|p| tell(p, message.clone())).collect();
                // the ends of a link are where things can flow
                if other.is_none() && self.random.one_in(2) {
                    let expires = (town.sandbox.now() + 20 * DAY).to_string();
                    let post = |price: u64| json!({"market": body["market"], "quantity": "80", "price": price, "expires": expires, "upward": true});
                    signs
                        .extend(person(&body["from"]).map(|p| tell(&p, json!({"offer": post(1)}))));
                    signs.push(tell(sender, json!({"need": post(30)})));
                    signs.push(tell(
                        sender,
                        json!({"open_allocation": {"market": body["market"]}}),
                    ));
                }
                signs
            }
            "open_allocation" => {
                self.allocation = Some(told("round"));
                vec![]
            }
            "accept" => vec![
                tell(
                    sender,
                    json!({"report": {"promise": body["promise"], "quantity": "10"}}),
                ),
                tell(&anyone, json!({"close_promise": body})),
            ],
            "open_round" | "advance" => (0..2)
                .map(|_| tell(&anyone, json!({"advance": {"round": told("round")}})))
                .collect(),
            _ => vec![],
        }
    }
}

/// A round; the clearing round that runs or was last if not named.
fn view(town: &Town, round: Option<&str>) -> Option<RoundView> {
    let asked = json!({"round": {"round": round}});
    town.sandbox.query(&town.clearing, &asked).ok()
}

fn hex(bytes: &[u8]) -> String {
    cosmwasm_std::HexBinary::from(bytes).to_hex()
}

/// The frozen graph and its root.
fn download(town: &Town, view: &RoundView) -> Option<(Vec<i64>, Vec<Edge>, [u8; 32])> {
    let mut root = Root::new(view.round.0);
    let (mut rows, mut supplies, mut page) = (vec![], vec![], None);
    loop {
        let asked = json!({"graph": {"round": view.round, "page": page}});
        let answer: GraphResponse = town.sandbox.query(&town.clearing, &asked).ok()?;
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
    let rows: Vec<[u64; 5]> = rows
        .chunks_exact(ROW_BYTES)
        .map(|row| {
            std::array::from_fn(|at| {
                let word = row[8 * at..].first_chunk().expect("rows are 40 bytes");
                u64::from_le_bytes(*word)
            })
        })
        .collect();
    let mut labels: Vec<u64> = match view.market {
        None => rows.iter().flat_map(|row| [row[1], row[2]]).collect(),
        Some(_) => (0..u64::from(view.nodes)).collect(),
    };
    labels.sort_unstable();
    labels.dedup();
    if supplies.is_empty() {
        supplies = vec![0; labels.len()];
    }
    let node = |label: u64| labels.binary_search(&label).expect("a node") as u32;
    let edge = |row: &[u64; 5]| Edge {
        tail: node(row[1]),
        head: node(row[2]),
        capacity: row[3] as i64,
        cost: row[4] as i64,
    };
    (!rows.is_empty()).then(|| (supplies, rows.iter().map(edge).collect(), root))
}
