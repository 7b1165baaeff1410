//! What a case is known by, whatever its type.
//!
//! Two values must be one case exactly when they are equal. A type whose equal values have equal bytes (its
//! B-tree operator class says so by `equalimage`) is read as bytes, or as an integer if it is passed by
//! value. Hash functions of Postgres are asked for texts under collations only: those of numbers, records and ranges
//! drop information on purpose (`hashint8` folds its halves), so that two seeds do not make them wider.

use crate::ffi::args::Args;
use crate::ffi::memory::Memory;
use crate::ffi::report::{looking_into, raise};
use crate::ffi::varlena::Varlena;
use pgrx::pg_sys::{self, Datum, FmgrInfo, Oid};
use slaops_core::error::{Error, SqlState};
use slaops_core::mining::transition::log::Case;
use std::ffi::CStr;

/// How the case of a row is read.
#[derive(Clone, Copy)]
pub enum Kind {
    Int8,
    /// An integer of so many bytes, or anything else by value whose equal values have equal bits.
    Small(u8),
    Float4,
    Float8,
    /// Bytes of a variable length.
    Bytes,
    /// Bytes of a fixed length, such as a uuid.
    Fixed(u16),
    /// A text that is padded with blanks.
    Padded,
    /// A text whose equality its own hash function knows (a collation, citext).
    Hashed(*mut FmgrInfo, Oid),
    /// Any other type: its text, and that of a numeric without zeros at its end.
    Printed(*mut FmgrInfo, bool),
    /// A state from another process, which takes no rows.
    Gathered,
}

/// The number of the support function that says whether equal values have equal bytes.
const EQUALIMAGE: i16 = 4;

impl Kind {
    pub fn is_integer(self) -> bool {
        matches!(
            self,
            Kind::Int8 | Kind::Small(_) | Kind::Float4 | Kind::Float8
        )
    }

    /// The kind of argument `i` of the call; what it needs lives in `memory`.
    pub fn of_argument(args: Args<'_>, i: i32, memory: Memory<'_>) -> Kind {
        // SAFETY: Postgres passed the call's information.
        let declared = unsafe { pg_sys::get_fn_expr_argtype((*args.fcinfo()).flinfo, i) };
        // SAFETY: a type of the catalog, as all below.
        let base = unsafe { pg_sys::getBaseType(declared) };
        match base {
            pg_sys::INT8OID => return Kind::Int8,
            pg_sys::FLOAT4OID => return Kind::Float4,
            pg_sys::FLOAT8OID => return Kind::Float8,
            _ => {}
        }
        let collation = collation_of(args, i);
        let wanted = pg_sys::TYPECACHE_HASH_EXTENDED_PROC_FINFO | pg_sys::TYPECACHE_BTREE_OPFAMILY;
        // SAFETY: entries of the type cache stay for the session.
        let entry = unsafe { &mut *pg_sys::lookup_type_cache(base, wanted as i32) };
        if entry.hash_extended_proc_finfo.fn_oid == pg_sys::InvalidOid {
            raise(cannot_tell_apart(declared));
        }
        let exact = entry.typcollation == pg_sys::InvalidOid
            || collation == pg_sys::InvalidOid
            // SAFETY: a collation of the catalog.
            || unsafe { pg_sys::get_collation_isdeterministic(collation) };
        if base == pg_sys::BPCHAROID && exact {
            return Kind::Padded;
        }
        if exact && equal_values_have_equal_bytes(entry, collation) {
            return match (entry.typbyval, entry.typlen) {
                (true, len) => Kind::Small(len as u8),
                (false, -1) => Kind::Bytes,
                (false, len) if len > 0 => Kind::Fixed(len as u16),
                _ => raise(cannot_tell_apart(declared)),
            };
        }
        let (mut category, mut preferred) = (0, false);
        // SAFETY: it fills both.
        unsafe { pg_sys::get_type_category_preferred(base, &mut category, &mut preferred) };
        if category as u8 == b'S' {
            return Kind::Hashed(&raw mut entry.hash_extended_proc_finfo, collation);
        }
        let (mut output, mut varlena) = (pg_sys::InvalidOid, false);
        let function = memory.put(FmgrInfo::default());
        // SAFETY: they fill what they are given; what the function looks up itself lives as long as it does.
        unsafe {
            pg_sys::getTypeOutputInfo(base, &mut output, &mut varlena);
            pg_sys::fmgr_info_cxt(output, function, memory.context());
        }
        Kind::Printed(function, base == pg_sys::NUMERICOID)
    }

    /// # Safety
    /// The kind was made for the type of the value.
    #[inline(always)]
    pub unsafe fn case(self, datum: Datum) -> Case {
        match self {
            Kind::Int8 => Case::integer(datum.value() as i64),
            // With its sign, so that a small integer is the same case as a large one.
            Kind::Small(len) => {
                let unused = 64 - 8 * u32::from(len);
                Case::integer((datum.value() as i64) << unused >> unused)
            }
            // SAFETY: a value of such a type points to a varlena.
            Kind::Bytes => Case::named(unsafe { Varlena::new(datum) }.bytes()),
            Kind::Fixed(len) => {
                let at = datum.cast_mut_ptr::<u8>();
                // SAFETY: a value of such a type points to so many bytes.
                Case::named(unsafe { std::slice::from_raw_parts(at, usize::from(len)) })
            }
            // SAFETY: as the caller promises.
            other => unsafe { other.rarer_case(datum) },
        }
    }

    /// # Safety
    /// The kind was made for the type of the value.
    unsafe fn rarer_case(self, datum: Datum) -> Case {
        match self {
            Kind::Float4 => float_case(f64::from(f32::from_bits(datum.value() as u32))),
            Kind::Float8 => float_case(f64::from_bits(datum.value() as u64)),
            Kind::Padded => {
                // SAFETY: a value of this type points to a varlena.
                let text = unsafe { Varlena::new(datum) }.bytes();
                let blanks = text.iter().rev().take_while(|b| **b == b' ').count();
                Case::named(&text[..text.len() - blanks])
            }
            Kind::Hashed(function, collation) => {
                let hash = |seed: u64| {
                    let seed = Datum::from(seed as usize);
                    // SAFETY: the hash function of the value's type, from the type cache.
                    unsafe { pg_sys::FunctionCall2Coll(function, collation, datum, seed) }.value()
                        as u64
                };
                Case {
                    low: hash(0),
                    high: hash(0x9e37_79b9_7f4a_7c15) as u32,
                }
            }
            Kind::Printed(function, numeric) => {
                let print = || {
                    // SAFETY: the output function of the value's type gives a string that ends in a zero.
                    unsafe { CStr::from_ptr(pg_sys::OutputFunctionCall(function, datum)) }
                };
                let text = looking_into(print).to_bytes();
                Case::named(if numeric {
                    without_last_zeros(text)
                } else {
                    text
                })
            }
            _ => Case::default(),
        }
    }
}

/// Postgres holds 0 and -0 for equal, and all NaN.
fn float_case(value: f64) -> Case {
    let value = if value.is_nan() {
        f64::NAN
    } else {
        value + 0.0
    };
    Case::integer(value.to_bits() as i64)
}

/// `1.50` as `1.5`, `2.00` as `2`.
fn without_last_zeros(number: &[u8]) -> &[u8] {
    if !number.contains(&b'.') {
        return number;
    }
    let zeros = number.iter().rev().take_while(|b| **b == b'0').count();
    let number = &number[..number.len() - zeros];
    number.strip_suffix(b".").unwrap_or(number)
}

/// The collation of argument `i` itself; that of the call is made from all arguments.
fn collation_of(args: Args<'_>, i: i32) -> Oid {
    // SAFETY: Postgres passed the call's information; an aggregate's arguments are a list of target entries.
    unsafe {
        let aggregate = pg_sys::AggGetAggref(args.fcinfo());
        if aggregate.is_null() {
            return (*args.fcinfo()).fncollation;
        }
        let list = (*aggregate).args;
        if list.is_null() || (*list).length < i {
            return (*args.fcinfo()).fncollation;
        }
        let entry = (*(*list).elements.add(i as usize - 1))
            .ptr_value
            .cast::<pg_sys::TargetEntry>();
        pg_sys::exprCollation((*entry).expr.cast())
    }
}

fn equal_values_have_equal_bytes(entry: &pg_sys::TypeCacheEntry, collation: Oid) -> bool {
    let (family, input) = (entry.btree_opf, entry.btree_opintype);
    if family == pg_sys::InvalidOid {
        return false;
    }
    // SAFETY: support functions of this number take a type and say yes or no.
    unsafe {
        let function = pg_sys::get_opfamily_proc(family, input, input, EQUALIMAGE);
        function != pg_sys::InvalidOid
            && pg_sys::OidFunctionCall1Coll(function, collation, Datum::from(input)).value() & 0xff
                != 0
    }
}

fn cannot_tell_apart(declared: Oid) -> Error {
    // SAFETY: it gives a string that ends in a zero.
    let name = unsafe { CStr::from_ptr(pg_sys::format_type_be(declared)) };
    Error::new(
        SqlState::UndefinedObject,
        format!(
            "cases of type {} cannot be told apart: it has no hash function",
            name.to_string_lossy()
        ),
        "Cast the case to text.",
    )
}
