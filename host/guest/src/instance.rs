//! One run of the component: for one scan, one import or one modification.

use crate::bindings::Wrappers;
use crate::bindings::supabase::wrappers::types::{Cell, ImportForeignSchemaStmt};
use crate::environment::Environment;
use crate::error::Error;
use crate::query::{Options, Query};
use wasmtime::component::Resource;
use wasmtime::{ResourceLimiter, Store};

/// What the imports work on.
pub(crate) struct State<E> {
    pub(crate) environment: E,
    pub(crate) query: Query,
    pub(crate) row: Vec<Option<Cell>>,
    pub(crate) no_options: Options,
    pub(crate) limits: Memory,
}

/// How much memory an instance may have, and whether it wanted more.
#[derive(Clone, Copy)]
pub(crate) struct Memory {
    pub(crate) most: usize,
    pub(crate) is_refused: bool,
}

impl ResourceLimiter for Memory {
    fn memory_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        self.is_refused |= desired > self.most;
        Ok(desired <= self.most)
    }

    fn table_growing(
        &mut self,
        _current: usize,
        _desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(true)
    }
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
            .$routine(&mut $instance.store, Resource::new_borrow(0) $(, $argument)*)
            .map_err(|trap| $instance.explained(Error::from(trap)))?
            .map_err(|text| $instance.explained(Error::Guest(text)))
    };
}

impl<E: Environment> Instance<E> {
    pub(crate) fn new(store: Store<State<E>>, world: Wrappers) -> Self {
        Self { store, world }
    }

    /// A component that gets no more memory says so, or stops without a word.
    fn explained(&self, error: Error) -> Error {
        let Memory { most, is_refused } = self.store.data().limits;
        match &error {
            Error::Guest(text) if !text.contains("memory") => error,
            _ if is_refused => Error::Memory(most),
            _ => error,
        }
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
    pub fn next_row(&mut self) -> Result<Option<&mut Vec<Option<Cell>>>, Error> {
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

    /// Writes a new row: one cell for each of the query's columns.
    pub fn insert(&mut self, row: Vec<Option<Cell>>) -> Result<(), Error> {
        self.store.data_mut().row = row;
        call!(self, call_insert, Resource::new_borrow(0))
    }

    /// Writes the query's columns of the row with that identity.
    pub fn update(&mut self, rowid: &Cell, row: Vec<Option<Cell>>) -> Result<(), Error> {
        self.store.data_mut().row = row;
        call!(self, call_update, rowid, Resource::new_borrow(0))
    }

    pub fn delete(&mut self, rowid: &Cell) -> Result<(), Error> {
        call!(self, call_delete, rowid)
    }

    /// Sends what the rows have come to. It must not be called after an error.
    pub fn end_modify(&mut self) -> Result<(), Error> {
        call!(self, call_end_modify)
    }

    /// The statements that make the tables of a schema.
    pub fn import_foreign_schema(
        &mut self,
        statement: &ImportForeignSchemaStmt,
    ) -> Result<Vec<String>, Error> {
        call!(self, call_import_foreign_schema, statement)
    }
}
