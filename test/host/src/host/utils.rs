//! Owns the `utils` interface: messages to the client, Vault secrets, settings, cells as text.
//! Never softens an error of a look-up: the framework's functions are the real host's own.

use super::Host;
use crate::cells::GuestCell;
use pgrx::PgSqlErrorCode;
use supabase_wrappers::prelude::*;

macro_rules! serve {
    ($version:ident) => {
        const _: () = {
            use crate::bindings::$version::supabase::wrappers::{types, utils as wit};

            impl wit::Host for Host {
                fn report_info(&mut self, msg: String) {
                    report_info(&msg);
                }

                fn report_notice(&mut self, msg: String) {
                    report_notice(&msg);
                }

                fn report_warning(&mut self, msg: String) {
                    report_warning(&msg);
                }

                fn report_error(&mut self, msg: String) {
                    report_error(PgSqlErrorCode::ERRCODE_FDW_ERROR, &msg);
                }

                fn cell_to_string(&mut self, cell: Option<types::Cell>) -> String {
                    match cell {
                        Some(cell) => cell.to_host().expect("convert cell failed").to_string(),
                        None => "null".to_owned(),
                    }
                }

                fn get_vault_secret(&mut self, secret_id: String) -> Option<String> {
                    get_vault_secret(&secret_id)
                }

                fn get_vault_secret_by_name(&mut self, secret_name: String) -> Option<String> {
                    get_vault_secret_by_name(&secret_name)
                }

                fn query_setting(&mut self, name: String) -> Option<String> {
                    query_setting(&name)
                }
            }
        };
    };
}

serve!(v1);
serve!(v2);
