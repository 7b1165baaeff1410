//! Recurrence rules: checked by RFC 5545 section 3.3.10, then expanded by `rrule`.

use std::str::FromStr;

use chrono::{Datelike, NaiveDateTime, TimeDelta, TimeZone};
use rrule::{RRule, RRuleSet, Unvalidated};

use super::IcsError;
use super::line::{Line, shorten};
use super::when::{When, parse_value};

pub(super) struct Rule {
    pub(super) set: RRuleSet,
    pub(super) until: Option<NaiveDateTime>,
    pub(super) count: Option<usize>,
}

pub(super) const FREQUENCIES: [&str; 7] = [
    "YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY",
];
const WEEKDAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

impl Rule {
    /// Checks a rule by RFC 5545 section 3.3.10 and hands it, without UNTIL, to `rrule` in wall
    /// time called UTC.
    pub(super) fn parse(line: &Line, start: When, whole_days: bool) -> Result<Rule, IcsError> {
        let upper = line.value.trim().to_ascii_uppercase();
        let mut parts: Vec<(&str, &str)> = Vec::new();
        for part in upper.trim_end_matches(';').split(';') {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let valid = match name {
                "FREQ" => FREQUENCIES.contains(&value),
                "UNTIL" => true,
                "WKST" => WEEKDAYS.contains(&value),
                "COUNT" | "INTERVAL" => integer(value).is_some_and(|n| n > 0),
                "BYDAY" => value.split(',').all(is_weekday),
                "BYHOUR" | "BYMINUTE" | "BYSECOND" => {
                    value.split(',').all(|n| integer(n).is_some_and(|n| n >= 0))
                }
                "BYMONTH" | "BYMONTHDAY" | "BYYEARDAY" | "BYWEEKNO" | "BYSETPOS" => {
                    value.split(',').all(|n| integer(n).is_some_and(|n| n != 0))
                }
                _ => false,
            };
            if !valid || parts.iter().any(|(known, _)| *known == name) {
                return Err(line.error(format!("is not a valid rule at \"{}\"", shorten(part))));
            }
            parts.push((name, value));
        }
        let value = |name: &str| {
            parts
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| *value)
        };
        let has = |name: &str| value(name).is_some();
        let yearly_or_monthly = matches!(value("FREQ"), Some("YEARLY" | "MONTHLY"));
        let numbered = value("BYDAY").is_some_and(|days| days.bytes().any(|b| b.is_ascii_digit()));
        let broken = if !has("FREQ") {
            "has no FREQ"
        } else if has("COUNT") && has("UNTIL") {
            "has both COUNT and UNTIL"
        } else if numbered && (!yearly_or_monthly || has("BYWEEKNO")) {
            "has a number in BYDAY, which only YEARLY without BYWEEKNO and MONTHLY allow"
        } else if has("BYSETPOS")
            && !parts
                .iter()
                .any(|(name, _)| name.starts_with("BY") && *name != "BYSETPOS")
        {
            "has BYSETPOS without another BY part"
        } else {
            ""
        };
        if !broken.is_empty() {
            return Err(line.error(broken));
        }
        let until = match value("UNTIL")
            .map(|text| parse_value(line, text, "", None))
            .transpose()?
        {
            // A date beside a DATE-TIME start means that whole date.
            Some(When { wall, zone: None }) if start.zone.is_some() => {
                Some(wall + TimeDelta::seconds(86_399))
            }
            Some(until) if whole_days => Some(until.midnight().wall),
            until => until.map(|until| until.wall_in(start.zone)),
        };
        let mut text: Vec<String> = parts
            .iter()
            // RFC 5545: the parts of a time are ignored beside a DATE.
            .filter(|(name, _)| {
                start.zone.is_some() || !matches!(*name, "BYHOUR" | "BYMINUTE" | "BYSECOND")
            })
            .filter(|(name, _)| *name != "UNTIL")
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if has("BYWEEKNO") && !["BYDAY", "BYMONTHDAY", "BYYEARDAY"].into_iter().any(has) {
            let weekday =
                usize::try_from(start.wall.weekday().num_days_from_monday()).unwrap_or_default();
            text.push(format!(
                "BYDAY={}",
                WEEKDAYS.get(weekday).copied().unwrap_or("MO")
            ));
        }
        if value("FREQ") == Some("MONTHLY") && value("BYDAY").is_some_and(names_last_but_four) {
            let single = !has("BYSETPOS") && matches!(value("INTERVAL"), None | Some("1"));
            text = last_but_four(&text, single).ok_or_else(|| {
                line.error("has -5 in BYDAY together with other days and INTERVAL or BYSETPOS, which is not supported")
            })?;
        }
        let begin = rrule::Tz::UTC.from_utc_datetime(&start.wall);
        let rule =
            RRule::<Unvalidated>::from_str(&text.join(";")).and_then(|rule| rule.validate(begin));
        let rule = rule.map_err(|cause| line.error(format!("is not a valid rule: {cause}")))?;
        Ok(Rule {
            set: RRuleSet::new(begin).rrule(rule).limit(),
            until,
            count: value("COUNT").and_then(|count| count.parse().ok()),
        })
    }
}

/// Whether a BYDAY has `-5MO`, which `rrule` refuses in months.
fn names_last_but_four(days: &str) -> bool {
    days.split(',')
        .any(|day| day.starts_with("-5") && day.len() == 4)
}

/// A rule of months that has `-5MO`, written without it: the days from the 31st to the 29th from the end are the last
/// but four, and months one by one are those of every year, in which `rrule` takes it. `single` says that months are
/// not counted, nor days picked from each.
fn last_but_four(parts: &[String], single: bool) -> Option<Vec<String>> {
    let value = |name: &str| parts.iter().find_map(|part| part.strip_prefix(name));
    let days = value("BYDAY=")?;
    let only = days.split(',').all(names_last_but_four);
    let own = |part: &&String, names: &[&str]| names.iter().any(|name| part.starts_with(name));
    let mut text: Vec<String>;
    if only && value("BYMONTHDAY=").is_none() {
        text = parts
            .iter()
            .filter(|p| !own(p, &["BYDAY="]))
            .cloned()
            .collect();
        text.push(format!("BYDAY={}", days.replace("-5", "")));
        text.push("BYMONTHDAY=-31,-30,-29".to_owned());
        return Some(text);
    }
    text = parts
        .iter()
        .filter(|p| !own(p, &["FREQ="]))
        .cloned()
        .collect();
    text.push("FREQ=YEARLY".to_owned());
    if value("BYMONTH=").is_none() {
        text.push("BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12".to_owned());
    }
    single.then_some(text)
}

/// A decimal of up to nine digits with an optional sign.
fn integer(text: &str) -> Option<i32> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let plain = (1..=9).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| plain)
}

/// `MO`, `1MO`, `-1MO`.
fn is_weekday(text: &str) -> bool {
    text.len()
        .checked_sub(2)
        .and_then(|end| text.split_at_checked(end))
        .is_some_and(|(number, day)| {
            WEEKDAYS.contains(&day)
                && (number.is_empty()
                    || integer(number).is_some_and(|n| (1..=53).contains(&n.abs())))
        })
}
