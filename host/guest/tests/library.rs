//! The component's compiled form: kept, loaded again, and made anew where it cannot be trusted. The component is the one
//! that this repository builds.

mod support;

use k8s_fdw_guest::{Library, Limits, Query};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use support::{Nobody, component};

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("k8s-fdw-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        Self(path)
    }

    fn load(&self) -> (Library<Nobody>, Vec<String>) {
        let mut remarks = Vec::new();
        let library =
            Library::load(&component(), &self.0, &mut |text| remarks.push(text.to_owned()));
        (library.expect("the component can be loaded"), remarks)
    }

    fn kept(&self) -> PathBuf {
        let mut files = fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().path());
        let file = files.next().expect("a compiled form is kept");
        assert_eq!(files.next(), None, "nothing else is left there");
        file
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn query() -> Query {
    let server_options = vec![("api_url".to_owned(), "http://127.0.0.1:1".to_owned())];
    Query { server_options, ..Query::default() }
}

fn runs(library: &Library<Nobody>) {
    let mut instance = library.start(Nobody, query(), Limits::default()).unwrap();
    instance.init().unwrap();
    let error = instance.begin_scan().unwrap_err().to_string();
    assert!(error.starts_with("k8s_fdw["), "{error}");
}

fn inode(path: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(path).unwrap().ino()
}

#[test]
fn is_kept_for_the_user_alone_and_used_again() {
    let folder = Folder::new("kept");
    let (library, remarks) = folder.load();
    runs(&library);
    assert_eq!(remarks, Vec::<String>::new());
    assert_eq!(fs::metadata(&folder.0).unwrap().permissions().mode() & 0o777, 0o700);
    assert_eq!(fs::metadata(folder.kept()).unwrap().permissions().mode() & 0o777, 0o600);

    let before = inode(&folder.kept());
    runs(&folder.load().0);
    assert_eq!(inode(&folder.kept()), before);
}

#[test]
fn takes_away_what_killed_processes_left() {
    let folder = Folder::new("left");
    fs::create_dir(&folder.0).unwrap();
    fs::set_permissions(&folder.0, fs::Permissions::from_mode(0o700)).unwrap();
    let mut ended = std::process::Command::new("true").spawn().unwrap();
    ended.wait().unwrap();
    let left = folder.0.join(format!("a.{}.unfinished", ended.id()));
    let in_use = folder.0.join(format!("b.{}.unfinished", std::os::unix::process::parent_id()));
    for file in [&left, &in_use] {
        fs::write(file, "half").unwrap();
    }
    folder.load();
    assert!(!left.exists() && in_use.exists());
}

#[test]
fn is_made_anew_where_it_is_damaged() {
    let folder = Folder::new("damaged");
    folder.load();
    let kept = folder.kept();
    let whole = fs::read(&kept).unwrap();
    let mut changed = whole.clone();
    changed[whole.len() / 2] ^= 1;
    let foreign = [&b"\x7fELF"[..], &whole[4..whole.len() / 3]].concat();
    for damaged in
        [&changed, &foreign, &whole[..whole.len() / 2].to_vec(), &b"x".to_vec(), &Vec::new()]
    {
        fs::write(&kept, damaged).unwrap();
        let before = inode(&kept);
        runs(&folder.load().0);
        assert_ne!(inode(&folder.kept()), before);
        assert_eq!(fs::read(folder.kept()).unwrap().len(), whole.len());
    }
}

#[test]
fn is_not_believed_if_others_may_write_it() {
    let folder = Folder::new("open");
    folder.load();
    let kept = folder.kept();
    let before = inode(&kept);
    fs::set_permissions(&kept, fs::Permissions::from_mode(0o666)).unwrap();
    runs(&folder.load().0);
    assert_ne!(inode(&folder.kept()), before);

    fs::set_permissions(&folder.0, fs::Permissions::from_mode(0o777)).unwrap();
    let (library, remarks) = folder.load();
    runs(&library);
    assert!(remarks[0].contains("others may write to its folder"), "{remarks:?}");
}

#[test]
fn a_link_in_its_place_is_not_followed() {
    let folder = Folder::new("link");
    folder.load();
    let kept = folder.kept();
    let elsewhere = folder.0.with_extension("elsewhere");
    fs::rename(&kept, &elsewhere).unwrap();
    symlink(&elsewhere, &kept).unwrap();
    runs(&folder.load().0);
    assert!(fs::symlink_metadata(folder.kept()).unwrap().is_file());
    fs::remove_file(elsewhere).unwrap();
}

#[test]
fn works_without_a_place_to_keep_it() {
    let folder = Folder::new("nowhere");
    fs::write(&folder.0, "a file where the folder should be").unwrap();
    let (library, remarks) = folder.load();
    runs(&library);
    assert!(remarks[0].starts_with("cannot keep the component's compiled form"), "{remarks:?}");
    fs::remove_file(&folder.0).unwrap();
}

#[test]
fn many_may_make_it_at_once() {
    let folder = Folder::new("race");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| runs(&folder.load().0));
        }
    });
    runs(&folder.load().0);
}

#[test]
fn what_is_no_component_is_refused() {
    let folder = Folder::new("none");
    let path = folder.0.with_extension("wasm");
    for text in ["", "no component", "\0asm\u{1}\0\0\0"] {
        fs::write(&path, text).unwrap();
        assert!(Library::<Nobody>::load(&path, &folder.0, &mut |_| ()).is_err());
    }
    fs::remove_file(&path).unwrap();
    let error = Library::<Nobody>::load(&path, &folder.0, &mut |_| ()).err().unwrap().to_string();
    assert!(error.starts_with("cannot read the component"), "{error}");
}

#[test]
fn an_instance_gets_no_more_memory_than_it_may_have() {
    let folder = Folder::new("memory");
    let (library, _) = folder.load();
    assert!(library.start(Nobody, query(), Limits { memory_bytes: 1 << 20 }).is_err());
    runs(&library);
}
