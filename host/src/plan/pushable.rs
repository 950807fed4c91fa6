//! Which columns narrow the request, by the component's own word: it is asked what it would request with a condition on
//! the column, and what without. Nothing is sent.

use crate::datum::Target;
use crate::scan::probe;
use k8s_fdw_guest::{Cell, Qual, TypeOid, Value};
use pgrx::pg_sys::{self, Datum, Oid};
use pgrx::prelude::*;
use std::cell::RefCell;
use std::collections::HashMap;

thread_local! {
    static ANSWERS: RefCell<Option<HashMap<(Oid, i16), Use>>> = const { RefCell::new(None) };
}

/// What a value of a column is to the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    None,
    /// `column = value` makes the request smaller.
    Narrows,
    /// No request can be made that shows the column before some values are known: a log needs its pod, and
    /// `label_selector` its selector.
    Awaited,
}

/// A table whose kind has to be discovered first has no use for any value.
pub fn use_of(table: Oid, column: i16) -> Use {
    if let Some(known) = with_answers(|answers| answers.get(&(table, column)).copied()) {
        return known;
    }
    let answer = ask(table, column).unwrap_or(Use::None);
    with_answers(|answers| answers.insert((table, column), answer));
    answer
}

fn ask(table: Oid, column: i16) -> Option<Use> {
    let (name, target) = probe::column_of(table, column)?;
    let Some(without) = probe::request(table, &[column], Vec::new(), None) else {
        return Some(Use::Awaited);
    };
    let qual = Qual {
        field: name,
        operator: "=".to_owned(),
        value: Value::Cell(sample(&target)?),
        use_or: false,
    };
    let with = probe::request(table, &[column], vec![qual], None)?;
    Some(if with == without { Use::None } else { Use::Narrows })
}

/// A value that is no object's.
fn sample(target: &Target) -> Option<Cell> {
    match target.kind.type_oid() {
        TypeOid::String => Some(Cell::String("k8s-fdw-sample".to_owned())),
        TypeOid::Uuid => Some(Cell::Uuid("00000000-0000-4000-8000-000000000000".to_owned())),
        _ => None,
    }
}

fn with_answers<T>(use_them: impl FnOnce(&mut HashMap<(Oid, i16), Use>) -> T) -> T {
    ANSWERS.with_borrow_mut(|answers| {
        let answers = answers.get_or_insert_with(|| {
            forget_on_changes();
            HashMap::new()
        });
        use_them(answers)
    })
}

/// A change of any table, server or mapping empties the answers, which take a millisecond each to get again.
fn forget_on_changes() {
    let caches = [
        pg_sys::SysCacheIdentifier::FOREIGNSERVEROID,
        pg_sys::SysCacheIdentifier::FOREIGNTABLEREL,
        pg_sys::SysCacheIdentifier::USERMAPPINGOID,
    ];
    // SAFETY: registered once for the process, with a function that lives as long.
    unsafe {
        for cache in caches {
            pg_sys::CacheRegisterSyscacheCallback(cache as i32, Some(on_change), Datum::from(0));
        }
    }
}

#[pg_guard]
unsafe extern "C-unwind" fn on_change(_datum: Datum, _cache: i32, _hash: u32) {
    // While the answers are in use nothing is invalidated, for no catalog is read then.
    ANSWERS.with(|answers| {
        if let Ok(mut answers) = answers.try_borrow_mut()
            && let Some(answers) = answers.as_mut()
        {
            answers.clear();
        }
    });
}
