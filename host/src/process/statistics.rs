//! What the scans of this process have seen and asked for.

use pgrx::pg_sys::Oid;
use std::cell::RefCell;
use std::collections::HashMap;

thread_local! {
    static ROWS: RefCell<HashMap<Oid, u64>> = RefCell::default();
}

/// Notes the rows of a scan that had no conditions and was read to its end.
pub fn note_rows(table: Oid, rows: u64) {
    ROWS.with_borrow_mut(|tables| tables.insert(table, rows));
}

/// How many rows the table had when this process last read all of it.
pub fn rows_of(table: Oid) -> Option<u64> {
    ROWS.with_borrow(|tables| tables.get(&table).copied())
}
