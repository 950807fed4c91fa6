//! A statement that writes one table.

use super::rows::{self, Slot, Values};
use super::waiting::{self, Operation, Row};
use super::{ROWID_COLUMN, written};
use crate::catalog::{self, Table};
use crate::environment::{Sent, Session, Shown as Object};
use crate::raise::{self, OrRaise};
use crate::scan::{Shown, Source, table_columns};
use k8s_fdw_guest::Cell;
use k8s_fdw_http::object::{self, Identity};
use pgrx::FromDatum;
use pgrx::pg_sys::{self, Oid};

/// What the API server sets in an object whenever it stores it.
const OF_EACH_WRITE: [&str; 1] = ["resourceVersion"];
/// What it makes up for a new object, and does again when the object is really made.
const OF_A_NEW_ONE: [&str; 3] = ["resourceVersion", "uid", "creationTimestamp"];
/// Columns of the same names; the key has both uid and version in it.
const VERSION_COLUMNS: [&str; 2] = [ROWID_COLUMN, "resource_version"];
const CONFLICT: u16 = 409;
/// The `object` of a table into which manifests of any kind are inserted, and its column.
const MANIFESTS: &str = "manifests";
const MANIFEST_COLUMN: &str = "manifest";
/// Options that such a table has, and a table of a kind would read otherwise.
const OF_MANIFESTS: [&str; 4] = ["object", "columns", "namespace", "namespaces"];

/// A column that the statement writes.
struct Written {
    number: i16,
    type_oid: Oid,
}

/// Where the rows of the plan have a row's identity, and the row as it was; 0 if they have none.
#[derive(Default)]
pub struct Places {
    pub identity: i16,
    pub whole: i16,
}

/// Reads objects that are not in the cluster yet.
struct Reader {
    source: Source,
    shown: Vec<Shown>,
}

pub struct Modification {
    table: Table,
    operation: Operation,
    columns: Vec<Written>,
    places: Places,
    /// `None` after the end.
    source: Option<Source>,
    reader: Option<Reader>,
    rows: Vec<Row>,
    /// The last request of the last row.
    sent: Option<Sent>,
}

impl Modification {
    pub fn begin(
        table: Table,
        role: Oid,
        operation: Operation,
        places: Places,
        is_written: impl Fn(i16) -> bool,
    ) -> Self {
        let all = catalog::columns(table.oid);
        let shown: Vec<_> =
            table_columns(table.oid).into_iter().filter(|shown| is_written(shown.number)).collect();
        let columns = shown
            .iter()
            .filter_map(|shown| all.iter().find(|column| column.number == shown.number))
            .map(|column| Written { number: column.number, type_oid: column.type_oid })
            .collect();
        let is_subresource = catalog::option(&table.options, "subresource").is_some();
        let session = Session::writing(&table.server, table.oid, role, is_subresource);
        let mut source = Source::new(&table, session, &shown, None);
        source.instance().begin_modify().or_raise();
        Self {
            table,
            operation,
            columns,
            places,
            source: Some(source),
            reader: None,
            rows: Vec::new(),
            sent: None,
        }
    }

    fn source(&mut self) -> &mut Source {
        self.source.as_mut().expect("rows are written before the end")
    }

    /// # Safety
    ///
    /// A row of the table.
    pub unsafe fn insert(&mut self, slot: Slot) {
        // SAFETY: the caller's promise.
        let cells = unsafe { self.cells(slot) };
        self.write(None, cells);
    }

    /// False if there is no such object any more, because the transaction has deleted it.
    ///
    /// # Safety
    ///
    /// A row of the table, and the row of the plan that it was made of.
    pub unsafe fn update(&mut self, slot: Slot, plan_slot: Slot) -> bool {
        // SAFETY: the caller's promise.
        let (identity, cells) = unsafe { (self.identity(plan_slot), self.cells(slot)) };
        self.write_there(identity, cells)
    }

    /// As `update`.
    ///
    /// # Safety
    ///
    /// A row of the plan.
    pub unsafe fn delete(&mut self, plan_slot: Slot) -> bool {
        // SAFETY: the caller's promise.
        let identity = unsafe { self.identity(plan_slot) };
        self.write_there(identity, Vec::new())
    }

    fn write_there(&mut self, identity: String, cells: Vec<Option<Cell>>) -> bool {
        let is_there = !waiting::is_deleted(uid_of(&identity));
        if is_there {
            self.write(Some(identity), cells);
        }
        is_there
    }

    fn write(&mut self, identity: Option<String>, cells: Vec<Option<Cell>>) {
        let operation = self.operation;
        let mut row = Row {
            identity,
            cells,
            uid: String::new(),
            place: String::new(),
            is_named_by_server: false,
        };
        let source = self.source();
        let result = row.check(source, operation);
        let sent = source.instance().environment().take_sent();
        if let Some(sent) = &sent {
            let asked = Identity::of(&sent.body).unwrap_or_default();
            let got = Identity::of(&sent.answer).unwrap_or_default();
            row.is_named_by_server = row.identity.is_none() && asked.name.is_empty();
            let name = match row.identity.as_deref() {
                Some(identity) => name_of(identity),
                None if asked.name.is_empty() => &got.name,
                None => &asked.name,
            };
            row.place = format!("{} {name}", sent.collection);
            row.uid = got.uid;
            if result.is_err() && sent.status == CONFLICT && waiting::is_place_cleared(&row.place) {
                raise::message_with_hint(
                    &format!(
                        "k8s_fdw[write] the object {name} is deleted by the transaction, and stays there until COMMIT"
                    ),
                    "COMMIT first, and INSERT it then; or UPDATE it instead of both.",
                );
            }
        }
        result.or_raise();
        if let Some(identity) = &row.identity {
            uid_of(identity).clone_into(&mut row.uid);
        }
        self.sent = sent;
        self.rows.push(row);
    }

    unsafe fn cells(&self, slot: Slot) -> Vec<Option<Cell>> {
        self.columns
            .iter()
            // SAFETY: a row of the table.
            .map(|Written { number, type_oid }| unsafe {
                rows::value_of(slot, *number).map(|value| written::cell(value, *type_oid))
            })
            .collect()
    }

    /// The row's identity. The component refuses an empty one.
    unsafe fn identity(&self, plan_slot: Slot) -> String {
        // SAFETY: a row of the plan.
        let value = unsafe { rows::value_of(plan_slot, self.places.identity) };
        // SAFETY: the column is checked by the component to be that of a text.
        let text = value.and_then(|value| unsafe { String::from_datum(value, false) });
        text.unwrap_or_default()
    }

    /// Refuses what a trigger has changed beside the columns in SET, which the component does not get.
    ///
    /// # Safety
    ///
    /// A row of the table, and the row of the plan that it was made of.
    pub unsafe fn refuse_more(&self, slot: Slot, plan_slot: Slot) {
        // SAFETY: the caller's promise.
        let (new, old) = unsafe {
            let Some(old) = Values::carried(plan_slot, self.places.whole, slot) else { return };
            (Values::of(slot), old)
        };
        for column in catalog::columns(self.table.oid) {
            let number = column.number;
            if column.is_generated || self.columns.iter().any(|written| written.number == number) {
                continue;
            }
            // SAFETY: both are of the column's type.
            let printed = |values: &Values| unsafe {
                values.get(number).map(|value| written::printed(value, column.type_oid))
            };
            if printed(&new) != printed(&old) {
                raise::message_with_hint(
                    &format!(
                        "k8s_fdw[write] a trigger has changed the column \"{}\", which is not in the UPDATE's SET",
                        column.name
                    ),
                    "Name the column in SET, even if only as SET c = c, so that it is written.",
                );
            }
        }
    }

    /// Makes the slot show the object as the API server says that it would be; for what it does not say, as it was
    /// written.
    ///
    /// # Safety
    ///
    /// Within the executor: its state, and the row that was written last.
    pub unsafe fn show(
        &mut self,
        estate: *mut pg_sys::EState,
        relation: pg_sys::Relation,
        slot: Slot,
    ) {
        let Some(sent) = self.sent.take() else { return };
        // SAFETY: the caller's promise.
        unsafe {
            // Values are made in the memory of the row, and copied into the slot.
            let memory = pg_sys::MemoryContextSwitchTo(rows::memory_of_row(estate));
            let read = self.read(&sent, slot);
            let is_read = read.is_some();
            let mut values = read.unwrap_or_else(|| Values::of(slot));
            for column in catalog::columns(self.table.oid) {
                if VERSION_COLUMNS.contains(&column.name.as_str()) {
                    values.clear(column.number);
                }
            }
            if is_read {
                values.compute(rows::context_of_row(estate), relation);
            }
            pg_sys::MemoryContextSwitchTo(memory);
            values.store(slot);
        }
    }

    /// For a table of manifests, which can be of any kind, the table that shows one of this kind.
    fn table_of_kind(&self, answer: &str) -> Option<Table> {
        if catalog::option(&self.table.options, "object") != Some(MANIFESTS) {
            return None;
        }
        let (api_version, kind) = object::type_of(answer)?;
        let mut table = Table::of(self.table.oid);
        table.options.retain(|(name, _)| !OF_MANIFESTS.contains(&name.as_str()));
        let whole = format!("{{\"{MANIFEST_COLUMN}\": \"{{}}\"}}");
        for (name, value) in [("apiVersion", api_version), ("kind", kind), ("columns", whole)] {
            table.options.push((name.to_owned(), value));
        }
        Some(table)
    }

    /// Reads the object of an answer as a scan would read it; `None` if the answer is none, as that about a scale is.
    unsafe fn read(&mut self, sent: &Sent, slot: Slot) -> Option<Values> {
        if catalog::option(&self.table.options, "subresource") == Some("scale") {
            return None;
        }
        let hidden = match self.operation {
            Operation::Insert => OF_A_NEW_ONE.as_slice(),
            Operation::Update | Operation::Delete => OF_EACH_WRITE.as_slice(),
        };
        let object = Object {
            plural: sent.collection.rsplit('/').next()?.to_owned(),
            identity: Identity::of(&sent.answer)?,
            list: object::as_list(&sent.answer, hidden)?,
            empty_list: object::empty_list(&sent.answer)?,
        };
        let session = self.source().instance().environment().to_show();
        let of_its_kind = self.table_of_kind(&sent.answer);
        if of_its_kind.is_some() {
            self.reader = None;
        }
        let table = of_its_kind.as_ref().unwrap_or(&self.table);
        let Reader { source, shown } = self.reader.get_or_insert_with(|| {
            let shown = table_columns(table.oid);
            Reader { source: Source::new(table, session, &shown, None), shown }
        });
        source.instance().environment().show(object);
        source.begin(Vec::new());
        // SAFETY: the caller's promise; there is a place for each column.
        let (values, is_read) = unsafe {
            let mut values = Values::nulls(slot);
            let (datums, nulls) = (values.datums.as_mut_ptr(), values.nulls.as_mut_ptr());
            let is_read = source.fill(shown, datums, nulls);
            (values, is_read)
        };
        source.instance().end_scan().or_raise();
        is_read.then_some(values)
    }

    /// Makes the slot show the row that was deleted.
    ///
    /// # Safety
    ///
    /// A slot of the table, and the row of the plan.
    pub unsafe fn show_former(&self, slot: Slot, plan_slot: Slot) {
        if self.places.whole == 0 {
            return;
        }
        // SAFETY: the caller's promise.
        unsafe {
            if let Some(mut values) = Values::carried(plan_slot, self.places.whole, slot) {
                values.store(slot);
            }
        }
    }

    /// The changes wait for COMMIT, unless none are going to be sent.
    pub fn end(&mut self) {
        let Some(mut source) = self.source.take() else { return };
        self.reader = None;
        if self.rows.is_empty() || source.instance().environment().is_dry_run() {
            source.instance().end_modify().or_raise();
            return;
        }
        let rows = std::mem::take(&mut self.rows);
        waiting::add(self.table.oid, self.operation, source, rows);
    }
}

/// Of `namespace/name uid version`.
fn uid_of(identity: &str) -> &str {
    identity.split(' ').nth(1).unwrap_or_default()
}

fn name_of(identity: &str) -> &str {
    let object = identity.split(' ').next().unwrap_or_default();
    object.rsplit('/').next().unwrap_or(object)
}
