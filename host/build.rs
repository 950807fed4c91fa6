//! Compiles the few lines of C that use what Postgres' headers give as enums and macros only.

use std::process::Command;

const FILES: [&str; 2] = ["src/log.c", "src/ticks.c"];

fn main() {
    for file in FILES {
        println!("cargo::rerun-if-changed={file}");
    }
    println!("cargo::rerun-if-env-changed=PGRX_PG_CONFIG_PATH");
    let pg_config =
        std::env::var("PGRX_PG_CONFIG_PATH").expect("PGRX_PG_CONFIG_PATH names pg_config");
    let answer =
        Command::new(pg_config).arg("--includedir-server").output().expect("pg_config runs");
    let include = String::from_utf8(answer.stdout).expect("pg_config prints a path");
    cc::Build::new().include(include.trim()).files(FILES).warnings(true).compile("macros");
}
