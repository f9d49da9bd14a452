//! Sends shows of strangers with a key of this node (`[relay]` in `node.toml`).
//!
//! A message passes: contract (on the list) → form ([`message`]) → simulation on the last state, which verifies proof,
//! slot and nullifier as the contract does → the list of what is under way ([`flights`]) → signature ([`sign`]) → pool.
//! Nothing of the relay's allowance is touched before the pool.
//!
//! # Invariants
//! * Of messages to one contract with the same nullifier one waits at a time; the same message again gives its hash.
//! * What is sent was found to succeed in the very state after which the pool takes it: if a block came between
//!   simulation and sending, the simulation is repeated.
//! * Sequences leave no gap: the lowest free one above the committed one is taken. Who else signs with this key is
//!   heard of through the pool's refusal.
//! * Nothing here writes to a log, and nothing is kept once a transaction has left the pool.
mod flights;
mod key;
mod message;
mod sign;

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use cosmos_sdk_proto::{
    Any,
    cosmos::{
        auth::v1beta1::{BaseAccount, QueryAccountRequest, QueryAccountResponse},
        tx::v1beta1::{SimulateRequest, SimulateResponse},
    },
    cosmwasm::wasm::v1::MsgExecuteContract,
};
use mycel_engine::Mempool;
use mycel_rpc::{Errand, Refusal, Relay, Sent, Terms};
use mycel_types::{AccountAddress, Application, Limits, QueryAt, QueryOutcome, codes};
use prost::Message as _;

use crate::{Home, NodeError, backend::Submit, config::RelaySection};

use flights::{Flight, Flights};
pub use key::RelayKey;
use message::Show;
use sign::{Draft, Signer};

/// Bytes of a request: a proof, an action and their frame.
const BODY: usize = 16 << 10;
/// How often a simulation is repeated because blocks came between.
const ATTEMPTS: u32 = 4;
/// How often a transaction is signed anew with the sequence that the pool expects.
const SEQUENCES: u32 = 8;

/// The relay of a node.
pub struct NodeRelay {
    app: Arc<dyn Application>,
    pool: Arc<Mempool>,
    submit: Submit,
    signer: Signer,
    contracts: BTreeSet<AccountAddress>,
    gas: u64,
    terms: Terms,
    flights: Mutex<Flights>,
}

/// What the last state says of the relay's account.
struct Account {
    sequence: u64,
    height: u64,
}

impl NodeRelay {
    /// The relay that a configuration asks for; makes its key if there is none yet.
    pub fn open(
        section: &RelaySection,
        home: &Home,
        chain_id: &str,
        app: Arc<dyn Application>,
        pool: Arc<Mempool>,
        submit: Submit,
    ) -> Result<Self, NodeError> {
        let key = RelayKey::open(&home.path().join(&section.key))?;
        let read = |text: &String| {
            text.parse::<AccountAddress>()
                .map_err(|e| NodeError::Config {
                    path: home.config().display().to_string(),
                    story: format!("relay.contracts: {text}: {e}"),
                })
        };
        let contracts = section.contracts.iter().map(read);
        let contracts: BTreeSet<AccountAddress> = contracts.collect::<Result<_, _>>()?;
        let signer = Signer::new(key, chain_id);
        Ok(Self {
            terms: Terms {
                account: signer.account().to_string(),
                contracts: contracts.iter().map(ToString::to_string).collect(),
                kinds: message::KINDS.map(String::from).to_vec(),
                body_bytes: BODY,
                per_minute: section.per_minute,
                per_address: section.per_address,
            },
            app,
            pool,
            submit,
            signer,
            contracts,
            gas: section.gas,
            flights: Mutex::default(),
        })
    }

    fn ask(&self, path: &str, request: &impl prost::Message, limits: &Limits) -> QueryOutcome {
        let request = request.encode_to_vec();
        self.app.query(path, &request, QueryAt::default(), limits)
    }

    fn account(&self, limits: &Limits) -> Result<Account, Refusal> {
        let request = QueryAccountRequest {
            address: self.signer.account().to_string(),
        };
        let answer = self.ask("/cosmos.auth.v1beta1.Query/Account", &request, limits);
        let sequence = match answer.code {
            0 => {
                QueryAccountResponse::decode(&answer.value[..])
                    .ok()
                    .and_then(|found| BaseAccount::decode(&found.account?.value[..]).ok())
                    .ok_or_else(|| Refusal::Unable("its account cannot be read".into()))?
                    .sequence
            }
            code if code == codes::KEY_NOT_FOUND.code => 0,
            _ => return Err(Refusal::Unable(answer.log)),
        };
        Ok(Account {
            sequence,
            height: answer.height,
        })
    }

    /// What the message would use, or why it fails.
    fn simulate(&self, draft: &Draft, sequence: u64, limits: &Limits) -> Result<u64, Simulated> {
        let request = SimulateRequest {
            tx_bytes: self.signer.unsigned(draft, sequence),
            ..Default::default()
        };
        let limits = Limits {
            gas: self.gas,
            stop: limits.stop.clone(),
        };
        let answer = self.ask("/cosmos.tx.v1beta1.Service/Simulate", &request, &limits);
        if answer.code == 0 {
            let used = SimulateResponse::decode(&answer.value[..])
                .ok()
                .and_then(|simulated| Some(simulated.gas_info?.gas_used));
            let unread = || Simulated::Unable("its simulation cannot be read".into());
            return used.ok_or_else(unread);
        }
        let story = answer.log;
        Err(if story.contains("failed to execute message") {
            Simulated::Refused(story)
        } else if story.contains("account sequence mismatch") {
            Simulated::Again
        } else {
            Simulated::Unable(story)
        })
    }

    fn send(&self, mut draft: Draft, show: &Show, limits: &Limits) -> Result<Sent, Refusal> {
        for _ in 0..ATTEMPTS {
            let seen = self.account(limits)?;
            let used = match self.simulate(&draft, seen.sequence, limits) {
                Ok(used) => used,
                Err(Simulated::Again) => continue,
                Err(Simulated::Refused(story)) => return Err(Refusal::Refused(story)),
                Err(Simulated::Unable(story)) => return Err(Refusal::Unable(story)),
            };
            // other shows of the same block make this one's writes a little dearer
            draft.gas_limit = used.saturating_mul(13).div_ceil(10);
            let mut flights = self.flights.lock().unwrap_or_else(PoisonError::into_inner);
            let now = self.account(limits)?;
            if now.height != seen.height {
                // a block came between: what it spent, the simulation did not see
                continue;
            }
            flights.prune(now.sequence, |hash| self.pool.knows(hash));
            if let Some(flight) = flights.carrying(&show.claim) {
                let hash = hex::encode_upper(flight.hash);
                return match flight.digest == show.digest {
                    true => Ok(Sent {
                        hash,
                        height: now.height,
                    }),
                    false => Err(Refusal::UnderWay {
                        nullifier: show.claim.nullifier.clone(),
                        hash,
                    }),
                };
            }
            let (sequence, hash) = self.pool_it(&draft, flights.next(now.sequence))?;
            flights.add(Flight {
                sequence,
                hash,
                claim: show.claim.clone(),
                digest: show.digest,
            });
            return Ok(Sent {
                hash: hex::encode_upper(hash),
                height: now.height,
            });
        }
        let story = "blocks come faster than it simulates";
        Err(Refusal::Unable(story.into()))
    }

    /// Signs and hands to the pool; gives the sequence that was taken and the hash.
    fn pool_it(&self, draft: &Draft, mut sequence: u64) -> Result<(u64, [u8; 32]), Refusal> {
        for _ in 0..SEQUENCES {
            let tx = self.signer.sign(draft, sequence);
            let hash = mycel_rpc::tx_hash(&tx);
            let outcome = (self.submit)(tx.into());
            if outcome.ok() || outcome.code == codes::TX_IN_MEMPOOL_CACHE.code {
                return Ok((sequence, hash));
            }
            match outcome.expected_sequence {
                Some(expected) if expected != sequence => sequence = expected,
                _ => return Err(Refusal::Unable(outcome.log)),
            }
        }
        let story = "somebody else signs with its key all the time";
        Err(Refusal::Unable(story.into()))
    }
}

enum Simulated {
    /// The message fails.
    Refused(String),
    /// The relay's sequence was another one.
    Again,
    /// The relay cannot send anything.
    Unable(String),
}

impl Relay for NodeRelay {
    fn terms(&self) -> Terms {
        self.terms.clone()
    }

    fn relay(&self, errand: &Errand, limits: &Limits) -> Result<Sent, Refusal> {
        let unlisted = || Refusal::Contract {
            contract: errand.contract.chars().take(100).collect(),
        };
        let contract: AccountAddress = errand.contract.parse().map_err(|_| unlisted())?;
        if !self.contracts.contains(&contract) {
            return Err(unlisted());
        }
        let show = message::read(&errand.msg, &contract).map_err(Refusal::Message)?;
        let execute = MsgExecuteContract {
            sender: self.signer.account().to_string(),
            contract: contract.to_string(),
            msg: show.bytes.clone(),
            funds: vec![],
        };
        let draft = Draft {
            message: Any {
                type_url: "/cosmwasm.wasm.v1.MsgExecuteContract".into(),
                value: execute.encode_to_vec(),
            },
            gas_limit: 0,
        };
        self.send(draft, &show, limits)
    }
}
