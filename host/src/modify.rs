//! INSERT, UPDATE and DELETE: rows go to the component as they come, which tries them, and what they have come to is sent
//! when the transaction is committed. Postgres does not end a statement here that has failed, so nothing of it waits then.

mod modification;
mod rows;
mod waiting;
mod written;

use crate::catalog::{self, Table};
use crate::raise;
use modification::{Modification, Places};
use pgrx::PgMemoryContexts;
use pgrx::pg_sys::{self, Oid};
use pgrx::prelude::*;
use rows::Slot;
use std::ffi::CString;
use waiting::Operation;

const ROWID_OPTION: &str = "rowid_column";
/// The column that the component shows a row's identity in.
const ROWID_COLUMN: &str = "object_key";
/// Postgres' own name for the row that a plan carries as one value.
const WHOLE_ROW: &str = "wholerow";

fn rowid_name(table: &Table) -> &str {
    catalog::option(&table.options, ROWID_OPTION).unwrap_or(ROWID_COLUMN)
}

/// Lets the scan give the row's identity too, and for a DELETE that returns something the row. An UPDATE has it anyway.
///
/// # Safety
///
/// Called by Postgres' planner.
#[pg_guard]
pub unsafe extern "C-unwind" fn add_foreign_update_targets(
    root: *mut pg_sys::PlannerInfo,
    index: pg_sys::Index,
    _entry: *mut pg_sys::RangeTblEntry,
    relation: pg_sys::Relation,
) {
    // SAFETY: the planner's own structures.
    unsafe {
        let table = Table::of((*relation).rd_id);
        let wanted = rowid_name(&table);
        // Without the column, the statement is refused when it begins: perhaps for another reason, which goes first.
        let Some(column) = catalog::columns(table.oid).into_iter().find(|c| c.name == wanted)
        else {
            return;
        };
        let name = CString::new(column.name).expect("a name has no NUL byte");
        let variable = pg_sys::makeVar(
            index as i32,
            column.number,
            column.type_oid,
            column.modifier,
            pg_sys::get_typcollation(column.type_oid),
            0,
        );
        let name = pg_sys::pstrdup(name.as_ptr());
        pg_sys::add_row_identity_var(root, variable, index, name);
        if !(*(*root).parse).returningList.is_null() {
            // As Postgres itself asks for it, where there are triggers.
            let whole = pg_sys::makeVar(index as i32, 0, pg_sys::RECORDOID, -1, Oid::INVALID, 0);
            let name = CString::new(WHOLE_ROW).expect("the name has no NUL byte");
            pg_sys::add_row_identity_var(root, whole, index, pg_sys::pstrdup(name.as_ptr()));
        }
    }
}

/// # Safety
///
/// Called by Postgres' planner.
#[pg_guard]
pub unsafe extern "C-unwind" fn plan_foreign_modify(
    _root: *mut pg_sys::PlannerInfo,
    plan: *mut pg_sys::ModifyTable,
    _index: pg_sys::Index,
    _subplan: i32,
) -> *mut pg_sys::List {
    // SAFETY: the planner's own structures.
    unsafe { refuse(plan) };
    std::ptr::null_mut()
}

/// Refuses what a statement may ask for beside its changes.
unsafe fn refuse(plan: *mut pg_sys::ModifyTable) {
    // SAFETY: the caller's promise.
    let on_conflict = unsafe { (*plan).onConflictAction };
    if on_conflict != pg_sys::OnConflictAction::ONCONFLICT_NONE {
        raise::message_with_hint(
            "k8s_fdw[write] a foreign table of k8s_fdw has no ON CONFLICT",
            "With the table option on_insert 'apply' INSERT changes an object that is there already.",
        );
    }
}

/// # Safety
///
/// Called by Postgres' executor.
#[pg_guard]
pub unsafe extern "C-unwind" fn begin_foreign_modify(
    state: *mut pg_sys::ModifyTableState,
    relation: *mut pg_sys::ResultRelInfo,
    _private: *mut pg_sys::List,
    _subplan: i32,
    flags: i32,
) {
    if flags & pg_sys::EXEC_FLAG_EXPLAIN_ONLY as i32 != 0 {
        return;
    }
    // SAFETY: the executor's own structures.
    unsafe {
        let estate = (*state).ps.state;
        let rows = (*(*(*state).ps.lefttree).plan).targetlist;
        let statement = match (*state).operation {
            pg_sys::CmdType::CMD_INSERT => Statement::Insert,
            pg_sys::CmdType::CMD_UPDATE => {
                Statement::Update { columns: pg_sys::ExecGetUpdatedCols(relation, estate), rows }
            }
            _ => Statement::Delete { rows },
        };
        begin(estate, relation, statement);
    }
}

/// COPY, and INSERT into a partition.
///
/// # Safety
///
/// Called by Postgres' executor.
#[pg_guard]
pub unsafe extern "C-unwind" fn begin_foreign_insert(
    state: *mut pg_sys::ModifyTableState,
    relation: *mut pg_sys::ResultRelInfo,
) {
    // SAFETY: the executor's own structures; COPY has no plan.
    unsafe {
        let plan: *mut pg_sys::ModifyTable = (*state).ps.plan.cast();
        if !plan.is_null() {
            refuse(plan);
        }
        begin((*state).ps.state, relation, Statement::Insert);
    }
}

/// What a statement does, with the columns of its plan's rows where each has an identity.
enum Statement {
    Insert,
    Update { columns: *mut pg_sys::Bitmapset, rows: *mut pg_sys::List },
    Delete { rows: *mut pg_sys::List },
}

impl Statement {
    fn operation(&self) -> Operation {
        match self {
            Self::Insert => Operation::Insert,
            Self::Update { .. } => Operation::Update,
            Self::Delete { .. } => Operation::Delete,
        }
    }

    /// Whether the statement writes a column.
    fn writes(&self, number: i16) -> bool {
        match self {
            Self::Insert => true,
            // SAFETY: the executor's own set.
            Self::Update { columns, .. } => unsafe {
                let member = i32::from(number) - pg_sys::FirstLowInvalidHeapAttributeNumber;
                pg_sys::bms_is_member(member, *columns)
            },
            Self::Delete { .. } => false,
        }
    }
}

unsafe fn begin(
    estate: *mut pg_sys::EState,
    relation: *mut pg_sys::ResultRelInfo,
    statement: Statement,
) {
    // SAFETY: the caller's promise. The modification lives as long as the statement's memory, also if that fails.
    unsafe {
        let table = Table::of((*(*relation).ri_RelationDesc).rd_id);
        let operation = statement.operation();
        if operation != Operation::Insert && waiting::has_changes_of(table.oid) {
            notice!(
                "k8s_fdw: earlier changes of this table wait for COMMIT: the statement finds the objects as they are without them"
            );
        }
        let places = match statement {
            Statement::Insert => Places::default(),
            Statement::Update { rows, .. } | Statement::Delete { rows } => {
                let identity = rows::place_of(rows, rowid_name(&table));
                Places { identity, whole: rows::place_of(rows, WHOLE_ROW) }
            }
        };
        let role = role_of(estate, relation);
        let rowid = rowid_name(&table).to_owned();
        let has_identity = operation == Operation::Insert || places.identity != 0;
        let modification =
            Modification::begin(table, role, operation, places, |number| statement.writes(number));
        // Whether the table may be written at all comes first.
        if !has_identity {
            refuse_without(&rowid);
        }
        let memory = PgMemoryContexts::For((*estate).es_query_cxt);
        (*relation).ri_FdwState = { memory }.leak_and_drop_on_delete(modification).cast();
    }
}

fn refuse_without(rowid: &str) -> ! {
    raise::message_with_hint(
        &format!(
            "k8s_fdw[write] the table has no column {rowid}, which says which object a row is"
        ),
        "Add it: ALTER FOREIGN TABLE … ADD COLUMN object_key text.",
    )
}

/// The role whose rights count: a view's owner for a view's tables, else the one that runs the statement.
unsafe fn role_of(estate: *mut pg_sys::EState, relation: *mut pg_sys::ResultRelInfo) -> Oid {
    // SAFETY: the executor's own structures.
    unsafe {
        #[cfg(feature = "pg15")]
        let checked = {
            // A partition that rows are routed to has no place in the statement; its root has.
            let root = (*relation).ri_RootResultRelInfo;
            let index = match (*relation).ri_RangeTableIndex {
                0 if !root.is_null() => (*root).ri_RangeTableIndex,
                index => index,
            };
            match index {
                0 => Oid::INVALID,
                index => {
                    let tables = (*estate).es_range_table;
                    let entry = catalog::nth::<pg_sys::RangeTblEntry>(tables, index as usize - 1);
                    (*entry).checkAsUser
                }
            }
        };
        #[cfg(not(feature = "pg15"))]
        let checked = pg_sys::ExecGetResultRelCheckAsUser(relation, estate);
        if checked == Oid::INVALID { pg_sys::GetUserId() } else { checked }
    }
}

unsafe fn modification_of<'a>(relation: *mut pg_sys::ResultRelInfo) -> &'a mut Modification {
    // SAFETY: begin put it there.
    unsafe { (*relation).ri_FdwState.cast::<Modification>().as_mut() }.expect("a write was begun")
}

/// # Safety
///
/// Called by Postgres' executor.
#[pg_guard]
pub unsafe extern "C-unwind" fn exec_foreign_insert(
    estate: *mut pg_sys::EState,
    relation: *mut pg_sys::ResultRelInfo,
    slot: Slot,
    _plan_slot: Slot,
) -> Slot {
    // SAFETY: the executor's own structures.
    unsafe {
        let modification = modification_of(relation);
        modification.insert(slot);
        if shows_row(relation, |triggers| triggers.trig_insert_after_row) {
            modification.show(estate, (*relation).ri_RelationDesc, slot);
        }
    }
    slot
}

/// # Safety
///
/// Called by Postgres' executor.
#[pg_guard]
pub unsafe extern "C-unwind" fn exec_foreign_update(
    estate: *mut pg_sys::EState,
    relation: *mut pg_sys::ResultRelInfo,
    slot: Slot,
    plan_slot: Slot,
) -> Slot {
    // SAFETY: the executor's own structures.
    unsafe {
        let modification = modification_of(relation);
        let triggers = (*relation).ri_TrigDesc.as_ref();
        if triggers.is_some_and(|triggers| triggers.trig_update_before_row) {
            modification.refuse_more(slot, plan_slot);
        }
        if !modification.update(slot, plan_slot) {
            return std::ptr::null_mut();
        }
        if shows_row(relation, |triggers| triggers.trig_update_after_row) {
            modification.show(estate, (*relation).ri_RelationDesc, slot);
        }
    }
    slot
}

/// # Safety
///
/// Called by Postgres' executor.
#[pg_guard]
pub unsafe extern "C-unwind" fn exec_foreign_delete(
    _estate: *mut pg_sys::EState,
    relation: *mut pg_sys::ResultRelInfo,
    slot: Slot,
    plan_slot: Slot,
) -> Slot {
    // SAFETY: the executor's own structures.
    unsafe {
        let modification = modification_of(relation);
        if !modification.delete(plan_slot) {
            return std::ptr::null_mut();
        }
        modification.show_former(slot, plan_slot);
    }
    slot
}

/// Whether anything reads the row that a statement has written.
unsafe fn shows_row(
    relation: *mut pg_sys::ResultRelInfo,
    has_trigger: impl Fn(&pg_sys::TriggerDesc) -> bool,
) -> bool {
    // SAFETY: the executor's own structures.
    unsafe {
        !(*relation).ri_projectReturning.is_null()
            || !(*relation).ri_WithCheckOptions.is_null()
            || (*relation).ri_TrigDesc.as_ref().is_some_and(has_trigger)
    }
}

/// # Safety
///
/// Called by Postgres' executor, unless the statement has failed.
#[pg_guard]
pub unsafe extern "C-unwind" fn end_foreign_modify(
    _state: *mut pg_sys::EState,
    relation: *mut pg_sys::ResultRelInfo,
) {
    // SAFETY: the executor's own structures; what is left of the modification is dropped with the statement's memory.
    unsafe {
        if let Some(modification) = (*relation).ri_FdwState.cast::<Modification>().as_mut() {
            modification.end();
        }
    }
}
