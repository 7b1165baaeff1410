//! The tests of the library from outside: laws over random input, tables of facts, other tools' figures. One crate, so
//! that it is linked once; tests of single functions stand beside them in `src`.

mod attainment_facts;
mod backlog_laws;
mod business_day_targets;
mod clock_facts;
mod condition_facts;
mod forecast_bounds;
mod forecast_calls;
mod forecast_hours;
mod forecast_laws;
mod forecast_m3;
mod forecast_m4;
mod forecast_vectors;
mod forecast_weeks;
mod history_facts;
mod laws;
mod ledger_facts;
mod ledger_laws;
mod lifecycle_facts;
mod lifecycle_laws;
mod metric_laws;
mod mining_laws;
mod modules;
mod policy_facts;
mod received;
mod selector_laws;
mod support;
mod ticket_laws;
mod timeline_facts;
mod transition_laws;
mod vectors;
mod version_facts;
