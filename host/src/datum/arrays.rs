//! Postgres' arrays, taken apart and put together.

use pgrx::pg_sys::{self, Datum, Oid};

/// How values of a type are stored.
struct Storage {
    length: i16,
    by_value: bool,
    alignment: std::ffi::c_char,
}

fn storage_of(type_oid: Oid) -> Storage {
    let mut storage = Storage { length: 0, by_value: false, alignment: 0 };
    // SAFETY: the function fills the three places.
    unsafe {
        pg_sys::get_typlenbyvalalign(
            type_oid,
            &mut storage.length,
            &mut storage.by_value,
            &mut storage.alignment,
        );
    }
    storage
}

/// The elements, `None` for NULL.
///
/// # Safety
///
/// `array` is an array, not NULL, of elements of the type `element`.
pub unsafe fn elements(array: Datum, element: Oid) -> Vec<Option<Datum>> {
    let Storage { length, by_value, alignment } = storage_of(element);
    let (mut values, mut nulls, mut count) = (std::ptr::null_mut(), std::ptr::null_mut(), 0);
    // SAFETY: the caller's promise; the function fills the three places, and both lists have `count` members.
    unsafe {
        let array = pg_sys::pg_detoast_datum(array.cast_mut_ptr()).cast();
        pg_sys::deconstruct_array(
            array,
            element,
            length.into(),
            by_value,
            alignment,
            &mut values,
            &mut nulls,
            &mut count,
        );
        (0..count as usize).map(|index| (!*nulls.add(index)).then(|| *values.add(index))).collect()
    }
}

/// An array of one dimension, in the current memory context.
pub fn array_of(values: &[Option<Datum>], element: Oid) -> Datum {
    let Storage { length, by_value, alignment } = storage_of(element);
    let mut nulls: Vec<bool> = values.iter().map(Option::is_none).collect();
    let mut datums: Vec<Datum> =
        values.iter().map(|value| value.unwrap_or(Datum::from(0))).collect();
    let (mut size, mut lower) = (values.len() as i32, 1);
    // SAFETY: the lists have as many members as the dimension says, and values of that type.
    let array = unsafe {
        if values.is_empty() {
            pg_sys::construct_empty_array(element)
        } else {
            pg_sys::construct_md_array(
                datums.as_mut_ptr(),
                nulls.as_mut_ptr(),
                1,
                &mut size,
                &mut lower,
                element,
                length.into(),
                by_value,
                alignment,
            )
        }
    };
    Datum::from(array)
}
