//! Which clauses become conditions for the component: a column compared with something that is known before the scan
//! begins. A clause that does not become one is checked by Postgres alone.

use super::order::{Comparison, Condition};
use crate::catalog::nth;
use crate::datum::{Kind, kind_of};
use pgrx::pg_sys::{self, Node, NodeTag, Oid};
use std::ffi::CStr;

type Values = *mut pg_sys::List;

/// The condition, whose value is appended to `values`.
///
/// # Safety
///
/// A clause of the relation, within the planner.
pub unsafe fn condition(
    root: *mut pg_sys::PlannerInfo,
    rel: *mut pg_sys::RelOptInfo,
    clause: *mut Node,
    values: &mut Values,
) -> Option<Condition> {
    // SAFETY: each cast follows the node's own tag.
    unsafe {
        match (*clause).type_ {
            NodeTag::T_OpExpr => comparison(root, rel, clause.cast(), values),
            NodeTag::T_ScalarArrayOpExpr => array_comparison(root, rel, clause.cast(), values),
            NodeTag::T_NullTest => {
                let test: *mut pg_sys::NullTest = clause.cast();
                let (operator, comparison) = match (*test).nulltesttype {
                    pg_sys::NullTestType::IS_NULL => ("is", Comparison::IsNull),
                    _ => ("is not", Comparison::IsNotNull),
                };
                let column = column_of(rel, (*test).arg.cast())?;
                (!(*test).argisrow).then(|| test_of(column, operator, comparison))
            }
            NodeTag::T_BooleanTest => boolean_test(rel, clause.cast()),
            NodeTag::T_Var => Some(test_of(column_of(rel, clause)?, "=", Comparison::IsTrue)),
            NodeTag::T_BoolExpr => {
                let expression: *mut pg_sys::BoolExpr = clause.cast();
                let argument = (*expression).args;
                let is_not = (*expression).boolop == pg_sys::BoolExprType::NOT_EXPR;
                let column = is_not.then(|| column_of(rel, nth(argument, 0)))??;
                Some(test_of(column, "=", Comparison::IsFalse))
            }
            _ => None,
        }
    }
}

fn test_of(column: i16, operator: &str, comparison: Comparison) -> Condition {
    Condition { column, operator: operator.to_owned(), comparison, is_strict: false }
}

/// IS TRUE and the like. IS UNKNOWN, of a boolean column, says no more than IS NULL, and IS NOT UNKNOWN than IS NOT NULL.
unsafe fn boolean_test(
    rel: *mut pg_sys::RelOptInfo,
    test: *mut pg_sys::BooleanTest,
) -> Option<Condition> {
    use pg_sys::BoolTestType;
    // SAFETY: the caller's promise.
    unsafe {
        let (operator, comparison) = match (*test).booltesttype {
            BoolTestType::IS_TRUE => ("is", Comparison::IsTrue),
            BoolTestType::IS_NOT_TRUE => ("is not", Comparison::IsTrue),
            BoolTestType::IS_FALSE => ("is", Comparison::IsFalse),
            BoolTestType::IS_NOT_FALSE => ("is not", Comparison::IsFalse),
            BoolTestType::IS_UNKNOWN => ("is", Comparison::IsNull),
            _ => ("is not", Comparison::IsNotNull),
        };
        let column = column_of(rel, (*test).arg.cast())?;
        Some(test_of(column, operator, comparison))
    }
}

unsafe fn comparison(
    root: *mut pg_sys::PlannerInfo,
    rel: *mut pg_sys::RelOptInfo,
    expression: *mut pg_sys::OpExpr,
    values: &mut Values,
) -> Option<Condition> {
    // SAFETY: the caller's promise.
    unsafe {
        if (*expression).args.is_null() || (*(*expression).args).length != 2 {
            return None;
        }
        let left: *mut Node = nth((*expression).args, 0);
        let right: *mut Node = nth((*expression).args, 1);
        let (column, value, operator) = match column_of(rel, left) {
            Some(column) => (column, right, (*expression).opno),
            // With the column on the right, the operator is another one: 5 < n is n > 5.
            None => (column_of(rel, right)?, left, pg_sys::get_commutator((*expression).opno)),
        };
        let operator = operator_name(operator, (*expression).inputcollid)?;
        if !is_known_before(root, rel, value)
            || !matches!(kind_of(pg_sys::exprType(value)), Kind::Own(_))
        {
            return None;
        }
        let place = append(values, value);
        let is_strict = pg_sys::op_strict((*expression).opno);
        Some(Condition { column, operator, comparison: Comparison::Value(place), is_strict })
    }
}

unsafe fn array_comparison(
    root: *mut pg_sys::PlannerInfo,
    rel: *mut pg_sys::RelOptInfo,
    expression: *mut pg_sys::ScalarArrayOpExpr,
    values: &mut Values,
) -> Option<Condition> {
    // SAFETY: the caller's promise.
    unsafe {
        let left: *mut Node = nth((*expression).args, 0);
        let array: *mut Node = nth((*expression).args, 1);
        let column = column_of(rel, left)?;
        let operator = operator_name((*expression).opno, (*expression).inputcollid)?;
        let Kind::Array { element } = kind_of(pg_sys::exprType(array)) else { return None };
        if !is_known_before(root, rel, array) || !matches!(kind_of(element), Kind::Own(_)) {
            return None;
        }
        let place = append(values, array);
        let any = (*expression).useOr;
        let comparison = if any { Comparison::Any(place) } else { Comparison::All(place) };
        Some(Condition {
            column,
            operator,
            comparison,
            is_strict: pg_sys::op_strict((*expression).opno),
        })
    }
}

unsafe fn append(values: &mut Values, value: *mut Node) -> usize {
    // SAFETY: the list is the planner's.
    unsafe {
        *values = pg_sys::lappend(*values, value.cast());
        (**values).length as usize - 1
    }
}

/// The column that the expression is, seen through casts that change no bit.
///
/// # Safety
///
/// An expression within the planner.
pub unsafe fn column_of(rel: *mut pg_sys::RelOptInfo, expression: *mut Node) -> Option<i16> {
    let mut expression = expression;
    // SAFETY: each cast follows the node's own tag.
    unsafe {
        while !expression.is_null() && (*expression).type_ == NodeTag::T_RelabelType {
            expression = (*expression.cast::<pg_sys::RelabelType>()).arg.cast();
        }
        if expression.is_null() || (*expression).type_ != NodeTag::T_Var {
            return None;
        }
        let var: *mut pg_sys::Var = expression.cast();
        let is_ours =
            (*var).varno as u32 == (*rel).relid && (*var).varlevelsup == 0 && (*var).varattno > 0;
        // Comparisons of character(n) pass over spaces at the end, which no request does.
        (is_ours && pg_sys::getBaseType((*var).vartype) != pg_sys::BPCHAROID)
            .then_some((*var).varattno)
    }
}

/// The name of an operator of Postgres' own, which the component knows; `None` for others, and where a collation calls
/// texts equal that differ.
unsafe fn operator_name(operator: Oid, collation: Oid) -> Option<String> {
    // SAFETY: looks into Postgres' caches, which know the operator of an expression.
    unsafe {
        if operator == Oid::INVALID
            || operator.to_u32() >= pg_sys::FirstUnpinnedObjectId
            || (collation != Oid::INVALID && !pg_sys::get_collation_isdeterministic(collation))
        {
            return None;
        }
        let name = pg_sys::get_opname(operator);
        (!name.is_null()).then(|| CStr::from_ptr(name).to_string_lossy().into_owned())
    }
}

/// Whether the value can be computed before the scan begins, once: it reads no column of this table, it is no query of
/// its own, and it does not change within the statement.
unsafe fn is_known_before(
    root: *mut pg_sys::PlannerInfo,
    rel: *mut pg_sys::RelOptInfo,
    value: *mut Node,
) -> bool {
    // SAFETY: the planner's own structures.
    unsafe {
        !pg_sys::bms_is_member((*rel).relid as i32, pg_sys::pull_varnos(root, value))
            && !pg_sys::contain_volatile_functions(value)
            && !pg_sys::contain_subplans(value)
    }
}
