//! The tests of the library from outside: laws over random input, tables of facts, other tools' figures. One crate, so
//! that it is linked once; tests of single functions stand beside them in `src`.

mod business_day_targets;
mod forecast_calls;
mod forecast_laws;
mod forecast_m3;
mod forecast_m4;
mod forecast_vectors;
mod laws;
mod ledger_laws;
mod mining_laws;
mod modules;
mod received;
mod selector_laws;
mod support;
mod ticket_laws;
mod transition_laws;
mod vectors;
