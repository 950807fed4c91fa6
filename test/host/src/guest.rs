//! Owns an instance of a guest, of either version of the contract, and the calls of its routines.
//! Never decides what a call means for a query: fdw.rs does.

use crate::bindings::{v1, v2};
use crate::cells::GuestCell;
use crate::error::WasmFdwResult;
use crate::host::Host;
use supabase_wrappers::prelude::{Cell, ImportForeignSchemaStmt, ImportSchemaType};
use wasmtime::component::{Component, HasSelf, Linker, Resource};
use wasmtime::{Engine, Store};

pub struct Guest {
    store: Store<Host>,
    world: World,
}

enum World {
    V1(v1::Wrappers),
    V2(v2::Wrappers),
}

/// Calls one routine of whichever version the guest is; both errors, the trap's and the guest's, go up.
macro_rules! call {
    ($guest:ident, $routine:ident $(, $arg:expr)*) => {
        match &$guest.world {
            World::V1(world) => world
                .supabase_wrappers_routines()
                .$routine(&mut $guest.store, Resource::new_borrow(Host::CONTEXT) $(, $arg)*)??,
            World::V2(world) => world
                .supabase_wrappers_routines()
                .$routine(&mut $guest.store, Resource::new_borrow(Host::CONTEXT) $(, $arg)*)??,
        }
    };
}

impl Guest {
    /// Instantiates `component` as version 0.1.0, else as 0.2.0, and calls nothing.
    pub fn new(engine: &Engine, component: &Component, host: Host) -> WasmFdwResult<Self> {
        let mut linker = Linker::new(engine);
        v1::Wrappers::add_to_linker::<_, HasSelf<_>>(&mut linker, |host: &mut Host| host)?;
        v2::Wrappers::add_to_linker::<_, HasSelf<_>>(&mut linker, |host: &mut Host| host)?;

        let mut store = Store::new(engine, host);
        // Each row is an own handle that nobody drops; the real host's wasmtime, 36.0.7, does not count them.
        store.set_max_component_handles(usize::MAX);
        let world = match v1::Wrappers::instantiate(&mut store, component, &linker) {
            Ok(world) => World::V1(world),
            Err(_) => World::V2(v2::Wrappers::instantiate(&mut store, component, &linker)?),
        };
        Ok(Self { store, world })
    }

    pub fn host(&mut self) -> &mut Host {
        self.store.data_mut()
    }

    pub fn host_version_requirement(&mut self) -> WasmFdwResult<String> {
        Ok(match &self.world {
            World::V1(world) => {
                world.supabase_wrappers_routines().call_host_version_requirement(&mut self.store)?
            }
            World::V2(world) => {
                world.supabase_wrappers_routines().call_host_version_requirement(&mut self.store)?
            }
        })
    }

    pub fn init(&mut self) -> WasmFdwResult<()> {
        call!(self, call_init);
        Ok(())
    }

    pub fn begin_scan(&mut self) -> WasmFdwResult<()> {
        call!(self, call_begin_scan);
        Ok(())
    }

    // The real host lends a row of its own, whose handle stays in the store's table after each call. Its wasmtime bears
    // that; newer ones end the scan at the 100,000th.
    pub fn iter_scan(&mut self) -> WasmFdwResult<Option<u32>> {
        Ok(call!(self, call_iter_scan, Resource::new_borrow(Host::ROW)))
    }

    pub fn re_scan(&mut self) -> WasmFdwResult<()> {
        call!(self, call_re_scan);
        Ok(())
    }

    pub fn end_scan(&mut self) -> WasmFdwResult<()> {
        call!(self, call_end_scan);
        Ok(())
    }

    pub fn begin_modify(&mut self) -> WasmFdwResult<()> {
        call!(self, call_begin_modify);
        Ok(())
    }

    pub fn insert(&mut self) -> WasmFdwResult<()> {
        call!(self, call_insert, Resource::new_own(Host::ROW));
        Ok(())
    }

    pub fn update(&mut self, rowid: &Cell) -> WasmFdwResult<()> {
        call!(self, call_update, &GuestCell::from_host(rowid), Resource::new_own(Host::ROW));
        Ok(())
    }

    pub fn delete(&mut self, rowid: &Cell) -> WasmFdwResult<()> {
        call!(self, call_delete, &GuestCell::from_host(rowid));
        Ok(())
    }

    pub fn end_modify(&mut self) -> WasmFdwResult<()> {
        call!(self, call_end_modify);
        Ok(())
    }

    pub fn import_foreign_schema(
        &mut self,
        stmt: ImportForeignSchemaStmt,
    ) -> WasmFdwResult<Vec<String>> {
        use v2::supabase::wrappers::types as wit;
        let World::V2(world) = &self.world else {
            return Err("import foreign schema not implemented".into());
        };
        let stmt = wit::ImportForeignSchemaStmt {
            server_name: stmt.server_name,
            remote_schema: stmt.remote_schema,
            local_schema: stmt.local_schema,
            list_type: match stmt.list_type {
                ImportSchemaType::FdwImportSchemaAll => wit::ImportSchemaType::All,
                ImportSchemaType::FdwImportSchemaLimitTo => wit::ImportSchemaType::LimitTo,
                ImportSchemaType::FdwImportSchemaExcept => wit::ImportSchemaType::Except,
            },
            table_list: stmt.table_list,
        };
        Ok(world.supabase_wrappers_routines().call_import_foreign_schema(
            &mut self.store,
            Resource::new_borrow(Host::CONTEXT),
            &stmt,
        )??)
    }
}
