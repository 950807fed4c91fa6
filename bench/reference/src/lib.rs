//! Owns the exports of the contract: one scan at a time, as the host drives it.
//! Never does what the benchmark does not ask for: no writes, no discovery, no paths, no masking.

mod answer;
mod plan;
mod scan;

wit_bindgen::generate!({ path: "../../wit", world: "wrappers" });

use exports::supabase::wrappers::routines::{
    Cell, Context, FdwError, FdwResult, Guest, ImportForeignSchemaStmt, Row,
};
use plan::{Plan, Server};
use scan::Scan;
use std::cell::RefCell;

thread_local! {
    static SERVER: RefCell<Option<Server>> = const { RefCell::new(None) };
    static SCAN: RefCell<Option<Scan>> = const { RefCell::new(None) };
}

const READ_ONLY: &str = "the reference is read-only";

struct Reference;

impl Guest for Reference {
    fn host_version_requirement() -> String {
        "^0.1.0".to_owned()
    }

    fn init(ctx: &Context) -> FdwResult {
        let server = Server::new(ctx)?;
        SERVER.set(Some(server));
        Ok(())
    }

    fn begin_scan(ctx: &Context) -> FdwResult {
        let plan = Plan::new(ctx)?;
        let server = SERVER.with_borrow(Clone::clone).ok_or("init was not called")?;
        SCAN.set(Some(Scan::new(server, plan)));
        Ok(())
    }

    fn iter_scan(_: &Context, row: &Row) -> Result<Option<u32>, FdwError> {
        SCAN.with_borrow_mut(|scan| {
            let Some(cells) = scan.as_mut().ok_or("no scan has begun")?.next()? else {
                return Ok(None);
            };
            for cell in cells {
                row.push(cell.as_ref());
            }
            Ok(Some(0))
        })
    }

    fn re_scan(_: &Context) -> FdwResult {
        SCAN.with_borrow_mut(|scan| scan.as_mut().ok_or("no scan has begun").map(Scan::rewind))?;
        Ok(())
    }

    fn end_scan(_: &Context) -> FdwResult {
        SCAN.set(None);
        Ok(())
    }

    fn begin_modify(_: &Context) -> FdwResult {
        Err(READ_ONLY.to_owned())
    }

    fn insert(_: &Context, _: &Row) -> FdwResult {
        Err(READ_ONLY.to_owned())
    }

    fn update(_: &Context, _: Cell, _: &Row) -> FdwResult {
        Err(READ_ONLY.to_owned())
    }

    fn delete(_: &Context, _: Cell) -> FdwResult {
        Err(READ_ONLY.to_owned())
    }

    fn end_modify(_: &Context) -> FdwResult {
        Ok(())
    }

    fn import_foreign_schema(
        _: &Context,
        _: ImportForeignSchemaStmt,
    ) -> Result<Vec<String>, FdwError> {
        Err(READ_ONLY.to_owned())
    }
}

export!(Reference);
