//! What each message costs, compiled.

use super::*;

/// One message in both, its gas in a table: VM gas in the mock, and what the
/// chain would charge: VM gas / 140,000 + the SDK's storage prices.
struct Meter {
    compiled: Compiled,
    table: String,
}

impl Meter {
    fn run(&mut self, world: &mut World, name: &str, sender: &str, msg: ExecuteMsg) -> u64 {
        let theirs = self.compiled.execute(world, sender, &msg);
        let vm = self.compiled.0.gas_used();
        world.storage.gas.set(0);
        let ours = native_execute(world, sender, msg);
        assert_eq!(text(&ours), text(&theirs), "{name}");
        assert!(ours.starts_with(br#"{"ok""#), "{name}: {}", text(&ours));
        let sdk = vm.div_ceil(MULTIPLIER) + world.storage.gas.get();
        let _ = writeln!(self.table, "{name} {vm} {sdk}");
        sdk
    }
}

fn gas_table() -> String {
    let mut world = World::new();
    world.enrol(1..=9);
    let compiled = Compiled::like(&world, &wasm());
    let table = String::from(
        "# message, VM gas in the mock, SDK gas on chain (VM gas / 140,000 + storage)\n",
    );
    let mut meter = Meter { compiled, table };
    let anyone = world.address("anyone");
    let propose = |world: &World, with| ExecuteMsg::Propose {
        with: Id(with),
        i_owe: true,
        amount: credits(5),
        due: Seconds(world.now + 30 * DAY),
        priority: None,
        reference: None,
    };
    for (number, (debtor, creditor)) in (0u64..).zip([(1, 2), (2, 3), (3, 1), (1, 4), (1, 5)]) {
        let (debtor, creditor_address) = (world.person(debtor), world.person(creditor));
        let msg = propose(&world, creditor);
        let label = if number == 0 { "" } else { "/again" };
        let keep = meter.table.clone();
        meter.run(&mut world, &format!("propose{label}"), &debtor, msg);
        let confirm = ExecuteMsg::Confirm {
            proposal: Id(number),
        };
        meter.run(
            &mut world,
            &format!("confirm{label}"),
            &creditor_address,
            confirm,
        );
        if number > 1 {
            meter.table = keep;
        }
    }
    let person = |world: &World, n| world.person(n);
    for n in 1..=3 {
        let sender = person(&world, n);
        let keep = meter.table.clone();
        meter.run(
            &mut world,
            "consent",
            &sender,
            ExecuteMsg::Consent { on: true },
        );
        if n > 1 {
            meter.table = keep;
        }
    }
    let two = person(&world, 4);
    let pay = ExecuteMsg::RecordPayment {
        obligation: Id(3),
        amount: credits(1),
    };
    meter.run(&mut world, "record_payment", &two, pay);
    let tender = ExecuteMsg::Tender {
        obligations: vec![Id(3)],
        on: true,
    };
    meter.run(&mut world, "tender", &two, tender);
    let one = person(&world, 1);
    let collect = ExecuteMsg::Collect {
        obligation: Id(3),
        amount: Some(credits(1)),
    };
    meter.run(&mut world, "collect", &one, collect);
    meter.run(
        &mut world,
        "cancel",
        &one,
        ExecuteMsg::Cancel { obligation: Id(4) },
    );
    meter.run(
        &mut world,
        "dispute",
        &one,
        ExecuteMsg::Dispute { obligation: Id(4) },
    );
    meter.run(&mut world, "open_round", &anyone, ExecuteMsg::OpenRound {});
    world.now += DAY;
    let advance = |round| ExecuteMsg::Advance {
        round: Id(round),
        limit: None,
    };
    meter.run(&mut world, "advance/freeze/3", &anyone, advance(0));
    let body = world.download(Id(0)).optimal_body();
    let hash = mycel_clearing::posts::commitment(&one, &body).into();
    let commit = ExecuteMsg::Commit {
        round: Id(0),
        hash,
        bytes: body.len() as u32,
    };
    meter.run(&mut world, "commit", &one, commit);
    world.now = world.round_of(Id(0)).commit_until.0;
    let post = ExecuteMsg::Post {
        round: Id(0),
        post: 0,
        page: 0,
        data: body.into(),
    };
    meter.run(&mut world, "post", &one, post);
    meter.run(
        &mut world,
        "advance/verify_and_settle/3",
        &anyone,
        advance(0),
    );
    assert_eq!(world.round_of(Id(0)).stage, "done");
    meter.run(
        &mut world,
        "sweep",
        &anyone,
        ExecuteMsg::Sweep {
            page: 0,
            limit: None,
        },
    );

    let market = world.market(terms("food"));
    meter.compiled.0.env().storage = world.storage.map.clone();
    let expires = Seconds(world.now + 30 * DAY);
    let offer = OfferMsg {
        market,
        quantity: Id(10),
        price: 1,
        gift: false,
        expires,
        upward: false,
    };
    meter.run(&mut world, "offer", &one, ExecuteMsg::Offer(offer));
    let other = person(&world, 2);
    let need = NeedMsg {
        market,
        quantity: Id(10),
        price: 5,
        class: 0,
        expires,
        upward: false,
    };
    meter.run(&mut world, "need", &other, ExecuteMsg::Need(need));
    let link = LinkMsg {
        market,
        from: Id(1),
        to: Id(2),
        distance: 1,
        capacity: Id(10),
    };
    meter.run(&mut world, "link", &one, ExecuteMsg::Link(link.clone()));
    world.say(2, ExecuteMsg::Link(link)).expect("signs");
    world.allocate(market);
    meter.compiled.0.env().storage = world.storage.map.clone();
    let promise = Id(0);
    meter.run(&mut world, "accept", &one, ExecuteMsg::Accept { promise });
    meter.run(
        &mut world,
        "accept/binds",
        &other,
        ExecuteMsg::Accept { promise },
    );
    let report = || ExecuteMsg::Report {
        promise,
        quantity: Id(10),
    };
    meter.run(&mut world, "report", &one, report());
    meter.run(&mut world, "report/judged", &other, report());
    for (name, kind) in KINDS {
        let market = units(&mut world, kind, 50);
        meter.compiled.0.env().storage = world.storage.map.clone();
        units_round(&mut world, &mut meter, &format!("{name}/100"), market);
    }
    meter.table
}

/// Markets in which each has one unit.
const KINDS: [(&str, MarketKind); 2] = [
    ("assignment", MarketKind::Assignment { by: Costs::Ranks }),
    ("stable", MarketKind::Stable),
];

/// A market where so many offer and as many need, each with a list of 16
/// neighbours in an order of its own; all lists are answered.
fn units(world: &mut World, kind: MarketKind, side: u64) -> u32 {
    world.enrol(1_000..1_000 + 2 * side);
    let terms = MarketMsg {
        kind,
        ..terms("mentor")
    };
    let market = world.market(terms);
    for n in 0..side {
        world.offer(market, 1_000 + n, 1, 0);
        world.need(market, 1_000 + side + n, 1, 0);
    }
    for n in 0..side {
        let mut random = crate::world::Random(n);
        let mut order: Vec<u64> = (0..16).collect();
        for at in (1..order.len()).rev() {
            order.swap(at, random.below(at as u64 + 1) as usize);
        }
        let after: Vec<u64> = order
            .iter()
            .map(|k| 1_000 + side + (n + k) % side)
            .collect();
        let before: Vec<u64> = order
            .iter()
            .map(|k| 1_000 + (n + side - k) % side)
            .collect();
        world.choose(market, 1_000 + n, &after);
        world.choose(market, 1_000 + side + n, &before);
    }
    market
}

/// A round of such a market, each message metered; the most that one took.
fn units_round(world: &mut World, meter: &mut Meter, name: &str, market: u32) -> u64 {
    let anyone = world.address("anyone");
    let list = world.posted(market, 1_000).choices;
    let choices: Vec<ChoiceMsg> = list.into_iter().rev().collect();
    let choose = ExecuteMsg::Choose(ChooseMsg { market, choices });
    let one = world.person(1_000);
    meter.run(world, &format!("{name}/choose"), &one, choose);
    let open = ExecuteMsg::OpenAllocation { market };
    meter.run(world, &format!("{name}/open"), &anyone, open);
    let round = Id(world.told("round").parse().expect("a number"));
    let mut most = 0;
    let advance = || ExecuteMsg::Advance { round, limit: None };
    while world.round_of(round).stage != "frozen" {
        most = meter
            .run(world, &format!("{name}/freeze"), &anyone, advance())
            .max(most);
    }
    let body = world.download(round).optimal_body();
    let hash = mycel_clearing::posts::commitment(&one, &body).into();
    let bytes = body.len() as u32;
    let commit = ExecuteMsg::Commit { round, hash, bytes };
    meter.run(world, &format!("{name}/commit"), &one, commit);
    world.now = world.round_of(round).commit_until.0;
    let post = ExecuteMsg::Post {
        round,
        post: 0,
        page: 0,
        data: body.into(),
    };
    meter.run(world, &format!("{name}/post"), &one, post);
    while world.round_of(round).stage != "done" {
        most = meter
            .run(
                world,
                &format!("{name}/verify_and_settle"),
                &anyone,
                advance(),
            )
            .max(most);
    }
    let best = world.round_of(round).best.expect("solved");
    assert_eq!(best.gap.i128(), 0);
    most
}

/// The largest market of one unit a side: 1,024 on either side with 16 each.
#[test]
fn the_largest_market_of_units_fits_transactions() {
    for (name, kind) in KINDS {
        let mut world = World::new();
        let market = units(&mut world, kind, 1_024);
        let compiled = Compiled::like(&world, &wasm());
        let table = String::new();
        let mut meter = Meter { compiled, table };
        meter.compiled.0.env().storage = world.storage.map.clone();
        let most = units_round(&mut world, &mut meter, name, market);
        eprintln!("{}", meter.table);
        assert!(most < 20_000_000, "{name}: {most} fits a transaction");
        assert_eq!(world.storage.map, meter.compiled.0.env().storage);
    }
}

/// Reviewed like code. Another compiler may shift it a little; more than 5 %
/// is a change that somebody should have looked at.
#[test]
#[allow(
    clippy::disallowed_methods,
    reason = "one variable rewrites golden files"
)]
fn gas_of_each_message_is_what_was_reviewed() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gas.txt");
    let now = gas_table();
    if std::env::var_os("MYCEL_UPDATE").is_some() {
        std::fs::write(path, &now).expect("writes the golden file");
    }
    let reviewed = std::fs::read_to_string(path).expect("tests/gas.txt");
    let numbers = |table: &str| -> Vec<(String, f64, f64)> {
        let rows = table.lines().filter(|line| !line.starts_with('#'));
        rows.map(|row| {
            let mut parts = row.split(' ');
            let name = parts.next().expect("a name").to_owned();
            let mut gas = || parts.next().expect("gas").parse().expect("gas");
            (name, gas(), gas())
        })
        .collect()
    };
    let (now_rows, reviewed_rows) = (numbers(&now), numbers(&reviewed));
    assert_eq!(
        now_rows.len(),
        reviewed_rows.len(),
        "MYCEL_UPDATE=1 rewrites {path}"
    );
    for ((name, vm, sdk), (reviewed_name, reviewed_vm, reviewed_sdk)) in
        now_rows.iter().zip(&reviewed_rows)
    {
        assert_eq!(name, reviewed_name, "MYCEL_UPDATE=1 rewrites {path}");
        for (gas, reviewed) in [(vm, reviewed_vm), (sdk, reviewed_sdk)] {
            assert!(
                (0.95..=1.05).contains(&(gas / reviewed)),
                "{name}: {gas} now, {reviewed} reviewed; MYCEL_UPDATE=1 rewrites {path}"
            );
        }
    }
}

/// The whole Sarafu round in the compiled contract, every message in a
/// transaction's 20 million gas, all of them in a block's 100 million.
#[test]
fn the_sarafu_round_fits_one_block() {
    let mut world = World::new();
    let Some(seeds) = sarafu::seeds((world.now + 60 * DAY) as u32) else {
        return;
    };
    seed::write(&mut world.storage, &seeds).expect("an empty contract");
    world.storage.keep();
    let mut compiled = Compiled::like(&world, &wasm());
    compiled.0.env().storage = world.storage.map.clone();
    let mut meter = Meter {
        compiled,
        table: String::new(),
    };
    let anyone = world.address("anyone");
    let round = Id(0);
    let mut gas = meter.run(&mut world, "open_round", &anyone, ExecuteMsg::OpenRound {});
    world.now += DAY;
    let advance = || ExecuteMsg::Advance { round, limit: None };
    gas += meter.run(&mut world, "freeze", &anyone, advance());
    let body = world.download(round).optimal_body();
    let hash = mycel_clearing::posts::commitment(&anyone, &body).into();
    let bytes = body.len() as u32;
    gas += meter.run(
        &mut world,
        "commit",
        &anyone,
        ExecuteMsg::Commit { round, hash, bytes },
    );
    world.now = world.round_of(round).commit_until.0;
    for (page, data) in (0u32..).zip(body.chunks(mycel_clearing::posts::PAGE_BYTES)) {
        let post = ExecuteMsg::Post {
            round,
            post: 0,
            page,
            data: data.into(),
        };
        gas += meter.run(&mut world, &format!("post/{page}"), &anyone, post);
    }
    while world.round_of(round).stage != "done" {
        let stage = world.round_of(round).stage;
        gas += meter.run(&mut world, &format!("advance/{stage}"), &anyone, advance());
    }
    eprintln!("{}the whole round {gas}", meter.table);
    for row in meter.table.lines() {
        let sdk: u64 = row
            .rsplit(' ')
            .next()
            .and_then(|gas| gas.parse().ok())
            .expect("gas");
        assert!(sdk < 20_000_000, "{row} fits a transaction");
    }
    assert!(gas < 100_000_000, "{gas} fits a block");
    assert_eq!(world.storage.map, meter.compiled.0.env().storage);
}
