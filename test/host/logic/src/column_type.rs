//! Owns which column types a guest can be told of.
//! Never names a WIT version: version 0.1.0 knows no uuid, and says so where it maps these.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    Bool,
    I8,
    I16,
    F32,
    I32,
    F64,
    I64,
    Numeric,
    String,
    Date,
    Timestamp,
    Timestamptz,
    Json,
    Uuid,
}

impl ColumnType {
    /// The type behind an oid of `pg_type`; none for a type the contract has no word for.
    pub fn from_oid(oid: u32) -> Option<Self> {
        Some(match oid {
            16 => Self::Bool,
            18 => Self::I8, // "char"
            21 => Self::I16,
            700 => Self::F32,
            23 => Self::I32,
            701 => Self::F64,
            20 => Self::I64,
            1700 => Self::Numeric,
            25 => Self::String, // text only: varchar and bpchar have oids of their own
            1082 => Self::Date,
            1114 => Self::Timestamp,
            1184 => Self::Timestamptz,
            3802 => Self::Json, // jsonb only
            2950 => Self::Uuid,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::ColumnType::{self, *};

    #[test]
    fn oids() {
        for (name, oid, want) in [
            ("bool", 16, Some(Bool)),
            ("\"char\"", 18, Some(I8)),
            ("int2", 21, Some(I16)),
            ("float4", 700, Some(F32)),
            ("int4", 23, Some(I32)),
            ("float8", 701, Some(F64)),
            ("int8", 20, Some(I64)),
            ("numeric", 1700, Some(Numeric)),
            ("text", 25, Some(String)),
            ("date", 1082, Some(Date)),
            ("timestamp", 1114, Some(Timestamp)),
            ("timestamptz", 1184, Some(Timestamptz)),
            ("jsonb", 3802, Some(Json)),
            ("uuid", 2950, Some(Uuid)),
            ("varchar", 1043, None),
            ("bpchar", 1042, None),
            ("json", 114, None),
            ("text[]", 1009, None),
            ("interval", 1186, None),
        ] {
            assert_eq!(ColumnType::from_oid(oid), want, "{name}");
        }
    }
}
