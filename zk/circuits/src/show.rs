//! show: my trust, over the whole of my history, meets these thresholds.
//!
//! Public: root, period, cutoff, subject, scope, signal, nf, θ, t_min, θ_rel,
//! θ_eco, θ_rec. Secret: sk, the sums under C, F, up to eight entries not yet
//! folded, attributes, the leaf's path.
//!
//! What each group of rows forbids:
//! - `nullifier`: another's nullifier, or a second one in the scope.
//! - `identity`: an idc that is not this secret's: showing a friend's leaf.
//! - `subject`: naming anybody else than oneself or nobody.
//! - `signal`: taking a proof for another action.
//! - `attributes`: moving vouching, age and key's day into one another.
//! - `cutoff`: a key set after the term opened: a second nullifier.
//! - `opening`: other sums than those under C.
//! - `entry …`: see [`crate::gadgets::absorb`].
//! - `leaf`: other C, F, H or attributes than the contract wrote. As H is the
//!   head that the tail *reached*, here omission is forbidden: whoever leaves an
//!   entry out, flips or swaps it reaches another head.
//! - `side`, `path`, `root`: a leaf that is not in the tree.
//! - `period`: a period before the last entry, or sums not grown older.
//! - `totals`: sums that wrap around the field's order.
//! - `age`: joining after the period, and an age above 16.
//! - `fractions`: a threshold that counts as negative.
//! - `sample`: t_min 0, and a history below it.
//! - `score`, `kept`, `eco`, `reciprocity`: missing a threshold.

use ark_bn254::Fr;
use ark_ff::AdditiveGroup;
use mycel_mailbox::tree::{DEPTH, Path};
use mycel_mailbox::{Attr, Entry, Identity, Score, State, Thresholds};

use crate::circuit::Circuit;
use crate::fold::bounded;
use crate::gadgets::absorb::absorb;
use crate::gadgets::attributes::{TIME_BITS, attributes, keyed_by};
use crate::gadgets::identity::{identity, nullifier, signal, subject};
use crate::gadgets::path::{leaf, require_under_root};
use crate::gadgets::shift::Shift;
use crate::gadgets::state::Sums;
use crate::gadgets::threshold::{
    MILLE_BITS, Totals, WEIGHT_BITS, age, require_fractions, require_sample, require_score,
    require_share, require_totals,
};
use crate::refusal::{Refusal, equal, within};
use crate::sheet::Sheet;

/// A show of trust.
#[derive(Clone)]
pub struct Show {
    /// The tree's root at the slot.
    pub root: Fr,
    /// The slot's period.
    pub period: u32,
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
    /// What is to be met.
    pub thresholds: Thresholds,
    /// Secret: the identity.
    pub sk: Fr,
    /// Secret: the folded sums.
    pub state: State,
    /// Secret: the head that the sums contain.
    pub f: Fr,
    /// Secret: what the contract says of the member.
    pub attr: Attr,
    /// Secret: entries after `f`, oldest first, to the last one received.
    pub tail: Vec<Entry>,
    /// Secret: the leaf's path.
    pub path: Path,
}

/// Refuses what circuits show and member have in common.
pub(crate) fn check_person(
    sk: Fr,
    [subject, scope, nf]: [Fr; 3],
    attr: &Attr,
    cutoff: u32,
) -> Result<Fr, Refusal> {
    let identity = Identity { sk };
    let idc = identity.idc();
    if subject != Fr::ZERO && subject != idc {
        let (subject, own) = (subject.to_string(), idc.to_string());
        return Err(Refusal::ForeignSubject { subject, own });
    }
    equal(
        "nf",
        nf,
        identity.nullifier(scope),
        "derive the nullifier from your own key and the scope",
    )?;
    attr.check()?;
    let days = [0, (1 << TIME_BITS) - 1];
    within("cutoff", cutoff.into(), days, "take the gate's cutoff")?;
    let since = "the key is newer than this term: wait for the next term";
    within("keyed", attr.keyed.into(), [0, cutoff.into()], since)?;
    Ok(idc)
}

/// Refuses a leaf that is not under the root.
pub(crate) fn check_root(root: Fr, leaf: Fr, path: &Path) -> Result<(), Refusal> {
    within(
        "index",
        path.index.into(),
        [0, (1 << DEPTH) - 1],
        "take the mailbox's number",
    )?;
    let next = "leaf, path or tail are not of this slot: fetch entries and leaves again; \
                every entry received belongs into the proof";
    equal("root", root, path.root(leaf), next)
}

impl std::fmt::Debug for Show {
    /// Says nothing of its secrets, wherever it is written to.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Show(secret)")
    }
}

impl Circuit for Show {
    const NAME: &'static str = "show";

    fn publics(&self) -> Vec<Fr> {
        let (period, cutoff) = (self.period.into(), self.cutoff.into());
        let mut all = vec![self.root, period, cutoff, self.subject, self.scope];
        all.extend([self.signal, self.nullifier]);
        all.extend(self.thresholds.in_order().map(Fr::from));
        all
    }

    fn check(&self) -> Result<(), Refusal> {
        let person = [self.subject, self.scope, self.nullifier];
        let idc = check_person(self.sk, person, &self.attr, self.cutoff)?;
        let periods = [0, (1 << TIME_BITS) - 1];
        within(
            "period",
            self.period.into(),
            periods,
            "take the slot's period",
        )?;
        bounded(&self.tail)?;
        let (mut state, mut head) = (self.state, self.f);
        for entry in &self.tail {
            state.absorb(entry)?;
            head = entry.after(head);
        }
        let leaf = mycel_mailbox::leaf(idc, self.state.commit(), self.f, head, &self.attr);
        check_root(self.root, leaf, &self.path)?;
        Score::of(&state, &self.attr, self.period)?.meets(&self.thresholds)?;
        Ok(())
    }

    fn synthesize(&self, sheet: &mut Sheet) {
        let publics: [Fr; 12] = self.publics().try_into().expect("twelve");
        let [
            root,
            period,
            cutoff,
            named,
            scope,
            action,
            nf,
            theta,
            t_min,
            rel,
            eco,
            rec,
        ] = publics.map(|x| sheet.input(x));
        let sk = sheet.witness(self.sk);

        nullifier(sheet, &sk, &scope, &nf);
        let idc = identity(sheet, &sk);
        subject(sheet, &named, &idc);
        signal(sheet, &action);
        let attr = attributes(sheet, &self.attr);
        keyed_by(sheet, &attr.keyed, &cutoff);

        let (mut sums, c) = sheet.group("opening", |sheet| {
            let sums = Sums::witness(sheet, &self.state);
            let r = sheet.witness(self.state.r);
            let c = sums.commit(sheet, &r);
            (sums, c)
        });
        let f = sheet.witness(self.f);
        let h = absorb(sheet, &mut sums, &f, &self.tail);
        let leaf = leaf(sheet, [&idc, &c, &f, &h, &attr.packed]);
        require_under_root(sheet, leaf, &self.path, &root);

        let totals = sheet.group("period", |sheet| {
            let shift = Shift::between(sheet, &sums.last, &period);
            let [s, t, e, r] = sums
                .buckets
                .each_ref()
                .map(|sum| shift.weighted(sheet, sum));
            Totals { s, t, e, r }
        });
        require_totals(sheet, &totals);
        let age = age(sheet, &period, &attr.joined);
        require_fractions(sheet, [&theta, &rel, &eco, &rec]);
        require_sample(sheet, &totals.t, &t_min);
        require_score(sheet, &totals, &age, &attr.vouch, &theta);
        let Totals { s, t, e, r } = &totals;
        sheet.group("kept", |sheet| {
            require_share(sheet, s, t, &rel, 1, WEIGHT_BITS)
        });
        sheet.group("eco", |sheet| {
            require_share(sheet, e, t, &eco, 1000, MILLE_BITS)
        });
        sheet.group("reciprocity", |sheet| {
            require_share(sheet, r, t, &rec, 1000, MILLE_BITS)
        });
    }

    fn example(seed: u64) -> Self {
        crate::example::show(seed)
    }

    fn blank() -> Self {
        Self {
            root: Fr::ZERO,
            period: 0,
            cutoff: 0,
            subject: Fr::ZERO,
            scope: Fr::ZERO,
            signal: Fr::ZERO,
            nullifier: Fr::ZERO,
            thresholds: Thresholds::default(),
            sk: Fr::ZERO,
            state: State::default(),
            f: Fr::ZERO,
            attr: Attr::default(),
            tail: vec![],
            path: blank_path(),
        }
    }
}

/// A path of zeros.
pub(crate) fn blank_path() -> Path {
    Path {
        index: 0,
        siblings: [Fr::ZERO; DEPTH],
    }
}
