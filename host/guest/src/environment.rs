//! What a component may ask of the process that runs it.

pub use crate::bindings::supabase::wrappers::http::Method;
pub use crate::bindings::supabase::wrappers::stats::Metric;

/// A request of the component. Header names are as the component wrote them.
#[derive(Debug)]
pub struct HttpRequest {
    pub method: Method,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

/// What came back, after redirects.
#[derive(Debug)]
pub struct HttpResponse {
    pub url: String,
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

/// The level of a message to the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Info,
    Notice,
    Warning,
}

/// The process around an instance. A method may panic to end the statement: the panic passes through the component and
/// comes out of the call that the process made.
pub trait Environment: 'static {
    /// Sends a request and waits for the whole answer. The error is the text that the component gets.
    fn send(&mut self, request: HttpRequest) -> Result<HttpResponse, String>;

    /// Waits. It must end early if the statement is cancelled.
    fn sleep(&mut self, milliseconds: u64);

    /// `current_setting(name, true)`.
    fn setting(&mut self, name: &str) -> Option<String>;

    /// A secret of Vault by its id.
    fn vault_secret(&mut self, id: &str) -> Option<String>;

    /// A secret of Vault by its name.
    fn vault_secret_by_name(&mut self, name: &str) -> Option<String>;

    /// Shows a message to the user.
    fn report(&mut self, level: Level, message: &str);

    /// Ends the statement with an error.
    fn fail(&mut self, message: &str);

    /// Adds to the process's statistics.
    fn count(&mut self, fdw_name: &str, metric: Metric, amount: i64);

    /// Called several times a second while the component computes, so that it can end the statement.
    fn check_interrupts(&mut self);
}
