//! A member at its wallet: keys, mailbox, what is kept here.
use std::{collections::BTreeMap, path::PathBuf};

use mycel_client::{
    message,
    trust::{
        DealSeal, Folding, Found, Keyring, Mailbox, Own, Promise, Received, Seen, TrustError,
        chain::{Deal, bytes_of, clock_of, element_of},
        folding,
        mailbox::seal,
        opening, proving,
    },
};
use mycel_mailbox::{DealKey, Direction, Entry, Fr, Rating, State, tag::Element};
use mycel_trust::{keys::viewing::MAX_VERSIONS, parameters::ParametersResponse, times::Clock};
use mycel_types::AccountAddress;
use serde_json::{Value, json};

use super::desk::{Desk, base64, hex};
use crate::{exit::Failure, session::Act, zk::Which};

/// A member at its wallet.
pub struct Me<'a> {
    pub desk: &'a Desk<'a>,
    /// The name of its key.
    pub name: String,
    pub address: AccountAddress,
    pub person: u64,
    pub keyring: Keyring,
    pub told: ParametersResponse,
    pub now: u64,
    pub mailbox: Mailbox,
    /// Entries that the chain still has, oldest first.
    pub received: Vec<Received>,
    pub deals: Vec<Deal>,
    pub own: Own,
    pub state: State,
    pub found: Found,
    seals: BTreeMap<Element, DealKey>,
    /// What waits, where nobody was asked for it.
    kept: Option<Vec<Entry>>,
}

/// How the names of files of this contract begin.
pub fn files_of(desk: &Desk<'_>) -> String {
    let contract = desk.contract.to_string();
    let tail = &contract[contract.len().saturating_sub(12)..];
    format!("{tail}-trust-")
}

/// What is kept of the member with this address: the number of its file is not known before somebody is asked.
fn kept_of(desk: &Desk<'_>, address: &str) -> Option<(Own, Seen)> {
    let begins = files_of(desk);
    let files = std::fs::read_dir(desk.session.secrets()).ok()?;
    let mut own = files.flatten().filter_map(|file| {
        let name = file.file_name();
        let name = name.to_str()?;
        if !name.starts_with(&begins) || !name.ends_with(".json") {
            return None;
        }
        let own = Own::from_json(&std::fs::read_to_string(file.path()).ok()?).ok()?;
        let seen = own.seen.clone()?;
        (seen.address == address).then_some((own, seen))
    });
    own.next()
}

/// Viewing keys that members published, each asked for once.
struct Published<'a> {
    desk: &'a Desk<'a>,
    keys: BTreeMap<(u64, u32), Option<[u8; 32]>>,
    newest: BTreeMap<u64, u32>,
}

impl<'a> Published<'a> {
    fn new(desk: &'a Desk<'a>) -> Self {
        Self {
            desk,
            keys: BTreeMap::new(),
            newest: BTreeMap::new(),
        }
    }

    /// A person's key of a number.
    async fn key(&mut self, person: u64, version: u32) -> Result<Option<[u8; 32]>, Failure> {
        if let Some(known) = self.keys.get(&(person, version)) {
            return Ok(*known);
        }
        let told = self.desk.asked().viewing_key(person, Some(version)).await?;
        let key = told.map(|(_, key)| key);
        self.keys.insert((person, version), key);
        Ok(key)
    }

    /// The number of a person's newest; 0 if there is none.
    async fn newest(&mut self, person: u64) -> Result<u32, Failure> {
        if let Some(known) = self.newest.get(&person) {
            return Ok(*known);
        }
        let told = self.desk.asked().viewing_key(person, None).await?;
        let newest = told.map_or(0, |(version, _)| version.min(MAX_VERSIONS));
        self.newest.insert(person, newest);
        Ok(newest)
    }

    /// All of a person's, the newest first.
    async fn all(&mut self, person: u64) -> Result<Vec<[u8; 32]>, Failure> {
        let mut all = vec![];
        for version in (1..=self.newest(person).await?).rev() {
            all.extend(self.key(person, version).await?);
        }
        Ok(all)
    }
}

impl<'a> Me<'a> {
    /// Reads what is kept here and what the chain has, and opens it.
    pub async fn load(desk: &'a Desk<'a>, name: &str) -> Result<Self, Failure> {
        Self::found(desk, name, true).await
    }

    /// From what is kept here, without asking anybody for anything that names the member: no deals, and of entries only
    /// those that waited. `None` if nothing is kept that opens.
    pub async fn remembered(desk: &'a Desk<'a>, name: &str) -> Result<Option<Self>, Failure> {
        let wallet = desk.session.wallet(name, &desk.client).await?;
        let address = wallet.address();
        let keyring = Keyring::new(wallet.key(), wallet.chain_id(), &desk.contract.to_string());
        let Some((own, seen)) = kept_of(desk, &address.to_string()) else {
            return Ok(None);
        };
        let (mailbox, tail, state) = (seen.mailbox()?, seen.tail()?, own.state()?);
        let head = tail.iter().fold(mailbox.f, |head, entry| entry.after(head));
        if state.commit() != mailbox.c || head != mailbox.h {
            return Ok(None);
        }
        Ok(Some(Self {
            desk,
            name: name.to_owned(),
            address,
            person: mailbox.person,
            keyring,
            told: desk.asked().parameters().await?,
            now: desk.now().await?,
            mailbox,
            received: vec![],
            deals: vec![],
            own,
            state,
            found: Found::Kept,
            seals: BTreeMap::new(),
            kept: Some(tail),
        }))
    }

    /// The same from key and chain alone, as if nothing were kept here.
    pub async fn recover(desk: &'a Desk<'a>, name: &str) -> Result<Self, Failure> {
        Self::found(desk, name, false).await
    }

    async fn found(desk: &'a Desk<'a>, name: &str, kept: bool) -> Result<Self, Failure> {
        let wallet = desk.session.wallet(name, &desk.client).await?;
        let address = wallet.address();
        let contract = desk.contract.to_string();
        let keyring = Keyring::new(wallet.key(), wallet.chain_id(), &contract);
        let person = desk.person(&address).await?;
        let asked = desk.asked();
        let told = asked.parameters().await?;
        let mailbox = asked.mailbox(person).await?;
        let mut me = Self {
            desk,
            name: name.to_owned(),
            address,
            person,
            keyring,
            told,
            now: desk.now().await?,
            received: asked.entries(person).await?,
            deals: asked.deals(person).await?,
            own: Own::default(),
            state: State::default(),
            found: Found::Kept,
            mailbox,
            seals: BTreeMap::new(),
            kept: None,
        };
        let file = me.file();
        let before = match std::fs::read_to_string(&file) {
            Ok(text) => Some(Own::from_json(&text)?),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => None,
            Err(e) => return Err(Failure::file(file.display(), &e)),
        };
        let state = match (&before, kept) {
            (Some(own), true) => Some(own.state()?),
            _ => None,
        };
        me.own = before.unwrap_or_default();
        me.open().await?;
        (me.state, me.found) = me.opening(state.as_ref())?;
        me.own.set(&me.state);
        me.save()?;
        Ok(me)
    }

    /// What the mailbox adds up to. Entries come last: after a reset some are left that no key of these words opens, and
    /// nothing depends on them any more.
    fn opening(&self, kept: Option<&State>) -> Result<(State, Found), TrustError> {
        match opening(&self.keyring, &self.mailbox, kept, &[]) {
            Err(TrustError::Lost { .. }) => {}
            found => return found,
        }
        let folded = self.folded().map_err(|sealed| TrustError::Lost {
            why: format!("neither the file nor the backup gives it, and of the entries that were folded: {sealed}"),
        })?;
        opening(&self.keyring, &self.mailbox, kept, &folded)
    }

    /// How time is divided.
    pub fn clock(&self) -> Clock {
        clock_of(&self.told)
    }

    /// Seconds of a day here.
    pub fn day(&self) -> u64 {
        self.clock().times.day.into()
    }

    /// Where its file is.
    pub fn file(&self) -> PathBuf {
        let folder = self.desk.session.secrets();
        folder.join(format!("{}{}.json", files_of(self.desk), self.person))
    }

    /// Keeps the file: whole or not at all, for its owner only.
    pub fn save(&mut self) -> Result<(), Failure> {
        if self.mailbox.waiting() == 0 {
            self.own.waiting_since = None;
        } else {
            self.own.waiting_since.get_or_insert(self.now);
        }
        let address = self.address.to_string();
        let waiting = self.waiting().ok();
        self.own.seen = waiting.map(|tail| Seen::of(&address, &self.mailbox, &tail));
        let path = self.file();
        crate::session::write_private(&path, self.own.to_json().as_bytes())
    }

    /// The keys of all deals that the chain still has.
    async fn open(&mut self) -> Result<(), Failure> {
        let mut published = Published::new(self.desk);
        for deal in &self.deals {
            let (own_version, version) = deal.versions(self.person);
            let partner = deal.partner(self.person);
            let other_key = published.key(partner, version).await?;
            let seal = DealSeal {
                deal: bytes_of(&deal.element)?,
                k: element_of(&deal.k)?,
                own_version,
                other_key: other_key.unwrap_or_default(),
            };
            let mut opened = seal.open(&self.keyring);
            // an offer that does not fit is not accepted; what was accepted may have entries, which must not be lost
            if opened.is_err() && deal.stage != "offered" {
                let newest = published.newest(self.person).await?;
                let others = published.all(partner).await?;
                opened = seal.search(&self.keyring, newest, &others);
            }
            // a deal whose key does not fit is said when it matters: where it is accepted, rated, or gave an entry
            if let Ok(key) = opened {
                self.seals.insert(seal.deal, key);
            }
        }
        Ok(())
    }

    /// The key of a deal.
    pub fn seal_of(&self, deal: &Element) -> Result<&DealKey, TrustError> {
        self.seals.get(deal).ok_or_else(|| TrustError::Sealed {
            deal: hex::encode(deal),
            why: "its key is not the one that both of you have: nothing sealed under it can be opened; do not accept it".into(),
        })
    }

    /// An entry, opened.
    pub fn opened(&self, received: &Received) -> Result<Entry, TrustError> {
        received.open(self.seal_of(&received.deal)?)
    }

    fn part(&self, which: impl Fn(&Received) -> bool) -> Result<Vec<Entry>, TrustError> {
        let some = self.received.iter().filter(|received| which(received));
        some.map(|received| self.opened(received)).collect()
    }

    /// Entries that wait to be folded, oldest first.
    pub fn waiting(&self) -> Result<Vec<Entry>, TrustError> {
        if let Some(kept) = &self.kept {
            return Ok(kept.clone());
        }
        self.part(|received| received.number >= self.mailbox.folded)
    }

    /// Entries that were folded and that the chain still has.
    pub fn folded(&self) -> Result<Vec<Entry>, TrustError> {
        self.part(|received| received.number < self.mailbox.folded)
    }

    /// A deal by number.
    pub fn deal(&self, number: u64) -> Result<&Deal, Failure> {
        let found = self.deals.iter().find(|deal| deal.deal.0 == number);
        found.ok_or_else(|| {
            Failure::Refused(format!(
                "deal={number} is none of {}; see `mycel trust status {}`",
                self.name, self.name
            ))
        })
    }

    /// The number of one's newest viewing key, and whether it has yet to be published: there is none on the chain, or the
    /// newest there is of other words, and no deal under it could ever be opened.
    pub async fn viewing(&self) -> Result<(u32, bool), Failure> {
        let newest = self.desk.asked().viewing_key(self.person, None).await?;
        Ok(match newest {
            None => (1, true),
            Some((version, key)) if self.keyring.viewing(version).public() == key => {
                (version, false)
            }
            Some((version, _)) => (version.saturating_add(1), true),
        })
    }

    /// Whether the mailbox is that of these words. A person may have several keys that sign, and one whose words open what
    /// came: what is sealed for another locks the mailbox.
    pub fn owns(&self) -> Result<(), TrustError> {
        match self.nobodys() {
            true => Ok(()),
            false => self.keyring.find(&self.mailbox.idc).map(drop),
        }
    }

    /// Whether the mailbox has no identity yet: somebody else published the one that it was to have.
    pub fn nobodys(&self) -> bool {
        self.mailbox.idc == Fr::from(0u64)
    }

    /// The message that publishes a viewing key.
    pub fn publish(&self, version: u32) -> Result<message::Any, Failure> {
        let key = self.keyring.viewing(version).public();
        let body = json!({"publish_viewing_key": {"key": hex::encode(key)}});
        Ok(message::execute(&self.address, &self.desk.contract, &body)?)
    }

    /// The next fold, with its proof, as a message.
    pub fn fold(&self) -> Result<(Folding, Value), Failure> {
        let folding = folding(&self.keyring, &self.mailbox, &self.state, &self.waiting()?)?;
        let circuit = proving::fold(&self.keyring, &self.mailbox, &folding)?;
        let (proof, _) = self.desk.prove(Which::Fold, &self.told, &circuit)?;
        let body = json!({"fold": {
            "entries": folding.entries.len(),
            "commitment": hex(&folding.after.commit()),
            "proof": base64(&proof.encode()),
            "backup": base64(&folding.backup),
        }});
        Ok((folding, body))
    }

    /// After a fold stands on the chain.
    pub fn folded_now(&mut self, folding: &Folding) -> Result<(), Failure> {
        let count = folding.entries.len() as u64;
        self.mailbox.folded += count;
        self.mailbox.folds += 1;
        self.mailbox.c = folding.after.commit();
        self.mailbox.f = folding.f_next;
        self.mailbox.backup.clone_from(&folding.backup);
        self.state = folding.after;
        self.own.set(&folding.after);
        self.own.folded_at = Some(self.now);
        self.own.waiting_since = None;
        self.save()
    }

    /// What was promised of a deal, by its hash on the chain: of all that is kept here, and where `search`, of all that it
    /// can have been.
    pub async fn promised(
        &self,
        deal: &Deal,
        dir: Direction,
        search: bool,
    ) -> Result<Option<Rating>, Failure> {
        let number = bytes_of(&deal.element)?;
        let key = self.seal_of(&number)?;
        let Some(hash) = self.desk.asked().promised(deal.deal.0, dir).await? else {
            return Ok(None);
        };
        let promise = Promise::new(&self.keyring, key, &number, dir, deal.weight, hash);
        let kept = self.own.pending(&number);
        let mut kept = kept.map(|one| one.rating(deal.weight));
        let found = kept.find(|rating| promise.is(rating));
        if found.is_some() || !search {
            return Ok(found);
        }
        let bar = self.desk.session.spinner(
            "what was promised is not kept here: finding it by its hash, which takes minutes where its numbers are not round",
        );
        let found = promise.find();
        bar.finish_and_clear();
        Ok(found.map_err(TrustError::from)?)
    }

    /// A rating of one's own, sealed and with its proof, as the message that opens it.
    pub async fn opening_of(&self, deal: &Deal, dir: Direction) -> Result<Value, Failure> {
        let number = bytes_of(&deal.element)?;
        let rating = self.promised(deal, dir, true).await?.ok_or_else(|| {
            Failure::Refused(format!(
                "what was promised for deal {} was promised with other words, and is not kept here; use the home directory that it was made in (`--home`)",
                deal.deal
            ))
        })?;
        let key = self.seal_of(&number)?;
        let (sealed, salt) =
            seal(&self.keyring, key, &number, dir, &rating).map_err(TrustError::from)?;
        let circuit = proving::attest(key, dir, &rating)?;
        let (proof, _) = self.desk.prove(Which::Attest, &self.told, &circuit)?;
        Ok(json!({"open_rating": {
            "deal": deal.deal, "dir": dir.number(),
            "c": hex(&sealed.c), "ct": hex(&sealed.ct), "salt": hex::encode(salt),
            "proof": base64(&proof.encode()),
        }}))
    }

    /// Whether one's own rating of a deal can be opened now.
    pub fn can_open(&self, deal: &Deal) -> bool {
        let Some(dir) = deal.direction(self.person) else {
            return false;
        };
        let time = |at: Option<mycel_kit::Seconds>| at.map(|at| at.0);
        deal.stage == "running"
            && time(deal.opens).is_some_and(|opens| opens <= self.now)
            && time(deal.closes).is_none_or(|closes| self.now < closes)
            && deal
                .rating(dir)
                .is_some_and(|one| one.promised && one.rating == "awaited")
            && bytes_of(&deal.element).is_ok_and(|number| self.seals.contains_key(&number))
    }

    /// Opens a rating of one's own.
    pub async fn open_rating(&mut self, deal: &Deal) -> Result<(), Failure> {
        let Some(dir) = deal.direction(self.person) else {
            return Ok(());
        };
        let body = self.opening_of(deal, dir).await?;
        self.send(&format!("open the rating of deal {}", deal.deal), &body)
            .await?;
        self.own.forget(&bytes_of(&deal.element)?);
        self.save()?;
        self.deals = self.desk.asked().deals(self.person).await?;
        self.desk
            .aside(&format!("opened your rating of deal {}", deal.deal));
        Ok(())
    }

    /// Sends a message of the member's to the contract, without asking first.
    pub async fn send(&self, what: &str, body: &Value) -> Result<(), Failure> {
        let message = message::execute(&self.address, &self.desk.contract, body)?;
        let act = Act::new(&self.name, what, message);
        self.desk.session.send(&self.desk.client, act).await?;
        Ok(())
    }
}
