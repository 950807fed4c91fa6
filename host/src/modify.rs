//! INSERT, UPDATE and DELETE: the component says whether it can.

use crate::catalog::Table;
use crate::environment::Session;
use crate::raise::OrRaise;
use crate::scan::Source;
use pgrx::pg_sys;
use pgrx::prelude::*;

type Slot = *mut pg_sys::TupleTableSlot;

/// # Safety
///
/// Called by Postgres' planner.
#[pg_guard]
pub unsafe extern "C-unwind" fn plan_foreign_modify(
    root: *mut pg_sys::PlannerInfo,
    _plan: *mut pg_sys::ModifyTable,
    index: pg_sys::Index,
    _subplan: i32,
) -> *mut pg_sys::List {
    // SAFETY: the planner's own structures.
    unsafe {
        let entry = *(*root).simple_rte_array.add(index as usize);
        begin((*entry).relid);
    }
    std::ptr::null_mut()
}

/// COPY, and INSERT into a partition.
///
/// # Safety
///
/// Called by Postgres' executor.
#[pg_guard]
pub unsafe extern "C-unwind" fn begin_foreign_insert(
    _state: *mut pg_sys::ModifyTableState,
    relation: *mut pg_sys::ResultRelInfo,
) {
    // SAFETY: the executor's own structures.
    unsafe { begin((*(*relation).ri_RelationDesc).rd_id) }
}

fn begin(table: pg_sys::Oid) {
    let table = Table::of(table);
    let session = Session::probe();
    let mut source = Source::new(&table, session, &[], None);
    source.instance().begin_modify().or_raise();
}

macro_rules! unreached {
    ($name:ident) => {
        /// Not reached: the component refuses when the statement begins.
        ///
        /// # Safety
        ///
        /// Called by Postgres' executor.
        #[pg_guard]
        pub unsafe extern "C-unwind" fn $name(
            _state: *mut pg_sys::EState,
            _relation: *mut pg_sys::ResultRelInfo,
            _slot: Slot,
            _plan_slot: Slot,
        ) -> Slot {
            crate::raise::message_with_hint("k8s_fdw[write] a write was not begun", "")
        }
    };
}

unreached!(exec_foreign_insert);
unreached!(exec_foreign_update);
unreached!(exec_foreign_delete);
