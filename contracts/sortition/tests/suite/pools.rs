//! Opening a draw; volunteers come and go.

use crate::world::members::{Credential, Told, ordinary};
use crate::world::{DAY, START, World, person, plain, split, volunteering};
use cosmwasm_std::HexBinary;
use mycel_kit::peers::members::Status;
use mycel_kit::peers::sortition::{DrawInput, Feature, Quota};
use mycel_kit::{Id, Seconds};
use mycel_sandbox::address;
use mycel_sortition::ask::{ExportResponse, QueryMsg};
use mycel_sortition::draws::credentials::credential_hash;
use mycel_sortition::draws::show::{DrawRecord, PoolResponse, VolunteersResponse};
use mycel_sortition::msg::{Attribute, ExecuteMsg};
use serde_json::{Value, json};

#[test]
fn a_draw_goes_from_volunteers_to_a_panel() {
    let mut world = World::new(20);
    let draw = world.open(&split("1", "side", &[("left", 2), ("right", 3)]));
    for number in 1..=20 {
        let side = if number % 3 == 0 { "left" } else { "right" };
        world.volunteer(draw, number, &[("side", side)]);
        world.check();
    }
    world.finish(draw);
    world.check();
    let drawn = world.drawn("assembly/1");
    assert!(drawn.done);
    assert_eq!(drawn.persons.len(), 5);
    let left = drawn.persons.iter().filter(|person| person.0 % 3 == 0);
    assert_eq!(left.count(), 2);
}

#[test]
fn only_clients_open_draws_and_each_under_its_own_name() {
    let mut world = World::new(1);
    let input = plain("1", 1);
    let open = ExecuteMsg::OpenDraw(input.clone());
    world.no(&person(1), &open, "unauthorized");
    let credit = world.credit.clone();
    world.no(&credit, &open, "begins with another name");
    let bare = DrawInput {
        r#ref: "assembly".into(),
        ..input.clone()
    };
    let assembly = world.assembly.clone();
    world.no(
        &assembly,
        &ExecuteMsg::OpenDraw(bare),
        "begins with another name",
    );
    assert_eq!(world.open(&input), 1);
    world.no(&assembly, &open, "is taken");
}

pub fn decided(class: &str, action: &Value) -> Value {
    json!({"decided": {
        "proposal": "7", "electorate": "all", "class": class, "action": action,
    }})
}

#[test]
fn an_ordinary_decision_opens_a_draw_but_under_no_clients_name() {
    let mut world = World::new(1);
    let assembly = world.assembly.clone();
    let with = |name: &str| {
        let input = DrawInput {
            r#ref: name.into(),
            ..plain("1", 1)
        };
        json!({"open_draw": input})
    };
    world.no(
        &person(1),
        &decided("ordinary", &with("x/1")),
        "unauthorized",
    );
    world.no(&assembly, &decided("urgent", &with("x/1")), "insufficient");
    world.no(
        &assembly,
        &decided("ordinary", &with("credit/1")),
        "name of a client",
    );
    world.ok(&assembly, &decided("ordinary", &with("x/1")));
    world.ok(&assembly, &decided("ordinary", &with("assembly/9")));
    assert_eq!(world.draw(1).client, "x");
}

#[test]
fn parameters_change_by_constitutional_decision_within_bounds() {
    let mut world = World::new(1);
    let assembly = world.assembly.clone();
    let set = |numbers: Value| json!({"set_parameters": {"numbers": numbers}});
    let two = set(json!({"in_a_row": 2}));
    world.no(&assembly, &decided("spending", &two), "insufficient");
    world.no(&person(1), &decided("constitutional", &two), "unauthorized");
    for (name, value) in [("in_a_row", 11), ("in_a_row", 0), ("commit_seconds", 0)] {
        let beyond = set(json!({name: value}));
        world.no(
            &assembly,
            &decided("constitutional", &beyond),
            "out of bounds",
        );
    }
    let clients = json!({"set_parameters": {"clients": [
        {"name": "a", "address": assembly}, {"name": "a", "address": person(1)}]}});
    world.no(
        &assembly,
        &decided("constitutional", &clients),
        "client refused",
    );
    world.ok(&assembly, &decided("constitutional", &two));
    let told: Value = world.ask(&QueryMsg::Parameters(mycel_sortition::ask::Nothing {}));
    assert_eq!(told["numbers"]["in_a_row"], 2);
    assert!(
        told["warning"]
            .as_str()
            .expect("a warning")
            .contains("predictable")
    );
}

#[test]
fn terms_that_cannot_be_met_are_refused_at_once() {
    let mut world = World::new(1);
    let assembly = world.assembly.clone();
    let good = split("1", "side", &[("left", 2), ("right", 3)]);
    let mut no = |change: &dyn Fn(&mut DrawInput), words: &str| {
        let mut input = good.clone();
        change(&mut input);
        world.no(&assembly, &ExecuteMsg::OpenDraw(input), words);
    };
    no(&|input| input.size = 0, "out of bounds: size");
    no(&|input| input.size = 1_001, "out of bounds: size");
    no(
        &|input| input.until = Seconds(START),
        "out of bounds: until",
    );
    no(
        &|input| input.until = Seconds(START + 91 * DAY),
        "out of bounds: until",
    );
    no(&|input| input.size = 4, "let between 5 and 5 sit");
    no(&|input| input.size = 6, "let between 5 and 5 sit");
    no(&|input| input.quotas[0].min = 3, "min above max");
    no(
        &|input| input.quotas[0].value = "up".into(),
        "names no feature or value",
    );
    no(
        &|input| input.quotas[0].feature = "up".into(),
        "names no feature or value",
    );
    no(
        &|input| input.quotas[1] = input.quotas[0].clone(),
        "is there twice",
    );
    no(
        &|input| input.features.push(input.features[0].clone()),
        "is there twice",
    );
    no(
        &|input| input.features[0].values.push("left".into()),
        "is there twice",
    );
    no(&|input| input.features[0].values.clear(), "has no value");
    no(
        &|input| input.features[0].name = String::new(),
        "text refused",
    );
    no(
        &|input| input.features[0].name = "x".repeat(65),
        "text refused",
    );
    no(
        &|input| input.features[0].name = "a\nb".into(),
        "text refused",
    );
    no(
        &|input| input.r#ref = format!("assembly/{}", "x".repeat(128)),
        "text refused",
    );
    let feature = |n: usize| Feature {
        name: format!("f{n}"),
        values: (0..16).map(|v| format!("v{v}")).collect(),
        issuer: None,
    };
    no(
        &|input| input.features = (0..17).map(feature).collect(),
        "too many items: features",
    );
    no(
        &|input| input.features[0].values = (0..65).map(|v| format!("v{v}")).collect(),
        "too many items: values",
    );
    no(
        &|input| {
            input.features = (0..16).map(feature).collect();
            input
                .features
                .iter_mut()
                .for_each(|one| one.values.push("w".into()));
        },
        "too many items: values=272 most=256",
    );
    let quota = |n: usize| Quota {
        feature: format!("f{}", n / 16),
        value: format!("v{}", n % 16),
        min: 0,
        max: 1,
    };
    no(
        &|input| input.quotas = (0..65).map(quota).collect(),
        "too many items: quotas",
    );
    world.open(&good);
}

#[test]
fn only_members_with_a_say_volunteer_each_once() {
    let mut world = World::new(5);
    let draw = world.open(&plain("1", 1));
    let volunteer = volunteering(draw, &[]);
    world.no(&address("stranger"), &volunteer, "unauthorized");
    let mut other = ordinary(1);
    other.step = "suspended".into();
    world.set(1, other);
    world.no(&person(1), &volunteer, "unauthorized");
    let mut other = ordinary(2);
    other.kind = mycel_kit::peers::credit::Kind::Org;
    world.set(2, other);
    world.no(&person(2), &volunteer, "unauthorized");
    let mut other = ordinary(3);
    other.roles = vec!["pay".into()];
    world.set(3, other);
    world.no(&person(3), &volunteer, "role vote");
    let mut other = ordinary(4);
    other.status = Status::Leaving;
    world.set(4, other);
    world.no(&person(4), &volunteer, "unauthorized");
    world.volunteer(draw, 5, &[]);
    assert_eq!(
        world.volunteer(draw, 5, &[]).attribute("again"),
        Some("true")
    );
    assert_eq!(world.draw(draw).persons, 1);
    world.no(&person(5), &volunteering(9, &[]), "unknown draw: draw=9");
    world.check();
}

#[test]
fn each_feature_is_told_once_with_a_value_it_has() {
    let mut world = World::new(2);
    let draw = world.open(&split("1", "side", &[("left", 1), ("right", 1)]));
    let one = person(1);
    world.no(
        &one,
        &volunteering(draw, &[]),
        "feature=side is to be told once",
    );
    world.no(
        &one,
        &volunteering(draw, &[("side", "up")]),
        "feature=side has no such value",
    );
    world.no(
        &one,
        &volunteering(draw, &[("age", "old")]),
        "feature=side is to be told once",
    );
    let twice = volunteering(draw, &[("side", "left"), ("side", "right")]);
    world.no(&one, &twice, "too many items");
    world.volunteer(draw, 1, &[("side", "left")]);
    // told anew, it counts as told last
    world.volunteer(draw, 1, &[("side", "right")]);
    let pool: PoolResponse = world.ask(&QueryMsg::Pool { draw: Id(draw) });
    assert_eq!(pool.types.len(), 1);
    assert_eq!(
        (pool.types[0].values[0].as_str(), pool.types[0].count),
        ("right", 1)
    );
    world.check();
}

#[test]
fn an_issuers_feature_takes_its_credential_and_no_other() {
    let mut world = World::new(3);
    let mut input = split("1", "side", &[("left", 1), ("right", 1)]);
    input.features[0].issuer = Some(Id(3));
    let draw = world.open(&input);
    let salt = [9u8; 16];
    let hash = credential_hash("side", "left", 1, &salt);
    let issue = |issuer: u64, expires: Option<u64>, revoked: Option<u64>| Told::Credential {
        subject: Id(1),
        credential: Credential {
            issuer: Id(issuer),
            index: 0,
            hash: cosmwasm_std::to_hex(hash),
            issued: Seconds(1),
            expires: expires.map(Seconds),
            revoked: revoked.map(Seconds),
        },
    };
    let tell = |value: &str, salt: Option<&[u8]>| ExecuteMsg::Volunteer {
        draw: Id(draw),
        attributes: vec![Attribute {
            feature: "side".into(),
            value: value.into(),
            salt: salt.map(HexBinary::from),
        }],
    };
    let left = tell("left", Some(&salt));
    let members = world.members.clone();
    let told = |world: &mut World, told: Told| {
        let key = address("key");
        world.sandbox.execute(&key, &members, &told).expect("told");
    };
    world.no(&person(1), &tell("left", None), "needs the salt");
    world.no(&person(1), &tell("left", Some(&[9; 15])), "needs the salt");
    world.no(&person(1), &left, "no such credential");
    told(&mut world, issue(2, None, None));
    world.no(&person(1), &left, "no such credential");
    told(&mut world, issue(3, Some(START), None));
    world.no(&person(1), &left, "revoked or has expired");
    told(&mut world, issue(3, None, Some(START)));
    world.no(&person(1), &left, "revoked or has expired");
    told(&mut world, issue(3, Some(START + 1), None));
    world.no(
        &person(1),
        &tell("right", Some(&salt)),
        "no such credential",
    );
    // another's credential says nothing of this person
    world.no(&person(2), &left, "no such credential");
    world.ok(&person(1), &left);
}

#[test]
fn who_withdraws_is_out_and_places_stay_dense() {
    let mut world = World::new(200);
    let draw = world.open(&split("1", "side", &[("left", 1), ("right", 1)]));
    for number in 1..=200 {
        let side = if number % 2 == 0 { "left" } else { "right" };
        world.volunteer(draw, number, &[("side", side)]);
    }
    let withdraw = ExecuteMsg::Withdraw { draw: Id(draw) };
    for number in [1, 2, 64, 65, 129, 200, 199, 100] {
        world.ok(&person(number), &withdraw);
        world.check();
        world.no(&person(number), &withdraw, "not in the pool");
    }
    assert_eq!(world.draw(draw).persons, 192);
    let (mut rows, mut after) = (Vec::new(), None);
    loop {
        let page: VolunteersResponse = world.ask(&QueryMsg::Volunteers {
            draw: Id(draw),
            after,
            limit: Some(50),
        });
        rows.extend(page.rows);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(rows.len(), 192);
    for (kind, count) in [(0, 96), (1, 96)] {
        let of: Vec<_> = rows.iter().filter(|row| row.r#type == kind).collect();
        assert_eq!(of.len(), count);
        assert!(
            of.iter()
                .enumerate()
                .all(|(at, row)| row.index == at as u32)
        );
    }
    let mut persons: Vec<u64> = rows.iter().map(|row| row.person.0).collect();
    persons.sort_unstable();
    persons.dedup();
    assert_eq!(persons.len(), 192);
    // who withdrew may come again
    world.volunteer(draw, 1, &[("side", "left")]);
    world.check();
}

#[test]
fn more_volunteers_than_a_seat_allows_are_refused_with_the_bound() {
    let mut world = World::new(1_023);
    let draw = world.open(&plain("1", 1));
    // the community grows while volunteers come
    (1_024..=1_026).for_each(|number| world.set(number, ordinary(number)));
    for number in 1..=1_024 {
        world.volunteer(draw, number, &[]);
    }
    world.no(&person(1_025), &volunteering(draw, &[]), "most=1024");
    // who is in may still say it anew
    world.volunteer(draw, 7, &[]);
    world.ok(&person(7), &ExecuteMsg::Withdraw { draw: Id(draw) });
    world.volunteer(draw, 1_026, &[]);
    world.check();
    world.finish(draw);
}

#[test]
fn a_panel_too_small_for_so_many_members_is_refused_when_it_is_opened() {
    let mut world = World::new(1_024);
    let assembly = world.assembly.clone();
    let open = |name: &str, size: u16| ExecuteMsg::OpenDraw(plain(name, size));
    // the solver is a member, too
    world.no(
        &assembly,
        &open("1", 1),
        "panel too small: size=1 members=1025",
    );
    world.no(&assembly, &open("1", 1), "least=2");
    world.no(
        &assembly,
        &decided("ordinary", &json!({"open_draw": plain("1", 1)})),
        "panel too small",
    );
    world.ok(&assembly, &open("1", 2));
}

#[test]
fn types_are_bounded() {
    let mut world = World::new(1_030);
    let values: Vec<String> = (0..64).map(|v| format!("v{v}")).collect();
    let mut input = plain("1", 2);
    for name in ["a", "b"] {
        input.features.push(Feature {
            name: name.into(),
            values: values.clone(),
            issuer: None,
        });
    }
    let draw = world.open(&input);
    let told = |n: u64| {
        let (a, b) = (n as usize / 64, n as usize % 64);
        volunteering(draw, &[("a", &values[a]), ("b", &values[b])])
    };
    for number in 1..=1_024 {
        world.ok(&person(number), &told(number));
    }
    world.no(
        &person(1_025),
        &told(1_025),
        "pool full: types of volunteers most=1024",
    );
    world.ok(&person(1_025), &told(1));
    world.check();
}

#[test]
fn nobody_fills_the_table_of_types_alone() {
    let mut world = World::new(3);
    let values: Vec<String> = (0..64).map(|v| format!("v{v}")).collect();
    let mut input = plain("1", 1);
    for name in ["a", "b"] {
        input.features.push(Feature {
            name: name.into(),
            values: values.clone(),
            issuer: None,
        });
    }
    let draw = world.open(&input);
    for n in 0..2_000 {
        let told = [
            ("a", values[n / 64].as_str()),
            ("b", values[n % 64].as_str()),
        ];
        world.volunteer(draw, 1, &told);
    }
    world.volunteer(draw, 2, &[("a", "v1"), ("b", "v2")]);
    let pool: PoolResponse = world.ask(&QueryMsg::Pool { draw: Id(draw) });
    assert_eq!(pool.types.len(), 2);
    world.check();
    world.finish(draw);
    world.check();
}

#[test]
fn a_members_export_tells_pools_and_seats() {
    let mut world = World::new(3);
    for name in 0..60 {
        let draw = world.open(&plain(&name.to_string(), 1));
        world.volunteer(draw, 1, &[]);
    }
    world.finish(1);
    let (mut records, mut after, mut pages) = (Vec::new(), None, 0);
    loop {
        let page: ExportResponse = world.ask(&QueryMsg::Export {
            member: person(1).to_string(),
            after,
        });
        assert_eq!(page.person, Id(1));
        records.extend(page.draws);
        after = page.next;
        pages += 1;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(pages, 3);
    let pools = records
        .iter()
        .filter(|one| matches!(one, DrawRecord::Volunteer { .. }));
    // in_a_row is 1: who sat was left out of the other pools that froze
    let sat = records.iter().filter(|one| {
        matches!(
            one,
            DrawRecord::Sat {
                draw: Id(1),
                run: 1,
                ..
            }
        )
    });
    assert_eq!(sat.count(), 1);
    assert!(pools.count() >= 1);
}
