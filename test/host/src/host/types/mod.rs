//! Owns the `types` interface: here the context and the options, in this folder the rest.
//! Never frees anything: a resource is an index into the Host, which lives as long as its guest.

mod restrictions;
mod rows;

use super::Host;
use std::collections::HashMap;
use supabase_wrappers::prelude::{require_option, require_option_or};
use wasmtime::component::Resource;

const SERVER_OPTIONS: u32 = 0;
const TABLE_OPTIONS: u32 = 1;
const IMPORT_SCHEMA_OPTIONS: u32 = 2;

impl Host {
    fn options(&self, rep: u32) -> &HashMap<String, String> {
        match rep {
            SERVER_OPTIONS => &self.server_options,
            TABLE_OPTIONS => &self.table_options,
            IMPORT_SCHEMA_OPTIONS => &self.import_schema_options,
            _ => unreachable!(),
        }
    }
}

fn indices<T: 'static>(len: usize) -> Vec<Resource<T>> {
    (0..len as u32).map(Resource::new_own).collect()
}

macro_rules! serve {
    ($version:ident, options { $($options:tt)* }) => {
        const _: () = {
            use crate::bindings::$version::supabase::wrappers::types as wit;

            impl wit::Host for Host {}

            impl wit::HostOptions for Host {
                fn new(&mut self, options_type: wit::OptionsType) -> Resource<wit::Options> {
                    Resource::new_own(match options_type {
                        wit::OptionsType::Server => SERVER_OPTIONS,
                        wit::OptionsType::Table => TABLE_OPTIONS,
                        $($options)*
                    })
                }

                fn get(&mut self, options: Resource<wit::Options>, key: String) -> Option<String> {
                    self.options(options.rep()).get(&key).cloned()
                }

                fn require(
                    &mut self,
                    options: Resource<wit::Options>,
                    key: String,
                ) -> Result<String, wit::FdwError> {
                    match require_option(&key, self.options(options.rep())) {
                        Ok(value) => Ok(value.to_owned()),
                        Err(e) => Err(e.to_string()),
                    }
                }

                fn require_or(
                    &mut self,
                    options: Resource<wit::Options>,
                    key: String,
                    default: String,
                ) -> String {
                    require_option_or(&key, self.options(options.rep()), &default).to_owned()
                }

                fn drop(&mut self, _: Resource<wit::Options>) -> wasmtime::Result<()> {
                    Ok(())
                }
            }

            impl wit::HostContext for Host {
                fn new(&mut self) -> Resource<wit::Context> {
                    Resource::new_borrow(Host::CONTEXT)
                }

                fn get_options(
                    &mut self,
                    _: Resource<wit::Context>,
                    options_type: wit::OptionsType,
                ) -> Resource<wit::Options> {
                    wit::HostOptions::new(self, options_type)
                }

                fn get_quals(&mut self, _: Resource<wit::Context>) -> Vec<Resource<wit::Qual>> {
                    indices(self.quals.len())
                }

                fn get_columns(&mut self, _: Resource<wit::Context>) -> Vec<Resource<wit::Column>> {
                    indices(self.columns.len())
                }

                fn get_sorts(&mut self, _: Resource<wit::Context>) -> Vec<Resource<wit::Sort>> {
                    indices(self.sorts.len())
                }

                fn get_limit(&mut self, _: Resource<wit::Context>) -> Option<Resource<wit::Limit>> {
                    self.limit.as_ref().map(|_| Resource::new_own(0))
                }

                fn drop(&mut self, _: Resource<wit::Context>) -> wasmtime::Result<()> {
                    Ok(())
                }
            }
        };
    };
}

serve!(v1, options {});

serve!(v2, options {
    wit::OptionsType::ImportSchema => IMPORT_SCHEMA_OPTIONS,
    wit::OptionsType::Other(_) => todo!("Add support for more options type"),
});
