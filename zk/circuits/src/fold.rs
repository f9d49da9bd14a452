//! fold: the next entries of one's mailbox were added to one's committed sums.
//!
//! Public: idc, C, F, C', F'. Secret: sk, the sums under C, up to eight
//! entries, the blinding of C'. The contract supplies idc, C, F and, for a fold
//! of j entries, F' = the head after j more; only C' is the prover's.
//!
//! What each group of rows forbids:
//! - `identity`: folding another's mailbox.
//! - `opening`: beginning with other sums than those under C.
//! - `entry on`, `entry range`, `entry seal`, `entry head`, `entry time`,
//!   `entry sums`: see [`crate::gadgets::absorb`].
//! - `head`: stopping short of F', or taking entries that are not under it.
//! - `commitment`: a C' of other sums than those that result.

use ark_bn254::Fr;
use ark_ff::AdditiveGroup;
use mycel_mailbox::{Entry, Identity, State};

use crate::circuit::Circuit;
use crate::gadgets::absorb::{TAIL, absorb};
use crate::gadgets::identity::identity;
use crate::gadgets::state::Sums;
use crate::refusal::{Refusal, equal};
use crate::sheet::Sheet;

/// A fold of up to eight entries.
#[derive(Clone)]
pub struct Fold {
    /// Whose mailbox.
    pub idc: Fr,
    /// The commitment before.
    pub c: Fr,
    /// The head that it contains.
    pub f: Fr,
    /// The commitment after.
    pub c_next: Fr,
    /// The head that this contains.
    pub f_next: Fr,
    /// Secret: the identity.
    pub sk: Fr,
    /// Secret: the sums under `c`.
    pub state: State,
    /// Secret: the entries after `f`, oldest first.
    pub entries: Vec<Entry>,
    /// Secret: the blinding of `c_next`.
    pub blinding: Fr,
}

impl Fold {
    /// Folds entries after the head `f` into a state; `folds` is how many folds
    /// there were before this one, counted from 0, and gives the blinding with
    /// number `folds + 1`. The second is the state that results.
    pub fn new(
        identity: &Identity,
        state: &State,
        f: Fr,
        entries: &[Entry],
        folds: u64,
    ) -> Result<(Self, State), Refusal> {
        let blinding = identity.blinding(folds + 1);
        let (next, f_next) = after(state, f, entries, blinding)?;
        let fold = Self {
            idc: identity.idc(),
            c: state.commit(),
            f,
            c_next: next.commit(),
            f_next,
            sk: identity.sk,
            state: *state,
            entries: entries.to_vec(),
            blinding,
        };
        Ok((fold, next))
    }
}

fn after(state: &State, head: Fr, entries: &[Entry], blinding: Fr) -> Result<(State, Fr), Refusal> {
    bounded(entries)?;
    let (mut state, mut head) = (*state, head);
    for entry in entries {
        state.absorb(entry)?;
        head = entry.after(head);
    }
    state.r = blinding;
    Ok((state, head))
}

/// Refuses more entries than one proof takes.
pub(crate) fn bounded(entries: &[Entry]) -> Result<(), Refusal> {
    match entries.len() > TAIL {
        true => Err(Refusal::TooMany {
            entries: entries.len(),
            most: TAIL,
            next: "fold the oldest eight first: `mycel trust fold`",
        }),
        false => Ok(()),
    }
}

impl std::fmt::Debug for Fold {
    /// Says nothing of its secrets, wherever it is written to.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Fold(secret)")
    }
}

impl Circuit for Fold {
    const NAME: &'static str = "fold";

    fn publics(&self) -> Vec<Fr> {
        vec![self.idc, self.c, self.f, self.c_next, self.f_next]
    }

    fn check(&self) -> Result<(), Refusal> {
        let identity = Identity { sk: self.sk };
        let (next, head) = after(&self.state, self.f, &self.entries, self.blinding)?;
        equal(
            "idc",
            self.idc,
            identity.idc(),
            "use the key that the mailbox is under",
        )?;
        equal(
            "c",
            self.c,
            self.state.commit(),
            "recover the sums: `mycel trust recover`",
        )?;
        equal(
            "f_next",
            self.f_next,
            head,
            "fetch the mailbox's entries again",
        )?;
        equal("c_next", self.c_next, next.commit(), "make the fold again")
    }

    fn synthesize(&self, sheet: &mut Sheet) {
        let [idc, c, f, c_next, f_next] = self
            .publics()
            .try_into()
            .map(|all: [Fr; 5]| all.map(|x| sheet.input(x)))
            .expect("five");
        let sk = sheet.witness(self.sk);

        let own = identity(sheet, &sk);
        sheet.group("identity", |sheet| sheet.require_equal(&own, &idc));
        let mut sums = sheet.group("opening", |sheet| {
            let sums = Sums::witness(sheet, &self.state);
            let r = sheet.witness(self.state.r);
            let opened = sums.commit(sheet, &r);
            sheet.require_equal(&opened, &c);
            sums
        });
        let head = absorb(sheet, &mut sums, &f, &self.entries);
        sheet.group("head", |sheet| sheet.require_equal(&head, &f_next));
        sheet.group("commitment", |sheet| {
            let r = sheet.witness(self.blinding);
            let next = sums.commit(sheet, &r);
            sheet.require_equal(&next, &c_next);
        });
    }

    fn example(seed: u64) -> Self {
        crate::example::fold(seed)
    }

    fn blank() -> Self {
        Self {
            idc: Fr::ZERO,
            c: Fr::ZERO,
            f: Fr::ZERO,
            c_next: Fr::ZERO,
            f_next: Fr::ZERO,
            sk: Fr::ZERO,
            state: State::default(),
            entries: vec![],
            blinding: Fr::ZERO,
        }
    }
}
