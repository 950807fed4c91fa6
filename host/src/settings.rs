//! The settings that the library itself reads.

use pgrx::{GucContext, GucFlags, GucRegistry, GucSetting};
use std::ffi::{CStr, CString};

/// In kilobytes, as Postgres counts memory settings.
static MAX_MEMORY: GucSetting<i32> = GucSetting::<i32>::new(1024 * 1024);

static EXEC_PLUGINS: GucSetting<Option<CString>> = GucSetting::<Option<CString>>::new(None);

const NAME: &CStr = c"k8s_fdw.max_memory";

pub fn define() {
    GucRegistry::define_int_guc(
        NAME,
        c"Sets the most memory that one scan's component may use.",
        c"A scan that needs more ends with an error.",
        &MAX_MEMORY,
        80 * 1024,
        4 * 1024 * 1024,
        GucContext::Userset,
        GucFlags::UNIT_KB,
    );
    GucRegistry::define_string_guc(
        c"k8s_fdw.exec_plugins",
        c"Lists the programs that a kubeconfig may log in with.",
        c"Absolute paths with commas between. They run as the server's user.",
        &EXEC_PLUGINS,
        GucContext::Suset,
        GucFlags::default(),
    );
}

/// The programs that a superuser allows kubeconfigs to run, as absolute paths.
pub fn exec_plugins() -> Vec<String> {
    let list = EXEC_PLUGINS.get().unwrap_or_default();
    list.to_string_lossy().split(',').map(|path| path.trim().to_owned()).collect()
}

/// The most memory of one instance, in bytes.
pub fn max_memory() -> usize {
    MAX_MEMORY.get() as usize * 1024
}
