//! The values that a scan's conditions compare with.

use crate::catalog::nth;
use crate::datum::{cell_of, cells_of_array};
use crate::plan::{Comparison, Condition};
use k8s_fdw_guest::{Cell, Qual, Value};
use pgrx::pg_sys::{self, Datum, NodeTag, Oid};

const NULL: &str = "null";

/// The value of one of the plan's expressions.
pub enum Known {
    Value(Datum, Oid),
    Null,
    /// It is known when the scan runs.
    Later,
}

/// What the conditions come to.
pub enum Conditions {
    /// What the component is told, and the columns of conditions whose values are known later.
    Quals(Vec<Qual>, Vec<String>),
    /// One of them compares with NULL, and so no row fulfils it.
    Never,
}

/// # Safety
///
/// `value_of` gives values of the types that it says.
pub unsafe fn conditions(
    conditions: &[Condition],
    value_of: &dyn Fn(usize) -> Known,
    name_of: &dyn Fn(i16) -> String,
) -> Conditions {
    let mut quals = Vec::new();
    let mut later = Vec::new();
    for Condition { column, operator, comparison, is_strict } in conditions {
        let field = name_of(*column);
        let value = match comparison {
            Comparison::IsNull | Comparison::IsNotNull => {
                Some(Value::Cell(Cell::String(NULL.to_owned())))
            }
            Comparison::IsTrue => Some(Value::Cell(Cell::Bool(true))),
            Comparison::IsFalse => Some(Value::Cell(Cell::Bool(false))),
            Comparison::Value(place) | Comparison::Any(place) | Comparison::All(place) => {
                match value_of(*place) {
                    Known::Null if *is_strict => return Conditions::Never,
                    Known::Null => None,
                    Known::Later => {
                        later.push(field.clone());
                        None
                    }
                    // SAFETY: the caller's promise.
                    Known::Value(datum, type_oid) => unsafe {
                        match comparison {
                            Comparison::Value(_) => cell_of(datum, type_oid).map(Value::Cell),
                            _ => {
                                let element = pg_sys::get_base_element_type(type_oid);
                                cells_of_array(datum, element).map(Value::Array)
                            }
                        }
                    },
                }
            }
        };
        if let Some(value) = value {
            let use_or = matches!(comparison, Comparison::Any(_));
            quals.push(Qual { field, operator: operator.clone(), value, use_or });
        }
    }
    Conditions::Quals(quals, later)
}

/// The value of an expression of the plan, computed.
///
/// # Safety
///
/// Within the executor; `values` are the states of the plan's expressions.
pub unsafe fn evaluate(
    values: *mut pg_sys::List,
    place: usize,
    context: *mut pg_sys::ExprContext,
) -> Known {
    // SAFETY: the caller's promise. The value lives in the memory of a row, and is read before the first one.
    unsafe {
        let state: *mut pg_sys::ExprState = nth(values, place);
        let mut is_null = false;
        let function = (*state).evalfunc.expect("an expression that is ready has its function");
        let former = pg_sys::MemoryContextSwitchTo((*context).ecxt_per_tuple_memory);
        let datum = function(state, context, &mut is_null);
        pg_sys::MemoryContextSwitchTo(former);
        match is_null {
            true => Known::Null,
            false => Known::Value(datum, pg_sys::exprType((*state).expr.cast())),
        }
    }
}

/// The value of an expression of the plan, if it is a constant.
///
/// # Safety
///
/// `expressions` are the plan's.
pub unsafe fn constant(expressions: *mut pg_sys::List, place: usize) -> Known {
    // SAFETY: the cast follows the node's own tag.
    unsafe {
        let expression: *mut pg_sys::Node = nth(expressions, place);
        if (*expression).type_ != NodeTag::T_Const {
            return Known::Later;
        }
        let constant: *mut pg_sys::Const = expression.cast();
        match (*constant).constisnull {
            true => Known::Null,
            false => Known::Value((*constant).constvalue, (*constant).consttype),
        }
    }
}
