//! A value that a statement writes, as the component gets it. Unlike a condition's, no value may be left out.

use crate::datum::{Kind, cell_of, kind_of};
use crate::raise;
use k8s_fdw_guest::{Cell, TypeOid};
use pgrx::direct_function_call_as_datum;
use pgrx::pg_sys::{self, Datum, Oid};
use std::ffi::CStr;

/// # Safety
///
/// `datum` is not NULL and of the type `type_oid`.
pub unsafe fn cell(datum: Datum, type_oid: Oid) -> Cell {
    // SAFETY: the caller's promise.
    unsafe {
        match kind_of(type_oid) {
            Kind::Own(TypeOid::Other(_)) => Cell::Other(printed(datum, type_oid)),
            Kind::Own(TypeOid::Json) => Cell::Json(printed(datum, type_oid)),
            Kind::Own(TypeOid::String) | Kind::Text => Cell::String(printed(datum, type_oid)),
            Kind::Array { .. } => {
                let json = direct_function_call_as_datum(pg_sys::array_to_json, &[Some(datum)])
                    .expect("an array's JSON is not NULL");
                Cell::Json(printed(json, pg_sys::JSONOID))
            }
            Kind::Own(_) => cell_of(datum, type_oid).unwrap_or_else(|| {
                raise::message_with_hint(
                    &format!(
                        "k8s_fdw[write] the value {} cannot be written",
                        printed(datum, type_oid)
                    ),
                    "Kubernetes has no infinite times.",
                )
            }),
        }
    }
}

/// The value as its type prints it.
///
/// # Safety
///
/// `datum` is not NULL and of the type `type_oid`.
pub unsafe fn printed(datum: Datum, type_oid: Oid) -> String {
    let mut function = Oid::INVALID;
    let mut is_varlena = false;
    // SAFETY: the caller's promise; an output function gives a C string.
    unsafe {
        pg_sys::getTypeOutputInfo(type_oid, &mut function, &mut is_varlena);
        let text = pg_sys::OidOutputFunctionCall(function, datum);
        CStr::from_ptr(text).to_string_lossy().into_owned()
    }
}
