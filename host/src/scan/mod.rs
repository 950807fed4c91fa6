//! A scan as Postgres' executor drives it.

mod generated;
pub mod probe;
mod run;
mod values;

pub use generated::Generated;
pub use run::{Run, Shown, Source, table_columns};

use crate::plan::Order;
use pgrx::prelude::*;
use pgrx::{PgMemoryContexts, pg_sys};

/// Makes the scan ready; the component starts with the first row that is asked for.
///
/// # Safety
///
/// Called by Postgres' executor.
#[pg_guard]
pub unsafe extern "C-unwind" fn begin_foreign_scan(
    node: *mut pg_sys::ForeignScanState,
    flags: i32,
) {
    if flags & pg_sys::EXEC_FLAG_EXPLAIN_ONLY as i32 != 0 {
        return;
    }
    // SAFETY: the executor's own structures. The run lives as long as the query's memory, also if the query fails.
    unsafe {
        let plan: *mut pg_sys::ForeignScan = (*node).ss.ps.plan.cast();
        let order = Order::from_list((*plan).fdw_private);
        let values = pg_sys::ExecInitExprList((*plan).fdw_exprs, node.cast());
        let relation = (*node).ss.ss_currentRelation;
        let run = Run::new(relation, role_of(node), order, values);
        let memory = PgMemoryContexts::For((*(*node).ss.ps.state).es_query_cxt);
        (*node).fdw_state = { memory }.leak_and_drop_on_delete(run).cast();
    }
}

/// The role whose rights count: a view's owner for a view's tables, else the one that runs the statement.
unsafe fn role_of(node: *mut pg_sys::ForeignScanState) -> pg_sys::Oid {
    // SAFETY: the executor's own structures.
    unsafe {
        let plan: *mut pg_sys::ForeignScan = (*node).ss.ps.plan.cast();
        #[cfg(feature = "pg15")]
        let checked = {
            let tables = (*(*node).ss.ps.state).es_range_table;
            let entry = crate::catalog::nth::<pg_sys::RangeTblEntry>(
                tables,
                (*plan).scan.scanrelid as usize - 1,
            );
            (*entry).checkAsUser
        };
        #[cfg(not(feature = "pg15"))]
        let checked = (*plan).checkAsUser;
        if checked == pg_sys::Oid::INVALID { pg_sys::GetUserId() } else { checked }
    }
}

/// # Safety
///
/// Called by Postgres' executor after `begin_foreign_scan`; `None` in an EXPLAIN that does not run.
pub unsafe fn run_of<'a>(node: *mut pg_sys::ForeignScanState) -> Option<&'a mut Run> {
    // SAFETY: begin_foreign_scan put it there.
    unsafe { (*node).fdw_state.cast::<Run>().as_mut() }
}

/// The next row, in memory that lives until the one after it.
///
/// # Safety
///
/// Called by Postgres' executor.
#[pg_guard]
pub unsafe extern "C-unwind" fn iterate_foreign_scan(
    node: *mut pg_sys::ForeignScanState,
) -> *mut pg_sys::TupleTableSlot {
    // SAFETY: the executor's own structures.
    unsafe {
        let slot = (*node).ss.ss_ScanTupleSlot;
        let run = run_of(node).expect("a scan that runs was begun");
        ((*(*slot).tts_ops).clear.expect("each kind of slot can be cleared"))(slot);
        if run.next(node, slot) {
            pg_sys::ExecStoreVirtualTuple(slot);
        }
        slot
    }
}

/// Goes back to the first row, with new conditions if other tables' values have changed.
///
/// # Safety
///
/// Called by Postgres' executor.
#[pg_guard]
pub unsafe extern "C-unwind" fn re_scan_foreign_scan(node: *mut pg_sys::ForeignScanState) {
    // SAFETY: the executor's own structures.
    unsafe {
        let changed = !(*node).ss.ps.chgParam.is_null();
        if let Some(run) = run_of(node) {
            run.rewind(changed);
        }
    }
}

/// # Safety
///
/// Called by Postgres' executor.
#[pg_guard]
pub unsafe extern "C-unwind" fn end_foreign_scan(node: *mut pg_sys::ForeignScanState) {
    // SAFETY: the executor's own structures; the run itself is dropped with the query's memory.
    unsafe {
        if let Some(run) = run_of(node) {
            run.end();
        }
    }
}
