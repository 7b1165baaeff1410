//! Risk models: the type, its aggregate, and what a model says of a ticket.

use crate::cache::call_site::quick_hash;
use crate::ffi::args::Args;
use crate::ffi::report::{OrRaise, raise};
use crate::ffi::results::{
    from_bytes, from_cstring, from_float8, from_int8, from_text, from_texts,
};
use crate::ffi::srf::{RowType, Table};
use crate::ffi::state::{self, Aggregate};
use crate::ffi::{json, pg_functions};
use pgrx::pg_sys::Datum;
use slaops_core::error::{Error, Result};
use slaops_core::statistics::risk::questions::{Head, Questions};
use slaops_core::statistics::risk::{self, Encoding, RiskModel, Value, fit, stored};
use xxhash_rust::xxh3::xxh3_64;

// SAFETY: the states of risk_model_agg go to this file's functions alone.
const STATES: Aggregate<Questions> = unsafe { Aggregate::new("slaops.risk_model_agg") };

type Object = serde_json::Map<String, serde_json::Value>;

/// The object in argument `i`.
fn fields_arg(args: Args<'_>, i: usize) -> Object {
    match json::value(args.varlena(i), "the fields of a ticket") {
        serde_json::Value::Object(object) => object,
        _ => raise(Error::parameter(
            "the fields of a ticket must be a JSON object",
            "Write one such as {\"type\": \"question\", \"elapsed_minutes\": 30}.",
        )),
    }
}

/// What a member of the object says; None for null.
fn value<'a>(name: &str, found: &'a serde_json::Value) -> Result<Option<Value<'a>>> {
    Ok(match found {
        serde_json::Value::Null => None,
        serde_json::Value::Bool(true) => Some(Value::Text("true")),
        serde_json::Value::Bool(false) => Some(Value::Text("false")),
        serde_json::Value::Number(n) => n.as_f64().filter(|n| n.is_finite()).map(Value::Number),
        serde_json::Value::String(text) => Some(Value::Text(text)),
        _ => {
            return Err(Error::parameter(
                format!("the field \"{name}\" must be a text, a number or a boolean"),
                "Take a part of it, or its text.",
            ));
        }
    })
}

/// Models that a call site keeps: one for each metric, whose rows come in turn. Reading a small one takes 0.1 ms, an
/// answer 4 µs.
const KEPT: usize = 8;

/// The models that a call site was asked for, the last one first.
#[derive(Default)]
struct CallSite {
    known: Vec<(Key, RiskModel)>,
}

/// What a model is known by: one out of line by its TOAST pointer, any other by length and hash.
#[derive(PartialEq)]
enum Key {
    Content(usize, u64),
    Toasted(Vec<u8>),
}

impl CallSite {
    fn model(&mut self, args: Args<'_>) -> &RiskModel {
        let stored = args.varlena(0);
        let key = match stored.toast_pointer() {
            Some(pointer) => Key::Toasted(pointer.to_vec()),
            None => {
                let bytes = stored.compressed().unwrap_or_else(|| stored.bytes());
                Key::Content(bytes.len(), quick_hash(bytes))
            }
        };
        match self.known.iter().position(|known| known.0 == key) {
            Some(at) => self.known[..=at].rotate_right(1),
            None => {
                let model = RiskModel::from_bytes(stored.bytes()).or_raise();
                self.known.truncate(KEPT - 1);
                self.known.insert(0, (key, model));
            }
        }
        &self.known[0].1
    }
}

/// The numbers of a ticket's fields, as the model reads them; what it has no field for may be anything.
fn row(model: &RiskModel, object: &Object) -> Vec<f64> {
    let known = |name: &str| object.get(name).and_then(|v| value(name, v).ok().flatten());
    model.row(known).or_raise()
}

/// A probability of a breach.
fn share(p: f64) -> f64 {
    if (0.0..=1.0).contains(&p) {
        return p;
    }
    raise(Error::parameter(
        format!("a probability must be between 0 and 1, not {p}"),
        "risk_probability and breach_probability give such; NULL: there is no curve.",
    ))
}

pg_functions! {
    fn slaops_risk_model_in(args) {
        let model = RiskModel::from_json(&args.cstring(0, stored::MAX_BYTES, "a risk model")).or_raise();
        from_bytes(&model.to_bytes().or_raise())
    }

    fn slaops_risk_model_out(args) {
        from_cstring(&RiskModel::from_bytes(args.bytes(0)).and_then(|m| m.to_json()).or_raise())
    }

    fn slaops_risk_model_recv(args) {
        from_bytes(&RiskModel::receive(args.message(0)).or_raise())
    }

    fn slaops_risk_model_send(args) {
        from_bytes(args.bytes(0))
    }

    /// (state, fields, breached, asked_at, known_at, ticket, curve)
    fn slaops_risk_model_transition(args) {
        let state = STATES.state(args, 0);
        let questions = state.unwrap_or_else(|| STATES.memory(args).keep(Questions::default()));
        if (1..=4).all(|i| !args.is_null(i)) {
            let object = fields_arg(args, 1);
            let head = Head {
                ticket: args.opt_text(5).map_or(questions.len() as u64, |t| xxh3_64(t.as_bytes())),
                asked_at: args.int8(3),
                known_at: args.int8(4),
                breached: args.bool(2),
                curve: args.opt_float8(6).filter(|p| (0.0..=1.0).contains(p)).unwrap_or(f64::NAN),
            };
            let mut fields = Vec::with_capacity(object.len());
            for (name, found) in &object {
                fields.extend(value(name, found).or_raise().map(|v| (name.as_str(), v)));
            }
            questions.push(head, fields.into_iter()).or_raise();
        }
        state::datum(questions)
    }

    fn slaops_risk_model_final(args) {
        let Some(questions) = STATES.state(args, 0) else {
            return args.null();
        };
        let model = fit::fit(questions, 1).or_raise();
        args.or_null(model.map(|m| from_bytes(&m.to_bytes().or_raise())))
    }

    /// (model, fields)
    fn slaops_risk_probability(args) {
        let object = fields_arg(args, 1);
        let model = args.keep(CallSite::default).model(args);
        from_float8(model.probability(&row(model, &object)))
    }

    /// (probability, curve)
    fn slaops_risk_estimate(args) {
        let [probability, curve] = [0, 1].map(|i| args.opt_float8(i).map(share));
        let Some(probability) = probability else {
            return args.null();
        };
        from_float8(risk::estimate(probability, curve.unwrap_or(f64::NAN)))
    }

    /// (model, fields, most): a row a reason: field, value, effect.
    fn slaops_risk_reasons(args) {
        let object = fields_arg(args, 1);
        let most = args.int4(2);
        if most < 0 {
            raise(Error::parameter(
                format!("the number of reasons must be at least 0, not {most}"),
                "Write 3 for the three fields that weigh most.",
            ));
        }
        let model = args.keep(CallSite::default).model(args);
        let mut table = Table::of(args);
        for reason in model.reasons(&row(model, &object), most as usize).or_raise() {
            let text = object.get(reason.field).and_then(|v| match v {
                serde_json::Value::Null => None,
                serde_json::Value::String(text) => Some(text.clone()),
                other => Some(other.to_string()),
            });
            table.put([reason.field.into(), text.as_deref().into(), from_float8(reason.effect).into()]);
        }
        table.done(args)
    }

    /// One row: version, fields, questions, breached, instants, first_asked, last_asked, held_out, held_out_from, brier,
    /// brier_base, brier_curve, brier_estimate, trees.
    fn slaops_risk_info(args) {
        let model = RiskModel::from_bytes(args.bytes(0)).or_raise();
        let r = &model.report;
        let mut fields: Vec<_> = model.fields.iter().collect();
        fields.sort_by(|a, b| b.importance.total_cmp(&a.importance));
        let names: Vec<&str> = fields.iter().map(|f| f.name.as_str()).collect();
        RowType::of(args).tuple(&[
            Some(Datum::from(i32::from(stored::VERSION))),
            Some(from_texts(&names)),
            Some(from_int8(r.questions as i64)),
            Some(from_int8(r.breached as i64)),
            Some(from_int8(r.instants as i64)),
            Some(from_int8(r.first_asked)),
            Some(from_int8(r.last_asked)),
            Some(from_int8(r.held_out as i64)),
            Some(from_int8(r.held_out_from)),
            Some(from_float8(r.brier)),
            Some(from_float8(r.brier_base)),
            r.brier_curve.map(from_float8),
            Some(from_float8(r.brier_estimate)),
            Some(Datum::from(model.trees.len() as i32)),
        ])
    }

    /// (model): a row a tenth: tenth, cases, expected, observed.
    fn slaops_risk_calibration(args) {
        let model = RiskModel::from_bytes(args.bytes(0)).or_raise();
        let mut table = Table::of(args);
        for (i, tenth) in model.report.tenths.iter().enumerate() {
            let n = tenth.cases as f64;
            let share = |sum: f64| (tenth.cases > 0).then(|| from_float8(sum / n));
            table.put([
                Datum::from(i as i32 + 1).into(),
                from_int8(tenth.cases as i64).into(),
                share(tenth.expected).into(),
                share(tenth.observed as f64).into(),
            ]);
        }
        table.done(args)
    }

    /// (model): a row a field: field, kind, texts, importance.
    fn slaops_risk_fields(args) {
        let model = RiskModel::from_bytes(args.bytes(0)).or_raise();
        let mut table = Table::of(args);
        for field in &model.fields {
            let (kind, texts) = match &field.encoding {
                Encoding::Number => ("number", None),
                Encoding::Shares { shares, .. } => ("text", Some(from_int8(shares.len() as i64))),
            };
            table.put([
                from_text(&field.name).into(),
                from_text(kind).into(),
                texts.into(),
                from_float8(field.importance).into(),
            ]);
        }
        table.done(args)
    }
}
