//! The one place that waits, and so the one that asks whether to go on.

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::time::{MissedTickBehavior, interval};

use crate::error::{Error, ErrorKind};

/// How often `interrupted` is asked. It only reads flags, so asking often costs nothing that could be measured.
const TICK: Duration = Duration::from_millis(10);

thread_local! {
    static RUNTIME: RefCell<Option<(u32, Rc<Runtime>)>> = const { RefCell::new(None) };
}

/// The process's runtime, made when it is first needed. It has no thread of its own.
pub(crate) fn runtime() -> Result<Rc<Runtime>, Error> {
    let pid = std::process::id();
    RUNTIME.with_borrow_mut(|kept| {
        if let Some((owner, runtime)) = kept.as_ref()
            && *owner == pid
        {
            return Ok(runtime.clone());
        }
        // A forked process shares its parent's epoll instance: closing it or using it would disturb the parent.
        std::mem::forget(kept.take());
        let made = Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()
            .map_err(|e| Error::new(ErrorKind::Connect, format!("cannot start: {e}")))?;
        let made = Rc::new(made);
        *kept = Some((pid, made.clone()));
        Ok(made)
    })
}

/// Runs `work` to its end, unless `interrupted` or `expired` end it before. Both are asked at once and then at each
/// tick, even while data keeps arriving.
pub(crate) fn wait<T>(
    runtime: &Runtime,
    interrupted: &dyn Fn() -> bool,
    expired: &dyn Fn() -> Option<Error>,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    runtime.block_on(async {
        let mut work = pin!(work);
        let mut tick = interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        poll_fn(|cx| {
            // The timer comes first: work without a pause would use up tokio's budget and starve it.
            while tick.poll_tick(cx).is_ready() {
                if interrupted() {
                    return Poll::Ready(Err(Error::interrupted()));
                }
                if let Some(error) = expired() {
                    return Poll::Ready(Err(error));
                }
            }
            work.as_mut().poll(cx)
        })
        .await
    })
}

/// Sleeps, unless `interrupted` ends it before.
///
/// # Errors
/// Of kind [`ErrorKind::Interrupted`] when it was ended, and of no other in practice.
pub fn sleep(millis: u64, interrupted: &dyn Fn() -> bool) -> Result<(), Error> {
    let runtime = runtime()?;
    wait(&runtime, interrupted, &|| None, async {
        tokio::time::sleep(Duration::from_millis(millis)).await;
        Ok(())
    })
}
