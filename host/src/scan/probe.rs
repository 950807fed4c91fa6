//! What the component would request first, without sending it.

use super::run::{Source, table_columns};
use super::values::{self, Conditions};
use crate::catalog::{self, Table};
use crate::datum::Target;
use crate::environment::Session;
use crate::plan::Order;
use k8s_fdw_guest::Qual;
use pgrx::pg_sys::{self, Oid};

/// What the scan of a plan that does not run would request first, as far as it is known: the request, and the columns of
/// conditions whose values are known when it runs.
///
/// # Safety
///
/// A plan of this wrapper's.
pub unsafe fn request_of(
    plan: *mut pg_sys::ForeignScan,
    table: Oid,
) -> Option<(String, Vec<String>)> {
    // SAFETY: the caller's promise.
    let (order, conditions) = unsafe {
        let order = Order::from_list((*plan).fdw_private);
        let value_of = |place| values::constant((*plan).fdw_exprs, place);
        let name_of = |number| catalog::column_name(table, number);
        let conditions = values::conditions(&order.conditions, &value_of, &name_of);
        (order, conditions)
    };
    let Conditions::Quals(quals, later) = conditions else { return None };
    Some((request(table, &order.columns, quals, order.row_limit)?, later))
}

/// The column's name and type.
pub fn column_of(table: Oid, number: i16) -> Option<(String, Target)> {
    table_columns(table)
        .into_iter()
        .find(|shown| shown.number == number)
        .map(|shown| (shown.name, shown.target))
}

/// The method and URL of the first request of a scan that shows these columns; `None` if it would be an error, or needs
/// none.
pub fn request(
    table: Oid,
    columns: &[i16],
    quals: Vec<Qual>,
    row_limit: Option<i64>,
) -> Option<String> {
    let table = Table::of(table);
    let session = Session::probe();
    let shown: Vec<_> = table_columns(table.oid)
        .into_iter()
        .filter(|shown| columns.contains(&shown.number))
        .collect();
    let mut source = Source::new(&table, session, &shown, row_limit);
    let instance = source.instance();
    instance.query().quals = quals;
    // The request is refused by the session, so both end with an error if one is made.
    if instance.begin_scan().is_ok() {
        let _ = instance.next_row();
    }
    instance.environment().first_request()
}
