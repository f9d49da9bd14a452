//! Sealed orders, their opening, and what else an auction takes.

use mycel_commons::market::hash::{Sealed, commitment};
use mycel_commons::market::order::{Side, Step as PriceStep};
use serde_json::{Value, json};

use super::{list, number};
use crate::play::{Play, Step};
use crate::sense::tell;
use crate::sense::towards::named;
use crate::town::{CREDIT, DAY, Town};
/// The salt of an order.
fn salt(auction: u64, person: u64) -> [u8; 32] {
    let mut salt = [9; 32];
    salt[..8].copy_from_slice(&auction.to_be_bytes());
    salt[8..16].copy_from_slice(&person.to_be_bytes());
    salt
}

impl Play {
    /// Orders of an auction, sealed and opened.
    pub(super) fn deals(&mut self, town: &Town, commons: u64, kind: &str) -> Option<Step> {
        let now = town.sandbox.now();
        let members = town.members();
        let mut found: Option<Value> = None;
        let mut after = Value::Null;
        for _ in 0..20 {
            let asked = json!({"auctions": {"commons": commons.to_string(), "after": after}});
            let told = town.ask(&town.commons, &asked).unwrap_or_default();
            for one in list(&told, "auctions") {
                let fits = match kind {
                    "reveal" => {
                        number(&one, "commit_until") <= now && now < number(&one, "reveal_until")
                    }
                    _ => now < number(&one, "commit_until"),
                };
                if one["phase"] != "done" && fits {
                    found = Some(one);
                }
            }
            after = told["next"].clone();
            if after.is_null() {
                break;
            }
        }
        let Some(auction) = found else {
            return match kind {
                "reveal" if self.random.one_in(3) => Some(Step::Wait(DAY / 2)),
                "reveal" => self.deals(town, commons, "commit_sell"),
                _ => self.toward_epoch(town, commons),
            };
        };
        let number = number(&auction, "auction");
        if kind == "reveal" {
            let own: Vec<_> = self
                .orders
                .iter()
                .filter(|one| one.0 == number)
                .copied()
                .collect();
            let mut steps = vec![];
            for (_, person, sells, price, quantity) in own {
                if self.random.one_in(12) {
                    continue;
                }
                let step = json!({"price": price.to_string(), "quantity": quantity.to_string()});
                let reveal = json!({"auction": number.to_string(),
                    "side": if sells { "sell" } else { "buy" }, "steps": [step],
                    "salt": cosmwasm_std::to_hex(salt(number, person))});
                let who = named(&members, person)?;
                steps.push(Step::Tell(
                    who,
                    town.commons.clone(),
                    json!({"reveal": reveal}),
                ));
            }
            return match steps.is_empty() {
                true => Some(Step::Wait(DAY / 2)),
                false => self.burst(steps),
            };
        }
        let (who, person) = self.forester(town, commons)?;
        let sells = kind == "commit_sell";
        let quantity = *self.random.pick(&[100, 200, 500]);
        let price = 1_000_000 * (1 + self.random.below(9));
        let sealed = Sealed {
            chain: "mycel-sandbox",
            contract: town.commons.as_str(),
            auction: number,
            person,
            side: if sells { Side::Sell } else { Side::Buy },
        };
        let step = PriceStep {
            price,
            quantity: quantity.into(),
        };
        let hash = cosmwasm_std::to_hex(commitment(&sealed, &[step], &salt(number, person)));
        self.orders.push((number, person, sells, price, quantity));
        let auction = number.to_string();
        match sells {
            true => {
                let sell =
                    json!({"auction": auction, "hash": hash, "escrow": quantity.to_string()});
                tell(&who, &town.commons, json!({"commit_sell": sell}))
            }
            false => {
                let commit = json!({"commit": {"auction": auction, "hash": hash}});
                self.holds(town, &who, &town.commons, CREDIT, &commit)
            }
        }
    }
}
