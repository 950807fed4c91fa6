//! Scans that are told values of other tables: a join on a column that narrows the request asks for the few objects that
//! match, once for each row of the other side, if that side is small.

use super::conditions::column_of;
use super::pushable::{Use, use_of};
use crate::catalog::elements;
use pgrx::pg_sys::{self, Node, NodeTag, Oid};
use pgrx::prelude::*;

/// What the scan is told, for each set of other tables that is worth a path.
pub struct Parameters {
    pub infos: Vec<*mut pg_sys::ParamPathInfo>,
    /// Without these values no request can be made.
    pub are_awaited: bool,
}

/// # Safety
///
/// The planner's own structures.
pub unsafe fn parameter_infos(
    root: *mut pg_sys::PlannerInfo,
    rel: *mut pg_sys::RelOptInfo,
    table: Oid,
) -> Parameters {
    let mut found = Vec::new();
    let mut uses = Vec::new();
    // SAFETY: the caller's promise.
    unsafe {
        for clause in elements::<pg_sys::RestrictInfo>((*rel).joininfo) {
            if let Some(used) = use_in(rel, table, (*clause).clause.cast()) {
                uses.push(used);
                consider(root, rel, clause, &mut found);
            }
        }
        if (*rel).has_eclass_joins {
            let mut search =
                Search { table, current: std::ptr::null_mut(), done: Vec::new(), uses: Vec::new() };
            loop {
                search.current = std::ptr::null_mut();
                let clauses = pg_sys::generate_implied_equalities_for_column(
                    root,
                    rel,
                    Some(is_narrowing_member),
                    std::ptr::from_mut(&mut search).cast(),
                    (*rel).lateral_referencers,
                );
                if search.current.is_null() {
                    break;
                }
                for clause in elements::<pg_sys::RestrictInfo>(clauses) {
                    consider(root, rel, clause, &mut found);
                }
                search.done.push(search.current);
            }
            uses.append(&mut search.uses);
        }
    }
    Parameters { infos: found, are_awaited: uses.contains(&Use::Awaited) }
}

unsafe fn consider(
    root: *mut pg_sys::PlannerInfo,
    rel: *mut pg_sys::RelOptInfo,
    clause: *mut pg_sys::RestrictInfo,
    found: &mut Vec<*mut pg_sys::ParamPathInfo>,
) {
    // SAFETY: the planner's own structures.
    unsafe {
        if !pg_sys::join_clause_is_movable_to(clause, rel) {
            return;
        }
        let outer = pg_sys::bms_union((*clause).clause_relids, (*rel).lateral_relids);
        let outer = pg_sys::bms_del_member(outer, (*rel).relid as i32);
        if pg_sys::bms_membership(outer) == pg_sys::BMS_Membership::BMS_EMPTY_SET {
            return;
        }
        let info = pg_sys::get_baserel_parampathinfo(root, rel, outer);
        if !found.contains(&info) {
            found.push(info);
        }
    }
}

/// The use of a column that the clause compares, if it has one.
unsafe fn use_in(rel: *mut pg_sys::RelOptInfo, table: Oid, clause: *mut Node) -> Option<Use> {
    // SAFETY: each cast follows the node's own tag.
    unsafe {
        if (*clause).type_ != NodeTag::T_OpExpr {
            return None;
        }
        let arguments = (*clause.cast::<pg_sys::OpExpr>()).args;
        elements::<Node>(arguments)
            .filter_map(|argument| column_of(rel, argument))
            .map(|column| use_of(table, column))
            .find(|used| *used != Use::None)
    }
}

struct Search {
    table: Oid,
    /// The member that this round is about.
    current: *mut pg_sys::Expr,
    done: Vec<*mut pg_sys::Expr>,
    /// Of the members found so far.
    uses: Vec<Use>,
}

#[pg_guard]
unsafe extern "C-unwind" fn is_narrowing_member(
    _root: *mut pg_sys::PlannerInfo,
    rel: *mut pg_sys::RelOptInfo,
    _class: *mut pg_sys::EquivalenceClass,
    member: *mut pg_sys::EquivalenceMember,
    search: *mut std::ffi::c_void,
) -> bool {
    // SAFETY: `search` is what parameter_infos handed over, and the rest is the planner's.
    unsafe {
        let search = &mut *search.cast::<Search>();
        let expression = (*member).em_expr;
        let same = |other: *mut pg_sys::Expr| pg_sys::equal(expression.cast(), other.cast());
        if !search.current.is_null() {
            return same(search.current);
        }
        let is_new = !search.done.iter().any(|&other| same(other));
        let column = is_new.then(|| column_of(rel, expression.cast())).flatten();
        let used = column.map_or(Use::None, |column| use_of(search.table, column));
        if used == Use::None {
            return false;
        }
        search.current = expression;
        search.uses.push(used);
        true
    }
}
