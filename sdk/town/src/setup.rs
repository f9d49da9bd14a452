//! With what a town's chain and contracts begin: parameters of a development network, short and predictable, and of an
//! earnest one. Every contract's authority, and the chain's, is the assembly.
use std::collections::BTreeMap;

use mycel_assembly::msg as assembly;
use mycel_ceremony::development;
use mycel_circuits::Kind;
use mycel_clearing::msg as clearing;
use mycel_client::{Amount, ClientError};
use mycel_commons::msg as commons;
use mycel_credit::msg as credit;
use mycel_funding::msg as funding;
use mycel_kit::Seconds;
use mycel_members::msg as members;
use mycel_sortition::{
    beacon::{Scheme, Source},
    msg as sortition,
    parameters::{Client, NumberChanges},
};
use mycel_trust::times::Times;
use mycel_types::{AllowanceClass, Authorities, GenesisVerifyingKey, Params};
use serde::Serialize;
use serde_json::Value;

/// Messages of the trust contract.
mod trust {
    pub use mycel_trust::{
        msg::InstantiateMsg,
        proofs::{VerifyingKey, VerifyingKeys},
    };
}

use crate::contracts::{
    ASSEMBLY, CLEARING, COMMONS, CREDIT, Contracts, FUNDING, MEMBERS, SORTITION, TRUST,
};

const DAY: u64 = 86_400;
/// The most gas that a member saves up, and how much regenerates in a second.
pub const GAS: (u64, u64) = (2_000_000_000, 20_000_000);
/// What proposals are about.
pub const AREAS: [&str; 3] = ["economy", "rules", "works"];
/// Seconds of a vote when a town is left to its visitors …
pub const VISITORS_VOTE: u64 = 180;
/// … and of the talk before it, and of the time to leave after it.
pub const VISITORS_TALK: u64 = 15;
/// The contracts that work at the end of blocks.
pub const END_BLOCK: [&str; 7] = [
    MEMBERS, CREDIT, SORTITION, ASSEMBLY, COMMONS, FUNDING, TRUST,
];
/// What a partner can give a member in a period, in weight.
pub const PAIR_CAP: u32 = 20;
/// By how much a proof of trust raises a line, in credits.
const RAISED: u64 = 100;
/// Who may hold members' money, and for how many days at most: monitors' bonds last seasons, and what was given to a
/// round is settled after its end.
const HOLDERS: [(&str, u64); 2] = [(COMMONS, 365), (FUNDING, 365)];
/// Real seconds of a step.
pub const STEP_SECONDS: u64 = 2;
/// What stands after the @ of the town's handles.
pub const COMMUNITY: &str = "riverside";

/// The terms of a town.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// A development network, whose phases last seconds, whose beacon anybody can predict and whose juries are small;
    /// else every contract begins with its own defaults, and randomness comes from a drand network.
    pub development: bool,
    /// Decay in 10^-9 a day.
    pub rate_ppb_per_day: u32,
    /// What everyone gets from the genesis account, at once.
    pub starter: Amount,
    /// By how much a position may fall below zero.
    pub limit: Amount,
    /// Real seconds for which solvers may commit after a graph is fixed.
    pub commit_seconds: u64,
    /// Real seconds of a step: phases of draws and decisions are a few of them.
    pub step_seconds: u64,
    /// The largest jury.
    pub jury_cap: u32,
    /// Real seconds of trust's slots, days and periods, of the time to dispute a rating and of that to open one; shorter
    /// than the standard's on development networks only.
    pub trust: Times,
}

impl Default for Terms {
    /// A development town that trades with the contracts' own amounts.
    fn default() -> Self {
        let amount = |credits| Amount::credits(credits).unwrap_or(Amount::ZERO);
        Terms {
            development: true,
            rate_ppb_per_day: 1_000_000,
            starter: amount(1000),
            limit: amount(1000),
            commit_seconds: 5,
            step_seconds: STEP_SECONDS,
            jury_cap: 5,
            trust: Times {
                slot: 10,
                day: 60,
                period: 600,
                appeal: 10,
                open_window: 600,
            },
        }
    }
}

/// Parameters of the town's chain: the members contract sets allowance classes, the assembly decides all else.
pub fn params(contracts: &Contracts, terms: &Terms, time_scale: u64) -> Params {
    let first = if terms.development {
        Params::development()
    } else {
        Params::default()
    };
    let mut params = Params {
        time_scale,
        authorities: Authorities {
            members: Some(contracts.address(MEMBERS).clone()),
            assembly: Some(contracts.address(ASSEMBLY).clone()),
        },
        ..first
    };
    for class in ["member", "organisation"] {
        let class = class.to_owned();
        let allowance = AllowanceClass {
            capacity: GAS.0,
            rate: GAS.1,
            may_store_code: false,
        };
        params.classes.insert(class, allowance);
    }
    params
}

/// With what each contract begins.
pub fn beginnings(
    contracts: &Contracts,
    terms: &Terms,
    time_scale: u64,
) -> Result<BTreeMap<&'static str, Value>, ClientError> {
    let begin = Beginning {
        contracts,
        terms,
        time_scale,
    };
    let mut beginnings = BTreeMap::from([
        (ASSEMBLY, json(&begin.assembly())?),
        (SORTITION, json(&begin.sortition())?),
        (MEMBERS, json(&begin.members())?),
        (CREDIT, json(&begin.credit())?),
        (CLEARING, json(&begin.clearing())?),
        (COMMONS, json(&begin.commons())?),
        (FUNDING, json(&begin.funding())?),
    ]);
    if terms.development {
        beginnings.insert(TRUST, json(&begin.trust())?);
    }
    Ok(beginnings)
}

struct Beginning<'a> {
    contracts: &'a Contracts,
    terms: &'a Terms,
    time_scale: u64,
}

impl Beginning<'_> {
    fn text(&self, name: &str) -> String {
        self.contracts.address(name).to_string()
    }

    /// Steps on the contracts' clock, however fast it runs, and at most so many days.
    fn steps(&self, steps: u64, days: u64) -> Option<u32> {
        let seconds = steps
            .saturating_mul(self.terms.step_seconds)
            .saturating_mul(self.time_scale);
        u32::try_from(seconds.min(days * DAY)).ok()
    }

    fn assembly(&self) -> assembly::InstantiateMsg {
        let (vote, lock) = (self.steps(6, 60), self.steps(1, 60));
        let numbers = mycel_assembly::parameters::NumberChanges {
            residency_seconds: Some(0),
            draft_seconds: self.steps(150, 90),
            supporters: Some(2),
            supporters_bps: Some(0),
            deliberation_seconds: self.steps(2, 90),
            panel_seconds: self.steps(14, 180),
            ordinary_vote_seconds: vote,
            ordinary_timelock_seconds: lock,
            spending_vote_seconds: vote,
            spending_timelock_seconds: lock,
            constitutional_vote_seconds: vote,
            constitutional_timelock_seconds: lock,
            urgent_vote_seconds: self.steps(3, 3),
            urgent_execution_seconds: self.steps(30, 7),
            pause_rest_seconds: self.steps(30, 30),
            ..Default::default()
        };
        assembly::InstantiateMsg {
            development: self.terms.development,
            peers: mycel_assembly::parameters::PeerChanges {
                members: Some(self.text(MEMBERS)),
                credit: Some(self.text(CREDIT)),
                sortition: Some(self.text(SORTITION)),
                commons: Some(self.text(COMMONS)),
            },
            parameters: mycel_assembly::parameters::ParameterChanges {
                areas: Some(AREAS.map(str::to_owned).to_vec()),
                numbers: if self.terms.development {
                    numbers
                } else {
                    Default::default()
                },
            },
        }
    }

    fn sortition(&self) -> sortition::InstantiateMsg {
        let numbers = NumberChanges {
            commit_seconds: self.steps(2, 30),
            post_seconds: self.steps(2, 30),
            decline_seconds: self.steps(1, 30),
            in_a_row: Some(10),
            appeal_seconds: self.steps(5, 30),
            juries_per_person: Some(20),
            jury_cap: Some(self.terms.jury_cap),
            ..Default::default()
        };
        let (beacon, numbers) = if self.terms.development {
            let period_seconds = self.steps(1, 1).unwrap_or(1).max(1);
            (Source::CommitReveal { period_seconds }, numbers)
        } else {
            (quicknet(), Default::default())
        };
        let clients = [ASSEMBLY, MEMBERS, CREDIT, CLEARING, COMMONS, FUNDING, TRUST];
        sortition::InstantiateMsg {
            authority: self.text(ASSEMBLY),
            development: self.terms.development,
            parameters: mycel_sortition::parameters::ParameterChanges {
                members: Some(self.text(MEMBERS)),
                clients: Some(
                    clients
                        .map(|name| Client {
                            name: name.to_owned(),
                            address: self.text(name),
                        })
                        .to_vec(),
                ),
                beacon: Some(beacon),
                trust: self.text_of_trust(),
                numbers,
                ..Default::default()
            },
        }
    }

    fn members(&self) -> members::InstantiateMsg {
        members::InstantiateMsg {
            authority: self.text(ASSEMBLY),
            community: COMMUNITY.into(),
            development: self.terms.development,
            peers: members::PeerChanges {
                credit: Some(self.text(CREDIT)),
                sortition: Some(self.text(SORTITION)),
                assembly: Some(self.text(ASSEMBLY)),
                items: Some(
                    [CLEARING, SORTITION, COMMONS, FUNDING]
                        .map(|name| self.text(name))
                        .to_vec(),
                ),
                // asked as well, by its own name
                trust: self.text_of_trust(),
            },
            parameters: Default::default(),
        }
    }

    fn credit(&self) -> credit::InstantiateMsg {
        let terms = self.terms;
        // a development town's starter is released at once, so that it can trade
        let economy = terms.development.then(|| credit::EconomyChanges {
            starter_opening: Some(terms.starter),
            raise_gate: Some(mycel_kit::Id(crate::gates::LINE)),
            raise_amount: Amount::credits(RAISED),
            ..Default::default()
        });
        credit::InstantiateMsg {
            authority: self.text(ASSEMBLY),
            rate_ppb_per_day: Some(terms.rate_ppb_per_day),
            starter_grant: Some(terms.starter),
            starter_line: None,
            default_limit: Some(terms.limit),
            development: terms.development,
            name: None,
            symbol: None,
            parameters: Some(Box::new(credit::ParameterChanges {
                members: Some(self.text(MEMBERS)),
                sortition: Some(self.text(SORTITION)),
                funding: Some(self.text(FUNDING)),
                trust: self.text_of_trust(),
                holders: Some(
                    HOLDERS
                        .map(|(name, days)| credit::Holder {
                            address: self.text(name),
                            max_age: Seconds(days * DAY),
                        })
                        .to_vec(),
                ),
                economy,
                ..Default::default()
            })),
        }
    }

    fn commons(&self) -> commons::InstantiateMsg {
        let numbers = mycel_commons::parameters::NumberChanges {
            // a jury is drawn, votes and shows its votes
            case_seconds: self.steps(60, 30),
            epoch_seconds_least: self.steps(10, 30),
        };
        commons::InstantiateMsg {
            development: self.terms.development,
            peers: mycel_commons::parameters::PeerChanges {
                assembly: Some(self.text(ASSEMBLY)),
                members: Some(self.text(MEMBERS)),
                credit: Some(self.text(CREDIT)),
                sortition: Some(self.text(SORTITION)),
            },
            parameters: mycel_commons::parameters::ParameterChanges {
                numbers: if self.terms.development {
                    numbers
                } else {
                    Default::default()
                },
            },
        }
    }

    fn funding(&self) -> funding::InstantiateMsg {
        let numbers = mycel_funding::parameters::NumberChanges {
            round_seconds_least: self.steps(1, 30),
            project_supporters: Some(1),
            ..Default::default()
        };
        funding::InstantiateMsg {
            authority: self.text(ASSEMBLY),
            development: self.terms.development,
            parameters: mycel_funding::parameters::ParameterChanges {
                members: Some(self.text(MEMBERS)),
                credit: Some(self.text(CREDIT)),
                sortition: Some(self.text(SORTITION)),
                commons: Some(self.text(COMMONS)),
                trust: self.text_of_trust(),
                numbers: if self.terms.development {
                    numbers
                } else {
                    Default::default()
                },
                ..Default::default()
            },
        }
    }

    /// The trust contract, where there is one: its keys need a ceremony outside development.
    fn text_of_trust(&self) -> Option<String> {
        self.terms.development.then(|| self.text(TRUST))
    }

    fn trust(&self) -> trust::InstantiateMsg {
        let (real, most) = (self.terms.trust, Times::default());
        let scaled = |seconds: u32, most: u32| {
            let scaled = u64::from(seconds).saturating_mul(self.time_scale);
            u32::try_from(scaled).map_or(most, |scaled| scaled.min(most))
        };
        let key = |kind: Kind| trust::VerifyingKey {
            id: key_id(kind),
            digest: development::key(kind).verifying.digest().into(),
        };
        trust::InstantiateMsg {
            authority: self.text(ASSEMBLY),
            development: true,
            times: Some(Times {
                slot: scaled(real.slot, most.slot),
                day: scaled(real.day, most.day),
                period: scaled(real.period, most.period),
                appeal: scaled(real.appeal, most.appeal),
                open_window: scaled(real.open_window, most.open_window),
            }),
            keys: trust::VerifyingKeys {
                attest: key(Kind::Attest),
                fold: key(Kind::Fold),
                show: key(Kind::Show),
                member: key(Kind::Member),
            },
            pair_cap: Some(PAIR_CAP),
            parameters: mycel_trust::parameters::ParameterChanges {
                members: Some(self.text(MEMBERS)),
                credit: Some(self.text(CREDIT)),
                sortition: Some(self.text(SORTITION)),
                numbers: mycel_trust::parameters::NumberChanges {
                    rating_seconds: self.steps(300, 30),
                    case_seconds: self.steps(60, 14),
                    weight_small: Some(5),
                    ..Default::default()
                },
                ..Default::default()
            },
        }
    }

    fn clearing(&self) -> clearing::InstantiateMsg {
        let terms = self.terms;
        // solvers need real time to answer in, however fast the contracts' clock runs
        let scaled = |seconds: u64, days: u64| {
            let seconds = seconds.saturating_mul(self.time_scale);
            Some(Seconds(seconds.min(days * DAY)))
        };
        clearing::InstantiateMsg {
            authority: self.text(ASSEMBLY),
            members: Some(self.text(MEMBERS)),
            credit: Some(self.text(CREDIT)),
            sortition: Some(self.text(SORTITION)),
            development: terms.development,
            parameters: if terms.development {
                clearing::ParameterChanges {
                    open_seconds: Some(Seconds(0)),
                    commit_seconds: scaled(terms.commit_seconds, 7),
                    solve_seconds: scaled(600, 30),
                    pause_seconds: Some(Seconds(0)),
                    ..Default::default()
                }
            } else {
                Default::default()
            },
        }
    }
}

/// Lengths for people who type, in place of those of a few steps in which programs decide: what the assembly and
/// sortition set when a town is left to its visitors. On the contracts' clock, however fast it runs.
pub fn for_visitors(time_scale: u64) -> (Value, Value) {
    let seconds = |seconds: u64| seconds.saturating_mul(time_scale.max(1)).min(3 * DAY);
    let (vote, talk) = (seconds(VISITORS_VOTE), seconds(VISITORS_TALK));
    let assembly = serde_json::json!({
        "draft_seconds": seconds(DAY),
        "deliberation_seconds": talk,
        "panel_seconds": seconds(420),
        "ordinary_vote_seconds": vote,
        "ordinary_timelock_seconds": talk,
        "spending_vote_seconds": vote,
        "spending_timelock_seconds": talk,
        "constitutional_vote_seconds": vote,
        "constitutional_timelock_seconds": talk,
        "urgent_vote_seconds": vote,
    });
    let sortition = serde_json::json!({
        "commit_seconds": seconds(40),
        "post_seconds": seconds(40),
        "decline_seconds": seconds(10),
        "appeal_seconds": seconds(120),
    });
    (assembly, sortition)
}

/// The drand network `quicknet`, as its own server describes it: a round every three seconds.
pub fn quicknet() -> Source {
    Source::Drand {
        public_key: "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a".into(),
        genesis: Seconds(1_692_803_367),
        period_seconds: 3,
        scheme: Scheme::UnchainedG1Rfc9380,
    }
}

fn json(value: &impl Serialize) -> Result<Value, ClientError> {
    serde_json::to_value(value).map_err(|e| ClientError::Input(format!("message is no JSON: {e}")))
}

/// The verifying keys that the chain begins with: of development keys, which anybody can forge under.
pub fn verifying_keys(terms: &Terms) -> Vec<GenesisVerifyingKey> {
    let key = |kind: Kind| GenesisVerifyingKey {
        id: key_id(kind),
        vk: development::key(kind).verifying.encode().into(),
        ceremony: None,
        development: true,
    };
    match terms.development {
        true => Kind::ALL.map(key).to_vec(),
        false => vec![],
    }
}

/// What the chain calls a development key.
pub fn key_id(kind: Kind) -> String {
    format!("development/{}", kind.name())
}

/// The handle of account `n`.
pub fn handle(n: u32) -> String {
    format!("m-{n}")
}
