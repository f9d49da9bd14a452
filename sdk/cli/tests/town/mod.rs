//! A small credit town on a mock chain, served over HTTP on loopback.
#[path = "../../../client/tests/mock/mod.rs"]
mod mock;

use std::sync::{Arc, Mutex};

use mock::{
    Node,
    chain::{MockChain, write},
};
use mycel_client::{ClientError, Development};
use mycel_credit::{
    decay::Clock,
    state::{self, Account, Identity, Kind, Terms, Totals},
};
use mycel_kit::{Amount, Key};
use mycel_props::door;
use mycel_store::Delta;
use mycel_types::{
    AccountAddress, Params, StoreId, key,
    record::{Chain, Contract},
};
use serde_json::{Value, json};

/// Pico-credits of a credit.
pub const CREDIT: i128 = 1_000_000_000_000;

/// A served town.
pub struct Town {
    /// Its home directory, with `network.json`.
    pub home: tempfile::TempDir,
    /// The node.
    pub node: Arc<Mutex<Node>>,
    /// The validators' hash.
    pub trust: String,
    /// The contract.
    pub contract: AccountAddress,
}

fn put<T: borsh::BorshSerialize>(
    delta: &mut Delta,
    contract: &AccountAddress,
    key: &Key<T>,
    value: &T,
) {
    delta.set(
        StoreId::Mycel,
        key::contract_data(contract, key.bytes()),
        Some(borsh::to_vec(value).unwrap().into()),
    );
}

fn account(position: i128) -> Account {
    Account {
        position,
        ..Account::new(Kind::Person, Amount::credits(100).unwrap(), 0)
    }
}

/// Three members with 30, −50 and 15 credits, 5 in the commons. `missing` credits are hidden in the commons.
fn books(contract: &AccountAddress, town: &Development, missing: i128) -> Delta {
    let creator = town.operator().address();
    let mut delta = Delta::new();
    let record = Contract {
        code_id: 1,
        creator: creator.clone(),
        admin: None,
        label: "credit".into(),
        created: (1, 0),
        instance: 1,
    };
    let chain = Chain {
        id: mock::chain::CHAIN.into(),
        initial_height: 1,
        genesis_ms: 1_700_000_000_000,
        genesis_hash: [0; 32],
        gas_schedule: 1,
        prepare_version: 1,
    };
    for (key, value) in [
        (key::contract(contract), borsh::to_vec(&record).unwrap()),
        (key::chain(), borsh::to_vec(&chain).unwrap()),
        (
            key::params(),
            borsh::to_vec(&Params::development()).unwrap(),
        ),
    ] {
        delta.set(StoreId::Mycel, key, Some(value.into()));
    }
    put(&mut delta, contract, &state::account_count(), &3);
    put(&mut delta, contract, &state::genesis(), &0);
    let terms = Terms {
        clock: Clock::start(1_700_000_000, 1_000_000),
        starter_line: Amount::ZERO,
        exempt: Amount::ZERO,
        period: 656,
        period_lambda: 0,
        floors: vec![],
    };
    put(&mut delta, contract, &state::terms(), &terms);
    let commons = Totals {
        positive: 45 * CREDIT,
        negative: 50 * CREDIT,
        commons: (5 - missing) * CREDIT,
        volume: 90 * CREDIT,
        ..Totals::default()
    };
    put(&mut delta, contract, &state::totals(3), &commons);
    for (number, credits) in [30, -50, 15].into_iter().enumerate() {
        let number = number as u32;
        let address = town.member(number + 1).address().to_string();
        put(
            &mut delta,
            contract,
            &state::account(number),
            &account(credits * CREDIT),
        );
        put(&mut delta, contract, &state::number_of(&address), &number);
        let identity = Identity {
            address,
            person: Some(u64::from(number) + 1),
            sponsor: None,
            opened: 1_700_000_000,
        };
        put(&mut delta, contract, &state::identity(number), &identity);
    }
    delta
}

impl Town {
    /// Builds, serves and describes the town.
    pub fn new(missing: i128) -> Self {
        let contract = AccountAddress::new([9; 32]).unwrap();
        let development = Development {
            seed: "cli-tests".into(),
            members: 3,
        };
        let mut chain = MockChain::new();
        chain.grow(books(&contract, &development, missing), vec![]);
        chain.grow(write(&[(StoreId::Mycel, b"\x20x", b"y")]), vec![]);
        chain.grow_to(3);
        let trust = chain.trust_validators(1).to_string();
        let mut node = Node::new(chain);
        node.smart.insert(
            "about".into(),
            json!({"standard": "mycel-credit", "version": "1", "authority": "a", "source": null,
                "variant": {"name": null, "policies": []}}),
        );
        let node = Arc::new(Mutex::new(node));
        let url = serve(node.clone());
        let home = tempfile::tempdir().unwrap();
        let network = json!({
            "chain_id": mock::chain::CHAIN, "rpc": [url], "contract": contract,
            "validators": trust, "development": development,
        });
        std::fs::write(home.path().join("network.json"), network.to_string()).unwrap();
        Self {
            home,
            node,
            trust,
            contract,
        }
    }
}

/// Serves JSON-RPC on a free port until the test process ends.
fn serve(node: Arc<Mutex<Node>>) -> String {
    door::serve(move || {
        let node = node.clone();
        move |method: &str, params: &Value| match node.lock().unwrap().answer(method, params) {
            Ok(result) => Ok(result),
            Err(ClientError::Rpc { code, message }) => Err((code, message)),
            Err(e) => panic!("{e}"),
        }
    })
}
