//! Survival summaries: the type, its aggregate and what can be asked of one.

use crate::ffi::datum::{self, arg, float8, from_bytes, from_float8, from_int8, or_null};
use crate::ffi::report::{OrRaise, raise};
use crate::ffi::state::{self, List};
use crate::ffi::{expanded, pg_functions, srf};
use pgrx::PgMemoryContexts;
use pgrx::pg_sys::{self, Datum, ExpandedObjectMethods, FunctionCallInfo};
use slaops_core::error::{Error, Result};
use slaops_core::statistics::survival::{self, Curve, Rollup, Survival, Tally};
use statrs::distribution::{ContinuousCDF, Normal};

const AGGREGATE: &str = "slaops.survival_agg";
/// Some 500 bytes with the list's head: a small group allocates once.
const FIRST_CAPACITY: usize = 30;

type State = List<Tally>;

/// Adds tallies up before it grows, so that memory goes with distinct times and not with rows.
#[cold]
unsafe fn make_room(list: *mut State, more: usize) {
    unsafe {
        compact(list);
        let tallies = State::slice(list).len();
        if tallies + more > State::capacity(list) / 2 {
            State::reserve(list, more.max(State::capacity(list)), |needed| {
                // A list of the largest summary may double once more.
                survival::check_size(needed / 2)
            });
        }
    }
}

unsafe fn compact(list: *mut State) {
    unsafe {
        let kept = survival::compact(State::slice(list));
        State::truncate(list, kept);
    }
}

unsafe fn encoded(list: *mut State) -> Datum {
    unsafe {
        // Adding up in place does not change what the state means, so it may be asked again.
        compact(list);
        let mut result = Datum::from(0usize);
        let place = |size| {
            let (datum, bytes) = datum::new_bytes(size);
            result = datum;
            bytes
        };
        survival::encode_at(State::slice(list), place).or_raise();
        result
    }
}

unsafe fn survival_arg<'a>(fcinfo: FunctionCallInfo, i: usize) -> Survival<'a> {
    unsafe { Survival::whole(datum::bytes(arg(fcinfo, i))).or_raise() }
}

/// A normal quantile for a two-sided interval.
fn quantile(level: f64) -> f64 {
    if !(level > 0.0 && level < 1.0) {
        raise(Error::parameter(
            format!("confidence level {level} is out of range"),
            "Give a part between 0 and 1, such as 0.95.",
        ));
    }
    Normal::standard().inverse_cdf(0.5 + level / 2.0)
}

/// The state of slaops.rollup(survival).
#[derive(Default)]
struct Sum(Rollup);

impl expanded::Sum for Sum {
    fn add(&mut self, bytes: &[u8]) -> Result<()> {
        self.0.add(Survival::whole(bytes)?)
    }

    fn bytes(&mut self) -> Result<Vec<u8>> {
        self.0.bytes()
    }

    const METHODS: &'static ExpandedObjectMethods = &expanded::methods::<Sum>();
}

/// The curves that one call site has been asked for, so that a row costs a search and not a curve.
#[derive(Default)]
struct CallSite {
    curves: Vec<(Key, Curve)>,
    last: usize,
}

/// What a summary is known by: one out of line by its TOAST pointer, any other by length and hash.
#[derive(PartialEq)]
enum Key {
    Content(usize, u64),
    Toasted(Vec<u8>),
}

/// Curves are forgotten, all at once, over this many bytes or numbers.
const MOST_BYTES: usize = 256 << 20;
const MOST_CURVES: usize = 512;

impl CallSite {
    unsafe fn of<'a>(fcinfo: FunctionCallInfo) -> &'a mut CallSite {
        unsafe {
            let flinfo = (*fcinfo).flinfo;
            if (*flinfo).fn_extra.is_null() {
                let mut context = PgMemoryContexts::For((*flinfo).fn_mcxt);
                let site = context.leak_and_drop_on_delete(CallSite::default());
                (*flinfo).fn_extra = site.cast();
            }
            &mut *(*flinfo).fn_extra.cast::<CallSite>()
        }
    }

    unsafe fn curve(&mut self, datum: Datum) -> &Curve {
        unsafe {
            let key = match datum::toast_pointer(datum) {
                Some(pointer) => Key::Toasted(pointer.to_vec()),
                None => {
                    let (size, hash) = Survival::new(datum::bytes(datum)).or_raise().key();
                    Key::Content(size, hash)
                }
            };
            let known = |at: &usize| self.curves.get(*at).is_some_and(|c| c.0 == key);
            let at = Some(self.last)
                .filter(known)
                .or_else(|| self.curves.iter().position(|c| c.0 == key));
            self.last = match at {
                Some(at) => at,
                None => {
                    let curve =
                        Curve::new(Survival::whole(datum::bytes(datum)).or_raise()).or_raise();
                    let held: usize = self.curves.iter().map(|c| c.1.bytes()).sum();
                    if held + curve.bytes() > MOST_BYTES || self.curves.len() >= MOST_CURVES {
                        self.curves.clear();
                    }
                    self.curves.push((key, curve));
                    self.curves.len() - 1
                }
            };
            &self.curves[self.last].1
        }
    }
}

unsafe fn curve<'a>(fcinfo: FunctionCallInfo) -> &'a Curve {
    unsafe { CallSite::of(fcinfo).curve(arg(fcinfo, 0)) }
}

/// The first minutes by which a fraction has finished.
unsafe fn finished_by(fcinfo: FunctionCallInfo, fraction: f64) -> Datum {
    unsafe {
        if !(0.0..=1.0).contains(&fraction) {
            raise(Error::parameter(
                format!("fraction {fraction} is out of range"),
                "Give the part that has finished, from 0 to 1.",
            ));
        }
        or_null(fcinfo, curve(fcinfo).quantile(fraction).map(from_float8))
    }
}

pg_functions! {
    fn slaops_survival_in(fcinfo) {
        let text = datum::cstring(arg(fcinfo, 0), usize::MAX, "a survival summary");
        let tallies = survival::text::parse(&text).or_raise();
        from_bytes(&survival::encode(tallies).or_raise())
    }

    fn slaops_survival_out(fcinfo) {
        datum::from_cstring(&survival::text::print(survival_arg(fcinfo, 0)).or_raise())
    }

    fn slaops_survival_recv(fcinfo) {
        let payload = datum::message(arg(fcinfo, 0));
        Survival::check(payload).or_raise();
        from_bytes(payload)
    }

    fn slaops_survival_send(fcinfo) {
        from_bytes(datum::bytes(arg(fcinfo, 0)))
    }

    /// (state, minutes, finished)
    fn slaops_survival_transition(fcinfo) {
        let mut list = state::arg::<State>(fcinfo, 0);
        if list.is_null() {
            list = State::new(state::context(fcinfo, AGGREGATE), FIRST_CAPACITY);
        }
        if !datum::is_null(fcinfo, 1) && !datum::is_null(fcinfo, 2) {
            let finished = arg(fcinfo, 2).value() & 0xff != 0;
            if let Some(tally) = Tally::row(float8(fcinfo, 1), finished).or_raise() {
                if State::is_full(list) {
                    make_room(list, 1);
                }
                State::push(list, tally);
            }
        }
        State::datum(list)
    }

    fn slaops_survival_combine(fcinfo) {
        let mut into = state::arg::<State>(fcinfo, 0);
        let from = state::arg::<State>(fcinfo, 1);
        if into.is_null() {
            if from.is_null() {
                return or_null(fcinfo, None);
            }
            // The other state may live in a shorter context: what is kept is copied.
            let context = state::context(fcinfo, AGGREGATE);
            into = State::new(context, State::slice(from).len().max(FIRST_CAPACITY));
        }
        for tally in State::slice(from) {
            if State::is_full(into) {
                make_room(into, 1);
            }
            State::push(into, *tally);
        }
        State::datum(into)
    }

    fn slaops_survival_serialize(fcinfo) {
        encoded(state::arg::<State>(fcinfo, 0))
    }

    fn slaops_survival_deserialize(fcinfo) {
        let survival = survival_arg(fcinfo, 0);
        let tallies = survival.tallies().count();
        let list = State::new(pg_sys::CurrentMemoryContext, tallies.max(1));
        for tally in survival.tallies() {
            State::push(list, tally);
        }
        State::datum(list)
    }

    fn slaops_survival_final(fcinfo) {
        let list = state::arg::<State>(fcinfo, 0);
        if State::slice(list).is_empty() {
            return or_null(fcinfo, None);
        }
        encoded(list)
    }

    fn slaops_survival_merge(fcinfo) {
        let merged = survival::merge(survival_arg(fcinfo, 0), survival_arg(fcinfo, 1));
        from_bytes(&merged.or_raise())
    }

    /// (sum, survival): the step of slaops.rollup, and its combine function.
    fn slaops_survival_rollup(fcinfo) {
        expanded::add::<Sum>(fcinfo)
    }

    /// (survival, level): a row a distinct time.
    fn slaops_survival_curve(fcinfo) {
        srf::rows(fcinfo, || {
            let z = quantile(float8(fcinfo, 1));
            // The rows outlive this call; what the argument points to may not.
            let copy = pg_sys::pg_detoast_datum_copy(arg(fcinfo, 0).cast_mut_ptr());
            let survival = Survival::whole(datum::bytes(Datum::from(copy))).or_raise();
            let descriptor = srf::descriptor(fcinfo);
            Box::new(survival.steps().map(move |step| {
                let interval = survival::interval(&step, z);
                let mut columns = [
                    Some(from_float8(step.minutes)),
                    Some(from_int8(step.at_risk as i64)),
                    Some(from_int8(step.events as i64)),
                    Some(from_int8(step.censored as i64)),
                    Some(from_float8(step.survival)),
                    step.std_error().map(from_float8),
                    interval.map(|i| from_float8(i.0)),
                    interval.map(|i| from_float8(i.1)),
                ];
                srf::tuple(descriptor, &mut columns)
            }))
        })
    }

    fn slaops_survival_at(fcinfo) {
        let share = curve(fcinfo).at(float8(fcinfo, 1));
        or_null(fcinfo, share.map(from_float8))
    }

    fn slaops_survival_at_risk(fcinfo) {
        let count = curve(fcinfo).at_risk(float8(fcinfo, 1));
        or_null(fcinfo, count.map(|n| from_int8(n as i64)))
    }

    fn slaops_median_survival(fcinfo) {
        finished_by(fcinfo, 0.5)
    }

    fn slaops_survival_quantile(fcinfo) {
        finished_by(fcinfo, float8(fcinfo, 1))
    }

    /// (survival, elapsed, target)
    fn slaops_breach_probability(fcinfo) {
        let p = curve(fcinfo).breach_probability(float8(fcinfo, 1), float8(fcinfo, 2));
        or_null(fcinfo, p.map(from_float8))
    }
}
