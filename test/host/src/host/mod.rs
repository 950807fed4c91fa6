//! Owns what a guest may see of the query it serves; the interfaces it imports are in this folder.
//! Never outlives an instance, and holds no resource table: a resource's rep is an index here.

mod http;
mod jwt;
mod stats;
mod time;
mod types;
mod utils;

use std::collections::HashMap;
use supabase_wrappers::prelude::{Column, Limit, Qual, Row, Runtime, Sort};

pub struct Host {
    rt: Runtime,
    server_options: HashMap<String, String>,
    pub table_options: HashMap<String, String>,
    pub import_schema_options: HashMap<String, String>,
    pub row: Row,
    pub columns: Vec<Column>,
    pub quals: Vec<Qual>,
    pub sorts: Vec<Sort>,
    pub limit: Option<Limit>,
}

impl Host {
    /// The rep of the one context.
    pub const CONTEXT: u32 = 0;
    /// The rep of the one row.
    pub const ROW: u32 = 0;

    pub fn new(rt: Runtime, server_options: HashMap<String, String>) -> Self {
        Self {
            rt,
            server_options,
            table_options: HashMap::new(),
            import_schema_options: HashMap::new(),
            row: Row::default(),
            columns: Vec::new(),
            quals: Vec::new(),
            sorts: Vec::new(),
            limit: None,
        }
    }
}
