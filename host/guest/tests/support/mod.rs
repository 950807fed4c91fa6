//! What the tests of this crate share.

use k8s_fdw_guest::{Environment, HttpRequest, HttpResponse, Level, Metric};
use std::path::{Path, PathBuf};

/// A process that offers nothing.
pub struct Nobody;

impl Environment for Nobody {
    fn send(&mut self, request: HttpRequest) -> Result<HttpResponse, String> {
        Err(format!("no network for {}", request.url))
    }

    fn sleep(&mut self, _: u64) {}

    fn setting(&mut self, _: &str) -> Option<String> {
        None
    }

    fn vault_secret(&mut self, _: &str) -> Option<String> {
        None
    }

    fn vault_secret_by_name(&mut self, _: &str) -> Option<String> {
        None
    }

    fn report(&mut self, _: Level, _: &str) {}

    fn fail(&mut self, _: &str) {}

    fn count(&mut self, _: &str, _: Metric, _: i64) {}

    fn check_interrupts(&mut self) {}
}

/// `make component` builds it.
pub fn component() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dist/k8s_fdw.wasm")
}
