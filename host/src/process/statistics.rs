//! What the scans of this process have seen and asked for.

use pgrx::pg_sys::Oid;
use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;

/// What requests came to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Traffic {
    /// Requests sent, repeated ones among them.
    pub requests: u64,
    /// Those that brought no answer, or one that says to try again.
    pub failed: u64,
    /// Bytes over the network, as they came: with TLS, headers and compression.
    pub bytes_received: u64,
    pub waited: Duration,
}

impl Traffic {
    pub fn add(&mut self, more: Self) {
        self.requests += more.requests;
        self.failed += more.failed;
        self.bytes_received += more.bytes_received;
        self.waited += more.waited;
    }
}

/// Whose requests they are: the server's and the table's. `Oid::INVALID` stands for no table, as in an import.
pub type Asked = (Oid, Oid);

thread_local! {
    static ROWS: RefCell<HashMap<Oid, u64>> = RefCell::default();
    static TRAFFIC: RefCell<HashMap<Asked, Traffic>> = RefCell::default();
}

/// Notes the rows of a scan that had no conditions and was read to its end.
pub fn note_rows(table: Oid, rows: u64) {
    ROWS.with_borrow_mut(|tables| tables.insert(table, rows));
}

/// How many rows the table had when this process last read all of it.
pub fn rows_of(table: Oid) -> Option<u64> {
    ROWS.with_borrow(|tables| tables.get(&table).copied())
}

/// Adds to what this process asked for.
pub fn note_traffic(asked: Asked, more: Traffic) {
    TRAFFIC.with_borrow_mut(|all| all.entry(asked).or_default().add(more));
}

/// All that this process asked for so far.
pub fn traffic() -> Vec<(Asked, Traffic)> {
    TRAFFIC.with_borrow(|all| all.iter().map(|(asked, traffic)| (*asked, *traffic)).collect())
}

/// How long a request to the server took on average.
pub fn request_time(server: Oid) -> Option<Duration> {
    TRAFFIC.with_borrow(|all| {
        let mut sum = Traffic::default();
        all.iter().filter(|((of, _), _)| *of == server).for_each(|(_, more)| sum.add(*more));
        let requests = u32::try_from(sum.requests).ok().filter(|count| *count > 0)?;
        Some(sum.waited / requests)
    })
}
