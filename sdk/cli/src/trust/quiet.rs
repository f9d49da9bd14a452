//! What the wallet does without being asked, whenever it is at work: publishes a viewing key that fits, opens ratings that
//! both have promised, and folds at the day's moment.
//!
//! Nobody asked for it, so none of it ends a command that does something else: what fails is told, and tried again with the
//! next one. Only where a node was caught lying, the command ends: nothing that it says is to be relied on.
use mycel_client::trust::{chain::Deal, habits};

use super::me::Me;
use crate::{
    exit::{Exit, Failure},
    session::Act,
};

/// Folds that one command makes quietly: each is a transaction.
const QUIET_FOLDS: usize = 4;

impl Me<'_> {
    /// Publishes a viewing key of these words where the chain provably has another's. A key that may not is told so, and
    /// goes on.
    async fn republish(&self) -> Result<(), Failure> {
        let (version, missing) = self.viewing().await?;
        if !missing || version == 1 {
            return Ok(());
        }
        if let Err(foreign) = self.owns() {
            self.desk.aside(&format!("warning: {foreign}"));
            return Ok(());
        }
        // versions are counted, and none comes back: no node's word uses one up
        let Some(trust) = self.desk.session.trust()? else {
            self.desk.aside(&format!(
                "warning: the node says that your viewing key is of other words; if that is so, `mycel trust rekey --viewing --from {}` publishes one",
                self.name
            ));
            return Ok(());
        };
        let asked = self.desk.asked();
        let signed = async {
            asked
                .proven(&trust)
                .await?
                .viewing_key(self.person, None)
                .await
        };
        let signed = match signed.await {
            Ok(signed) => signed,
            Err(unproven) => {
                self.desk.aside(&format!(
                    "warning: the node says that your viewing key is of other words, and does not prove it: {unproven}"
                ));
                return Ok(());
            }
        };
        let other = |(newest, key): &(u32, _)| {
            newest.checked_add(1) == Some(version) && *key != self.keyring.viewing(*newest).public()
        };
        if !signed.as_ref().is_some_and(other) {
            return Ok(());
        }
        let what = format!("publish viewing key {version}");
        let act = Act::new(&self.name, what, self.publish(version)?);
        match self.desk.session.send(&self.desk.client, act).await {
            Ok(_) => self.desk.aside(&format!(
                "published viewing key {version}: the one before is of other words, and deals under it could not be opened"
            )),
            Err(refused) => self.desk.aside(&format!(
                "warning: your viewing key on the chain is of other words, so no deal of yours can be accepted; another was not published: {refused}"
            )),
        }
        Ok(())
    }

    /// Opens ratings that both have promised: after a time they would be lost.
    pub async fn keep_promises(&mut self) -> Result<(), Failure> {
        if self.desk.session.globals().dry_run {
            return Ok(());
        }
        for deal in self.deals.clone() {
            // one that fails keeps none of the others from being in time
            let done = self.keep_promise(&deal).await;
            let what = format!("what you promised for deal {} was not opened", deal.deal);
            self.tell(done, &what, &format!("trust rate {} --from", deal.deal))?;
        }
        Ok(())
    }

    async fn keep_promise(&mut self, deal: &Deal) -> Result<(), Failure> {
        let dir = deal.direction(self.person);
        let Some(dir) = dir.filter(|_| self.can_open(deal)) else {
            return Ok(());
        };
        // minutes are for whoever asks for it
        if self.promised(deal, dir, false).await?.is_some() {
            return self.open_rating(deal).await;
        }
        self.desk.aside(&format!(
            "what you promised for deal {} is not kept here; `mycel trust rate {} --from {}` finds it again and opens it",
            deal.deal, deal.deal, self.name
        ));
        Ok(())
    }

    /// All of it.
    pub async fn quiet(&mut self) -> Result<(), Failure> {
        if self.desk.session.globals().dry_run {
            return Ok(());
        }
        let done = self.republish().await;
        // not the command that publishes: it counts on whatever was not to be read here
        self.tell(
            done,
            "your viewing key was not looked after",
            "trust status",
        )?;
        self.keep_promises().await?;
        let done = self.fold_what_waits().await;
        self.tell(done, "what came was not folded", "trust fold --from")
    }

    /// A failure as a warning with the command that does it, unless a node was caught lying.
    fn tell(&self, done: Result<(), Failure>, what: &str, command: &str) -> Result<(), Failure> {
        match done {
            Err(failed) if failed.exit() == Exit::Violated => Err(failed),
            Err(failed) => {
                self.desk.aside(&format!(
                    "warning: {what}: {failed}; `mycel {command} {}` tries again",
                    self.name
                ));
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    /// Whether what waits is folded by the next command.
    pub fn folds_now(&self) -> bool {
        let since = self.own.waiting_since.unwrap_or(self.now);
        let folded = self.own.folded_at;
        self.mailbox.waiting() > 0
            && habits::due(&self.keyring, self.now, self.day(), since, folded)
    }

    /// Folds what waits, if it is due.
    async fn fold_what_waits(&mut self) -> Result<(), Failure> {
        // asked once: the first fold of these would make the others wait for tomorrow
        if !self.folds_now() {
            return Ok(());
        }
        for _ in 0..QUIET_FOLDS {
            if self.mailbox.waiting() == 0 {
                break;
            }
            let (folding, body) = self.fold()?;
            self.send("fold what came", &body).await?;
            self.folded_now(&folding)?;
            let count = folding.entries.len();
            self.desk
                .aside(&format!("folded {count} entries, as it does once a day"));
        }
        Ok(())
    }
}
