//! One run of the component: for one scan, one import or one modification.

use crate::bindings::Wrappers;
use crate::bindings::supabase::wrappers::types::{Cell, ImportForeignSchemaStmt};
use crate::environment::Environment;
use crate::error::Error;
use crate::query::{Options, Query};
use wasmtime::component::Resource;
use wasmtime::{Store, StoreLimits};

/// What the imports work on.
pub(crate) struct State<E> {
    pub(crate) environment: E,
    pub(crate) query: Query,
    pub(crate) row: Vec<Option<Cell>>,
    pub(crate) no_options: Options,
    pub(crate) limits: StoreLimits,
}

/// A started component. After an error it must not be called again.
pub struct Instance<E: Environment> {
    store: Store<State<E>>,
    world: Wrappers,
}

/// Calls a routine that takes the context, and makes one error of a trap's and of the component's own. Context and row are
/// lent: what the instance would own takes a place in its table with each call, and a scan of many rows would fill that.
macro_rules! call {
    ($instance:ident, $routine:ident $(, $argument:expr)*) => {
        $instance
            .world
            .supabase_wrappers_routines()
            .$routine(&mut $instance.store, Resource::new_borrow(0) $(, $argument)*)?
            .map_err(Error::Guest)
    };
}

impl<E: Environment> Instance<E> {
    pub(crate) fn new(store: Store<State<E>>, world: Wrappers) -> Self {
        Self { store, world }
    }

    /// What the component may read of the statement.
    pub fn query(&mut self) -> &mut Query {
        &mut self.store.data_mut().query
    }

    pub fn environment(&mut self) -> &mut E {
        &mut self.store.data_mut().environment
    }

    /// Lets the component read the server's options. It makes no request.
    pub fn init(&mut self) -> Result<(), Error> {
        call!(self, call_init)
    }

    pub fn begin_scan(&mut self) -> Result<(), Error> {
        call!(self, call_begin_scan)
    }

    /// The next row, one cell for each column of the query; `None` after the last.
    pub fn next(&mut self) -> Result<Option<&mut Vec<Option<Cell>>>, Error> {
        self.store.data_mut().row.clear();
        let more = call!(self, call_iter_scan, Resource::new_borrow(0))?;
        Ok(more.is_some().then(|| &mut self.store.data_mut().row))
    }

    /// Goes back to the first row, with the same conditions.
    pub fn re_scan(&mut self) -> Result<(), Error> {
        call!(self, call_re_scan)
    }

    pub fn end_scan(&mut self) -> Result<(), Error> {
        call!(self, call_end_scan)
    }

    pub fn begin_modify(&mut self) -> Result<(), Error> {
        call!(self, call_begin_modify)
    }

    /// The statements that make the tables of a schema.
    pub fn import_foreign_schema(
        &mut self,
        statement: &ImportForeignSchemaStmt,
    ) -> Result<Vec<String>, Error> {
        call!(self, call_import_foreign_schema, statement)
    }
}
