//! member: somebody on the roll, once in a scope; newcomers count too.
//!
//! Public: root, cutoff, subject, scope, signal, nf. Secret: sk, what else the
//! leaf has, its path. Nothing of the history is opened.
//!
//! What each group of rows forbids:
//! - `nullifier`: another's nullifier, or a second one in the scope.
//! - `identity`: an idc that is not this secret's.
//! - `subject`: naming anybody else than oneself or nobody.
//! - `signal`: taking a proof for another action.
//! - `attributes`: moving vouching, age and key's day into one another.
//! - `cutoff`: a key set after the term opened: a second nullifier.
//! - `leaf`: other attributes than the contract wrote.
//! - `side`, `path`, `root`: a leaf that is not in the tree.

use ark_bn254::Fr;
use ark_ff::AdditiveGroup;
use mycel_mailbox::Attr;
use mycel_mailbox::tree::Path;

use crate::circuit::Circuit;
use crate::gadgets::attributes::{attributes, keyed_by};
use crate::gadgets::identity::{identity, nullifier, signal, subject};
use crate::gadgets::path::{leaf, require_under_root};
use crate::refusal::Refusal;
use crate::sheet::Sheet;
use crate::show::{blank_path, check_person, check_root};

/// A show of membership.
#[derive(Clone)]
pub struct Member {
    /// The tree's root at the slot.
    pub root: Fr,
    /// The day on which the key must have been set.
    pub cutoff: u32,
    /// 0, or one's own idc.
    pub subject: Fr,
    /// Where the nullifier counts.
    pub scope: Fr,
    /// What the proof is made for.
    pub signal: Fr,
    /// The nullifier.
    pub nullifier: Fr,
    /// Secret: the identity.
    pub sk: Fr,
    /// Secret: the leaf's commitment.
    pub c: Fr,
    /// Secret: the head that it contains.
    pub f: Fr,
    /// Secret: the head of all received.
    pub h: Fr,
    /// Secret: what the contract says of the member.
    pub attr: Attr,
    /// Secret: the leaf's path.
    pub path: Path,
}

impl std::fmt::Debug for Member {
    /// Says nothing of its secrets, wherever it is written to.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Member(secret)")
    }
}

impl Circuit for Member {
    const NAME: &'static str = "member";

    fn publics(&self) -> Vec<Fr> {
        let cutoff = self.cutoff.into();
        vec![
            self.root,
            cutoff,
            self.subject,
            self.scope,
            self.signal,
            self.nullifier,
        ]
    }

    fn check(&self) -> Result<(), Refusal> {
        let person = [self.subject, self.scope, self.nullifier];
        let idc = check_person(self.sk, person, &self.attr, self.cutoff)?;
        let leaf = mycel_mailbox::leaf(idc, self.c, self.f, self.h, &self.attr);
        check_root(self.root, leaf, &self.path)
    }

    fn synthesize(&self, sheet: &mut Sheet) {
        let publics: [Fr; 6] = self.publics().try_into().expect("six");
        let [root, cutoff, named, scope, action, nf] = publics.map(|x| sheet.input(x));
        let sk = sheet.witness(self.sk);

        nullifier(sheet, &sk, &scope, &nf);
        let idc = identity(sheet, &sk);
        subject(sheet, &named, &idc);
        signal(sheet, &action);
        let attr = attributes(sheet, &self.attr);
        keyed_by(sheet, &attr.keyed, &cutoff);

        let [c, f, h] = [self.c, self.f, self.h].map(|x| sheet.witness(x));
        let leaf = leaf(sheet, [&idc, &c, &f, &h, &attr.packed]);
        require_under_root(sheet, leaf, &self.path, &root);
    }

    fn example(seed: u64) -> Self {
        crate::example::member(seed)
    }

    fn blank() -> Self {
        Self {
            root: Fr::ZERO,
            cutoff: 0,
            subject: Fr::ZERO,
            scope: Fr::ZERO,
            signal: Fr::ZERO,
            nullifier: Fr::ZERO,
            sk: Fr::ZERO,
            c: Fr::ZERO,
            f: Fr::ZERO,
            h: Fr::ZERO,
            attr: Attr::default(),
            path: blank_path(),
        }
    }
}
