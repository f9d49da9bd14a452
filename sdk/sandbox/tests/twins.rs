//! The same random play, native and in Wasm: the same bytes, events and data.

mod support;

use cosmwasm_std::Addr;
use serde_json::{Value, json};
use support::*;

struct Play {
    random: Random,
    cast: Vec<Addr>,
    asker: Addr,
}

impl Play {
    /// A random response with messages to others, at most `depth` deep.
    fn response(&mut self, depth: u32) -> Value {
        if self.random.below(6) == 0 {
            return json!({"error": format!("on purpose {}", self.random.below(9))});
        }
        let messages = match depth {
            0 => vec![],
            _ => (0..self.random.below(4))
                .map(|_| self.sub(depth - 1))
                .collect(),
        };
        let attributes: Vec<_> = (0..self.random.below(3))
            .map(|n| json!({"key": format!("k{n}"), "value": self.random.below(100).to_string()}))
            .collect();
        let events: Vec<_> = (0..self.random.below(2))
            .map(|_| json!({"type": "happened", "attributes": attributes.clone()}))
            .collect();
        let data = (self.random.below(2) == 0).then(|| b64("data"));
        json!({"ok": {"messages": messages, "attributes": attributes, "events": events, "data": data}})
    }

    fn sub(&mut self, depth: u32) -> Value {
        let modes = ["always", "error", "success", "never", "error", "always"];
        let reply_on = modes[self.random.below(6) as usize];
        let somebody = self.random.below(self.cast.len() as u64) as usize;
        let message = match self.random.below(8) {
            0 => {
                let asked = self.cast[somebody].clone();
                let question =
                    json!({"wasm": {"raw": {"contract_addr": asked, "key": b64("last")}}});
                call(&self.asker, &question)
            }
            1 => {
                let asked = self.cast[somebody].clone();
                let msg = ["{\"ok\":\"\"}", "{\"error\":\"no\"}"][self.random.below(2) as usize];
                call(
                    &self.asker,
                    &json!({"wasm": {"smart": {"contract_addr": asked, "msg": b64(msg)}}}),
                )
            }
            2 => json!({"custom": {"set_allowance_class": {"address": self.cast[somebody],
                "class": format!("c{}", self.random.below(3))}}}),
            _ => {
                let inner = self.response(depth);
                call(&self.cast[somebody].clone(), &inner)
            }
        };
        sub(message, reply_on, None)
    }
}

/// Everything, with the gas in recorded replies blanked: native work has none.
fn comparable(t: &Theatre) -> Vec<(Addr, Vec<u8>, Vec<u8>)> {
    let mut all = vec![];
    for (address, entries) in t.sandbox.state() {
        for (key, value) in entries {
            let value = if key == b"reply" {
                let mut reply: Value = serde_json::from_slice(&value).unwrap();
                reply["gas_used"] = json!(0);
                reply.to_string().into_bytes()
            } else {
                value
            };
            all.push((address.clone(), key, value));
        }
    }
    all
}

#[test]
fn native_and_wasm_give_the_same_bytes_events_and_data() {
    for seed in 0..4 {
        let mut random = Random(seed);
        let scripts: Vec<_> = (0..3)
            .map(|_| match random.below(4) {
                0 => failing(),
                1 => response(vec![], Some("script")),
                _ => nothing(),
            })
            .collect();
        let mut native = theatre(Way::Native, &scripts);
        let mut compiled = theatre(Way::Compiled, &scripts);
        assert_eq!(
            (&native.puppets, &native.asker),
            (&compiled.puppets, &compiled.asker)
        );
        let members = native.puppets[0].clone();
        native.sandbox.set_authorities(Some(&members), None);
        compiled.sandbox.set_authorities(Some(&members), None);
        let mut play = Play {
            random,
            cast: native.puppets.clone(),
            asker: native.asker.clone(),
        };
        let (mut done, mut refused) = (0, 0);
        for step in 0..cases(300) {
            let message = play.response(4);
            if play.random.below(3) == 0 {
                let seconds = play.random.below(100_000);
                native.sandbox.advance_time(seconds);
                compiled.sandbox.advance_time(seconds);
            }
            // failures strike both at the same steps
            let one_in = play.random.below(2) as u32 * 12;
            native.sandbox.fail_randomly(seed + step, one_in);
            compiled.sandbox.fail_randomly(seed + step, one_in);
            match (native.tell(&message), compiled.tell(&message)) {
                (Ok(ours), Ok(theirs)) => {
                    done += 1;
                    assert_eq!(
                        (ours.events, ours.data),
                        (theirs.events, theirs.data),
                        "seed={seed} step={step}"
                    );
                }
                (Err(ours), Err(theirs)) => {
                    refused += 1;
                    assert_eq!(ours, theirs, "seed={seed} step={step}");
                }
                (ours, theirs) => {
                    panic!("seed={seed} step={step}\n{message}\n{ours:?}\n{theirs:?}")
                }
            }
            assert_eq!(
                comparable(&native),
                comparable(&compiled),
                "seed={seed} step={step}\n{message}"
            );
            assert_eq!(
                native.sandbox.allowance_classes(),
                compiled.sandbox.allowance_classes()
            );
        }
        assert!(
            done > 10 && refused > 10,
            "seed={seed} done={done} refused={refused}"
        );
    }
}
