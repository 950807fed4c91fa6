//! Owns the way from a server's package options to a compiled component.
//! Never caches what it compiled: each instance compiles anew, which is the cost a test should see.

use crate::error::{WasmFdwError, WasmFdwResult};
use host_logic::package::{Source, cache_file_name, verify};
use pgrx::pg_sys;
use std::fs;
use std::path::{Path, PathBuf};
use supabase_wrappers::prelude::Runtime;
use wasmtime::Engine;
use wasmtime::component::Component;

pub struct Package<'a> {
    pub url: &'a str,
    pub name: &'a str,
    pub version: &'a str,
    pub checksum: Option<&'a str>,
}

impl Package<'_> {
    pub fn compile(&self, rt: &Runtime, engine: &Engine) -> WasmFdwResult<Component> {
        match Source::of(self.url) {
            Source::File(path) => compile_file(engine, Path::new(path)),
            Source::Registry => Err("warg registries are left out of the test host".into()),
            Source::Download => self.compile_download(rt, engine),
        }
    }

    fn compile_download(&self, rt: &Runtime, engine: &Engine) -> WasmFdwResult<Component> {
        let url: reqwest::Url =
            self.url.parse().map_err(|e| format!("invalid URL '{}': {e}", self.url))?;
        let path = self.cache_path(url.as_str())?;

        if path.exists() {
            if let Ok(component) = compile_file(engine, &path) {
                return Ok(component);
            }
            let _ = fs::remove_file(&path);
        }

        let checksum =
            self.checksum.ok_or("package checksum must be specified for remote downloads")?;
        let bytes = download(rt, url)?;
        if !verify(&bytes, checksum) {
            return Err("component verification failed".into());
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|_| "cache access error")?;
        }
        fs::write(&path, &bytes).map_err(|_| "cache write error")?;

        compile_file(engine, &path).inspect_err(|_| {
            let _ = fs::remove_file(&path);
        })
    }

    fn cache_path(&self, url: &str) -> WasmFdwResult<PathBuf> {
        // SAFETY: reads the backend's own variable; any backend in a query has a user.
        let user = unsafe { pg_sys::GetUserId() }.to_u32();
        let folder = dirs::cache_dir().ok_or("no cache directory found")?;
        Ok(folder.join(cache_file_name(user, url, self.name, self.version)))
    }
}

fn compile_file(engine: &Engine, path: &Path) -> WasmFdwResult<Component> {
    Component::from_file(engine, path).map_err(|_| WasmFdwError::InvalidComponent)
}

fn download(rt: &Runtime, url: reqwest::Url) -> WasmFdwResult<Vec<u8>> {
    rt.block_on(async {
        let response = reqwest::get(url).await.map_err(|_| "failed to download component")?;
        if !response.status().is_success() {
            return Err("component download failed - server error".into());
        }
        let bytes = response.bytes().await.map_err(|_| "failed to read component data")?;
        Ok(bytes.to_vec())
    })
}
