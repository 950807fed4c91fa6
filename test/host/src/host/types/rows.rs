//! Owns the resources of what a scan gives back: its target columns and its row.
//! Never reorders: a row's cells belong to the target columns by position.

use crate::cells::GuestCell;
use crate::host::Host;
use host_logic::column_type::ColumnType;
use wasmtime::component::Resource;

fn unsupported_column_type() -> ! {
    unimplemented!("column type oid not supported")
}

macro_rules! serve {
    ($version:ident, uuid $uuid:expr) => {
        const _: () = {
            use crate::bindings::$version::supabase::wrappers::types as wit;

            impl wit::HostRow for Host {
                fn new(&mut self) -> Resource<wit::Row> {
                    Resource::new_own(Host::ROW)
                }

                fn cols(&mut self, _: Resource<wit::Row>) -> Vec<String> {
                    self.row.cols.clone()
                }

                fn cells(&mut self, _: Resource<wit::Row>) -> Vec<Option<wit::Cell>> {
                    let from_host = |cell: &Option<_>| cell.as_ref().map(GuestCell::from_host);
                    self.row.cells.iter().map(from_host).collect()
                }

                fn push(&mut self, _: Resource<wit::Row>, cell: Option<wit::Cell>) {
                    let cell = cell.map(|c| c.to_host().expect("convert cell failed"));
                    let column = &self.columns[self.row.cols.len()];
                    self.row.push(&column.name, cell);
                }

                fn drop(&mut self, _: Resource<wit::Row>) -> wasmtime::Result<()> {
                    Ok(())
                }
            }

            impl wit::HostColumn for Host {
                fn new(&mut self, index: u32) -> Resource<wit::Column> {
                    Resource::new_own(index)
                }

                fn name(&mut self, column: Resource<wit::Column>) -> String {
                    self.columns[column.rep() as usize].name.clone()
                }

                fn num(&mut self, column: Resource<wit::Column>) -> u32 {
                    self.columns[column.rep() as usize].num as u32
                }

                fn type_oid(&mut self, column: Resource<wit::Column>) -> wit::TypeOid {
                    let oid = self.columns[column.rep() as usize].type_oid.to_u32();
                    let Some(column_type) = ColumnType::from_oid(oid) else {
                        unsupported_column_type()
                    };
                    match column_type {
                        ColumnType::Bool => wit::TypeOid::Bool,
                        ColumnType::I8 => wit::TypeOid::I8,
                        ColumnType::I16 => wit::TypeOid::I16,
                        ColumnType::F32 => wit::TypeOid::F32,
                        ColumnType::I32 => wit::TypeOid::I32,
                        ColumnType::F64 => wit::TypeOid::F64,
                        ColumnType::I64 => wit::TypeOid::I64,
                        ColumnType::Numeric => wit::TypeOid::Numeric,
                        ColumnType::String => wit::TypeOid::String,
                        ColumnType::Date => wit::TypeOid::Date,
                        ColumnType::Timestamp => wit::TypeOid::Timestamp,
                        ColumnType::Timestamptz => wit::TypeOid::Timestamptz,
                        ColumnType::Json => wit::TypeOid::Json,
                        ColumnType::Uuid => $uuid,
                    }
                }

                fn drop(&mut self, _: Resource<wit::Column>) -> wasmtime::Result<()> {
                    Ok(())
                }
            }
        };
    };
}

serve!(v1, uuid unsupported_column_type());
serve!(v2, uuid wit::TypeOid::Uuid);
