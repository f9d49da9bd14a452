//! Opening a draw: what is asked for, checked before anybody volunteers.

use mycel_kit::Id;
use mycel_kit::lottery::{self, MAX_FEATURES, MAX_QUOTAS, MAX_SEATS};
use mycel_kit::peers::members::{Count, MembersQuery};
use mycel_kit::peers::sortition::DrawInput;

use super::error::DrawError;
use super::identity;
use super::pool::PER_SEAT;
use super::state::{self, Draw, FeatureTerms, Terms};
use crate::agenda;
use crate::bounds;
use crate::call::Call;
use crate::error::ContractError;
use crate::msg::DrawOpened;
use crate::state::Task;

/// Longest name of a feature or value.
const MAX_NAME: usize = 64;
/// Most values of a feature.
const MAX_VALUES: usize = 64;
/// Most values of all features.
const MAX_ALL_VALUES: usize = 256;

/// A client opens a pool.
///
/// # Errors
/// Not a client, another's reference or one that is taken, terms that cannot be
/// met, fewer seats than so many members need; members does not answer.
pub fn by_client(call: &mut Call<'_>, asked: &DrawInput) -> Result<(), ContractError> {
    let client = call.client(&asked.r#ref)?;
    open(call, asked, client)
}

/// A decision opens one. Its reference begins with no client's name but the
/// authority's own, if it is one.
///
/// # Errors
/// As [`by_client`].
pub fn by_decision(call: &mut Call<'_>, asked: &DrawInput) -> Result<(), ContractError> {
    let first = no_clients(call, &asked.r#ref)?;
    open(call, asked, first)
}

/// What a decision's reference begins with: no client's name but the
/// authority's own, if it is one.
///
/// # Errors
/// Out of bounds, or a client's name.
pub fn no_clients(call: &Call<'_>, reference: &str) -> Result<String, ContractError> {
    bounds::text("ref", reference, 128)?;
    let first = reference.split('/').next().unwrap_or_default();
    let clients = &call.parameters.clients;
    let taken = clients
        .iter()
        .any(|client| client.name == first && client.address != call.sender);
    if taken {
        return Err(ContractError::Reference {
            why: "begins with the name of a client",
            reference: reference.to_owned(),
        });
    }
    Ok(first.to_owned())
}

fn open(call: &mut Call<'_>, asked: &DrawInput, client: String) -> Result<(), ContractError> {
    if state::reference(&asked.r#ref).exists(call.storage) {
        return Err(ContractError::Reference {
            why: "is taken",
            reference: asked.r#ref.clone(),
        });
    }
    bounds::within("size", asked.size.into(), 1, MAX_SEATS.into())?;
    large_enough(call, asked.size)?;
    let numbers = call.parameters.numbers;
    bounds::within(
        "until",
        asked.until.0,
        call.now.saturating_add(1),
        call.now.saturating_add(numbers.pool_seconds.into()),
    )?;
    if let Some(gate) = asked.gate {
        identity::gate(call, gate)?;
    }
    let features = features(asked)?;
    let quotas = quotas(asked, &features)?;
    let terms = Terms {
        reference: asked.r#ref.clone(),
        client,
        size: asked.size,
        features,
        quotas,
        opened: call.now,
        until: asked.until.0,
        give_up: asked.until.0.saturating_add(numbers.give_up_seconds.into()),
        gate: asked.gate.map(|Id(gate)| gate),
    };
    let mut totals = state::load_totals(call.storage)?;
    totals.draws += 1;
    let number = totals.draws;
    state::totals().save(call.storage, &totals);
    state::reference(&terms.reference).save(call.storage, &number);
    state::terms(number).save(call.storage, &terms);
    state::draw(number).save(call.storage, &Draw::default());
    agenda::set(call, Task::Draw(number), Some(terms.until))?;
    call.event(
        "draw_opened",
        &[
            ("draw", &number),
            ("ref", &terms.reference),
            ("size", &terms.size),
            ("until", &terms.until),
        ],
    );
    call.answer(&DrawOpened { draw: Id(number) })
}

/// A lottery takes so many volunteers a seat. Where there are more members, the
/// pool would be whoever came first, so such a panel needs more seats.
fn large_enough(call: &Call<'_>, size: u16) -> Result<(), ContractError> {
    let at = Id(call.env.block.height);
    let told: Count = call.members(&MembersQuery::Count { at })?;
    let least = told.count.div_ceil(PER_SEAT);
    if u32::from(size) >= least {
        return Ok(());
    }
    Err(DrawError::Small {
        size,
        members: told.count,
        most: PER_SEAT,
        least,
    }
    .into())
}

fn refused(why: impl Into<String>) -> ContractError {
    DrawError::Terms { why: why.into() }.into()
}

fn features(asked: &DrawInput) -> Result<Vec<FeatureTerms>, ContractError> {
    bounds::count("features", asked.features.len(), MAX_FEATURES)?;
    let all = asked.features.iter().map(|feature| feature.values.len());
    bounds::count("values", all.sum(), MAX_ALL_VALUES)?;
    let mut features: Vec<FeatureTerms> = Vec::with_capacity(asked.features.len());
    for feature in &asked.features {
        bounds::text("feature", &feature.name, MAX_NAME)?;
        bounds::count("values", feature.values.len(), MAX_VALUES)?;
        if features.iter().any(|other| other.name == feature.name) {
            return Err(refused(format!("feature={} is there twice", feature.name)));
        }
        if feature.values.is_empty() {
            return Err(refused(format!("feature={} has no value", feature.name)));
        }
        for (place, value) in feature.values.iter().enumerate() {
            bounds::text("value", value, MAX_NAME)?;
            if feature.values[..place].contains(value) {
                let name = &feature.name;
                return Err(refused(format!(
                    "feature={name} value={value} is there twice"
                )));
            }
        }
        features.push(FeatureTerms {
            name: feature.name.clone(),
            values: feature.values.clone(),
            issuer: feature.issuer.map(|Id(issuer)| issuer),
        });
    }
    Ok(features)
}

/// Quotas by place, none of which can never be met whoever volunteers.
fn quotas(
    asked: &DrawInput,
    features: &[FeatureTerms],
) -> Result<Vec<lottery::Quota>, ContractError> {
    bounds::count("quotas", asked.quotas.len(), MAX_QUOTAS)?;
    let mut quotas: Vec<lottery::Quota> = Vec::with_capacity(asked.quotas.len());
    for quota in &asked.quotas {
        let named = format!("quota={}/{}", quota.feature, quota.value);
        // at most 16 features of 64 values
        let feature = features.iter().position(|one| one.name == quota.feature);
        let place = feature.and_then(|feature| {
            let values = &features[feature].values;
            let value = values.iter().position(|value| *value == quota.value)?;
            Some((u8::try_from(feature).ok()?, u8::try_from(value).ok()?))
        });
        let Some((feature, value)) = place else {
            return Err(refused(format!("{named} names no feature or value")));
        };
        if quotas
            .iter()
            .any(|other| (other.feature, other.value) == (feature, value))
        {
            return Err(refused(format!("{named} is there twice")));
        }
        if quota.min > quota.max || quota.min > asked.size {
            return Err(refused(format!("{named} min above max or seats")));
        }
        quotas.push(lottery::Quota {
            feature,
            value,
            min: quota.min.into(),
            max: quota.max.into(),
        });
    }
    let size = u32::from(asked.size);
    for (feature, terms) in (0u8..).zip(features) {
        let of = || quotas.iter().filter(|quota| quota.feature == feature);
        let least: u32 = of().map(|quota| quota.min).sum();
        let most: u32 = of().map(|quota| quota.max).sum();
        let all_bounded = of().count() == terms.values.len();
        if least > size || (all_bounded && most < size) {
            let name = &terms.name;
            return Err(refused(format!(
                "quotas of feature={name} let between {least} and {most} sit, seats={size}"
            )));
        }
    }
    Ok(quotas)
}
