//! Reads an answer's body: decompressed, no longer than allowed, as text.

use std::io::{self, Write};

use flate2::write::MultiGzDecoder;
use http::{HeaderMap, header};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::time::{Duration, Instant, timeout_at};

use crate::error::{self, Error, ErrorKind};

/// Bytes up to a limit.
struct Bounded {
    bytes: Vec<u8>,
    limit: Option<u64>,
    is_over: bool,
}

impl Write for Bounded {
    fn write(&mut self, more: &[u8]) -> io::Result<usize> {
        let length = (self.bytes.len() + more.len()) as u64;
        if self.limit.is_some_and(|limit| length > limit) {
            self.is_over = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(more);
        Ok(more.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

enum Sink {
    Plain(Bounded),
    /// Made for the first byte, so that an answer without a body need not be a whole gzip file.
    Gzip(Box<MultiGzDecoder<Bounded>>, bool),
}

impl Sink {
    fn bounded(&self) -> &Bounded {
        match self {
            Self::Plain(bounded) => bounded,
            Self::Gzip(decoder, _) => decoder.get_ref(),
        }
    }

    fn write(&mut self, more: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(bounded) => bounded.write_all(more),
            Self::Gzip(decoder, has_begun) => {
                *has_begun |= !more.is_empty();
                decoder.write_all(more)
            }
        }
    }

    fn finish(&mut self) -> io::Result<Vec<u8>> {
        match self {
            Self::Plain(bounded) => Ok(std::mem::take(&mut bounded.bytes)),
            Self::Gzip(_, false) => Ok(Vec::new()),
            Self::Gzip(decoder, true) => {
                decoder.try_finish()?;
                Ok(std::mem::take(&mut decoder.get_mut().bytes))
            }
        }
    }
}

/// The whole body. What is said about its encoding is taken out of the headers when the body is decoded.
pub(crate) async fn read(
    mut body: Incoming,
    headers: &mut HeaderMap,
    limit: Option<u64>,
) -> Result<String, Error> {
    let is_gzip = is_gzip(headers)?;
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse().ok());
    let announced: u64 = announced.unwrap_or(0);
    let too_large = || {
        let limit = limit.unwrap_or_default();
        Error::new(ErrorKind::TooLarge, format!("response body longer than {limit} bytes"))
            .advising(error::SIZE)
    };
    if !is_gzip && limit.is_some_and(|limit| announced > limit) {
        return Err(too_large());
    }
    // A length that is only said must not take memory.
    let bytes = Vec::with_capacity(usize::try_from(announced.min(1 << 20)).unwrap_or(0));
    let bounded = Bounded { bytes, limit, is_over: false };
    let mut sink = if is_gzip {
        Sink::Gzip(Box::new(MultiGzDecoder::new(bounded)), false)
    } else {
        Sink::Plain(bounded)
    };
    let broken = |sink: &Sink, e: io::Error| {
        if sink.bounded().is_over {
            too_large()
        } else {
            Error::new(ErrorKind::Body, format!("error decoding response body: {e}"))
        }
    };
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|e| error::of_body(&e))?;
        if let Some(data) = frame.data_ref()
            && let Err(e) = sink.write(data)
        {
            return Err(broken(&sink, e));
        }
    }
    let bytes = match sink.finish() {
        Ok(bytes) => bytes,
        Err(e) => return Err(broken(&sink, e)),
    };
    if is_gzip {
        headers.remove(header::CONTENT_ENCODING);
        headers.remove(header::CONTENT_LENGTH);
    }
    Ok(text(bytes))
}

/// How long nothing may come of a watch before it is taken to have said what it has to say, if the API server answers at
/// once. One that is slow gets some times as long as it took to answer at all.
const QUIET: Duration = Duration::from_millis(100);
const TIMES_AS_LONG: u32 = 4;

/// The changes of a watch, as far as they come at once: the server would keep the answer open for `seconds`. Its head
/// came after `answered`. Of more
/// than one second, the first change is waited for. Each line is a change, and one that is not whole is left out. Also
/// says whether the answer has ended by itself.
pub(crate) async fn read_watch(
    mut body: Incoming,
    seconds: u64,
    answered: Duration,
    limit: Option<u64>,
) -> Result<(String, bool), Error> {
    let end = Instant::now() + Duration::from_secs(seconds + 1);
    let quiet = QUIET.max(answered * TIMES_AS_LONG);
    let mut bytes: Vec<u8> = Vec::new();
    let has_ended = loop {
        let waits_for_first = seconds > 1 && bytes.is_empty();
        let until = if waits_for_first { end } else { end.min(Instant::now() + quiet) };
        // A connection that breaks ends the changes before it.
        let Ok(frame) = timeout_at(until, body.frame()).await else { break false };
        let Some(Ok(frame)) = frame else { break true };
        if let Some(data) = frame.data_ref() {
            bytes.extend_from_slice(data);
        }
        if limit.is_some_and(|limit| bytes.len() as u64 > limit) {
            let limit = limit.unwrap_or_default();
            let text = format!("response body longer than {limit} bytes");
            return Err(Error::new(ErrorKind::TooLarge, text).advising(error::SIZE));
        }
    };
    let whole = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    if !has_ended {
        bytes.truncate(whole);
    }
    Ok((text(bytes), has_ended))
}

/// Bytes as text. What is no UTF-8 is replaced; text that is all right is not copied.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
}

fn is_gzip(headers: &HeaderMap) -> Result<bool, Error> {
    let Some(value) = headers.get(header::CONTENT_ENCODING) else { return Ok(false) };
    match value.to_str().unwrap_or("?").trim().to_ascii_lowercase().as_str() {
        "" | "identity" => Ok(false),
        "gzip" | "x-gzip" => Ok(true),
        other => Err(Error::new(
            ErrorKind::Body,
            format!("error decoding response body: its encoding {other:?} was not asked for"),
        )),
    }
}
