//! What a scan costs, in Postgres' units, and how many rows it is believed to give.
//!
//! A row of four columns takes about 80 µs in all, and a request of a small answer about 4 ms. With the units below, a
//! scan of 100,000 rows stays below `jit_above_cost` (100,000): compiling expressions does not make it faster.

use crate::catalog;
use crate::process::statistics;
use pgrx::pg_sys::Oid;

const REQUEST: f64 = 25.0;
const USUAL_MILLISECONDS: f64 = 4.0;
/// That of a request of 1.6 s. A dearer scan would make Postgres compile expressions, which makes no request faster.
const MOST: f64 = 10_000.0;
const ROW: f64 = 0.5;
/// A table of which nothing is known.
const UNKNOWN_ROWS: f64 = 1000.0;

/// A scan that cannot run without values of other tables. It has to have a path, which is chosen if there is no other.
pub const IMPOSSIBLE: f64 = 1.0e10;

/// What a request costs: what one of this session's to the same server took on average, if that is more than usual.
pub fn of_request(table: Oid) -> f64 {
    let server = catalog::server_of(table);
    let milliseconds =
        statistics::request_time(server).map_or(0.0, |time| time.as_secs_f64() * 1e3);
    (milliseconds * REQUEST / USUAL_MILLISECONDS).clamp(REQUEST, MOST)
}

pub fn of_rows(rows: f64) -> f64 {
    ROW * rows
}

/// What the last whole scan of this session saw, for a table that ANALYZE does not know.
pub fn believed_rows(table: Oid) -> f64 {
    statistics::rows_of(table).map_or(UNKNOWN_ROWS, |rows| (rows as f64).max(1.0))
}
