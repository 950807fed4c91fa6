//! What the planner tells the executor. A plan may be kept, copied and sent to a worker process, so it is written as
//! nodes of Postgres.

use crate::catalog::elements;
use pgrx::pg_sys::{self, List};
use std::ffi::{CStr, CString};

/// What a condition compares its column with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// The value of the expression at this place in the plan's list.
    Value(usize),
    /// An array, of which one element has to match (ANY) or each of them (ALL).
    Any(usize),
    All(usize),
    IsNull,
    IsNotNull,
    IsTrue,
    IsFalse,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The column's number in its table.
    pub column: i16,
    /// As SQL writes it.
    pub operator: String,
    pub comparison: Comparison,
    /// Whether a NULL on the right makes the whole condition NULL, so that no row fulfils it.
    pub is_strict: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The numbers of the columns to give, in the table's order.
    pub columns: Vec<i16>,
    pub conditions: Vec<Condition>,
    pub row_limit: Option<i64>,
}

impl Comparison {
    fn to_text(&self) -> String {
        match self {
            Self::Value(place) => format!("value {place}"),
            Self::Any(place) => format!("any {place}"),
            Self::All(place) => format!("all {place}"),
            Self::IsNull => "null".to_owned(),
            Self::IsNotNull => "notnull".to_owned(),
            Self::IsTrue => "true".to_owned(),
            Self::IsFalse => "false".to_owned(),
        }
    }

    fn from_text(text: &str) -> Option<Self> {
        let (word, place) = text.split_once(' ').unwrap_or((text, ""));
        Some(match word {
            "value" => Self::Value(place.parse().ok()?),
            "any" => Self::Any(place.parse().ok()?),
            "all" => Self::All(place.parse().ok()?),
            "null" => Self::IsNull,
            "notnull" => Self::IsNotNull,
            "true" => Self::IsTrue,
            "false" => Self::IsFalse,
            _ => return None,
        })
    }
}

impl Order {
    /// One line for the columns, one for the limit, then one for each condition. An operator has no white space.
    fn to_text(&self) -> String {
        let columns: Vec<String> = self.columns.iter().map(i16::to_string).collect();
        let mut lines = vec![
            columns.join(" "),
            self.row_limit.map_or_else(String::new, |limit| limit.to_string()),
        ];
        for Condition { column, operator, comparison, is_strict } in &self.conditions {
            lines.push(format!("{column}\t{operator}\t{is_strict}\t{}", comparison.to_text()));
        }
        lines.join("\n")
    }

    fn from_text(text: &str) -> Option<Self> {
        let mut lines = text.split('\n');
        let columns =
            lines.next()?.split_whitespace().map(|n| n.parse().ok()).collect::<Option<_>>()?;
        let row_limit = lines.next()?.parse().ok();
        let conditions = lines
            .map(|line| {
                let mut fields = line.split('\t');
                Some(Condition {
                    column: fields.next()?.parse().ok()?,
                    operator: fields.next()?.to_owned(),
                    is_strict: fields.next()? == "true",
                    comparison: Comparison::from_text(fields.next()?)?,
                })
            })
            .collect::<Option<_>>()?;
        Some(Self { columns, conditions, row_limit })
    }

    /// A list for `fdw_private`.
    pub fn to_list(&self) -> *mut List {
        let text = CString::new(self.to_text()).expect("names of operators have no NUL byte");
        // SAFETY: the string is copied into the planner's memory.
        unsafe {
            let node = pg_sys::makeString(pg_sys::pstrdup(text.as_ptr()));
            pg_sys::lappend(std::ptr::null_mut(), node.cast())
        }
    }

    /// # Safety
    ///
    /// `list` was made by `to_list`, in this process or in another that has the same library.
    pub unsafe fn from_list(list: *mut List) -> Self {
        // SAFETY: the caller's promise.
        let text = unsafe {
            let node = elements::<pg_sys::String>(list).next().expect("the list has one node");
            CStr::from_ptr((*node).sval).to_str().expect("operators and numbers are ASCII")
        };
        Self::from_text(text).expect("to_text wrote it")
    }
}
