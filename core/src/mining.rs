//! Process mining: what cases do, one activity after the other.
//!
//! It reads events with case, activity and instant, and models as text, and gives the directly-follows graph with its
//! durations and what is still to come ([`transition`], [`markov`]), the trace of a case and a number for it
//! ([`variant`]), and optimal alignments with named deviations ([`conformance`]). Activities and cases have no meaning
//! here beyond their names.

pub mod conformance;
pub mod markov;
pub mod transition;
pub mod variant;
