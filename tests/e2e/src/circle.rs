//! Members who deal with one another, rate, fold and prove, each with nothing but its own key, over a node's door.
use std::{collections::BTreeMap, env, path::PathBuf, thread};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use mycel_ceremony::{R1cs, development};
use mycel_circuits::{Circuit, Kind};
use mycel_client::{
    Client, ClientError, Http, Receipt, Unsigned, Wallet, message,
    trust::{
        Folding, Keyring, Mailbox, Purpose, Showing, TrustError,
        chain::{GateOf, Trusts, element_of},
        folding,
        mailbox::{committed, key_of, seal},
        opening,
        proving::{self, KeyFolder, ProvingKey},
        showing::{self, Gate},
    },
};
use mycel_kit::{
    Id,
    peers::trust::{ConsumerQuery, GateTerm, Mode, Term},
};
use mycel_mailbox::{
    DealKey, Direction, Entry, Fr, Rating, State, Tree,
    tag::{self, Element},
    tree::Path,
};
use mycel_town::{
    CHAIN_ID,
    contracts::{CREDIT, Contracts, TRUST},
    town::member,
};
use mycel_trust::times::Clock;
use mycel_verifier::Proof;
use serde_json::{Value, json};

/// Gas limit of a message: several times what one needs.
const GAS: u64 = 1_200_000;
/// The most that a transaction may name.
const MOST_GAS: u64 = 20_000_000;
const WAIT_MS: u64 = 120_000;
const CREDITS: u64 = 1_000_000_000_000;

/// Works on all of them, on two threads.
pub fn in_two<T: Sync, R: Send>(all: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let half = all.len().div_ceil(2).max(1);
    thread::scope(|scope| {
        let work = &work;
        let parts = all.chunks(half);
        let threads: Vec<_> = parts
            .map(|part| scope.spawn(move || part.iter().map(work).collect::<Vec<_>>()))
            .collect();
        let done = threads.into_iter().map(|thread| thread.join().unwrap());
        done.flatten().collect()
    })
}

/// A proof of a circuit, kept for a judge from outside.
pub fn proven<C: Circuit>(
    kind: Kind,
    key: &ProvingKey,
    circuit: &C,
) -> Result<(Proof, Vec<Fr>), TrustError> {
    let (proof, publics) = proving::prove(key, circuit, &mut rand::rngs::OsRng)?;
    mycel_props::proofs::keep(kind.name(), key.verifying_key(), &publics, &proof);
    Ok((proof, publics))
}

/// The development key of a circuit, as the wallet keeps it on this machine; made if it is not there.
pub fn proving_key(kind: Kind) -> ProvingKey {
    let named = env::var_os("MYCEL_KEYS").filter(|value| !value.is_empty());
    let folder = named.map_or_else(
        || env::home_dir().unwrap().join(".cache/mycel/keys"),
        PathBuf::from,
    );
    let folder = KeyFolder::new(folder);
    let digest = development::key(kind).verifying.digest();
    if !folder.has(&digest) {
        let mut r1cs = vec![];
        mycel_circuits::r1cs::write(&kind.compile(), &mut r1cs).unwrap();
        let key = development::zkey(&R1cs::read(&r1cs).unwrap()).unwrap();
        folder.put(&digest, &key).unwrap();
    }
    folder.read(&digest).unwrap()
}

/// A proof on the wire.
pub fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// An element on the wire.
pub fn hex(element: &Fr) -> String {
    ::hex::encode(mycel_mailbox::element(element))
}

/// One of them.
#[derive(Clone)]
pub struct One {
    /// The person.
    pub person: u64,
    /// Its account.
    pub wallet: Wallet,
    /// All its secrets.
    pub keyring: Keyring,
}

/// A deal of two, as both know it.
pub struct Deal {
    /// Who offers it, and who accepts it and pays: places in [`Circle::all`].
    pub sides: [usize; 2],
    /// What the first says of the second, and the second of the first.
    pub ratings: [Rating; 2],
    /// Its number, once it was offered.
    pub number: u64,
    nonce: [u8; 32],
    element: Element,
    key: DealKey,
}

/// What a member's wallet knows of its own history, from its key and the chain alone.
pub struct View {
    /// As the chain has it.
    pub mailbox: Mailbox,
    /// What was folded.
    pub state: State,
    /// What was not, oldest first.
    pub waiting: Vec<Entry>,
}

/// What a proof is about: a slot and all leaves at its start.
pub struct Stand {
    /// The slot.
    pub slot: u64,
    /// Its period.
    pub period: u32,
    /// The leaves.
    pub tree: Tree,
}

/// A place to show at: a gate, what shall be done, and in which term.
#[derive(Clone)]
pub struct Aim {
    /// The gate.
    pub gate: GateOf,
    /// Named in the message, where terms are the consumer's.
    pub term: Option<u64>,
    /// The action, as it is signed.
    pub action: Vec<u8>,
    scope: Fr,
    signal: Fr,
    cutoff: u32,
}

/// The members, at a node.
pub struct Circle {
    /// The node.
    pub client: Client<Http>,
    /// Everybody.
    pub all: Vec<One>,
    contracts: Contracts,
    clock: Clock,
    keys: BTreeMap<Element, DealKey>,
}

impl Circle {
    /// Members 1 to `members` of the town at this node.
    pub async fn new(url: &str, contracts: &Contracts, members: u32) -> Self {
        let client = Client::http(url).unwrap();
        let trust = contracts.address(TRUST);
        let clock = client.trust(trust.clone()).clock().await.unwrap();
        let one = |n| One {
            person: u64::from(n),
            wallet: Wallet::new(member(n), CHAIN_ID),
            keyring: Keyring::new(&member(n), CHAIN_ID, &trust.to_string()),
        };
        Self {
            all: (1..=members).map(one).collect(),
            contracts: contracts.clone(),
            clock,
            keys: BTreeMap::new(),
            client,
        }
    }

    /// The trust contract.
    pub fn trust(&self) -> Trusts<'_, Http> {
        self.client.trust(self.contracts.address(TRUST).clone())
    }

    /// A contract's address.
    pub fn address(&self, contract: &str) -> String {
        self.contracts.address(contract).to_string()
    }

    /// Each says what it has to say in one transaction, all at once. What became of each, in order.
    pub async fn try_say(
        &mut self,
        words: &[(usize, Vec<(&str, Value)>)],
    ) -> Vec<Result<Receipt, ClientError>> {
        let mut sent = vec![];
        for (who, said) in words {
            let one = &mut self.all[*who];
            let from = one.wallet.address();
            let to = |name: &str| self.contracts.address(name).clone();
            let message =
                |(name, body): &(&str, Value)| message::execute(&from, &to(name), body).unwrap();
            let gas = (GAS * said.len() as u64).min(MOST_GAS);
            let tx = Unsigned::new(said.iter().map(message).collect()).gas_limit(gas);
            sent.push(self.client.broadcast_unsigned(&mut one.wallet, &tx).await);
        }
        let mut done = vec![];
        for tx in sent {
            done.push(match tx {
                Ok(tx) => self.client.wait(&tx, WAIT_MS).await,
                Err(error) => Err(error),
            });
        }
        done
    }

    /// The same where nothing is refused.
    pub async fn say(&mut self, words: &[(usize, Vec<(&str, Value)>)]) -> Vec<Receipt> {
        let done = self.try_say(words).await;
        done.into_iter()
            .zip(words)
            .map(|(done, (who, said))| done.unwrap_or_else(|e| panic!("{who}: {e}: {said:?}")))
            .collect()
    }

    /// A deal that `sides` mean to have.
    pub fn deal(&mut self, sides: [usize; 2], ratings: [Rating; 2]) -> Deal {
        let [a, b] = sides.map(|side| &self.all[side]);
        let nonce = a.keyring.nonce(b.person, 0);
        let element = tag::deal(&a.keyring.instance(), a.person, b.person, &nonce);
        let key = key_of(&a.keyring, &element, 1, &b.keyring.viewing(1).public()).unwrap();
        let other = key_of(&b.keyring, &element, 1, &a.keyring.viewing(1).public()).unwrap();
        assert_eq!(key.k(), other.k());
        self.keys.insert(element, key.clone());
        Deal {
            sides,
            ratings,
            number: 0,
            nonce,
            element,
            key,
        }
    }

    /// Everybody's first viewing key is published.
    pub async fn publish(&mut self) {
        let publish = |one: &One| {
            let key = ::hex::encode(one.keyring.viewing(1).public());
            vec![(TRUST, json!({"publish_viewing_key": {"key": key}}))]
        };
        let words: Vec<_> = self.all.iter().map(publish).enumerate().collect();
        self.say(&words).await;
    }

    /// What each of the deals has one of its sides say, by member.
    fn gathered(
        deals: &[Deal],
        says: impl Fn(&Deal) -> Vec<(usize, (&'static str, Value))>,
    ) -> Vec<(usize, Vec<(&'static str, Value)>)> {
        let mut words: BTreeMap<usize, Vec<_>> = BTreeMap::new();
        for (who, word) in deals.iter().flat_map(says) {
            words.entry(who).or_default().push(word);
        }
        words.into_iter().collect()
    }

    /// One side pays the other, who offers the deal about it; it is accepted. Weights are those of the ratings.
    pub async fn agree(&mut self, deals: &mut [Deal]) {
        let reference = |deal: &Deal| format!("work-{}-{}", deal.sides[0], deal.sides[1]);
        let words = Self::gathered(deals, |deal| {
            let [a, b] = deal.sides;
            let amount = u64::from(deal.ratings[0].weight) * CREDITS;
            let pay = json!({"pay": {"to": self.all[a].wallet.address(),
                "amount": amount.to_string(), "ref": reference(deal)}});
            vec![(b, (CREDIT, pay))]
        });
        self.say(&words).await;
        let words = Self::gathered(deals, |deal| {
            let b = Id(self.all[deal.sides[1]].person);
            let open = json!({"open_deal": {"b": b, "nonce": ::hex::encode(deal.nonce),
                "k": hex(&deal.key.k()), "key_a": 1, "key_b": 1, "ref": reference(deal)}});
            vec![(deal.sides[0], (TRUST, open))]
        });
        let mut numbers: BTreeMap<[u64; 2], u64> = BTreeMap::new();
        for receipt in self.say(&words).await {
            for event in receipt.events {
                let number = |name| event.get(name).and_then(|text| text.parse::<u64>().ok());
                if let (Some(deal), Some(a), Some(b)) = (number("deal"), number("a"), number("b")) {
                    numbers.insert([a, b], deal);
                }
            }
        }
        for deal in &mut *deals {
            deal.number = numbers[&deal.sides.map(|side| self.all[side].person)];
        }
        let words = Self::gathered(deals, |deal| {
            let accept = json!({"accept_deal": {"deal": Id(deal.number)}});
            vec![(deal.sides[1], (TRUST, accept))]
        });
        self.say(&words).await;
    }

    /// Both sides promise their ratings.
    pub async fn promise(&mut self, deals: &[Deal]) {
        let words = Self::gathered(deals, |deal| {
            let promise = |dir: Direction| {
                let place = dir.number() as usize;
                let keyring = &self.all[deal.sides[place]].keyring;
                let rating = &deal.ratings[place];
                let (sealed, salt) = seal(keyring, &deal.key, &deal.element, dir, rating).unwrap();
                let hash = ::hex::encode(committed(&sealed, &salt));
                let commit = json!({"commit_rating": {"deal": Id(deal.number), "hash": hash}});
                (deal.sides[place], (TRUST, commit))
            };
            Direction::ALL.map(promise).to_vec()
        });
        self.say(&words).await;
    }

    /// The proofs that all ratings are ratings, in both directions.
    pub fn attested(&self, key: &ProvingKey, deals: &[Deal]) -> Vec<[String; 2]> {
        in_two(deals, |deal| {
            Direction::ALL.map(|dir| {
                let rating = &deal.ratings[dir.number() as usize];
                let circuit = proving::attest(&deal.key, dir, rating).unwrap();
                let (proof, _) = proven(Kind::Attest, key, &circuit).unwrap();
                base64(&proof.encode())
            })
        })
    }

    /// Both sides open their ratings.
    pub async fn open(&mut self, deals: &[Deal], proofs: &[[String; 2]]) {
        let proofs: BTreeMap<u64, _> = deals.iter().map(|deal| deal.number).zip(proofs).collect();
        let words = Self::gathered(deals, |deal| {
            let open = |dir: Direction| {
                let place = dir.number() as usize;
                let keyring = &self.all[deal.sides[place]].keyring;
                let rating = &deal.ratings[place];
                let (sealed, salt) = seal(keyring, &deal.key, &deal.element, dir, rating).unwrap();
                let open = json!({"open_rating": {"deal": Id(deal.number), "dir": dir.number(),
                    "c": hex(&sealed.c), "ct": hex(&sealed.ct), "salt": ::hex::encode(salt),
                    "proof": proofs[&deal.number][place]}});
                (deal.sides[place], (TRUST, open))
            };
            Direction::ALL.map(open).to_vec()
        });
        self.say(&words).await;
    }

    /// A member's history, from its key and the chain alone.
    pub async fn view(&self, who: usize) -> View {
        let one = &self.all[who];
        let mailbox = self.trust().mailbox(one.person).await.unwrap();
        let received = self.trust().entries(one.person).await.unwrap();
        let waiting = received
            .iter()
            .filter(|entry| entry.number >= mailbox.folded)
            .map(|entry| entry.open(&self.keys[&entry.deal]).unwrap())
            .collect();
        let (state, _) = opening(&one.keyring, &mailbox, None, &[]).unwrap();
        View {
            mailbox,
            state,
            waiting,
        }
    }

    /// All of these members fold what one fold takes. Gives how many entries each took.
    pub async fn fold(&mut self, key: &ProvingKey, who: &[usize]) -> Vec<usize> {
        let mut steps = vec![];
        for place in who {
            let (one, view) = (&self.all[*place], self.view(*place).await);
            let step = folding(&one.keyring, &view.mailbox, &view.state, &view.waiting).unwrap();
            steps.push((*place, view.mailbox, step));
        }
        let words = in_two(
            &steps,
            |(place, mailbox, step): &(usize, Mailbox, Folding)| {
                let circuit = proving::fold(&self.all[*place].keyring, mailbox, step).unwrap();
                let (proof, _) = proven(Kind::Fold, key, &circuit).unwrap();
                let fold = json!({"fold": {"entries": step.entries.len(),
                "commitment": hex(&step.after.commit()), "proof": base64(&proof.encode()),
                "backup": base64(&step.backup)}});
                (*place, vec![(TRUST, fold)])
            },
        );
        self.say(&words).await;
        steps
            .iter()
            .map(|(_, _, step)| step.entries.len())
            .collect()
    }

    /// Waits for a slot that began with all leaves as they are.
    pub async fn stand(&self) -> Stand {
        for _ in 0..600 {
            let roll = self.trust().roll().await.unwrap();
            let told = self.trust().root(None).await.unwrap();
            if element_of(&told.root).unwrap() == roll.root {
                return Stand {
                    slot: told.slot.0,
                    period: told.period,
                    tree: showing::tree(&roll.leaves).unwrap(),
                };
            }
            tokio::time::sleep(std::time::Duration::from_millis(250)).await;
        }
        panic!("the roll does not rest")
    }

    /// A gate that somebody aims at, in the term of a slot.
    pub async fn aim(&self, gate: u64, slot: u64, term: Option<u64>, action: &Value) -> Aim {
        let gate = self.trust().gate(gate).await.unwrap();
        let (number, opens) = match gate.term {
            Term::Seconds(seconds) => {
                let number = self.clock.slot_start(slot) / seconds.0;
                (number, number * seconds.0)
            }
            Term::Action {} => {
                let question = ConsumerQuery::GateTerm {
                    gate: gate.gate,
                    term: term.unwrap().to_string(),
                };
                let consumer = gate.consumer.parse().unwrap();
                let told: GateTerm = self.client.smart(&consumer, &question).await.unwrap();
                (term.unwrap(), told.opens.0)
            }
        };
        let action = action.to_string().into_bytes();
        let at = Gate {
            gate: gate.gate.0,
            consumer: gate.consumer.clone(),
            term: number.to_string(),
        };
        // both are the same whoever asks
        let keyring = &self.all[0].keyring;
        Aim {
            scope: at.scope(keyring),
            signal: at.signal(keyring, &action),
            cutoff: self.clock.day_of(opens) - 1,
            gate,
            term,
            action,
        }
    }

    /// What a member's wallet would prove there, or why it cannot.
    pub fn showing(
        &self,
        who: usize,
        view: &View,
        tail: &[Entry],
        stand: &Stand,
        aim: &Aim,
    ) -> Result<Showing, TrustError> {
        let path: Path = stand.tree.path(view.mailbox.index).unwrap();
        Showing::new(
            &self.all[who].keyring,
            &view.mailbox,
            &view.state,
            tail,
            path,
            stand.tree.root(),
            aim.purpose(stand),
        )
    }
}

impl Aim {
    /// What a proof must be made for to count there.
    pub fn purpose(&self, stand: &Stand) -> Purpose {
        Purpose {
            period: stand.period,
            cutoff: self.cutoff,
            named: self.gate.mode == Mode::Named,
            scope: self.scope,
            signal: self.signal,
            thresholds: self.gate.thresholds(),
        }
    }

    /// The message that shows a proof.
    pub fn message(&self, stand: &Stand, nullifier: &Fr, proof: &[u8]) -> Value {
        json!({"show": {"gate": self.gate.gate, "slot": Id(stand.slot), "term": self.term.map(Id),
            "nf": hex(nullifier), "action": base64(&self.action), "proof": base64(proof)}})
    }
}
