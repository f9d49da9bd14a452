//! Contracts as ordinary functions, their message types erased at the border:
//! messages come in as JSON, as on the chain, answers leave as values.

use std::fmt;
use std::sync::Arc;

use cosmwasm_std::{
    Api, Attribute, Binary, CosmosMsg, CustomQuery, Deps, DepsMut, Env, Event, MessageInfo,
    Querier, QuerierWrapper, Reply, ReplyOn, Response, Storage, SubMsg, WasmMsg, from_json,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What an entry point answers, whatever custom messages it sends.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub messages: Vec<Outgoing>,
    pub attributes: Vec<Attribute>,
    pub events: Vec<Event>,
    pub data: Option<Binary>,
}

/// A submessage.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub id: u64,
    pub payload: Binary,
    pub gas_limit: Option<u64>,
    pub reply_on: ReplyOn,
    pub message: Message,
}

/// What it says.
#[derive(Debug)]
pub(crate) enum Message {
    Wasm(WasmMsg),
    Bank,
    /// JSON for the chain.
    Custom(Vec<u8>),
    /// A kind that this chain does not run.
    Other(String),
}

impl<T: Serialize> From<Response<T>> for Answer {
    fn from(response: Response<T>) -> Self {
        Answer {
            messages: response.messages.into_iter().map(outgoing).collect(),
            attributes: response.attributes,
            events: response.events,
            data: response.data,
        }
    }
}

fn outgoing<T: Serialize>(sub: SubMsg<T>) -> Outgoing {
    let message = match sub.msg {
        CosmosMsg::Wasm(message) => Message::Wasm(message),
        CosmosMsg::Bank(_) => Message::Bank,
        CosmosMsg::Custom(message) => match serde_json::to_vec(&message) {
            Ok(json) => Message::Custom(json),
            Err(why) => Message::Other(format!("custom: {why}")),
        },
        _ => Message::Other("unsupported".into()),
    };
    Outgoing {
        id: sub.id,
        payload: sub.payload,
        gas_limit: sub.gas_limit,
        reply_on: sub.reply_on,
        message,
    }
}

/// A contract's world during one call.
pub(crate) struct Access<'a> {
    pub storage: &'a mut dyn Storage,
    pub api: &'a dyn Api,
    pub querier: &'a dyn Querier,
}

impl Access<'_> {
    fn deps_mut<C: CustomQuery>(&mut self) -> DepsMut<'_, C> {
        DepsMut {
            storage: self.storage,
            api: self.api,
            querier: QuerierWrapper::new(self.querier),
        }
    }

    fn deps<C: CustomQuery>(&self) -> Deps<'_, C> {
        Deps {
            storage: self.storage,
            api: self.api,
            querier: QuerierWrapper::new(self.querier),
        }
    }
}

type Begin =
    dyn Fn(&mut Access<'_>, Env, MessageInfo, &[u8]) -> Result<Answer, String> + Send + Sync;
type Plain = dyn Fn(&mut Access<'_>, Env, &[u8]) -> Result<Answer, String> + Send + Sync;
type Told = dyn Fn(&mut Access<'_>, Env, Reply) -> Result<Answer, String> + Send + Sync;
type Asked = dyn Fn(&mut Access<'_>, Env, &[u8]) -> Result<Binary, String> + Send + Sync;

/// A contract's entry points as functions.
///
/// Their types may differ from contract to contract (`Response<Empty>` or
/// `Response<MycelMsg>`, `Deps<Empty>` or `Deps<MycelQuery>`). A panic in them
/// is a defect of the contract and is not caught; compiled to Wasm it would be
/// a refusal.
#[derive(Clone)]
pub struct Native {
    pub(crate) instantiate: Arc<Begin>,
    pub(crate) execute: Arc<Begin>,
    pub(crate) query: Arc<Asked>,
    pub(crate) sudo: Option<Arc<Plain>>,
    pub(crate) reply: Option<Arc<Told>>,
    pub(crate) migrate: Option<Arc<Plain>>,
}

impl fmt::Debug for Native {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Native")
            .field("sudo", &self.sudo.is_some())
            .field("reply", &self.reply.is_some())
            .field("migrate", &self.migrate.is_some())
            .finish_non_exhaustive()
    }
}

fn read<M: DeserializeOwned>(msg: &[u8]) -> Result<M, String> {
    from_json(msg).map_err(|why| why.to_string())
}

impl Native {
    /// A contract with the three entry points that each one has.
    pub fn new<CI, CE, CQ, I, M, Q, TI, TE, EI, EE, EQ>(
        instantiate: impl Fn(DepsMut<'_, CI>, Env, MessageInfo, I) -> Result<Response<TI>, EI>
        + Send
        + Sync
        + 'static,
        execute: impl Fn(DepsMut<'_, CE>, Env, MessageInfo, M) -> Result<Response<TE>, EE>
        + Send
        + Sync
        + 'static,
        query: impl Fn(Deps<'_, CQ>, Env, Q) -> Result<Binary, EQ> + Send + Sync + 'static,
    ) -> Native
    where
        CI: CustomQuery,
        CE: CustomQuery,
        CQ: CustomQuery,
        I: DeserializeOwned,
        M: DeserializeOwned,
        Q: DeserializeOwned,
        TI: Serialize,
        TE: Serialize,
        EI: ToString,
        EE: ToString,
        EQ: ToString,
    {
        Native {
            instantiate: Arc::new(move |access, env, info, msg| {
                instantiate(access.deps_mut(), env, info, read(msg)?)
                    .map(Answer::from)
                    .map_err(|why| why.to_string())
            }),
            execute: Arc::new(move |access, env, info, msg| {
                execute(access.deps_mut(), env, info, read(msg)?)
                    .map(Answer::from)
                    .map_err(|why| why.to_string())
            }),
            query: Arc::new(move |access, env, msg| {
                query(access.deps(), env, read(msg)?).map_err(|why| why.to_string())
            }),
            sudo: None,
            reply: None,
            migrate: None,
        }
    }

    /// With `sudo`, which end-of-block subscribers need.
    #[must_use]
    pub fn with_sudo<C, M, T, E>(
        mut self,
        sudo: impl Fn(DepsMut<'_, C>, Env, M) -> Result<Response<T>, E> + Send + Sync + 'static,
    ) -> Native
    where
        C: CustomQuery,
        M: DeserializeOwned,
        T: Serialize,
        E: ToString,
    {
        self.sudo = Some(plain(sudo));
        self
    }

    /// With `reply`.
    #[must_use]
    pub fn with_reply<C, T, E>(
        mut self,
        reply: impl Fn(DepsMut<'_, C>, Env, Reply) -> Result<Response<T>, E> + Send + Sync + 'static,
    ) -> Native
    where
        C: CustomQuery,
        T: Serialize,
        E: ToString,
    {
        self.reply = Some(Arc::new(move |access, env, told| {
            reply(access.deps_mut(), env, told)
                .map(Answer::from)
                .map_err(|why| why.to_string())
        }));
        self
    }

    /// With `migrate`.
    #[must_use]
    pub fn with_migrate<C, M, T, E>(
        mut self,
        migrate: impl Fn(DepsMut<'_, C>, Env, M) -> Result<Response<T>, E> + Send + Sync + 'static,
    ) -> Native
    where
        C: CustomQuery,
        M: DeserializeOwned,
        T: Serialize,
        E: ToString,
    {
        self.migrate = Some(plain(migrate));
        self
    }
}

fn plain<C, M, T, E>(
    entry: impl Fn(DepsMut<'_, C>, Env, M) -> Result<Response<T>, E> + Send + Sync + 'static,
) -> Arc<Plain>
where
    C: CustomQuery,
    M: DeserializeOwned,
    T: Serialize,
    E: ToString,
{
    Arc::new(move |access, env, msg| {
        entry(access.deps_mut(), env, read(msg)?)
            .map(Answer::from)
            .map_err(|why| why.to_string())
    })
}
