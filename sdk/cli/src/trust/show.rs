//! Showing a proof at a gate.
use std::time::Duration;

use mycel_client::{
    Client, ClientError, Http, Trust, message,
    submit::WAIT_MS,
    trust::{
        Crowd, Purpose, Showing, TrustError,
        chain::{GateOf, Takes, element_of},
        habits, proving,
        relay::{Ask, relay},
        showing::{self, Gate},
    },
};
use mycel_kit::{
    Id,
    peers::trust::{ConsumerQuery, GateTerm, Mode, Term},
};
use mycel_mailbox::{Fr, element, tree::Path};
use mycel_trust::tree::state as tree_state;
use serde::Serialize;
use serde_json::json;

use super::{
    action::{action, named_by},
    desk::{Desk, base64, hex},
    me::Me,
    roll, words,
};
use crate::{
    draw::Told,
    exit::Failure,
    output::{Show, pairs},
    session::Act,
    zk::Which,
};

/// How often another node is asked for what a relay says it sent until it has come that far, and the pause between.
const CONFIRM: usize = 10;
const PAUSE: Duration = Duration::from_millis(500);
/// How often leaves are read until they fit a slot's root.
const ATTEMPTS: usize = 4;

/// Arguments of `mycel trust show`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    /// The gate's number
    gate: u64,
    /// What the gate's contract shall do, as JSON of one verb with its fields, or @FILE [default: raise your line at credit's gates, give to the round --term at funding's, volunteer for the draw --term at sortition's]
    #[arg(long, value_name = "JSON")]
    pub(super) action: Option<String>,
    /// Which thing it is about, where terms are the contract's own: a round, a draw
    #[arg(long, value_name = "N")]
    pub(super) term: Option<u64>,
    #[command(flatten)]
    pub(super) told: Told,
    /// Shows even where fewer than five could have made the proof
    #[arg(long)]
    force: bool,
    /// Does not wait after a fold: the two can be told to belong together
    #[arg(long)]
    now: bool,
    /// Sends it in a transaction of your own, which names you
    #[arg(long)]
    direct: bool,
    /// Nodes that send it in your place [default: all of the network but the one that is asked]
    #[arg(long, value_name = "URL", conflicts_with = "direct")]
    relay: Vec<String>,
    /// Who shows: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

#[derive(Serialize)]
struct Sent {
    did: String,
    gate: u64,
    nullifier: String,
    relay: String,
    tx: String,
    height: u64,
    /// How many could have made it, by what everybody can see.
    eligible: u64,
    /// Who else says that it stands on the chain; absent if no other node answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmed: Option<String>,
}

impl Show for Sent {
    fn human(&self) -> String {
        let says = match &self.confirmed {
            Some(other) => format!("and {other} has it, too"),
            None => "as that one says, and no other node was there to ask".into(),
        };
        format!(
            "{}\nthrough {} (in block {}, tx {}), {says}",
            self.did, self.relay, self.height, self.tx
        )
    }
}

/// Whether a nullifier stands on the chain, by another node than the one that says it sent it in a block of this height;
/// `None` if that one does not answer, or has not come that far.
async fn stands(
    url: &str,
    desk: &Desk<'_>,
    (scope, nf): (&Fr, &Fr),
    height: u64,
) -> Result<Option<bool>, ClientError> {
    let node = Client::http(url)?;
    let trust = node.trust(desk.contract.clone());
    let (scope, nf) = (element(scope), element(nf));
    for _ in 0..CONFIRM {
        // first, so that what is read after it is of this height at least
        let reached = node.status().await?.latest_height > height;
        match trust.spent(&scope, &nf).await? {
            Some(_) => return Ok(Some(true)),
            None if reached => return Ok(Some(false)),
            None => tokio::time::sleep(PAUSE).await,
        }
    }
    Ok(None)
}

/// The first other relay that has it, if one answers.
async fn confirmed(
    relays: &[String],
    sent_by: &str,
    desk: &Desk<'_>,
    show: (&Fr, &Fr),
    height: u64,
) -> Result<Option<String>, Failure> {
    let address = |url: &str| Http::new(url).map(|node| node.url()).ok();
    let own = address(sent_by);
    for other in relays.iter().filter(|url| address(url) != own) {
        match stands(other, desk, show, height).await {
            Ok(Some(true)) => return Ok(Some(other.clone())),
            Ok(Some(false)) => {
                return Err(Failure::Violated(format!(
                    "{sent_by} says that it sent the proof in block {height}, and {other} has that block and not the proof (nullifier {}): nothing counts yet; run it again through another with `--relay URL`",
                    hex(show.1)
                )));
            }
            Ok(None) | Err(_) => {}
        }
    }
    Ok(None)
}

#[derive(Serialize)]
struct Would {
    would: String,
    gate: u64,
    nullifier: String,
    eligible: u64,
    /// Whose address the action has in it, of those whose keys are here.
    #[serde(skip_serializing_if = "Option::is_none")]
    named: Option<String>,
    through: String,
}

impl Show for Would {
    fn human(&self) -> String {
        let rows = pairs(&[
            ("would", self.would.clone()),
            (
                "could be",
                match &self.named {
                    Some(name) => format!("nobody but {name}, whose address the action has in it"),
                    None => format!("any of {} members", self.eligible),
                },
            ),
            ("through", self.through.clone()),
        ]);
        format!("{rows}Nothing was sent.")
    }
}

/// The term that a proof is for, and the last day on which a key counts in it.
async fn term(
    cmd: &Cmd,
    desk: &Desk<'_>,
    gate: &GateOf,
    me: &Me<'_>,
) -> Result<(u64, u32), Failure> {
    let too_new = || {
        Failure::Refused(
            "the term opened on the first day, so that no key is old enough; wait for the next term".into(),
        )
    };
    match (gate.term, cmd.term) {
        (Term::Seconds(_), None) => {
            let running = gate.running.map_or(0, |running| running.0);
            Ok((running, gate.cutoff.ok_or_else(too_new)?))
        }
        (Term::Seconds(_), Some(_)) => Err(Failure::Usage(
            "this gate's terms are spans of time: leave --term out".into(),
        )),
        (Term::Action {}, None) => Err(Failure::Usage(format!(
            "say which round or draw of {} it is about: `--term N`",
            desk.contract_name(&gate.consumer)
        ))),
        (Term::Action {}, Some(number)) => {
            let question = ConsumerQuery::GateTerm {
                gate: gate.gate,
                term: number.to_string(),
            };
            let consumer = gate.consumer.parse();
            let consumer = consumer.map_err(|_| ClientError::Answer("a gate's consumer".into()))?;
            let told: GateTerm = desk.client.smart(&consumer, &question).await?;
            let day = me.clock().day_of(told.opens.0);
            Ok((number, day.checked_sub(1).ok_or_else(too_new)?))
        }
    }
}

/// What a proof is about: a slot, its root, its period, and one's own way to it.
pub struct Stand {
    pub slot: u64,
    pub root: Fr,
    pub period: u32,
    pub path: Path,
}

/// The root that is proven, if anything is trusted here.
pub async fn proven_root(desk: &Desk<'_>, trust: &Trust) -> Result<Fr, Failure> {
    let snapshot = desk.client.snapshot(trust, None).await?;
    let found = snapshot
        .contract_data(&desk.contract, tree_state::top().bytes())
        .await?;
    let found = found.ok_or_else(|| ClientError::Violated("the contract has no roll".into()))?;
    let top = tree_state::top().decode(&found);
    let top = top.map_err(|e| ClientError::Violated(format!("the roll's root: {e}")))?;
    Ok(mycel_mailbox::fr(&top.root))
}

/// A member before an anonymous proof. Who is asked for a mailbox hears whose proof comes next, so what was kept does, as
/// long as everybody's leaves have it.
pub async fn unasked<'a>(desk: &'a Desk<'a>, name: &str) -> Result<Me<'a>, Failure> {
    if let Some(me) = Me::remembered(desk, name).await?
        && roll::has(&roll::current(desk, Some(&me)).await?, &me)
    {
        return Ok(me);
    }
    desk.aside(&format!(
        "warning: what is kept here of your mailbox is not what the chain has, so the node is asked for it right before a proof; `mycel trust status {name}` some hours before asks at a time that says nothing"
    ));
    Me::load(desk, name).await
}

/// Relays without the node that was asked for gates and leaves, if there are others.
fn elsewhere(known: Vec<String>, asked: &str) -> Vec<String> {
    let same = |url: &String| Http::new(url).is_ok_and(|node| node.url() == asked);
    let (own, others): (Vec<String>, Vec<String>) = known.into_iter().partition(same);
    if others.is_empty() { own } else { others }
}

/// Finds a slot's root to which one's own leaf leads. Without a name all leaves are read, and their root must be proven.
pub async fn stand(desk: &Desk<'_>, me: &mut Me<'_>, named: bool) -> Result<Stand, Failure> {
    let asked = desk.asked();
    let trust = desk.session.trust()?;
    if !named && trust.is_none() {
        desk.aside(
            "warning: nothing is trusted here, so the roll is as the node says; name a validator set with `--trust`",
        );
    }
    let mut last = None;
    for attempt in 0..ATTEMPTS {
        if attempt > 0 {
            // the roll changed in this slot: the next begins with what it is now
            let bar = desk.session.spinner("waiting for the next slot");
            let slot = u64::from(me.clock().times.slot);
            let now = desk.now().await?;
            // the clock of contracts passes at least as fast as ours while there are blocks
            for _ in 0..2 * slot + 10 {
                if desk.now().await? / slot != now / slot {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
            bar.finish_and_clear();
            if named {
                me.mailbox = asked.mailbox(me.person).await?;
            }
        }
        let (path, root) = if named {
            asked.path(me.mailbox.index).await?
        } else {
            let mut roll = roll::current(desk, Some(me)).await?;
            if let Some(trust) = &trust
                && proven_root(desk, trust).await? != roll.root
            {
                // what is kept is of the slot's beginning, and the roll may have changed since
                roll = roll::fetched(desk).await?;
            }
            if me.mailbox.live && !roll::has(&roll, me) {
                return Err(Failure::Refused(
                    "your mailbox changed just now; run it again".into(),
                ));
            }
            let tree = showing::tree(&roll.leaves)?;
            let path = tree.path(me.mailbox.index).map_err(TrustError::from)?;
            if let Some(trust) = &trust {
                let proven = proven_root(desk, trust).await?;
                if proven != roll.root {
                    last = Some(proven);
                    continue;
                }
                last = None;
            }
            (path, roll.root)
        };
        let told = asked.root(None).await?;
        if element_of(&told.root)? == root && path.root(me.mailbox.leaf()) == root {
            return Ok(Stand {
                slot: told.slot.0,
                root,
                period: told.period,
                path,
            });
        }
    }
    if let Some(root) = last {
        let (root, proven) = (hex(&root), true);
        return Err(TrustError::Root { root, proven }.into());
    }
    Err(Failure::Refused(
        "the roll changed in this slot, and a proof is about its beginning; run it again in a moment".into(),
    ))
}

/// The crowd, and whether it is large enough.
pub async fn crowd(
    desk: &Desk<'_>,
    gate: u64,
    term: Option<u64>,
    force: bool,
) -> Result<u64, Failure> {
    let crowd = Crowd::of(desk.asked().eligible(gate, term).await?);
    let count = crowd.count();
    match crowd {
        Crowd::Ample(_) => desk.aside(&format!("{count} members could have made this proof")),
        Crowd::Few(_) => desk.aside(&format!(
            "warning: only {count} members could have made this proof, by what everybody can see; time, place or what you do next may tell which"
        )),
        Crowd::TooFew(_) if force => desk.aside(&format!(
            "warning: only {count} members could have made this proof: it almost names you"
        )),
        Crowd::TooFew(_) => {
            return Err(Failure::Refused(format!(
                "only {count} members could have made this proof, by what everybody can see: it would almost name you; `--force` shows it all the same"
            )));
        }
    }
    Ok(count)
}

fn rested(cmd: &Cmd, me: &Me<'_>) -> Result<(), Failure> {
    let Some(at) = me.own.folded_at else {
        if me.mailbox.folds > 0 {
            me.desk.aside("warning: when you folded last is not known on this machine; if that was within six hours, an observer may tell that the two belong together");
        }
        return Ok(());
    };
    let until = habits::rested(&me.keyring, me.mailbox.folds, at, me.day());
    let left = until.saturating_sub(me.now);
    if left == 0 {
        return Ok(());
    }
    let lasting = mycel_client::assembly::words::lasting(left);
    if cmd.now {
        me.desk.aside(&format!(
            "warning: you folded a short while ago, and everybody saw it; {lasting} more would tell the two apart"
        ));
        return Ok(());
    }
    Err(Failure::Refused(format!(
        "you folded a short while ago, and everybody saw it: wait {lasting}, or add `--now`"
    )))
}

/// Proves, and sends it through somebody else, or named by oneself.
pub async fn run(cmd: Cmd, desk: &Desk<'_>) -> Result<(), Failure> {
    // nothing quiet here: a fold beside a proof would tell whose it is
    let gate = desk.asked().gate(cmd.gate).await?;
    if !gate.open {
        return Err(Failure::Refused(format!(
            "gate {} is closed; see `mycel trust gates`",
            cmd.gate
        )));
    }
    let named = gate.mode == Mode::Named;
    let mut me = match named || cmd.direct {
        true => Me::load(desk, &cmd.from).await?,
        false => unasked(desk, &cmd.from).await?,
    };
    let eligible = match named {
        true => 1,
        false => crowd(desk, cmd.gate, cmd.term, cmd.force).await?,
    };
    let bytes = action(&cmd, &gate, &me)?;
    let mut named_here = None;
    if !named {
        named_here = named_by(&bytes, &me)?;
        if let Some(name) = &named_here {
            desk.aside(&format!(
                "warning: the action has the address of {name} in it, and everybody reads actions: the proof names nobody, the action does"
            ));
        }
        rested(&cmd, &me)?;
    }
    let (number, cutoff) = term(&cmd, desk, &gate, &me).await?;
    let status = desk.asked().status().await?;
    if status.late.is_some() && gate.circuit == Takes::Show {
        return Err(Failure::Refused(
            "ratings that are due were not appended yet, so nothing can be shown; `mycel contract call trust '{\"advance\":{}}' --from NAME` appends them".into(),
        ));
    }
    let stand = stand(desk, &mut me, named).await?;
    let at = Gate {
        gate: cmd.gate,
        consumer: gate.consumer.clone(),
        term: number.to_string(),
    };
    let (scope, signal) = (at.scope(&me.keyring), at.signal(&me.keyring, &bytes));
    let (kind, nf, proof) = match gate.circuit {
        Takes::Show => {
            let purpose = Purpose {
                period: stand.period,
                cutoff,
                named,
                scope,
                signal,
                thresholds: gate.thresholds(),
            };
            let tail = me.waiting()?;
            let made = Showing::new(
                &me.keyring,
                &me.mailbox,
                &me.state,
                &tail,
                stand.path,
                stand.root,
                purpose,
            )?;
            let (proof, _) = desk.prove(Which::Show, &me.told, &proving::show(&made))?;
            ("show", made.nullifier(), proof)
        }
        Takes::Member => {
            let roll = proving::Roll {
                root: stand.root,
                cutoff,
                named,
                scope,
                signal,
            };
            let circuit = proving::member(&me.keyring, &me.mailbox, stand.path, &roll)?;
            let (proof, _) = desk.prove(Which::Member, &me.told, &circuit)?;
            ("show_member", circuit.nullifier, proof)
        }
    };
    let term_field = cmd.term.map(Id);
    let body = json!({kind: {
        "gate": gate.gate, "slot": Id(stand.slot), "term": term_field,
        "nf": hex(&nf), "action": base64(&bytes), "proof": base64(&proof.encode()),
    }});
    let consumer = desk.contract_name(&gate.consumer);
    let what = format!(
        "show at gate {} that you meet {}, for {consumer}: {}",
        cmd.gate,
        words::asks(&gate),
        String::from_utf8_lossy(&bytes)
    );
    if named || cmd.direct {
        let message = message::execute(&me.address, &desk.contract, &body)?;
        let mut act = Act::new(&cmd.from, what, message);
        act.lines.push((
            "everybody sees",
            match named {
                true => "that you pass, and nothing else of your ratings".into(),
                false => "that you sent it: the proof names nobody, the transaction does".into(),
            },
        ));
        act.results = &[("nf", "nullifier")];
        return desk.run(act).await;
    }
    let known = match cmd.relay.is_empty() {
        true => desk.session.network().map_or(vec![], |n| n.rpc.clone()),
        false => cmd.relay.clone(),
    };
    let asked = desk.client.transport().url();
    let known = elsewhere(known, &asked);
    if known.len() < 2 {
        desk.aside("warning: one relay alone sees every proof that comes from this address; know two, with `--relay URL`");
    }
    if desk.session.globals().dry_run {
        desk.session.print(&Would {
            would: what,
            gate: cmd.gate,
            nullifier: hex(&nf),
            eligible,
            named: named_here,
            through: known.join(", "),
        });
        return Ok(());
    }
    desk.session.confirm(&format!("{what}?"))?;
    // not always the same relay first
    let mut relays = known;
    let first = rand::random::<usize>() % relays.len().max(1);
    relays.rotate_left(first);
    let contract = desk.contract.to_string();
    let ask = Ask {
        contract: &contract,
        msg: &body,
    };
    let (url, sent) = relay(&relays, &ask).await?;
    let hash = hex::decode(&sent.hash).ok();
    let hash: Option<[u8; 32]> = hash.and_then(|hash| hash.try_into().ok());
    let hash = hash.ok_or_else(|| ClientError::Answer("a relay's hash".into()))?;
    // the relay knows the proof already; the node that was asked need not hear who waits for it. But a relay could keep
    // it and say otherwise, so another one is asked, where one is known
    let receipt = Client::http(&url)?.wait_for(&hash, WAIT_MS).await?;
    let other = confirmed(&relays, &url, desk, (&scope, &nf), receipt.height).await?;
    desk.session.print(&Sent {
        did: format!("done: {what}"),
        gate: cmd.gate,
        nullifier: hex(&nf),
        relay: url,
        tx: receipt.hash,
        height: receipt.height,
        eligible,
        confirmed: other,
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_node_that_is_asked_is_no_relay_where_there_is_another() {
        let of = |urls: &[&str]| urls.iter().map(|url| (*url).to_owned()).collect::<Vec<_>>();
        let asked = Http::new("http://127.0.0.1:26657").unwrap().url();
        let both = of(&["tcp://127.0.0.1:26657", "http://127.0.0.1:26658"]);
        assert_eq!(elsewhere(both, &asked), of(&["http://127.0.0.1:26658"]));
        let alone = of(&["http://127.0.0.1:26657/"]);
        assert_eq!(elsewhere(alone.clone(), &asked), alone);
    }
}
