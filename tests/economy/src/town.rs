//! A town: its contracts, its people, its clock.

use cosmwasm_std::{Addr, BLS12_381_G2_GENERATOR, Binary, HexBinary};
use mycel_commons::registry::admission::Policy;
use mycel_commons::registry::rules::Rules;
use mycel_commons::{Quantity, cap, monitors};
use mycel_kit::peers::members::Standing;
use mycel_kit::standard::Invariants;
use mycel_kit::{Amount, Seconds};
use mycel_sandbox::{Receipt, Refusal, Sandbox, Verifier, address};
use mycel_trust::proofs::Circuit;
use mycel_trust::times::Times;
use serde_json::{Value, json};

use crate::codes::{self, Way};
use crate::elsewhere::{Elsewhere, Shown};

/// When towns begin.
pub const START: u64 = 1_700_000_000;
/// A day in seconds.
pub const DAY: u64 = 86_400;
/// An hour in seconds.
pub const HOUR: u64 = 3_600;
/// What proposals may be about.
pub const AREAS: [&str; 3] = ["housing", "water", "roads"];
/// A credit in pico-credits.
pub const CREDIT: u64 = 1_000_000_000_000;

/// The gate whose proofs raise lines of credit.
pub const GATE_CREDIT: u64 = 1;
/// The gate whose proofs bring volunteers.
pub const GATE_DRAWS: u64 = 2;
/// The gate whose proofs let give.
pub const GATE_ROUNDS: u64 = 3;
/// Most weight of a pair in trust in a period.
pub const TRUST_PAIR_CAP: u32 = 20;
/// How trust divides time.
pub const TRUST_TIMES: Times = Times {
    slot: 600,
    day: DAY as u32,
    period: 20 * DAY as u32,
    appeal: 6 * HOUR as u32,
    open_window: DAY as u32,
};

/// Contracts and people.
#[derive(Clone, Debug)]
pub struct Town {
    /// The world.
    pub sandbox: Sandbox,
    /// Everybody's authority.
    pub assembly: Addr,
    /// Lots and juries.
    pub sortition: Addr,
    /// The members contract.
    pub members: Addr,
    /// The credit contract.
    pub credit: Addr,
    /// The clearing contract.
    pub clearing: Addr,
    /// The contract that keeps commons.
    pub commons: Addr,
    /// The contract of rounds.
    pub funding: Addr,
    /// The contract of trust.
    pub trust: Addr,
    /// When its time began.
    pub trust_begun: u64,
    /// A contract that holds holds.
    pub holder: Addr,
    /// Organisations that watch commons.
    pub watchers: Vec<Addr>,
    /// Everybody who takes part, members or not.
    pub people: Vec<Addr>,
    /// Members of another community, with their records' proofs.
    pub elsewhere: Vec<Shown>,
}

/// The height of the header that proves them.
const RECORDED: u64 = 100;

impl Town {
    /// The other community's chain.
    pub const ELSEWHERE: &str = "hilltop-1";

    /// A town with this many people, so many of them founders; the last few
    /// are members of another community already.
    ///
    /// # Panics
    /// A contract does not begin.
    #[must_use]
    pub fn new(way: Way, founders: usize, people: usize) -> Town {
        let mut sandbox = Sandbox::new(START);
        let made = |result: Result<Addr, Refusal>| result.unwrap_or_else(|why| panic!("{why}"));
        let codes = [
            ("assembly", codes::assembly(way)),
            ("sortition", codes::sortition(way)),
            ("members", codes::members(way)),
            ("credit", codes::credit(way)),
            ("clearing", codes::clearing(way)),
            ("commons", codes::commons(way)),
            ("funding", codes::funding(way)),
            ("trust", codes::trust(way)),
            ("holder", codes::sink(way)),
        ]
        .map(|(name, code)| (name, sandbox.store(code)));
        // proving would take all the time
        sandbox.set_development(true);
        sandbox.set_verifier(Verifier::Mock);
        let mut keys = serde_json::Map::new();
        for circuit in Circuit::ALL {
            let name = circuit.name();
            let digest = sandbox.register_mock_key(name, circuit.inputs());
            let digest = HexBinary::from(digest.unwrap_or_else(|why| panic!("{why}")));
            keys.insert(name.to_owned(), json!({"id": name, "digest": digest}));
        }
        // the assembly is the admin of all others
        let nobody = address("genesis");
        let assembly = made(sandbox.predict(&nobody, codes[0].1, codes[0].0));
        let creator = |name: &str| match name {
            "assembly" => nobody.clone(),
            _ => assembly.clone(),
        };
        let [
            _,
            sortition,
            members,
            credit,
            clearing,
            commons,
            funding,
            trust,
            holder,
        ] = codes.map(|(name, code)| made(sandbox.predict(&creator(name), code, name)));
        let clients = [
            ("assembly", &assembly),
            ("members", &members),
            ("credit", &credit),
            ("clearing", &clearing),
            ("commons", &commons),
            ("funding", &funding),
            ("trust", &trust),
        ]
        .map(|(name, address)| json!({"name": name, "address": address}));
        let begins = [
            json!({"development": true,
                "peers": {"members": members, "credit": credit, "sortition": sortition,
                    "commons": commons},
                "parameters": {"areas": AREAS, "numbers": assembly_numbers()}}),
            json!({"authority": assembly, "development": true, "parameters": {
                "members": members, "trust": trust, "clients": clients, "beacon": Town::own_beacon(),
                "numbers": {"pool_seconds": 30 * DAY, "commit_seconds": 6 * HOUR,
                    "post_seconds": 6 * HOUR, "give_up_seconds": 5 * DAY,
                    "decline_seconds": 6 * HOUR, "in_a_row": 2,
                    "rest_seconds": 10 * DAY, "appeal_seconds": 6 * HOUR, "juries_per_person": 20,
                    "cases_per_party": 100, "jury_cap": 3}}}),
            json!({"authority": assembly, "community": "riverside", "development": true,
                "peers": {"credit": credit, "sortition": sortition, "assembly": assembly, "trust": trust,
                    "items": [clearing, sortition, commons, funding]},
                "parameters": {"numbers": {"growth_least": 4, "sponsor_residency": 0,
                    "invites_per_epoch": 50, "flags_for_notice": 3, "recovery_seconds": 2 * DAY}}}),
            json!({"authority": assembly, "development": true, "parameters": {
                "members": members, "sortition": sortition, "funding": funding, "trust": trust,
                "economy": {"raise_gate": GATE_CREDIT.to_string()},
                "holders": [{"address": holder, "max_age": (30 * DAY).to_string()},
                    {"address": commons, "max_age": (60 * DAY).to_string()},
                    {"address": funding, "max_age": (60 * DAY).to_string()}]}}),
            json!({"authority": assembly, "development": true, "members": members, "credit": credit,
                "sortition": sortition}),
            json!({"development": true, "peers": {"assembly": assembly, "members": members,
                "credit": credit, "sortition": sortition},
                "parameters": {"numbers": {"case_seconds": 10 * DAY, "epoch_seconds_least": DAY}}}),
            json!({"authority": assembly, "development": true, "parameters": {"members": members,
                "credit": credit, "sortition": sortition, "commons": commons, "trust": trust,
                "numbers": {"round_seconds_least": HOUR, "settle_seconds": DAY, "project_supporters": 1,
                    "sponsor_least_credits": 0, "dividend_seconds": 20 * DAY, "dues_seconds": 5 * DAY,
                    "restoration_seconds": 20 * DAY, "restriction_seconds": 5 * DAY,
                    "register_most": 100, "register_cases": 10, "case_seconds": 10 * DAY,
                    "builders_least": 2, "reward_credits": 1}}}),
            json!({"authority": assembly, "development": true, "times": TRUST_TIMES,
                "pair_cap": TRUST_PAIR_CAP, "keys": keys, "parameters": {"members": members,
                "credit": credit, "sortition": sortition, "numbers": {"offer_seconds": 2 * DAY,
                    "rating_seconds": 2 * DAY, "case_seconds": 10 * DAY, "open_deals": 30,
                    "reset_seconds": 20 * DAY}}}),
            json!({}),
        ];
        for ((name, code), begin) in codes.into_iter().zip(begins) {
            made(sandbox.instantiate2(&creator(name), code, name, &begin));
        }
        sandbox.set_authorities(Some(&members), Some(&assembly));
        for contract in [
            &credit, &members, &sortition, &assembly, &commons, &funding, &trust,
        ] {
            let done = sandbox.subscribe_end_block(contract);
            done.unwrap_or_else(|why| panic!("{why}"));
        }
        let mut town = Town {
            people: (0..people)
                .map(|n| address(&format!("person {n}")))
                .collect(),
            sandbox,
            assembly,
            sortition,
            members,
            credit,
            clearing,
            commons,
            funding,
            trust_begun: START,
            trust,
            holder,
            watchers: (0..4).map(|n| address(&format!("watch {n}"))).collect(),
            elsewhere: vec![],
        };
        let founders: Vec<_> = (0..founders)
            .map(|n| {
                // some give theirs later
                let idc = (n % 5 != 4).then(|| identity(n));
                json!({"address": town.people[n], "handle": format!("person-{n}"), "idc": idc})
            })
            .collect();
        for some in founders.chunks(20) {
            town.founds(&town.members.clone(), &json!({"seed": {"members": some}}));
        }
        // a city and a neighbourhood that passes on what it cannot match
        for (scale, parent) in [("city", None), ("neighbourhood", Some(0))] {
            let action = json!({"define_market": {"terms": Town::market_terms(scale, parent)}});
            town.founds(&town.clearing.clone(), &decided("ordinary", &action));
        }
        // two where each has one unit
        for kind in [json!({"assignment": {"by": "ranks"}}), json!("stable")] {
            let mut terms = Town::market_terms("city", None);
            terms["kind"] = kind;
            let action = json!({"define_market": {"terms": terms}});
            town.founds(&town.clearing.clone(), &decided("ordinary", &action));
        }
        // the holder has an account: it is an organisation of the first founder's
        let org = json!({"purpose": "to hold", "threshold_bps": 10_000,
            "controllers": [{"person": "1", "bps": 10_000}]});
        let found = json!({"found": {"address": town.holder, "handle": "holder", "org": org}});
        let approve = json!({"approve_founding": {"address": town.holder}});
        for (sender, says) in [
            (town.people[0].clone(), found),
            (town.holder.clone(), approve),
        ] {
            let told = town.sandbox.execute(&sender, &town.members.clone(), &says);
            told.unwrap_or_else(|why| panic!("{why}"));
        }
        let term = json!({"action": {}});
        let own = json!({"seconds": (5 * DAY).to_string()});
        for open in [
            gate(GATE_CREDIT, &town.credit, "show", "named", &own),
            gate(GATE_DRAWS, &town.sortition, "member", "once", &term),
            gate(GATE_ROUNDS, &town.funding, "show", "once", &term),
        ] {
            let open = decided("ordinary", &json!({"open_gate": open}));
            town.founds(&town.trust.clone(), &open);
        }
        town.know_elsewhere();
        town.have_commons();
        // who has a say is judged before a block's messages
        town.sandbox.end_block();
        town
    }

    /// Another community, where some people have attested their records, and
    /// whose header the assembly trusts.
    fn know_elsewhere(&mut self) {
        let key = address("key elsewhere");
        let (people, elsewhere) = (
            self.people.len() / 4,
            &self.people[self.people.len() * 3 / 4..],
        );
        let mut sandbox = Sandbox::new(START);
        sandbox.set_authorities(None, None);
        let code = sandbox.store(codes::members(Way::Native));
        let begin = json!({"authority": key, "community": "hilltop", "development": true,
            "parameters": {"class_person": "", "class_org": ""}});
        let members = sandbox.instantiate2(&key, code, "members", &begin);
        let members = members.unwrap_or_else(|why| panic!("{why}"));
        let mut tell = |sender: &Addr, says: &Value| {
            let told = sandbox.execute(sender, &members, says);
            told.unwrap_or_else(|why| panic!("{why}"));
        };
        let seeds: Vec<_> = elsewhere
            .iter()
            .zip(0..people + 1)
            .map(|(address, n)| json!({"address": address, "handle": format!("person-{n}"), "idc": identity(n + (1 << 30))}))
            .collect();
        for seeds in seeds.chunks(20) {
            tell(&key, &json!({"seed": {"members": seeds}}));
        }
        for address in elsewhere {
            tell(address, &json!({"attest": {}}));
        }
        let state = sandbox.state();
        let entries = state[&members].iter();
        let chain = Elsewhere::new(&members, entries.map(|(k, v)| (k.as_slice(), v.as_slice())));
        let numbered = elsewhere.iter().zip(1..);
        let shown = numbered
            .map(|(address, number)| chain.show(address, number))
            .collect();
        let header = chain.header(Town::ELSEWHERE, RECORDED);
        self.elsewhere = shown;
        self.founds(&self.members.clone(), &decided("constitutional", &header));
        crate::reach::accepted();
    }

    /// The height under which the other community's records are proven.
    #[must_use]
    pub fn record_height(&self) -> u64 {
        RECORDED
    }

    /// Organisations that watch; a forest, a lake into which members vouch each other, a grove in the forest.
    fn have_commons(&mut self) {
        let (members, commons) = (self.members.clone(), self.commons.clone());
        for (n, watcher) in self.watchers.clone().into_iter().enumerate() {
            let owner = self.people[5 + n].clone();
            let controllers = json!([{"person": (6 + n).to_string(), "bps": 10_000}]);
            let org =
                json!({"purpose": "to watch", "threshold_bps": 10_000, "controllers": controllers});
            let found =
                json!({"found": {"address": watcher, "handle": format!("watch-{n}"), "org": org}});
            let approve = json!({"approve_founding": {"address": watcher}});
            for (sender, says) in [(&owner, found), (&watcher, approve)] {
                let told = self.sandbox.execute(sender, &members, &says);
                told.unwrap_or_else(|why| panic!("{why}"));
            }
            // its bonds are its controller's gift
            let gift = json!({"pay": {"to": watcher, "amount": (60 * CREDIT).to_string()}});
            let told = self.sandbox.execute(&owner, &self.credit.clone(), &gift);
            told.unwrap_or_else(|why| panic!("{why}"));
            let number = self.person(&watcher).expect("it was founded");
            let accredit = json!({"accredit": {"organisation": number.to_string()}});
            self.founds(&commons, &decided("ordinary", &accredit));
        }
        for (name, parent, vouched) in [
            ("forest", None, false),
            ("lake", None, true),
            ("grove", Some("1"), true),
        ] {
            let enrolled: Vec<_> = (1..=4)
                .map(|person| json!({"person": person.to_string(), "shares": 20_000_000}))
                .collect();
            let found = json!({"found": {"name": name, "unit": "kg", "boundary": "here", "parent": parent,
                "geometry": identity(3), "rules": commons_rules(vouched), "members": enrolled}});
            self.founds(&commons, &decided("ordinary", &found));
        }
        let budget = json!({"allot_budget": {"commons": "1", "child": "3", "ppm": 200_000}});
        let budget = json!({"decided": {"proposal": "0", "electorate": {"commons": "1"},
            "class": "ordinary", "action": budget}});
        self.founds(&commons, &budget);
        crate::reach::accepted();
    }

    /// A decision to trust some other header.
    #[must_use]
    pub fn other_header(&self, height: u64) -> Value {
        json!({"record_header": {"chain_id": "valley-1", "height": height.to_string(),
            "app_hash": identity(height as usize), "members": identity(7)}})
    }

    /// A beacon of members' own.
    #[must_use]
    pub fn own_beacon() -> Value {
        json!({"commit_reveal": {"period_seconds": 60}})
    }

    /// A drand network whose key is 1: its public key is the generator itself.
    #[must_use]
    pub fn drand() -> Value {
        json!({"drand": {"public_key": cosmwasm_std::to_hex(BLS12_381_G2_GENERATOR),
            "genesis": (START - 10_000_000).to_string(), "period_seconds": 40,
            "scheme": "bls-unchained-g1-rfc9380"}})
    }

    /// The terms of a market for food.
    #[must_use]
    pub fn market_terms(scale: &str, parent: Option<u32>) -> Value {
        json!({"scale": scale, "resource": "food", "parent": parent, "price_unit": CREDIT.to_string(),
            "friction": 1, "resistance": 0, "penalties": [1_000, 10_000, 100_000, 1_000_000],
            "share_bps": 10_000, "need_cap": "1000000", "epoch_seconds": (3 * DAY).to_string(),
            "accept_seconds": (2 * DAY).to_string(), "deliver_seconds": (7 * DAY).to_string()})
    }

    /// Said in the assembly's name, before there is anybody to decide.
    ///
    /// # Panics
    /// It is refused.
    pub fn founds(&mut self, contract: &Addr, msg: &Value) {
        let told = self.sandbox.execute(&self.assembly.clone(), contract, msg);
        told.unwrap_or_else(|why| panic!("{why}"));
    }

    /// Where an address stands; `None` of a stranger.
    #[must_use]
    pub fn standing(&self, address: &Addr) -> Option<Standing> {
        let question = json!({"standing": {"address": address}});
        self.sandbox.query(&self.members, &question).ok()
    }

    /// The person number of an address.
    #[must_use]
    pub fn person(&self, address: &Addr) -> Option<u64> {
        self.standing(address).map(|standing| standing.person.0)
    }

    /// A message to credit.
    ///
    /// # Errors
    /// It was refused.
    pub fn tell(&mut self, sender: &Addr, msg: &Value) -> Result<Receipt, Refusal> {
        self.sandbox.execute(sender, &self.credit.clone(), msg)
    }

    /// All contracts that keep invariants.
    #[must_use]
    pub fn contracts(&self) -> [&Addr; 8] {
        [
            &self.assembly,
            &self.sortition,
            &self.members,
            &self.credit,
            &self.clearing,
            &self.commons,
            &self.funding,
            &self.trust,
        ]
    }

    /// What does not hold of all that trust stores, with a Poseidon of its own.
    ///
    /// # Panics
    /// Its state cannot be read.
    #[must_use]
    pub fn trust_audited(&self) -> Vec<String> {
        let poseidon = |inputs: &[[u8; 32]]| {
            mycel_verifier::poseidon::hash_bytes(inputs).expect("canonical inputs")
        };
        let audit = self.sandbox.read(&self.trust, |storage| {
            mycel_trust::invariants::audit(storage, &poseidon).expect("readable state")
        });
        audit.expect("the contract exists")
    }

    /// How many invariants hold, and every one that some contract says does not.
    #[must_use]
    pub fn invariants(&self) -> (u64, Vec<String>) {
        let mut held = 0;
        let mut broken = vec![];
        for contract in self.contracts() {
            let asked = self.sandbox.query(contract, &json!({"invariants": {}}));
            let Invariants { invariants } = match asked {
                Ok(invariants) => invariants,
                Err(why) => {
                    broken.push(format!("{contract} does not say: {why}"));
                    continue;
                }
            };
            held += invariants
                .iter()
                .filter(|invariant| invariant.holds)
                .count() as u64;
            let not = invariants.into_iter().filter(|invariant| !invariant.holds);
            broken.extend(not.map(|invariant| format!("{invariant:?}")));
        }
        (held, broken)
    }
}

/// What every contract is told of a decision of all members.
#[must_use]
pub fn decided(class: &str, action: &Value) -> Value {
    json!({"decided": {"proposal": "0", "electorate": "all", "class": class, "action": action}})
}

/// Short enough for decisions to be made again and again.
fn assembly_numbers() -> Value {
    json!({"residency_seconds": 0, "draft_seconds": 5 * DAY, "supporters": 2, "supporters_bps": 0,
        "deliberation_seconds": HOUR / 2, "panel_seconds": 2 * DAY,
        "ordinary_vote_seconds": 4 * HOUR, "ordinary_timelock_seconds": HOUR / 4,
        "spending_vote_seconds": 4 * HOUR, "spending_timelock_seconds": HOUR / 4,
        "constitutional_vote_seconds": 4 * HOUR, "constitutional_timelock_seconds": HOUR / 4,
        "urgent_vote_seconds": HOUR, "execution_seconds": 5 * DAY, "pause_rest_seconds": HOUR,
        "spend_window_seconds": 20 * DAY, "delegation_seconds": 90 * DAY})
}

/// A gate of trust.
#[must_use]
pub fn gate(number: u64, consumer: &Addr, circuit: &str, mode: &str, term: &Value) -> Value {
    let mut gate = json!({"gate": number.to_string(), "consumer": consumer, "circuit": circuit,
        "mode": mode, "term": term, "ttl": (10 * DAY).to_string()});
    if circuit == "show" {
        gate["min_counterparties"] = json!(3);
        gate["t_min"] = json!((15 * u64::from(TRUST_PAIR_CAP) * 3).to_string());
        gate["theta"] = json!(4_096);
        gate["theta_rel"] = json!(32_768);
    }
    gate
}

/// Rules of a commons whose epochs are short.
#[must_use]
pub fn commons_rules(vouched: bool) -> Rules {
    let day = DAY as u32;
    let units = |n| Quantity::new(n).expect("a quantity");
    Rules {
        epoch_seconds: 4 * day,
        enrolment: match vouched {
            true => Policy::Vouching { welcomes: 1 },
            false => Policy::Decision {},
        },
        monitors: monitors::Rules {
            window: Seconds(3 * DAY),
            bond: Amount::credits(1).expect("an amount"),
            lay_term: Seconds(60 * DAY),
            ..monitors::Rules::usual(units(5_000_000))
        },
        cap: cap::Rules {
            harvest: cap::Rule::Status {
                f_msy_ppm: 100_000,
                b_lim: units(200_000),
                b_trig: units(800_000),
            },
            production: None,
            kappa_ppm: 100_000,
            rise_bps: 2_000,
            grace_seconds: day / 2,
            stabiliser: None,
        },
        regeneration: mycel_commons::regeneration::Rules {
            attest_seconds: 3 * day,
            ..Default::default()
        },
        rights: mycel_commons::rights::Rules {
            concentration_bps: 3_000,
            excess_seconds: 2 * day,
            overage_floor: Amount::new(1_000_000).expect("an amount"),
            ..Default::default()
        },
        market: mycel_commons::market::Rules {
            commit_seconds: day,
            reveal_seconds: day,
            ..Default::default()
        },
        order: mycel_commons::order::Rules {
            tolerance_bps: 500,
            notice_seconds: 5 * day,
            reduced_seconds: 5 * day,
            suspended_seconds: 5 * day,
            excluded_seconds: 5 * day,
            reduced_bps: 5_000,
            appeal_seconds: 3 * day,
        },
    }
}

/// JSON in base64.
#[must_use]
pub fn base64(msg: &Value) -> String {
    Binary::from(msg.to_string().as_bytes()).to_base64()
}

/// An identity commitment.
#[must_use]
pub fn identity(n: usize) -> String {
    format!("{:064x}", n + 1)
}
