//! Owns the conversion of cells and values between Postgres and both versions of the contract.
//! Never forgives: a cell that neither side has is a panic, as in the real host.

use crate::bindings::{v1, v2};
use host_logic::epoch;
use pgrx::datum::datetime_support::to_timestamp;
use pgrx::datum::{Date, Timestamp, TimestampWithTimeZone};
use pgrx::{AnyNumeric, JsonB};
use supabase_wrappers::prelude::{Cell, Value};

/// A cell of one version of the contract.
pub trait GuestCell: Sized {
    fn to_host(self) -> wasmtime::Result<Cell>;
    fn from_host(cell: &Cell) -> Self;
}

// The session's time zone decides the day, so west of UTC a midnight is the day before: the
// real host's way, kept for its users' sake.
fn date(unix_secs: i64) -> Date {
    Date::from(to_timestamp(unix_secs as f64))
}

fn unix_secs(date: Date) -> i64 {
    epoch::pg_micros_to_unix_secs(Timestamp::from(date).into_inner())
}

fn timestamp(unix_micros: i64) -> wasmtime::Result<Timestamp> {
    epoch::unix_micros_to_pg(unix_micros).try_into().map_err(wasmtime::Error::msg)
}

fn timestamptz(unix_micros: i64) -> wasmtime::Result<TimestampWithTimeZone> {
    epoch::unix_micros_to_pg(unix_micros).try_into().map_err(wasmtime::Error::msg)
}

fn uuid(text: &str) -> wasmtime::Result<pgrx::Uuid> {
    let uuid = uuid::Uuid::try_parse(text)?;
    Ok(pgrx::Uuid::from_bytes(uuid.into_bytes()))
}

macro_rules! convert {
    ($version:ident, to_host { $($to_host:tt)* }, from_host { $($from_host:tt)* }) => {
        const _: () = {
            use $version::supabase::wrappers::types as wit;

            impl GuestCell for wit::Cell {
                fn to_host(self) -> wasmtime::Result<Cell> {
                    Ok(match self {
                        wit::Cell::Bool(v) => Cell::Bool(v),
                        wit::Cell::I8(v) => Cell::I8(v),
                        wit::Cell::I16(v) => Cell::I16(v),
                        wit::Cell::F32(v) => Cell::F32(v),
                        wit::Cell::I32(v) => Cell::I32(v),
                        wit::Cell::F64(v) => Cell::F64(v),
                        wit::Cell::I64(v) => Cell::I64(v),
                        wit::Cell::Numeric(v) => Cell::Numeric(AnyNumeric::try_from(v)?),
                        wit::Cell::String(v) => Cell::String(v),
                        wit::Cell::Date(v) => Cell::Date(date(v)),
                        wit::Cell::Timestamp(v) => Cell::Timestamp(timestamp(v)?),
                        wit::Cell::Timestamptz(v) => Cell::Timestamptz(timestamptz(v)?),
                        wit::Cell::Json(v) => Cell::Json(JsonB(serde_json::from_str(&v)?)),
                        $($to_host)*
                    })
                }

                fn from_host(cell: &Cell) -> Self {
                    match cell {
                        Cell::Bool(v) => Self::Bool(*v),
                        Cell::I8(v) => Self::I8(*v),
                        Cell::I16(v) => Self::I16(*v),
                        Cell::F32(v) => Self::F32(*v),
                        Cell::I32(v) => Self::I32(*v),
                        Cell::F64(v) => Self::F64(*v),
                        Cell::I64(v) => Self::I64(*v),
                        Cell::Numeric(v) => Self::Numeric(v.clone().try_into().unwrap()),
                        Cell::String(v) => Self::String(v.clone()),
                        Cell::Date(v) => Self::Date(unix_secs(*v)),
                        Cell::Timestamp(v) => {
                            Self::Timestamp(epoch::pg_micros_to_unix(v.into_inner()))
                        }
                        Cell::Timestamptz(v) => {
                            Self::Timestamptz(epoch::pg_micros_to_unix(v.into_inner()))
                        }
                        Cell::Json(v) => Self::Json(v.0.to_string()),
                        $($from_host)*
                    }
                }
            }

            impl From<&Value> for wit::Value {
                fn from(value: &Value) -> Self {
                    match value {
                        Value::Cell(cell) => Self::Cell(GuestCell::from_host(cell)),
                        Value::Array(cells) => {
                            Self::Array(cells.iter().map(GuestCell::from_host).collect())
                        }
                    }
                }
            }
        };
    };
}

convert!(v1, to_host {}, from_host { _ => todo!("Add array type support for Wasm FDW") });

convert!(v2,
    to_host {
        wit::Cell::Uuid(v) => Cell::Uuid(uuid(&v)?),
        wit::Cell::Other(_) => todo!("Add more type support from guest cell to host cell"),
    },
    from_host {
        Cell::Uuid(v) => Self::Uuid(v.to_string()),
        _ => todo!("Add more type support from host cell to guest cell"),
    }
);
