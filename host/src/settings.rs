//! The settings that the library itself reads.

use pgrx::{GucContext, GucFlags, GucRegistry, GucSetting};
use std::ffi::CStr;

/// In kilobytes, as Postgres counts memory settings.
static MAX_MEMORY: GucSetting<i32> = GucSetting::<i32>::new(1024 * 1024);

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
}

/// The most memory of one instance, in bytes.
pub fn max_memory() -> usize {
    MAX_MEMORY.get() as usize * 1024
}
