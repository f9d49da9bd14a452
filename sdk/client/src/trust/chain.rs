//! What the chain knows of trust. What the node says; [`super::proven`] and [`super::bundle`] prove.
use cosmwasm_std::HexBinary;
use mycel_kit::{
    Id, Seconds,
    peers::trust::{Mode, Term},
};
use mycel_mailbox::{Attr, Direction, Fr, Thresholds, tag::Element};
use mycel_trust::{
    ask::{Nothing, QueryMsg},
    keys::ask::ViewingKey,
    mailbox::ask::{EntriesResponse, EntryView, MailboxResponse, StatusResponse},
    parameters::ParametersResponse,
    times::Clock,
    tree::ask::{Leaves, Path, Root},
};
use mycel_types::AccountAddress;
use mycel_verifier::field;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::json;

use super::{Mailbox, Received, TrustError};
use crate::{Client, ClientError, Transport};

/// Most pages that one list reads: a node that never ends is left.
const MOST_PAGES: usize = 10_000;

/// The calls of one trust contract.
#[derive(Clone, Debug)]
pub struct Trusts<'a, T> {
    client: &'a Client<T>,
    contract: AccountAddress,
}

impl<T: Transport> Client<T> {
    /// A trust contract on this chain.
    pub fn trust(&self, contract: AccountAddress) -> Trusts<'_, T> {
        Trusts {
            client: self,
            contract,
        }
    }
}

/// A deal, as everybody may know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deal {
    /// Its number.
    pub deal: Id,
    /// Its number in the field.
    pub element: HexBinary,
    /// Who offered it.
    pub a: Id,
    /// To whom.
    pub b: Id,
    /// What commits to its key.
    pub k: HexBinary,
    /// The number of a's viewing key …
    pub key_a: u32,
    /// … and of b's.
    pub key_b: u32,
    /// Under which their payment stands.
    pub r#ref: Option<String>,
    /// What its ratings weigh.
    pub weight: u16,
    /// `offered`, `running`, `ended`.
    pub stage: String,
    /// Until when it may be accepted, or ratings promised.
    pub until: Seconds,
    /// From when on ratings are opened.
    pub opens: Option<Seconds>,
    /// Until when.
    pub closes: Option<Seconds>,
    /// a's rating of b and b's of a.
    pub ratings: Vec<RatingOf>,
}

/// One of a deal's two ratings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatingOf {
    /// 0: a's of b; 1: b's of a.
    pub dir: u8,
    /// Whether it was promised.
    pub promised: bool,
    /// `awaited`, `opened`, `disputed`, `given`, `dropped`, `absent`, `lost`.
    pub rating: String,
    /// What commits to it, while it waits.
    pub c: Option<HexBinary>,
    /// The rating, masked, likewise.
    pub ct: Option<HexBinary>,
    /// When it is due in the mailbox of the rated.
    pub due: Option<Seconds>,
    /// The case, where it is disputed.
    pub case: Option<Id>,
}

impl Deal {
    /// In which direction a person rates.
    pub fn direction(&self, person: u64) -> Option<Direction> {
        match person {
            _ if person == self.a.0 => Some(Direction::AtoB),
            _ if person == self.b.0 => Some(Direction::BtoA),
            _ => None,
        }
    }

    /// The other side.
    pub fn partner(&self, person: u64) -> u64 {
        if person == self.a.0 {
            self.b.0
        } else {
            self.a.0
        }
    }

    /// One of its ratings.
    pub fn rating(&self, dir: Direction) -> Option<&RatingOf> {
        let number = dir.number() as u8;
        self.ratings.iter().find(|rating| rating.dir == number)
    }

    /// The numbers of a person's own viewing key and of the other's.
    pub fn versions(&self, person: u64) -> (u32, u32) {
        match person == self.a.0 {
            true => (self.key_a, self.key_b),
            false => (self.key_b, self.key_a),
        }
    }
}

#[derive(Deserialize)]
struct Deals {
    deals: Vec<Deal>,
    next: Option<Id>,
}

/// Which proofs a gate takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Takes {
    /// Of a history.
    Show,
    /// Of being on the roll.
    Member,
}

/// A gate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GateOf {
    /// Its number.
    pub gate: Id,
    /// Who acts on what is shown there.
    pub consumer: String,
    /// Which proofs it takes.
    pub circuit: Takes,
    /// Whom proofs are tied to.
    pub mode: Mode,
    /// Its terms.
    pub term: Term,
    /// For how long what was shown counts.
    pub ttl: Seconds,
    /// Whether it takes proofs.
    pub open: bool,
    /// How many must at least have dealt with the prover.
    pub min_counterparties: Option<u32>,
    /// The least weighted history.
    pub t_min: Option<cosmwasm_std::Uint64>,
    /// The least score, of 65,536.
    pub theta: Option<u32>,
    /// Kept words.
    pub theta_rel: Option<u32>,
    /// For nature.
    pub theta_eco: Option<u32>,
    /// Fairness.
    pub theta_rec: Option<u32>,
    /// How often it was passed.
    pub shown: Id,
    /// The term that runs, where terms are spans of time.
    pub running: Option<Id>,
    /// Since when.
    pub since: Option<Seconds>,
    /// The last day on which a key counts in it.
    pub cutoff: Option<u32>,
}

impl GateOf {
    /// What has to be met.
    pub fn thresholds(&self) -> Thresholds {
        let of = |theta: Option<u32>| u64::from(theta.unwrap_or(0));
        Thresholds {
            theta: of(self.theta),
            t_min: self.t_min.map_or(0, |least| least.u64()),
            theta_rel: of(self.theta_rel),
            theta_eco: of(self.theta_eco),
            theta_rec: of(self.theta_rec),
        }
    }
}

#[derive(Deserialize)]
struct Gates {
    gates: Vec<GateOf>,
    next: Option<Id>,
}

#[derive(Deserialize)]
struct Eligible {
    eligible: u64,
    next: Option<u32>,
}

#[derive(Deserialize)]
struct Spent {
    spent: Option<Seconds>,
}

/// An element that a node gave.
pub fn element_of(hex: &HexBinary) -> Result<Fr, ClientError> {
    field::decode(hex.as_slice()).map_err(ClientError::answer)
}

/// 32 bytes that a node gave.
pub fn bytes_of(hex: &HexBinary) -> Result<[u8; 32], ClientError> {
    let bytes = hex.as_slice().try_into();
    bytes.map_err(|_| ClientError::answer("not 32 bytes"))
}

/// A mailbox on the wire.
pub fn mailbox_of(view: &MailboxResponse) -> Result<Mailbox, ClientError> {
    Ok(Mailbox {
        index: view.index,
        person: view.person.0,
        idc: element_of(&view.idc)?,
        c: element_of(&view.state)?,
        f: element_of(&view.folded_head)?,
        h: element_of(&view.head)?,
        entries: view.entries.into(),
        folded: view.folded.into(),
        folds: view.folds.into(),
        attr: Attr {
            joined: view.joined,
            keyed: view.keyed,
            vouch: view.vouch,
        },
        live: view.live,
        backup: view.backup.to_vec(),
    })
}

/// An entry on the wire.
pub fn received_of(view: &EntryView) -> Result<Received, ClientError> {
    Ok(Received {
        number: view.number.into(),
        c: element_of(&view.c)?,
        ct: element_of(&view.ct)?,
        period: view.period,
        deal: bytes_of(&view.deal)?,
        dir: Direction::try_from(view.dir).map_err(ClientError::answer)?,
    })
}

/// Everybody's leaves, and what they are of.
#[derive(Clone, Debug, PartialEq)]
pub struct Roll {
    /// Leaves by place; what is missing is empty.
    pub leaves: Vec<(u32, Fr)>,
    /// The root that the node says they have.
    pub root: Fr,
}

impl<T: Transport> Trusts<'_, T> {
    /// The contract's address.
    pub fn contract(&self) -> &AccountAddress {
        &self.contract
    }

    /// Who asks.
    pub(super) fn client(&self) -> &Client<T> {
        self.client
    }

    async fn ask<A: DeserializeOwned>(&self, query: &impl Serialize) -> Result<A, ClientError> {
        self.client.smart(&self.contract, query).await
    }

    /// Parameters, and what is fixed: times, keys.
    pub async fn parameters(&self) -> Result<ParametersResponse, ClientError> {
        self.ask(&QueryMsg::Parameters(Nothing {})).await
    }

    /// How time is divided.
    pub async fn clock(&self) -> Result<Clock, ClientError> {
        let told = self.parameters().await?;
        Ok(clock_of(&told))
    }

    /// The time by the contract's divisions, and the roll's size.
    pub async fn status(&self) -> Result<StatusResponse, ClientError> {
        self.ask(&QueryMsg::Status { person: None }).await
    }

    /// A person's mailbox.
    pub async fn mailbox(&self, person: u64) -> Result<Mailbox, ClientError> {
        let person = Id(person);
        mailbox_of(&self.ask(&QueryMsg::Mailbox { person }).await?)
    }

    /// Entries of a mailbox that the chain still has, oldest first.
    pub async fn entries(&self, person: u64) -> Result<Vec<Received>, ClientError> {
        let (mut all, mut after): (Vec<Received>, Option<u32>) = (vec![], None);
        for _ in 0..MOST_PAGES {
            let query = QueryMsg::Entries {
                person: Id(person),
                after,
                limit: None,
            };
            let page: EntriesResponse = self.ask(&query).await?;
            for view in &page.entries {
                all.push(received_of(view)?);
            }
            match page.next {
                Some(next) if after.is_none_or(|last| next > last) => after = Some(next),
                _ => break,
            }
        }
        Ok(all)
    }

    /// A deal.
    pub async fn deal(&self, deal: u64) -> Result<Deal, ClientError> {
        self.ask(&json!({"deal": {"deal": Id(deal)}})).await
    }

    /// What commits to a rating that was promised: answers about deals leave it out, the deal's record has it.
    pub async fn promised(
        &self,
        deal: u64,
        dir: Direction,
    ) -> Result<Option<[u8; 32]>, ClientError> {
        let key = mycel_trust::deals::state::deal(deal);
        let found = self.client.raw(&self.contract, key.bytes()).await?;
        if found.is_empty() {
            return Ok(None);
        }
        let deal = key.decode(&found).map_err(ClientError::answer)?;
        Ok(deal.sides[dir.number() as usize].promised)
    }

    /// A person's deals that the chain still has, by number.
    pub async fn deals(&self, person: u64) -> Result<Vec<Deal>, ClientError> {
        let (mut all, mut after): (Vec<Deal>, Option<Id>) = (vec![], None);
        for _ in 0..MOST_PAGES {
            let query = json!({"deals": {"person": Id(person), "after": after}});
            let page: Deals = self.ask(&query).await?;
            all.extend(page.deals);
            match page.next {
                Some(next) if after.is_none_or(|last| next.0 > last.0) => after = Some(next),
                _ => break,
            }
        }
        Ok(all)
    }

    /// A person's viewing key of a number, or the newest; `None` if it published none.
    pub async fn viewing_key(
        &self,
        person: u64,
        version: Option<u32>,
    ) -> Result<Option<(u32, [u8; 32])>, ClientError> {
        let person = Id(person);
        let told = self.ask(&QueryMsg::ViewingKey { person, version }).await;
        let told: ViewingKey = match told {
            // a contract's refusal: there is none
            Err(ClientError::Query { .. }) => return Ok(None),
            told => told?,
        };
        Ok(Some((told.version, bytes_of(&told.key)?)))
    }

    /// All leaves. Changes while pages are read give another root than the last page says: then it is read again.
    pub async fn roll(&self) -> Result<Roll, TrustError> {
        const ATTEMPTS: usize = 5;
        for attempt in 1.. {
            let (mut leaves, mut after): (Vec<(u32, Fr)>, Option<u32>) = (vec![], None);
            let mut roots = std::collections::BTreeSet::new();
            for _ in 0..MOST_PAGES {
                let page: Leaves = self.ask(&QueryMsg::Leaves { after, limit: None }).await?;
                for leaf in &page.leaves {
                    leaves.push((leaf.index, element_of(&leaf.leaf)?));
                }
                roots.insert(page.root.to_vec());
                match page.next {
                    Some(next) if after.is_none_or(|last| next > last) => after = Some(next),
                    _ => break,
                }
            }
            let root = roots.pop_first().unwrap_or_default();
            let same = roots.is_empty();
            let root = field::decode(&root).map_err(ClientError::answer)?;
            if same && super::showing::tree(&leaves)?.root() == root {
                return Ok(Roll { leaves, root });
            }
            if attempt >= ATTEMPTS {
                return Err(TrustError::Root {
                    root: hex::encode(mycel_mailbox::element(&root)),
                    proven: false,
                });
            }
        }
        unreachable!("the last attempt returns")
    }

    /// One leaf's way to the root now. It names whom it is asked for: only for proofs that name the member anyway.
    pub async fn path(&self, index: u32) -> Result<(mycel_mailbox::tree::Path, Fr), ClientError> {
        let told: Path = self.ask(&QueryMsg::Path { index }).await?;
        let siblings: Result<Vec<Fr>, _> = told.siblings.iter().map(element_of).collect();
        let siblings = siblings?.try_into();
        let siblings = siblings.map_err(|_| ClientError::answer("a path of another length"))?;
        let path = mycel_mailbox::tree::Path { index, siblings };
        Ok((path, element_of(&told.root)?))
    }

    /// The root when a slot began.
    pub async fn root(&self, slot: Option<u64>) -> Result<Root, ClientError> {
        let slot = slot.map(Id);
        self.ask(&QueryMsg::Root { slot }).await
    }

    /// A gate.
    pub async fn gate(&self, gate: u64) -> Result<GateOf, ClientError> {
        self.ask(&json!({"gate": {"gate": Id(gate)}})).await
    }

    /// All gates, by number.
    pub async fn gates(&self) -> Result<Vec<GateOf>, ClientError> {
        let (mut all, mut after): (Vec<GateOf>, Option<Id>) = (vec![], None);
        for _ in 0..MOST_PAGES {
            let page: Gates = self.ask(&json!({"gates": {"after": after}})).await?;
            all.extend(page.gates);
            match page.next {
                Some(next) if after.is_none_or(|last| next.0 > last.0) => after = Some(next),
                _ => break,
            }
        }
        Ok(all)
    }

    /// How many members could pass a gate, by what everybody can see.
    pub async fn eligible(&self, gate: u64, term: Option<u64>) -> Result<u64, ClientError> {
        let (mut count, mut after): (u64, Option<u32>) = (0, None);
        for _ in 0..MOST_PAGES {
            let query =
                json!({"eligible": {"gate": Id(gate), "term": term.map(Id), "after": after}});
            let page: Eligible = self.ask(&query).await?;
            count = count.saturating_add(page.eligible);
            match page.next {
                Some(next) if after.is_none_or(|last| next > last) => after = Some(next),
                _ => break,
            }
        }
        Ok(count)
    }

    /// When a nullifier was spent in a scope.
    pub async fn spent(&self, scope: &Element, nf: &Element) -> Result<Option<u64>, ClientError> {
        let query =
            json!({"nullifier": {"scope": HexBinary::from(scope), "nf": HexBinary::from(nf)}});
        let told: Spent = self.ask(&query).await?;
        Ok(told.spent.map(|at| at.0))
    }
}

/// How time is divided.
pub fn clock_of(told: &ParametersResponse) -> Clock {
    Clock {
        begun: told.begun.0,
        times: told.times,
    }
}
