//! The foreign data wrapper of the extension k8s_fdw: Postgres' callbacks on one side, the component on the other.
//!
//! `plan` decides what a scan asks for, `scan` runs it, `datum` converts values, `process` keeps what lives as long as
//! the session: the component's machine code and the connections. The crates `guest` and `http` know no Postgres.

mod analyze;
mod catalog;
mod datum;
mod environment;
mod explain;
mod import;
mod modify;
mod plan;
mod process;
mod raise;
mod requests;
mod scan;
mod settings;
mod ticks;

use pgrx::pg_sys;
use pgrx::prelude::*;

pgrx::pg_module_magic!();

#[pg_guard]
extern "C-unwind" fn _PG_init() {
    settings::define();
}

#[doc(hidden)]
#[unsafe(no_mangle)]
pub extern "C" fn pg_finfo_k8s_fdw_handler() -> &'static pg_sys::Pg_finfo_record {
    static RECORD: pg_sys::Pg_finfo_record = pg_sys::Pg_finfo_record { api_version: 1 };
    &RECORD
}

/// `k8s_fdw.handler()`: the callbacks that Postgres calls.
///
/// # Safety
///
/// Called by Postgres alone.
#[unsafe(no_mangle)]
#[pg_guard]
pub unsafe extern "C-unwind" fn k8s_fdw_handler(_call: pg_sys::FunctionCallInfo) -> pg_sys::Datum {
    // SAFETY: the node is of this type, and zeroed.
    let mut routine =
        unsafe { PgBox::<pg_sys::FdwRoutine>::alloc_node(pg_sys::NodeTag::T_FdwRoutine) };
    routine.GetForeignRelSize = Some(plan::get_foreign_rel_size);
    routine.GetForeignPaths = Some(plan::get_foreign_paths);
    routine.GetForeignPlan = Some(plan::get_foreign_plan);
    routine.IsForeignScanParallelSafe = Some(plan::is_foreign_scan_parallel_safe);
    routine.BeginForeignScan = Some(scan::begin_foreign_scan);
    routine.IterateForeignScan = Some(scan::iterate_foreign_scan);
    routine.ReScanForeignScan = Some(scan::re_scan_foreign_scan);
    routine.EndForeignScan = Some(scan::end_foreign_scan);
    routine.ExplainForeignScan = Some(explain::explain_foreign_scan);
    routine.AnalyzeForeignTable = Some(analyze::analyze_foreign_table);
    routine.ImportForeignSchema = Some(import::import_foreign_schema);
    routine.AddForeignUpdateTargets = Some(modify::add_foreign_update_targets);
    routine.PlanForeignModify = Some(modify::plan_foreign_modify);
    routine.BeginForeignModify = Some(modify::begin_foreign_modify);
    routine.EndForeignModify = Some(modify::end_foreign_modify);
    routine.BeginForeignInsert = Some(modify::begin_foreign_insert);
    routine.EndForeignInsert = Some(modify::end_foreign_modify);
    routine.ExecForeignInsert = Some(modify::exec_foreign_insert);
    routine.ExecForeignUpdate = Some(modify::exec_foreign_update);
    routine.ExecForeignDelete = Some(modify::exec_foreign_delete);
    pg_sys::Datum::from(routine.into_pg())
}
