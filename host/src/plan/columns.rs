//! Which columns a scan has to give.

use crate::catalog;
use pgrx::pg_sys::{self, Oid};

/// The numbers of the columns that the query shows or compares, in the table's order. Of a whole row, all of them.
/// Where a generated column is wanted, all others are too, because it is computed from them.
///
/// The plan's own target list does not count: below a join it often names every column, to save a projection.
///
/// # Safety
///
/// The planner's own structures of the relation, and its clauses.
pub unsafe fn wanted(
    rel: *mut pg_sys::RelOptInfo,
    clauses: *mut pg_sys::List,
    table: Oid,
) -> Vec<i16> {
    let mut used = std::ptr::null_mut();
    // SAFETY: the caller's promise.
    unsafe {
        // The plan's own target list may have every column, for it is cheaper to hand on a row as it is.
        let target = (*(*rel).reltarget).exprs;
        for expressions in [target, clauses] {
            pg_sys::pull_varattnos(expressions.cast(), (*rel).relid, &mut used);
        }
    }
    let is_used = |number: i16| {
        let member = i32::from(number) - pg_sys::FirstLowInvalidHeapAttributeNumber;
        // SAFETY: a set of the planner's.
        unsafe { pg_sys::bms_is_member(member, used) }
    };
    let columns = catalog::columns(table);
    let is_whole =
        is_used(0) || columns.iter().any(|column| column.is_generated && is_used(column.number));
    columns
        .into_iter()
        .filter(|column| is_used(column.number) || is_whole && !column.is_generated || is_used(0))
        .map(|column| column.number)
        .collect()
}
