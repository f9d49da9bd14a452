//! Seven neighbours on four validators: vouched for, members for a full period, each deals twice with each other at half
//! of what a pair may give in a period, and all rate one another, one of them once badly. Whoever kept its word shows so
//! at the gates, with a name and without; leaving out the bad word fails in the prover and, forged, on the chain; and a
//! stranger without any node verifies a file.
//!
//! Time is fast (a slot 20 s, a day 60 s, a period 600 s), and the whole story fits into one period.
use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use mycel_circuits::Kind;
use mycel_client::{
    Amount,
    trust::{
        Bundle, Purpose, Showing, TrustError,
        bundle::Ground,
        proving::{self, ProvingKey},
        relay::{self, Ask},
        showing,
    },
};
use mycel_e2e::{
    circle::{Circle, Deal, Stand, View, in_two, proven, proving_key},
    mycel,
    network::Cluster,
    text,
};
use mycel_light::Trust;
use mycel_mailbox::{Entry, Rating, Thresholds};
use mycel_town::{
    contracts::{CREDIT, FUNDING, MEMBERS, TRUST},
    gates::{GIVERS, LINE},
    setup::{PAIR_CAP, Terms},
};
use mycel_trust::times::Times;
use mycel_types::AccountAddress;
use serde_json::{Value, json};

const NEIGHBOURS: u32 = 7;
/// One of them, who was badly treated once: by its last partner, in the last deal of all.
const WRONGED: usize = 0;
/// Entries that each of them gets: two of each other.
const ENTRIES: usize = 12;
/// Entries that one fold takes.
const FOLDED: usize = 8;
/// Vouched for with so much weight.
const VOUCHED: u8 = 10;
/// Relays, by number of node.
const RELAYS: [usize; 2] = [1, 2];
/// For whom the file is made, and what they gave for it.
const LANDLORD: (&str, &str) = ("landlord", "flat 4711");

fn times() -> Times {
    Times {
        slot: 20,
        day: 60,
        period: 600,
        appeal: 15,
        open_window: 300,
    }
}

/// What the landlord asks for: fifteen of sixteen words kept, and a score that needs vouches and a period of membership.
fn asked() -> Thresholds {
    Thresholds {
        theta: 256,
        t_min: 900,
        theta_rel: 61_440,
        theta_eco: 0,
        theta_rec: 0,
    }
}

struct Keys {
    attest: ProvingKey,
    fold: ProvingKey,
    show: ProvingKey,
}

impl Keys {
    fn read() -> Self {
        Self {
            attest: proving_key(Kind::Attest),
            fold: proving_key(Kind::Fold),
            show: proving_key(Kind::Show),
        }
    }

    fn shown(&self, showing: &Showing) -> Vec<u8> {
        let made = proven(Kind::Show, &self.show, &proving::show(showing));
        made.unwrap().0.encode().to_vec()
    }
}

fn person(circle: &Circle, who: usize) -> String {
    circle.all[who].person.to_string()
}

async fn vouch(circle: &mut Circle) {
    let next = |who: usize| (who + 1) % NEIGHBOURS as usize;
    let words: Vec<_> = (0..NEIGHBOURS as usize)
        .map(|who| {
            let word = json!({"vouch": {"person": person(circle, next(who)), "weight": VOUCHED}});
            (who, vec![(MEMBERS, word)])
        })
        .collect();
    circle.say(&words).await;
}

/// Two deals of each pair, one offered by either side; the last one is between the wronged and its last partner.
fn deals(circle: &mut Circle) -> Vec<Deal> {
    let good = Rating {
        outcome: true,
        weight: u16::try_from(PAIR_CAP / 2).unwrap(),
        eco: 500,
        reciprocity: 800,
    };
    let bad = Rating {
        outcome: false,
        eco: 0,
        reciprocity: 0,
        ..good
    };
    let all = NEIGHBOURS as usize;
    let mut deals = vec![];
    for a in 0..all {
        for b in (a + 1..all).filter(|b| (a, *b) != (WRONGED, all - 1)) {
            deals.push(circle.deal([a, b], [good, good]));
            deals.push(circle.deal([b, a], [good, good]));
        }
    }
    deals.push(circle.deal([WRONGED, all - 1], [good, good]));
    // who offers says the first rating, so this is what its last partner says of the wronged
    deals.push(circle.deal([all - 1, WRONGED], [bad, good]));
    deals
}

/// Waits until everything that was opened is in its mailbox.
async fn delivered(circle: &Circle) {
    for who in 0..circle.all.len() {
        let start = Instant::now();
        while circle.view(who).await.waiting.len() < ENTRIES {
            let patience = Duration::from_secs(120);
            assert!(start.elapsed() < patience, "{who}: nothing comes");
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    }
}

async fn views(circle: &Circle) -> Vec<View> {
    let mut views = vec![];
    for who in 0..circle.all.len() {
        views.push(circle.view(who).await);
    }
    views
}

/// One says something that is refused, for this reason.
async fn refused(circle: &mut Circle, who: usize, word: Value, reason: &str) {
    let mut done = circle.try_say(&[(who, vec![(TRUST, word)])]).await;
    let told = done.remove(0).expect_err("it is refused").to_string();
    assert!(told.contains(reason), "{told}");
}

/// Everybody shows at the gate that raises credit's line, by name.
async fn raise_lines(circle: &mut Circle, keys: &Keys, views: &[View]) {
    let stand = circle.stand().await;
    let mut aims = vec![];
    for one in &circle.all {
        let action = json!({"raise_line": {"member": one.wallet.address()}});
        aims.push(circle.aim(LINE, stand.slot, None, &action).await);
    }
    let made: Vec<_> = aims.iter().zip(views).enumerate().collect();
    let words = in_two(&made, |(who, (aim, view))| {
        let showing = circle.showing(*who, view, &view.waiting, &stand, aim);
        let showing = showing.unwrap_or_else(|e| panic!("{who}: {e}"));
        let proof = keys.shown(&showing);
        let show = aim.message(&stand, &showing.nullifier(), &proof);
        (*who, vec![(TRUST, show)])
    });
    let line = |limit: mycel_kit::Amount| limit.pico() / 1_000_000_000_000;
    for raised in [false, true] {
        if raised {
            circle.say(&words).await;
        }
        for one in &circle.all {
            let credit = circle
                .client
                .credit(circle.address(CREDIT).parse().unwrap());
            let told = credit.position(&one.wallet.address()).await.unwrap();
            assert_eq!(told.raised.is_some(), raised, "{}", one.person);
            assert_eq!(line(told.limit), 200 + 100 * u64::from(raised));
        }
    }
    // the same again is one nullifier twice
    let again = words[1].1[0].1.clone();
    refused(circle, 1, again, "nullifier spent").await;
}

/// The wronged would rather not show the last word of its last partner.
async fn omit(circle: &mut Circle, keys: &Keys, view: &View) {
    let stand = circle.stand().await;
    let action = json!({"raise_line": {"member": circle.all[WRONGED].wallet.address()}});
    let aim = circle.aim(LINE, stand.slot, None, &action).await;
    let (bad, kept): (Vec<Entry>, Vec<Entry>) = view
        .waiting
        .iter()
        .cloned()
        .partition(|entry| !entry.outcome);
    assert_eq!((bad.len(), kept.len()), (1, ENTRIES - FOLDED - 1));
    let omitted = circle.showing(WRONGED, view, &kept, &stand, &aim);
    let told = omitted.expect_err("something is missing").to_string();
    assert!(told.contains("none can be left out"), "{told}");
    // a wallet that asks nothing does not help: the prover makes no proof of it
    let honest = circle.showing(WRONGED, view, &view.waiting, &stand, &aim);
    let omitted = Showing {
        tail: kept.clone(),
        ..honest.unwrap()
    };
    let none = proven(Kind::Show, &keys.show, &proving::show(&omitted));
    assert!(matches!(none, Err(TrustError::Below(_))), "{none:?}");
    // so the wronged proves it of a roll of its own making, where another word stands twice instead of the bad one: a
    // sound proof, which is none about the chain's roll
    let mut kept = kept;
    kept.push(kept[0]);
    let mut mailbox = view.mailbox.clone();
    mailbox.h = kept.iter().fold(mailbox.f, |head, entry| entry.after(head));
    let mut own_roll = Stand {
        tree: stand.tree.clone(),
        ..stand
    };
    let index = mailbox.index;
    own_roll.tree.set(index, mailbox.leaf()).unwrap();
    let forged = View {
        mailbox,
        state: view.state,
        waiting: vec![],
    };
    let lie = circle
        .showing(WRONGED, &forged, &kept, &own_roll, &aim)
        .unwrap();
    let show = aim.message(&stand, &lie.nullifier(), &keys.shown(&lie));
    refused(circle, WRONGED, show, "proof refused: circuit=show").await;
    // and a sound proof of another's does not help: the message means the account that it names
    let friend = circle.view(1).await;
    let borrowed = circle
        .showing(1, &friend, &friend.waiting, &stand, &aim)
        .unwrap();
    let show = aim.message(&stand, &borrowed.nullifier(), &keys.shown(&borrowed));
    refused(circle, WRONGED, show, "proof refused: circuit=show").await;
}

/// A round of givers who are counted by proof: three show through relays, in nobody's name.
async fn give_unnamed(circle: &mut Circle, keys: &Keys, views: &[View], relays: &[String]) {
    let now = circle.client.contract_time().await.unwrap();
    let open = json!({"open_round": {"title": "a well", "identity": {"proofs": {"gate": GIVERS.to_string()}},
        "rule": {"quadratic": {}}, "saturation": "return", "admission": "members",
        "begins": (now + 200).to_string(), "ends": (now + 400).to_string(),
        "min_pool": Amount::credits(10).unwrap()}});
    circle.say(&[(1, vec![(FUNDING, open)])]).await;
    let round = 1;
    let stand = circle.stand().await;
    let contract = circle.address(TRUST);
    for who in [WRONGED, 2, 3] {
        let address = circle.all[who].wallet.address();
        let action = json!({"contribute": {"round": round.to_string(), "address": address}});
        let aim = circle.aim(GIVERS, stand.slot, Some(round), &action).await;
        let view = &views[who];
        let showing = circle
            .showing(who, view, &view.waiting, &stand, &aim)
            .unwrap();
        let show = aim.message(&stand, &showing.nullifier(), &keys.shown(&showing));
        let ask = Ask {
            contract: &contract,
            msg: &show,
        };
        // whom the first does not answer, the second does: here nobody is at the first address
        let mut known = vec!["http://127.0.0.1:9".to_owned()];
        known.extend_from_slice(relays);
        let (by, _) = relay::relay(&known, &ask).await.unwrap();
        assert!(relays.contains(&by));
        await_spent(circle, &showing).await;
        // a copy of what was sent is worth nothing, whoever sends it and through whomever
        let again = relay::relay(relays, &ask).await.expect_err("it was shown");
        assert!(matches!(again, TrustError::Relay(_)), "{again}");
        refused(circle, 4, show, "nullifier spent").await;
    }
}

async fn await_spent(circle: &Circle, showing: &Showing) {
    let element = mycel_mailbox::element;
    let (scope, nf) = (
        element(&showing.purpose.scope),
        element(&showing.nullifier()),
    );
    for _ in 0..240 {
        if circle.trust().spent(&scope, &nf).await.unwrap().is_some() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    panic!("what the relay sent does not arrive");
}

/// A file for the landlord.
async fn file(circle: &Circle, keys: &Keys, who: usize, view: &View) -> Result<Bundle, TrustError> {
    let client = &circle.client;
    let block = client.light_block(None).await.unwrap();
    let hash = block.header.validators_hash.as_bytes().try_into().unwrap();
    let (trust, contract) = (Trust::Validators(hash), circle.address(TRUST));
    let contract: AccountAddress = contract.parse().unwrap();
    for _ in 0..20 {
        let roll = circle.trust().roll().await?;
        let snapshot = client.snapshot(&trust, None).await?;
        let ground = Ground::read(&snapshot, &trust, &contract, None).await?;
        if ground.root() != roll.root {
            // the newest state is proven by the next block
            tokio::time::sleep(Duration::from_millis(700)).await;
            continue;
        }
        let (verifier, challenge) = LANDLORD;
        let purpose: Purpose = ground.purpose(verifier, challenge, asked())?;
        let tree = showing::tree(&roll.leaves)?;
        let path = tree.path(view.mailbox.index)?;
        let (keyring, tail) = (&circle.all[who].keyring, &view.waiting);
        let root = ground.root();
        let showing = Showing::new(
            keyring,
            &view.mailbox,
            &view.state,
            tail,
            path,
            root,
            purpose,
        )?;
        let circuit = proving::show(&showing);
        let (proof, publics) = proven(Kind::Show, &keys.show, &circuit)?;
        let made = (&proof, &publics[..], keys.show.verifying_key());
        let bundle = ground.bundle(verifier, challenge, asked(), made);
        bundle.verify(&trust, &contract, Some(LANDLORD))?;
        return Ok(bundle);
    }
    panic!("the roll does not rest")
}

/// The landlord, who knows the validators' hash and the trust contract and nothing else, where no node runs.
struct Landlord {
    validators: String,
    contract: String,
}

impl Landlord {
    fn verifies(&self, file: &Path, challenge: &str) -> (Option<i32>, String) {
        let home = tempfile::tempdir().unwrap();
        let (home, file) = (home.path().to_str().unwrap(), file.to_str().unwrap());
        let mut args = vec![
            "--home",
            home,
            "--trust",
            &self.validators,
            "trust",
            "verify",
            file,
        ];
        args.extend(["--to", LANDLORD.0, "--challenge", challenge]);
        if !self.contract.is_empty() {
            args.extend(["--contract", &self.contract]);
        }
        let output = mycel(args);
        let told = text(&output.stdout) + &text(&output.stderr);
        (output.status.code(), told)
    }
}

#[tokio::test]
async fn neighbours_rate_one_another_and_show_it_and_nobody_leaves_a_bad_word_out() {
    let start = Instant::now();
    let said = |what: &str| println!("{:>6.1} s  {what}", start.elapsed().as_secs_f64());
    let keys = Keys::read();
    said("keys");

    let dir = tempfile::tempdir().unwrap();
    let terms = Terms {
        rate_ppb_per_day: 0,
        starter: Amount::ZERO,
        limit: Amount::credits(200).unwrap(),
        trust: times(),
        ..Terms::default()
    };
    // everybody joined in period 0; period 1 has just begun
    let ago = u64::from(times().period) + 5;
    let mut cluster = Cluster::founded(&dir.path().join("net"), NEIGHBOURS, &terms, ago);
    let trust = cluster.contracts().address(TRUST).clone();
    cluster.relays(&RELAYS, &trust);
    cluster.start_all();
    cluster.await_height(2).await;
    let relays = RELAYS.map(|node| cluster.urls()[node].clone());
    let mut circle = Circle::new(&cluster.urls()[0], cluster.contracts(), NEIGHBOURS).await;
    said("four validators, two of them relays");

    circle.publish().await;
    vouch(&mut circle).await;
    let mut deals = deals(&mut circle);
    circle.agree(&mut deals).await;
    said("forty-two deals");
    circle.promise(&deals).await;
    let proofs = circle.attested(&keys.attest, &deals);
    let last = deals.len() - 1;
    circle.open(&deals[..last], &proofs[..last]).await;
    circle.open(&deals[last..], &proofs[last..]).await;
    said("eighty-four ratings");
    delivered(&circle).await;
    said("delivered");

    // what is not folded is too long a tail for a proof
    let everybody: Vec<usize> = (0..NEIGHBOURS as usize).collect();
    let views_before = views(&circle).await;
    let stand = circle.stand().await;
    let action = json!({"raise_line": {"member": circle.all[1].wallet.address()}});
    let aim = circle.aim(LINE, stand.slot, None, &action).await;
    let before = &views_before[1];
    let unfolded = circle.showing(1, before, &before.waiting, &stand, &aim);
    assert!(matches!(unfolded, Err(TrustError::Unfolded { .. })));
    let folded = circle.fold(&keys.fold, &everybody).await;
    assert_eq!(folded, [FOLDED; NEIGHBOURS as usize]);
    let views = views(&circle).await;
    for view in &views {
        assert_eq!(view.waiting.len(), ENTRIES - FOLDED);
        let attr = view.mailbox.attr;
        assert_eq!((attr.joined, attr.vouch), (0, VOUCHED));
    }
    said("folded");

    omit(&mut circle, &keys, &views[WRONGED]).await;
    said("a bad word left out: refused by the prover and by the chain");
    raise_lines(&mut circle, &keys, &views).await;
    said("lines raised, by name");
    give_unnamed(&mut circle, &keys, &views, &relays).await;
    said("three givers without a name, through relays");

    // eleven of twelve are less than fifteen of sixteen
    let below = file(&circle, &keys, WRONGED, &views[WRONGED]).await;
    assert!(matches!(below, Err(TrustError::Below(_))), "{below:?}");
    let bundle = file(&circle, &keys, 1, &views[1]).await.unwrap();
    let block = circle.client.light_block(None).await.unwrap();
    let validators = block.header.validators_hash.to_string();
    // all nodes say the same
    let height = circle.client.status().await.unwrap().latest_height;
    cluster.await_height(height).await;
    let hash = cluster.app_hash(0, height).await;
    for node in 1..cluster.urls().len() {
        assert_eq!(cluster.app_hash(node, height).await, hash);
    }
    for node in 0..cluster.urls().len() {
        cluster.kill(node);
    }
    let path = dir.path().join("proof.json");
    fs::write(&path, bundle.to_json()).unwrap();
    let landlord = |validators: &str, contract: &str| Landlord {
        validators: validators.to_owned(),
        contract: contract.to_owned(),
    };
    let knows = landlord(&validators, &trust.to_string());
    let (code, told) = knows.verifies(&path, LANDLORD.1);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("yes, without any node"), "{told}");
    assert_eq!(knows.verifies(&path, "flat 4712").0, Some(4));
    for (code, other) in [
        (4, landlord(&"AB".repeat(32), &trust.to_string())),
        (4, landlord(&validators, &circle.address(CREDIT))),
        // whoever says nothing of the contract would believe anybody's
        (5, landlord(&validators, "")),
    ] {
        let (exit, told) = other.verifies(&path, LANDLORD.1);
        assert_eq!(exit, Some(code), "{told}");
    }
    let better = Bundle {
        thresholds: mycel_client::trust::bundle::Met {
            theta_rel: 65_536,
            ..bundle.thresholds
        },
        ..bundle
    };
    fs::write(&path, better.to_json()).unwrap();
    assert_eq!(knows.verifies(&path, LANDLORD.1).0, Some(4));
    said("verified where no node runs");
}
