//! Owns the `time` interface.
//! Never yields to Postgres while it sleeps: a cancel waits, as in the real host.

use super::Host;
use host_logic::time;
use std::thread;
use std::time::Duration;

macro_rules! serve {
    ($version:ident) => {
        const _: () = {
            use crate::bindings::$version::supabase::wrappers::time as wit;

            impl wit::Host for Host {
                fn epoch_secs(&mut self) -> i64 {
                    time::epoch_secs()
                }

                fn parse_from_rfc3339(&mut self, s: String) -> wit::TimeResult {
                    time::parse_rfc3339(&s)
                }

                fn parse_from_str(&mut self, s: String, fmt: String) -> wit::TimeResult {
                    time::parse(&s, &fmt)
                }

                fn epoch_ms_to_rfc3339(&mut self, msecs: i64) -> Result<String, String> {
                    time::to_rfc3339(msecs)
                }

                fn sleep(&mut self, millis: u64) {
                    thread::sleep(Duration::from_millis(millis));
                }
            }
        };
    };
}

serve!(v1);
serve!(v2);
