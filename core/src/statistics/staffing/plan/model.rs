//! The linear program of a plan: what its columns and rows are.

use super::patterns::Pattern;
use super::{MAX_COLUMNS, MAX_ENTRIES, Shift, Task};
use crate::error::{Error, Result};
use crate::time::zone::Spans;
use crate::time::{DAY_SECONDS, MINUTE, SECOND};
use crate::{interrupt, memory};

/// Days of any week.
const WEEK: usize = 7;
/// People that differ by less are as many.
const EXACT: f64 = 1e-9;

/// The people of a pattern and start.
pub struct Team {
    pub pattern: usize,
    /// Its columns by day.
    pub days: Vec<Vec<usize>>,
}

/// A way to work on a day: a column, the people who do.
pub struct Way {
    pub team: usize,
    day: i32,
    from: i64,
    to: i64,
    breaks: Vec<(i64, i64)>,
    /// Periods that are worked.
    pub covers: Vec<usize>,
}

/// Columns are the ways, then the teams' people.
pub struct Model {
    pub teams: Vec<Team>,
    pub ways: Vec<Way>,
    /// In whole people.
    pub needed: Vec<f64>,
    /// By period: ways.
    pub cover: Vec<Vec<usize>>,
    pub per_week: Vec<u32>,
    /// Least and most people of each pattern.
    pub bounds: Vec<(u32, u32)>,
    pub max_people: u32,
    /// Paid minutes of a shift of each pattern.
    pub paid: Vec<i64>,
}

/// People of the teams and on each way, in whole numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Values {
    pub ways: Vec<u32>,
    pub teams: Vec<u32>,
}

fn paid_minutes(pattern: &Pattern) -> i64 {
    let breaks: i64 = pattern.breaks[0].iter().map(|b| b.1).sum();
    pattern.minutes - if pattern.breaks_are_paid { 0 } else { breaks }
}

impl Model {
    pub fn new(task: &Task) -> Result<Self> {
        let period = i64::from(task.period_minutes) * MINUTE;
        let end = task.from + period * task.needed.len() as i64;
        let day_of = |at: i64, spans: &Spans| {
            spans.wall(at.div_euclid(SECOND)).div_euclid(DAY_SECONDS) as i32
        };
        let around = 4 * DAY_SECONDS;
        let spans = Spans::over(
            task.zone,
            task.from.div_euclid(SECOND) - around,
            end.div_euclid(SECOND) + around,
        );
        // A shift may begin on the day before, or two: it has at most two days.
        let (first, last) = (day_of(task.from, &spans) - 2, day_of(end - 1, &spans));
        let days = (last - first + 1) as usize;
        let mut model = Self {
            teams: Vec::new(),
            ways: Vec::new(),
            needed: memory::collect(task.needed.iter().map(|n| (n - EXACT).ceil().max(0.0)))?,
            cover: memory::filled(task.needed.len(), Vec::new())?,
            per_week: task.patterns.iter().map(|p| p.shifts_per_week).collect(),
            bounds: task
                .patterns
                .iter()
                .map(|p| {
                    (
                        p.min_people,
                        p.max_people.unwrap_or(u32::MAX).min(task.max_people as u32),
                    )
                })
                .collect(),
            max_people: task.max_people as u32,
            paid: task.patterns.iter().map(paid_minutes).collect(),
        };
        let mut entries = 0;
        for (number, pattern) in task.patterns.iter().enumerate() {
            for start in &pattern.starts {
                interrupt::check();
                let team = model.teams.len();
                let mut by_day = vec![Vec::new(); days];
                for (d, columns) in by_day.iter_mut().enumerate() {
                    let day = first + d as i32;
                    // 2000-01-01 was a Saturday.
                    if !pattern.days[(i64::from(day) + 5).rem_euclid(7) as usize] {
                        continue;
                    }
                    let wall = i64::from(day) * DAY_SECONDS + start * 60;
                    let from = spans.instant(wall, &mut 0) * SECOND;
                    let known = model.ways.len();
                    for way in &pattern.breaks {
                        let breaks = way.iter().map(|(after, long)| {
                            (from + after * MINUTE, from + (after + long) * MINUTE)
                        });
                        let breaks: Vec<(i64, i64)> = breaks.collect();
                        let to = from + pattern.minutes * MINUTE;
                        let covers = model.covers(task.from, period, from, to, &breaks);
                        // Of two ways that cover the same the first will do.
                        if covers.is_empty()
                            || model.ways[known..].iter().any(|w| w.covers == covers)
                        {
                            continue;
                        }
                        entries += covers.len();
                        if model.ways.len() >= MAX_COLUMNS || entries > MAX_ENTRIES {
                            return Err(Error::limit(
                                format!("there are more than {MAX_COLUMNS} ways to work a shift"),
                                "Give fewer starts, fewer alternatives for breaks, or plan a week at a time.",
                            ));
                        }
                        columns.push(model.ways.len());
                        let way = Way {
                            team,
                            day,
                            from,
                            to,
                            breaks,
                            covers,
                        };
                        memory::push(&mut model.ways, way)?;
                    }
                }
                model.teams.push(Team {
                    pattern: number,
                    days: by_day,
                });
            }
        }
        for (i, way) in model.ways.iter().enumerate() {
            for period in &way.covers {
                model.cover[*period].push(i);
            }
        }
        // What the solver makes of it: its rows and columns, scaled ones, and the factors of a basis.
        memory::room(entries.saturating_mul(400) + model.ways.len() * 4_096 + (1 << 20))?;
        Ok(model)
    }

    /// Whether nobody is needed.
    pub fn is_idle(&self) -> bool {
        self.needed.iter().all(|n| *n <= EXACT) && self.bounds.iter().all(|b| b.0 == 0)
    }

    /// The periods in which somebody who works from `from` to `to` but for breaks is there all the time, and somebody is
    /// needed. Who is away for a part of a half hour is missing in that part, so the half hour does not count.
    fn covers(
        &self,
        first: i64,
        period: i64,
        from: i64,
        to: i64,
        breaks: &[(i64, i64)],
    ) -> Vec<usize> {
        let count = self.needed.len() as i64;
        let begin = (from - first).div_euclid(period).max(0);
        let end = ((to - first + period - 1).div_euclid(period)).min(count);
        let mut found = Vec::new();
        for i in begin..end {
            if self.needed[i as usize] <= EXACT {
                continue;
            }
            let (a, b) = (first + i * period, first + (i + 1) * period);
            let away = |x: i64, y: i64| x < b && a < y;
            if from <= a && b <= to && !breaks.iter().any(|(x, y)| away(*x, *y)) {
                found.push(i as usize);
            }
        }
        found
    }

    /// Calls `give` with each row that keeps a team's people to their shifts: (times its people, ways).
    pub fn team_rows(&self, team: usize, mut give: impl FnMut(u32, &[usize])) {
        let Team { pattern, days } = &self.teams[team];
        for ways in days.iter().filter(|w| !w.is_empty()) {
            give(1, ways);
        }
        let most = self.per_week[*pattern];
        let mut before: Vec<usize> = Vec::new();
        for first in 0..days.len().saturating_sub(WEEK - 1).max(1) {
            let week = &days[first..days.len().min(first + WEEK)];
            let ways: Vec<usize> = week.iter().flatten().copied().collect();
            let working = week.iter().filter(|w| !w.is_empty()).count();
            if working > most as usize && ways != before {
                give(most, &ways);
            }
            before = ways;
        }
    }

    /// The fewest people of a team who do what is asked of its ways.
    pub fn team_of(&self, team: usize, ways: &[u32]) -> u32 {
        let mut least = 0;
        self.team_rows(team, |times, list| {
            let sum: u32 = list.iter().map(|w| ways[*w]).sum();
            least = least.max(sum.div_ceil(times));
        });
        least
    }

    pub fn people(&self, values: &Values) -> u32 {
        values.teams.iter().sum()
    }

    pub fn paid_minutes(&self, ways: &[u32]) -> i64 {
        let paid = |(i, n): (usize, &u32)| {
            self.paid[self.teams[self.ways[i].team].pattern] * i64::from(*n)
        };
        ways.iter().enumerate().map(paid).sum()
    }

    /// The people of each pattern.
    pub fn by_pattern(&self, teams: &[u32]) -> Vec<u32> {
        let mut found = vec![0; self.bounds.len()];
        for (team, n) in self.teams.iter().zip(teams) {
            found[team.pattern] += n;
        }
        found
    }

    /// Whether whole numbers keep every rule.
    pub fn keeps(&self, values: &Values) -> bool {
        let covered = |(need, ways): (&f64, &Vec<usize>)| {
            let there: u32 = ways.iter().map(|w| values.ways[*w]).sum();
            f64::from(there) >= need - EXACT * need.max(1.0)
        };
        self.needed.iter().zip(&self.cover).all(covered)
            && (0..self.teams.len()).all(|t| self.team_of(t, &values.ways) <= values.teams[t])
            && self
                .by_pattern(&values.teams)
                .iter()
                .zip(&self.bounds)
                .all(|(n, (least, most))| least <= n && n <= most)
            && values.teams.iter().sum::<u32>() <= self.max_people
    }

    /// The shifts of a plan.
    pub fn shifts(&self, task: &Task, values: &Values) -> Result<Vec<Shift>> {
        let mut found = Vec::new();
        for (way, people) in self.ways.iter().zip(&values.ways) {
            if *people == 0 {
                continue;
            }
            let pattern = self.teams[way.team].pattern;
            let shift = Shift {
                pattern,
                day: way.day,
                starts_at: way.from,
                ends_at: way.to,
                breaks: way.breaks.clone(),
                people: *people,
                team: values.teams[way.team],
                paid_minutes: self.paid[pattern] as f64,
            };
            memory::push(&mut found, shift)?;
        }
        found.sort_by(|a, b| {
            let name = |s: &Shift| &task.patterns[s.pattern].name;
            (a.starts_at, name(a), &a.breaks).cmp(&(b.starts_at, name(b), &b.breaks))
        });
        Ok(found)
    }
}
