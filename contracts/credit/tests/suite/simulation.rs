//! The controller in a town of agents, on the contract's own code.
//!
//! `cargo test` plays one year at one rate of repayment. `MYCEL_YEARS=5` plays
//! five years for five rates: 80 % more money in a month, then 30 % less trade.
//! Both print their table (`--nocapture`).

use crate::agents::{Day, Outcome, Story, play};
use crate::world::told;

/// Days after `from` until the stock is within 10 % of the need and stays so
/// (for all but single days) to the end of the stretch; `None` if it does not.
fn settled(days: &[Day]) -> Option<usize> {
    let off = days.iter().rposition(|day| (day.stock - 1.0).abs() > 0.1);
    match off {
        None => Some(0),
        Some(last) if last + 1 < days.len() => Some(last + 1),
        Some(_) => None,
    }
}

/// How far it overshoots to the other side, and how far it then swings back,
/// both as shares of the first deviation: no ringing if the second is small.
fn swings(days: &[Day]) -> (f64, f64) {
    let first = days
        .iter()
        .take(60)
        .map(|day| day.stock - 1.0)
        .fold(
            0.0,
            |far: f64, each| if each.abs() > far.abs() { each } else { far },
        );
    let sign = first.signum();
    let crossing = days.iter().position(|day| (day.stock - 1.0) * sign < 0.0);
    let Some(crossing) = crossing else {
        return (0.0, 0.0);
    };
    let after = &days[crossing..];
    let (place, lowest) = after
        .iter()
        .map(|day| -(day.stock - 1.0) * sign)
        .enumerate()
        .fold(
            (0, 0.0),
            |best, each| if each.1 > best.1 { each } else { best },
        );
    let back = after[place..]
        .iter()
        .map(|day| (day.stock - 1.0) * sign)
        .fold(0.0, f64::max);
    (lowest / first.abs(), back / first.abs())
}

fn print(line: &str) {
    eprintln!("{line}");
}

fn title() {
    print(
        "repay/day | burst peak | days to 10 % | overshoot | swing back | trade −30 %: days | overshoot | swing back | rates 10^-9 | top 1 % | written off (uncovered) | payments (refused)",
    );
}

fn row(story: &Story, outcome: &Outcome) -> (Option<usize>, Option<usize>) {
    let end = outcome.days.len();
    let (burst, drop) = (story.burst as usize + 30, (story.drop as usize).min(end));
    let after_burst = &outcome.days[burst..drop];
    let (over, back) = swings(after_burst);
    let days = settled(after_burst);
    let (mut later, mut later_swings) = (None, (0.0, 0.0));
    if drop < end {
        // what was bought in 30 days tells of the drop when they are over
        let after_drop = &outcome.days[drop + 30..];
        later = settled(after_drop).map(|days| days + 30);
        later_swings = swings(after_drop);
    }
    let shown =
        |days: Option<usize>, of: usize| days.map_or(format!("> {of}"), |days| days.to_string());
    let rates = outcome.days.iter().map(|day| day.rate);
    print(&format!(
        "{:.1} % | {:.2} | {} | {:.0} % | {:.0} % | {} | {:.0} % | {:.0} % | {}–{} | {:.1} % | {:.0} ({:.0}) | {} ({})",
        story.repay * 100.0,
        after_burst.iter().map(|day| day.stock).fold(0.0, f64::max),
        shown(days, after_burst.len()),
        over * 100.0,
        back * 100.0,
        if drop < end {
            shown(later, end - drop)
        } else {
            "–".into()
        },
        later_swings.0 * 100.0,
        later_swings.1 * 100.0,
        rates.clone().min().unwrap_or(0),
        rates.max().unwrap_or(0),
        outcome.top_share * 100.0,
        outcome.written_off,
        outcome.uncovered,
        outcome.payments.0,
        outcome.payments.1,
    ));
    (days, later)
}

fn trace(outcome: &Outcome) {
    if told("MYCEL_TRACE", 0) == 0 {
        return;
    }
    for (day, at) in outcome.days.iter().enumerate().step_by(15) {
        print(&format!(
            "day {day}: stock {:.3} rate {}",
            at.stock, at.rate
        ));
    }
}

const YEAR: Story = Story {
    members: 1_000,
    days: 365,
    repay: 0.004,
    burst: 120,
    drop: 365,
    patience: 90,
    friends: false,
    seed: 1,
};

#[test]
fn one_year_after_eighty_percent_more_money_the_stock_is_back_at_its_need() {
    let outcome = play(YEAR);
    title();
    let (days, _) = row(&YEAR, &outcome);
    trace(&outcome);
    assert!(days.is_some_and(|days| days < 200), "{days:?}");
    assert!(outcome.top_share < 0.25, "{}", outcome.top_share);
    assert!(outcome.uncovered < 1.0, "defaults within the loss budget");
}

/// Two friends who pay to and fro all day move neither need nor rate, and are
/// no richer for it.
#[test]
fn two_friends_who_pay_to_and_fro_gain_nothing() {
    let quiet = Story {
        members: 120,
        days: 150,
        ..YEAR
    };
    let busy = Story {
        friends: true,
        ..quiet
    };
    let (quiet, busy) = (play(quiet), play(busy));
    assert!(busy.payments.0 > quiet.payments.0 + 1_000);
    for (day, (quiet, busy)) in quiet.days.iter().zip(&busy.days).enumerate() {
        // 3,000 credits a day among 12,000 a month of all others
        let apart = |one: f64, other: f64| (one - other).abs() / one.max(1.0);
        let volumes = (quiet.counted.0 as f64, busy.counted.0 as f64);
        assert!(apart(volumes.0, volumes.1) < 2e-3, "day {day}: {volumes:?}");
        assert_eq!(quiet.counted.2, busy.counted.2, "day {day}: payers");
        // M is read as last counted; who pays is counted a little earlier
        let rates = (f64::from(quiet.rate), f64::from(busy.rate));
        assert!(apart(rates.0, rates.1) < 2e-3, "day {day}: {rates:?}");
    }
    // each payment settles, which may cost a unit and never gains one
    assert!(busy.friends <= busy.idle, "{} {}", busy.friends, busy.idle);
    assert!(busy.idle - busy.friends < 1e-6);
    assert!((busy.friends - quiet.friends).abs() < 0.1);
}

/// The five years in small, at one rate of repayment, so that every run of the
/// tests sees the stock come back and stay.
#[test]
fn five_years_of_a_village_settle_without_ringing() {
    let story = Story {
        members: 200,
        days: 5 * 365,
        repay: 0.001,
        burst: 400,
        drop: 1_150,
        patience: 180,
        ..YEAR
    };
    let outcome = play(story);
    title();
    let (burst, drop) = row(&story, &outcome);
    trace(&outcome);
    for (what, days) in [("burst", burst), ("drop", drop)] {
        assert!(days.is_some_and(|days| days < 200), "{what}: {days:?}");
    }
    let (from, to) = (story.burst as usize + 30, story.drop as usize);
    for stretch in [&outcome.days[from..to], &outcome.days[to + 30..]] {
        let (over, back) = swings(stretch);
        assert!(over < 0.25, "overshoot {over}");
        assert!(back < 0.25, "ringing {back}");
    }
}

#[test]
fn five_years_over_repayment_rates_settle_without_ringing() {
    let years = told("MYCEL_YEARS", 0);
    if years < 5 {
        print("MYCEL_YEARS=5 plays this");
        return;
    }
    let stories: Vec<Story> = [0.0, 0.001, 0.002, 0.003, 0.004]
        .into_iter()
        .map(|repay| Story {
            days: years * 365,
            repay,
            burst: 400,
            drop: 1_150,
            patience: 180,
            ..YEAR
        })
        .collect();
    let outcomes: Vec<Outcome> = std::thread::scope(|scope| {
        let running: Vec<_> = stories
            .iter()
            .map(|story| scope.spawn(|| play(*story)))
            .collect();
        let ended = running.into_iter().map(|one| one.join().expect("plays"));
        ended.collect()
    });
    title();
    for (story, outcome) in stories.iter().zip(&outcomes) {
        row(story, outcome);
        trace(outcome);
        let (burst, drop) = (story.burst as usize + 30, story.drop as usize);
        for stretch in [&outcome.days[burst..drop], &outcome.days[drop + 30..]] {
            let (over, back) = swings(stretch);
            assert!(over < 0.5, "overshoot {over} at {}", story.repay);
            assert!(back < 0.25, "ringing {back} at {}", story.repay);
        }
        assert!(outcome.top_share < 0.25, "{}", outcome.top_share);
        assert!(outcome.uncovered < 1.0, "{}", outcome.uncovered);
    }
}
