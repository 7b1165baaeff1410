//! A ticket as a row of any table or view, or as a jsonb object: fields are found by name.

use crate::cache::policy_sets::PolicySet;
use crate::ffi::args::Args;
use crate::ffi::array::{Elements, TEXTS};
use crate::ffi::report::{OrRaise, looking_into, raise};
use crate::ffi::varlena::Varlena;
use crate::ffi::{encoding, json};
use once_cell::sync::Lazy;
use pgrx::pg_sys::{self, Datum};
use serde_json::Value;
use slaops_core::error::{Error, SqlState};
use slaops_core::memory;
use slaops_core::sla::metric::{CUSTOMER_ASKED, STATE, STATUS};
use slaops_core::sla::ticket::{FieldValue, Ticket};
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
    policy_set: Rc<PolicySet>,
    desc: pg_sys::TupleDesc,
    /// Field number, column, how.
    columns: Vec<(usize, usize, How)>,
    created: Option<usize>,
    solved: Option<usize>,
    closed: Option<usize>,
    attributes: Option<usize>,
    /// Other fields that are not columns.
    loose: Vec<usize>,
    /// Fields that are not columns, whose values a replay computes.
    replayed: Vec<usize>,
}

impl Drop for Shape {
    fn drop(&mut self) {
        // SAFETY: it is a copy that `shape_of` made.
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

/// The ticket of argument `i`, a composite value, for a replay: `attributes` is not parsed for what its events tell.
pub fn record<'call>(args: Args<'call>, i: usize, policy_set: &Rc<PolicySet>) -> Ticket<'call> {
    shaped(args, i, policy_set, false)
}

/// The same for who looks at nothing but the row.
pub fn whole_record<'call>(
    args: Args<'call>,
    i: usize,
    policy_set: &Rc<PolicySet>,
) -> Ticket<'call> {
    shaped(args, i, policy_set, true)
}

fn shaped<'call>(
    args: Args<'call>,
    i: usize,
    policy_set: &Rc<PolicySet>,
    whole: bool,
) -> Ticket<'call> {
    if args.is_null(i) {
        return blank(policy_set);
    }
    // SAFETY: the argument is declared as a record.
    let header = unsafe { header_of(args.datum(i)) };
    // SAFETY: a row value begins with this head, which says its type.
    let (type_id, typmod) = unsafe {
        let head = (*header).t_choice.t_datum;
        (head.datum_typeid, head.datum_typmod)
    };
    // Only of an anonymous row type is this a typmod; of a named one it may be a part of the type's version.
    let typmod = match type_id {
        pg_sys::RECORDOID => typmod,
        _ => -1,
    };
    // SAFETY: a row type of the catalog, or one of this session.
    let version = unsafe { pg_sys::assign_record_type_identifier(type_id, typmod) };
    let kind = (type_id, typmod, version);
    SHAPES.with_borrow_mut(|shapes| {
        let fits = |s: &Shape| s.kind == kind && Rc::ptr_eq(&s.policy_set, policy_set);
        let place = shapes.iter().position(fits).unwrap_or_else(|| {
            if shapes.len() == KEEP {
                shapes.remove(0);
            }
            shapes.push(shape_of(kind, policy_set));
            shapes.len() - 1
        });
        // SAFETY: the shape is that of the row's type, and the row stays during the call.
        unsafe { read(&shapes[place], header, whole) }
    })
}

/// What composite values are read by, from the minor releases on that know the version of a row type (CVE-2026-6460):
/// it marks a value as one, so that taking it apart refuses what was stored under another version.
type HeaderOf = unsafe extern "C-unwind" fn(Datum) -> *mut pg_sys::HeapTupleHeaderData;

/// A row value's header, by the server's own function. Minor releases before lack it, and a library built for one must
/// load into the other, so it is looked up in the running server.
///
/// # Safety
/// The datum is a row value.
unsafe fn header_of(value: Datum) -> *mut pg_sys::HeapTupleHeaderData {
    static OWN: Lazy<Option<HeaderOf>> = Lazy::new(|| {
        // SAFETY: the name ends in a zero; what is found under it is such a function, or null.
        unsafe {
            let found = dlsym(std::ptr::null_mut(), c"DatumGetHeapTupleHeader".as_ptr());
            std::mem::transmute::<*mut std::ffi::c_void, Option<HeaderOf>>(found)
        }
    });
    // SAFETY: as the caller promises. An ERROR of Postgres becomes a panic that unwinds, as with every function that pgrx
    // declares.
    unsafe {
        match *OWN {
            Some(own) => pg_sys::ffi::pg_guard_ffi_boundary(|| own(value)),
            None => pg_sys::pg_detoast_datum(value.cast_mut_ptr()).cast(),
        }
    }
}

unsafe extern "C" {
    fn dlsym(handle: *mut std::ffi::c_void, name: *const std::ffi::c_char)
    -> *mut std::ffi::c_void;
}

fn blank<'a>(policy_set: &PolicySet) -> Ticket<'a> {
    Ticket {
        fields: vec![FieldValue::Unknown; policy_set.rules.fields.names().len()],
        ..Ticket::default()
    }
}

fn shape_of(kind: (pg_sys::Oid, i32, u64), policy_set: &Rc<PolicySet>) -> Shape {
    // SAFETY: a row type of the catalog, or one of this session. The copy is made where it stays, with what columns have
    // that are younger than a value, which a plain copy leaves out.
    let desc = unsafe {
        let found = pg_sys::lookup_rowtype_tupdesc(kind.0, kind.1);
        let old = pg_sys::MemoryContextSwitchTo(pg_sys::TopMemoryContext);
        let desc = pg_sys::CreateTupleDescCopyConstr(found);
        pg_sys::MemoryContextSwitchTo(old);
        if (*found).tdrefcount >= 0 {
            pg_sys::DecrTupleDescRefCount(found);
        }
        desc
    };
    // SAFETY: the copy is nobody else's.
    let attributes = unsafe { attributes(desc) };
    let column = |name: &str| {
        attributes.iter().position(|a| {
            // SAFETY: a name ends in a zero.
            let own = unsafe { CStr::from_ptr(a.attname.data.as_ptr()) };
            !a.attisdropped && own.to_bytes() == name.as_bytes()
        })
    };
    // SAFETY: a type of the catalog.
    let type_of = |i: usize| unsafe { pg_sys::getBaseType(attributes[i].atttypid) };
    let instant = |name: &str| {
        let i = column(name)?;
        if type_of(i) != pg_sys::TIMESTAMPTZOID {
            raise(Error::parameter(
                format!("the ticket's column {name} must be a timestamptz"),
                format!("Say in which time zone it is: {name} AT TIME ZONE 'UTC' AS {name}."),
            ));
        }
        Some(i)
    };
    let mut shape = Shape {
        kind,
        policy_set: policy_set.clone(),
        desc,
        columns: Vec::new(),
        created: instant("created_at"),
        solved: instant("solved_at"),
        closed: instant("closed_at"),
        attributes: column("attributes")
            .filter(|i| [pg_sys::JSONBOID, pg_sys::JSONOID].contains(&type_of(*i))),
        loose: Vec::new(),
        replayed: Vec::new(),
    };
    for (field, name) in policy_set
        .rules
        .fields
        .names()
        .iter()
        .enumerate()
        .skip(FIRST)
    {
        match column(name) {
            Some(i) if field != STATE => shape.columns.push((field, i, how(type_of(i)))),
            _ if [STATE, CUSTOMER_ASKED].contains(&field) => shape.replayed.push(field),
            _ => shape.loose.push(field),
        }
    }
    shape
}

/// The columns of a row type.
///
/// # Safety
/// The descriptor is valid and stays for `'a`.
unsafe fn attributes<'a>(desc: pg_sys::TupleDesc) -> &'a [pg_sys::FormData_pg_attribute] {
    // SAFETY: there are `natts` columns.
    unsafe {
        let count = (*desc).natts as usize;
        #[cfg(any(feature = "pg15", feature = "pg16", feature = "pg17"))]
        let first = (*desc).attrs.as_ptr();
        // From 18 on the full columns lie behind the compact ones.
        #[cfg(not(any(feature = "pg15", feature = "pg16", feature = "pg17")))]
        let first = (*desc)
            .compact_attrs
            .as_ptr()
            .add(count)
            .cast::<pg_sys::FormData_pg_attribute>();
        std::slice::from_raw_parts(first, count)
    }
}

fn how(oid: pg_sys::Oid) -> How {
    match oid {
        pg_sys::TEXTOID | pg_sys::VARCHAROID => How::Text,
        pg_sys::BPCHAROID => How::Padded,
        pg_sys::TEXTARRAYOID | pg_sys::VARCHARARRAYOID => How::Texts,
        pg_sys::TIMESTAMPTZOID => How::Instant,
        pg_sys::DATEOID => How::Day,
        other => {
            let (mut output, mut varlena) = (pg_sys::InvalidOid, false);
            // SAFETY: it fills both.
            unsafe { pg_sys::getTypeOutputInfo(other, &mut output, &mut varlena) };
            How::Output(output)
        }
    }
}

/// # Safety
/// The shape is that of the row's type, and the row stays for `'a`.
unsafe fn read<'a>(
    shape: &Shape,
    header: *mut pg_sys::HeapTupleHeaderData,
    whole: bool,
) -> Ticket<'a> {
    // SAFETY: the descriptor lives as long as the shape.
    let attributes = unsafe { attributes(shape.desc) };
    let mut values = vec![Datum::from(0usize); attributes.len()];
    let mut nulls = vec![true; attributes.len()];
    // SAFETY: as the caller promises.
    let length = unsafe { (*header).t_choice.t_datum.datum_len_ } as u32 >> 2;
    let mut tuple = pg_sys::HeapTupleData {
        t_len: length,
        t_data: header,
        ..Default::default()
    };
    let (to, is_null) = (values.as_mut_ptr(), nulls.as_mut_ptr());
    // SAFETY: there is room for each column.
    looking_into(|| unsafe { pg_sys::heap_deform_tuple(&mut tuple, shape.desc, to, is_null) });
    let mut ticket = blank(&shape.policy_set);
    for (field, i, how) in &shape.columns {
        if !nulls[*i] {
            // SAFETY: the value is of the column's type and lies in the row.
            ticket.fields[*field] = unsafe { own(values[*i], *how) };
        }
    }
    let instant = |i: Option<usize>| Some(values[i.filter(|i| !nulls[*i])?].value() as i64);
    let [created, solved, closed] = [shape.created, shape.solved, shape.closed].map(instant);
    ticket.set_instants(created, solved, closed);
    if let Some(i) = shape.attributes.filter(|i| !nulls[*i])
        && (!shape.loose.is_empty() || whole && !shape.replayed.is_empty())
    {
        // SAFETY: a type of the catalog.
        let kind = unsafe { pg_sys::getBaseType(attributes[i].atttypid) };
        // SAFETY: the column is json or jsonb, and the value lies in the row.
        let value = unsafe { Varlena::new(values[i]) };
        const WHAT: &str = "the ticket's column attributes";
        let text = match kind {
            pg_sys::JSONBOID => json::text(value, WHAT),
            _ => value.text(),
        };
        if let Some(json) = json::read(&text, WHAT) {
            let replayed = shape.replayed.iter().filter(|_| whole);
            for field in shape.loose.iter().chain(replayed) {
                let name = &shape.policy_set.rules.fields.names()[*field];
                ticket.fields[*field] = json_field(&json, name);
            }
        }
    }
    ticket
}

/// # Safety
/// The value is of the type for which it was found how it becomes text, and stays for `'a`.
unsafe fn own<'a>(value: Datum, how: How) -> FieldValue<'a> {
    // SAFETY: as the caller promises; it is asked for texts only.
    let text = || unsafe { Varlena::new(value) }.text();
    match how {
        How::Text => FieldValue::Text(text()),
        How::Padded => {
            FieldValue::Text(memory::text(text().trim_end_matches(' ')).or_raise().into())
        }
        How::Output(function) => {
            // SAFETY: the output function of the value's type.
            let print = || unsafe { pg_sys::OidOutputFunctionCall(function, value) };
            let text = Datum::from(looking_into(print));
            // SAFETY: it gave a string that ends in a zero, in the current memory context.
            FieldValue::Text(unsafe { encoding::output(text) })
        }
        How::Instant => FieldValue::Text(instant_text(value.value() as i64).into()),
        How::Day => FieldValue::Text(day_text(value.value() as i32).into()),
        How::Texts => {
            let what = "values of a ticket's column";
            // SAFETY: an array of texts, as long as the caller promises.
            let items = unsafe { Elements::of(value, TEXTS, MAX_TAGS, what) };
            // SAFETY: the elements are texts.
            let text = |item| memory::text(&unsafe { Varlena::new(item) }.text());
            FieldValue::List(memory::try_collect(items.flatten().map(text)).or_raise())
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
pub fn object<'call>(args: Args<'call>, i: usize, policy_set: &Rc<PolicySet>) -> Ticket<'call> {
    let mut ticket = blank(policy_set);
    if args.is_null(i) {
        return ticket;
    }
    let text = json::text(args.varlena(i), "a ticket");
    let json = json::read(&text, "a ticket").unwrap_or_default();
    if !json.is_object() {
        let start: String = text.chars().take(100).collect();
        raise(Error::parameter(
            format!("a ticket must be a JSON object, not {start}"),
            "Write {\"priority\": \"P1\"}, or pass a row of your tickets.",
        ));
    }
    for (field, name) in policy_set
        .rules
        .fields
        .names()
        .iter()
        .enumerate()
        .skip(FIRST)
    {
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
            format!("the ticket's {name} must be a text, not {other}"),
            "Write it in quotes, as \"2026-01-05T09:00:00Z\".",
        )),
    };
    let [created, solved, closed] = ["created_at", "solved_at", "closed_at"].map(instant);
    ticket.set_instants(created, solved, closed);
    ticket
}
