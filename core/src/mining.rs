//! Process mining: what cases do, one activity after the other.
//!
//! Input: events with case, activity and instant, and models as text. Output: the directly-follows graph with its
//! durations ([`transition`]), the remaining time ([`markov`]), the trace of a case and a number for it ([`variant`]),
//! and optimal alignments with named deviations ([`conformance`]). Activities and cases are only names here.

pub mod conformance;
pub mod markov;
pub mod transition;
pub mod variant;
