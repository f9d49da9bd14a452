//! A chart in braille: each character cell is two dots wide and four high.
use super::{Chart, scale::Scale};

const DOTS: [[u8; 4]; 2] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]];

struct Canvas {
    width: usize,
    height: usize,
    cells: Vec<u8>,
}

impl Canvas {
    fn new(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            cells: vec![0; width * height],
        }
    }

    fn dot(&mut self, x: i64, y: i64) {
        let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else {
            return;
        };
        if x < 2 * self.width && y < 4 * self.height {
            self.cells[y / 4 * self.width + x / 2] |= DOTS[x % 2][y % 4];
        }
    }

    /// A straight line of dots.
    fn line(&mut self, (x0, y0): (i64, i64), (x1, y1): (i64, i64)) {
        let steps = (x1 - x0).abs().max((y1 - y0).abs()).max(1);
        for i in 0..=steps {
            self.dot(x0 + (x1 - x0) * i / steps, y0 + (y1 - y0) * i / steps);
        }
    }

    fn row(&self, row: usize) -> String {
        let cells = &self.cells[row * self.width..(row + 1) * self.width];
        let text: String = cells
            .iter()
            .map(|dots| char::from_u32(0x2800 + u32::from(*dots)).unwrap_or(' '))
            .map(|c| if c == '\u{2800}' { ' ' } else { c })
            .collect();
        text.trim_end().to_owned()
    }
}

/// Draws a chart `width` characters wide with `rows` rows of dots; a chart without points says so.
pub fn terminal(chart: &Chart, width: usize, rows: usize) -> String {
    let Some((x, y)) = chart.bounds() else {
        return format!("{}\n  (nothing to show)\n", chart.title);
    };
    let (rows, count) = (rows.max(2), 2);
    let up = Scale::around(y, count);
    let labels: Vec<(usize, String)> = up
        .ticks()
        .into_iter()
        .map(|tick| {
            let row = ((1.0 - up.at(tick)) * (rows - 1) as f64).round() as usize;
            (row, up.label(tick))
        })
        .collect();
    let margin = labels.iter().map(|(_, l)| l.len()).max().unwrap_or(0);
    // lines of one chart are told apart by their names behind their ends
    let names = chart.lines.iter().map(|line| line.name.chars().count());
    let names = names.max().filter(|_| chart.lines.len() > 1).unwrap_or(0);
    let behind = if names > 0 { names + 1 } else { 0 };
    let inside = width.saturating_sub(margin + 2 + behind).max(10);
    let mut canvas = Canvas::new(inside, rows);
    let (right, bottom) = ((2 * inside - 1) as f64, (4 * rows - 1) as f64);
    let across = (x.1 - x.0).max(f64::MIN_POSITIVE);
    let place = |p: &(f64, f64)| {
        (
            ((p.0 - x.0) / across * right).round() as i64,
            ((1.0 - up.at(p.1)) * bottom).round() as i64,
        )
    };
    let mut ends: Vec<(usize, &str)> = vec![];
    for line in &chart.lines {
        let mut last = None;
        for here in line.points.iter().map(place) {
            canvas.line(last.unwrap_or(here), here);
            last = Some(here);
        }
        if let Some((_, y)) = last.filter(|_| names > 0) {
            // the next free row where another ends in the same
            let mut row = usize::try_from(y / 4).unwrap_or(0).min(rows - 1);
            while ends.iter().any(|(taken, _)| *taken == row) && row + 1 < rows {
                row += 1;
            }
            ends.push((row, &line.name));
        }
    }
    let names: Vec<&str> = chart
        .lines
        .iter()
        .map(|line| line.name.as_str())
        .filter(|name| !name.is_empty())
        .collect();
    let mut text = match names.as_slice() {
        [] => format!("{}\n", chart.title),
        names => format!("{} ({})\n", chart.title, names.join(", ")),
    };
    for row in 0..rows {
        let label = labels.iter().find(|(at, _)| *at == row);
        let (label, edge) = label.map_or(("", '│'), |(_, label)| (label.as_str(), '┤'));
        let drawn = canvas.row(row);
        match ends.iter().find(|(at, _)| *at == row) {
            Some((_, name)) => {
                text.push_str(&format!("{label:>margin$}{edge}{drawn:<inside$} {name}\n"));
            }
            None => text.push_str(&format!("{label:>margin$}{edge}{drawn}\n")),
        }
    }
    let first = Scale::around(x, 4);
    let (from, to) = (chart.below(&first, x.0), chart.below(&first, x.1));
    text.push_str(&format!("{:>margin$}└{}\n", "", "─".repeat(inside)));
    let words = format!(
        "{from}{:^1$}",
        chart.across,
        inside.saturating_sub(from.len() + to.len())
    );
    text.push_str(&format!("{:>margin$} {words}{to}\n", ""));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rising_line_rises_from_the_left_edge_to_the_right() {
        let chart = Chart::of(
            "credits",
            "days",
            (0..=10).map(|i| (f64::from(i), f64::from(i))).collect(),
        );
        let text = terminal(&chart, 24, 3);
        assert_eq!(
            text,
            "credits\n10┤             ⢀⣀⡠⠤⠔⠒⠊\n 5┤        ⣀⣀⠤⠊⠉⠁\n 0┤⣀⣀⠤⠤⠒⠒⠉⠉\n  └────────────────────\n   0      days       10\n"
        );
        assert!(text.lines().all(|line| line.chars().count() <= 24));
    }

    #[test]
    fn a_chart_without_points_says_so_and_one_value_is_a_level_line() {
        assert!(terminal(&Chart::new("x", "days"), 40, 4).contains("nothing to show"));
        let level = Chart::of("x", "days", vec![(0.0, 3.0), (9.0, 3.0), (f64::NAN, 1.0)]);
        let rows = terminal(&level, 40, 4);
        let drawn = rows.lines().filter(|row| row.contains(|c| c > '\u{2800}'));
        assert_eq!(drawn.count(), 1, "{rows}");
    }
}
