//! Towns with authorities: puppets that say to the chain what a test writes for them.
use mycel_bindings::{MycelMsg, MycelQuery};
use mycel_types::Application as _;
use mycel_types::{
    AccountAddress, Authorities, BlockInput, Cancel, Genesis, Params, Parent, Time, TxResult,
};
use serde_json::{Value, json};

use crate::{
    puppet,
    town::{Person, Town, execute, genesis, new_app, people},
};

/// A town whose members contract, assembly and some stranger are puppets.
pub struct Stage {
    pub town: Town,
    pub ada: Person,
    pub members: AccountAddress,
    pub assembly: AccountAddress,
    pub stranger: AccountAddress,
    pub genesis: Genesis,
    asker: Option<AccountAddress>,
}

impl Stage {
    pub fn new() -> Self {
        Self::with(Params::development())
    }

    /// The addresses of its contracts are known before they exist.
    pub fn with(mut params: Params) -> Self {
        params.authorities = Authorities {
            members: Some(AccountAddress::instantiate(1, 1)),
            assembly: Some(AccountAddress::instantiate(1, 2)),
        };
        let mut genesis = genesis(params);
        if !genesis.app_state.params.development {
            for account in &mut genesis.app_state.accounts {
                account.class = "member".into();
            }
        }
        let mut town = Town::of(new_app(), &genesis);
        let [ada, ..] = people();
        let code = town.store(&ada, &puppet::puppet());
        let mut one = || town.instantiate(&ada, code, puppet::NOTHING);
        let (members, assembly, stranger) = (one(), one(), one());
        assert_eq!(members, AccountAddress::instantiate(1, 1));
        Self {
            town,
            ada,
            members,
            assembly,
            stranger,
            genesis,
            asker: None,
        }
    }

    /// Lets a puppet say something to the chain, in a block of its own.
    pub fn tell(&mut self, who: &AccountAddress, messages: Vec<MycelMsg>) -> TxResult {
        let message = execute(&self.ada, who, &saying(messages));
        self.town.run(&self.ada.clone(), vec![message])
    }

    /// The assembly decides, and it must succeed.
    pub fn decide(&mut self, message: MycelMsg) -> TxResult {
        let result = self.tell(&self.assembly.clone(), vec![message]);
        assert!(result.ok(), "{}", result.log);
        result
    }

    /// The assembly decides, and it must fail.
    pub fn refused(&mut self, message: MycelMsg) -> TxResult {
        let result = self.tell(&self.assembly.clone(), vec![message]);
        assert!(!result.ok());
        result
    }

    /// Gives a person a class.
    pub fn class(&mut self, of: &AccountAddress, class: Option<&str>) -> TxResult {
        let message = MycelMsg::SetAllowanceClass {
            address: of.to_string(),
            class: class.map(Into::into),
        };
        self.tell(&self.members.clone(), vec![message])
    }

    /// What the chain answers a contract: the answer's JSON, or the error.
    pub fn asked(&mut self, query: &MycelQuery) -> Result<Value, String> {
        let asker = match &self.asker {
            Some(asker) => asker.clone(),
            None => {
                let code = self.town.store(&self.ada, &puppet::asker());
                let made = self.town.instantiate(&self.ada, code, "{}");
                self.asker.insert(made).clone()
            }
        };
        let question = json!({"custom": query}).to_string();
        let message = execute(&self.ada, &asker, &question);
        self.town.done(&self.ada.clone(), vec![message]);
        let answer: Value = serde_json::from_slice(&self.town.raw(&asker, "answer")).unwrap();
        match (&answer["ok"]["ok"], &answer["ok"]["error"]) {
            (Value::String(data), _) => {
                let data = cosmwasm_std::Binary::from_base64(data).unwrap();
                Ok(serde_json::from_slice(&data).unwrap())
            }
            (_, Value::String(why)) => Err(why.clone()),
            _ => panic!("{answer}"),
        }
    }

    /// Executes all blocks again from genesis, on parents that are merely executed, and compares the bytes.
    pub fn replay(&self) {
        replay(&self.town, &self.genesis);
    }
}

/// Executes all blocks of a town again from genesis, on parents that are merely executed, and compares the bytes.
pub fn replay(town: &Town, genesis: &Genesis) {
    let twin = new_app();
    twin.init_chain(genesis).unwrap();
    let mut parent = Parent::Committed(0);
    for height in 1..=town.chain.height() {
        let input = input_of(town, height);
        let done = twin.execute(&parent, &input, &Cancel::new()).unwrap();
        assert_eq!(
            Some(&done.outcome),
            town.chain.outcome(height),
            "height={height}"
        );
        parent = Parent::Executed(done);
    }
}

/// What execution sees of a town's block.
pub fn input_of(town: &Town, height: u64) -> BlockInput {
    let block = town.chain.block_at(height).unwrap();
    BlockInput {
        height,
        time: Time::try_from(block.header.time).unwrap(),
        proposer: Default::default(),
        last_commit: Default::default(),
        misbehavior: vec![],
        next_validators_hash: [0; 32],
        txs: block.data.iter().cloned().map(Into::into).collect(),
    }
}

/// A puppet's response with messages to the chain.
pub fn saying(messages: Vec<MycelMsg>) -> String {
    let one = |m: &MycelMsg| json!({"id": 0, "msg": {"custom": m}, "gas_limit": null, "reply_on": "never"});
    let messages: Vec<_> = messages.iter().map(one).collect();
    json!({"ok": {"messages": messages, "attributes": [], "events": [], "data": null}}).to_string()
}

/// Parameters of a network that is no development network.
pub fn earnest() -> Params {
    let development = Params::development();
    let mut params = Params::default();
    params
        .classes
        .insert("member".into(), development.classes["developer"].clone());
    params
}
