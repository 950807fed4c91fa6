//! Connections that are kept for the next request.

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http1::SendRequest;

use crate::origin::Origin;

/// How many connections are kept. There is one request at a time, so more than one only serves several origins.
const MAX_IDLE: usize = 4;
/// How long a connection is kept. Load balancers forget silent ones, mostly after minutes.
const MAX_IDLE_TIME: Duration = Duration::from_secs(90);

/// The future that moves the bytes of a connection. It is polled beside each use, so that dropping a connection closes
/// it at once and no task is left behind.
pub(crate) type Driver = Pin<Box<dyn Future<Output = ()>>>;

/// A connection that can take a request.
pub(crate) struct Live {
    pub(crate) origin: Origin,
    pub(crate) sender: SendRequest<Full<Bytes>>,
    pub(crate) driver: Option<Driver>,
    pub(crate) used: Instant,
}

impl Live {
    /// Runs `work`, which uses this connection, while moving the connection's bytes.
    pub(crate) async fn drive<T>(driver: &mut Option<Driver>, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        poll_fn(|cx| {
            if let Some(running) = driver
                && running.as_mut().poll(cx).is_ready()
            {
                *driver = None;
            }
            work.as_mut().poll(cx)
        })
        .await
    }
}

/// The connections that wait for a request.
#[derive(Default)]
pub(crate) struct Idle(RefCell<Vec<Live>>);

impl Idle {
    /// A connection to an origin, which may have been closed meanwhile.
    pub(crate) fn take(&self, origin: &Origin) -> Option<Live> {
        let mut idle = self.0.borrow_mut();
        idle.retain(|live| live.used.elapsed() <= MAX_IDLE_TIME);
        let index = idle.iter().position(|live| live.origin == *origin)?;
        Some(idle.swap_remove(index))
    }

    /// Keeps a connection, unless it has ended.
    pub(crate) fn keep(&self, mut live: Live) {
        if live.driver.is_none() || live.sender.is_closed() {
            return;
        }
        live.used = Instant::now();
        let mut idle = self.0.borrow_mut();
        if idle.len() >= MAX_IDLE {
            idle.remove(0);
        }
        idle.push(live);
    }

    /// Leaves the connections open without keeping them.
    pub(crate) fn forget(&self) {
        std::mem::forget(self.0.take());
    }
}
