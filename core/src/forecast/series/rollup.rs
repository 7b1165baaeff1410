//! The sum of many series, in time and memory that go with what is added and not with the sum.

use super::{Point, Rules, check_size, check_state, compact, decode_state, encode_state, total};
use crate::error::Result;
use crate::memory;

/// Series while they are added up. Sums are kept exactly, so that order and partial sums do not matter.
#[derive(Default)]
pub struct Rollup {
    rules: Option<Rules>,
    /// In any order, as many of one instant as came since the last compaction.
    points: Vec<Point>,
}

impl Rollup {
    /// Adds the points of a series; two series may each have a value of a step.
    ///
    /// # Errors
    /// As [`Rules::with`], [`check_size`]; 53200 where memory lacks.
    pub fn add(&mut self, (rules, points): (Rules, Vec<Point>)) -> Result<()> {
        let before = self.rules;
        let rules = Rules {
            refuse: false,
            ..before.map_or(Ok(rules), |before| before.with(rules))?
        };
        self.rules = Some(rules);
        if before.is_some_and(|before| before.step != rules.step) {
            rules.keep(&mut self.points);
        }
        for point in points {
            if self.points.len() == self.points.capacity() {
                self.make_room()?;
            }
            let at = rules.kept(point.at);
            self.points.push(Point { at, ..point });
        }
        Ok(())
    }

    /// Adds what [`Rollup::bytes`] gave.
    ///
    /// # Errors
    /// 22P03 for other bytes; as [`Rollup::add`].
    pub fn combine(&mut self, bytes: &[u8]) -> Result<()> {
        self.add(decode_state(bytes)?)
    }

    /// Sums what shares an instant, and doubles the list where that leaves it more than half full.
    #[cold]
    fn make_room(&mut self) -> Result<()> {
        crate::interrupt::check();
        let (kept, instants) = compact(&mut self.points);
        self.points.truncate(kept);
        check_state(kept, instants)?;
        if kept >= self.points.capacity() / 2 {
            memory::reserve(&mut self.points, kept.max(16))?;
        }
        Ok(())
    }

    /// The bytes of the sum, exact.
    ///
    /// # Errors
    /// 53200 where memory lacks.
    pub fn bytes(&mut self) -> Result<Vec<u8>> {
        let (kept, _) = compact(&mut self.points);
        self.points.truncate(kept);
        encode_state(self.rules.unwrap_or_default(), &self.points)
    }
}

/// Rules and points of the series that a sum's bytes hold, each value rounded once.
///
/// # Errors
/// 22P03 for other bytes; 54000 for more instants than a series has.
pub fn rounded(bytes: &[u8]) -> Result<(Rules, Vec<Point>)> {
    let (rules, mut points) = decode_state(bytes)?;
    let kept = total(&mut points);
    points.truncate(kept);
    check_size(kept)?;
    Ok((rules, points))
}
