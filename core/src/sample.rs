//! Sample data of a support team: a year of tickets and their events, the same for a seed on every machine.
//! Input: a seed, a number of tickets and an instant. Output: people, tickets, and their events up to that instant.
//!
//! ```text
//! (seed, until) --year--> arrivals, queues     (seed, tickets) --people--> agents, organizations
//! (seed, number) --random--> life --> events up to `until` --replay--> the ticket's row
//! ```
//!
//! Each ticket has a stream of random numbers of its own, so any of them can be made alone. What a group
//! owes comes from a small model of its capacity by day ([`year`]), not from the other tickets. The row is
//! what the events say, so that the two cannot differ. Story and figures: [`life`], and `tests`.

mod life;
pub mod people;
pub mod random;
mod ticket;
mod words;
pub mod year;

#[cfg(test)]
mod tests;

pub use life::{Actor, Event, Value};
pub use ticket::Ticket;

use crate::error::{Error, Result};
use crate::time::zone::EPOCH_UNIX;
use crate::time::{DAY, HOUR, SECOND};
use chrono::DateTime;
use people::People;
use year::Year;

/// More tickets than a team can have.
pub const MOST: i64 = 10_000_000;
/// 2010-01-01 and 2100-01-01: holidays are known, and zones have rules, in the year before.
const EARLIEST: i64 = 3_653 * DAY;
const LATEST: i64 = 36_525 * DAY;

/// A sample help desk of so many tickets; the same seed gives the same one.
pub struct Sample {
    pub tickets: u64,
    seed: i64,
    pub until: i64,
    pub year: Year,
    pub people: People,
}

impl Sample {
    /// A team with so many tickets in the year up to an instant, in microseconds since 2000.
    ///
    /// # Errors
    /// 22023 for no tickets or too many, and for an instant that is not in this century.
    pub fn new(tickets: i64, seed: i64, until: i64) -> Result<Self> {
        if !(1..=MOST).contains(&tickets) {
            return Err(Error::parameter(
                format!("{tickets} tickets cannot be made"),
                "Give a number of tickets from 1 to 10000000.",
            ));
        }
        if !(EARLIEST..=LATEST).contains(&until) {
            let instant = DateTime::from_timestamp(until.div_euclid(SECOND) + EPOCH_UNIX, 0);
            let named = match until {
                i64::MIN | i64::MAX => "at infinity".to_owned(),
                _ => instant.map_or("then".to_owned(), |i| {
                    i.format("at %Y-%m-%d %H:%MZ").to_string()
                }),
            };
            return Err(Error::parameter(
                format!("the year of tickets cannot end {named}"),
                "Give an instant from 2010 to 2099 as \"until\".",
            ));
        }
        let until = until.div_euclid(SECOND) * SECOND;
        Ok(Self {
            tickets: tickets as u64,
            seed,
            until,
            year: Year::new(seed, until)?,
            people: People::new(seed, tickets as u64),
        })
    }

    /// A ticket by its number, from 1, as it stands at the end of the year, and what happened to it.
    pub fn ticket(&self, number: u64) -> (Ticket, Vec<Event>) {
        let mut random = random::Random::new(self.seed, number);
        let born = life::new_ticket(self, &mut random, number);
        let mut events = life::live(self, &mut random, &born);
        events.retain(|event| event.at <= self.until);
        (ticket::replay(self, &mut random, born, &events), events)
    }
}
