//! A bar a project: what was given to it, and what it got of the pool. In the terminal, and as one self-contained SVG.
use std::fmt::Write as _;

/// One bar.
#[derive(Clone, Debug)]
pub struct Bar {
    pub title: String,
    /// Pico-credits of gifts.
    pub direct: u128,
    /// Pico-credits of the pool.
    pub matching: u128,
    /// What is written at its end.
    pub label: String,
}

const WIDTH: u128 = 720;
const LEFT: u128 = 200;
const RIGHT: u128 = 120;
const ROW: u128 = 28;
const TOP: u128 = 64;
/// Longest title that fits beside a bar.
const TITLE: usize = 28;
const STYLE: &str = "text{font:12px system-ui,sans-serif;fill:#222}.t{font-weight:600;font-size:14px}\
.d{fill:#0072b2}.m{fill:#e69f00}\
@media(prefers-color-scheme:dark){svg{background:#161616}text{fill:#e6e6e6}}";

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// At most so many letters.
fn short(text: &str) -> String {
    match text.char_indices().nth(TITLE) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

fn longest(bars: &[Bar]) -> u128 {
    let sums = bars
        .iter()
        .map(|bar| bar.direct.saturating_add(bar.matching));
    sums.max().unwrap_or(0).max(1)
}

/// part of `width` in proportion to the whole.
fn scaled(part: u128, whole: u128, width: u128) -> u128 {
    // shares of a million are enough for pixels and never overflow
    let parts = part / (whole / 1_000_000).max(1);
    parts.saturating_mul(width) / (whole / (whole / 1_000_000).max(1)).max(1)
}

/// Letters of a bar in a terminal: gifts full, matching light.
pub fn terminal(bars: &[Bar], width: u128) -> Vec<String> {
    let whole = longest(bars);
    let line = |bar: &Bar| {
        let letters = |part| usize::try_from(scaled(part, whole, width)).unwrap_or(0);
        "█".repeat(letters(bar.direct)) + &"░".repeat(letters(bar.matching))
    };
    bars.iter().map(line).collect()
}

/// One drawing of all bars.
pub fn svg(about: &str, bars: &[Bar]) -> String {
    let height = TOP + ROW * bars.len() as u128 + 12;
    let inside = WIDTH - LEFT - RIGHT;
    let whole = longest(bars);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\">\n\
         <title>{about}</title>\n<style>{STYLE}</style>\n\
         <text class=\"t\" x=\"12\" y=\"22\">{about}</text>\n\
         <rect class=\"d\" x=\"12\" y=\"36\" width=\"12\" height=\"12\"/><text x=\"30\" y=\"46\">given</text>\n\
         <rect class=\"m\" x=\"90\" y=\"36\" width=\"12\" height=\"12\"/><text x=\"108\" y=\"46\">from the pool</text>\n",
        about = escaped(about),
    );
    for (row, bar) in (0u128..).zip(bars) {
        let y = TOP + ROW * row;
        let direct = scaled(bar.direct, whole, inside);
        let matching = scaled(bar.matching, whole, inside);
        // writing to a string cannot fail
        let _ = writeln!(
            text,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\
             <rect class=\"d\" x=\"{LEFT}\" y=\"{y}\" width=\"{direct}\" height=\"18\"/>\
             <rect class=\"m\" x=\"{}\" y=\"{y}\" width=\"{matching}\" height=\"18\"/>\
             <text x=\"{}\" y=\"{}\">{}</text>",
            LEFT - 8,
            y + 13,
            escaped(&short(&bar.title)),
            LEFT + direct,
            LEFT + direct + matching + 6,
            y + 13,
            escaped(&bar.label),
        );
    }
    text.push_str("</svg>\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(title: &str, direct: u128, matching: u128) -> Bar {
        Bar {
            title: title.into(),
            direct,
            matching,
            label: format!("{}", direct + matching),
        }
    }

    #[test]
    fn bars_are_as_long_as_what_they_show_and_nothing_breaks_out() {
        let credit = 1_000_000_000_000u128;
        let bars = [
            bar("well <&> house", 10 * credit, 30 * credit),
            bar("seeds", 5 * credit, 5 * credit),
        ];
        assert_eq!(terminal(&bars, 8), ["██░░░░░░", "█░"]);
        let text = svg("round 1 <x>", &bars);
        assert!(text.starts_with("<svg") && text.ends_with("</svg>\n"));
        assert!(text.contains("well &lt;&amp;&gt; house") && text.contains("round 1 &lt;x&gt;"));
        assert!(
            text.contains("width=\"100\"") && text.contains("width=\"300\""),
            "{text}"
        );
        for outside in ["href", "script", "@import", "url("] {
            assert!(!text.contains(outside), "{outside}");
        }
        assert_eq!(terminal(&[bar("none", 0, 0)], 8), [""]);
        let huge = [bar("all", u128::MAX / 4, u128::MAX / 4)];
        assert!(terminal(&huge, 8)[0].chars().count() <= 8);
        assert!(short(&"ä".repeat(40)).ends_with('…'));
    }
}
