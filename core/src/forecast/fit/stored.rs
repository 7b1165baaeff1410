//! Fits as bytes and as JSON.

use super::update::MAX_PENDING;
use super::{Fit, FitPart, MAX_LEVELS};
use crate::error::{Error, Result, SqlState};
use crate::forecast::MAX_SEASON;
use crate::memory;
use serde_json::{Value, json};
use std::borrow::Cow;

/// The layout of the stored bytes, their first byte.
pub const VERSION: u8 = 3;
/// The layout before calibrated intervals: it lacks the last field, one byte 0.
const SECOND: u8 = 2;
/// The layout before fits by open hours and gaps at the end: it lacks the last four fields, each one byte 0
/// but for the steps, which are the values.
const FIRST: u8 = 1;

/// By how many places a fit may differ from what its steps take by today's rules of the zone, which change.
const ADRIFT: usize = 1_000;

/// The most bytes of a fit, and of its text: some hundred times what the longest season takes.
pub const MAX_BYTES: usize = 16_000_000;

fn too_large(bytes: usize) -> Error {
    Error::limit(
        format!("a forecast fit of {bytes} bytes is too large"),
        format!("It may have {MAX_BYTES} bytes."),
    )
}

fn broken() -> Error {
    Error::new(
        SqlState::InvalidBinary,
        "a stored forecast fit is damaged or of a newer version",
        "Fit again with slaops.fit.",
    )
}

/// What a text says of its layout.
#[derive(serde::Deserialize)]
struct Layout {
    #[serde(default)]
    version: u64,
}

impl Fit {
    /// # Errors
    /// 54000 where numbers have left their range, so that the bytes could not be read again.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        if !self.holds() {
            return Err(Error::limit(
                format!("the fit of {} values leaves the range of numbers", self.n),
                "Scale the values, for example to thousands.",
            ));
        }
        let large = |_| Error::limit("the fit is larger than can be stored", "Fit fewer values.");
        let size = postcard::experimental::serialized_size(self).map_err(large)?;
        let mut bytes = memory::filled(size + 1, VERSION)?;
        postcard::to_slice(self, &mut bytes[1..]).map_err(large)?;
        Ok(bytes)
    }

    /// # Errors
    /// 22P03 for bytes that are not a fit; all of it is checked.
    pub fn from_bytes(bytes: &[u8]) -> Result<Fit> {
        if bytes.len() > MAX_BYTES {
            return Err(too_large(bytes.len()));
        }
        // A number of one byte takes eight, and twice that while its list grows.
        memory::room_for(bytes.len(), 32)?;
        let rest = match bytes.split_first() {
            Some((&VERSION, rest)) => Cow::Borrowed(rest),
            Some((&SECOND, rest)) => Cow::Owned([rest, &[0; 1]].concat()),
            Some((&FIRST, rest)) => Cow::Owned([rest, &[0; 4]].concat()),
            _ => return Err(broken()),
        };
        let (mut fit, left): (Fit, _) = postcard::take_from_bytes(&rest).map_err(|_| broken())?;
        if bytes[0] == FIRST {
            fit.steps = fit.n;
        }
        if !left.is_empty() || !fit.holds() {
            return Err(broken());
        }
        Ok(fit)
    }

    /// Reads bytes from anywhere, and gives those of today's layout, which the fit's text gives too.
    ///
    /// # Errors
    /// 22P03 for bytes that are not what [`Fit::to_bytes`] gave.
    pub fn receive(bytes: &[u8]) -> Result<Vec<u8>> {
        let fit = Fit::from_bytes(bytes)?;
        let own = fit.to_bytes()?;
        if fit.steps == 0 || bytes[0] == VERSION && own != bytes {
            return Err(broken());
        }
        Ok(own)
    }

    /// The fit as JSON, with the figures that follow from it.
    pub fn to_json(&self) -> Value {
        let mut value = serde_json::to_value(self).unwrap_or_default();
        value["version"] = json!(VERSION);
        if let Some(e) = self.estimate() {
            value["figures"] = json!({
                "log_likelihood": e.log_likelihood(),
                "aic": e.aic(),
                "aicc": Some(e.aicc()).filter(|v| v.is_finite()),
                "bic": e.bic(),
                "sse": e.sums.sse,
            });
        }
        value
    }

    /// # Errors
    /// 22P02 for text that is not a fit.
    pub fn from_json(text: &str) -> Result<Fit> {
        let hint = "Write a fit as slaops prints it, or make one with slaops.fit.";
        let unread = |e: serde_json::Error| Error::text(format!("invalid forecast fit: {e}"), hint);
        if text.len() > MAX_BYTES {
            return Err(too_large(text.len()));
        }
        memory::room_for(text.len(), 32)?;
        let layout: Layout = serde_json::from_str(text).map_err(unread)?;
        if layout.version > u64::from(VERSION) {
            return Err(Error::text(
                format!(
                    "a forecast fit of version {} is newer than this slaops",
                    layout.version
                ),
                "Update slaops, or fit again with slaops.fit.",
            ));
        }
        let mut fit: Fit = serde_json::from_str(text).map_err(unread)?;
        if fit.steps == 0 {
            fit.steps = fit.steps_seen();
        }
        if !fit.holds() {
            return Err(Error::text(
                "invalid forecast fit: its numbers contradict each other",
                hint,
            ));
        }
        Ok(fit)
    }

    /// Whether everything is as the code that asks a fit relies on.
    fn holds(&self) -> bool {
        let weights: f64 = self.parts.iter().map(|p| p.0).sum();
        let few = |n: usize| n < usize::MAX / 4;
        // Postgres's texts have no zero bytes.
        let mut texts = self.warnings.iter().chain([&self.method]);
        if texts.any(|t| t.contains('\0')) {
            return false;
        }
        if !few(self.n) || !few(self.steps) || self.index.as_ref().is_some_and(|g| !g.is_valid()) {
            return false;
        }
        let places = self
            .dst_slots()
            .map_or(self.steps, |w| w.slot_count(self.steps));
        (1..=MAX_SEASON).contains(&self.season)
            && self.steps_seen().abs_diff(places) <= ADRIFT
            && self.missing <= self.n
            && self.trailing_gaps <= self.missing.min(MAX_PENDING)
            && !self.parts.is_empty()
            && self.calibration.len() <= MAX_LEVELS
            && self
                .calibration
                .iter()
                .all(|(z, m)| z.is_finite() && m.is_finite() && *z > 0.0 && *m >= 0.0)
            && self
                .calibration
                .is_sorted_by(|a, b| a.0 < b.0 && a.1 <= b.1)
            && (weights - 1.0).abs() < 1e-6
            && self
                .parts
                .iter()
                .all(|(w, p)| *w >= 0.0 && p.holds(self.n - self.trailing_gaps))
            && self.open_hours.as_ref().is_none_or(|o| o.holds(self))
    }
}

impl FitPart {
    pub(super) fn holds(&self, n: usize) -> bool {
        let finite = |list: &[f64]| list.iter().all(|v| v.is_finite());
        let sum = |squares: f64| squares.is_finite() && squares >= 0.0;
        match self {
            FitPart::Ets(e) => {
                let p = &e.params;
                let long = match e.model.season {
                    crate::forecast::model::Season::None => 0,
                    _ => e.period,
                };
                let numbers = [
                    p.alpha,
                    p.beta,
                    p.gamma,
                    p.phi,
                    e.sums.sse,
                    e.sums.noise,
                    e.sums.logs,
                ];
                let states = |s: &crate::forecast::ets::State| {
                    s.season.len() == long && finite(&s.season) && finite(&[s.level, s.trend])
                };
                (1..=MAX_SEASON).contains(&e.period)
                    && finite(&numbers)
                    && e.sums.noise >= 0.0
                    && e.sums.sse >= 0.0
                    && e.sums.n <= n
                    && e.parameters <= n.saturating_add(e.period + 6)
                    && states(&p.state)
                    && states(&e.last)
            }
            FitPart::Theta(t) => {
                !t.season.list.is_empty()
                    && t.n == n
                    && t.alpha > 0.0
                    && sum(t.sse)
                    && finite(&[t.alpha, t.level, t.drift, t.sse])
                    && finite(&t.season.list)
            }
            FitPart::DynamicTheta(t) => {
                let s = &t.state;
                let numbers = [
                    t.alpha, t.share, t.sse, s.level, s.mean, s.line.0, s.line.1, s.left,
                ];
                !t.season.list.is_empty()
                    && s.t == n
                    && sum(t.sse)
                    && t.alpha > 0.0
                    && finite(&numbers)
                    && finite(&t.season.list)
            }
            FitPart::SeasonalNaive(r) => {
                !r.last.is_empty() && r.n == n && finite(&r.last) && sum(r.errors.sse)
            }
            FitPart::SeasonalMean(r) => {
                let all = r.last.iter().all(|l| finite(l));
                !r.last.is_empty() && r.n == n && all && sum(r.errors.sse)
            }
            FitPart::Profile(p) => p.holds(n),
            FitPart::Year(y) => y.holds(n),
            FitPart::Drift(d) => {
                d.first_at < d.last_at
                    && d.last_at < d.n
                    && d.n == n
                    && finite(&[d.first, d.last])
                    && sum(d.errors.sse)
            }
        }
    }
}
