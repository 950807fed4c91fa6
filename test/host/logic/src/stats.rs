//! Owns the statements on the statistics table.
//! Never runs one.

/// The qualified name of the table, in the schema of the extension.
pub const FIND_TABLE: &str = "\
    select n.nspname || '.wrappers_fdw_stats' from pg_catalog.pg_extension e \
    join pg_catalog.pg_namespace n on n.oid = e.extnamespace where e.extname = 'wrappers'";

/// `$1` the wrapper's name, `$2` the increment; `column` is one of the metrics.
pub fn increment(table: &str, column: &str) -> String {
    format!(
        "insert into {table} as s (fdw_name, {column}) values ($1, $2) \
         on conflict (fdw_name) do update \
         set {column} = coalesce(s.{column}, 0) + excluded.{column}, \
         updated_at = timezone('utc'::text, now())"
    )
}

/// `$1` the wrapper's name.
pub fn metadata(table: &str) -> String {
    format!("select metadata from {table} where fdw_name = $1")
}

/// `$1` the wrapper's name, `$2` the metadata, jsonb or null.
pub fn set_metadata(table: &str) -> String {
    format!(
        "insert into {table} as s (fdw_name, metadata) values ($1, $2) \
         on conflict (fdw_name) do update \
         set metadata = excluded.metadata, updated_at = timezone('utc'::text, now())"
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn statements_name_the_table_and_the_column() {
        let sql = super::increment("public.wrappers_fdw_stats", "rows_in");
        assert!(sql.starts_with("insert into public.wrappers_fdw_stats as s (fdw_name, rows_in)"));
        assert!(sql.contains("rows_in = coalesce(s.rows_in, 0) + excluded.rows_in"));
    }
}
