//! Owns the life of one scan or modification, as the framework drives it.
//! Never talks to wasmtime beyond making the engine: guest.rs does.

use crate::error::{WasmFdwError, WasmFdwResult};
use crate::guest::Guest;
use crate::host::Host;
use crate::package::Package;
use host_logic::{options, version};
use pgrx::pg_sys::Oid;
use std::collections::HashMap;
use supabase_wrappers::prelude::*;
use wasmtime::{Config, Engine};

#[wrappers_fdw(
    version = "0.1.5",
    author = "k8s_fdw",
    website = "https://github.com/supabase/wrappers",
    error_type = "WasmFdwError"
)]
pub(crate) struct WasmFdw {
    guest: Guest,
}

fn check_host_version(requirement: &str) -> WasmFdwResult<()> {
    let meta = __wasm_fdw_pgrx::wasm_fdw_get_meta();
    let version = &meta["version"];
    if !version::meets(requirement, version)? {
        return Err(format!("host version {version} not match requirement {requirement}").into());
    }
    Ok(())
}

impl ForeignDataWrapper<WasmFdwError> for WasmFdw {
    fn new(server: ForeignServer) -> WasmFdwResult<Self> {
        let package = Package {
            url: require_option("fdw_package_url", &server.options)?,
            name: require_option("fdw_package_name", &server.options)?,
            version: require_option("fdw_package_version", &server.options)?,
            checksum: server.options.get("fdw_package_checksum").map(String::as_str),
        };
        let rt = create_async_runtime()?;
        let engine = Engine::new(Config::new().wasm_component_model(true))?;
        let component = package.compile(&rt, &engine)?;

        let mut guest = Guest::new(&engine, &component, Host::new(rt, server.options))?;
        check_host_version(&guest.host_version_requirement()?)?;
        guest.init()?;
        Ok(Self { guest })
    }

    fn begin_scan(
        &mut self,
        quals: &[Qual],
        columns: &[Column],
        sorts: &[Sort],
        limit: &Option<Limit>,
        options: &HashMap<String, String>,
    ) -> WasmFdwResult<()> {
        let host = self.guest.host();
        host.quals = quals.to_vec();
        host.columns = columns.to_vec();
        host.sorts = sorts.to_vec();
        host.limit.clone_from(limit);
        host.table_options.clone_from(options);
        self.guest.begin_scan()
    }

    fn iter_scan(&mut self, row: &mut Row) -> WasmFdwResult<Option<()>> {
        self.guest.host().row.clear();
        if self.guest.iter_scan()?.is_none() {
            return Ok(None);
        }
        row.replace_with(std::mem::take(&mut self.guest.host().row));
        Ok(Some(()))
    }

    fn re_scan(&mut self) -> WasmFdwResult<()> {
        self.guest.re_scan()
    }

    fn end_scan(&mut self) -> WasmFdwResult<()> {
        self.guest.end_scan()
    }

    fn begin_modify(&mut self, options: &HashMap<String, String>) -> WasmFdwResult<()> {
        self.guest.host().table_options.clone_from(options);
        self.guest.begin_modify()
    }

    fn insert(&mut self, row: &Row) -> WasmFdwResult<()> {
        self.guest.host().row = row.clone();
        self.guest.insert()
    }

    fn update(&mut self, rowid: &Cell, new_row: &Row) -> WasmFdwResult<()> {
        self.guest.host().row = new_row.clone();
        self.guest.update(rowid)
    }

    fn delete(&mut self, rowid: &Cell) -> WasmFdwResult<()> {
        self.guest.delete(rowid)
    }

    fn end_modify(&mut self) -> WasmFdwResult<()> {
        self.guest.end_modify()
    }

    fn import_foreign_schema(
        &mut self,
        stmt: ImportForeignSchemaStmt,
    ) -> WasmFdwResult<Vec<String>> {
        self.guest.host().import_schema_options.clone_from(&stmt.options);
        self.guest.import_foreign_schema(stmt)
    }

    fn validator(options: Vec<Option<String>>, catalog: Option<Oid>) -> WasmFdwResult<()> {
        if catalog != Some(FOREIGN_SERVER_RELATION_ID) {
            return Ok(());
        }
        match options::missing_server_option(&options) {
            Some(name) => Err(OptionsError::OptionNameNotFound(name.to_owned()).into()),
            None => Ok(()),
        }
    }
}
