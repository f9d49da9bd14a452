//! Charts below each other in one SVG without scripts, fonts or anything else from outside.
use std::fmt::Write as _;

use super::{Chart, scale::Scale};

const WIDTH: f64 = 720.0;
const PANEL: f64 = 240.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 34.0;
const BOTTOM: f64 = 40.0;
/// Told apart without red and green (Okabe and Ito).
const COLOURS: [&str; 6] = [
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9",
];
const STYLE: &str = "text{font:12px system-ui,sans-serif;fill:#222}.t{font-weight:600;font-size:14px}\
.g{stroke:#ddd;stroke-width:1}.a{stroke:#888;stroke-width:1}.l{fill:none;stroke-width:1.6;stroke-linejoin:round}\
@media(prefers-color-scheme:dark){svg{background:#161616}text{fill:#e6e6e6}.g{stroke:#3a3a3a}}";

/// One drawing of all charts; `about` is its title for screen readers.
pub fn svg(about: &str, charts: &[Chart]) -> String {
    let height = PANEL * charts.len() as f64;
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\">\n\
         <title>{}</title>\n<style>{STYLE}</style>\n",
        escaped(about)
    );
    for (index, chart) in charts.iter().enumerate() {
        // writing to a string cannot fail
        let _ = writeln!(
            text,
            "<g transform=\"translate(0 {})\">",
            PANEL * index as f64
        );
        panel(&mut text, chart);
        text.push_str("</g>\n");
    }
    text.push_str("</svg>\n");
    text
}

fn panel(text: &mut String, chart: &Chart) {
    let _ = writeln!(
        text,
        "<text class=\"t\" x=\"{LEFT}\" y=\"20\">{}</text>",
        escaped(&chart.title)
    );
    let Some((x, y)) = chart.bounds() else {
        let _ = writeln!(text, "<text x=\"{LEFT}\" y=\"60\">nothing to show</text>");
        return;
    };
    let (inner_width, inner_height) = (WIDTH - LEFT - RIGHT, PANEL - TOP - BOTTOM);
    let (across, up) = (Scale::around(x, 8), Scale::around(y, 4));
    let place_x = |value: f64| {
        let span = (x.1 - x.0).max(f64::MIN_POSITIVE);
        LEFT + inner_width * ((value - x.0) / span).clamp(0.0, 1.0)
    };
    let place_y = |value: f64| TOP + inner_height * (1.0 - up.at(value));
    for tick in up.ticks() {
        let at = place_y(tick);
        let _ = writeln!(
            text,
            "<line class=\"g\" x1=\"{LEFT}\" y1=\"{at:.1}\" x2=\"{:.1}\" y2=\"{at:.1}\"/><text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            WIDTH - RIGHT,
            LEFT - 6.0,
            at + 4.0,
            up.label(tick)
        );
    }
    let inside = |tick: &f64| {
        (x.0..=x.1).contains(tick) && (!chart.whole || (tick - tick.round()).abs() < 1e-9)
    };
    for tick in across.ticks().into_iter().filter(inside) {
        let _ = writeln!(
            text,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            place_x(tick),
            PANEL - BOTTOM + 16.0,
            chart.below(&across, tick)
        );
    }
    let _ = writeln!(
        text,
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
        LEFT + inner_width / 2.0,
        PANEL - 8.0,
        escaped(&chart.across)
    );
    let _ = writeln!(
        text,
        "<line class=\"a\" x1=\"{LEFT}\" y1=\"{TOP}\" x2=\"{LEFT}\" y2=\"{0:.1}\"/><line class=\"a\" x1=\"{LEFT}\" y1=\"{0:.1}\" x2=\"{1:.1}\" y2=\"{0:.1}\"/>",
        PANEL - BOTTOM,
        WIDTH - RIGHT
    );
    let mut legend = WIDTH - RIGHT;
    for (line, colour) in chart.lines.iter().zip(COLOURS.iter().cycle()) {
        let points: Vec<String> = line
            .points
            .iter()
            .map(|p| format!("{:.1},{:.1}", place_x(p.0), place_y(p.1)))
            .collect();
        let _ = writeln!(
            text,
            "<polyline class=\"l\" stroke=\"{colour}\" points=\"{}\"/>",
            points.join(" ")
        );
        // few points are seen as points: one alone is no line
        for p in line.points.iter().filter(|_| line.points.len() <= 40) {
            let _ = writeln!(
                text,
                "<circle fill=\"{colour}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"3\"/>",
                place_x(p.0),
                place_y(p.1)
            );
        }
        if !line.name.is_empty() {
            let _ = writeln!(
                text,
                "<text x=\"{legend:.1}\" y=\"20\" text-anchor=\"end\" style=\"fill:{colour}\">{}</text>",
                escaped(&line.name)
            );
            legend -= 7.5 * (line.name.chars().count() + 2) as f64;
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_stands_alone_and_text_cannot_break_out_of_it() {
        let chart = Chart::new("wealth <of> a & b", "days")
            .with("richest 1 %", vec![(0.0, 0.1), (10.0, 0.4)])
            .with("median", vec![(0.0, 0.1), (10.0, 0.05)]);
        let text = svg(
            "a town",
            &[chart.clone(), Chart::new("empty", "days"), chart],
        );
        assert!(text.starts_with("<svg") && text.ends_with("</svg>\n"));
        assert!(text.contains("wealth &lt;of&gt; a &amp; b"));
        assert_eq!(text.matches("<polyline").count(), 4);
        assert_eq!(text.matches("<g ").count(), text.matches("</g>").count());
        for outside in ["href", "script", "@import", "url("] {
            assert!(!text.contains(outside), "{outside}");
        }
    }
}
