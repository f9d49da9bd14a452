//! What came of the forest, for people and for programs.
use mycel_client::Credits;
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
                opened: time(one, "opened"),
                cap: time(one, "cap"),
                tac: time(one, "tac"),
                regenerated: time(one, "regenerated"),
                harvested: time(one, "harvested"),
                price: result["price"].as_str().and_then(|text| text.parse().ok()),
                traded: time(&result, "quantity"),
            }
        };
        let seasons = told["epochs"].as_array().into_iter().flatten().map(season);
        let sums: Value = ask(stage, json!({"regeneration": of})).await?;
        let watch: Value = ask(stage, json!({"monitors": of})).await?;
        let seats = watch["seats"].as_array().cloned().unwrap_or_default();
        Ok(Self {
            foresters: forest.foresters.len(),
            monitors: seats.len(),
            lay: seats.iter().filter(|seat| seat["lay"] == true).count(),
            seasons: seasons.collect(),
            attested: time(&sums, "attested"),
            minted: time(&sums, "minted"),
            buffer: time(&sums, "buffer"),
            ms: 0,
        })
    }

    /// For people.
    pub fn table(&self) -> String {
        let mut text = format!(
            "A forest: {} members hold its shares, {} monitors watch it ({} drawn by lot), none of whom takes anything of it.\n\
             What may be taken follows what they read:\n\n\
             season   stock t   cap t  after cuts  10,000 shares   harvest t   credits a t   traded t\n",
            self.foresters, self.monitors, self.lay,
        );
        for season in &self.seasons {
            let tonnes = |kg: u64| format!("{}.{}", kg / 1_000, kg % 1_000 / 100);
            let yields = u128::from(season.tac) * 10_000 / u128::from(ALL_SHARES);
            let price = season.price.map_or_else(
                || "-".to_owned(),
                |price| Credits(i128::from(price) * 1_000).to_string(),
            );
            text.push_str(&format!(
                "{:<7} {:>9} {:>7} {:>11} {:>11} kg {:>11} {:>13} {:>10}\n",
                season.epoch,
                tonnes(season.stock),
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
            let percent = (cut.opened - cut.cap) * 100 / cut.opened.max(1);
            text.push_str(&format!(
                "\nIn season {} the monitors read a drought: the cap fell {percent} % in that moment, every right with it.\n",
                cut.epoch
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
