//! The values that a scan's conditions compare with, computed when the scan begins.

use crate::catalog::nth;
use crate::datum::{cell_of, cells_of_array};
use crate::plan::{Comparison, Condition};
use k8s_fdw_guest::{Cell, Qual, Value};
use pgrx::pg_sys;

const NULL: &str = "null";

/// What the conditions come to.
pub enum Conditions {
    Quals(Vec<Qual>),
    /// One of them compares with NULL, and so no row fulfils it.
    Never,
}

/// # Safety
///
/// Within the executor; `values` are the states of the plan's expressions.
pub unsafe fn conditions(
    conditions: &[Condition],
    values: *mut pg_sys::List,
    context: *mut pg_sys::ExprContext,
    name_of: &dyn Fn(i16) -> String,
) -> Conditions {
    let mut quals = Vec::new();
    for Condition { column, operator, comparison, is_strict } in conditions {
        let (value, use_or) = match comparison {
            Comparison::IsNull | Comparison::IsNotNull => {
                (Some(Value::Cell(Cell::String(NULL.to_owned()))), false)
            }
            Comparison::IsTrue => (Some(Value::Cell(Cell::Bool(true))), false),
            Comparison::IsFalse => (Some(Value::Cell(Cell::Bool(false))), false),
            Comparison::Value(place) | Comparison::Any(place) | Comparison::All(place) => {
                // SAFETY: the caller's promise.
                match unsafe { evaluate(values, *place, context) } {
                    None if *is_strict => return Conditions::Never,
                    None => continue,
                    // SAFETY: the datum is of the expression's own type.
                    Some((datum, type_oid)) => unsafe {
                        match comparison {
                            Comparison::Value(_) => {
                                (cell_of(datum, type_oid).map(Value::Cell), false)
                            }
                            _ => {
                                let element = pg_sys::get_base_element_type(type_oid);
                                let cells = cells_of_array(datum, element).map(Value::Array);
                                (cells, matches!(comparison, Comparison::Any(_)))
                            }
                        }
                    },
                }
            }
        };
        if let Some(value) = value {
            quals.push(Qual { field: name_of(*column), operator: operator.clone(), value, use_or });
        }
    }
    Conditions::Quals(quals)
}

/// The value of an expression with its type; `None` for NULL.
unsafe fn evaluate(
    values: *mut pg_sys::List,
    place: usize,
    context: *mut pg_sys::ExprContext,
) -> Option<(pg_sys::Datum, pg_sys::Oid)> {
    // SAFETY: the caller's promise. The value lives in the memory of a row, and is read before the first one.
    unsafe {
        let state: *mut pg_sys::ExprState = nth(values, place);
        let mut is_null = false;
        let function = (*state).evalfunc.expect("an expression that is ready has its function");
        let memory = (*context).ecxt_per_tuple_memory;
        let former = pg_sys::MemoryContextSwitchTo(memory);
        let datum = function(state, context, &mut is_null);
        pg_sys::MemoryContextSwitchTo(former);
        (!is_null).then(|| (datum, pg_sys::exprType((*state).expr.cast())))
    }
}
