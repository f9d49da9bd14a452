//! Line charts, twice from the same numbers: in braille dots for a terminal, and as one self-contained SVG.
mod scale;
mod svg;
mod terminal;

use scale::Scale;
pub use svg::svg;
pub use terminal::terminal;

/// What is drawn: lines over one axis of time.
#[derive(Clone, Debug, Default)]
pub struct Chart {
    /// Above it, with the unit.
    pub title: String,
    /// Below it, with the unit.
    pub across: String,
    /// The lines.
    pub lines: Vec<Line>,
    /// What is counted below it is whole, as seasons are.
    pub whole: bool,
}

/// One line.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// In the legend; empty where the chart has only one.
    pub name: String,
    /// (x, y), x rising. What is not finite is left out.
    pub points: Vec<(f64, f64)>,
}

impl Chart {
    /// A chart of one line.
    pub fn of(title: &str, across: &str, points: Vec<(f64, f64)>) -> Self {
        Self::new(title, across).with("", points)
    }

    /// A chart without lines.
    pub fn new(title: &str, across: &str) -> Self {
        Self {
            title: title.into(),
            across: across.into(),
            lines: vec![],
            whole: false,
        }
    }

    /// One line more.
    #[must_use]
    pub fn with(mut self, name: &str, points: Vec<(f64, f64)>) -> Self {
        let finite = |p: &(f64, f64)| p.0.is_finite() && p.1.is_finite();
        self.lines.push(Line {
            name: name.into(),
            points: points.into_iter().filter(finite).collect(),
        });
        self
    }

    /// Below it stand whole numbers.
    #[must_use]
    pub fn whole(mut self) -> Self {
        self.whole = true;
        self
    }

    /// A number below it.
    fn below(&self, scale: &Scale, value: f64) -> String {
        match self.whole {
            true => format!("{value:.0}"),
            false => scale.label(value),
        }
    }

    /// (least x, greatest x), (least y, greatest y); `None` without points.
    fn bounds(&self) -> Option<((f64, f64), (f64, f64))> {
        let mut points = self.lines.iter().flat_map(|line| line.points.iter());
        let first = points.next()?;
        let start = ((first.0, first.0), (first.1, first.1));
        Some(points.fold(start, |(x, y), p| {
            ((x.0.min(p.0), x.1.max(p.0)), (y.0.min(p.1), y.1.max(p.1)))
        }))
    }
}
