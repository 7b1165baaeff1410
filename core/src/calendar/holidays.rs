//! Public holidays of 250 countries and 629 subdivisions, with their names.
//!
//! The data is one embedded file, `core/data/holidays.bin` (351 kB), written by `generate.py`
//! beside it:
//!
//! - a country's dates are those of the crate `opening-hours` where it knows the country (122
//!   countries, to 2076), else those of the PyPI package `holidays` (2000 to 2050 at most);
//! - a subdivision's dates are its country's, plus all that the package has for the subdivision (to
//!   2050);
//! - names are the package's, in English where it has English, to 2050.
//!
//! The crate's own table is not used at run time: its first lookup inflates all 122 countries and
//! takes 2.2 ms. Here a country is an index entry and two small deflate streams, so a first lookup
//! takes 0.03 ms (median) to 0.13 ms, that of a name up to 0.2 ms. A thread's cache cannot grow
//! beyond the data: 879 regions of at most 2,167 dates.
//!
//! `BV`, `HM` and `IO`, which have no population, are known and have no holidays.
//!
//! Days are `i32` days since 2000-01-01.

#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::io::Read;
use std::rc::Rc;

use flate2::read::DeflateDecoder;
use thiserror::Error;

/// The layout is described at the head of `core/data/generate.py`.
static DATA: &[u8] = include_bytes!("../../data/holidays.bin");
const HEAD: usize = 8;
const ENTRY: usize = 16;
/// The first gap of every list of days counts from here: the oldest date is 1999-12-31.
const FIRST_GAP_FROM: i32 = -366;

/// A country (`DE`) or one of its subdivisions (`DE-BY`) whose public holidays are known; codes are
/// ISO 3166, upper case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Region {
    country: [u8; 2],
    subdivision: Option<String>,
}

/// Why a text names no [`Region`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RegionError {
    /// No holidays are known for this country.
    #[error("unknown country \"{found}\"")]
    UnknownCountry {
        found: String,
        suggestion: Option<String>,
    },
    /// The country is known, the subdivision is not; `known` lists those that are.
    #[error("unknown subdivision \"{found}\" of country \"{country}\"")]
    UnknownSubdivision {
        country: String,
        found: String,
        known: Vec<String>,
    },
    /// Not of the form `CC` or `CC-SSS`.
    #[error("malformed region \"{0}\"")]
    Malformed(String),
}

impl RegionError {
    /// What the user can do about it: one sentence, for a HINT.
    pub fn hint(&self) -> String {
        match self {
            Self::UnknownCountry {
                suggestion: Some(code),
                ..
            } => crate::error::question(code),
            Self::UnknownCountry { .. } => {
                "Write an ISO 3166-1 alpha-2 code such as \"US\", or list your own holidays.".into()
            }
            Self::UnknownSubdivision { country, known, .. } if known.is_empty() => {
                format!("No subdivisions of \"{country}\" are known; write \"{country}\".")
            }
            Self::UnknownSubdivision { country, known, .. } => {
                format!(
                    "Write \"{country}\", or \"{country}-\" and one of {}.",
                    known.join(", ")
                )
            }
            Self::Malformed(_) => {
                "Write a country (\"DE\") or a country and its subdivision (\"DE-BY\").".into()
            }
        }
    }
}

impl Region {
    /// Reads `DE` or `DE-BY`, in any case and with blanks around it.
    ///
    /// # Errors
    /// [`RegionError`], if the text has another form or holidays of the country or subdivision are
    /// not known.
    pub fn parse(text: &str) -> Result<Region, RegionError> {
        let upper = text.trim().to_ascii_uppercase();
        let (country, subdivision) = match upper.split_once('-') {
            Some((country, subdivision)) => (country, Some(subdivision)),
            None => (upper.as_str(), None),
        };
        let alphanumeric =
            |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric());
        if !alphanumeric(country) || !subdivision.is_none_or(alphanumeric) {
            return Err(RegionError::Malformed(text.to_string()));
        }
        let Some(entry) = Entry::find(country) else {
            return Err(RegionError::UnknownCountry {
                found: country.to_string(),
                suggestion: suggest(country),
            });
        };
        if let Some(found) = subdivision
            && entry.position(found).is_none()
        {
            return Err(RegionError::UnknownSubdivision {
                country: country.to_string(),
                found: found.to_string(),
                known: entry.subdivisions().map(str::to_string).collect(),
            });
        }
        Ok(Region {
            country: entry.code,
            subdivision: subdivision.map(str::to_string),
        })
    }

    /// The ISO 3166-1 alpha-2 code, such as `DE`.
    pub fn country(&self) -> &str {
        str::from_utf8(&self.country).unwrap_or_default()
    }

    /// The ISO 3166-2 code without its country, such as `BY`.
    pub fn subdivision(&self) -> Option<&str> {
        self.subdivision.as_deref()
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.subdivision {
            Some(subdivision) => write!(f, "{}-{subdivision}", self.country()),
            None => f.write_str(self.country()),
        }
    }
}

/// The public holidays of a region in days since 2000-01-01, sorted and distinct. Cached for the
/// thread.
pub fn public_holidays(region: &Region) -> Rc<[i32]> {
    thread_local!(static CACHE: RefCell<HashMap<Region, Rc<[i32]>>> = RefCell::default());
    CACHE.with_borrow_mut(|cache| match cache.get(region) {
        Some(days) => days.clone(),
        None => {
            // The data is fixed at build time and a test reads all of it, so the default is never
            // taken.
            let days: Rc<[i32]> = load_days(region).unwrap_or_default().into();
            cache.insert(region.clone(), days.clone());
            days
        }
    })
}

/// The name of the public holiday on a day since 2000-01-01; several on one day are joined with ";
/// ".
///
/// None on a day that is not in [`public_holidays`], and where no name is known: from 2051 on, and
/// for dates that only the crate `opening-hours` has. Cached for the thread.
pub fn name(region: &Region, day: i32) -> Option<String> {
    type Names = Rc<BTreeMap<i32, String>>;
    thread_local!(static CACHE: RefCell<HashMap<Region, Names>> = RefCell::default());
    CACHE.with_borrow_mut(|cache| {
        if let Some(names) = cache.get(region) {
            return names.get(&day).cloned();
        }
        let names: Names = Rc::new(load_names(region).unwrap_or_default());
        let found = names.get(&day).cloned();
        cache.insert(region.clone(), names);
        found
    })
}

/// All regions: the code and whether it is a subdivision; each country is followed by its
/// subdivisions, all by code.
pub fn regions() -> Vec<(String, bool)> {
    let mut all = Vec::new();
    for entry in Entry::all() {
        let country = String::from_utf8_lossy(&entry.code).into_owned();
        all.push((country.clone(), false));
        all.extend(
            entry
                .subdivisions()
                .map(|subdivision| (format!("{country}-{subdivision}"), true)),
        );
    }
    all
}

/// The code that was probably meant by a country that is not known.
fn suggest(found: &str) -> Option<String> {
    // Names and customary codes that are not ISO codes; alpha-3 codes are in the index.
    const COMMON: [(&str, &str); 8] = [
        ("UK", "GB"),
        ("EN", "GB"),
        ("ENGLAND", "GB-ENG"),
        ("SCOTLAND", "GB-SCT"),
        ("WALES", "GB-WLS"),
        ("EL", "GR"),
        ("SU", "RU"),
        ("GERMANY", "DE"),
    ];
    COMMON
        .iter()
        .find(|(habit, _)| *habit == found)
        .map(|(_, code)| (*code).to_string())
        .or_else(|| {
            Entry::all()
                .find(|entry| entry.alpha3 == found.as_bytes())
                .map(|entry| String::from_utf8_lossy(&entry.code).into_owned())
        })
}

/// One country of the index, pointing into [`DATA`].
struct Entry {
    code: [u8; 2],
    alpha3: [u8; 3],
    subdivisions: &'static [u8],
    dates: &'static [u8],
    names: &'static [u8],
}

impl Entry {
    fn all() -> impl Iterator<Item = Entry> {
        (0..).map_while(Self::at)
    }

    fn count() -> usize {
        DATA.get(6..HEAD).map_or(0, |count| {
            usize::from(count[0]) | usize::from(count[1]) << 8
        })
    }

    fn at(index: usize) -> Option<Entry> {
        if index >= Self::count() {
            return None;
        }
        let raw: &[u8; ENTRY] = DATA.get(HEAD + index * ENTRY..)?.first_chunk()?;
        let [
            c0,
            c1,
            a0,
            a1,
            a2,
            subdivisions,
            offset @ ..,
            d0,
            d1,
            d2,
            n0,
            n1,
            n2,
        ] = *raw;
        let block = DATA.get(usize::try_from(u32::from_le_bytes(offset)).ok()?..)?;
        let length = |bytes: [u8; 3]| {
            bytes
                .iter()
                .rev()
                .fold(0, |sum, &b| sum << 8 | usize::from(b))
        };
        let (subdivisions, block) = block.split_at_checked(3 * usize::from(subdivisions))?;
        let (dates, block) = block.split_at_checked(length([d0, d1, d2]))?;
        let (names, _) = block.split_at_checked(length([n0, n1, n2]))?;
        Some(Entry {
            code: [c0, c1],
            alpha3: [a0, a1, a2],
            subdivisions,
            dates,
            names,
        })
    }

    fn find(country: &str) -> Option<Entry> {
        let (mut low, mut high) = (0, Self::count());
        while low < high {
            let middle = low.midpoint(high);
            let entry = Self::at(middle)?;
            match entry.code.as_slice().cmp(country.as_bytes()) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(entry),
            }
        }
        None
    }

    fn subdivisions(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.subdivisions
            .chunks(3)
            .filter_map(|code| str::from_utf8(code).ok())
            .map(str::trim_end)
    }

    /// The place of a subdivision's list behind the national one.
    fn position(&self, subdivision: &str) -> Option<usize> {
        self.subdivisions().position(|known| known == subdivision)
    }
}

/// The region's entry and, for a subdivision, the place of its list.
fn locate(region: &Region) -> Option<(Entry, Option<usize>)> {
    let entry = Entry::find(region.country())?;
    match region.subdivision() {
        Some(subdivision) => entry
            .position(subdivision)
            .map(|place| (entry, Some(place))),
        None => Some((entry, None)),
    }
}

fn load_days(region: &Region) -> Option<Vec<i32>> {
    let (entry, place) = locate(region)?;
    let buffer = inflate(entry.dates)?;
    let mut reader = Reader(&buffer);
    let mut days = reader.list()?.days()?;
    if let Some(place) = place {
        for _ in 0..place {
            reader.list()?;
        }
        days.extend(reader.list()?.days()?);
        days.sort_unstable();
    }
    Some(days)
}

fn load_names(region: &Region) -> Option<BTreeMap<i32, String>> {
    let (entry, place) = locate(region)?;
    let buffer = inflate(entry.names)?;
    let mut reader = Reader(&buffer);
    let count = reader.varint()?;
    let labels: Vec<&str> = (0..count)
        .map(|_| reader.list().and_then(|label| str::from_utf8(label.0).ok()))
        .collect::<Option<_>>()?;
    let mut names = BTreeMap::new();
    let mut add = |mut list: Reader<'_>| {
        for day in list.days()? {
            let label = usize::try_from(list.varint()?).ok()?;
            names.insert(day, (*labels.get(label)?).to_string());
        }
        Some(())
    };
    add(reader.list()?)?;
    if let Some(place) = place {
        for _ in 0..place {
            reader.list()?;
        }
        // A subdivision's own label replaces the national one.
        add(reader.list()?)?;
    }
    Some(names)
}

fn inflate(data: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(8 * data.len());
    DeflateDecoder::new(data).read_to_end(&mut out).ok()?;
    Some(out)
}

/// A cursor over an inflated stream.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn varint(&mut self) -> Option<u32> {
        let mut value = 0_u32;
        for shift in (0..32).step_by(7) {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= u32::from(byte & 127).checked_shl(shift)?;
            if byte < 128 {
                return Some(value);
            }
        }
        None
    }

    /// The next length-prefixed piece.
    fn list(&mut self) -> Option<Reader<'a>> {
        let length = usize::try_from(self.varint()?).ok()?;
        let (piece, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(Reader(piece))
    }

    fn days(&mut self) -> Option<Vec<i32>> {
        let count = self.varint()?;
        let mut day = FIRST_GAP_FROM;
        let mut days = Vec::new();
        for _ in 0..count {
            day = day.checked_add_unsigned(self.varint()?)?;
            days.push(day);
        }
        Some(days)
    }
}
