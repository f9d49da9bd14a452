//! An order as it is sealed: its steps, the round size that is put aside, and what is kept until it is opened.
use mycel_client::{
    Amount, amount,
    commons::{
        market::{
            hash::{self, Sealed},
            msg::StepOf,
            order::{Measure, Side, Step, measure},
        },
        quantity::Quantity,
    },
};
use mycel_kit::amount::CREDIT;
use serde::{Deserialize, Serialize};

use super::here::quantity;
use crate::{
    exit::Failure,
    session::{self, Committed},
};

const BPS: u128 = 10_000;
const DAY: u64 = 86_400;
/// Parts of a rate per day.
const PPB: u128 = 1_000_000_000;

/// A sealed order, as it lies in the home directory until it is opened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// What went to the chain, hexadecimal.
    pub commitment: String,
    /// 32 random bytes, hexadecimal.
    pub salt: String,
    /// The auction.
    pub auction: u64,
    /// Which side.
    pub side: Side,
    /// Prices in pico-credits and quantities.
    pub steps: Vec<StepOf>,
}

impl Committed for Kept {
    fn commitment(&self) -> &str {
        &self.commitment
    }
}

/// The file of one person's order on one side of one auction.
pub type Drawer = session::Drawer<Kept>;

/// What the file is called.
pub fn matter(auction: u64, person: u64, side: Side) -> String {
    format!("order-{auction}-{person}-{}", side.name())
}

/// Steps as typed, `PRICE:QUANTITY`, in the order in which the contract wants them.
pub fn steps(side: Side, texts: &[String]) -> Result<(Vec<StepOf>, Measure), Failure> {
    let mut steps = texts
        .iter()
        .map(|text| step(text))
        .collect::<Result<Vec<StepOf>, _>>()?;
    steps.sort_by_key(|step| step.price.pico());
    if side == Side::Buy {
        steps.reverse();
    }
    let read: Vec<Step> = steps.iter().map(StepOf::read).collect();
    let measure = measure(side, &read).map_err(|why| {
        Failure::Usage(format!(
            "{why}; write one to five steps PRICE:QUANTITY with different prices, as `0.012:500 0.01:1000`"
        ))
    })?;
    Ok((steps, measure))
}

fn step(text: &str) -> Result<StepOf, Failure> {
    let wrong = |why: &str| {
        Failure::Usage(format!(
            "{text} is no step: {why}; write PRICE:QUANTITY, the price in credits, as `0.012:500`"
        ))
    };
    let (price, units) = text.split_once(':').ok_or_else(|| wrong("no colon"))?;
    Ok(StepOf {
        price: amount::parse(price).map_err(|e| wrong(&e.to_string()))?,
        quantity: quantity(units).map_err(|e| wrong(&e))?,
    })
}

/// The least of 1, 2, 5, 10 … that is not below a number.
pub fn round_up(number: u128) -> u128 {
    let mut unit = 1u128;
    loop {
        for times in [1, 2, 5] {
            let round = unit.saturating_mul(times);
            if round >= number || round == u128::MAX {
                return round;
            }
        }
        unit = unit.saturating_mul(10);
    }
}

/// The greatest of 1, 2, 5, 10 … that is not above a number; 0 of 0.
pub fn round_down(number: u128) -> u128 {
    let up = round_up(number);
    if up == number || number == 0 {
        return number.min(up);
    }
    // one step below: 5 → 2, 2 → 1, 1 → 5 of the power before
    match up.to_string().as_bytes()[0] {
        b'5' => up / 5 * 2,
        _ => up / 2,
    }
}

/// What a hold must have now so that it still covers an order of this cost, with the margin, when it is opened.
pub fn needs(cost: u64, margin_bps: u16, rate_ppb_per_day: u32, seconds: u64) -> u128 {
    let with_margin = (u128::from(cost) * (BPS + u128::from(margin_bps))).div_ceil(BPS);
    // one day more than it lasts: whatever the hour
    let days = u128::from(seconds / DAY + 1);
    let decay = with_margin.saturating_mul(u128::from(rate_ppb_per_day) * days);
    with_margin + decay.div_ceil(PPB)
}

/// The round number of whole credits that is put aside for a bid.
pub fn hold(needs: u128) -> Result<Amount, Failure> {
    let whole = round_up(needs.div_ceil(u128::from(CREDIT)));
    let found = u64::try_from(whole).ok().and_then(Amount::credits);
    found.ok_or_else(|| {
        Failure::Usage("this order could cost more than one hold can have; bid for less".into())
    })
}

/// The round number of units that is put aside for an offer of so many, of so many that one has.
pub fn escrow(offered: u128, has: Quantity, unit: &str) -> Result<Quantity, Failure> {
    let round = round_up(offered);
    let has = has.units();
    if round <= has {
        return Ok(Quantity::at_most(round));
    }
    Err(Failure::Refused(if has == 0 {
        format!("you have no {unit} to offer; see `mycel commons show ID --as NAME`")
    } else {
        format!(
            "to offer {offered} {unit}, {round} are put aside (sizes are 1, 2 or 5 with zeros behind), and you have {has}; offer at most {}",
            round_down(has)
        )
    }))
}

/// Seals an order: what goes to the chain, and what is kept.
pub fn seal(sealed: &Sealed<'_>, steps: &[StepOf], salt: [u8; 32]) -> Kept {
    let read: Vec<Step> = steps.iter().map(StepOf::read).collect();
    Kept {
        commitment: hex::encode(hash::commitment(sealed, &read, &salt)),
        salt: hex::encode(salt),
        auction: sealed.auction,
        side: sealed.side,
        steps: steps.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(side: Side, texts: &[&str]) -> Result<(Vec<StepOf>, Measure), Failure> {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        steps(side, &texts)
    }

    #[test]
    fn steps_are_read_and_put_in_the_order_that_the_contract_wants() {
        let prices = |side| {
            let (steps, measure) = typed(side, &["0.01:1000", "0.012:500"]).unwrap();
            let prices: Vec<u64> = steps.iter().map(|step| step.price.pico()).collect();
            (prices, measure.quantity, measure.cost)
        };
        assert_eq!(
            prices(Side::Buy),
            (
                vec![12_000_000_000, 10_000_000_000],
                1_500,
                15_000_000_000_000
            )
        );
        assert_eq!(
            prices(Side::Sell),
            (vec![10_000_000_000, 12_000_000_000], 1_500, 0)
        );
        for wrong in [
            &["0.01"][..],
            &["x:1"],
            &["1:x"],
            &["1:0"],
            &["0:1"],
            &[],
            &["1:1", "1:2"],
            &["1:1", "2:1", "3:1", "4:1", "5:1", "6:1"],
        ] {
            let refused = typed(Side::Buy, wrong).unwrap_err().to_string();
            assert!(refused.contains("PRICE:QUANTITY"), "{wrong:?}: {refused}");
        }
    }

    #[test]
    fn sizes_are_the_next_round_numbers() {
        let up = |n| round_up(n);
        assert_eq!(
            [up(0), up(1), up(3), up(6), up(11), up(201)],
            [1, 1, 5, 10, 20, 500]
        );
        let down: Vec<u128> = [0, 1, 3, 4, 5, 9, 10, 19, 20, 49, 50, 99, 100]
            .map(round_down)
            .to_vec();
        assert_eq!(down, [0, 1, 2, 2, 5, 5, 10, 10, 20, 20, 50, 50, 100]);
        use mycel_client::commons::market::order::is_round;
        for n in 1..5_000u128 {
            assert!(is_round(round_up(n)) && is_round(round_down(n)), "{n}");
            assert!(round_down(n) <= n && n <= round_up(n), "{n}");
        }
    }

    #[test]
    fn a_hold_covers_its_order_with_margin_and_decay_until_it_is_opened() {
        // 15 credits with 2 % are 15.3, and three days at 0.03 %
        let needs = needs(15_000_000_000_000, 200, 300_000, 2 * DAY + 5);
        assert_eq!(needs, 15_300_000_000_000 + 13_770_000_000);
        assert_eq!(hold(needs).unwrap(), Amount::credits(20).unwrap());
        assert!(
            hold(u128::from(u64::MAX))
                .unwrap_err()
                .to_string()
                .contains("bid for less")
        );
    }

    #[test]
    fn an_offer_beyond_what_one_has_says_how_much_can_be_offered() {
        let has = |n| Quantity::new(n).unwrap();
        assert_eq!(escrow(1_500, has(2_000), "kg").unwrap(), has(2_000));
        let refused = escrow(1_500, has(1_900), "kg").unwrap_err().to_string();
        assert!(refused.contains("offer at most 1000"), "{refused}");
        assert!(
            escrow(1, has(0), "kg")
                .unwrap_err()
                .to_string()
                .contains("no kg")
        );
    }

    #[test]
    fn what_is_kept_is_all_that_opening_needs() {
        let sealed = Sealed {
            chain: "mycel-1",
            contract: "mycel1commons",
            auction: 8,
            person: 42,
            side: Side::Buy,
        };
        let (steps, _) = typed(Side::Buy, &["9:100"]).unwrap();
        let kept = seal(&sealed, &steps, [2; 32]);
        let text = serde_json::to_string(&kept).unwrap();
        let again: Kept = serde_json::from_str(&text).unwrap();
        assert_eq!(again, kept);
        let salt: [u8; 32] = hex::decode(&again.salt).unwrap().try_into().unwrap();
        let read: Vec<Step> = again.steps.iter().map(StepOf::read).collect();
        let computed = hash::commitment(&sealed, &read, &salt);
        assert_eq!(hex::encode(computed), again.commitment);
    }
}
