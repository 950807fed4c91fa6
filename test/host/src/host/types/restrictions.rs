//! Owns the resources of what a scan is asked for: quals, sorts and the limit.
//! Never judges them: the framework chose what to pass down.

use crate::host::Host;
use supabase_wrappers::prelude::Limit;
use wasmtime::component::Resource;

impl Host {
    /// A guest holds a limit only if there is one, unless it made the resource itself.
    fn limit(&self) -> &Limit {
        self.limit.as_ref().unwrap()
    }
}

macro_rules! serve {
    ($version:ident) => {
        const _: () = {
            use crate::bindings::$version::supabase::wrappers::types as wit;

            impl wit::HostQual for Host {
                fn new(&mut self, index: u32) -> Resource<wit::Qual> {
                    Resource::new_own(index)
                }

                fn field(&mut self, qual: Resource<wit::Qual>) -> String {
                    self.quals[qual.rep() as usize].field.clone()
                }

                fn operator(&mut self, qual: Resource<wit::Qual>) -> String {
                    self.quals[qual.rep() as usize].operator.clone()
                }

                fn value(&mut self, qual: Resource<wit::Qual>) -> wit::Value {
                    (&self.quals[qual.rep() as usize].value).into()
                }

                fn use_or(&mut self, qual: Resource<wit::Qual>) -> bool {
                    self.quals[qual.rep() as usize].use_or
                }

                fn param(&mut self, qual: Resource<wit::Qual>) -> Option<wit::Param> {
                    let param = self.quals[qual.rep() as usize].param.as_ref()?;
                    Some(wit::Param { id: param.id as u32, type_oid: param.type_oid.to_u32() })
                }

                fn deparse(&mut self, qual: Resource<wit::Qual>) -> String {
                    self.quals[qual.rep() as usize].deparse()
                }

                fn drop(&mut self, _: Resource<wit::Qual>) -> wasmtime::Result<()> {
                    Ok(())
                }
            }

            impl wit::HostSort for Host {
                fn new(&mut self, index: u32) -> Resource<wit::Sort> {
                    Resource::new_own(index)
                }

                fn field(&mut self, sort: Resource<wit::Sort>) -> String {
                    self.sorts[sort.rep() as usize].field.clone()
                }

                fn field_no(&mut self, sort: Resource<wit::Sort>) -> u32 {
                    self.sorts[sort.rep() as usize].field_no as u32
                }

                fn reversed(&mut self, sort: Resource<wit::Sort>) -> bool {
                    self.sorts[sort.rep() as usize].reversed
                }

                fn nulls_first(&mut self, sort: Resource<wit::Sort>) -> bool {
                    self.sorts[sort.rep() as usize].nulls_first
                }

                fn collate(&mut self, sort: Resource<wit::Sort>) -> Option<String> {
                    self.sorts[sort.rep() as usize].collate.clone()
                }

                fn deparse(&mut self, sort: Resource<wit::Sort>) -> String {
                    self.sorts[sort.rep() as usize].deparse()
                }

                fn deparse_with_collate(&mut self, sort: Resource<wit::Sort>) -> String {
                    self.sorts[sort.rep() as usize].deparse_with_collate()
                }

                fn drop(&mut self, _: Resource<wit::Sort>) -> wasmtime::Result<()> {
                    Ok(())
                }
            }

            impl wit::HostLimit for Host {
                fn new(&mut self) -> Resource<wit::Limit> {
                    Resource::new_own(0)
                }

                fn count(&mut self, _: Resource<wit::Limit>) -> i64 {
                    self.limit().count
                }

                fn offset(&mut self, _: Resource<wit::Limit>) -> i64 {
                    self.limit().offset
                }

                fn deparse(&mut self, _: Resource<wit::Limit>) -> String {
                    self.limit().deparse()
                }

                fn drop(&mut self, _: Resource<wit::Limit>) -> wasmtime::Result<()> {
                    Ok(())
                }
            }
        };
    };
}

serve!(v1);
serve!(v2);
