//! ANALYZE: a sample of the rows, so that the planner knows how many there are and how their values are spread.

use crate::catalog::Table;
use crate::environment::Session;
use crate::scan::{Source, table_columns};
use pgrx::PgMemoryContexts;
use pgrx::pg_sys::{self, Datum};
use pgrx::prelude::*;

/// # Safety
///
/// Called by Postgres' ANALYZE.
#[pg_guard]
pub unsafe extern "C-unwind" fn analyze_foreign_table(
    _relation: pg_sys::Relation,
    acquire: *mut pg_sys::AcquireSampleRowsFunc,
    pages: *mut pg_sys::BlockNumber,
) -> bool {
    // SAFETY: both places are the caller's. There are no pages; one keeps the table from counting as empty.
    unsafe {
        *acquire = Some(acquire_sample_rows);
        *pages = 1;
    }
    true
}

/// Reads the whole table and keeps each row with the same probability, by Vitter's method as for tables of Postgres.
#[pg_guard]
unsafe extern "C-unwind" fn acquire_sample_rows(
    relation: pg_sys::Relation,
    _level: i32,
    rows: *mut pg_sys::HeapTuple,
    wanted: i32,
    total: *mut f64,
    dead: *mut f64,
) -> i32 {
    // SAFETY: Postgres gives an open relation and room for as many rows as are wanted.
    unsafe {
        let oid = (*relation).rd_id;
        let table = Table::of(oid);
        let mut shown = table_columns(oid);
        let session = Session::live(&table.server, oid, pg_sys::GetUserId());
        let mut source = Source::new(&table, session, &shown, None);
        source.begin(Vec::new());

        let columns = (*(*relation).rd_att).natts as usize;
        let mut values = vec![Datum::from(0); columns];
        let mut nulls = vec![true; columns];
        let mut sampling = pg_sys::ReservoirStateData::default();
        pg_sys::reservoir_init_selection_state(&mut sampling, wanted);
        let mut seen = 0.0;
        let mut kept = 0;
        let mut to_skip = -1.0;
        let mut row_memory = PgMemoryContexts::new("k8s_fdw row");
        loop {
            pg_sys::check_for_interrupts!();
            row_memory.reset();
            let more = row_memory
                .switch_to(|_| source.fill(&mut shown, values.as_mut_ptr(), nulls.as_mut_ptr()));
            if !more {
                break;
            }
            let place = if kept < wanted {
                kept += 1;
                Some(kept - 1)
            } else {
                if to_skip < 0.0 {
                    to_skip = pg_sys::reservoir_get_next_S(&mut sampling, seen, wanted);
                }
                to_skip -= 1.0;
                (to_skip < 0.0).then(|| {
                    let random = pg_sys::sampler_random_fract(&mut sampling.randstate);
                    (f64::from(wanted) * random) as i32
                })
            };
            if let Some(place) = place {
                let slot = rows.add(place as usize);
                if seen >= f64::from(wanted) {
                    pg_sys::heap_freetuple(*slot);
                }
                *slot = pg_sys::heap_form_tuple(
                    (*relation).rd_att,
                    values.as_mut_ptr(),
                    nulls.as_mut_ptr(),
                );
            }
            seen += 1.0;
        }
        *total = seen;
        *dead = 0.0;
        kept
    }
}
