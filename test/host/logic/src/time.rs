//! Owns the clock and the formats of the `time` interface, in microseconds since 1970.
//! Never sleeps.

use chrono::DateTime;
use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds, the one value of the interface that is not in microseconds.
pub fn epoch_secs() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    since.as_secs() as i64
}

pub fn parse_rfc3339(text: &str) -> Result<i64, String> {
    DateTime::parse_from_rfc3339(text).map(|t| t.timestamp_micros()).map_err(|e| e.to_string())
}

/// `format` is strftime's and must hold an offset.
pub fn parse(text: &str, format: &str) -> Result<i64, String> {
    DateTime::parse_from_str(text, format).map(|t| t.timestamp_micros()).map_err(|e| e.to_string())
}

/// Microseconds in, for all that the contract's `epoch-ms-to-rfc3339` calls them.
pub fn to_rfc3339(micros: i64) -> Result<String, String> {
    DateTime::from_timestamp_micros(micros)
        .map(|t| t.to_rfc3339())
        .ok_or_else(|| "invalid microseconds since Unix Epoch".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc3339_both_ways() {
        let micros = parse_rfc3339("2024-02-29T12:34:56.789012+02:00").unwrap();
        assert_eq!(micros, 1_709_202_896_789_012);
        assert_eq!(to_rfc3339(micros).unwrap(), "2024-02-29T10:34:56.789012+00:00");
        assert_eq!(to_rfc3339(0).unwrap(), "1970-01-01T00:00:00+00:00");
        assert!(to_rfc3339(i64::MAX).is_err());
        assert!(parse_rfc3339("yesterday").is_err());
    }

    #[test]
    fn a_format_needs_an_offset() {
        assert_eq!(parse("1970-01-01 00:00:01 +0000", "%F %T %z"), Ok(1_000_000));
        assert!(parse("1970-01-01 00:00:01", "%F %T").is_err());
    }
}
