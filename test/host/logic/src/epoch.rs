//! Owns the shift between the contract's epoch (1970) and Postgres' (2000).
//! Never checks a range: Postgres does, on the shifted value.

const PG_EPOCH_SECS: i64 = 946_684_800;
const MICROS_PER_SEC: i64 = 1_000_000;
const PG_EPOCH_MICROS: i64 = PG_EPOCH_SECS * MICROS_PER_SEC;

/// Microseconds since 1970 to microseconds since 2000; wraps, as the real host's release build does.
pub fn unix_micros_to_pg(micros: i64) -> i64 {
    micros.wrapping_sub(PG_EPOCH_MICROS)
}

/// Microseconds since 2000 to microseconds since 1970.
pub fn pg_micros_to_unix(micros: i64) -> i64 {
    micros.wrapping_add(PG_EPOCH_MICROS)
}

/// Microseconds since 2000 (midnight of a date) to seconds since 1970.
pub fn pg_micros_to_unix_secs(micros: i64) -> i64 {
    micros / MICROS_PER_SEC + PG_EPOCH_SECS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        for micros in [0, 1, -1, 946_684_800_000_000, 1_700_000_000_123_456] {
            assert_eq!(pg_micros_to_unix(unix_micros_to_pg(micros)), micros);
        }
        assert_eq!(unix_micros_to_pg(946_684_800_000_000), 0);
    }

    #[test]
    fn dates_in_seconds() {
        assert_eq!(pg_micros_to_unix_secs(0), 946_684_800);
        assert_eq!(pg_micros_to_unix_secs(-946_684_800_000_000), 0);
        assert_eq!(pg_micros_to_unix_secs(-946_771_200_000_000), -86_400);
    }
}
