//! The holidays of a calendar, with names.

use super::{DayByDay, selector_days};
use crate::calendar::Calendar;
use crate::calendar::holidays::{self, Region};
use crate::calendar::hours::{Day, Rule, When};
use std::rc::Rc;

impl Calendar {
    /// The holidays in `[from, to)`, each with its name, sorted and distinct: the days that a rule
    /// about public holidays, about dates or about days of the year closes as a whole, unless a later
    /// rule opens them. Of a combination, those of each calendar in it.
    ///
    /// A name is the rule's comment, else that of the public holiday, else "Holiday".
    pub fn holidays(&self, from: Day, to: Day) -> Vec<(Day, String)> {
        let mut closed_days: Vec<(Day, String)> = Vec::new();
        for plain in self.leaves() {
            let region = plain.region.as_deref().and_then(|r| Region::parse(r).ok());
            let public: Rc<[Day]> = match &region {
                Some(region) => holidays::public_holidays(region),
                None => Rc::from(Vec::new()),
            };
            let days_of = DayByDay::new(plain);
            let closed = |day: &Day| {
                crate::interrupt::check();
                days_of.is_closed(*day)
            };
            for rule in plain.hours.rules.iter().filter(|r| r.closes_day()) {
                for day in days(rule, &public, from, to).into_iter().filter(closed) {
                    let official = || region.as_ref().and_then(|r| holidays::name(r, day));
                    let comment = Some(rule.comment.clone()).filter(|c| !c.is_empty());
                    let name = comment
                        .or_else(official)
                        .unwrap_or_else(|| "Holiday".to_owned());
                    closed_days.push((day, name));
                }
            }
        }
        closed_days.sort();
        closed_days.dedup_by(|b, a| a.0 == b.0);
        closed_days
    }
}

fn days(rule: &Rule, public: &[Day], from: Day, to: Day) -> Vec<Day> {
    let within = |days: &[Day]| {
        days.iter()
            .copied()
            .filter(|d| (from..to).contains(d))
            .collect()
    };
    match &rule.when {
        When::Days(days) => within(days),
        When::Weekly { holidays: true, .. } => within(public),
        When::Weekly { .. } => Vec::new(),
        When::Selector(text) => selector_days(text, public, from, to.saturating_sub(1)),
    }
}
