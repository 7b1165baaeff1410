//! The year of a support team: when tickets come in, by region and hour, and how long the queues are.

use super::random::Random;
use super::{DAY, HOUR, SECOND};
use crate::business_time::{Source, Timeline};
use crate::calendar::Calendar;
use crate::error::Result;
use crate::time::zone;
use crate::time::{DAY_SECONDS, Timestamp};
use chrono_tz::Tz;

/// The days of a sample.
pub const DAYS: usize = 365;
const HOURS: usize = DAYS * 24;

/// Name, share of the tickets in a hundred, and business hours, which load_sample registers as well.
pub const REGIONS: [(&str, u64, &str); 3] = [
    (
        "Americas",
        45,
        "Mo-Fr 09:00-17:00; PH off @ America/New_York, US",
    ),
    (
        "EMEA",
        35,
        "Mo-Fr 08:30-17:00; PH off @ Europe/London, GB-ENG",
    ),
    ("APAC", 20, "Mo-Fr 09:00-18:00; PH off @ Asia/Singapore, SG"),
];

/// What arrives in an hour of the day, local time.
const BY_HOUR: [u64; 24] = [
    4, 3, 2, 2, 3, 5, 12, 30, 65, 95, 100, 95, 75, 80, 90, 88, 80, 62, 40, 28, 20, 14, 9, 6,
];
/// What arrives on a day of the week, from Monday.
const BY_WEEKDAY: [u64; 7] = [132, 110, 103, 100, 88, 22, 17];
/// A public holiday has the part of a weekday, in a hundred.
const HOLIDAY: u64 = 12;
/// Days of the year on which something breaks for everybody, or on the next business day; how many times
/// a usual day's tickets come on top of it; for six hours from an hour in UTC.
const OUTAGES: [(usize, f64); 3] = [(96, 1.3), (221, 1.0), (316, 1.6)];
const OUTAGE_HOURS: std::ops::Range<i64> = 13..19;

/// From this day on Tier 2 lacks people.
const TIER_2_SHORT: usize = 304;

/// A region with its time zone and business hours.
pub struct Region {
    pub name: &'static str,
    pub zone: Tz,
    pub line: Timeline,
}

/// A working day's queue in front of a group, in working days of its people.
#[derive(Clone, Copy, Default)]
pub struct Queues {
    pub tier_1: f64,
    pub tier_2: f64,
}

/// Where a ticket comes from.
pub struct Arrival {
    pub at: Timestamp,
    pub region: usize,
    pub outage: bool,
}

/// When tickets arrive, and how long the queues are.
pub struct Year {
    pub start: i64,
    pub regions: Vec<Region>,
    /// What arrives in each hour, from three regions and because of an outage; and its running sums.
    weights: Vec<[u64; 4]>,
    sums: Vec<u64>,
    queues: Vec<Queues>,
}

/// Weekday from Monday, and hour.
fn local(zone: Tz, at: Timestamp) -> (usize, usize) {
    let seconds = at.div_euclid(SECOND);
    let wall = seconds + i64::from(zone::offset(zone, seconds));
    let day = wall.div_euclid(DAY_SECONDS);
    // 2000-01-01 was a Saturday.
    let weekday = (day + 5).rem_euclid(7) as usize;
    (weekday, (wall.rem_euclid(DAY_SECONDS) / 3_600) as usize)
}

impl Region {
    /// What arrives in the hour from an instant, holidays and weekday heeded.
    fn weight(&self, at: Timestamp) -> u64 {
        let (weekday, hour) = local(self.zone, at);
        let midnight = at - hour as i64 * HOUR;
        let closed = weekday < 5 && self.line.between(midnight, midnight + DAY) == Some(0);
        BY_HOUR[hour] * BY_WEEKDAY[weekday] * if closed { HOLIDAY } else { 100 }
    }
}

impl Year {
    /// The year that ends at an instant.
    pub fn new(seed: i64, until: Timestamp) -> Result<Self> {
        let start = until - DAYS as i64 * DAY;
        let mut regions = Vec::new();
        for (name, _, text) in REGIONS {
            let calendar: Calendar = text.parse()?;
            let zone = calendar.first().map_or("UTC", |plain| plain.zone.as_str());
            regions.push(Region {
                name,
                zone: zone::find(zone)?,
                line: Timeline::new(Source::new(&calendar)),
            });
        }
        let mut year = Self {
            start,
            regions,
            weights: Vec::new(),
            sums: Vec::with_capacity(HOURS),
            queues: Vec::with_capacity(DAYS),
        };
        year.weights = year.weigh(seed);
        let mut sum = 0;
        for of_hour in &year.weights {
            sum += of_hour.iter().sum::<u64>();
            year.sums.push(sum);
        }
        year.fill_queues();
        Ok(year)
    }

    fn hour(&self, h: usize) -> i64 {
        self.start + h as i64 * HOUR
    }

    fn working(&self, day: usize) -> f64 {
        let from = self.hour(day * 24);
        let open = |r: &Region| r.line.between(from, from + DAY).unwrap_or(0) > 0;
        let share = |(r, (_, share, _)): (&Region, (_, u64, _))| if open(r) { share } else { 0 };
        let shares: u64 = self.regions.iter().zip(REGIONS).map(share).sum();
        shares as f64 / 100.0
    }

    fn weigh(&self, seed: i64) -> Vec<[u64; 4]> {
        let mut weights = vec![[0; 4]; HOURS];
        for (h, of_hour) in weights.iter_mut().enumerate() {
            let growth = 900 + 200 * h as u64 / HOURS as u64;
            let mut random = Random::new(seed, u64::MAX - (h / 24) as u64);
            let noise = 85 + random.below(16) + random.below(16);
            for (r, region) in self.regions.iter().enumerate() {
                of_hour[r] = region.weight(self.hour(h)) * REGIONS[r].1 * growth * noise;
            }
        }
        let usual = weights.iter().flatten().sum::<u64>() / 261;
        for (day, times) in OUTAGES {
            let day = (day..DAYS).find(|d| self.working(*d) > 0.9).unwrap_or(day);
            for (h, of_hour) in weights.iter_mut().enumerate().skip(day * 24).take(24) {
                if OUTAGE_HOURS.contains(&(self.hour(h).rem_euclid(DAY) / HOUR)) {
                    of_hour[3] = (usual as f64 * times / 6.0) as u64;
                }
            }
        }
        weights
    }

    /// Work comes as tickets do, a team does the same each working day, what is left waits.
    fn fill_queues(&mut self) {
        let demand: Vec<f64> = self
            .weights
            .chunks(24)
            .map(|day| day.iter().flatten().sum::<u64>() as f64)
            .collect();
        let working: Vec<f64> = (0..DAYS).map(|d| self.working(d)).collect();
        let mean = demand.iter().sum::<f64>() / working.iter().sum::<f64>();
        let mut now = Queues::default();
        for day in 0..DAYS {
            let came = demand[day] / mean;
            let tier_2 = if day < TIER_2_SHORT { 1.16 } else { 0.55 };
            self.queues.push(now);
            now.tier_1 = (now.tier_1 + came / 1.25 - working[day]).max(0.0);
            now.tier_2 = (now.tier_2 + came / tier_2 - working[day]).max(0.0);
        }
    }

    /// The queues on the day of an instant.
    pub fn queues(&self, at: Timestamp) -> Queues {
        let day = (at - self.start).div_euclid(DAY).clamp(0, DAYS as i64 - 1);
        self.queues[day as usize]
    }

    /// The arrival of one of so many tickets, from 0: each has its own slice of the year, so that numbers
    /// follow time.
    pub fn arrival(&self, random: &mut Random, number: u64, of: u64) -> Arrival {
        let total = self.sums.last().copied().unwrap_or(1);
        let slice = u128::from(number) << 32 | u128::from(random.bits() >> 32);
        let place = (slice * u128::from(total) / (u128::from(of) << 32)) as u64;
        let hour = self.sums.partition_point(|sum| *sum <= place);
        let weights = self.weights[hour];
        let whole: u64 = weights.iter().sum();
        let before = place + whole - self.sums[hour];
        let second = u128::from(before) * 3_600 / u128::from(whole);
        let mut left = (random.unit() * whole as f64) as u64;
        let mut source = 0;
        while source < 3 && left >= weights[source] {
            left -= weights[source];
            source += 1;
        }
        Arrival {
            at: self.hour(hour) + second as i64 * SECOND,
            region: match source {
                3 => random.pick(&[(0, 45), (1, 35), (2, 20)]),
                region => region,
            },
            outage: source == 3,
        }
    }
}
