//! Numbers and sentences about a commons, from what the contract answers. Quantities are in the commons' own unit.
use mycel_client::{
    Amount, Credits, amount,
    assembly::words::lasting,
    commons::{
        cap::ask::{CutView, EpochView},
        monitors::ask::MonitorsResponse,
        order::ask::{MeasureView, Reason},
        quantity::Quantity,
        rights::ask::{AccountView, Preview},
    },
};

/// Digits in groups of three: `1,000,000`.
pub fn digits(number: u128) -> String {
    let plain = number.to_string();
    let mut text = String::new();
    for (place, digit) in plain.chars().enumerate() {
        if place > 0 && (plain.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A quantity with its unit: `4,500,000 kg`.
pub fn units(quantity: Quantity, unit: &str) -> String {
    format!("{} {unit}", digits(quantity.units()))
}

/// An amount at a glance: `12.50 credits`.
pub fn credits(amount: Amount) -> String {
    format!("{} credits", amount::brief(amount.signed()))
}

/// An amount to the last pico-credit, as somebody typed it.
pub fn exact(amount: Amount) -> String {
    format!("{} credits", Credits(amount.signed()))
}

/// A share of 1/10,000 in percent: `12.5 %`.
pub fn bps(bps: u32) -> String {
    tenths_of_percent(u128::from(bps).div_ceil(10))
}

fn tenths_of_percent(tenths: u128) -> String {
    match tenths % 10 {
        0 => format!("{} %", tenths / 10),
        tenth => format!("{}.{tenth} %", tenths / 10),
    }
}

/// By how much something changed, to a tenth of a percent.
fn percent(from: u128, to: u128) -> String {
    let change = from.abs_diff(to).saturating_mul(1_000);
    let tenths = change.saturating_add(from / 2) / from.max(1);
    match tenths {
        0 => "less than 0.1 %".into(),
        tenths => tenths_of_percent(tenths),
    }
}

/// `the cap fell 8 %`, `the cap stayed the same`, `the cap rose from nothing`.
fn moved(what: &str, from: Quantity, to: Quantity) -> String {
    let (from, to) = (from.units(), to.units());
    match to.cmp(&from) {
        std::cmp::Ordering::Equal => format!("{what} stayed the same"),
        std::cmp::Ordering::Less => format!("{what} fell {}", percent(from, to)),
        std::cmp::Ordering::Greater if from == 0 => format!("{what} rose from nothing"),
        std::cmp::Ordering::Greater => format!("{what} rose {}", percent(from, to)),
    }
}

/// `from 1,000,000 to 920,000 kg`.
fn between(from: Quantity, to: Quantity, unit: &str) -> String {
    format!("from {} to {}", digits(from.units()), units(to, unit))
}

/// Why an epoch's cap is another than the one before.
pub fn cap_changed(old: &EpochView, new: &EpochView, unit: &str) -> String {
    let said = moved("the cap", old.opened, new.opened);
    let because = match new.status.as_str() {
        "stale" => "monitors did not read: without readings it only tightens".to_owned(),
        "disputed" => format!(
            "readings are disputed and the lowest counts, {}",
            units(new.stock, unit)
        ),
        _ if new.stock != old.stock => {
            let stock = moved("the stock", old.stock, new.stock);
            format!("{stock} {}", between(old.stock, new.stock, unit))
        }
        _ if new.opened == old.opened => {
            return format!("{said}: the stock is {}", units(new.stock, unit));
        }
        _ if new.opened > old.opened => {
            "it comes back step by step: the rules let it rise only so much in a season".to_owned()
        }
        _ => "the rules, or the budget of what it is part of, changed".to_owned(),
    };
    let slower = match new.status.as_str() {
        "fresh" if new.opened < new.most && new.stock > old.stock => {
            "; it rises no faster than the rules let it"
        }
        _ => "",
    };
    format!("{said} because {because}{slower}")
}

/// A cut within an epoch: `cut at once by 30 % of what was left, 21,000 kg, because monitors read less`.
pub fn cut(cut: &CutView, unit: &str) -> String {
    let lost = cut.den.less(cut.num);
    let because = match cut.why.as_str() {
        "reading" => "monitors read less",
        "budget" => "the commons above was cut",
        other => other,
    };
    format!(
        "cut at once by {} of what was left, {}, because {because}",
        percent(cut.den.units(), cut.num.units()),
        units(lost, unit)
    )
}

/// What one's shares yield: `your 10,000 shares yield 450 kg this season, …`.
pub fn yields(preview: &Preview, unit: &str) -> String {
    let shares = digits(u128::from(preview.shares.0));
    let mut text = format!(
        "your {shares} shares yield {} this season",
        units(preview.yields, unit)
    );
    if preview.after_cuts != preview.yields {
        let left = units(preview.after_cuts, unit);
        text.push_str(&format!(", {left} after the cuts"));
    }
    if let Some(before) = &preview.before
        && before.yields != preview.yields
    {
        let word = if before.yields > preview.yields {
            "less"
        } else {
            "more"
        };
        text.push_str(&format!(
            ", {} {word} than the {} of the season before",
            percent(before.yields.units(), preview.yields.units()),
            units(before.yields, unit)
        ));
    }
    text
}

/// Why one's entitlement is what it is, cause by cause, the stock first.
pub fn causes(preview: &Preview, unit: &str) -> Vec<String> {
    let tell = |what: &str, from: Quantity, to: Quantity| {
        let change = |name: &str| {
            let range = between(from, to, unit);
            format!("{} {range}", moved(name, from, to))
        };
        let some = |text: &str| units(to, unit) + text;
        Some(match what {
            "stock" => change("the stock"),
            "cap" => change("the cap"),
            "tac" => change("what all shares yield"),
            "shares" => format!(
                "your shares went from {} to {}",
                digits(from.units()),
                digits(to.units())
            ),
            "cut" => format!("cuts within the season took {}", units(from.less(to), unit)),
            _ if to.is_zero() => return None,
            "carried" => some(" were set aside in the season before"),
            "sanction" => some(" are withheld by a sanction"),
            "repaid" => some(" repaid what was taken beyond the entitlement before"),
            "returned" => some(" returned what was borrowed"),
            "waits" => some(" wait until what is owed for overage is paid"),
            other => format!("{other}: {}", between(from, to, unit)),
        })
    };
    let because = preview.because.iter();
    because
        .filter_map(|cause| tell(&cause.what, cause.from, cause.to))
        .collect()
}

/// What is left of an entitlement and where the rest went.
pub fn left(account: &AccountView, unit: &str) -> String {
    let mut text = format!("{} left", units(account.balance, unit));
    let parts = [
        (account.harvested, "harvested"),
        (account.retired, "retired"),
        (account.banked, "set aside for the next season"),
        (account.escrow, "with the market"),
        (account.waiting, "waiting for what is owed"),
        (account.given, "given or sold"),
        (account.cancelled, "given up"),
        (account.repaid, "repaid"),
        (account.returned, "returned"),
        (account.withheld, "withheld"),
        (account.cut, "cut"),
    ];
    for (quantity, what) in parts {
        if !quantity.is_zero() {
            text.push_str(&format!(", {} {what}", units(quantity, unit)));
        }
    }
    text
}

/// A warning, and what follows of going on.
pub fn warning(account: &AccountView, price: Amount, unit: &str) -> Option<String> {
    if account.warning == 0 {
        return None;
    }
    Some(format!(
        "{} % or more is used; each {unit} beyond costs {} or more and comes off the next season",
        account.warning,
        credits(price)
    ))
}

/// What readings say together, and how sure that is.
pub fn stock(monitors: &MonitorsResponse, unit: &str) -> String {
    let Some(value) = &monitors.value else {
        return "nothing was read yet".into();
    };
    let sure = match value.status.as_str() {
        "fresh" if value.range.is_zero() => "fresh, all agree".to_owned(),
        "fresh" => format!("fresh, within {}", units(value.range, unit)),
        "disputed" => match monitors.dispute {
            Some(dispute) => format!(
                "disputed: the lowest counts while a jury decides (dispute {dispute}, median {})",
                units(value.median, unit)
            ),
            None => "disputed: the lowest counts".to_owned(),
        },
        _ => "stale: it can only tighten the cap".to_owned(),
    };
    format!(
        "{}, {sure}; {} readings of {} needed",
        units(value.counts, unit),
        value.readings,
        value.quorum
    )
}

/// Why a measure was taken.
pub fn reason(measure: &MeasureView, unit: &str) -> String {
    match &measure.why {
        Reason::Overuse {
            epoch,
            over,
            entitlement,
        } => format!(
            "{} were taken beyond an entitlement of {} in season {epoch}",
            units(*over, unit),
            units(*entitlement, unit)
        ),
        Reason::Upheld { accusation } => format!("a jury upheld accusation {accusation}"),
        Reason::Malicious { accusation } => {
            format!("a jury found accusation {accusation} malicious")
        }
        Reason::Challenge {} => "a jury found a challenge of a reading malicious".into(),
    }
}

/// What a step of the ladder means.
pub fn step(step: &str, scale_bps: u16) -> String {
    match step {
        "none" => "none".into(),
        "notice" => "notice: nothing is withheld".into(),
        "reduced" => format!(
            "reduced: the next entitlements are {} of what shares yield",
            bps(scale_bps.into())
        ),
        "suspended" => "suspended: no harvest, no orders, nothing handed on".into(),
        "excluded" => "excluded: the enrolment is over and the shares are sold for you".into(),
        other => other.to_owned(),
    }
}

/// How long until a second of the contracts' clock: `3 days 2 h`, `over`; the second itself where no clock is known.
pub fn time(second: u64, now: Option<u64>) -> String {
    match now.map(|now| second.saturating_sub(now)) {
        None => format!("until second {second}"),
        Some(0) => "over".into(),
        Some(seconds) => format!("{} left", lasting(seconds)),
    }
}

#[cfg(test)]
mod tests {
    use mycel_client::commons::{
        quantity::Shares,
        rights::ask::{Before, Cause},
    };
    use serde_json::json;

    use super::*;

    fn of(number: u128) -> Quantity {
        Quantity::new(number).unwrap()
    }

    fn epoch(status: &str, stock: u128, opened: u128, most: u128) -> EpochView {
        serde_json::from_value(
            json!({"number": "2", "opens": "0", "closes": "9", "open": true,
            "status": status, "stock": stock.to_string(), "median": "0", "low": "0",
            "most": most.to_string(), "opened": opened.to_string(), "cap": opened.to_string(),
            "tac": "0", "regenerated": "0", "banked": "0", "banked_in": "0", "budgets": "0",
            "withheld": "0", "released": "0", "cuts": [], "harvested": "0", "overage": "0",
            "retired": "0", "price": null}),
        )
        .unwrap()
    }

    #[test]
    fn numbers_are_grouped_and_have_their_unit() {
        assert_eq!(digits(0), "0");
        assert_eq!(digits(999), "999");
        assert_eq!(digits(1_000), "1,000");
        assert_eq!(units(of(4_500_000), "kg"), "4,500,000 kg");
        assert_eq!((bps(500).as_str(), bps(1_250).as_str()), ("5 %", "12.5 %"));
    }

    #[test]
    fn the_cap_fell_because_the_stock_fell_and_both_numbers_are_said() {
        let (old, new) = (
            epoch("fresh", 1_000_000, 100_000, 100_000),
            epoch("fresh", 920_000, 92_000, 92_000),
        );
        assert_eq!(
            cap_changed(&old, &new, "kg"),
            "the cap fell 8 % because the stock fell 8 % from 1,000,000 to 920,000 kg"
        );
        let slow = epoch("fresh", 1_500_000, 110_000, 150_000);
        assert_eq!(
            cap_changed(&old, &slow, "kg"),
            "the cap rose 10 % because the stock rose 50 % from 1,000,000 to 1,500,000 kg; it rises no faster than the rules let it"
        );
        let stale = epoch("stale", 1_000_000, 90_000, 100_000);
        assert!(
            cap_changed(&old, &stale, "kg")
                .starts_with("the cap fell 10 % because monitors did not read")
        );
        let disputed = epoch("disputed", 800_000, 80_000, 80_000);
        assert!(cap_changed(&old, &disputed, "kg").contains("the lowest counts, 800,000 kg"));
        let same = epoch("fresh", 1_000_000, 100_000, 100_000);
        assert_eq!(
            cap_changed(&old, &same, "kg"),
            "the cap stayed the same: the stock is 1,000,000 kg"
        );
        let later = epoch("fresh", 1_000_000, 120_000, 150_000);
        assert!(cap_changed(&old, &later, "kg").contains("step by step"));
    }

    #[test]
    fn what_shares_yield_is_said_beside_what_they_yielded_and_why() {
        let preview = Preview {
            shares: Shares(10_000),
            tac: of(4_500_000),
            yields: of(450),
            after_cuts: of(315),
            before: Some(Before {
                epoch: mycel_kit::Id(1),
                shares: Shares(10_000),
                tac: of(5_000_000),
                yields: of(500),
                after_cuts: of(500),
            }),
            because: [
                ("stock", 1_000, 900),
                ("cut", 450, 315),
                ("sanction", 0, 9),
                ("carried", 5, 0),
            ]
            .map(|(what, from, to)| Cause {
                what: what.into(),
                from: of(from),
                to: of(to),
            })
            .to_vec(),
        };
        assert_eq!(
            yields(&preview, "kg"),
            "your 10,000 shares yield 450 kg this season, 315 kg after the cuts, 10 % less than the 500 kg of the season before"
        );
        assert_eq!(
            causes(&preview, "kg"),
            [
                "the stock fell 10 % from 1,000 to 900 kg",
                "cuts within the season took 135 kg",
                "9 kg are withheld by a sanction"
            ]
        );
        let plain = Preview {
            after_cuts: of(450),
            before: None,
            because: vec![],
            ..preview
        };
        assert_eq!(
            yields(&plain, "kg"),
            "your 10,000 shares yield 450 kg this season"
        );
    }

    #[test]
    fn a_cut_says_how_much_it_took_and_why() {
        let view = CutView {
            num: of(70),
            den: of(100),
            at: mycel_kit::Seconds(5),
            why: "reading".into(),
        };
        assert_eq!(
            cut(&view, "kg"),
            "cut at once by 30 % of what was left, 30 kg, because monitors read less"
        );
    }

    #[test]
    fn what_is_left_names_only_where_something_went_and_warns_before_it_is_nothing() {
        let account = AccountView {
            balance: of(20),
            harvested: of(430),
            warning: 95,
            ..AccountView::default()
        };
        assert_eq!(left(&account, "kg"), "20 kg left, 430 kg harvested");
        let price = Amount::credits(2).unwrap();
        let said = warning(&account, price, "kg").unwrap();
        assert!(said.starts_with("95 % or more is used; each kg beyond costs 2.00 credits"));
        assert_eq!(warning(&AccountView::default(), price, "kg"), None);
    }

    #[test]
    fn how_sure_the_stock_is_is_said_with_it() {
        let told = |value: serde_json::Value, dispute: serde_json::Value| {
            let monitors: MonitorsResponse = serde_json::from_value(json!({"value": value,
                "seats": [], "free": 0, "lots": 0, "lot": null, "dispute": dispute,
                "prediction": null}))
            .unwrap();
            stock(&monitors, "kg")
        };
        let value = |status: &str, range: &str| {
            json!({"counts": "900", "low": "900", "median": "950", "range": range,
            "status": status, "readings": 4, "quorum": 3, "extraction": null})
        };
        assert_eq!(told(json!(null), json!(null)), "nothing was read yet");
        assert_eq!(
            told(value("fresh", "50"), json!(null)),
            "900 kg, fresh, within 50 kg; 4 readings of 3 needed"
        );
        assert!(told(value("disputed", "0"), json!("7")).contains("dispute 7, median 950 kg"));
        assert!(told(value("stale", "0"), json!(null)).contains("only tighten"));
    }
}
