//! Makes the component look for a cancelled statement several times a second, while an instance is alive.

use std::cell::Cell;
use std::sync::atomic::{AtomicPtr, Ordering};

const MILLISECONDS: i32 = 50;

unsafe extern "C" {
    fn k8s_fdw_start_ticks(tick: extern "C" fn(), milliseconds: i32);
    fn k8s_fdw_stop_ticks();
}

static ENGINE: AtomicPtr<k8s_fdw_guest::Engine> = AtomicPtr::new(std::ptr::null_mut());

thread_local! {
    static ALIVE: Cell<usize> = const { Cell::new(0) };
}

/// Runs in a signal handler: it adds to an atomic number and does nothing else.
extern "C" fn tick() {
    let engine = ENGINE.load(Ordering::Acquire);
    // SAFETY: the pointer is null or leads to the process's one engine, which is never freed.
    if let Some(engine) = unsafe { engine.as_ref() } {
        engine.increment_epoch();
    }
}

/// The ticks go on as long as one of these is alive.
pub struct Ticks(());

impl Ticks {
    pub fn of(engine: &'static k8s_fdw_guest::Engine) -> Self {
        ENGINE.store(std::ptr::from_ref(engine).cast_mut(), Ordering::Release);
        // Each start arms the timer, because an error of Postgres stops every timer.
        // SAFETY: called by the process's only thread, which is the one that Postgres runs.
        unsafe { k8s_fdw_start_ticks(tick, MILLISECONDS) };
        ALIVE.set(ALIVE.get() + 1);
        Self(())
    }
}

impl Drop for Ticks {
    fn drop(&mut self) {
        ALIVE.set(ALIVE.get() - 1);
        if ALIVE.get() == 0 {
            // SAFETY: as above.
            unsafe { k8s_fdw_stop_ticks() };
        }
    }
}
