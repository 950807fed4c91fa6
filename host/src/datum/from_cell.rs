//! A cell of the component as a value of its column's type, in the current memory context.

use super::arrays::array_of;
use super::epoch::{DAY, MICROS, UNIX_TO_POSTGRES_DAYS};
use super::kind::{Kind, kind_of};
use k8s_fdw_guest::{Cell, Error, TypeOid};
use pgrx::pg_sys::panic::ErrorReport;
use pgrx::pg_sys::{self, Datum, Oid};
use pgrx::{IntoDatum, PgLogLevel, PgSqlErrorCode, direct_function_call_as_datum};
use std::ffi::CString;

/// How the cells of one column become values.
pub struct Target {
    pub kind: Kind,
    type_oid: Oid,
    base: Oid,
    modifier: i32,
    input: Input,
    is_domain: bool,
    /// What Postgres keeps between two checks of a domain.
    domain: *mut std::ffi::c_void,
}

/// A type's input function.
struct Input {
    function: pg_sys::FmgrInfo,
    parameter: Oid,
}

impl Input {
    fn of(type_oid: Oid) -> Self {
        let mut oid = Oid::INVALID;
        let mut input = Self { function: pg_sys::FmgrInfo::default(), parameter: Oid::INVALID };
        // SAFETY: the functions fill these places.
        unsafe {
            pg_sys::getTypeInputInfo(type_oid, &mut oid, &mut input.parameter);
            pg_sys::fmgr_info(oid, &mut input.function);
        }
        input
    }

    /// # Errors
    ///
    /// If the text has U+0000, which Postgres cannot keep.
    fn read(&mut self, text: String, modifier: i32) -> Result<Datum, Error> {
        let text = CString::new(text).map_err(|_| {
            Error::Guest("a text has U+0000, which Postgres cannot keep".to_owned())
        })?;
        // SAFETY: an input function takes a C string and copies what it needs.
        Ok(unsafe {
            pg_sys::InputFunctionCall(
                &mut self.function,
                text.as_ptr().cast_mut(),
                self.parameter,
                modifier,
            )
        })
    }
}

impl Target {
    pub fn new(type_oid: Oid, modifier: i32) -> Self {
        let mut modifier = modifier;
        // SAFETY: looks into a cache; for a domain it sets the modifier.
        let base = unsafe { pg_sys::getBaseTypeAndTypmod(type_oid, &mut modifier) };
        let kind = kind_of(type_oid);
        let input = Input::of(match kind {
            Kind::Array { element } => element,
            _ => base,
        });
        let is_domain = base != type_oid;
        Self { kind, type_oid, base, modifier, input, is_domain, domain: std::ptr::null_mut() }
    }

    /// Whether Postgres itself reads or checks the value, and may refuse it.
    pub fn may_be_refused(&self) -> bool {
        self.is_domain
            || self.modifier >= 0
            || matches!(self.kind, Kind::Text | Kind::Array { .. })
            || matches!(self.base, pg_sys::JSONBOID | pg_sys::NAMEOID)
    }

    /// The value; `None` is NULL.
    ///
    /// # Errors
    ///
    /// If the component gave a cell of another type than the column's.
    pub fn value(&mut self, cell: Option<Cell>) -> Result<Option<Datum>, Error> {
        let value = match cell {
            None => None,
            Some(cell) => self.of_base_type(cell)?,
        };
        if self.is_domain {
            // SAFETY: the value is of the domain's base type.
            unsafe {
                pg_sys::domain_check(
                    value.unwrap_or(Datum::from(0)),
                    value.is_none(),
                    self.type_oid,
                    &mut self.domain,
                    pg_sys::CurrentMemoryContext,
                );
            }
            // What the check keeps lives no longer than the row.
            self.domain = std::ptr::null_mut();
        }
        Ok(value)
    }

    fn of_base_type(&mut self, cell: Cell) -> Result<Option<Datum>, Error> {
        Ok(match (&self.kind, cell) {
            (Kind::Own(TypeOid::Bool), Cell::Bool(v)) => v.into_datum(),
            (Kind::Own(TypeOid::I8), Cell::I8(v)) => v.into_datum(),
            (Kind::Own(TypeOid::I16), Cell::I16(v)) => v.into_datum(),
            (Kind::Own(TypeOid::I32), Cell::I32(v)) => v.into_datum(),
            (Kind::Own(TypeOid::I64), Cell::I64(v)) => v.into_datum(),
            (Kind::Own(TypeOid::F32), Cell::F32(v)) => v.into_datum(),
            (Kind::Own(TypeOid::F64), Cell::F64(v)) => v.into_datum(),
            (Kind::Own(TypeOid::Date), Cell::Date(v)) => {
                let days = v.div_euclid(DAY) - UNIX_TO_POSTGRES_DAYS;
                i32::try_from(days).map_err(|_| out_of_range("date"))?.into_datum()
            }
            (
                Kind::Own(TypeOid::Timestamp | TypeOid::Timestamptz),
                Cell::Timestamp(v) | Cell::Timestamptz(v),
            ) => {
                let micros = v
                    .checked_sub(UNIX_TO_POSTGRES_DAYS * DAY * MICROS)
                    .ok_or_else(|| out_of_range("timestamp"))?;
                Some(self.rounded(micros))
            }
            (Kind::Own(TypeOid::String), Cell::String(v)) if self.base == pg_sys::TEXTOID => {
                v.into_datum()
            }
            (Kind::Array { element }, Cell::Json(v)) => {
                let element = *element;
                self.array(&v, element)?
            }
            (
                Kind::Own(TypeOid::String | TypeOid::Json | TypeOid::Uuid | TypeOid::Other(_))
                | Kind::Text,
                Cell::String(v) | Cell::Json(v) | Cell::Uuid(v),
            ) => {
                self.check_length(&v);
                Some(self.input.read(v, self.modifier)?)
            }
            (kind, cell) => {
                return Err(Error::Trap(format!(
                    "it gave {cell:?} for a column of {:?}",
                    kind.type_oid()
                )));
            }
        })
    }

    /// Postgres' own input of the type `name` cuts a longer text without a word.
    fn check_length(&self, text: &str) {
        const MOST: usize = pg_sys::NAMEDATALEN as usize - 1;
        if self.base == pg_sys::NAMEOID && text.len() > MOST {
            ErrorReport::new(
                PgSqlErrorCode::ERRCODE_STRING_DATA_RIGHT_TRUNCATION,
                format!("value too long for type name: {} bytes, and it takes {MOST}", text.len()),
                "k8s_fdw",
            )
            .report(PgLogLevel::ERROR);
        }
    }

    /// A timestamp with as many digits of a second as its type says, as `timestamptz(3)` does.
    fn rounded(&self, micros: i64) -> Datum {
        let datum = Datum::from(micros);
        if self.modifier < 0 {
            return datum;
        }
        // Both types are stored alike, and rounding does not look at the time zone.
        // SAFETY: the function takes a timestamp and a modifier.
        unsafe {
            let arguments = [Some(datum), self.modifier.into_datum()];
            direct_function_call_as_datum(pg_sys::timestamp_scale, &arguments).unwrap_or(datum)
        }
    }

    fn array(&mut self, json: &str, element: Oid) -> Result<Option<Datum>, Error> {
        use serde_json::Value;
        let values: Vec<Box<serde_json::value::RawValue>> = match serde_json::from_str(json) {
            Ok(values) => values,
            // What is no list becomes a list of one.
            Err(_) => vec![
                serde_json::value::RawValue::from_string(json.to_owned())
                    .map_err(|e| Error::Trap(format!("it gave what is no JSON: {e}")))?,
            ],
        };
        let datums: Vec<Option<Datum>> = values
            .into_iter()
            .map(|raw| match serde_json::from_str(raw.get()) {
                Ok(Value::Null) => Ok(None),
                Ok(Value::String(text)) if !is_json(element) => {
                    self.input.read(text, self.modifier).map(Some)
                }
                // A number keeps its digits, and a nested value its text.
                _ => self.input.read(raw.get().to_owned(), self.modifier).map(Some),
            })
            .collect::<Result<_, _>>()?;
        Ok(Some(array_of(&datums, element)))
    }
}

fn is_json(type_oid: Oid) -> bool {
    matches!(type_oid, pg_sys::JSONOID | pg_sys::JSONBOID)
}

fn out_of_range(type_name: &str) -> Error {
    Error::Guest(format!("a {type_name} is out of the range that Postgres has"))
}
