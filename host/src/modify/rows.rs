//! Rows of the executor, column by column.

use crate::catalog;
use crate::scan::Generated;
use pgrx::pg_sys::{self, Datum};
use std::ffi::CString;

pub type Slot = *mut pg_sys::TupleTableSlot;

/// The values of all columns of a row, those of dropped ones among them.
pub struct Values {
    pub datums: Vec<Datum>,
    pub nulls: Vec<bool>,
}

impl Values {
    /// # Safety
    ///
    /// A slot of the executor's.
    pub unsafe fn nulls(slot: Slot) -> Self {
        // SAFETY: a slot has a descriptor.
        let columns = unsafe { (*(*slot).tts_tupleDescriptor).natts as usize };
        Self { datums: vec![Datum::from(0); columns], nulls: vec![true; columns] }
    }

    /// Those of a slot that has a row.
    ///
    /// # Safety
    ///
    /// A slot of the executor's. The values live as long as it holds the row.
    pub unsafe fn of(slot: Slot) -> Self {
        // SAFETY: the caller's promise; all values are read out first.
        unsafe {
            let columns = (*(*slot).tts_tupleDescriptor).natts;
            if i32::from((*slot).tts_nvalid) < columns {
                pg_sys::slot_getsomeattrs_int(slot, columns);
            }
            let columns = columns as usize;
            Self {
                datums: std::slice::from_raw_parts((*slot).tts_values, columns).to_vec(),
                nulls: std::slice::from_raw_parts((*slot).tts_isnull, columns).to_vec(),
            }
        }
    }

    /// The row that the plan carries as one value.
    ///
    /// # Safety
    ///
    /// A row of the plan, and a slot of the table whose row it carries. The values live as long as the plan's row.
    pub unsafe fn carried(plan_slot: Slot, place: i16, slot: Slot) -> Option<Self> {
        // SAFETY: the caller's promise. A composite value begins with its header, which has its length.
        unsafe {
            let datum = value_of(plan_slot, place)?;
            let header = pg_sys::pg_detoast_datum(datum.cast_mut_ptr());
            let mut tuple = pg_sys::HeapTupleData {
                t_len: pgrx::varsize(header) as u32,
                t_data: header.cast(),
                ..Default::default()
            };
            let mut values = Self::nulls(slot);
            pg_sys::heap_deform_tuple(
                &mut tuple,
                (*slot).tts_tupleDescriptor,
                values.datums.as_mut_ptr(),
                values.nulls.as_mut_ptr(),
            );
            Some(values)
        }
    }

    pub fn get(&self, number: i16) -> Option<Datum> {
        let place = number as usize - 1;
        (!self.nulls[place]).then(|| self.datums[place])
    }

    pub fn clear(&mut self, number: i16) {
        self.nulls[number as usize - 1] = true;
    }

    /// Computes the generated columns from the others.
    ///
    /// # Safety
    ///
    /// Within the executor, in memory that lives as long as the row; the relation is the table.
    pub unsafe fn compute(
        &mut self,
        context: *mut pg_sys::ExprContext,
        relation: pg_sys::Relation,
    ) {
        // SAFETY: the caller's promise; the slot has a place for each column.
        unsafe {
            let table = (*relation).rd_id;
            let numbers: Vec<i16> =
                catalog::columns(table).iter().map(|column| column.number).collect();
            let generated = Generated::of(relation, &numbers);
            let slot = pg_sys::MakeSingleTupleTableSlot(
                (*relation).rd_att,
                &raw const pg_sys::TTSOpsVirtual,
            );
            let columns = self.datums.len();
            std::slice::from_raw_parts_mut((*slot).tts_values, columns)
                .copy_from_slice(&self.datums);
            std::slice::from_raw_parts_mut((*slot).tts_isnull, columns)
                .copy_from_slice(&self.nulls);
            generated.fill(context, slot);
            self.datums.copy_from_slice(std::slice::from_raw_parts((*slot).tts_values, columns));
            self.nulls.copy_from_slice(std::slice::from_raw_parts((*slot).tts_isnull, columns));
            pg_sys::ExecDropSingleTupleTableSlot(slot);
        }
    }

    /// Makes this the row of the slot.
    ///
    /// # Safety
    ///
    /// A slot of the executor's, of the table whose values these are, in memory that lives as long as the statement.
    pub unsafe fn store(&mut self, slot: Slot) {
        // SAFETY: the caller's promise; the tuple is a copy, which the slot frees.
        unsafe {
            let table = (*slot).tts_tableOid;
            let tuple = pg_sys::heap_form_tuple(
                (*slot).tts_tupleDescriptor,
                self.datums.as_mut_ptr(),
                self.nulls.as_mut_ptr(),
            );
            pg_sys::ExecForceStoreHeapTuple(tuple, slot, true);
            (*slot).tts_tableOid = table;
        }
    }
}

/// The value of a column of a row; `None` for NULL.
///
/// # Safety
///
/// The slot has a row with that column.
pub unsafe fn value_of(slot: Slot, number: i16) -> Option<Datum> {
    // SAFETY: the caller's promise; the row's values are read out first.
    unsafe {
        if (*slot).tts_nvalid < number {
            pg_sys::slot_getsomeattrs_int(slot, i32::from(number));
        }
        let place = number as usize - 1;
        (!*(*slot).tts_isnull.add(place)).then(|| *(*slot).tts_values.add(place))
    }
}

/// Where rows of the plan have a column of that name; 0 if they have none.
///
/// # Safety
///
/// The plan's own list of columns.
pub unsafe fn place_of(columns: *mut pg_sys::List, name: &str) -> i16 {
    let text = CString::new(name).expect("a name has no NUL byte");
    // SAFETY: the caller's promise.
    unsafe { pg_sys::ExecFindJunkAttributeInTlist(columns, text.as_ptr()) }
}

/// The memory of one row, which is emptied before the next.
///
/// # Safety
///
/// The executor's own state.
pub unsafe fn memory_of_row(estate: *mut pg_sys::EState) -> pg_sys::MemoryContext {
    // SAFETY: the caller's promise.
    unsafe { (*context_of_row(estate)).ecxt_per_tuple_memory }
}

/// # Safety
///
/// The executor's own state.
pub unsafe fn context_of_row(estate: *mut pg_sys::EState) -> *mut pg_sys::ExprContext {
    // SAFETY: the caller's promise.
    unsafe {
        match (*estate).es_per_tuple_exprcontext.is_null() {
            true => pg_sys::MakePerTupleExprContext(estate),
            false => (*estate).es_per_tuple_exprcontext,
        }
    }
}
