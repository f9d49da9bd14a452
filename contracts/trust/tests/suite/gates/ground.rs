//! A town with gates, and a consumer that remembers what it was told.

use std::ops::{Deref, DerefMut};

use cosmwasm_std::{
    Addr, Binary, Deps, DepsMut, Empty, Env, HexBinary, MessageInfo, Response, StdError,
    to_json_binary,
};
use mycel_kit::Seconds;
use mycel_kit::peers::trust::{ConsumerMsg, ConsumerQuery, GateTerm, Shown};
use mycel_mailbox::tag;
use mycel_sandbox::{Code, Native, Receipt, Refusal, address, mock_proof};
use mycel_trust::element::{Element, ZERO};
use serde_json::{Value, json};

use crate::deals::ground::{PAIR_CAP, Town};
use crate::world::{BEGIN, TIMES, World};

/// Seconds of a gate's term in these towns: a period.
pub const TERM: u64 = 1_000;
/// The thresholds of gate 3, in the circuit's order.
pub const ASKED: [u64; 5] = [4_096, 15 * PAIR_CAP * 3, 32_768, 0, 65_536];

/// Remembers what was shown; refuses the verb `refuse`; tells when terms open.
pub fn consumer() -> Native {
    fn begin(_: DepsMut, _: Env, _: MessageInfo, _: Empty) -> Result<Response, StdError> {
        Ok(Response::new())
    }
    fn told(
        deps: DepsMut,
        _: Env,
        info: MessageInfo,
        msg: ConsumerMsg<Value>,
    ) -> Result<Response, StdError> {
        let ConsumerMsg::Shown(shown) = msg;
        if shown.action.get("refuse").is_some() {
            return Err(StdError::msg("the consumer refuses"));
        }
        let kept = json!({"sender": info.sender, "shown": shown});
        deps.storage.set(b"last", kept.to_string().as_bytes());
        Ok(Response::new())
    }
    fn query(deps: Deps, _: Env, asked: Value) -> Result<Binary, StdError> {
        if asked == json!({"last": {}}) {
            let last = deps
                .storage
                .get(b"last")
                .unwrap_or_else(|| b"null".to_vec());
            return Ok(Binary::from(last));
        }
        match serde_json::from_value(asked) {
            // term n opens n days after the beginning
            Ok(ConsumerQuery::GateTerm { term, .. }) if term != "99" => {
                let term: u64 = term.parse().map_err(|_| StdError::msg("no such term"))?;
                to_json_binary(&GateTerm {
                    opens: Seconds(BEGIN + term * u64::from(TIMES.day)),
                })
            }
            _ => Err(StdError::msg("no such term")),
        }
    }
    Native::new(begin, told, query)
}

/// The town.
#[derive(Clone)]
pub struct Gated {
    pub town: Town,
    pub consumer: Addr,
    pub other: Addr,
}

impl Deref for Gated {
    type Target = Town;
    fn deref(&self) -> &Town {
        &self.town
    }
}

impl DerefMut for Gated {
    fn deref_mut(&mut self) -> &mut Town {
        &mut self.town
    }
}

/// A gate of circuit show.
pub fn gate(number: u64, consumer: &Addr, mode: &str, term: Value) -> Value {
    json!({
        "gate": number.to_string(), "consumer": consumer, "circuit": "show", "mode": mode,
        "term": term, "ttl": "86400", "min_counterparties": 3, "t_min": ASKED[1].to_string(),
        "theta": ASKED[0], "theta_rel": ASKED[2], "theta_eco": ASKED[3], "theta_rec": ASKED[4],
    })
}

/// A gate of circuit member.
pub fn members_gate(number: u64, consumer: &Addr, mode: &str, term: Value) -> Value {
    json!({
        "gate": number.to_string(), "consumer": consumer, "circuit": "member", "mode": mode,
        "term": term, "ttl": "86400",
    })
}

/// What a show says, and what a proof is about.
#[derive(Clone, Debug)]
pub struct Showing {
    pub circuit: &'static str,
    pub gate: u64,
    pub consumer: String,
    pub slot: u64,
    /// Said in the message only where terms are the consumer's.
    pub term: Option<u64>,
    pub number: u64,
    pub nf: Element,
    pub action: Vec<u8>,
    /// In the circuit's order.
    pub inputs: Vec<Element>,
}

impl Showing {
    pub fn msg(&self) -> Value {
        self.msg_with(&mock_proof(self.circuit, &self.inputs))
    }

    pub fn msg_with(&self, proof: &Binary) -> Value {
        let name = match self.circuit {
            "show" => "show",
            _ => "show_member",
        };
        let mut told = json!({
            "gate": self.gate.to_string(), "slot": self.slot.to_string(),
            "nf": HexBinary::from(self.nf), "action": Binary::from(self.action.clone()),
            "proof": proof,
        });
        if let Some(term) = self.term {
            told["term"] = json!(term.to_string());
        }
        json!({name: told})
    }
}

impl Gated {
    /// Gate 3: once; 4: named; 5: pseudonym; 6: once, terms by action; 7: as 3,
    /// circuit member; 8: as 3, of the other consumer. 17 is left for a test: circuit
    /// member, too. Two periods have passed.
    pub fn new(n: u64) -> Gated {
        Gated::of(World::new(), n)
    }

    /// As [`Gated::new`], in this world.
    pub fn of(mut world: World, n: u64) -> Gated {
        let key = address("key");
        let code = world.sandbox.store(Code::native(consumer()));
        let [consumer, other] = ["consumer", "other"].map(|name| {
            world
                .sandbox
                .instantiate2(&key, code, name, &json!({}))
                .expect("a consumer")
        });
        let mut gated = Gated {
            town: Town::of(world, n),
            consumer: consumer.clone(),
            other: other.clone(),
        };
        gated.wait(2 * u64::from(TIMES.period) + 5);
        let term = json!({"seconds": TERM.to_string()});
        for asked in [
            gate(3, &consumer, "once", term.clone()),
            gate(4, &consumer, "named", term.clone()),
            gate(5, &consumer, "pseudonym", term.clone()),
            gate(6, &consumer, "once", json!({"action": {}})),
            members_gate(7, &consumer, "once", term.clone()),
            gate(8, &other, "once", term),
        ] {
            gated.open(&asked).expect("a gate");
        }
        gated
    }

    pub fn open(&mut self, asked: &Value) -> Result<Receipt, Refusal> {
        self.decided("ordinary", &json!({"open_gate": asked}))
    }

    pub fn slot(&self) -> u64 {
        self.sandbox.now() / u64::from(TIMES.slot)
    }

    pub fn root(&self, slot: u64) -> Element {
        let asked: Value = self.query(&json!({"root": {"slot": slot.to_string()}}));
        crate::world::hex(asked["root"].as_str().expect("a root"))
    }

    /// A show at a gate of terms in seconds, as an honest wallet makes it now.
    pub fn showing(&self, gate: u64, nf: u64, action: &Value) -> Showing {
        let start = self.slot() * u64::from(TIMES.slot);
        let term = start / TERM;
        self.showing_in(gate, term, term * TERM, nf, action)
    }

    /// A show in a term of the consumer.
    pub fn showing_term(&self, gate: u64, term: u64, nf: u64, action: &Value) -> Showing {
        let opens = BEGIN + term * u64::from(TIMES.day);
        let mut showing = self.showing_in(gate, term, opens, nf, action);
        showing.term = Some(term);
        showing
    }

    fn showing_in(&self, gate: u64, term: u64, opens: u64, nf: u64, action: &Value) -> Showing {
        let slot = self.slot();
        let start = slot * u64::from(TIMES.slot);
        let circuit = match gate {
            7 | 17 => "member",
            _ => "show",
        };
        let consumer = if gate == 8 {
            &self.other
        } else {
            &self.consumer
        };
        let consumer = consumer.to_string();
        let action = action.to_string().into_bytes();
        let (instance, text) = (self.raw_instance(), term.to_string());
        let cutoff = (opens - BEGIN) / u64::from(TIMES.day) - 1;
        let nf = tag::small(nf);
        let mut inputs = vec![self.root(slot)];
        if circuit == "show" {
            inputs.push(tag::small((start - BEGIN) / u64::from(TIMES.period)));
        }
        inputs.extend([
            tag::small(cutoff),
            ZERO,
            tag::scope(&instance, &consumer, gate, &text),
            tag::signal(&instance, &consumer, gate, &text, &action),
            nf,
        ]);
        if circuit == "show" {
            inputs.extend(ASKED.map(tag::small));
        }
        Showing {
            circuit,
            gate,
            consumer,
            slot,
            term: None,
            number: term,
            nf,
            action,
            inputs,
        }
    }

    /// The place of an input in the circuit's order.
    pub fn place(circuit: &str, name: &str) -> usize {
        let names: &[&str] = match circuit {
            "show" => &[
                "root",
                "period",
                "cutoff",
                "subject",
                "scope",
                "signal",
                "nf",
                "theta",
                "t_min",
                "theta_rel",
                "theta_eco",
                "theta_rec",
            ],
            _ => &["root", "cutoff", "subject", "scope", "signal", "nf"],
        };
        names.iter().position(|one| *one == name).expect("an input")
    }

    /// Anyone says it.
    pub fn show(&mut self, showing: &Showing) -> Result<Receipt, Refusal> {
        self.tell(&address("relay"), &showing.msg())
    }

    #[track_caller]
    pub fn passes(&mut self, showing: &Showing) {
        self.show(showing)
            .unwrap_or_else(|why| panic!("{}", why.text));
    }

    /// Refused with these words, and nothing is left.
    #[track_caller]
    pub fn refuses(&mut self, msg: &Value, words: &str) {
        let before = self.sandbox.state_hash();
        let why = self.tell(&address("relay"), msg).expect_err("refused").text;
        assert!(why.contains(words), "{why}, not {words}");
        assert_eq!(self.sandbox.state_hash(), before);
    }

    /// What the consumer was told last, and by whom.
    pub fn last(&self) -> Option<(String, Shown<Value>)> {
        let last: Value = self
            .sandbox
            .query(&self.consumer, &json!({"last": {}}))
            .expect("an answer");
        let shown = serde_json::from_value(last.get("shown")?.clone()).expect("shown");
        Some((last["sender"].as_str()?.to_owned(), shown))
    }
}
