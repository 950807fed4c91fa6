//! One scan: an instance of the component, and what becomes of its rows.

use super::generated::Generated;
use super::values::{self, Conditions};
use crate::catalog::{self, Table};
use crate::datum::Target;
use crate::environment::Session;
use crate::plan::Order;
use crate::process::{self, statistics, statistics::Traffic};
use crate::raise::{self, OrRaise};
use crate::settings;
use crate::ticks::Ticks;
use k8s_fdw_guest::{Column, Instance, Limit, Limits, Qual, Query};
use pgrx::pg_sys::{self, Datum, Oid};

/// A column of the table that the scan gives.
pub struct Shown {
    pub name: String,
    pub number: i16,
    pub target: Target,
}

/// The columns that the component gives, in the table's order.
pub fn table_columns(table: Oid) -> Vec<Shown> {
    catalog::columns(table)
        .into_iter()
        .filter(|column| !column.is_generated)
        .map(|column| Shown {
            name: column.name,
            number: column.number,
            target: Target::new(column.type_oid, column.modifier),
        })
        .collect()
}

/// A started component.
pub struct Source {
    instance: Instance<Session>,
    /// `None` while it rests.
    ticks: Option<Ticks>,
}

impl Source {
    /// Starts the component for the columns. It makes no request yet.
    pub fn new(table: &Table, session: Session, shown: &[Shown], row_limit: Option<i64>) -> Self {
        let column = |shown: &Shown| Column {
            name: shown.name.clone(),
            number: shown.number as u32,
            type_oid: shown.target.kind.type_oid(),
        };
        let query = Query {
            server_options: session.options_of(&table.server),
            table_options: table.options.clone(),
            columns: shown.iter().map(column).collect(),
            limit: row_limit.map(|count| Limit { count, offset: 0 }),
            ..Query::default()
        };
        Self::start(session, query)
    }

    /// Starts the component that the query's server names.
    pub fn start(session: Session, query: Query) -> Self {
        let library = process::library(&query.server_options);
        let ticks = Ticks::of(library.engine());
        let limits = Limits { memory_bytes: settings::max_memory() };
        let mut instance = library.start(session, query, limits).or_raise();
        instance.init().or_raise();
        Self { instance, ticks: Some(ticks) }
    }

    /// Nothing is asked of it until it wakes.
    pub fn rest(&mut self) {
        self.ticks = None;
    }

    pub fn wake(&mut self) {
        let library = process::library(&self.instance.query().server_options);
        self.ticks = Some(Ticks::of(library.engine()));
    }

    pub fn begin(&mut self, quals: Vec<Qual>) {
        self.instance.query().quals = quals;
        self.instance.begin_scan().or_raise();
    }

    /// Fills the next row, by the columns' numbers; false after the last one.
    ///
    /// # Safety
    ///
    /// `values` and `nulls` have a place for each column of the table.
    pub unsafe fn fill(
        &mut self,
        shown: &mut [Shown],
        values: *mut Datum,
        nulls: *mut bool,
    ) -> bool {
        let Some(row) = self.instance.next_row().or_raise() else { return false };
        for (cell, Shown { name, number, target }) in row.drain(..).zip(shown) {
            let value = match target.may_be_refused() {
                true => raise::for_column(name, || target.value(cell)),
                false => target.value(cell),
            }
            .or_raise();
            let place = *number as usize - 1;
            // SAFETY: the caller's promise.
            unsafe {
                *nulls.add(place) = value.is_none();
                *values.add(place) = value.unwrap_or(Datum::from(0));
            }
        }
        true
    }

    pub fn instance(&mut self) -> &mut Instance<Session> {
        &mut self.instance
    }
}

enum Stage {
    /// The next row begins the scan, with the conditions' values of that time.
    New,
    Begun,
    /// A condition compares with NULL.
    Empty,
}

/// A scan of the executor's.
pub struct Run {
    table: Table,
    order: Order,
    /// The states of the plan's expressions, in the executor's memory.
    values: *mut pg_sys::List,
    shown: Vec<Shown>,
    generated: Generated,
    /// As it was when the executor began, until the component starts with it.
    session: Option<Session>,
    source: Option<Source>,
    stage: Stage,
    rows: u64,
}

impl Run {
    /// # Safety
    ///
    /// Within the executor, in memory that lives as long as the query; the relation is open, and `values` are the
    /// states of the plan's expressions.
    pub unsafe fn new(
        relation: pg_sys::Relation,
        role: Oid,
        order: Order,
        values: *mut pg_sys::List,
    ) -> Self {
        // SAFETY: the caller's promise.
        let (table, generated) =
            unsafe { ((*relation).rd_id, Generated::of(relation, &order.columns)) };
        let shown = table_columns(table)
            .into_iter()
            .filter(|shown| order.columns.contains(&shown.number))
            .collect();
        let table = Table::of(table);
        Self {
            session: Some(Session::live(&table.server, table.oid, role)),
            table,
            order,
            values,
            shown,
            generated,
            source: None,
            stage: Stage::New,
            rows: 0,
        }
    }

    /// Puts the next row into the slot's places; false after the last one.
    ///
    /// # Safety
    ///
    /// The executor's node of this scan, and a slot of its table.
    pub unsafe fn next(
        &mut self,
        node: *mut pg_sys::ForeignScanState,
        slot: *mut pg_sys::TupleTableSlot,
    ) -> bool {
        // SAFETY: the caller's promise.
        unsafe {
            if matches!(self.stage, Stage::New) {
                self.begin(node);
            }
            let Some(source) = self.source.as_mut().filter(|_| matches!(self.stage, Stage::Begun))
            else {
                return false;
            };
            let columns = (*(*slot).tts_tupleDescriptor).natts as usize;
            std::ptr::write_bytes((*slot).tts_isnull, 1, columns);
            let found = source.fill(&mut self.shown, (*slot).tts_values, (*slot).tts_isnull);
            if found {
                self.rows += 1;
                self.generated.fill((*node).ss.ps.ps_ExprContext, slot);
            } else if self.order.conditions.is_empty() {
                statistics::note_rows(self.table.oid, self.rows);
            }
            found
        }
    }

    unsafe fn begin(&mut self, node: *mut pg_sys::ForeignScanState) {
        self.rows = 0;
        let table = self.table.oid;
        // SAFETY: within the executor.
        let conditions = unsafe {
            let context = (*node).ss.ps.ps_ExprContext;
            let value_of = |place| values::evaluate(self.values, place, context);
            values::conditions(&self.order.conditions, &value_of, &|n| {
                catalog::column_name(table, n)
            })
        };
        let Conditions::Quals(quals, _) = conditions else {
            self.stage = Stage::Empty;
            return;
        };
        if let Some(session) = self.session.take() {
            let row_limit = self.order.row_limit;
            self.source = Some(Source::new(&self.table, session, &self.shown, row_limit));
        }
        let source = self.source.as_mut().expect("the session became a source");
        source.begin(quals);
        self.stage = Stage::Begun;
    }

    /// Goes back to the first row. The component replays what it has, unless a condition's value may have changed.
    pub fn rewind(&mut self, may_differ: bool) {
        let begins_anew = may_differ && !self.values.is_null();
        match (&self.stage, self.source.as_mut()) {
            (Stage::Begun, Some(source)) if begins_anew => {
                source.instance().end_scan().or_raise();
                self.stage = Stage::New;
            }
            (Stage::Begun, Some(source)) => {
                source.instance().re_scan().or_raise();
                self.rows = 0;
            }
            _ => self.stage = Stage::New,
        }
    }

    pub fn end(&mut self) {
        if let (Stage::Begun, Some(source)) = (&self.stage, self.source.as_mut()) {
            source.instance().end_scan().or_raise();
        }
        self.source = None;
    }

    /// What the scan's requests came to so far, and the first of them.
    pub fn seen(&mut self) -> (Traffic, Option<String>) {
        let Some(source) = self.source.as_mut() else { return Default::default() };
        let session = source.instance().environment();
        (session.seen(), session.first_request())
    }
}
