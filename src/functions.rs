//! The functions that SQL calls, one file a topic, with the words of `sql/`. Input: the arguments as Postgres passes
//! them. Output: the results of `slaops_core`, as a datum or rows. What SQL or the library can decide is decided there.

mod anomaly;
mod attainment;
mod backlog;
mod business_time;
mod calendar;
mod clearance;
mod clock;
mod config;
mod conformance;
mod forecast;
mod history;
mod holidays;
mod ledger;
mod lifecycle;
mod policies;
mod registry;
mod risk;
mod sample;
mod staffing;
mod survival;
pub mod transition;
mod variant;

/// Declares functions of a calendar, or of the name of one, which is argument `at`: each twice, with
/// one body that is given the timeline.
macro_rules! for_calendars_and_names {
    ($($name:ident($timeline:ident, $args:ident, $at:literal) $body:block)*) => {
        ::pastey::paste! { $crate::ffi::pg_functions! { $(
            fn [<slaops_ $name>]($args) {
                let $timeline = $crate::cache::call_site::by_calendar($args, $at);
                $body
            }
            fn [<slaops_ $name _by_name>]($args) {
                let $timeline = $crate::cache::calendars::by_name($args, $at);
                $body
            }
        )* } }
    };
}
pub(crate) use for_calendars_and_names;
