//! What can end a run of a component.

/// Why a component gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The component's own error, as it words it.
    #[error("{0}")]
    Guest(String),

    /// The component broke a rule of WebAssembly or of the host, or ran out of what it may use.
    #[error("the component stopped: {0}")]
    Trap(String),

    /// The instance may not have as much memory as it asked for.
    #[error("the component needs more memory than {0} bytes")]
    Memory(usize),

    /// The component cannot be loaded.
    #[error("{0}")]
    Load(String),
}

impl From<wasmtime::Error> for Error {
    fn from(error: wasmtime::Error) -> Self {
        // The outermost context is the backtrace; the cause says what happened.
        Self::Trap(error.root_cause().to_string())
    }
}
