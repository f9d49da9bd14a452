//! Markets, what is posted in them, promises.

use cosmwasm_std::{Order, Storage};
use mycel_kit::{Id, Seconds};

use crate::allocation::{self, market_key, need_key, offer_key, trades::Promise};
use crate::error::ContractError;
use crate::msg::{
    ChoiceMsg, LinkMsg, LinkView, MarketMsg, MarketResponse, NeedMsg, OfferMsg, PostedResponse,
    Posting, PostingsResponse, PromiseView,
};
use crate::people;

const MAX_POSTINGS: usize = 50;

pub fn view(storage: &dyn Storage, number: u32) -> Result<MarketResponse, ContractError> {
    let market = allocation::market::load(storage, number)?;
    Ok(MarketResponse {
        terms: MarketMsg {
            kind: market.kind,
            scale: market.scale,
            resource: market.resource,
            parent: market.parent,
            price_unit: market.price_unit,
            friction: market.friction,
            resistance: market.resistance,
            penalties: market.penalties.to_vec(),
            share_bps: market.share_bps,
            need_cap: Id(market.need_cap),
            epoch_seconds: Seconds(market.epoch_seconds),
            accept_seconds: Seconds(market.accept_seconds),
            deliver_seconds: Seconds(market.deliver_seconds),
        },
        shock_until: Seconds(market.shock_until),
        active: market.active.map(Id),
        last: market.last.map(Id),
        offers: market.offers,
        needs: market.needs,
        links: market.links,
    })
}

pub fn posted(
    storage: &dyn Storage,
    market: u32,
    person: u32,
) -> Result<PostedResponse, ContractError> {
    let offer = offer_key(market, person).may_load(storage)?;
    let need = need_key(market, person).may_load(storage)?;
    let end = |to: u32| allocation::link_key(market, person, to).bytes().to_vec();
    let mut links = Vec::new();
    // nobody has more than 512, nor more than 64 that wait
    let range = storage.range(Some(&end(0)), Some(&end(u32::MAX)), Order::Ascending);
    for (key, value) in range {
        let to = key.get(9..).and_then(|bytes| bytes.try_into().ok());
        let to = u32::from_be_bytes(to.unwrap_or_default());
        let link = allocation::link_key(market, person, to).decode(&value)?;
        links.push(LinkView {
            to: Id(to.into()),
            distance: link.distance,
            capacity: Id(link.capacity),
            open: Id(link.open),
            resistance: link.resistance,
        });
    }
    let wish = |other: u32| {
        let key = allocation::wish_key(market, person, other, other == u32::MAX);
        key.bytes().to_vec()
    };
    let mut waiting = Vec::new();
    let range = storage.range(Some(&wish(0)), Some(&wish(u32::MAX)), Order::Ascending);
    for (key, value) in range {
        let other = allocation::freeze::word(&key, 9)?;
        let outward = key.get(13) == Some(&1);
        let wish = allocation::wish_key(market, person, other, outward).decode(&value)?;
        let (from, to) = if outward {
            (person, other)
        } else {
            (other, person)
        };
        waiting.push(LinkMsg {
            market,
            from: Id(from.into()),
            to: Id(to.into()),
            distance: wish.distance,
            capacity: Id(wish.capacity),
        });
    }
    Ok(PostedResponse {
        offer: offer.map(|offer| OfferMsg {
            market,
            quantity: Id(offer.quantity),
            price: offer.price,
            gift: offer.gift,
            expires: Seconds(offer.expires),
            upward: offer.upward,
        }),
        need: need.map(|need| NeedMsg {
            market,
            quantity: Id(need.quantity),
            price: need.price,
            class: need.class,
            expires: Seconds(need.expires),
            upward: need.upward,
        }),
        links,
        waiting,
        choices: allocation::choices_key(market, person)
            .may_load(storage)?
            .unwrap_or_default()
            .iter()
            .map(|choice| ChoiceMsg {
                person: Id(choice.person.into()),
                cost: choice.cost,
            })
            .collect(),
    })
}

/// A page of who offers, or who needs.
pub fn postings(
    storage: &dyn Storage,
    market: u32,
    needs: bool,
    after: Option<Id>,
) -> Result<PostingsResponse, ContractError> {
    allocation::market::load(storage, market)?;
    let key = |person: u32| match needs {
        true => need_key(market, person).bytes().to_vec(),
        false => offer_key(market, person).bytes().to_vec(),
    };
    let mut from = key(after.map_or(Ok(0), people::number)?);
    if after.is_some() {
        from.push(0);
    }
    let mut end = key(u32::MAX);
    end.push(0);
    let mut persons = Vec::new();
    let range = storage.range(Some(&from), Some(&end), Order::Ascending);
    for (key, value) in range.take(MAX_POSTINGS + 1) {
        let person = allocation::freeze::word(&key, 5)?;
        let (quantity, price, expires) = if needs {
            let need = need_key(market, person).decode(&value)?;
            (need.quantity, need.price, need.expires)
        } else {
            let offer = offer_key(market, person).decode(&value)?;
            (offer.quantity, offer.price, offer.expires)
        };
        persons.push(Posting {
            person: Id(person.into()),
            quantity: Id(quantity),
            price,
            expires: Seconds(expires),
        });
    }
    let more = persons.len() > MAX_POSTINGS;
    persons.truncate(MAX_POSTINGS);
    let next = persons.last().filter(|_| more).map(|last| last.person);
    Ok(PostingsResponse { persons, next })
}

pub fn promise(number: u64, promise: &Promise) -> PromiseView {
    PromiseView {
        promise: Id(number),
        market: promise.market,
        round: Id(promise.round),
        from: Id(promise.from.into()),
        to: Id(promise.to.into()),
        quantity: Id(promise.quantity),
        price: promise.price,
        accept_by: Seconds(promise.accept_by),
        deliver_by: promise.binds().then_some(Seconds(promise.deliver_by)),
        accepted_from: promise.accepted_from,
        accepted_to: promise.accepted_to,
        reported_from: promise.reported_from.map(Id),
        reported_to: promise.reported_to.map(Id),
    }
}

/// How many markets there have been, to walk them.
pub fn exists(storage: &dyn Storage, market: u32) -> bool {
    market_key(market).exists(storage)
}
