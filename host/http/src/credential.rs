//! Makes the `authorization` header.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;

use crate::connection::Credential;
use crate::error::{Error, ErrorKind, TOKEN_FILE};

/// The longest token file. A header of more than about a megabyte is refused by every API server.
const MAX_TOKEN: u64 = 1 << 20;

/// The value of the `authorization` header for a credential, if it needs one.
pub(crate) fn authorization(credential: &Credential) -> Result<Option<HeaderValue>, Error> {
    let text = match credential {
        Credential::None => return Ok(None),
        Credential::Bearer(token) => bearer(token),
        Credential::TokenFile(path) => bearer(&read_token(path)?),
        Credential::Basic { username, password } => {
            format!("Basic {}", STANDARD.encode(format!("{username}:{password}")))
        }
    };
    let mut value = HeaderValue::try_from(text).map_err(|_| {
        Error::invalid("the credential has a character that no HTTP header can hold")
    })?;
    value.set_sensitive(true);
    Ok(Some(value))
}

fn bearer(token: &str) -> String {
    format!("Bearer {}", token.trim())
}

fn read_token(path: &Path) -> Result<String, Error> {
    let fail = |why: String| {
        Error::new(ErrorKind::Credential, format!("token file {}: {why}", path.display()))
            .advising(TOKEN_FILE)
    };
    // A named pipe would wait for a writer when it is opened, and nothing could interrupt that.
    let is_file = std::fs::metadata(path).map_err(|e| fail(e.to_string()))?.is_file();
    if !is_file {
        return Err(fail("not a file".to_owned()));
    }
    let mut text = String::new();
    File::open(path)
        .and_then(|file| file.take(MAX_TOKEN + 1).read_to_string(&mut text))
        .map_err(|e| fail(e.to_string()))?;
    if text.len() as u64 > MAX_TOKEN {
        return Err(fail("too long for a token".to_owned()));
    }
    if text.trim().is_empty() {
        return Err(fail("empty".to_owned()));
    }
    Ok(text)
}
