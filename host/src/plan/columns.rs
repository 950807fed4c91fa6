//! Which columns a scan has to give.

use pgrx::pg_sys::{self, Oid};

/// The numbers of the columns that the query shows or compares, in the table's order. Of a whole row, all of them.
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
    // SAFETY: the caller's promise; the relation is open while it is planned.
    unsafe {
        let target = (*(*rel).reltarget).exprs;
        for expressions in [target, clauses] {
            pg_sys::pull_varattnos(expressions.cast(), (*rel).relid, &mut used);
        }
        let is_used = |number: i16| {
            let member = i32::from(number) - pg_sys::FirstLowInvalidHeapAttributeNumber;
            pg_sys::bms_is_member(member, used)
        };
        let relation = pg_sys::RelationIdGetRelation(table);
        let tuple_descriptor = pgrx::PgTupleDesc::from_pg_copy((*relation).rd_att);
        pg_sys::RelationClose(relation);
        // Generated columns are computed from others, whichever they are.
        let generates = tuple_descriptor.iter().any(|a| a.attgenerated != 0 && is_used(a.attnum));
        let is_whole_row = is_used(0) || generates;
        tuple_descriptor
            .iter()
            .filter(|a| {
                !a.attisdropped && a.attgenerated == 0 && (is_whole_row || is_used(a.attnum))
            })
            .map(|a| a.attnum)
            .collect()
    }
}
