//! A value that a condition compares with, as the component gets it. What the contract has no type for is left out, and
//! with it the condition: Postgres checks all of them itself.

use super::epoch::{DAY, MICROS, UNIX_TO_POSTGRES_DAYS};
use k8s_fdw_guest::Cell;
use pgrx::pg_sys::{self, Datum, Oid};
use pgrx::{FromDatum, direct_function_call, direct_function_call_as_datum};
use std::ffi::CStr;

/// `None` for a type or a value that the contract cannot carry.
///
/// # Safety
///
/// `datum` is not NULL and of the type `type_oid`.
pub unsafe fn cell_of(datum: Datum, type_oid: Oid) -> Option<Cell> {
    // SAFETY: the caller's promise; each arm reads the datum as its own type.
    unsafe {
        Some(match pg_sys::getBaseType(type_oid) {
            pg_sys::BOOLOID => Cell::Bool(bool::from_datum(datum, false)?),
            pg_sys::CHAROID => Cell::I8(i8::from_datum(datum, false)?),
            pg_sys::INT2OID => Cell::I16(i16::from_datum(datum, false)?),
            pg_sys::INT4OID => Cell::I32(i32::from_datum(datum, false)?),
            pg_sys::INT8OID => Cell::I64(i64::from_datum(datum, false)?),
            pg_sys::FLOAT4OID => Cell::F32(f32::from_datum(datum, false)?),
            pg_sys::FLOAT8OID => Cell::F64(f64::from_datum(datum, false)?),
            pg_sys::NUMERICOID => Cell::Numeric(direct_function_call(
                pg_sys::numeric_float8_no_overflow,
                &[Some(datum)],
            )?),
            pg_sys::TEXTOID | pg_sys::VARCHAROID => Cell::String(String::from_datum(datum, false)?),
            pg_sys::NAMEOID => {
                let name: *const pg_sys::NameData = datum.cast_mut_ptr();
                Cell::String(CStr::from_ptr((*name).data.as_ptr()).to_str().ok()?.to_owned())
            }
            pg_sys::DATEOID => match i32::from_datum(datum, false)? {
                i32::MIN | i32::MAX => return None,
                days => Cell::Date((i64::from(days) + UNIX_TO_POSTGRES_DAYS) * DAY),
            },
            pg_sys::TIMESTAMPOID => Cell::Timestamp(unix_micros(datum)?),
            pg_sys::TIMESTAMPTZOID => Cell::Timestamptz(unix_micros(datum)?),
            pg_sys::JSONBOID => Cell::Json(printed(pg_sys::jsonb_out, datum)),
            pg_sys::UUIDOID => Cell::Uuid(printed(pg_sys::uuid_out, datum)),
            _ => return None,
        })
    }
}

unsafe fn unix_micros(datum: Datum) -> Option<i64> {
    // SAFETY: the caller's promise that this is a timestamp.
    let micros = unsafe { i64::from_datum(datum, false) }?;
    let is_finite = micros != i64::MIN && micros != i64::MAX;
    is_finite.then(|| micros.checked_add(UNIX_TO_POSTGRES_DAYS * DAY * MICROS)).flatten()
}

type Function = unsafe fn(pg_sys::FunctionCallInfo) -> Datum;

unsafe fn printed(output: Function, datum: Datum) -> String {
    // SAFETY: an output function gives a C string.
    unsafe {
        let text =
            direct_function_call_as_datum(output, &[Some(datum)]).expect("output is not NULL");
        CStr::from_ptr(text.cast_mut_ptr()).to_string_lossy().into_owned()
    }
}

/// The elements of an array, without its NULLs; `None` if one of them cannot be carried.
///
/// # Safety
///
/// `datum` is an array, not NULL, of elements of the type `element`.
pub unsafe fn cells_of_array(datum: Datum, element: Oid) -> Option<Vec<Cell>> {
    // SAFETY: the caller's promise.
    unsafe { super::arrays::elements(datum, element) }
        .into_iter()
        .flatten()
        // SAFETY: the elements are of that type.
        .map(|value| unsafe { cell_of(value, element) })
        .collect()
}
