//! What the component would request first, without sending it.

use super::run::{Source, table_columns};
use crate::catalog::Table;
use crate::datum::Target;
use crate::environment::Session;
use k8s_fdw_guest::Qual;
use pgrx::pg_sys::Oid;

/// The column's name and type.
pub fn column_of(table: Oid, number: i16) -> Option<(String, Target)> {
    table_columns(table)
        .into_iter()
        .find(|shown| shown.number == number)
        .map(|shown| (shown.name, shown.target))
}

/// The method and URL of the first request of a scan that shows these columns; `None` if it would be an error, or needs
/// none.
pub fn request(table: Oid, columns: &[i16], quals: Vec<Qual>) -> Option<String> {
    let table = Table::of(table);
    let session = Session::probe();
    let shown: Vec<_> = table_columns(table.oid)
        .into_iter()
        .filter(|shown| columns.contains(&shown.number))
        .collect();
    let mut source = Source::new(&table, session, &shown, None);
    let instance = source.instance();
    instance.query().quals = quals;
    // The request is refused by the session, so both end with an error if one is made.
    if instance.begin_scan().is_ok() {
        let _ = instance.next();
    }
    instance.environment().captured()
}
