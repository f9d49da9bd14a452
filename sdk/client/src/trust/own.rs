//! What a wallet keeps of its own: the opening of C, and when it did what. All of it can be had again from the key and the
//! chain.
use mycel_mailbox::{Entry, Fr, Rating, State, backup, element, tag::Element};
use mycel_verifier::field;
use serde::{Deserialize, Serialize};

use super::{Keyring, Mailbox, Seen, TrustError};

/// The file's format.
pub const FORMAT: u32 = 1;
/// Ratings that are kept until they are opened.
const MOST_PENDING: usize = 1_000;

/// The file.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Own {
    format: u32,
    /// Sums by period, as the mailbox had them after the last fold.
    buckets: [[u64; 4]; 4],
    last: u32,
    /// Hexadecimal.
    blinding: String,
    /// When the last fold was seen, in seconds of the contracts' clock.
    pub folded_at: Option<u64>,
    /// Since when entries wait.
    pub waiting_since: Option<u64>,
    /// Ratings of one's own that are not opened yet.
    #[serde(default)]
    pub pending: Vec<Pending>,
    /// The mailbox as it was last seen, and what waited in it.
    #[serde(default)]
    pub seen: Option<Seen>,
}

/// A rating that was committed to.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pending {
    /// The deal, hexadecimal.
    pub deal: String,
    /// Whether the other kept its word.
    pub outcome: bool,
    /// Ecological effect, 0..=1000.
    pub eco: u16,
    /// Reciprocity, 0..=1000.
    pub reciprocity: u16,
}

impl std::fmt::Debug for Own {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Own(secret, {} pending)", self.pending.len())
    }
}

impl std::fmt::Debug for Pending {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pending(secret of deal {})", self.deal)
    }
}

impl Pending {
    /// With the weight that the contract set.
    pub fn rating(&self, weight: u16) -> Rating {
        Rating {
            outcome: self.outcome,
            weight,
            eco: self.eco,
            reciprocity: self.reciprocity,
        }
    }
}

impl Default for Own {
    fn default() -> Self {
        Self::of(&State::default())
    }
}

impl Own {
    /// A file with this opening and nothing else.
    pub fn of(state: &State) -> Self {
        Self {
            format: FORMAT,
            buckets: state.buckets,
            last: state.last,
            blinding: hex::encode(element(&state.r)),
            folded_at: None,
            waiting_since: None,
            pending: vec![],
            seen: None,
        }
    }

    /// Reads the file's text.
    pub fn from_json(text: &str) -> Result<Self, TrustError> {
        let own: Self = serde_json::from_str(text).map_err(|e| TrustError::File(e.to_string()))?;
        if own.format != FORMAT {
            return Err(TrustError::File(format!("format={}", own.format)));
        }
        own.state()?;
        Ok(own)
    }

    /// The file's text.
    pub fn to_json(&self) -> String {
        let text = serde_json::to_string_pretty(self).expect("the file is plain data");
        format!("{text}\n")
    }

    /// The opening.
    pub fn state(&self) -> Result<State, TrustError> {
        let bytes = hex::decode(&self.blinding).map_err(|e| TrustError::File(e.to_string()))?;
        let r = field::decode(&bytes).map_err(|e| TrustError::File(format!("blinding: {e}")))?;
        Ok(State {
            buckets: self.buckets,
            last: self.last,
            r,
        })
    }

    /// Another opening in place of this one.
    pub fn set(&mut self, state: &State) {
        self.buckets = state.buckets;
        self.last = state.last;
        self.blinding = hex::encode(element(&state.r));
    }

    /// Ratings of a deal that wait to be opened, the newest first: all that were ever to be promised, since which of them
    /// was is for the chain to say.
    pub fn pending(&self, deal: &Element) -> impl Iterator<Item = &Pending> {
        let deal = hex::encode(deal);
        let all = self.pending.iter().rev();
        all.filter(move |kept| kept.deal == deal)
    }

    /// Keeps a rating until it is opened.
    pub fn keep(&mut self, pending: Pending) {
        if self.pending.contains(&pending) {
            return;
        }
        if self.pending.len() >= MOST_PENDING {
            self.pending.remove(0);
        }
        self.pending.push(pending);
    }

    /// Forgets all ratings of a deal.
    pub fn forget(&mut self, deal: &Element) {
        let deal = hex::encode(deal);
        self.pending.retain(|kept| kept.deal != deal);
    }
}

/// How an opening was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// It was kept.
    Kept,
    /// Nothing has been folded since enrolment or a reset.
    Empty,
    /// From the backup on the chain.
    Backup,
    /// Added up again from entries on the chain.
    Entries,
}

/// The opening of a mailbox's state: what is kept if it fits, else from the key and the chain alone. `folded` are the
/// entries that the chain still has of those that were folded, oldest first.
pub fn opening(
    keyring: &Keyring,
    mailbox: &Mailbox,
    kept: Option<&State>,
    folded: &[Entry],
) -> Result<(State, Found), TrustError> {
    if let Some(kept) = kept
        && kept.commit() == mailbox.c
    {
        return Ok((*kept, Found::Kept));
    }
    if State::empty_commitment() == mailbox.c {
        return Ok((State::default(), Found::Empty));
    }
    let newest = keyring.find(&mailbox.idc)?;
    // a fold before the last rekeying was made with an older identity
    let identities = || (0..=newest).rev().map(|index| keyring.identity(index));
    for identity in identities() {
        let (idc, seed) = (identity.idc(), keyring.seed());
        let opened = backup::open(seed, &idc, mailbox.folds, &mailbox.c, &mailbox.backup);
        if let Ok(state) = opened {
            return Ok((state, Found::Backup));
        }
    }
    let mut sum = State::default();
    for entry in folded {
        sum.absorb(entry)?;
    }
    for identity in identities() {
        let state = State {
            r: identity.blinding(mailbox.folds),
            ..sum
        };
        if state.commit() == mailbox.c {
            return Ok((state, Found::Entries));
        }
    }
    Err(TrustError::Lost {
        why: format!(
            "neither the file, nor the backup of bytes={}, nor the {} folded entries that the chain still has give it",
            mailbox.backup.len(),
            folded.len()
        ),
    })
}

/// A fold, before its proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folding {
    /// What is absorbed.
    pub entries: Vec<Entry>,
    /// The state before.
    pub before: State,
    /// The state after.
    pub after: State,
    /// The head that the state contained.
    pub f: Fr,
    /// The head that it contains then.
    pub f_next: Fr,
    /// The opening of the state after, encrypted under the seed.
    pub backup: Vec<u8>,
}

/// The most entries that a fold absorbs, and that a proof takes along.
pub const TAIL: usize = 8;

/// The next fold: as many of the waiting entries as one takes. `waiting` are all that wait, oldest first.
pub fn folding(
    keyring: &Keyring,
    mailbox: &Mailbox,
    before: &State,
    waiting: &[Entry],
) -> Result<Folding, TrustError> {
    if waiting.is_empty() {
        return Err(TrustError::Nothing);
    }
    let entries = waiting[..waiting.len().min(TAIL)].to_vec();
    let (mut after, mut head) = (*before, mailbox.f);
    for entry in &entries {
        after.absorb(entry)?;
        head = entry.after(head);
    }
    if waiting.len() <= TAIL && head != mailbox.h {
        return Err(TrustError::Lost {
            why: "the entries that the node gave do not lead to the mailbox's head; ask another node with `--node URL`".into(),
        });
    }
    let identity = keyring.identity(keyring.find(&mailbox.idc)?);
    let folds = mailbox.folds.saturating_add(1);
    after.r = identity.blinding(folds);
    Ok(Folding {
        backup: backup::seal(keyring.seed(), &identity.idc(), folds, &after),
        entries,
        before: *before,
        after,
        f: mailbox.f,
        f_next: head,
    })
}
