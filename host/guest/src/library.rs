//! The component as machine code: made once, kept in a file, loaded by each process in well under a millisecond.
//!
//! Whoever writes that file decides what the process runs. So its folder and the file belong to the process's own user,
//! nobody else may write them, and what is damaged, foreign or made for another machine is made anew.

use crate::bindings::{Wrappers, WrappersPre};
use crate::environment::Environment;
use crate::error::Error;
use crate::instance::{Instance, Memory, State};
use crate::query::Query;
use crate::snapshot;
use sha2::{Digest, Sha256};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use wasmtime::component::{Component, HasSelf, Linker};
use wasmtime::{Config, Engine, Store, UpdateDeadline};

/// What stands after the machine code: a word that names the form, and a checksum of the code.
const TRAILER: &[u8; 8] = b"k8sfdw/1";
const TRAILER_BYTES: usize = TRAILER.len() + 4;

/// What one instance may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub memory_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { memory_bytes: usize::MAX }
    }
}

/// A component, ready to be started again and again.
pub struct Library<E: Environment> {
    engine: Engine,
    component: WrappersPre<State<E>>,
}

impl<E: Environment> Library<E> {
    /// Loads the component at `path`. Its machine code is taken from a file in `folder`, or made and kept there; the
    /// folder is made if it is not there. `remark` gets a text if the code could not be kept, which costs the next
    /// process the compilation again.
    ///
    /// # Errors
    ///
    /// If the component cannot be read, is none, or is not of this contract.
    pub fn load(path: &Path, folder: &Path, remark: &mut dyn FnMut(&str)) -> Result<Self, Error> {
        let bytes = fs::read(path).map_err(|e| {
            Error::Load(format!("cannot read the component {}: {e}", path.display()))
        })?;
        let engine = Engine::new(&config())?;
        let kept = folder.join(file_name(&engine, &bytes));
        let component = match load_kept(&engine, folder, &kept) {
            Some(component) => component,
            None => {
                let started = snapshot::started(&engine, &bytes)?;
                let code = engine.precompile_component(&started)?;
                if let Err(e) = keep(folder, &kept, &code) {
                    remark(&format!(
                        "cannot keep the component's compiled form in {}: {e}; each session compiles it again",
                        kept.display()
                    ));
                }
                // SAFETY: the bytes come from the line above.
                unsafe { Component::deserialize(&engine, &code)? }
            }
        };
        let component = WrappersPre::new(linker(&engine)?.instantiate_pre(&component)?)?;
        Ok(Self { engine, component })
    }

    /// Instances ask [`Environment::check_interrupts`] after each [`Engine::increment_epoch`] of this engine.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// A new instance. None of the component's code runs yet.
    ///
    /// # Errors
    ///
    /// If there is no address space for its memory, or the limits are below what it begins with.
    pub fn start(
        &self,
        environment: E,
        query: Query,
        limits: Limits,
    ) -> Result<Instance<E>, Error> {
        let mut store = new_store(&self.engine, environment, query, limits);
        let world = self.component.instantiate(&mut store)?;
        Ok(Instance::new(store, world))
    }
}

fn config() -> Config {
    let mut config = Config::new();
    config.wasm_component_model(true);
    config.epoch_interruption(true);
    config
}

pub(crate) fn linker<E: Environment>(engine: &Engine) -> wasmtime::Result<Linker<State<E>>> {
    let mut linker = Linker::new(engine);
    Wrappers::add_to_linker::<_, HasSelf<_>>(&mut linker, |state: &mut State<E>| state)?;
    Ok(linker)
}

pub(crate) fn new_store<E: Environment>(
    engine: &Engine,
    environment: E,
    query: Query,
    limits: Limits,
) -> Store<State<E>> {
    let limits = Memory { most: limits.memory_bytes, is_refused: false };
    let state = State { environment, query, row: Vec::new(), no_options: Vec::new(), limits };
    let mut store = Store::new(engine, state);
    store.limiter(|state| &mut state.limits);
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(|mut context| {
        context.data_mut().environment.check_interrupts();
        Ok(UpdateDeadline::Continue(1))
    });
    store
}

/// Names the component, the compiler with its settings, and the processor's features.
fn file_name(engine: &Engine, component: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut hasher);
    let digest = Sha256::digest(component);
    let component: String = digest[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{component}-{:016x}.cwasm", hasher.finish())
}

fn belongs_to_us_alone(metadata: &fs::Metadata) -> bool {
    // SAFETY: geteuid has no preconditions.
    metadata.uid() == unsafe { libc::geteuid() } && metadata.mode() & 0o022 == 0
}

/// `None` for a file that is not there, is not ours alone, or is not whole.
fn load_kept(engine: &Engine, folder: &Path, kept: &Path) -> Option<Component> {
    if !belongs_to_us_alone(&fs::symlink_metadata(folder).ok()?) {
        return None;
    }
    let mut file = OpenOptions::new().read(true).custom_flags(libc::O_NOFOLLOW).open(kept).ok()?;
    let metadata = file.metadata().ok()?;
    if !metadata.is_file() || !belongs_to_us_alone(&metadata) || !is_whole(&mut file).ok()? {
        return None;
    }
    // SAFETY: only this user can have written the file, its checksum is right, and it is replaced, never changed.
    unsafe { Component::deserialize_file(engine, kept) }.ok()
}

fn is_whole(file: &mut File) -> io::Result<bool> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let Some(length) = bytes.len().checked_sub(TRAILER_BYTES) else { return Ok(false) };
    let (code, trailer) = bytes.split_at(length);
    Ok(trailer == self::trailer(code))
}

fn trailer(code: &[u8]) -> Vec<u8> {
    [TRAILER.as_slice(), &crc32fast::hash(code).to_le_bytes()].concat()
}

/// Writes beside the file and moves it there, so that another process sees all of it or nothing.
fn keep(folder: &Path, kept: &Path, code: &[u8]) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(e) if e.kind() != io::ErrorKind::AlreadyExists => return Err(e),
        _ => {}
    }
    if !belongs_to_us_alone(&fs::symlink_metadata(folder)?) {
        return Err(io::Error::other("others may write to its folder"));
    }
    sweep(folder);
    let unfinished = unfinished(kept);
    let written = (|| {
        fs::remove_file(&unfinished).or_else(|e| match e.kind() {
            io::ErrorKind::NotFound => Ok(()),
            _ => Err(e),
        })?;
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .custom_flags(libc::O_NOFOLLOW)
            .open(&unfinished)?;
        file.write_all(code)?;
        file.write_all(&trailer(code))?;
        fs::rename(&unfinished, kept)
    })();
    if written.is_err() {
        // What is left of it would only take room; that it stays harms nobody.
        let _ = fs::remove_file(&unfinished);
    }
    written
}

const UNFINISHED: &str = "unfinished";

fn unfinished(kept: &Path) -> PathBuf {
    kept.with_extension(format!("{}.{UNFINISHED}", std::process::id()))
}

/// Removes what processes left that were killed while they wrote.
fn sweep(folder: &Path) {
    for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
        let is_left = path.extension().is_some_and(|extension| extension == UNFINISHED)
            && writer_of(&path).is_none_or(|process| !exists(process));
        if is_left {
            // What cannot be removed only takes room.
            let _ = fs::remove_file(&path);
        }
    }
}

fn writer_of(unfinished: &Path) -> Option<i32> {
    Path::new(unfinished.file_stem()?).extension()?.to_str()?.parse().ok()
}

fn exists(process: i32) -> bool {
    // SAFETY: signal 0 is sent to nobody.
    let is_reached = unsafe { libc::kill(process, 0) } == 0;
    is_reached || io::Error::last_os_error().raw_os_error() != Some(libc::ESRCH)
}
