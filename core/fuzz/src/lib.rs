//! What the targets share.

use std::path::PathBuf;

/// Writes what the fuzzer begins with into its corpus, the directory that FUZZ_SEEDS names.
pub fn seeds<S: AsRef<[u8]>>(seeds: impl IntoIterator<Item = S>) {
    let Some(directory) = std::env::var_os("FUZZ_SEEDS").map(PathBuf::from) else {
        return;
    };
    for (i, seed) in seeds.into_iter().enumerate() {
        std::fs::write(directory.join(format!("seed{i}")), seed)
            .expect("the corpus can be written");
    }
}

/// Opening hours of every kind.
pub const HOURS: [&str; 12] = [
    "24/7 @ UTC",
    "Mo-Fr 09:00-17:00 @ Europe/Berlin",
    "Mo-Fr 09:00-17:00; PH off @ America/New_York, US",
    "Mo-Fr 09:00-12:30,13:30-17:00; Sa 10:00-14:00 || \"by phone\" @ UTC",
    "Mo-Su 22:00-06:00; Dec 24-26 off @ Europe/London, GB-ENG",
    "2026 Dec 24 off \"Christmas Eve\"; easter -2 days off; Mo[1] 10:00-11:00 @ UTC",
    "week 01-10/2 Tu 08:00-09:00; SH off @ UTC",
    "Mo-Fr 09:00+; sunrise-sunset @ UTC",
    "(Mo-Fr 09:00-17:00 @ UTC) | (Sa 10:00-12:00 @ Asia/Tokyo)",
    "(Mo-Fr 09:00-17:00 @ UTC) & (24/7 @ UTC) - (We 10:00-12:00 @ UTC)",
    r#"{"time_zone": "Europe/Berlin", "hours": "Mo-Fr 09:00-17:00", "holidays": "DE-BY"}"#,
    r#"{"union": ["Mo 09:00-17:00 @ UTC", {"time_zone": "UTC", "week": {"mon": ["09:00", "17:00"]}}]}"#,
];
