//! Process models, by name or as text, and how traces fare under them.

use crate::cache::policy_sets::{Snapshot, snapshot};
use crate::ffi::args::Args;
use crate::ffi::report::{self, OrRaise, raise};
use crate::ffi::results::{from_bool, from_float8, from_int8, from_text};
use crate::ffi::srf::RowType;
use crate::ffi::{pg_functions, spi, srf};
use pgrx::pg_sys::Datum;
use slaops_core::error::Error;
use slaops_core::memory;
use slaops_core::mining::conformance::{self, ModelKind, Net};
use slaops_core::mining::variant::MAX_TRACE;
use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

/// A compiled model takes up to 10 MB; common ones a kB.
const KEEP: usize = 8;

struct Kept {
    text: String,
    /// Of a name: what it was read under.
    snapshot: Option<Snapshot>,
    net: Rc<Net>,
}

thread_local! {
    /// The last used last.
    static KEPT: RefCell<Vec<Kept>> = const { RefCell::new(Vec::new()) };
}

/// The model of a name, or of a text that has a ">" and so is a definition.
fn model(text: &str) -> Rc<Net> {
    let is_name = !text.contains('>');
    let now = if is_name { snapshot() } else { None };
    let found = KEPT.with_borrow_mut(|kept| {
        let fits = |k: &Kept| k.text == text && k.snapshot == now;
        let place = kept.iter().rposition(fits)?;
        // Without a snapshot a name is read again.
        (!is_name || now.is_some()).then(|| {
            let found = kept.remove(place);
            let net = found.net.clone();
            kept.push(found);
            net
        })
    });
    if let Some(net) = found {
        return net;
    }
    let net = Rc::new(if is_name {
        stored(text)
    } else {
        Net::compile(None, text).or_raise()
    });
    KEPT.with_borrow_mut(|kept| {
        kept.retain(|k| k.text != text);
        if kept.len() >= KEEP {
            kept.remove(0);
        }
        kept.push(Kept {
            text: text.to_owned(),
            snapshot: now,
            net: net.clone(),
        });
    });
    net
}

fn stored(name: &str) -> Net {
    // A row of the user's goes before the one of this name that slaops brought.
    let query = "select kind, definition from slaops.process_models \
                 where name operator(pg_catalog.=) $1 order by built_in limit 1";
    let rows = spi::select(query, name, |row| (row.text(1), row.text(2)));
    let Some((Some(kind), Some(definition))) = rows.into_iter().next() else {
        raise(unknown(name))
    };
    Net::compile(Some(ModelKind::parse(&kind).or_raise()), &definition).or_raise()
}

fn unknown(name: &str) -> Error {
    let query = "select distinct name from slaops.process_models where $1 operator(pg_catalog.=) $1 limit 1000";
    let names = spi::select(query, name, |row| row.text(1));
    let names: Vec<String> = names.into_iter().flatten().collect();
    report::unknown(
        format!("process model \"{name}\" is not registered"),
        name,
        names.iter().map(String::as_str),
        "Register it: insert into slaops.process_models (name, definition) values (...). \
         A definition has a \">\" between its steps; of a single step it is: start > created, created > end.",
    )
}

/// A model's name or definition.
fn model_text(args: Args<'_>, i: usize) -> Cow<'_, str> {
    args.limited(i, conformance::MAX_TEXT, "a process model")
}

/// The activities of a trace, argument 0, that are not null, with their places from 1; and the number of all.
fn activities(args: Args<'_>) -> (Vec<i32>, Vec<Cow<'_, str>>, usize) {
    let items = args.texts(0, MAX_TRACE, "activities of a trace");
    let all = items.len();
    let mut places = memory::with_capacity(all).or_raise();
    let mut texts = memory::with_capacity(all).or_raise();
    for (item, place) in items.zip(1..) {
        if let Some(item) = item {
            places.push(place);
            texts.push(item.text());
        }
    }
    (places, texts, all)
}

fn rows(args: Args<'_>, at: Option<usize>, model_at: usize) -> Datum {
    if args.is_null(0) || args.is_null(model_at) {
        return srf::rows(args, || Box::new(std::iter::empty()));
    }
    srf::rows(args, || {
        let (places, trace, all) = activities(args);
        let at = at.filter(|i| !args.is_null(*i));
        let at = at.map(|i| args.instants(i, MAX_TRACE, "instants of a trace"));
        let at = at.map(|items| memory::collect(items).or_raise());
        if let Some(at) = at.as_ref().filter(|at| at.len() != all) {
            raise(Error::parameter(
                format!(
                    "a trace of {all} activities must have as many instants, not {}",
                    at.len()
                ),
                "Give one for each, in the same order, or NULL for none at all.",
            ));
        }
        let net = model(&model_text(args, model_at));
        let trace: Vec<&str> = memory::collect(trace.iter().map(AsRef::as_ref)).or_raise();
        let found = conformance::deviations(&net, &trace).or_raise();
        let row_type = RowType::of(args);
        let mut tuples = Vec::new();
        for d in &found {
            let place = places.get(d.event).copied().unwrap_or(all as i32 + 1);
            let at = at.as_ref().and_then(|at| *at.get(place as usize - 1)?);
            let columns = [
                Some(Datum::from(place)),
                at.map(from_int8),
                Some(from_text(d.activity)),
                Some(from_text(d.kind.name())),
                d.expected.map(from_text),
            ];
            row_type.push(&mut tuples, &columns);
        }
        Box::new(tuples.into_iter())
    })
}

pg_functions! {
    /// (trace, model)
    fn slaops_conformance(args) {
        let (_, trace, _) = activities(args);
        let net = model(&model_text(args, 1));
        let trace: Vec<&str> = memory::collect(trace.iter().map(AsRef::as_ref)).or_raise();
        let found = conformance::conformance(&net, &trace).or_raise();
        let columns = [
            Some(from_bool(found.cost == 0)),
            Some(from_float8(found.fitness)),
            Some(Datum::from(found.cost as i32)),
            Some(Datum::from(found.deviations as i32)),
        ];
        RowType::kept(args).tuple(&columns)
    }

    /// (trace, model)
    fn slaops_deviations(args) {
        rows(args, None, 1)
    }

    /// (trace, at, model)
    fn slaops_deviations_at(args) {
        rows(args, Some(1), 2)
    }

    /// (kind, definition): true, or an error.
    fn slaops_check_process_model(args) {
        let kind = ModelKind::parse(&args.word(0, "a kind of process model")).or_raise();
        Net::compile(Some(kind), &model_text(args, 1)).or_raise();
        from_bool(true)
    }
}
