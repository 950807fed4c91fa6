//! Owns the `stats` interface: rows of wrappers_fdw_stats, written in the user's transaction.
//! Never fails a query by a result of its own: those are warnings; a read-only transaction is left alone.

use super::Host;
use host_logic::stats as sql;
use pgrx::JsonB;
use pgrx::spi::{self, Spi};
use supabase_wrappers::prelude::report_warning;

fn warn(what: &str, error: spi::Error) {
    let message = format!("Failed to {what}: {error}");
    report_warning(message.as_str());
}

fn is_read_only() -> bool {
    Spi::get_one::<String>("show transaction_read_only") == Ok(Some("on".to_owned()))
}

fn table() -> Option<String> {
    let found = Spi::get_one::<String>(sql::FIND_TABLE);
    found.ok().flatten().or_else(|| {
        report_warning("Failed to get stats table: wrappers extension is not installed");
        None
    })
}

fn increment(fdw_name: &str, column: &str, by: i64) {
    if is_read_only() {
        return;
    }
    let Some(table) = table() else { return };
    let args = &[fdw_name.into(), by.into()];
    if let Err(e) = Spi::run_with_args(&sql::increment(&table, column), args) {
        warn("increment stats", e);
    }
}

fn metadata(fdw_name: &str) -> Option<String> {
    let sql = sql::metadata(&table()?);
    match Spi::get_one_with_args::<JsonB>(&sql, &[fdw_name.into()]) {
        Ok(metadata) => metadata.map(|m| m.0.to_string()),
        Err(e) => {
            warn("get metadata", e);
            None
        }
    }
}

fn set_metadata(fdw_name: &str, metadata: Option<String>) {
    if is_read_only() {
        return;
    }
    let Some(table) = table() else { return };
    // What is not JSON is stored as null.
    let metadata = metadata.map(|m| JsonB(serde_json::from_str(&m).unwrap_or_default()));
    let args = &[fdw_name.into(), metadata.into()];
    if let Err(e) = Spi::run_with_args(&sql::set_metadata(&table), args) {
        warn("set metadata", e);
    }
}

macro_rules! serve {
    ($version:ident) => {
        const _: () = {
            use crate::bindings::$version::supabase::wrappers::stats as wit;

            impl wit::Host for Host {
                fn inc_stats(&mut self, fdw_name: String, metric: wit::Metric, inc: i64) {
                    let column = match metric {
                        wit::Metric::CreateTimes => "create_times",
                        wit::Metric::RowsIn => "rows_in",
                        wit::Metric::RowsOut => "rows_out",
                        wit::Metric::BytesIn => "bytes_in",
                        wit::Metric::BytesOut => "bytes_out",
                    };
                    increment(&fdw_name, column, inc);
                }

                fn get_metadata(&mut self, fdw_name: String) -> Option<String> {
                    metadata(&fdw_name)
                }

                fn set_metadata(&mut self, fdw_name: String, metadata: Option<String>) {
                    set_metadata(&fdw_name, metadata);
                }
            }
        };
    };
}

serve!(v1);
serve!(v2);
