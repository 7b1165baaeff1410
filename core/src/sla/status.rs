//! The words for where a ticket and a clock stand: enums, and their text in and out.

use std::fmt;

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
}
