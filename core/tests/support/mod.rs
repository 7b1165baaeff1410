//! What the tests share: instants and a CSV reader.

pub mod case;
pub mod desk;
pub mod forecasting;
pub mod slow;
pub mod spec;

use chrono::DateTime;
use proptest::test_runner::{Config, RngSeed};

/// 2000-01-01 00:00 UTC in microseconds of Unix time.
pub const EPOCH: i64 = 946_684_800_000_000;

/// An instant such as `2026-01-05T09:00:00Z`, in microseconds since 2000-01-01 00:00 UTC.
pub fn instant(text: &str) -> i64 {
    if text == "infinity" {
        return i64::MAX;
    }
    match DateTime::parse_from_rfc3339(text) {
        Ok(t) => t.timestamp_micros() - EPOCH,
        Err(e) => panic!("{text}: {e}"),
    }
}

/// An instant in words, for messages.
pub fn shown(at: i64) -> String {
    let time = at
        .checked_add(EPOCH)
        .and_then(DateTime::from_timestamp_micros);
    time.map_or_else(|| at.to_string(), |t| t.to_rfc3339())
}

/// The fields of each line after the first: quoted by `"`, a quote inside doubled, no line breaks.
pub fn csv(text: &str) -> Vec<Vec<String>> {
    text.lines().skip(1).map(fields).collect()
}

fn fields(line: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut quoted = false;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                all.last_mut().expect("a field").push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => all.push(String::new()),
            c => all.last_mut().expect("a field").push(c),
        }
    }
    all
}

/// As many cases as `SLAOPS_CASES` says, at random; else a number of them, always the same.
pub fn config(default: u32) -> Config {
    let asked = std::env::var("SLAOPS_CASES")
        .ok()
        .and_then(|n| n.parse().ok());
    Config {
        cases: asked.unwrap_or(default),
        failure_persistence: None,
        rng_seed: match asked {
            None => RngSeed::Fixed(20_000_101),
            Some(_) => RngSeed::Random,
        },
        ..Config::default()
    }
}
