//! Looks up host names on a thread that no signal reaches.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::thread::Builder;

use nix::sys::signal::{SigSet, SigmaskHow};
use tokio::sync::oneshot;

use crate::error::{Error, ErrorKind};

/// The addresses of a host. A look-up that nobody waits for any more ends by itself, by the resolver's own time-out.
pub(crate) async fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, Error> {
    if let Ok(ip) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(ip, port)]);
    }
    let fail = |why: String| {
        // A name server that does not answer may do so next time; a name that does not exist will not.
        let transient = why.contains("emporary");
        let text = format!("dns error: {why}: {host}");
        if transient {
            Error::transient(ErrorKind::Dns, text)
        } else {
            Error::new(ErrorKind::Dns, text)
        }
    };
    let (answer, answered) = oneshot::channel();
    let name = host.to_owned();
    spawn_deaf(move || {
        let found = (name.as_str(), port).to_socket_addrs().map(Iterator::collect::<Vec<_>>);
        // Nobody waits any more after an interruption.
        let _ = answer.send(found);
    })
    .map_err(|e| fail(format!("no thread for it: {e}")))?;
    match answered.await {
        Ok(Ok(found)) if found.is_empty() => Err(fail("no address".to_owned())),
        Ok(Ok(found)) => Ok(found),
        Ok(Err(e)) => Err(fail(e.to_string())),
        Err(_) => Err(fail("the look-up ended without an answer".to_owned())),
    }
}

/// Starts a thread with all signals blocked. A Postgres backend's handlers must run on its only thread.
fn spawn_deaf(work: impl FnOnce() + Send + 'static) -> std::io::Result<()> {
    let before = SigSet::all().thread_swap_mask(SigmaskHow::SIG_SETMASK)?;
    let spawned = Builder::new().name("k8s_fdw-dns".to_owned()).stack_size(256 << 10).spawn(work);
    before.thread_set_mask()?;
    spawned.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use nix::sys::signal::Signal;
    use std::sync::mpsc::channel;

    #[test]
    fn a_thread_gets_no_signal_and_the_caller_keeps_his() {
        let mut own = SigSet::empty();
        own.add(Signal::SIGUSR2);
        own.thread_block().unwrap();
        let before = SigSet::thread_get_mask().unwrap();
        let (tell, told) = channel();
        spawn_deaf(move || tell.send(SigSet::thread_get_mask().unwrap()).unwrap()).unwrap();
        let inside = told.recv().unwrap();
        for signal in
            [Signal::SIGINT, Signal::SIGTERM, Signal::SIGUSR1, Signal::SIGALRM, Signal::SIGQUIT]
        {
            assert!(inside.contains(signal), "{signal}");
            assert!(!before.contains(signal), "{signal}");
        }
        assert_eq!(SigSet::thread_get_mask().unwrap(), before);
    }
}
