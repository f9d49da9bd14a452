//! Cap, stock, harvest and price over the seasons: a table, a chart in the terminal, and one SVG.
use std::path::PathBuf;

use mycel_client::{
    amount,
    commons::{cap::ask::EpochView, quantity::Quantity},
};
use mycel_kit::{Id, amount::CREDIT};
use serde::Serialize;

use super::{Here, words};
use crate::{
    chart::{Chart, svg, terminal},
    exit::Failure,
    output::{Align, Show, table},
};

/// Columns of the terminal's charts.
const WIDTH: usize = 76;
/// Rows of each.
const ROWS: usize = 8;

/// Arguments of `mycel commons plot`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    /// The commons' number
    commons: u64,
    /// Writes the charts to this file as well
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

#[derive(Serialize)]
struct Plot {
    commons: Id,
    name: String,
    unit: String,
    epochs: Vec<EpochView>,
    /// The stock that counts now.
    #[serde(skip_serializing_if = "Option::is_none")]
    stock: Option<Quantity>,
    /// Where the charts were written.
    #[serde(skip_serializing_if = "Option::is_none")]
    svg: Option<String>,
}

/// Cap with harvest, stock, price. Of the open season the stock is what counts now, not what it opened with.
fn charts(epochs: &[EpochView], now: Option<Quantity>, unit: &str) -> Vec<Chart> {
    let line = |read: &dyn Fn(&EpochView) -> Option<f64>| -> Vec<(f64, f64)> {
        let points = epochs.iter();
        points
            .filter_map(|epoch| Some((epoch.number.0 as f64, read(epoch)?)))
            .collect()
    };
    let taken = |epoch: &EpochView| epoch.harvested.units() + epoch.overage.units();
    let price = |epoch: &EpochView| Some(epoch.price?.pico() as f64 / CREDIT as f64);
    let stock = |epoch: &EpochView| now.filter(|_| epoch.open).unwrap_or(epoch.stock);
    vec![
        Chart::new(&format!("cap and harvest in {unit}"), "season")
            .with("cap", line(&|epoch| Some(epoch.cap.units() as f64)))
            .with("harvest", line(&|epoch| Some(taken(epoch) as f64)))
            .whole(),
        Chart::of(
            &format!("stock in {unit}"),
            "season",
            line(&|epoch| Some(stock(epoch).units() as f64)),
        )
        .whole(),
        Chart::of(
            &format!("price in credits for each {unit}"),
            "season",
            line(&price),
        )
        .whole(),
    ]
}

/// A row a season.
fn rows(epochs: &[EpochView], now: Option<Quantity>) -> String {
    let headings = [
        ("season", Align::Right),
        ("stock", Align::Right),
        ("readings", Align::Left),
        ("cap", Align::Right),
        ("for shares", Align::Right),
        ("harvest", Align::Right),
        ("beyond", Align::Right),
        ("credits", Align::Right),
        ("", Align::Left),
    ];
    let row = |epoch: &EpochView| {
        let mut notes = vec![];
        if epoch.open {
            notes.push("open".to_owned());
        }
        match epoch.cuts.len() {
            0 => {}
            1 => notes.push("cut once".into()),
            cuts => notes.push(format!("cut {cuts} times")),
        }
        if let Some(now) = now.filter(|now| epoch.open && *now != epoch.stock) {
            notes.push(format!("stock {} now", words::digits(now.units())));
        }
        let note = notes.join(", ");
        let price = epoch.price.map(|price| amount::brief(price.signed()));
        vec![
            epoch.number.to_string(),
            words::digits(epoch.stock.units()),
            epoch.status.clone(),
            words::digits(epoch.cap.units()),
            words::digits(epoch.tac.units()),
            words::digits(epoch.harvested.units()),
            words::digits(epoch.overage.units()),
            price.unwrap_or_else(|| "-".into()),
            note,
        ]
    };
    let rows: Vec<_> = epochs.iter().map(row).collect();
    table(&headings, &rows)
}

impl Show for Plot {
    fn human(&self) -> String {
        if self.epochs.is_empty() {
            return format!(
                "{} has had no season yet; the first opens when its monitors' readings are fresh: `mycel commons monitor show {}`",
                self.name, self.commons
            );
        }
        let mut text = rows(&self.epochs, self.stock);
        for chart in charts(&self.epochs, self.stock, &self.unit) {
            text.push('\n');
            text.push_str(&terminal(&chart, WIDTH, ROWS));
        }
        if let Some(file) = &self.svg {
            text.push_str(&format!("\nthe same as a drawing: {file}\n"));
        }
        text
    }
}

/// Shows the seasons of a commons.
pub async fn run(cmd: Cmd, here: &Here<'_>) -> Result<(), Failure> {
    let id = Id(cmd.commons);
    let view = here.asked().one(id).await?;
    let epochs = here.asked().epochs(id).await?;
    let cap = here.asked().cap(id).await?;
    let stock = (cap.status != "none").then_some(cap.stock);
    let file = match &cmd.svg {
        Some(path) => {
            let about = format!("{}: cap, stock, harvest and price by season", view.name);
            let drawing = svg(&about, &charts(&epochs, stock, &view.unit));
            std::fs::write(path, drawing).map_err(|e| Failure::file(path.display(), &e))?;
            Some(path.display().to_string())
        }
        None => None,
    };
    here.session.print(&Plot {
        commons: id,
        name: view.name,
        unit: view.unit,
        epochs,
        stock,
        svg: file,
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn epoch(number: u64, cap: u64, price: Option<u64>) -> EpochView {
        serde_json::from_value(json!({"number": number.to_string(), "opens": "0", "closes": "9",
            "open": number == 3, "status": "fresh", "stock": (cap * 10).to_string(),
            "median": "0", "low": "0", "most": "0", "opened": cap.to_string(),
            "cap": cap.to_string(), "tac": cap.to_string(), "regenerated": "0", "banked": "0",
            "banked_in": "0", "budgets": "0", "withheld": "0", "released": "0",
            "cuts": if number == 2 { json!([{"num": "1", "den": "2", "at": "5", "why": "reading"}]) }
                else { json!([]) },
            "harvested": (cap / 2).to_string(), "overage": "0", "retired": "0",
            "price": price.map(|pico| pico.to_string())}))
        .unwrap()
    }

    fn plot() -> Plot {
        Plot {
            commons: Id(1),
            name: "the <forest> & more".into(),
            unit: "kg".into(),
            epochs: vec![
                epoch(1, 100_000, None),
                epoch(2, 70_000, Some(20_000_000_000)),
                epoch(3, 77_000, Some(15_000_000_000)),
            ],
            stock: Quantity::new(760_000),
            svg: None,
        }
    }

    /// Whether every element is closed, by the same name and in order.
    fn well_formed(text: &str) -> bool {
        let mut open: Vec<&str> = vec![];
        let mut rest = text;
        while let Some((_, after)) = rest.split_once('<') {
            let Some((tag, next)) = after.split_once('>') else {
                return false;
            };
            rest = next;
            if let Some(closed) = tag.strip_prefix('/') {
                if open.pop() != Some(closed) {
                    return false;
                }
            } else if !tag.ends_with('/') {
                let end = tag.find([' ', '\n']).unwrap_or(tag.len());
                open.push(&tag[..end]);
            }
        }
        open.is_empty()
    }

    #[test]
    fn the_drawing_is_well_formed_and_has_cap_harvest_stock_and_price() {
        let plot = plot();
        let text = svg(&plot.name, &charts(&plot.epochs, plot.stock, &plot.unit));
        assert!(well_formed(&text), "{text}");
        assert!(!well_formed("<a><b></a></b>") && !well_formed("<a>"));
        assert_eq!(text.matches("<polyline").count(), 4);
        // seasons are whole numbers, each on the axis
        assert_eq!(text.matches("text-anchor=\"middle\">2</text>").count(), 3);
        assert!(!text.contains(">1.5<") && !text.contains(">2.5<"), "{text}");
        for words in [
            "&lt;forest&gt; &amp; more",
            "cap and harvest in kg",
            "stock in kg",
            "price in credits for each kg",
            ">harvest<",
        ] {
            assert!(text.contains(words), "{words}: {text}");
        }
    }

    #[test]
    fn seasons_stand_in_a_table_above_their_charts() {
        let text = plot().human();
        for words in [
            "season",
            "1,000,000",
            "100,000",
            "35,000",
            "0.02",
            "cut once",
            "open",
            "cap and harvest in kg (cap, harvest)",
            "open, stock 760,000 now",
        ] {
            assert!(text.contains(words), "{words}: {text}");
        }
        assert!(
            text.lines().all(|line| line.chars().count() <= 100),
            "{text}"
        );
        let empty = Plot {
            epochs: vec![],
            ..plot()
        };
        assert!(empty.human().contains("mycel commons monitor show 1"));
    }
}
