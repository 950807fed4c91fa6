//! Decides whether a GET is sent again, and after what pause.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::time::Duration;

use http::{HeaderMap, StatusCode, header};

/// The pauses before the second, third and fourth attempt, about.
const PAUSES: [Duration; 3] =
    [Duration::from_millis(250), Duration::from_millis(750), Duration::from_millis(2000)];
/// The longest pause that a server may ask for. Who would have to wait longer gets the answer as it is.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(5);

/// The pause after the attempt of this number, counted from 0, got no answer; none after the last one. It differs a
/// little each time, so that many backends do not come back at once.
pub(crate) fn pause(attempt: usize) -> Option<Duration> {
    let pause = PAUSES.get(attempt)?;
    let percent = 80 + RandomState::new().hash_one(attempt) % 41;
    u32::try_from(percent).ok().map(|percent| *pause * percent / 100)
}

/// The pause after an answer that may be another one next time.
pub(crate) fn after_answer(
    attempt: usize,
    status: StatusCode,
    headers: &HeaderMap,
) -> Option<Duration> {
    if !matches!(status.as_u16(), 408 | 429 | 500 | 502 | 503 | 504) {
        return None;
    }
    let pause = pause(attempt)?;
    let asked =
        headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    match asked.map(Duration::from_secs) {
        Some(asked) if asked > MAX_RETRY_AFTER => None,
        Some(asked) => Some(asked.max(pause)),
        None => Some(pause),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn pauses() {
        let after = |status: u16, retry_after: Option<&'static str>, attempt: usize| {
            let mut headers = HeaderMap::new();
            if let Some(value) = retry_after {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static(value));
            }
            after_answer(attempt, StatusCode::from_u16(status).unwrap(), &headers)
        };
        for status in [408, 429, 500, 502, 503, 504] {
            let pause = after(status, None, 0).unwrap();
            assert!((200..=300).contains(&pause.as_millis()), "{pause:?}");
        }
        for status in [200, 301, 400, 401, 403, 404, 409, 410, 501] {
            assert_eq!(after(status, None, 0), None);
        }
        assert_eq!(after(429, Some("1"), 0), Some(Duration::from_secs(1)));
        assert_eq!(after(429, Some("6"), 0), None);
        assert!(after(429, Some("Wed, 21 Oct 2015 07:28:00 GMT"), 0).is_some());
        assert!(after(429, Some("1"), 2).unwrap() > Duration::from_secs(1));
        assert_eq!(after(429, Some("1"), 3), None);
    }
}
