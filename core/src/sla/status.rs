//! Where a ticket and a clock stand: enums with their texts, and what the statuses of a source mean.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};

/// What a source's status means: the six states of `slaops.states`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TicketState {
    /// Nobody has worked on it.
    New,
    /// The support team has to act.
    Open,
    /// The customer has to act.
    Pending,
    /// A third party has to act.
    Hold,
    /// Done, but it may be reopened.
    Solved,
    /// Done for good.
    Closed,
}

impl TicketState {
    /// All states, in the order of a ticket's way.
    pub const ALL: [Self; 6] = [
        Self::New,
        Self::Open,
        Self::Pending,
        Self::Hold,
        Self::Solved,
        Self::Closed,
    ];
    /// Their names, in the same order.
    pub const NAMES: [&str; 6] = ["new", "open", "pending", "hold", "solved", "closed"];
    /// The states of a ticket that still needs work.
    pub const UNSOLVED: [Self; 4] = [Self::New, Self::Open, Self::Pending, Self::Hold];

    /// The name of the state in SQL and in conditions.
    pub const fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// The state of a name; None for any other text.
    pub fn parse(name: &str) -> Option<Self> {
        let i = Self::NAMES.iter().position(|n| *n == name)?;
        Some(Self::ALL[i])
    }

    /// Whether the ticket is solved or closed.
    pub const fn is_solved(self) -> bool {
        matches!(self, Self::Solved | Self::Closed)
    }
}

/// How a clock stands against its target, as SQL shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClockStatus {
    /// No signal has started it.
    NotStarted,
    /// It runs, and less than the warning share of the target has passed.
    Active,
    /// It runs, and the warning share of the target has passed.
    AtRisk,
    /// It is paused within its target.
    Paused,
    /// It stopped within its target.
    Met,
    /// More than the target has passed.
    Breached,
    /// It was cancelled.
    Cancelled,
    /// It has started, but no target applies.
    NoTarget,
    /// Its calendar is not known, so nothing can be measured.
    NoCalendar,
}

impl ClockStatus {
    /// The name of the status in SQL.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotStarted => "not_started",
            Self::Active => "active",
            Self::AtRisk => "at_risk",
            Self::Paused => "paused",
            Self::Met => "met",
            Self::Breached => "breached",
            Self::Cancelled => "cancelled",
            Self::NoTarget => "no_target",
            Self::NoCalendar => "no_calendar",
        }
    }
}

impl fmt::Display for TicketState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for ClockStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Whether a state is known and solved or closed.
pub fn is_solved(state: Option<TicketState>) -> bool {
    state.is_some_and(TicketState::is_solved)
}

/// The state of each status of a policy set.
#[derive(Default)]
pub struct States(HashMap<String, TicketState, BuildHasherDefault<Quick>>);

/// A hash for a few dozen short words that a replay looks up several times an event.
#[derive(Default)]
struct Quick(u64);

impl Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        // The table takes its upper bits.
        self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }
}

impl States {
    /// The states of statuses, from pairs of status and state; a pair with an unknown state is left out.
    pub fn new(rows: impl Iterator<Item = (String, String)>) -> Self {
        let read = |(status, state): (String, String)| Some((status, TicketState::parse(&state)?));
        Self(rows.filter_map(read).collect())
    }

    /// The state that a status means; None for a status that is not mapped.
    pub fn state_of(&self, status: &str) -> Option<TicketState> {
        let state = self.0.get(status);
        state
            .or_else(|| self.0.get(&normalized_status(status)))
            .copied()
    }

    /// A status that means solved: "solved" itself unless it is mapped to another state, else the first by name.
    pub fn solved(&self) -> &str {
        const SOLVED: &str = "solved";
        if self
            .state_of(SOLVED)
            .is_none_or(|state| state == TicketState::Solved)
        {
            return SOLVED;
        }
        let words = self
            .0
            .iter()
            .filter(|(_, state)| **state == TicketState::Solved);
        words
            .map(|(status, _)| status.as_str())
            .min()
            .unwrap_or(SOLVED)
    }
}

/// A status as in `slaops.states`: lower case, with a blank for each hyphen and underscore.
pub fn normalized_status(status: &str) -> String {
    let blank = |c| if c == '-' || c == '_' { ' ' } else { c };
    let plain: String = status.to_lowercase().chars().map(blank).collect();
    plain.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_states_read_back() {
        for state in TicketState::ALL {
            assert_eq!(TicketState::parse(state.name()), Some(state));
            assert_eq!(state.is_solved(), !TicketState::UNSOLVED.contains(&state));
        }
        assert_eq!(TicketState::parse("Open"), None);
    }

    #[test]
    fn states_and_statuses_print_as_their_names() {
        for state in TicketState::ALL {
            assert_eq!(state.to_string(), state.name());
        }
        assert_eq!(ClockStatus::AtRisk.to_string(), "at_risk");
    }

    /// A table of words by a hash that does not tell them apart is a list.
    #[test]
    fn the_hash_tells_words_apart() {
        let words = [
            "new",
            "open",
            "pending",
            "on hold",
            "solved",
            "closed",
            "waiting",
            "in progress",
            "done",
            "doen",
        ];
        let hash = |word: &&str| {
            let mut quick = Quick::default();
            quick.write(word.as_bytes());
            quick.finish()
        };
        let hashes: std::collections::HashSet<u64> = words.iter().map(hash).collect();
        assert_eq!(hashes.len(), words.len());
        // The table takes seven of the upper bits.
        let upper: std::collections::HashSet<u64> = hashes.iter().map(|h| h >> 57).collect();
        assert!(upper.len() >= 8, "{upper:?}");
    }

    fn states(rows: &[(&str, &str)]) -> States {
        let owned = |(status, state): &(&str, &str)| ((*status).to_owned(), (*state).to_owned());
        States::new(rows.iter().map(owned))
    }

    #[test]
    fn a_status_is_looked_up_as_written_and_then_normalized() {
        let states = states(&[("in progress", "open"), ("lost", "nowhere")]);
        for status in ["in progress", "In-Progress", " IN_PROGRESS "] {
            assert_eq!(states.state_of(status), Some(TicketState::Open));
        }
        assert_eq!(states.state_of("lost"), None);
        assert_eq!(states.state_of("inprogress"), None);
    }

    #[test]
    fn the_status_of_an_implied_solution() {
        assert_eq!(states(&[]).solved(), "solved");
        assert_eq!(states(&[("done", "solved")]).solved(), "solved");
        let mapped = states(&[
            ("solved", "pending"),
            ("fixed", "solved"),
            ("done", "solved"),
        ]);
        assert_eq!(mapped.solved(), "done");
    }
}
