//! What the wallet does without being asked, whenever it is at work: publishes a viewing key that fits, opens ratings that
//! both have promised, and folds at the day's moment.
//!
//! Nobody asked for it, so none of it ends a command that does something else: what fails is told, and tried again with the
//! next one. Only where a node was caught lying, the command ends: nothing that it says is to be relied on.
use mycel_client::trust::habits;

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
            let dir = deal.direction(self.person);
            let Some(dir) = dir.filter(|_| self.can_open(&deal)) else {
                continue;
            };
            // minutes are for whoever asks for it
            if self.promised(&deal, dir, false).await?.is_some() {
                self.open_rating(&deal).await?;
                continue;
            }
            self.desk.aside(&format!(
                "what you promised for deal {} is not kept here; `mycel trust rate {} --from {}` finds it again and opens it",
                deal.deal, deal.deal, self.name
            ));
        }
        Ok(())
    }

    /// All of it.
    pub async fn quiet(&mut self) -> Result<(), Failure> {
        if self.desk.session.globals().dry_run {
            return Ok(());
        }
        let name = self.name.clone();
        let done = self.republish().await;
        self.tell(
            done,
            "your viewing key was not looked after",
            "trust rekey --viewing --from",
            &name,
        )?;
        let done = self.keep_promises().await;
        self.tell(
            done,
            "what you promised was not opened, and counts for nothing unless it is in time",
            "trust rate DEAL --from",
            &name,
        )?;
        let done = self.fold_what_waits().await;
        self.tell(done, "what came was not folded", "trust fold --from", &name)
    }

    /// A failure as a warning with the command that does it, unless a node was caught lying.
    fn tell(
        &self,
        done: Result<(), Failure>,
        what: &str,
        command: &str,
        name: &str,
    ) -> Result<(), Failure> {
        match done {
            Err(failed) if failed.exit() == Exit::Violated => Err(failed),
            Err(failed) => {
                self.desk.aside(&format!(
                    "warning: {what}: {failed}; `mycel {command} {name}` tries again"
                ));
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    /// Folds what waits, if it is due.
    async fn fold_what_waits(&mut self) -> Result<(), Failure> {
        let since = self.own.waiting_since.unwrap_or(self.now);
        // asked once: the first fold of these would make the others wait for tomorrow
        if !habits::due(
            &self.keyring,
            self.now,
            self.day(),
            since,
            self.own.folded_at,
        ) {
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
