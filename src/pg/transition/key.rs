//! What a case is known by, whatever its type.

use super::super::datum;
use super::super::report::raise;
use crate::error::{Error, State};
use crate::transition::log::Case;
use pgrx::pg_sys::{self, Datum, FunctionCallInfo};

/// How the case of a row is read.
#[derive(Clone, Copy)]
pub enum Kind {
    Int2,
    Int4,
    Int8,
    /// Bytes that are equal exactly when the values are.
    Bytes,
    Uuid,
    /// Any other type: its own hash function of 64 bits, asked with two seeds.
    Hashed(*mut pg_sys::FmgrInfo, pg_sys::Oid),
    /// A state from another process, which takes no rows.
    Gathered,
}

impl Kind {
    /// The kind of argument `i` of the call.
    pub unsafe fn of_argument(fcinfo: FunctionCallInfo, i: i32) -> Kind {
        unsafe {
            let declared = pg_sys::get_fn_expr_argtype((*fcinfo).flinfo, i);
            let base = pg_sys::getBaseType(declared);
            let collation = (*fcinfo).fncollation;
            match base {
                pg_sys::INT2OID => Kind::Int2,
                pg_sys::INT4OID => Kind::Int4,
                pg_sys::INT8OID => Kind::Int8,
                pg_sys::UUIDOID => Kind::Uuid,
                pg_sys::TEXTOID | pg_sys::VARCHAROID
                    if collation == pg_sys::InvalidOid
                        || pg_sys::get_collation_isdeterministic(collation) =>
                {
                    Kind::Bytes
                }
                base => {
                    let flags = pg_sys::TYPECACHE_HASH_EXTENDED_PROC_FINFO as i32;
                    let entry = pg_sys::lookup_type_cache(base, flags);
                    let function = &mut (*entry).hash_extended_proc_finfo as *mut pg_sys::FmgrInfo;
                    if (*function).fn_oid == pg_sys::InvalidOid {
                        let name = std::ffi::CStr::from_ptr(pg_sys::format_type_be(declared));
                        raise(Error::new(
                            State::UndefinedObject,
                            format!(
                                "cases of type {} cannot be told apart: it has no hash function",
                                name.to_string_lossy()
                            ),
                            "Cast the case to text.",
                        ));
                    }
                    Kind::Hashed(function, collation)
                }
            }
        }
    }

    #[inline(always)]
    pub unsafe fn case(self, datum: Datum) -> Case {
        unsafe {
            match self {
                Kind::Int8 => Case::integer(datum.value() as i64),
                Kind::Int4 => Case::integer(i64::from(datum.value() as i32)),
                Kind::Int2 => Case::integer(i64::from(datum.value() as i16)),
                Kind::Bytes => Case::named(datum::bytes(datum)),
                Kind::Uuid => {
                    Case::named(std::slice::from_raw_parts(datum.cast_mut_ptr::<u8>(), 16))
                }
                Kind::Hashed(function, collation) => {
                    let hash = |seed: u64| {
                        pg_sys::FunctionCall2Coll(
                            function,
                            collation,
                            datum,
                            Datum::from(seed as usize),
                        )
                        .value() as u64
                    };
                    Case {
                        low: hash(0),
                        high: hash(0x9e37_79b9_7f4a_7c15) as u32,
                    }
                }
                Kind::Gathered => Case::default(),
            }
        }
    }
}
