//! Columns that Postgres computes from others: `GENERATED ALWAYS AS (…) STORED`. Nothing stores them in a cluster, so
//! they are computed for each row.

use crate::catalog;
use pgrx::pg_sys::{self, Datum};

/// The expressions of the generated columns that a scan shows.
pub struct Generated(Vec<(i16, *mut pg_sys::ExprState)>);

impl Generated {
    /// # Safety
    ///
    /// Within the executor, in memory that lives as long as the query; `relation` is open.
    pub unsafe fn of(relation: pg_sys::Relation, wanted: &[i16]) -> Self {
        // SAFETY: the caller's promise.
        let table = unsafe { (*relation).rd_id };
        let columns = catalog::columns(table).into_iter();
        let columns =
            columns.filter(|column| column.is_generated && wanted.contains(&column.number));
        Self(
            columns
                .map(|column| {
                    // SAFETY: a generated column has an expression.
                    unsafe {
                        let expression =
                            pg_sys::build_column_default(relation, column.number.into());
                        let planned = pg_sys::expression_planner(expression.cast());
                        (column.number, pg_sys::ExecInitExpr(planned, std::ptr::null_mut()))
                    }
                })
                .collect(),
        )
    }

    /// Computes them from the row's other values.
    ///
    /// # Safety
    ///
    /// Within the executor; the slot's places hold the row's other columns.
    pub unsafe fn fill(
        &self,
        context: *mut pg_sys::ExprContext,
        slot: *mut pg_sys::TupleTableSlot,
    ) {
        if self.0.is_empty() {
            return;
        }
        // SAFETY: the caller's promise. The slot counts as filled while expressions read it.
        unsafe {
            let former = (*context).ecxt_scantuple;
            (*context).ecxt_scantuple = pg_sys::ExecStoreVirtualTuple(slot);
            for (number, state) in &self.0 {
                let place = *number as usize - 1;
                let mut is_null = false;
                let function =
                    (**state).evalfunc.expect("an expression that is ready has its function");
                let value = function(*state, context, &mut is_null);
                *(*slot).tts_isnull.add(place) = is_null;
                *(*slot).tts_values.add(place) = if is_null { Datum::from(0) } else { value };
            }
            (*context).ecxt_scantuple = former;
            ((*(*slot).tts_ops).clear.expect("each kind of slot can be cleared"))(slot);
        }
    }
}
