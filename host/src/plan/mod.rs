//! Planning: which columns and conditions a scan hands to the component, and what it will cost.

mod columns;
mod conditions;
mod cost;
mod joins;
mod order;
mod pushable;

pub use order::{Comparison, Condition, Order};

use crate::catalog::elements;
use pgrx::pg_sys::{self, Oid};
use pgrx::prelude::*;
use std::ptr::null_mut;

/// Estimates the rows that the scan gives.
///
/// # Safety
///
/// Called by Postgres' planner.
#[pg_guard]
pub unsafe extern "C-unwind" fn get_foreign_rel_size(
    root: *mut pg_sys::PlannerInfo,
    rel: *mut pg_sys::RelOptInfo,
    table: Oid,
) {
    // SAFETY: the planner's own structures.
    unsafe {
        // ANALYZE may have counted the rows; if it has not, the number is below zero.
        if (*rel).tuples < 0.0 || ((*rel).tuples == 0.0 && (*rel).pages == 0) {
            (*rel).tuples = cost::believed_rows(table);
        }
        pg_sys::set_baserel_size_estimates(root, rel);
    }
}

/// Offers a scan of the whole, and one for each set of other tables whose values narrow the request.
///
/// # Safety
///
/// Called by Postgres' planner.
#[pg_guard]
pub unsafe extern "C-unwind" fn get_foreign_paths(
    root: *mut pg_sys::PlannerInfo,
    rel: *mut pg_sys::RelOptInfo,
    table: Oid,
) {
    // SAFETY: the planner's own structures.
    unsafe {
        let parameters = joins::parameter_infos(root, rel, table);
        let of_request = cost::of_request(table);
        let alone = if parameters.are_awaited { cost::IMPOSSIBLE } else { of_request };
        add_path(root, rel, alone, (*rel).rows, (*rel).lateral_relids);
        for info in parameters.infos {
            add_path(root, rel, of_request, (*info).ppi_rows, (*info).ppi_req_outer);
        }
    }
}

unsafe fn add_path(
    root: *mut pg_sys::PlannerInfo,
    rel: *mut pg_sys::RelOptInfo,
    startup: f64,
    rows: f64,
    required_outer: pg_sys::Relids,
) {
    let total = startup + cost::of_rows(rows);
    let (target, pathkeys, outer_path, private) = (null_mut(), null_mut(), null_mut(), null_mut());
    // SAFETY: the planner's own structures; what is null is not wanted.
    unsafe {
        #[cfg(any(feature = "pg15", feature = "pg16"))]
        let path = pg_sys::create_foreignscan_path(
            root,
            rel,
            target,
            rows,
            startup,
            total,
            pathkeys,
            required_outer,
            outer_path,
            private,
        );
        #[cfg(feature = "pg17")]
        let path = pg_sys::create_foreignscan_path(
            root,
            rel,
            target,
            rows,
            startup,
            total,
            pathkeys,
            required_outer,
            outer_path,
            null_mut(),
            private,
        );
        #[cfg(feature = "pg18")]
        let path = pg_sys::create_foreignscan_path(
            root,
            rel,
            target,
            rows,
            0,
            startup,
            total,
            pathkeys,
            required_outer,
            outer_path,
            null_mut(),
            private,
        );
        pg_sys::add_path(rel, path.cast());
    }
}

/// Writes down what the scan will hand to the component. Postgres checks every condition itself.
///
/// # Safety
///
/// Called by Postgres' planner.
#[pg_guard]
pub unsafe extern "C-unwind" fn get_foreign_plan(
    root: *mut pg_sys::PlannerInfo,
    rel: *mut pg_sys::RelOptInfo,
    table: Oid,
    _path: *mut pg_sys::ForeignPath,
    target_list: *mut pg_sys::List,
    clauses: *mut pg_sys::List,
    outer_plan: *mut pg_sys::Plan,
) -> *mut pg_sys::ForeignScan {
    // SAFETY: the planner's own structures.
    unsafe {
        let clauses = pg_sys::extract_actual_clauses(clauses, false);
        let mut values = std::ptr::null_mut();
        let conditions = elements::<pg_sys::Node>(clauses)
            .filter_map(|clause| conditions::condition(root, rel, clause, &mut values))
            .collect();
        let order = Order {
            columns: columns::wanted(rel, clauses, table),
            conditions,
            row_limit: row_limit(root, rel),
        };
        pg_sys::make_foreignscan(
            target_list,
            clauses,
            (*rel).relid,
            values,
            order.to_list(),
            std::ptr::null_mut(),
            std::ptr::null_mut(),
            outer_plan,
        )
    }
}

/// LIMIT with OFFSET, if the first rows that the scan gives are the ones that are wanted.
unsafe fn row_limit(root: *mut pg_sys::PlannerInfo, rel: *mut pg_sys::RelOptInfo) -> Option<i64> {
    // SAFETY: the planner's own structures.
    unsafe {
        let is_alone = (*root).join_rel_list.is_null()
            && (*rel).reloptkind == pg_sys::RelOptKind::RELOPT_BASEREL
            && pg_sys::bms_membership((*root).all_baserels)
                == pg_sys::BMS_Membership::BMS_SINGLETON;
        let limit = (*root).limit_tuples;
        (is_alone && limit > 0.0 && (*root).query_pathkeys.is_null()).then_some(limit as i64)
    }
}

/// A worker process has connections and an instance of its own.
///
/// # Safety
///
/// Called by Postgres' planner.
#[pg_guard]
pub unsafe extern "C-unwind" fn is_foreign_scan_parallel_safe(
    _root: *mut pg_sys::PlannerInfo,
    _rel: *mut pg_sys::RelOptInfo,
    _rte: *mut pg_sys::RangeTblEntry,
) -> bool {
    true
}
