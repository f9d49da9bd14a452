//! Contracts that stand in genesis.
use cosmos_sdk_proto::cosmwasm::wasm::v1 as wasm;
use mycel_types::{
    AccountAddress, Application as _, Genesis, GenesisCode, GenesisContract, GenesisEntry, Halt,
    Params, QueryAt, key, record::Permission,
};
use sha2::{Digest as _, Sha256};

use crate::{
    puppet,
    stage::{earnest, replay},
    town::{Town, any, execute, genesis, new_app, people},
};

/// A contract to be: its code, its name, what it keeps.
pub struct Seed<'a> {
    pub code: &'a [u8],
    pub name: &'a str,
    pub state: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Seed<'_> {
    pub fn address(&self) -> AccountAddress {
        let [ada, ..] = people();
        let checksum = Sha256::digest(self.code).into();
        let salt = format!("mycel/{}", self.name);
        AccountAddress::instantiate2(&checksum, &ada.address, salt.as_bytes(), b"")
    }
}

/// A genesis with these contracts, each with a code of its own.
pub fn seeded(params: Params, seeds: &[Seed<'_>]) -> Genesis {
    let [ada, ..] = people();
    let mut genesis = genesis(params);
    let wasm = &mut genesis.app_state.wasm;
    for (seed, code_id) in seeds.iter().zip(1..) {
        wasm.codes.push(GenesisCode {
            wasm: seed.code.to_vec().into(),
            creator: ada.address.clone(),
            permission: Permission::Everybody,
        });
        let entry = |(key, value): &(Vec<u8>, Vec<u8>)| GenesisEntry {
            key: key.clone().into(),
            value: value.clone().into(),
        };
        wasm.contracts.push(GenesisContract {
            address: seed.address(),
            code_id,
            creator: ada.address.clone(),
            salt: format!("mycel/{}", seed.name).into_bytes().into(),
            label: seed.name.into(),
            admin: Some(ada.address.clone()),
            msg: serde_json::from_str(puppet::NOTHING).unwrap(),
            state: seed.state.iter().map(entry).collect(),
        });
    }
    genesis
}

fn script() -> Vec<(Vec<u8>, Vec<u8>)> {
    vec![(b"script".to_vec(), puppet::NOTHING.into())]
}

/// All that the state holds below a table's tag.
fn raw(town: &Town, key: Vec<u8>) -> Vec<u8> {
    let outcome = town.query_raw("/store/mycel/key", &key, QueryAt::default());
    assert_eq!(outcome.code, 0, "{}", outcome.log);
    outcome.value.to_vec()
}

#[test]
fn a_seeded_chain_equals_one_that_instantiated_its_contracts_itself() {
    let code = puppet::puppet();
    let seed = Seed {
        code: &code,
        name: "puppet",
        state: script(),
    };
    let address = seed.address();
    let params = Params::development;
    let document = seeded(params(), &[seed]);
    let mut seeded = Town::of(new_app(), &document);
    let mut grown = Town::with(params());
    let [ada, ..] = people();
    let id = grown.store(&ada, &code);
    let message = wasm::MsgInstantiateContract2 {
        sender: ada.name(),
        admin: ada.name(),
        code_id: id,
        label: "puppet".into(),
        msg: puppet::NOTHING.into(),
        funds: vec![],
        salt: b"mycel/puppet".to_vec(),
        fix_msg: false,
    };
    let message = any("/cosmwasm.wasm.v1.MsgInstantiateContract2", &message);
    grown.done(&ada, vec![message]);

    for (what, key) in [
        ("code counter", key::counter("code")),
        ("contract counter", key::counter("contract")),
        ("classic counter", key::counter("classic")),
        ("code", key::code(1)),
        ("wasm", key::wasm(&Sha256::digest(&code).into())),
        ("live bytes", key::contract_bytes(&address)),
        ("data", key::contract_data(&address, b"script")),
    ] {
        assert_eq!(raw(&seeded, key.clone()), raw(&grown, key), "{what}");
    }
    let (a, b) = (seeded.info(&address), grown.info(&address));
    assert_eq!(
        (a.code_id, &a.creator, &a.admin, &a.label),
        (b.code_id, &b.creator, &b.admin, &b.label)
    );
    let (a, b) = (seeded.history(&address), grown.history(&address));
    assert_eq!((a.len(), a[0].code_id), (b.len(), b[0].code_id));
    let json = |msg: &[u8]| serde_json::from_slice::<serde_json::Value>(msg).unwrap();
    assert_eq!(json(&a[0].msg), json(&b[0].msg));
    assert_eq!(a[0].operation, 3, "genesis");

    // from here on they are the same contract, and what comes next gets the same numbers
    for town in [&mut seeded, &mut grown] {
        town.done(&ada, vec![execute(&ada, &address, puppet::NOTHING)]);
        let next = town.store(&ada, &puppet::asker());
        assert_eq!(next, 2);
        let made = town.instantiate(&ada, next, "{}");
        assert_eq!(made, AccountAddress::instantiate(2, 1));
        let migrate = wasm::MsgMigrateContract {
            sender: ada.name(),
            contract: address.to_string(),
            code_id: 1,
            msg: b"{}".to_vec(),
        };
        town.done(
            &ada,
            vec![any("/cosmwasm.wasm.v1.MsgMigrateContract", &migrate)],
        );
        assert_eq!(town.history(&address).len(), 2);
        let listed: wasm::QueryContractsByCodeResponse = town.ask(
            "/cosmwasm.wasm.v1.Query/ContractsByCode",
            &wasm::QueryContractsByCodeRequest {
                code_id: 1,
                pagination: None,
            },
        );
        assert_eq!(listed.contracts, [address.to_string()]);
    }
    for key in [key::contract_bytes(&address), key::counter("contract")] {
        assert_eq!(raw(&seeded, key.clone()), raw(&grown, key));
    }
    replay(&seeded, &document);
}

#[test]
fn a_genesis_with_contracts_survives_its_file() {
    let code = puppet::puppet();
    let seed = Seed {
        code: &code,
        name: "puppet",
        state: vec![(vec![0, 255], vec![1, 2, 3])],
    };
    let genesis = seeded(Params::development(), &[seed]);
    let text = serde_json::to_string(&genesis).unwrap();
    let read: Genesis = serde_json::from_str(&text).unwrap();
    assert_eq!(read.app_state, genesis.app_state);
    assert_eq!(
        new_app().init_chain(&read).unwrap().app_hash,
        new_app().init_chain(&genesis).unwrap().app_hash
    );
}

#[test]
fn contracts_may_stand_in_the_genesis_of_every_network() {
    let code = puppet::puppet();
    let seed = Seed {
        code: &code,
        name: "puppet",
        state: script(),
    };
    let mut genesis = seeded(earnest(), &[seed]);
    for account in &mut genesis.app_state.accounts {
        account.class = "member".into();
    }
    assert!(new_app().init_chain(&genesis).is_ok());
}

#[test]
fn a_genesis_that_contradicts_itself_is_refused() {
    let code = puppet::puppet();
    type Change = fn(&mut mycel_types::GenesisWasm);
    let changes: &[(&str, Change)] = &[
        ("its code, creator and salt make", |w| {
            w.contracts[0].salt = b"mycel/other".to_vec().into();
        }),
        ("a salt has", |w| w.contracts[0].salt = vec![].into()),
        ("a label has", |w| w.contracts[0].label.clear()),
        ("unknown code_id=0", |w| w.contracts[0].code_id = 0),
        ("unknown code_id=2", |w| w.contracts[0].code_id = 2),
        ("comes twice", |w| w.contracts.push(w.contracts[0].clone())),
        ("comes twice", |w| {
            let entry = w.contracts[0].state[0].clone();
            w.contracts[0].state.push(entry);
        }),
        ("a value 1 to", |w| {
            w.contracts[0].state[0].value = vec![].into()
        }),
        ("a value 1 to", |w| {
            w.contracts[0].state[0].value = vec![1; (128 << 10) + 1].into();
        }),
        ("code 1:", |w| w.codes[0].wasm = b"\0asm".to_vec().into()),
        ("no contract of genesis with an entry point sudo", |w| {
            w.end_block.push(w.contracts[0].address.clone());
        }),
    ];
    for (word, change) in changes {
        let seed = Seed {
            code: &code,
            name: "puppet",
            state: script(),
        };
        let mut genesis = seeded(Params::development(), &[seed]);
        change(&mut genesis.app_state.wasm);
        let app = new_app();
        let why = app.init_chain(&genesis).unwrap_err();
        assert!(
            matches!(&why, Halt::Genesis(text) if text.contains(word)),
            "{word}: {why}"
        );
        assert_eq!(app.info().height, None);
    }
    let mut params = Params::development();
    params.contract_quota_bytes = 100;
    let seed = Seed {
        code: &code,
        name: "puppet",
        state: vec![(b"k".to_vec(), vec![1; 100])],
    };
    let why = new_app().init_chain(&seeded(params, &[seed])).unwrap_err();
    assert!(
        why.to_string().contains("contract_quota_bytes=100"),
        "{why}"
    );
}

/// `cargo test -p mycel-app -- --ignored --nocapture how_long_a_large_genesis_takes`
#[test]
#[ignore = "a measurement"]
fn how_long_a_large_genesis_takes() {
    const ACCOUNTS: u32 = 38_000;
    let code = puppet::puppet();
    let mut state = vec![];
    for account in 0..ACCOUNTS {
        for table in 0..4u8 {
            let key = [&[table], &account.to_be_bytes()[..], &[7; 20]].concat();
            state.push((key, vec![account as u8 | 1; 90]));
        }
    }
    let seed = Seed {
        code: &code,
        name: "puppet",
        state,
    };
    let text = serde_json::to_string(&seeded(Params::development(), &[seed])).unwrap();
    let mut at = std::time::Instant::now();
    let mut step = |what: &str| {
        println!("{what}: {} ms", at.elapsed().as_millis());
        at = std::time::Instant::now();
    };
    println!("{} MB", text.len() >> 20);
    let genesis: Genesis = serde_json::from_str(&text).unwrap();
    step("read");
    mycel_types::genesis::hash(&genesis);
    step("hash");
    let dir = tempfile::tempdir().unwrap();
    let store = mycel_store::RedbStore::open(dir.path(), Default::default()).unwrap();
    let app = mycel_app::App::new(std::sync::Arc::new(store), Default::default()).unwrap();
    let app = std::sync::Arc::new(app);
    step("open");
    app.init_chain(&genesis).unwrap();
    step("init_chain");
    let mut town = Town::of(app, &genesis);
    step("init_chain again");
    town.chain.produce().unwrap();
    step("a block");
}
