//! IMPORT FOREIGN SCHEMA: the component writes the statements.

use crate::catalog::{self, Server, elements, text};
use crate::environment::Session;
use crate::raise::OrRaise;
use crate::scan::Source;
use k8s_fdw_guest::{ImportForeignSchemaStmt, ImportSchemaType, Query};
use pgrx::pg_sys::{self, Oid};
use pgrx::prelude::*;
use std::ffi::CString;

/// # Safety
///
/// Called by Postgres.
#[pg_guard]
pub unsafe extern "C-unwind" fn import_foreign_schema(
    statement: *mut pg_sys::ImportForeignSchemaStmt,
    server: Oid,
) -> *mut pg_sys::List {
    // SAFETY: the statement as Postgres parsed it.
    unsafe {
        let server = Server::of(server);
        let session = Session::live(&server, Oid::INVALID, pg_sys::GetUserId());
        let query = Query {
            server_options: session.options_of(&server),
            import_options: catalog::options((*statement).options),
            ..Query::default()
        };
        let mut source = Source::start(session, query);
        let wanted = ImportForeignSchemaStmt {
            server_name: server.name.clone(),
            remote_schema: text((*statement).remote_schema),
            local_schema: text((*statement).local_schema),
            list_type: match (*statement).list_type {
                pg_sys::ImportForeignSchemaType::FDW_IMPORT_SCHEMA_LIMIT_TO => {
                    ImportSchemaType::LimitTo
                }
                pg_sys::ImportForeignSchemaType::FDW_IMPORT_SCHEMA_EXCEPT => {
                    ImportSchemaType::Except
                }
                _ => ImportSchemaType::All,
            },
            table_list: elements::<pg_sys::RangeVar>((*statement).table_list)
                .map(|table| text((*table).relname))
                .collect(),
        };
        let mut list = std::ptr::null_mut();
        for made in source.instance().import_foreign_schema(&wanted).or_raise() {
            let made = CString::new(made).expect("a statement has no NUL byte");
            list = pg_sys::lappend(list, pg_sys::pstrdup(made.as_ptr()).cast());
        }
        list
    }
}
