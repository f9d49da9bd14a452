//! A proof that thresholds are met, before it is made: everything it says and everything it hides, checked with reasons.
use mycel_mailbox::{
    Entry, Fr, Identity, Score, State, Thresholds, Tree, fr,
    tag::{self, Element},
    tree::Path,
};

use super::{Keyring, Mailbox, TrustError, own::TAIL};

/// What a proof is made for. All of it is public.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Purpose {
    /// The period of the slot's start.
    pub period: u32,
    /// Keys set after this day do not count.
    pub cutoff: u32,
    /// Whether the proof names the member.
    pub named: bool,
    /// Within it a member has one nullifier.
    pub scope: Fr,
    /// What the proof is bound to.
    pub signal: Fr,
    /// What has to be met.
    pub thresholds: Thresholds,
}

/// A gate's part of a purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate {
    /// Its number.
    pub gate: u64,
    /// Who acts on what is shown there.
    pub consumer: String,
    /// The term.
    pub term: String,
}

impl Gate {
    /// The scope of nullifiers.
    pub fn scope(&self, keyring: &Keyring) -> Fr {
        let inst = keyring.instance();
        fr(&tag::scope(&inst, &self.consumer, self.gate, &self.term))
    }

    /// What binds a proof to an action's bytes.
    pub fn signal(&self, keyring: &Keyring, action: &[u8]) -> Fr {
        let inst = keyring.instance();
        fr(&tag::signal(
            &inst,
            &self.consumer,
            self.gate,
            &self.term,
            action,
        ))
    }
}

/// The scope and signal of a proof for a third party.
pub fn offchain(verifier: &str, challenge: &str) -> (Fr, Fr) {
    let scope = tag::offchain(verifier, challenge.as_bytes());
    let signal: Element = tag::hash("offchain signal", &[&scope]);
    (fr(&scope), fr(&signal))
}

/// All that the prover needs.
#[derive(Clone, Debug)]
pub struct Showing {
    /// The root of all leaves.
    pub root: Fr,
    /// What it is for.
    pub purpose: Purpose,
    /// Whose it is; secret.
    pub identity: Identity,
    /// The opening of C; secret.
    pub state: State,
    /// What the chain has of it; which one is secret.
    pub mailbox: Mailbox,
    /// Entries that are not folded; secret.
    pub tail: Vec<Entry>,
    /// The leaf's way to the root; secret.
    pub path: Path,
}

/// What a member's history amounts to now, with entries that wait.
pub fn score(
    mailbox: &Mailbox,
    state: &State,
    waiting: &[Entry],
    period: u32,
) -> Result<Score, TrustError> {
    let mut sum = *state;
    for entry in waiting {
        sum.absorb(entry)?;
    }
    Ok(Score::of(&sum, &mailbox.attr, period.max(sum.last))?)
}

impl Showing {
    /// Checks that this can be proven, and says why not. `path` is the leaf's way to `root`.
    pub fn new(
        keyring: &Keyring,
        mailbox: &Mailbox,
        state: &State,
        tail: &[Entry],
        path: Path,
        root: Fr,
        purpose: Purpose,
    ) -> Result<Self, TrustError> {
        if tail.len() > TAIL {
            return Err(TrustError::Unfolded {
                waiting: tail.len() as u64,
                most: TAIL as u64,
            });
        }
        if state.commit() != mailbox.c {
            return Err(TrustError::Lost {
                why: "the state that was kept is not the mailbox's".into(),
            });
        }
        let head = tail.iter().fold(mailbox.f, |head, entry| entry.after(head));
        if head != mailbox.h {
            return Err(TrustError::Below(
                "the entries given do not lead to the mailbox's head: none can be left out".into(),
            ));
        }
        if !mailbox.live {
            return Err(TrustError::Below(
                "the member's leaf is empty: suspended, expelled or gone; see `mycel member show NAME`".into(),
            ));
        }
        if path.root(mailbox.leaf()) != root {
            return Err(TrustError::Root {
                root: hex::encode(mycel_mailbox::element(&root)),
                proven: false,
            });
        }
        if mailbox.attr.keyed > purpose.cutoff {
            return Err(TrustError::Below(format!(
                "this identity was set on day {} and only those set until day {} count here; wait for the next term",
                mailbox.attr.keyed, purpose.cutoff
            )));
        }
        let has = score(mailbox, state, tail, purpose.period)?;
        has.meets(&purpose.thresholds)
            .map_err(|why| TrustError::Below(why.to_string()))?;
        Ok(Self {
            root,
            purpose,
            identity: keyring.identity(keyring.find(&mailbox.idc)?),
            state: *state,
            mailbox: mailbox.clone(),
            tail: tail.to_vec(),
            path,
        })
    }

    /// The nullifier: the one of this member in this scope.
    pub fn nullifier(&self) -> Fr {
        self.identity.nullifier(self.purpose.scope)
    }

    /// Whom the proof names: the identity's commitment, or 0.
    pub fn subject(&self) -> Fr {
        match self.purpose.named {
            true => self.mailbox.idc,
            false => Fr::from(0u64),
        }
    }
}

/// A tree of leaves, as the contract lists them.
pub fn tree(leaves: &[(u32, Fr)]) -> Result<Tree, TrustError> {
    let mut tree = Tree::default();
    for (index, leaf) in leaves {
        tree.set(*index, *leaf)?;
    }
    Ok(tree)
}
