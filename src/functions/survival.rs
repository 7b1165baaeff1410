//! Survival summaries: the type, its aggregate and what can be asked of one.

use crate::ffi::args::Args;
use crate::ffi::expanded::Held;
use crate::ffi::memory::Memory;
use crate::ffi::report::{OrRaise, raise};
use crate::ffi::results::{from_bytes, from_cstring, from_float8, from_int8};
use crate::ffi::srf::RowType;
use crate::ffi::state::{Growth, List};
use crate::ffi::varlena::Varlena;
use crate::ffi::{expanded, pg_functions, srf};
use pgrx::pg_sys::{Datum, ExpandedObjectMethods};
use slaops_core::error::{Error, Result};
use slaops_core::statistics::survival::{self, Curve, Rollup, Survival, Tally};
use statrs::distribution::{ContinuousCDF, Normal};

const STATES: expanded::Aggregate<Tallies> = expanded::Aggregate::new("slaops.survival_agg");
/// Some 500 bytes with the list's head: a small group allocates once.
const FIRST_CAPACITY: usize = 30;
/// Room for the largest summary and as many rows before they are added up.
const MOST: usize = 2 * survival::MAX_TALLIES;
const GROWTH: Growth = Growth {
    most: MOST,
    check: |_| Ok(()),
};

type Tallies = List<Tally>;

fn fresh(memory: Memory<'_>, capacity: usize) -> &mut Tallies {
    List::new(memory, capacity.max(FIRST_CAPACITY), ())
}

#[inline]
fn push(list: &mut Tallies, tally: Tally) {
    if list.is_full() {
        make_room(list);
    }
    list.push(tally, &GROWTH);
}

/// Adds tallies up before it grows, so that memory goes with distinct times and not with rows.
#[cold]
fn make_room(list: &mut Tallies) {
    compact(list);
    let kept = list.entries().len();
    if kept + 1 > list.capacity() / 2 {
        survival::check_size(kept).or_raise();
        list.reserve((2 * list.capacity()).min(MOST) - kept, &GROWTH);
    }
}

fn compact(list: &mut Tallies) {
    let kept = survival::compact(list.entries_mut());
    list.truncate(kept);
}

/// The state of survival_agg, whose bytes are a summary.
impl expanded::State for Tallies {
    const METHODS: &'static ExpandedObjectMethods = &TALLIES;

    fn read<'a>(bytes: &[u8], memory: Memory<'a>) -> Result<&'a mut Self> {
        let survival = Survival::whole(bytes)?;
        let list = fresh(memory, survival.tallies().count());
        list.take_in(bytes)?;
        Ok(list)
    }

    fn take_in(&mut self, bytes: &[u8]) -> Result<()> {
        Survival::whole(bytes)?
            .tallies()
            .for_each(|tally| push(self, tally));
        Ok(())
    }

    fn flat(&mut self) -> Result<Vec<u8>> {
        // Adding up in place does not change what the state means, so it may be asked again.
        compact(self);
        survival::encode_compact(self.entries())
    }
}

static TALLIES: ExpandedObjectMethods = expanded::methods::<Tallies>();

fn survival_arg(args: Args<'_>, i: usize) -> Survival<'_> {
    Survival::whole(args.bytes(i)).or_raise()
}

/// A normal quantile for a two-sided interval.
fn quantile(level: f64) -> f64 {
    if !(level > 0.0 && level < 1.0) {
        raise(Error::parameter(
            format!("confidence level must be above 0 and below 1, not {level}"),
            "Write 0.95 for a band that holds 95 of 100 curves.",
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

    const METHODS: &'static ExpandedObjectMethods = &SUM;
}

static SUM: ExpandedObjectMethods = expanded::methods::<Sum>();

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
    fn curve(&mut self, summary: Varlena<'_>) -> &Curve {
        let key = match summary.toast_pointer() {
            Some(pointer) => Key::Toasted(pointer.to_vec()),
            None => {
                let (size, hash) = Survival::new(summary.bytes()).or_raise().key();
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
                let curve = Curve::new(Survival::whole(summary.bytes()).or_raise()).or_raise();
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

fn curve(args: Args<'_>) -> &Curve {
    args.keep(CallSite::default).curve(args.varlena(0))
}

/// The fraction in argument 1.
fn fraction_arg(args: Args<'_>) -> f64 {
    let fraction = args.float8(1);
    if !(0.0..=1.0).contains(&fraction) {
        raise(Error::parameter(
            format!("fraction must be from 0 to 1, not {fraction}"),
            "Give the part of the tickets, such as 0.5.",
        ));
    }
    fraction
}

/// The first minutes by which a fraction has finished.
fn finished_by(args: Args<'_>, fraction: f64) -> Datum {
    args.or_null(curve(args).quantile(fraction).map(from_float8))
}

pg_functions! {
    fn slaops_survival_in(args) {
        let text = args.cstring(0, usize::MAX, "a survival summary");
        let tallies = survival::text::parse(&text).or_raise();
        from_bytes(&survival::encode(tallies).or_raise())
    }

    fn slaops_survival_out(args) {
        from_cstring(&survival::text::print(survival_arg(args, 0)).or_raise())
    }

    fn slaops_survival_recv(args) {
        let payload = args.message(0);
        Survival::check(payload).or_raise();
        from_bytes(payload)
    }

    fn slaops_survival_send(args) {
        from_bytes(args.bytes(0))
    }

    /// (state, minutes, finished)
    fn slaops_survival_transition(args) {
        let state = STATES.state(args);
        let known = !args.is_null(1) && !args.is_null(2);
        let tally = known.then(|| Tally::row(args.float8(1), args.bool(2)).or_raise()).flatten();
        let Some(tally) = tally else {
            return args.or_null(state.map(Held::datum));
        };
        let mut list = state.unwrap_or_else(|| STATES.fresh(args, |memory| fresh(memory, 0)));
        push(&mut list, tally);
        list.datum()
    }

    fn slaops_survival_combine(args) {
        STATES.combine(args)
    }

    /// (sum, survival): the step of slaops.rollup, and its combine function.
    fn slaops_survival_rollup(args) {
        expanded::add::<Sum>(args)
    }

    /// (whole, part)
    fn slaops_survival_subtract(args) {
        from_bytes(&survival::subtract(survival_arg(args, 0), survival_arg(args, 1)).or_raise())
    }

    /// (survival, fraction)
    fn slaops_survival_percentile(args) {
        let fraction = fraction_arg(args);
        let minutes = survival::percentile(survival_arg(args, 0), fraction);
        args.or_null(minutes.map(from_float8))
    }

    /// (survival, level): a row a distinct time.
    fn slaops_survival_curve(args) {
        srf::rows(args, || {
            let z = quantile(args.float8(1));
            // The rows outlive this call; what the argument points to may not.
            // SAFETY: the rows that are made here are all that uses it.
            let survival = Survival::whole(unsafe { srf::lasting_bytes(args, 0) }).or_raise();
            let row_type = RowType::of(args);
            Box::new(survival.steps().map(move |step| {
                let interval = survival::interval(&step, z);
                let columns = [
                    Some(from_float8(step.minutes)),
                    Some(from_int8(step.at_risk as i64)),
                    Some(from_int8(step.events as i64)),
                    Some(from_int8(step.censored as i64)),
                    Some(from_float8(step.survival)),
                    step.std_error().map(from_float8),
                    interval.map(|i| from_float8(i.0)),
                    interval.map(|i| from_float8(i.1)),
                ];
                row_type.tuple(&columns)
            }))
        })
    }

    fn slaops_survival_at(args) {
        let share = curve(args).at(args.float8(1));
        args.or_null(share.map(from_float8))
    }

    fn slaops_survival_at_risk(args) {
        let count = curve(args).at_risk(args.float8(1));
        args.or_null(count.map(|n| from_int8(n as i64)))
    }

    fn slaops_median_survival(args) {
        finished_by(args, 0.5)
    }

    fn slaops_survival_quantile(args) {
        finished_by(args, fraction_arg(args))
    }

    /// (survival, elapsed, target)
    fn slaops_breach_probability(args) {
        let p = curve(args).breach_probability(args.float8(1), args.float8(2));
        args.or_null(p.map(from_float8))
    }
}
