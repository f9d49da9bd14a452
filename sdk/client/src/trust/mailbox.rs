//! A mailbox as the chain keeps it, and its seals opened with one's own keys.
use mycel_mailbox::{
    Attr, DealKey, Direction, Entry, Fr, MailboxError, Sealed, element, leaf, tag::Element,
};

use super::{Keyring, TrustError};

/// What the chain keeps of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    /// Its place in the tree.
    pub index: u32,
    /// The person.
    pub person: u64,
    /// The identity's commitment.
    pub idc: Fr,
    /// The state's commitment.
    pub c: Fr,
    /// The head that the state contains.
    pub f: Fr,
    /// The head of all that came.
    pub h: Fr,
    /// How many entries came.
    pub entries: u64,
    /// How many of them the state contains.
    pub folded: u64,
    /// How many folds there were.
    pub folds: u64,
    /// What the contract says of the member.
    pub attr: Attr,
    /// Whether its leaf counts now.
    pub live: bool,
    /// The encrypted opening of the last fold, if there was one.
    pub backup: Vec<u8>,
}

impl Mailbox {
    /// The leaf; zero while it does not count.
    pub fn leaf(&self) -> Fr {
        match self.live {
            true => leaf(self.idc, self.c, self.f, self.h, &self.attr),
            false => Fr::from(0u64),
        }
    }

    /// Entries that the state does not contain.
    pub fn waiting(&self) -> u64 {
        self.entries.saturating_sub(self.folded)
    }
}

/// An entry as everybody sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// Its number in the mailbox, from 0.
    pub number: u64,
    /// The commitment.
    pub c: Fr,
    /// The sealed rating.
    pub ct: Fr,
    /// When it was appended.
    pub period: u32,
    /// The deal.
    pub deal: Element,
    /// Who rated whom.
    pub dir: Direction,
}

/// What a deal needs to be opened: the other side's viewing key, and the number of one's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DealSeal {
    /// The deal.
    pub deal: Element,
    /// What it shows of its key.
    pub k: Fr,
    /// The number of one's own viewing key in it.
    pub own_version: u32,
    /// The other's viewing key in it.
    pub other_key: [u8; 32],
}

fn sealed(deal: &Element, why: impl ToString) -> TrustError {
    TrustError::Sealed {
        deal: hex::encode(deal),
        why: why.to_string(),
    }
}

impl DealSeal {
    /// The deal's key. One that is not what the deal shows is refused: whoever accepted such a deal would get entries
    /// that it can never open.
    pub fn open(&self, keyring: &Keyring) -> Result<DealKey, TrustError> {
        let key = key_of(keyring, &self.deal, self.own_version, &self.other_key)?;
        if key.k() != self.k {
            return Err(sealed(
                &self.deal,
                "its key is not the one that both of you have; do not accept it",
            ));
        }
        Ok(key)
    }
}

impl DealSeal {
    /// The deal's key where the numbers that it was stored with are not those that it was made with: under any of one's own
    /// viewing keys up to `newest`, with any of the other's. What was sealed is lost by nobody's counting.
    pub fn search(
        &self,
        keyring: &Keyring,
        newest: u32,
        others: &[[u8; 32]],
    ) -> Result<DealKey, TrustError> {
        let own = (1..=newest).rev();
        let pairs = own.flat_map(|own| others.iter().map(move |other| (own, other)));
        let mut keys =
            pairs.filter_map(|(own, other)| key_of(keyring, &self.deal, own, other).ok());
        let found = keys.find(|key| key.k() == self.k);
        found.ok_or_else(|| sealed(&self.deal, "no viewing key of yours gives its key"))
    }
}

/// The key of a deal between one's own viewing key of a number and another's.
pub fn key_of(
    keyring: &Keyring,
    deal: &Element,
    own_version: u32,
    other_key: &[u8; 32],
) -> Result<DealKey, TrustError> {
    let shared = keyring.viewing(own_version).shared(other_key);
    let key = shared.and_then(|shared| DealKey::new(shared, deal));
    key.map_err(|e| sealed(deal, e))
}

impl Received {
    /// The rating within; its commitment must be that of what was opened.
    pub fn open(&self, key: &DealKey) -> Result<Entry, TrustError> {
        let opened = key.open(self.dir, self.ct);
        let rating = opened.map_err(|e| sealed(&self.deal, e))?;
        let entry = rating.entry(key.rho(self.dir), self.period);
        if entry.commitment() != self.c {
            return Err(sealed(
                &self.deal,
                "what was sealed is not what was committed to",
            ));
        }
        Ok(entry)
    }
}

/// A rating of one's own, sealed; and its salt, which is the same each time.
pub fn seal(
    keyring: &Keyring,
    key: &DealKey,
    deal: &Element,
    dir: Direction,
    rating: &mycel_mailbox::Rating,
) -> Result<(Sealed, [u8; 32]), MailboxError> {
    let sealed = key.seal(dir, rating)?;
    Ok((sealed, keyring.salt(deal, dir.number() as u8)))
}

/// What is sent of it before both are in.
pub fn committed(sealed: &Sealed, salt: &[u8; 32]) -> [u8; 32] {
    mycel_mailbox::rating_commitment(&element(&sealed.c), &element(&sealed.ct), salt)
}
