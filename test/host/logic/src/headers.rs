//! Owns the way between a guest's header list and the client's map, and the status check.
//! Never sends anything, and forgives nothing: a header the map refuses is a panic, as in the real host.

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

/// A guest's headers as the client's; of a repeated name the last value stays.
///
/// # Panics
/// On a name that is not a lower case token, and on a value with a control character.
pub fn to_map(headers: &[(String, String)]) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let name = HeaderName::from_lowercase(name.as_bytes()).unwrap();
        map.insert(name, HeaderValue::from_str(value).unwrap());
    }
    map
}

/// A response's headers as the guest's; a value that is not visible ASCII becomes empty.
pub fn from_map(map: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| value.to_str().unwrap_or_default().to_owned();
    map.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}

/// The error of a 4xx or 5xx response.
pub fn error_for_status(status_code: u16, url: &str) -> Result<(), String> {
    let status = StatusCode::from_u16(status_code).map_err(|e| e.to_string())?;
    if status.is_client_error() || status.is_server_error() {
        return Err(format!("HTTP status error ({status}) for url ({url})"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(headers: &[(&str, &str)]) -> Vec<(String, String)> {
        headers.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect()
    }

    #[test]
    fn last_value_of_a_name_stays() {
        let map = to_map(&list(&[("accept", "a"), ("user-agent", "x"), ("accept", "b")]));
        assert_eq!(from_map(&map), list(&[("accept", "b"), ("user-agent", "x")]));
    }

    #[test]
    #[should_panic(expected = "InvalidHeaderName")]
    fn upper_case_name_panics() {
        to_map(&list(&[("Accept", "a")]));
    }

    #[test]
    #[should_panic(expected = "InvalidHeaderValue")]
    fn control_character_panics() {
        to_map(&list(&[("accept", "a\r\nb: c")]));
    }

    #[test]
    fn unreadable_response_value_is_empty() {
        let mut map = HeaderMap::new();
        map.insert("x", HeaderValue::from_bytes(b"\xff").unwrap());
        assert_eq!(from_map(&map), list(&[("x", "")]));
    }

    #[test]
    fn status() {
        assert_eq!(error_for_status(204, "u"), Ok(()));
        assert_eq!(error_for_status(304, "u"), Ok(()));
        assert_eq!(
            error_for_status(404, "http://a/"),
            Err("HTTP status error (404 Not Found) for url (http://a/)".to_owned())
        );
        assert_eq!(error_for_status(7, "u"), Err("invalid status code".to_owned()));
    }
}
