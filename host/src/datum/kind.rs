//! As what the component shows a column of each of Postgres' types.

use k8s_fdw_guest::TypeOid;
use pgrx::pg_sys::{self, Oid};

/// How a column's values are made.
#[derive(Clone, Debug)]
pub enum Kind {
    /// One of the contract's own types.
    Own(TypeOid),
    /// A list: the component gives JSON, and each element is made by the element type's input function.
    Array { element: Oid },
    /// Any other type: the component gives text, and the type's input function reads it.
    Text,
}

impl Kind {
    /// What the component is told.
    pub fn type_oid(&self) -> TypeOid {
        match self {
            Self::Own(type_oid) => type_oid.clone(),
            Self::Array { .. } => TypeOid::Json,
            Self::Text => TypeOid::String,
        }
    }
}

/// The kind of a type; of a domain, that of the type below it.
pub fn kind_of(type_oid: Oid) -> Kind {
    // SAFETY: both look into Postgres' caches, and give InvalidOid or the type itself for what they don't know.
    let (base, element) = unsafe {
        let base = pg_sys::getBaseType(type_oid);
        (base, pg_sys::get_element_type(base))
    };
    if let Some(own) = own_type(base) {
        Kind::Own(own)
    } else if element != Oid::INVALID {
        Kind::Array { element }
    } else {
        Kind::Text
    }
}

fn own_type(base: Oid) -> Option<TypeOid> {
    Some(match base {
        pg_sys::BOOLOID => TypeOid::Bool,
        pg_sys::CHAROID => TypeOid::I8,
        pg_sys::INT2OID => TypeOid::I16,
        pg_sys::INT4OID => TypeOid::I32,
        pg_sys::INT8OID => TypeOid::I64,
        pg_sys::FLOAT4OID => TypeOid::F32,
        pg_sys::FLOAT8OID => TypeOid::F64,
        // The contract's own numeric is a double; told of another type, the component gives the digits as text.
        pg_sys::NUMERICOID => TypeOid::Other("numeric".to_owned()),
        pg_sys::TEXTOID | pg_sys::VARCHAROID | pg_sys::BPCHAROID | pg_sys::NAMEOID => {
            TypeOid::String
        }
        pg_sys::DATEOID => TypeOid::Date,
        pg_sys::TIMESTAMPOID => TypeOid::Timestamp,
        pg_sys::TIMESTAMPTZOID => TypeOid::Timestamptz,
        pg_sys::JSONOID | pg_sys::JSONBOID => TypeOid::Json,
        pg_sys::UUIDOID => TypeOid::Uuid,
        _ => return None,
    })
}
