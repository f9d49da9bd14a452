//! A draw as the ledger tells it: all that is needed to draw it again.
use mycel_kit::lottery::{Level, Lottery, Panel, Pool, Quota};
use serde::{Serialize, Serializer, ser::SerializeSeq};

/// A draw as the ledger tells it. As JSON it is what a replay page computes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Told {
    /// The chain.
    pub chain_id: String,
    /// The contract.
    pub contract: String,
    /// The draw.
    pub draw: u64,
    /// The requester's own name for it.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Where it is.
    pub stage: String,
    /// Seats.
    pub seats: u32,
    /// What volunteers told of themselves.
    pub features: Vec<Feature>,
    /// How many of a kind must and may sit.
    #[serde(serialize_with = "quotas")]
    pub quotas: Vec<Quota>,
    /// Volunteers who told the same.
    pub types: Vec<Type>,
    /// What the pool was frozen under, hexadecimal.
    pub root: String,
    /// When.
    pub frozen: u64,
    /// How many panels a lottery of this draw has.
    pub m: u32,
    /// The panels of the accepted lottery.
    #[serde(serialize_with = "panels")]
    pub panels: Vec<Panel>,
    /// Its certificate.
    #[serde(skip)]
    pub levels: Vec<Level>,
    /// What the contract says of it.
    pub accepted: Option<Accepted>,
    /// The randomness.
    pub beacon: Beacon,
    /// What makes this lot another one than all others.
    pub lot: LotOf,
    /// Whom the ledger seats.
    pub says: Says,
}

/// A feature.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Feature {
    /// `age`, `district` …
    pub name: String,
    /// What it can be.
    pub values: Vec<String>,
}

/// A type of volunteers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Type {
    /// The value of each feature, by its place.
    pub values: Vec<u8>,
    /// Person numbers, in the order that the lot counts them.
    pub persons: Vec<u32>,
    /// Seats of this type over all panels, as published.
    pub chance: Option<u64>,
}

/// What the contract says of the lottery that it accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Accepted {
    /// Which of the posts.
    pub post: u32,
    /// Whose.
    pub solver: String,
    /// What was committed to, hexadecimal.
    pub commitment: String,
    /// When it was accepted.
    pub at: u64,
    /// Whether the chances had to be within 8/m only.
    pub wide: bool,
    /// Persons whose chance is proven.
    pub settled: u32,
    /// How often pairs meet: the less, the better.
    pub pair_term: String,
    /// The least chance of anyone, as a fraction.
    pub least: (String, String),
    /// What it is at most in any lottery, as a fraction.
    pub bound: (String, String),
    /// The bytes that were posted.
    #[serde(skip)]
    pub body: Vec<Vec<u8>>,
}

/// The beacon's round and what it said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Beacon {
    /// The round.
    pub round: u64,
    /// `chain`, `drand`, `commit_reveal`.
    pub source: String,
    /// When the round is.
    pub time: u64,
    /// When the lottery was accepted.
    pub accepted: u64,
    /// The value, hexadecimal.
    pub value: Option<String>,
    /// drand's signature.
    pub signature: Option<String>,
    /// What must be known about the source.
    pub note: String,
    /// How the value is checked.
    #[serde(skip)]
    pub proof: Proof,
}

/// What shows that a value is a source's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Proof {
    /// Nothing here: the chain's own word.
    #[default]
    Word,
    /// A drand signature.
    Drand {
        /// The network's key.
        public_key: String,
        /// What is signed.
        scheme: mycel_sortition::beacon::Scheme,
        /// The signature before it, where rounds are chained.
        previous: Option<String>,
    },
    /// Members' secrets.
    Members {
        /// The value known last when the round was fixed.
        before: [u8; 32],
        /// What was revealed.
        secrets: Vec<[u8; 32]>,
    },
}

/// What a lot is made of beside the beacon's value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LotOf {
    /// The kind of question.
    pub domain: String,
    /// What tells it from all others, hexadecimal.
    pub parts: Vec<String>,
}

/// Whom the ledger seats.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Says {
    /// The index drawn, once it is.
    pub index: Option<u32>,
    /// Person numbers, seat by seat; 0 is nobody.
    pub seats: Vec<u32>,
    /// Seats that are still to be given.
    pub pending: Vec<u16>,
    /// Who was drawn and does not sit, in order.
    pub passed: Vec<Passed>,
}

/// Somebody who was drawn and does not sit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Passed {
    /// Which seat.
    pub seat: u16,
    /// The type.
    #[serde(rename = "type")]
    pub kind: u16,
    /// The place in the type.
    pub index: u32,
    /// Who.
    pub person: u32,
    /// `barred`, `rests`, `declined`.
    pub why: String,
    /// When.
    pub at: u64,
}

impl Told {
    /// The pool, as lotteries are checked against it.
    pub fn pool(&self) -> Pool {
        let count = |kind: &Type| u32::try_from(kind.persons.len()).unwrap_or(u32::MAX);
        Pool {
            k: self.seats,
            counts: self.types.iter().map(count).collect(),
            values: self.types.iter().map(|kind| kind.values.clone()).collect(),
            quotas: self.quotas.clone(),
        }
    }

    /// How many volunteered.
    pub fn persons(&self) -> usize {
        self.types.iter().map(|kind| kind.persons.len()).sum()
    }

    /// The accepted lottery.
    pub fn lottery(&self) -> Lottery {
        Lottery {
            panels: self.panels.clone(),
            levels: self.levels.clone(),
        }
    }

    /// What the volunteers of a type told, in words.
    pub fn type_name(&self, kind: usize) -> String {
        let Some(kind) = self.types.get(kind) else {
            return "nobody".into();
        };
        let named: Vec<&str> = self
            .features
            .iter()
            .zip(&kind.values)
            .filter_map(|(feature, value)| feature.values.get(usize::from(*value)))
            .map(String::as_str)
            .collect();
        if named.is_empty() {
            "everybody".into()
        } else {
            named.join(", ")
        }
    }

    /// A quota in words.
    pub fn quota_name(&self, quota: &Quota) -> String {
        let feature = self.features.get(usize::from(quota.feature));
        let (name, value) = feature.map_or(("?", "?"), |feature| {
            let value = feature.values.get(usize::from(quota.value));
            (&feature.name, value.map_or("?", String::as_str))
        });
        format!("{name} {value}: {} to {}", quota.min, quota.max)
    }
}

#[derive(Serialize)]
struct QuotaTold {
    feature: u8,
    value: u8,
    min: u32,
    max: u32,
}

fn quotas<S: Serializer>(quotas: &[Quota], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(quotas.iter().map(|quota| QuotaTold {
        feature: quota.feature,
        value: quota.value,
        min: quota.min,
        max: quota.max,
    }))
}

#[derive(Serialize)]
struct PanelTold<'a> {
    times: u32,
    seats: &'a [(u16, u16)],
}

fn panels<S: Serializer>(panels: &[Panel], serializer: S) -> Result<S::Ok, S::Error> {
    let mut list = serializer.serialize_seq(Some(panels.len()))?;
    for panel in panels {
        list.serialize_element(&PanelTold {
            times: panel.times,
            seats: &panel.seats,
        })?;
    }
    list.end()
}
