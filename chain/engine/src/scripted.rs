//! An engine without network or consensus: blocks are made when the caller says so, in one thread, and are signed
//! by all validators' keys. Headers and commits are real; a light client accepts them. For tests and demos.
use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use ed25519_consensus::SigningKey;
use mycel_types::{
    Address, AppHash, Application, Cancel, CheckOutcome, Draft, ExtendedVote, Genesis, Halt,
    Outcome, Parent, Time, Verdict,
    header::{
        Base, PartSet, ValidatorSet, VoteKind, commit, encode_block, value_id, vote_sign_bytes,
    },
};
use tendermint::{
    Block,
    block::{Commit, signed_header::SignedHeader},
};

use crate::{
    host::{Finished, genesis_base},
    mempool::{Mempool, MempoolConfig},
};

/// The scripted engine. Blocks are kept in memory only, so the application must begin at genesis.
pub struct Scripted {
    app: Arc<dyn Application>,
    keys: BTreeMap<Address, SigningKey>,
    pool: Arc<Mempool>,
    base: Base,
    initial_height: u64,
    blocks: Vec<Arc<Finished>>,
    sets: Vec<Arc<ValidatorSet>>,
}

impl Scripted {
    /// Writes genesis and stands before the first block. `keys` sign for the validators they belong to.
    pub fn new(
        app: Arc<dyn Application>,
        genesis: &Genesis,
        keys: impl IntoIterator<Item = SigningKey>,
    ) -> Result<Self, Halt> {
        let outcome = app.init_chain(genesis)?;
        let base = genesis_base(genesis, &outcome)?;
        let height = app.info().height;
        if height.is_some_and(|h| h + 1 != base.height) {
            return Err(Halt::Genesis(format!(
                "the scripted engine keeps no blocks and cannot go on at height={}; give it an empty data directory",
                height.unwrap_or(0)
            )));
        }
        let pool = Mempool::new(app.clone(), MempoolConfig::default(), base.height - 1);
        let mut scripted = Self {
            app,
            keys: BTreeMap::new(),
            pool: Arc::new(pool),
            initial_height: base.height,
            base,
            blocks: vec![],
            sets: vec![],
        };
        keys.into_iter().for_each(|key| scripted.add_key(key));
        Ok(scripted)
    }

    /// Signs with this key too, from the moment on when its validator is in the set.
    pub fn add_key(&mut self, key: SigningKey) {
        let address = Address::of_ed25519(&key.verification_key().to_bytes());
        self.keys.insert(address, key);
    }

    /// The state machine.
    pub fn app(&self) -> &Arc<dyn Application> {
        &self.app
    }

    /// The pool.
    pub fn pool(&self) -> &Arc<Mempool> {
        &self.pool
    }

    /// Checks a transaction and pools it if it is admitted.
    pub fn submit(&self, tx: impl Into<Bytes>) -> CheckOutcome {
        self.pool.submit(tx.into()).outcome
    }

    /// The last height that was produced; the one before the initial height if none was.
    pub fn height(&self) -> u64 {
        self.base.height - 1
    }

    /// The time of the last block, or of genesis.
    pub fn time(&self) -> Time {
        self.base.last_time
    }

    /// The state's root after the last block.
    pub fn app_hash(&self) -> AppHash {
        self.base.app_hash
    }

    /// What is settled for the next block.
    pub fn base(&self) -> &Base {
        &self.base
    }

    /// Produces a block one second after the last one.
    pub fn produce(&mut self) -> Result<Arc<Finished>, Halt> {
        self.produce_at(self.base.last_time.plus_millis(1000))
    }

    /// Produces a block at `time`, or a millisecond after the last one if that is later: the application chooses
    /// from the pool, validates, executes and commits.
    pub fn produce_at(&mut self, time: Time) -> Result<Arc<Finished>, Halt> {
        let time = time.max(self.base.last_time.plus_millis(1));
        let parent = Parent::Committed(self.base.height - 1);
        let draft = Draft {
            height: self.base.height,
            time,
            proposer: self.proposer()?,
            max_bytes: self
                .base
                .params
                .block_max_bytes
                .saturating_sub(self.base.overhead()),
            last_extended_commit: extended(&self.base),
        };
        let mut waiting = self.pool.reap().into_iter();
        let txs = self.app.prepare(&parent, draft, &mut waiting);
        let block = self.block(time, txs)?;
        let input = self.base.input(&block).map_err(bug)?;
        if let Verdict::Reject(reason) = self.app.validate(&parent, &input) {
            return Err(bug(format!("refused its own block: {reason}")));
        }
        self.finish(block)
    }

    /// Decides a block of exactly these transactions without asking the application whether it likes them, as
    /// if two thirds of the validators had.
    pub fn decide(&mut self, time: Time, txs: Vec<Bytes>) -> Result<Arc<Finished>, Halt> {
        let time = time.max(self.base.last_time.plus_millis(1));
        let block = self.block(time, txs)?;
        self.finish(block)
    }

    fn proposer(&self) -> Result<Address, Halt> {
        let proposer = self.base.validators.proposer(self.base.height, 0);
        Ok(proposer.ok_or_else(|| bug("no validators"))?.address)
    }

    fn block(&self, time: Time, txs: Vec<Bytes>) -> Result<Block, Halt> {
        let block = self.base.block(time, self.proposer()?, txs).map_err(bug)?;
        self.base.check(&block).map_err(bug)?;
        Ok(block)
    }

    fn finish(&mut self, block: Block) -> Result<Arc<Finished>, Halt> {
        let height = self.base.height;
        let bytes = Bytes::from(encode_block(&block));
        let size = bytes.len() as u64;
        let value = value_id(&block, &PartSet::new(bytes)).map_err(bug)?;
        let sign_bytes = vote_sign_bytes(
            self.base.chain_id.as_str(),
            VoteKind::Precommit,
            height,
            0,
            Some(&value),
        );
        let signatures: Vec<(Address, [u8; 64])> = self
            .base
            .validators
            .iter()
            .filter_map(|v| {
                Some((
                    v.address,
                    self.keys.get(&v.address)?.sign(&sign_bytes).to_bytes(),
                ))
            })
            .collect();
        let commit = commit(height, 0, &value, &self.base.validators, &signatures).map_err(bug)?;
        let input = self.base.input(&block).map_err(bug)?;
        let parent = Parent::Committed(height - 1);
        let done = self.app.execute(&parent, &input, &Cancel::new())?;
        self.pool
            .commit(height, &input.txs, || self.app.commit(&done))?;
        let next = self
            .base
            .advance(value, commit.clone(), &done.outcome)
            .map_err(bug)?;
        let finished = Arc::new(Finished {
            value,
            block,
            bytes: size,
            commit,
            outcome: done.outcome.clone(),
        });
        self.sets.push(Arc::new(self.base.validators.clone()));
        self.blocks.push(finished.clone());
        self.base = next;
        Ok(finished)
    }

    /// A produced block with its commit and outcome.
    pub fn finished(&self, height: u64) -> Option<&Arc<Finished>> {
        let index = height.checked_sub(self.initial_height)?;
        self.blocks.get(usize::try_from(index).ok()?)
    }

    /// A produced block.
    pub fn block_at(&self, height: u64) -> Option<&Block> {
        Some(&self.finished(height)?.block)
    }

    /// The commit of a produced block.
    pub fn commit(&self, height: u64) -> Option<&Commit> {
        Some(&self.finished(height)?.commit)
    }

    /// The outcome of a produced block.
    pub fn outcome(&self, height: u64) -> Option<&Outcome> {
        Some(&self.finished(height)?.outcome)
    }

    /// A produced header with its commit, as a light client takes it.
    pub fn signed_header(&self, height: u64) -> Option<SignedHeader> {
        let finished = self.finished(height)?;
        SignedHeader::new(finished.block.header.clone(), finished.commit.clone()).ok()
    }

    /// The validator set of a height, up to two above the last block.
    pub fn validators(&self, height: u64) -> Option<Arc<ValidatorSet>> {
        if height == self.base.height {
            return Some(Arc::new(self.base.validators.clone()));
        }
        if height == self.base.height + 1 {
            return Some(Arc::new(self.base.next_validators.clone()));
        }
        let index = height.checked_sub(self.initial_height)?;
        self.sets.get(usize::try_from(index).ok()?).cloned()
    }
}

/// The last commit for [`Draft`]; extensions are empty while nothing needs them.
pub(crate) fn extended(base: &Base) -> Vec<ExtendedVote> {
    let Some(last) = &base.last else {
        return vec![];
    };
    last.validators
        .iter()
        .zip(&last.commit.signatures)
        .filter(|(_, s)| s.is_commit())
        .map(|(v, _)| ExtendedVote {
            validator: v.address,
            power: v.power,
            extension: Bytes::new(),
        })
        .collect()
}

/// The state machine gave what no block can hold.
fn bug(what: impl ToString) -> Halt {
    Halt::Diverged(what.to_string())
}

#[cfg(test)]
mod tests;
