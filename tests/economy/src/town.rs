//! A town: its contracts, its people, its clock.

use cosmwasm_std::Addr;
use mycel_kit::standard::Invariants;
use mycel_sandbox::{Receipt, Refusal, Sandbox, address};
use serde_json::{Value, json};

use crate::codes::{self, Way};

/// When towns begin.
pub const START: u64 = 1_700_000_000;
/// A day in seconds.
pub const DAY: u64 = 86_400;
/// A credit in pico-credits.
pub const CREDIT: u64 = 1_000_000_000_000;

/// Contracts and people.
#[derive(Clone, Debug)]
pub struct Town {
    /// The world.
    pub sandbox: Sandbox,
    /// Who decides.
    pub authority: Addr,
    /// Everybody who takes part, members or not.
    pub people: Vec<Addr>,
    /// The credit contract.
    pub credit: Addr,
    /// A contract that holds holds.
    pub holder: Addr,
    /// Contracts that keep the standard interface.
    pub standard: Vec<Addr>,
}

impl Town {
    /// A town in which everybody but the last two has an account.
    ///
    /// # Panics
    /// A contract does not begin.
    #[must_use]
    pub fn new(way: Way, people: usize) -> Town {
        let mut sandbox = Sandbox::new(START);
        let authority = address("authority");
        let people: Vec<Addr> = (0..people)
            .map(|n| address(&format!("person {n}")))
            .collect();
        let credit_code = sandbox.store(codes::credit(way));
        let sink_code = sandbox.store(codes::sink(way));
        let made = |result: Result<Addr, Refusal>| result.unwrap_or_else(|why| panic!("{why}"));
        let holder = made(sandbox.instantiate2(&authority, sink_code, "holder", &json!({})));
        let parameters =
            json!({"holders": [{"address": holder, "max_age": (30 * DAY).to_string()}]});
        let begin = json!({"authority": authority, "development": true, "parameters": parameters});
        let credit = made(sandbox.instantiate2(&authority, credit_code, "credit", &begin));
        made(
            sandbox
                .subscribe_end_block(&credit)
                .map(|()| credit.clone()),
        );
        let mut town = Town {
            standard: vec![credit.clone()],
            sandbox,
            authority,
            people,
            credit,
            holder,
        };
        let members = town.people.len().saturating_sub(2);
        for n in 0..members {
            let open = town.open(n, n as u64);
            let opened = town.tell(&town.authority.clone(), &open);
            opened.unwrap_or_else(|why| panic!("{why}"));
        }
        town
    }

    /// The message that opens somebody's account.
    #[must_use]
    pub fn open(&self, n: usize, person: u64) -> Value {
        let sponsor = (n > 0).then(|| &self.people[0]);
        json!({"open_account": {"owner": self.people[n], "kind": "person",
            "person": person.to_string(), "sponsor": sponsor}})
    }

    /// A message to credit.
    ///
    /// # Errors
    /// It was refused.
    pub fn tell(&mut self, sender: &Addr, msg: &Value) -> Result<Receipt, Refusal> {
        self.sandbox.execute(sender, &self.credit.clone(), msg)
    }

    /// Every invariant that some contract says does not hold.
    #[must_use]
    pub fn broken(&self) -> Vec<String> {
        let mut broken = vec![];
        for contract in &self.standard {
            let asked = self.sandbox.query(contract, &json!({"invariants": {}}));
            let Invariants { invariants } = match asked {
                Ok(invariants) => invariants,
                Err(why) => {
                    broken.push(format!("{contract} does not say: {why}"));
                    continue;
                }
            };
            let not = invariants.into_iter().filter(|invariant| !invariant.holds);
            broken.extend(not.map(|invariant| format!("{invariant:?}")));
        }
        broken
    }
}
