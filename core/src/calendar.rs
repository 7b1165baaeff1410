//! The value `slaops.calendar`: opening hours in a time zone with public holidays, and combinations
//! of such calendars. Its meaning depends on nothing outside itself.
//!
//! Input: texts, JSON, stored bytes and iCalendar files. Output: calendars, opening hours in one canonical form
//! ([`hours`]), and dates with names ([`holidays`], [`ics`]). `business_time` computes when a calendar is open.
//!
//! Text form: `<opening hours> @ <zone>[, <country>[-<subdivision>]]`, and for combinations
//! `(a) | (b)`, `(a) & (b)`, `(a) - (b)`.

pub mod holidays;
pub mod hours;
pub mod ics;
pub mod json;
mod stored;
mod text;

pub use stored::{HEADER, VERSION, hash, stored_hash};
pub use text::MAX_TEXT;

use crate::calendar::holidays::Region;
use crate::calendar::hours::{Action, Day, Hours, Rule, WHOLE_DAY, When};
use crate::error::{Error, Result, SqlState};
use serde::{Deserialize, Serialize};

/// The most calendars inside one another, which bounds recursion.
pub const MAX_DEPTH: usize = 32;
/// The most calendars combined in one.
pub const MAX_LEAVES: usize = 256;

/// A calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Calendar {
    Plain(Box<Plain>),
    /// Open when any is open.
    Union(Vec<Calendar>),
    /// Open when all are open.
    Intersection(Vec<Calendar>),
    /// Open when the first is open and the second is not.
    Difference(Box<(Calendar, Calendar)>),
}

/// Opening hours in one zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plain {
    /// The zone's IANA name, in the database's spelling.
    pub zone: String,
    /// `US` or `DE-BY`: whose public holidays `PH` means.
    pub region: Option<String>,
    pub hours: Hours,
}

impl Plain {
    /// Checks the zone and the region and puts both in canonical spelling.
    ///
    /// # Errors
    /// 22023 for an unknown zone, country or subdivision, and for `PH` without a country.
    pub fn new(hours: Hours, zone: &str, region: Option<&str>) -> Result<Self> {
        let zone = crate::time::zone::find(zone)?.name().to_owned();
        let region = region.map(find_region).transpose()?.map(|r| r.to_string());
        if region.is_none() && hours.mentions_holidays() {
            return Err(Error::parameter(
                "\"PH\" must have a country, whose public holidays it means",
                format!("Write the country after the zone: \"{hours} @ {zone}, US\"."),
            ));
        }
        Ok(Self {
            zone,
            region,
            hours,
        })
    }
}

pub(crate) fn find_region(text: &str) -> Result<Region> {
    Region::parse(text).map_err(|e| Error::parameter(e.to_string(), e.hint()))
}

impl Calendar {
    /// A calendar from its parts: hours as in the text form, a zone, a country whose public holidays
    /// are closed unless the hours say otherwise, and own holidays.
    ///
    /// What the hours say of `PH` holds for the calendar's own holidays too.
    ///
    /// # Errors
    /// As for parsing the text form; 22008 for a date outside 1900 to 9999.
    pub fn from_parts(
        hours: &str,
        zone: &str,
        country: Option<&str>,
        holidays: &[Day],
    ) -> Result<Self> {
        let parsed = crate::calendar::hours::parse(hours)?;
        let mentioned = parsed.mentions_holidays();
        check_dates(holidays)?;
        let mut rules = parsed.rules.clone();
        if country.is_some() && !mentioned {
            rules.push(closed(When::Weekly {
                weekdays: 0,
                holidays: true,
            }));
        }
        if !holidays.is_empty() {
            let mut own = Vec::with_capacity(rules.len() + 1);
            for rule in rules {
                let about_holidays = matches!(rule.when, When::Weekly { holidays: true, .. });
                let dated = Rule {
                    when: When::Days(holidays.to_vec()),
                    ..rule.clone()
                };
                if !about_holidays {
                    own.push(rule);
                    continue;
                }
                match (country.is_some(), rule.when.clone()) {
                    (false, When::Weekly { weekdays: 0, .. }) => {}
                    (false, When::Weekly { weekdays, .. }) => own.push(Rule {
                        when: When::Weekly {
                            weekdays,
                            holidays: false,
                        },
                        ..rule
                    }),
                    _ => own.push(rule),
                }
                own.push(dated);
            }
            if !mentioned {
                own.push(closed(When::Days(holidays.to_vec())));
            }
            rules = own;
        }
        let mut all = week_rules(&parsed);
        all.extend(rules);
        Ok(Self::Plain(Box::new(Plain::new(
            Hours::new(all)?,
            zone,
            country,
        )?)))
    }

    /// # Errors
    /// 54000 over [`MAX_DEPTH`] or [`MAX_LEAVES`], as for the other combinations.
    pub fn union(self, other: Self) -> Result<Self> {
        self.combine(other, Self::Union)
    }

    /// Open where both calendars are.
    pub fn intersection(self, other: Self) -> Result<Self> {
        self.combine(other, Self::Intersection)
    }

    /// Open where this calendar is and the other is not.
    pub fn difference(self, other: Self) -> Result<Self> {
        Self::Difference(Box::new((self, other))).checked()
    }

    /// Joins two calendars, and the parts of one that is already such a join; duplicates are dropped.
    fn combine(self, other: Self, make: fn(Vec<Self>) -> Self) -> Result<Self> {
        let kind = std::mem::discriminant(&make(Vec::new()));
        let mut list: Vec<Self> = Vec::new();
        for operand in [self, other] {
            let same = std::mem::discriminant(&operand) == kind;
            let parts = match operand {
                Self::Union(parts) | Self::Intersection(parts) if same => parts,
                operand => vec![operand],
            };
            for part in parts {
                if !list.contains(&part) {
                    list.push(part);
                }
            }
        }
        match list.len() {
            1 => Ok(list.swap_remove(0)),
            _ => make(list).checked(),
        }
    }

    pub(crate) fn checked(self) -> Result<Self> {
        let (depth, leaves) = self.size();
        if depth > MAX_DEPTH || leaves > MAX_LEAVES {
            return Err(Error::limit(
                format!(
                    "a combination must have at most {MAX_LEAVES} calendars and {MAX_DEPTH} levels, not {leaves} and {depth}"
                ),
                "Combine fewer calendars.",
            ));
        }
        let length = hours::text_length(&self);
        if length > MAX_TEXT {
            return Err(Error::limit(
                format!("a combination of calendars that takes {length} bytes as text is too long"),
                format!("It may have {MAX_TEXT} bytes; combine fewer calendars, or fewer dates."),
            ));
        }
        Ok(self)
    }

    fn size(&self) -> (usize, usize) {
        let join = |parts: &mut dyn Iterator<Item = &Calendar>| {
            parts.fold((1, 0), |(depth, leaves), c| {
                let (d, l) = c.size();
                (depth.max(d + 1), leaves + l)
            })
        };
        match self {
            Self::Plain(_) => (1, 1),
            Self::Union(list) | Self::Intersection(list) => join(&mut list.iter()),
            Self::Difference(pair) => join(&mut [&pair.0, &pair.1].into_iter()),
        }
    }

    /// The plain calendar that stands first; its zone says when a day begins.
    pub fn first(&self) -> Option<&Plain> {
        match self {
            Self::Plain(plain) => Some(plain),
            Self::Union(list) | Self::Intersection(list) => list.first()?.first(),
            Self::Difference(pair) => pair.0.first(),
        }
    }

    /// Every plain calendar, in the order of the text.
    pub fn leaves(&self) -> Vec<&Plain> {
        match self {
            Self::Plain(plain) => vec![plain],
            Self::Union(list) | Self::Intersection(list) => {
                list.iter().flat_map(Self::leaves).collect()
            }
            Self::Difference(pair) => [&pair.0, &pair.1]
                .into_iter()
                .flat_map(Self::leaves)
                .collect(),
        }
    }
}

fn closed(when: When) -> Rule {
    Rule {
        when,
        action: Action::Remove,
        windows: vec![WHOLE_DAY],
        comment: String::new(),
    }
}

fn week_rules(hours: &Hours) -> Vec<Rule> {
    let days = hours.week.iter().enumerate().filter(|(_, w)| !w.is_empty());
    days.map(|(d, windows)| Rule {
        when: When::Weekly {
            weekdays: 1 << d,
            holidays: false,
        },
        action: Action::Replace,
        windows: windows.clone(),
        comment: String::new(),
    })
    .collect()
}

/// # Errors
/// 22008 for a date that the text form cannot write.
pub fn check_dates(days: &[Day]) -> Result<()> {
    let range = crate::calendar::hours::FIRST_DATE..=crate::calendar::hours::LAST_DATE;
    match days.iter().find(|d| !range.contains(d)) {
        None => Ok(()),
        Some(_) => Err(Error::new(
            SqlState::DatetimeOverflow,
            "a calendar's dates must be from 1900 to 9999",
            "Leave the date out, or write a rule without a year.",
        )),
    }
}
