//! Postgres counts days and microseconds from 2000, the contract seconds and microseconds from 1970.

/// The days between both.
pub const UNIX_TO_POSTGRES_DAYS: i64 = 10_957;
/// Seconds of a day.
pub const DAY: i64 = 86_400;
/// Microseconds of a second.
pub const MICROS: i64 = 1_000_000;
