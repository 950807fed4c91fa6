//! Owns the `jwt` interface.
//! Never signs anything: the project's component has no use for it.

use super::Host;

macro_rules! serve {
    ($version:ident) => {
        const _: () = {
            use crate::bindings::$version::supabase::wrappers::jwt as wit;

            impl wit::Host for Host {
                fn encode(
                    &mut self,
                    _payload: Vec<(String, String)>,
                    _algo: String,
                    _key: String,
                    _ttl_hours: u32,
                ) -> wit::JwtResult {
                    Err("jwt is left out of the test host".to_owned())
                }
            }
        };
    };
}

serve!(v1);
serve!(v2);
