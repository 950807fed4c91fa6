//! INSERT, UPDATE and DELETE: rows go to the component as they come, and what they have come to is sent when the statement
//! ends. Postgres does not end a statement here that has failed, so nothing is sent then.

mod written;

use crate::catalog::{self, Table};
use crate::environment::Session;
use crate::raise::{self, OrRaise};
use crate::scan::{Source, table_columns};
use k8s_fdw_guest::Cell;
use pgrx::pg_sys::{self, Oid};
use pgrx::prelude::*;
use pgrx::{FromDatum, PgMemoryContexts};
use std::ffi::CString;

type Slot = *mut pg_sys::TupleTableSlot;

const ROWID_OPTION: &str = "rowid_column";
/// The column that the component shows a row's identity in.
const ROWID_COLUMN: &str = "object_key";

/// A column that the statement writes.
struct Written {
    number: i16,
    type_oid: Oid,
}

/// A statement that writes one table.
struct Modification {
    source: Source,
    columns: Vec<Written>,
    /// The place of the row's identity in the rows of the plan; 0 if they have none.
    rowid: i16,
}

fn rowid_name(table: &Table) -> &str {
    catalog::option(&table.options, ROWID_OPTION).unwrap_or(ROWID_COLUMN)
}

/// Lets the scan give the row's identity too.
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
    let (returns, on_conflict) =
        unsafe { (!(*plan).returningLists.is_null(), (*plan).onConflictAction) };
    if returns {
        raise::message_with_hint(
            "k8s_fdw[write] a foreign table of k8s_fdw has no RETURNING",
            "SELECT the rows after the statement.",
        );
    }
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
        let updated = match (*state).operation {
            pg_sys::CmdType::CMD_UPDATE => Some(pg_sys::ExecGetUpdatedCols(relation, estate)),
            _ => None,
        };
        let rowid = match (*state).operation {
            pg_sys::CmdType::CMD_INSERT => None,
            _ => Some((*(*(*state).ps.lefttree).plan).targetlist),
        };
        begin(estate, relation, updated, rowid);
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
        begin((*state).ps.state, relation, None, None);
    }
}

/// `updated` is the set of columns of an UPDATE, and `rows` the columns of the plan's rows where each has an identity.
unsafe fn begin(
    estate: *mut pg_sys::EState,
    relation: *mut pg_sys::ResultRelInfo,
    updated: Option<*mut pg_sys::Bitmapset>,
    rows: Option<*mut pg_sys::List>,
) {
    // SAFETY: the caller's promise. The modification lives as long as the statement's memory, also if that fails.
    unsafe {
        let table = Table::of((*(*relation).ri_RelationDesc).rd_id);
        let is_written = |number: i16| match (updated, rows) {
            (Some(set), _) => pg_sys::bms_is_member(
                i32::from(number) - pg_sys::FirstLowInvalidHeapAttributeNumber,
                set,
            ),
            (None, rows) => rows.is_none(),
        };
        let all = catalog::columns(table.oid);
        let shown: Vec<_> =
            table_columns(table.oid).into_iter().filter(|shown| is_written(shown.number)).collect();
        let columns = shown
            .iter()
            .filter_map(|shown| all.iter().find(|column| column.number == shown.number))
            .map(|column| Written { number: column.number, type_oid: column.type_oid })
            .collect();
        let session = Session::live(&table.server, table.oid, role_of(estate, relation));
        let mut source = Source::new(&table, session, &shown, None);
        source.instance().begin_modify().or_raise();
        let rowid = rows.map_or(0, |rows| rowid_of(&table, rows));
        let modification = Modification { source, columns, rowid };
        let memory = PgMemoryContexts::For((*estate).es_query_cxt);
        (*relation).ri_FdwState = { memory }.leak_and_drop_on_delete(modification).cast();
    }
}

/// Where the rows of the plan have the row's identity.
unsafe fn rowid_of(table: &Table, rows: *mut pg_sys::List) -> i16 {
    let name = rowid_name(table);
    let text = CString::new(name).expect("an option has no NUL byte");
    // SAFETY: the plan's own list.
    let place = unsafe { pg_sys::ExecFindJunkAttributeInTlist(rows, text.as_ptr()) };
    if place == 0 {
        raise::message_with_hint(
            &format!(
                "k8s_fdw[write] the table has no column {name}, which says which object a row is"
            ),
            "Add it: ALTER FOREIGN TABLE … ADD COLUMN object_key text.",
        );
    }
    place
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

/// The value of a column of a row; `None` for NULL.
unsafe fn value_of(slot: Slot, number: i16) -> Option<pg_sys::Datum> {
    // SAFETY: the row has that column, and its values are read out first.
    unsafe {
        if (*slot).tts_nvalid < number {
            pg_sys::slot_getsomeattrs_int(slot, i32::from(number));
        }
        let place = number as usize - 1;
        (!*(*slot).tts_isnull.add(place)).then(|| *(*slot).tts_values.add(place))
    }
}

unsafe fn row_of(modification: &Modification, slot: Slot) -> Vec<Option<Cell>> {
    modification
        .columns
        .iter()
        // SAFETY: a row of the table.
        .map(|Written { number, type_oid }| unsafe {
            value_of(slot, *number).map(|value| written::cell(value, *type_oid))
        })
        .collect()
}

/// The row's identity. The component refuses an empty one.
unsafe fn identity_of(modification: &Modification, plan_slot: Slot) -> Cell {
    // SAFETY: a row of the plan.
    let value = unsafe { value_of(plan_slot, modification.rowid) };
    // SAFETY: the column is checked by the component to be that of a text.
    let text = value.and_then(|value| unsafe { String::from_datum(value, false) });
    Cell::String(text.unwrap_or_default())
}

/// # Safety
///
/// Called by Postgres' executor.
#[pg_guard]
pub unsafe extern "C-unwind" fn exec_foreign_insert(
    _state: *mut pg_sys::EState,
    relation: *mut pg_sys::ResultRelInfo,
    slot: Slot,
    _plan_slot: Slot,
) -> Slot {
    // SAFETY: the executor's own structures.
    unsafe {
        let modification = modification_of(relation);
        let row = row_of(modification, slot);
        modification.source.instance().insert(row).or_raise();
    }
    slot
}

/// # Safety
///
/// Called by Postgres' executor.
#[pg_guard]
pub unsafe extern "C-unwind" fn exec_foreign_update(
    _state: *mut pg_sys::EState,
    relation: *mut pg_sys::ResultRelInfo,
    slot: Slot,
    plan_slot: Slot,
) -> Slot {
    // SAFETY: the executor's own structures.
    unsafe {
        let modification = modification_of(relation);
        let row = row_of(modification, slot);
        let identity = identity_of(modification, plan_slot);
        modification.source.instance().update(&identity, row).or_raise();
    }
    slot
}

/// # Safety
///
/// Called by Postgres' executor.
#[pg_guard]
pub unsafe extern "C-unwind" fn exec_foreign_delete(
    _state: *mut pg_sys::EState,
    relation: *mut pg_sys::ResultRelInfo,
    slot: Slot,
    plan_slot: Slot,
) -> Slot {
    // SAFETY: the executor's own structures.
    unsafe {
        let modification = modification_of(relation);
        let identity = identity_of(modification, plan_slot);
        modification.source.instance().delete(&identity).or_raise();
    }
    slot
}

/// # Safety
///
/// Called by Postgres' executor, unless the statement has failed.
#[pg_guard]
pub unsafe extern "C-unwind" fn end_foreign_modify(
    _state: *mut pg_sys::EState,
    relation: *mut pg_sys::ResultRelInfo,
) {
    // SAFETY: the executor's own structures; the modification itself is dropped with the statement's memory.
    unsafe {
        if let Some(modification) = (*relation).ri_FdwState.cast::<Modification>().as_mut() {
            modification.source.instance().end_modify().or_raise();
        }
    }
}
