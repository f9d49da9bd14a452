//! What came of the forest, for people and for programs.
use mycel_client::amount::brief;
use serde::Serialize;
use serde_json::{Value, json};

use super::{ALL_SHARES, Forest, ask, auction::time};
use crate::civic::{CivicError, Stage};

/// A season, in kilograms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Season {
    /// The epoch.
    pub epoch: u64,
    /// What the opening relied on.
    pub status: String,
    /// The stock that counted.
    pub stock: u64,
    /// What monitors read since: of the latest season, what counts now.
    pub then: u64,
    /// The cap as it opened …
    pub opened: u64,
    /// … and after cuts.
    pub cap: u64,
    /// What shares yielded.
    pub tac: u64,
    /// What who restored got beside.
    pub regenerated: u64,
    /// Harvested.
    pub harvested: u64,
    /// The price of a unit at its auction, in pico-credits; none where nothing changed hands.
    pub price: Option<u64>,
    /// Units that changed hands there.
    pub traded: u64,
}

/// The forest after some seasons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Forested {
    /// Who hold shares.
    pub foresters: usize,
    /// Who watch.
    pub monitors: usize,
    /// Of those, drawn by lot.
    pub lay: usize,
    /// Seasons in their order.
    pub seasons: Vec<Season>,
    /// What monitors attested was restored.
    pub attested: u64,
    /// Of it, rights by now.
    pub minted: u64,
    /// Of it, kept for when it is lost again.
    pub buffer: u64,
    /// Milliseconds.
    pub ms: u64,
}

impl Forested {
    /// Reads what the contract keeps.
    pub async fn read(stage: &impl Stage, forest: &Forest) -> Result<Self, CivicError> {
        let of = json!({"commons": forest.commons.to_string()});
        let told: Value = ask(stage, json!({"epochs": of})).await?;
        let mut auctions = vec![];
        for number in &forest.auctions {
            auctions.push(super::auction::look(stage, *number).await?);
        }
        let season = |one: &Value| {
            let epoch = time(one, "number");
            let auction = auctions
                .iter()
                .find(|auction| time(auction, "epoch") == epoch);
            let result = auction.map(|auction| auction["result"].clone());
            let result = result.unwrap_or_default();
            Season {
                epoch,
                status: one["status"].as_str().unwrap_or_default().to_owned(),
                stock: time(one, "stock"),
                then: time(one, "stock"),
                opened: time(one, "opened"),
                cap: time(one, "cap"),
                tac: time(one, "tac"),
                regenerated: time(one, "regenerated"),
                harvested: time(one, "harvested"),
                price: result["price"].as_str().and_then(|text| text.parse().ok()),
                traded: time(&result, "quantity"),
            }
        };
        let mut seasons: Vec<Season> = told["epochs"]
            .as_array()
            .into_iter()
            .flatten()
            .map(season)
            .collect();
        let now: Value = ask(stage, json!({"cap": of})).await?;
        if let Some(last) = seasons.last_mut() {
            last.then = time(&now, "stock");
        }
        let sums: Value = ask(stage, json!({"regeneration": of})).await?;
        let watch: Value = ask(stage, json!({"monitors": of})).await?;
        let seats = watch["seats"].as_array().cloned().unwrap_or_default();
        Ok(Self {
            foresters: forest.foresters.len(),
            monitors: seats.len(),
            lay: seats.iter().filter(|seat| seat["lay"] == true).count(),
            seasons,
            attested: time(&sums, "attested"),
            minted: time(&sums, "minted"),
            buffer: time(&sums, "buffer"),
            ms: 0,
        })
    }

    /// For people.
    pub fn table(&self) -> String {
        let first = self.seasons.first();
        let worth =
            first.and_then(|season| Some(u128::from(season.price?) * u128::from(season.cap)));
        let worth = worth.map_or_else(String::new, |pico| {
            let pico = i128::try_from(pico).unwrap_or(i128::MAX / 2);
            format!(", worth {} credits at what they sell for", brief(pico))
        });
        let mut text = format!(
            "A forest of which {} t may be taken in a good season{worth}. {} members hold its shares; {} monitors watch it\n\
             ({} drawn by lot), none of whom takes anything of it. What may be taken follows what they read:\n\n\
             {:<6} {:>9} {:>9} {:>7} {:>9} {:>14} {:>10} {:>11} {:>9}\n",
            first.map_or_else(String::new, |season| tonnes(season.opened)),
            self.foresters,
            self.monitors,
            self.lay,
            "season",
            "stock t",
            "then t",
            "cap t",
            "then t",
            "1 % yields kg",
            "taken t",
            "credits/t",
            "traded t",
        );
        for season in &self.seasons {
            let yields =
                u128::from(season.tac) * u128::from(ALL_SHARES / 100) / u128::from(ALL_SHARES);
            let price = season
                .price
                .map_or_else(|| "-".to_owned(), |price| brief(i128::from(price) * 1_000));
            text.push_str(&format!(
                "{:<6} {:>9} {:>9} {:>7} {:>9} {:>14} {:>10} {:>11} {:>9}\n",
                season.epoch,
                tonnes(season.stock),
                tonnes(season.then),
                tonnes(season.opened),
                tonnes(season.cap),
                yields,
                tonnes(season.harvested),
                price,
                tonnes(season.traded),
            ));
        }
        if let Some(cut) = self
            .seasons
            .iter()
            .find(|season| season.cap < season.opened)
        {
            let tenths = (cut.opened - cut.cap) * 1_000 / cut.opened.max(1);
            text.push_str(&format!(
                "\nIn season {} the monitors read a drought: the cap fell {}.{} % in that moment, and everybody's right with it.\n",
                cut.epoch,
                tenths / 10,
                tenths % 10
            ));
        }
        text.push_str(&format!(
            "One member restored land: {} kg attested, {} kg of rights for it, {} kg kept for when it is lost again.\n({:.1} s)\n",
            self.attested,
            self.minted,
            self.buffer,
            self.ms as f64 / 1000.0,
        ));
        text
    }
}

/// Kilograms as tonnes.
fn tonnes(kg: u64) -> String {
    format!("{}.{}", kg / 1_000, kg % 1_000 / 100)
}
