//! A ticket as a row of any table or view, or as a jsonb object: fields are found by name.

use crate::cache::rules::Loaded;
use crate::ffi::datum::{self, Elements};
use crate::ffi::json;
use crate::ffi::report::{OrRaise, looking_into, raise};
use pgrx::pg_sys::{self, Datum, FunctionCallInfo};
use serde_json::Value;
use slaops_core::error::{Error, SqlState};
use slaops_core::memory;
use slaops_core::sla::metric::{STATE, STATUS};
use slaops_core::sla::ticket::{FieldValue, Ticket};
use std::borrow::Cow;
use std::cell::RefCell;
use std::ffi::CStr;
use std::rc::Rc;

/// How a column becomes text.
#[derive(Clone, Copy)]
enum How {
    Text,
    Texts,
    Instant,
    Day,
    /// Without the blanks that fill it up.
    Padded,
    /// By this output function.
    Output(pg_sys::Oid),
}

/// Where a row type has what the rules ask about.
struct Shape {
    kind: (pg_sys::Oid, i32, u64),
    loaded: Rc<Loaded>,
    desc: pg_sys::TupleDesc,
    /// Field number, column, how.
    columns: Vec<(usize, usize, How)>,
    created: Option<usize>,
    solved: Option<usize>,
    closed: Option<usize>,
    attributes: Option<usize>,
    /// Fields that are no column.
    loose: Vec<usize>,
}

impl Drop for Shape {
    fn drop(&mut self) {
        unsafe { pg_sys::FreeTupleDesc(self.desc) };
    }
}

/// The most values of a column that is an array, such as tags.
const MAX_TAGS: usize = 100_000;

/// How many row types are remembered: a query may take tickets from several relations.
const KEEP: usize = 8;

thread_local! {
    static SHAPES: RefCell<Vec<Shape>> = const { RefCell::new(Vec::new()) };
}

const EPOCH_MICROS: i64 = slaops_core::time::zone::EPOCH_UNIX * 1_000_000;

/// The first field that comes from a ticket's row.
const FIRST: usize = STATUS;

/// The ticket of argument `i`, a composite value.
pub unsafe fn record<'a>(fcinfo: FunctionCallInfo, i: usize, loaded: &Rc<Loaded>) -> Ticket<'a> {
    unsafe {
        if datum::is_null(fcinfo, i) {
            return blank(loaded);
        }
        let header = header_of(datum::arg(fcinfo, i));
        let type_id = (*header).t_choice.t_datum.datum_typeid;
        // Only of an anonymous row type is this a typmod; of a named one it may be a part of the type's version.
        let typmod = match type_id {
            pg_sys::RECORDOID => (*header).t_choice.t_datum.datum_typmod,
            _ => -1,
        };
        let kind = (
            type_id,
            typmod,
            pg_sys::assign_record_type_identifier(type_id, typmod),
        );
        SHAPES.with_borrow_mut(|shapes| {
            let fits = |s: &Shape| s.kind == kind && Rc::ptr_eq(&s.loaded, loaded);
            let place = shapes.iter().position(fits).unwrap_or_else(|| {
                if shapes.len() == KEEP {
                    shapes.remove(0);
                }
                shapes.push(shape_of(kind, loaded));
                shapes.len() - 1
            });
            read(&shapes[place], header)
        })
    }
}

/// What composite values are read by, from the minor releases on that know the version of a row type (CVE-2026-6460):
/// it marks a value as one, so that taking it apart refuses what was stored under another version.
type HeaderOf = unsafe extern "C-unwind" fn(Datum) -> *mut pg_sys::HeapTupleHeaderData;

/// A row value's header, by the server's own function. Minor releases before lack it, and a library built for one must
/// load into the other, so it is looked up in the running server.
unsafe fn header_of(value: Datum) -> *mut pg_sys::HeapTupleHeaderData {
    thread_local! {
        static OWN: Option<HeaderOf> = unsafe {
            let found = dlsym(std::ptr::null_mut(), c"DatumGetHeapTupleHeader".as_ptr());
            std::mem::transmute::<*mut std::ffi::c_void, Option<HeaderOf>>(found)
        };
    }
    unsafe {
        match OWN.with(|own| *own) {
            // An ERROR of Postgres becomes a panic that unwinds, as with every function that pgrx declares.
            Some(own) => pg_sys::ffi::pg_guard_ffi_boundary(|| own(value)),
            None => pg_sys::pg_detoast_datum(value.cast_mut_ptr()).cast(),
        }
    }
}

unsafe extern "C" {
    fn dlsym(handle: *mut std::ffi::c_void, name: *const std::ffi::c_char)
    -> *mut std::ffi::c_void;
}

fn blank<'a>(loaded: &Loaded) -> Ticket<'a> {
    Ticket {
        fields: vec![FieldValue::Unknown; loaded.rules.fields.names().len()],
        ..Ticket::default()
    }
}

unsafe fn shape_of(kind: (pg_sys::Oid, i32, u64), loaded: &Rc<Loaded>) -> Shape {
    unsafe {
        let found = pg_sys::lookup_rowtype_tupdesc(kind.0, kind.1);
        let old = pg_sys::MemoryContextSwitchTo(pg_sys::TopMemoryContext);
        // With what columns have that are younger than a value, which a plain copy leaves out.
        let desc = pg_sys::CreateTupleDescCopyConstr(found);
        pg_sys::MemoryContextSwitchTo(old);
        if (*found).tdrefcount >= 0 {
            pg_sys::DecrTupleDescRefCount(found);
        }
        let column = |name: &str| {
            (0..(*desc).natts as usize).find(|i| {
                let a = attribute(desc, *i);
                !a.attisdropped
                    && CStr::from_ptr(a.attname.data.as_ptr()).to_bytes() == name.as_bytes()
            })
        };
        let type_of = |i: usize| pg_sys::getBaseType(attribute(desc, i).atttypid);
        let instant = |name: &str| {
            let i = column(name)?;
            if type_of(i) != pg_sys::TIMESTAMPTZOID {
                raise(Error::parameter(
                    format!("the ticket's column {name} is no timestamptz"),
                    format!("Say in which time zone it is: {name} AT TIME ZONE 'UTC' AS {name}."),
                ));
            }
            Some(i)
        };
        let mut shape = Shape {
            kind,
            loaded: loaded.clone(),
            desc,
            columns: Vec::new(),
            created: instant("created_at"),
            solved: instant("solved_at"),
            closed: instant("closed_at"),
            attributes: column("attributes")
                .filter(|i| [pg_sys::JSONBOID, pg_sys::JSONOID].contains(&type_of(*i))),
            loose: Vec::new(),
        };
        for (field, name) in loaded.rules.fields.names().iter().enumerate().skip(FIRST) {
            match column(name) {
                Some(i) if field != STATE => shape.columns.push((field, i, how(type_of(i)))),
                _ => shape.loose.push(field),
            }
        }
        shape
    }
}

/// Column `i` of a row type, from 0.
unsafe fn attribute<'a>(desc: pg_sys::TupleDesc, i: usize) -> &'a pg_sys::FormData_pg_attribute {
    unsafe {
        #[cfg(not(feature = "pg18"))]
        let first = (*desc).attrs.as_ptr();
        // From 18 on the full columns lie behind the compact ones.
        #[cfg(feature = "pg18")]
        let first = (*desc)
            .compact_attrs
            .as_ptr()
            .add((*desc).natts as usize)
            .cast::<pg_sys::FormData_pg_attribute>();
        &*first.add(i)
    }
}

unsafe fn how(oid: pg_sys::Oid) -> How {
    match oid {
        pg_sys::TEXTOID | pg_sys::VARCHAROID => How::Text,
        pg_sys::BPCHAROID => How::Padded,
        pg_sys::TEXTARRAYOID | pg_sys::VARCHARARRAYOID => How::Texts,
        pg_sys::TIMESTAMPTZOID => How::Instant,
        pg_sys::DATEOID => How::Day,
        other => {
            let (mut output, mut varlena) = (pg_sys::InvalidOid, false);
            unsafe { pg_sys::getTypeOutputInfo(other, &mut output, &mut varlena) };
            How::Output(output)
        }
    }
}

unsafe fn read<'a>(shape: &Shape, header: *mut pg_sys::HeapTupleHeaderData) -> Ticket<'a> {
    unsafe {
        let natts = (*shape.desc).natts as usize;
        let mut values = vec![Datum::from(0usize); natts];
        let mut nulls = vec![true; natts];
        let mut tuple = pg_sys::HeapTupleData {
            t_len: (*header).t_choice.t_datum.datum_len_ as u32 >> 2,
            t_data: header,
            ..Default::default()
        };
        looking_into(|| {
            pg_sys::heap_deform_tuple(
                &mut tuple,
                shape.desc,
                values.as_mut_ptr(),
                nulls.as_mut_ptr(),
            );
        });
        let mut ticket = blank(&shape.loaded);
        for (field, i, how) in &shape.columns {
            if !nulls[*i] {
                ticket.fields[*field] = own(values[*i], *how);
            }
        }
        let instant = |i: Option<usize>| Some(values[i.filter(|i| !nulls[*i])?].value() as i64);
        let [created, solved, closed] = [shape.created, shape.solved, shape.closed].map(instant);
        ticket.set_instants(created, solved, closed);
        if let Some(i) = shape.attributes.filter(|i| !nulls[*i])
            && !shape.loose.is_empty()
        {
            let own_type = attribute(shape.desc, i).atttypid;
            let jsonb = pg_sys::getBaseType(own_type) == pg_sys::JSONBOID;
            const WHAT: &str = "the ticket's column attributes";
            let text = if jsonb {
                json::text(values[i], WHAT)
            } else {
                datum::text(values[i])
            };
            if let Some(json) = json::read(&text, WHAT) {
                for field in &shape.loose {
                    let name = &shape.loaded.rules.fields.names()[*field];
                    ticket.fields[*field] = json_field(&json, name);
                }
            }
        }
        ticket
    }
}

unsafe fn output<'a>(value: Datum, function: pg_sys::Oid) -> Cow<'a, str> {
    unsafe {
        let text = looking_into(|| pg_sys::OidOutputFunctionCall(function, value));
        datum::output(Datum::from(text))
    }
}

unsafe fn own<'a>(value: Datum, how: How) -> FieldValue<'a> {
    unsafe {
        match how {
            How::Text => FieldValue::Text(datum::text(value)),
            How::Padded => {
                let padded = datum::text(value);
                FieldValue::Text(memory::text(padded.trim_end_matches(' ')).or_raise().into())
            }
            How::Output(function) => FieldValue::Text(output(value, function)),
            How::Instant => FieldValue::Text(instant_text(value.value() as i64).into()),
            How::Day => FieldValue::Text(day_text(value.value() as i32).into()),
            How::Texts => {
                let items =
                    Elements::of(value, datum::TEXTS, MAX_TAGS, "values of a ticket's column");
                let text = |item| memory::text(&datum::text(item));
                FieldValue::List(memory::try_collect(items.flatten().map(text)).or_raise())
            }
        }
    }
}

/// Instants and days as ISO 8601, so that they compare as texts whatever the session's settings are.
pub fn instant_text(at: i64) -> String {
    let time = at
        .checked_add(EPOCH_MICROS)
        .and_then(chrono::DateTime::from_timestamp_micros);
    time.map_or_else(
        || if at > 0 { "infinity" } else { "-infinity" }.to_owned(),
        |t| t.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
    )
}

fn day_text(day: i32) -> String {
    let first = chrono::NaiveDate::from_ymd_opt(2000, 1, 1).unwrap_or_default();
    let date = chrono::TimeDelta::try_days(day.into()).and_then(|d| first.checked_add_signed(d));
    date.map_or_else(
        || if day > 0 { "infinity" } else { "-infinity" }.to_owned(),
        |d| d.to_string(),
    )
}

/// A field of a JSON object; `a.b` also goes down.
fn json_field<'a>(json: &Value, name: &str) -> FieldValue<'a> {
    let found = json.get(name).or_else(|| {
        let mut at = json;
        for part in name.split('.') {
            at = at.get(part)?;
        }
        Some(at)
    });
    let text = |v: &Value| match v {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match found {
        None | Some(Value::Null) => FieldValue::Unknown,
        Some(Value::Array(list)) => {
            FieldValue::List(list.iter().filter(|v| !v.is_null()).map(text).collect())
        }
        Some(value) => FieldValue::Text(text(value).into()),
    }
}

/// The ticket of argument `i`, a jsonb object.
pub unsafe fn object<'a>(fcinfo: FunctionCallInfo, i: usize, loaded: &Rc<Loaded>) -> Ticket<'a> {
    unsafe {
        let mut ticket = blank(loaded);
        if datum::is_null(fcinfo, i) {
            return ticket;
        }
        let text = json::text(datum::arg(fcinfo, i), "a ticket");
        let json = json::read(&text, "a ticket").unwrap_or_default();
        if !json.is_object() {
            let start: String = text.chars().take(100).collect();
            raise(Error::parameter(
                format!("a ticket is a JSON object, not {start}"),
                "Write {\"priority\": \"P1\"}, or pass a row of your tickets.",
            ));
        }
        for (field, name) in loaded.rules.fields.names().iter().enumerate().skip(FIRST) {
            if field == STATE {
                continue;
            }
            ticket.fields[field] = match json_field(&json, name) {
                FieldValue::Unknown => json
                    .get("attributes")
                    .map_or(FieldValue::Unknown, |a| json_field(a, name)),
                found => found,
            };
        }
        let instant = |name: &str| match json.get(name)? {
            Value::Null => None,
            Value::String(text) => crate::ffi::instant::read(name, text).or_raise(),
            other => raise(Error::new(
                SqlState::InvalidDatetime,
                format!("the ticket's {name} {other} is not a text"),
                "Write it in quotes, as \"2026-01-05T09:00:00Z\".",
            )),
        };
        let [created, solved, closed] = ["created_at", "solved_at", "closed_at"].map(instant);
        ticket.set_instants(created, solved, closed);
        ticket
    }
}
