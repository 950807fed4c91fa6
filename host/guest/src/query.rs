//! What a scan is asked for, as the component sees it.

use crate::{TypeOid, Value};

/// Options of a server, a table or an IMPORT FOREIGN SCHEMA, by name.
pub type Options = Vec<(String, String)>;

/// A column that the scan has to give. Each row has one cell for each of them, in their order.
#[derive(Clone, Debug)]
pub struct Column {
    pub name: String,
    /// The column's number in its table, from 1.
    pub number: u32,
    pub type_oid: TypeOid,
}

/// A condition `field operator value`. The component may use it to ask for less; Postgres checks it again.
#[derive(Clone, Debug)]
pub struct Qual {
    pub field: String,
    /// The operator as SQL writes it, or `is` and `is not` for a test of NULL.
    pub operator: String,
    pub value: Value,
    /// For an array: whether one element has to match (ANY) and not each of them (ALL).
    pub use_or: bool,
}

/// One key of ORDER BY.
#[derive(Clone, Debug)]
pub struct Sort {
    pub field: String,
    pub field_no: u32,
    pub reversed: bool,
    pub nulls_first: bool,
    pub collate: Option<String>,
}

/// LIMIT and OFFSET in rows, a hint for the size of a page.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    pub count: i64,
    pub offset: i64,
}

/// Everything that the component may read of the statement that runs.
#[derive(Clone, Debug, Default)]
pub struct Query {
    pub server_options: Options,
    pub table_options: Options,
    pub import_options: Options,
    pub columns: Vec<Column>,
    pub quals: Vec<Qual>,
    pub sorts: Vec<Sort>,
    pub limit: Option<Limit>,
}

impl Qual {
    pub(crate) fn deparse(&self) -> String {
        format!("{} {} {:?}", self.field, self.operator, self.value)
    }
}

impl Sort {
    pub(crate) fn deparse(&self) -> String {
        let direction = if self.reversed { "desc" } else { "asc" };
        let nulls = if self.nulls_first { "first" } else { "last" };
        format!("{} {direction} nulls {nulls}", self.field)
    }

    pub(crate) fn deparse_with_collate(&self) -> String {
        match &self.collate {
            Some(collate) => format!("{} collate {collate}", self.deparse()),
            None => self.deparse(),
        }
    }
}

impl Limit {
    pub(crate) fn deparse(&self) -> String {
        format!("limit {} offset {}", self.count, self.offset)
    }
}
