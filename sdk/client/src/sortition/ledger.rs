//! A draw read from the contract's raw records: as the node says them, or each with its proof. Every key follows from
//! the draw's number and from records read before, so nothing can be left out.
use std::cell::Cell;

use borsh::BorshDeserialize;
use futures::stream::{self, StreamExt, TryStreamExt};
use mycel_kit::{
    Id, Key,
    lottery::{Fraction, Frame, Page, read_page},
};
use mycel_sortition::{
    beacon::{self, Source},
    draws::{
        posts::{self, Post},
        seats,
        state::{self, Best, Draw, Terms},
        verify,
    },
};
use mycel_types::AccountAddress;

use super::told::{Accepted, Beacon, Feature, LotOf, Passed, Proof, Says, Told, Type};
use crate::{Client, ClientError, Snapshot, Transport};

/// Records that are read together.
const AT_ONCE: usize = 16;
/// Persons on a page of a pool.
const PER_PAGE: u32 = mycel_sortition::draws::pool::PER_PAGE;

/// The records of one sortition contract.
#[derive(Debug)]
pub struct Ledger<'a, T> {
    client: &'a Client<T>,
    contract: AccountAddress,
    snapshot: Option<&'a Snapshot<'a, T>>,
    read: Cell<u64>,
}

impl<'a, T: Transport> Ledger<'a, T> {
    /// Records as the node says them.
    pub fn said(client: &'a Client<T>, contract: AccountAddress) -> Self {
        Self {
            client,
            contract,
            snapshot: None,
            read: Cell::new(0),
        }
    }

    /// Records of one state, each proven.
    pub fn proven(
        client: &'a Client<T>,
        contract: AccountAddress,
        snapshot: &'a Snapshot<'a, T>,
    ) -> Self {
        Self {
            snapshot: Some(snapshot),
            ..Self::said(client, contract)
        }
    }

    /// How many records were read.
    pub fn records(&self) -> u64 {
        self.read.get()
    }

    async fn bytes(&self, key: &[u8]) -> Result<Option<Vec<u8>>, ClientError> {
        self.read.set(self.read.get().saturating_add(1));
        match self.snapshot {
            Some(snapshot) => snapshot.contract_data(&self.contract, key).await,
            None => {
                let bytes = self.client.raw(&self.contract, key).await?;
                Ok((!bytes.is_empty()).then_some(bytes))
            }
        }
    }

    async fn may<R: BorshDeserialize>(&self, key: &Key<R>) -> Result<Option<R>, ClientError> {
        let Some(bytes) = self.bytes(key.bytes()).await? else {
            return Ok(None);
        };
        key.decode(&bytes)
            .map(Some)
            .map_err(|error| ClientError::Answer(error.to_string()))
    }

    async fn get<R: BorshDeserialize>(&self, key: &Key<R>) -> Result<R, ClientError> {
        self.may(key).await?.ok_or_else(|| {
            ClientError::Answer(format!(
                "contract={} has nothing at key={}",
                self.contract,
                hex::encode(key.bytes())
            ))
        })
    }

    /// How many draws there were.
    pub async fn draws(&self) -> Result<u64, ClientError> {
        let totals = self.may(&state::totals()).await?;
        Ok(totals.map_or(0, |totals| totals.draws))
    }

    /// What was asked for, and where a draw is.
    pub async fn draw(&self, draw: u64) -> Result<(Terms, Draw), ClientError> {
        let terms = self
            .may(&state::terms(draw))
            .await?
            .ok_or_else(|| ClientError::Input(format!("no draw={draw}; see `mycel draw list`")))?;
        Ok((terms, self.get(&state::draw(draw)).await?))
    }

    /// All about a draw.
    pub async fn told(&self, chain_id: &str, number: u64) -> Result<Told, ClientError> {
        let (terms, draw) = self.draw(number).await?;
        let features = terms.features.iter().map(|feature| Feature {
            name: feature.name.clone(),
            values: feature.values.clone(),
        });
        let mut told = Told {
            chain_id: chain_id.to_owned(),
            contract: self.contract.to_string(),
            draw: number,
            reference: terms.reference.clone(),
            stage: draw.stage.name().to_owned(),
            seats: terms.size.into(),
            features: features.collect(),
            quotas: terms.quotas.clone(),
            types: self.types(number, &draw).await?,
            ..Told::default()
        };
        if draw.panels == 0 {
            return Ok(told);
        }
        told.root = hex::encode(draw.root);
        told.frozen = draw.frozen;
        told.m = draw.panels;
        if draw.accepted == 0 {
            return Ok(told);
        }
        if let Some(best) = &draw.best {
            self.lottery(&mut told, &draw, best).await?;
        }
        told.beacon = self.beacon(&draw).await?;
        told.lot = LotOf {
            domain: "sortition/draw".to_owned(),
            parts: vec![
                hex::encode(chain_id),
                hex::encode(self.contract.to_string()),
                hex::encode(number.to_be_bytes()),
            ],
        };
        told.says = self.says(number, &draw).await?;
        Ok(told)
    }

    /// The types with persons, and who they are; in the order of the root once the pool is frozen.
    async fn types(&self, number: u64, draw: &Draw) -> Result<Vec<Type>, ClientError> {
        let raws: Vec<u16> = if draw.panels > 0 {
            self.get(&state::frozen(number)).await?.raw
        } else {
            (0..draw.types).collect()
        };
        let mut types = Vec::with_capacity(raws.len());
        for raw in raws {
            let kind = self.get(&state::kind(number, raw)).await?;
            if kind.count == 0 {
                continue;
            }
            let pages = 0..kind.count.div_ceil(PER_PAGE);
            let persons: Vec<Vec<u32>> = stream::iter(pages)
                .map(|page| async move { self.get(&state::members(number, raw, page)).await })
                .buffered(AT_ONCE)
                .try_collect()
                .await?;
            types.push(Type {
                values: kind.values,
                persons: persons.concat(),
                chance: None,
            });
        }
        Ok(types)
    }

    async fn lottery(&self, told: &mut Told, draw: &Draw, best: &Best) -> Result<(), ClientError> {
        let post: Post = self.get(&posts::post(told.draw, best.post)).await?;
        let key = |page: u32| {
            let mut key = vec![b'o'];
            key.extend_from_slice(&state::under_two(told.draw, best.post, page));
            key
        };
        let body: Vec<Vec<u8>> = stream::iter((0..post.pages).map(key))
            .map(|key| async move {
                let page = self.bytes(&key).await?;
                page.ok_or_else(|| {
                    ClientError::Answer(format!(
                        "no page of the accepted lottery at key={}",
                        hex::encode(key)
                    ))
                })
            })
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        let pool = told.pool();
        let wrong = |error: &dyn std::fmt::Display| {
            ClientError::Violated(format!(
                "the accepted lottery of draw={}: {error}",
                told.draw
            ))
        };
        let frame = Frame::new(&pool).map_err(|error| wrong(&error))?;
        let (mut panels, mut levels) = (vec![], vec![]);
        for page in &body {
            match read_page(&frame, page).map_err(|error| wrong(&error))? {
                Page::Panels(more) => panels.extend(more),
                Page::Levels(more) => levels.extend(more),
            }
        }
        let sums = self.get(&state::sums(told.draw)).await?;
        for (place, kind) in told.types.iter_mut().enumerate() {
            kind.chance = sums.get(place).copied();
        }
        (told.panels, told.levels) = (panels, levels);
        let ratio = |fraction: Fraction| {
            (
                fraction.numerator.to_string(),
                fraction.denominator.to_string(),
            )
        };
        told.accepted = Some(Accepted {
            post: best.post,
            solver: post.solver,
            commitment: hex::encode(post.hash),
            at: draw.accepted,
            wide: verify::tolerance(draw) == mycel_kit::lottery::Tolerance::Wide,
            settled: best.rank.settled,
            pair_term: best.rank.pair_term.to_string(),
            least: ratio(best.least),
            bound: ratio(best.bound),
            body,
        });
        Ok(())
    }

    async fn beacon(&self, draw: &Draw) -> Result<Beacon, ClientError> {
        let round = self.get(&beacon::state::round(draw.round)).await?;
        let source: Source = self.get(&beacon::state::source(round.source)).await?;
        let known = round.known.as_ref();
        let shown = |bytes: &Vec<u8>| (!bytes.is_empty()).then(|| hex::encode(bytes));
        let proof = match &source {
            Source::Chain { .. } => Proof::Word,
            Source::Drand {
                public_key, scheme, ..
            } => Proof::Drand {
                public_key: public_key.clone(),
                scheme: *scheme,
                previous: known.and_then(|known| shown(&known.previous)),
            },
            Source::CommitReveal { .. } => Proof::Members {
                before: round.before,
                secrets: self.secrets(draw.round).await?,
            },
        };
        Ok(Beacon {
            round: draw.round,
            source: source.name().to_owned(),
            time: source.time_of(draw.round),
            accepted: draw.accepted,
            value: draw.value.map(hex::encode),
            signature: known.and_then(|known| shown(&known.signature)),
            note: source.note().to_owned(),
            proof,
        })
    }

    /// What members revealed. Who committed is asked; that nobody is missing follows from their count.
    async fn secrets(&self, round: u64) -> Result<Vec<[u8; 32]>, ClientError> {
        let count = self.may(&beacon::state::commitments(round)).await?;
        let asked = self.client.sortition(self.contract.clone());
        let shown = asked.round(Id(round)).await?.commitments;
        let mut secrets = vec![];
        let mut persons: Vec<u64> = shown.iter().map(|one| one.person.0).collect();
        persons.sort_unstable();
        persons.dedup();
        for person in &persons {
            let kept = self.get(&beacon::state::commitment(round, *person)).await?;
            secrets.extend(kept.secret);
        }
        if persons.len() as u64 != u64::from(count.unwrap_or(0)) {
            return Err(ClientError::Violated(format!(
                "round={round} has commitments={} and the node shows {}",
                count.unwrap_or(0),
                persons.len()
            )));
        }
        Ok(secrets)
    }

    async fn says(&self, number: u64, draw: &Draw) -> Result<Says, ClientError> {
        let Some(panel) = self.may(&seats::panel(number)).await? else {
            return Ok(Says::default());
        };
        let passed: Vec<seats::Passed> = stream::iter(0..draw.passed)
            .map(|n| async move { self.get(&seats::passed(number, n)).await })
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        Ok(Says {
            index: Some(draw.index),
            seats: panel.seats.iter().map(|seat| seat.person).collect(),
            pending: panel.pending,
            passed: passed
                .into_iter()
                .map(|one| Passed {
                    seat: one.seat,
                    kind: one.drawn.kind,
                    index: one.drawn.index,
                    person: one.drawn.person,
                    why: one.why.name().to_owned(),
                    at: one.at,
                })
                .collect(),
        })
    }
}
