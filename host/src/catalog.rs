//! What Postgres' catalogs say of a server, its table and the credentials of a role, as plain values.

use k8s_fdw_guest::Options;
use pgrx::pg_sys::{self, Oid};
use std::ffi::{CStr, c_char};

/// # Safety
///
/// `text` is null or a string that ends with a NUL byte.
pub unsafe fn text(text: *const c_char) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}

/// The options of a list of DefElem.
///
/// # Safety
///
/// `list` is a list of DefElem nodes, or null.
pub unsafe fn options(list: *mut pg_sys::List) -> Options {
    // SAFETY: the caller's promise; defGetString gives a string for each node.
    unsafe {
        elements::<pg_sys::DefElem>(list)
            .map(|element| (text((*element).defname), text(pg_sys::defGetString(element))))
            .collect()
    }
}

/// The pointers in a list.
///
/// # Safety
///
/// `list` is a list of pointers to `T`, or null, and is not changed meanwhile.
pub unsafe fn elements<T>(list: *mut pg_sys::List) -> impl Iterator<Item = *mut T> {
    // SAFETY: the caller's promise.
    let length = if list.is_null() { 0 } else { unsafe { (*list).length as usize } };
    // SAFETY: the caller's promise, and the index is below the length.
    (0..length).map(move |index| unsafe { (*(*list).elements.add(index)).ptr_value.cast() })
}

/// The pointer at a place in a list.
///
/// # Safety
///
/// `list` is a list of pointers to `T` that has so many.
pub unsafe fn nth<T>(list: *mut pg_sys::List, place: usize) -> *mut T {
    // SAFETY: the caller's promise.
    unsafe { (*(*list).elements.add(place)).ptr_value.cast() }
}

pub struct Server {
    pub oid: Oid,
    pub owner: Oid,
    pub name: String,
    pub options: Options,
}

impl Server {
    pub fn of(oid: Oid) -> Self {
        // SAFETY: Postgres raises an error for an oid that is no server's.
        unsafe {
            let server = pg_sys::GetForeignServer(oid);
            Self {
                oid,
                owner: (*server).owner,
                name: text((*server).servername),
                options: options((*server).options),
            }
        }
    }
}

pub struct Table {
    pub oid: Oid,
    pub server: Server,
    pub options: Options,
}

impl Table {
    pub fn of(oid: Oid) -> Self {
        // SAFETY: Postgres raises an error for an oid that is no foreign table's.
        unsafe {
            let table = pg_sys::GetForeignTable(oid);
            Self { oid, server: Server::of((*table).serverid), options: options((*table).options) }
        }
    }
}

/// The server of a foreign table.
pub fn server_of(table: Oid) -> Oid {
    // SAFETY: looks into a cache, and raises an error for an oid that is no foreign table's.
    unsafe { pg_sys::GetForeignServerIdByRelId(table) }
}

/// A column of a table, in the table's order.
pub struct Column {
    pub name: String,
    /// Counted from 1, with dropped columns.
    pub number: i16,
    pub type_oid: Oid,
    pub modifier: i32,
    /// Whether Postgres computes it from others.
    pub is_generated: bool,
}

/// The name of a column that exists.
pub fn column_name(table: Oid, number: i16) -> String {
    // SAFETY: looks into a cache, and raises an error for a column that is not there.
    unsafe { text(pg_sys::get_attname(table, number, false)) }
}

/// The columns of a table, without dropped ones.
pub fn columns(table: Oid) -> Vec<Column> {
    // SAFETY: a table that the statement has locked.
    let descriptor = unsafe {
        let relation = pg_sys::RelationIdGetRelation(table);
        let descriptor = pgrx::PgTupleDesc::from_pg_copy((*relation).rd_att);
        pg_sys::RelationClose(relation);
        descriptor
    };
    descriptor
        .iter()
        .filter(|attribute| !attribute.attisdropped)
        .map(|attribute| Column {
            name: attribute.name().to_owned(),
            number: attribute.attnum,
            type_oid: attribute.atttypid,
            modifier: attribute.atttypmod,
            is_generated: attribute.attgenerated != 0,
        })
        .collect()
}

/// Whether a role may read files of the database server: a superuser, or a member of `pg_read_server_files`.
pub fn may_read_files(role: Oid) -> bool {
    // SAFETY: looks into Postgres' caches.
    unsafe {
        pg_sys::superuser_arg(role)
            || pg_sys::has_privs_of_role(role, Oid::from(pg_sys::ROLE_PG_READ_SERVER_FILES))
    }
}

/// Whether a role may run programs on the database server: a superuser, or a member of `pg_execute_server_program`.
pub fn may_run_programs(role: Oid) -> bool {
    // SAFETY: looks into Postgres' caches.
    unsafe {
        pg_sys::superuser_arg(role)
            || pg_sys::has_privs_of_role(role, Oid::from(pg_sys::ROLE_PG_EXECUTE_SERVER_PROGRAM))
    }
}

/// A user mapping.
pub struct Mapping {
    /// Whose it is; `None` for PUBLIC.
    pub role: Option<String>,
    pub options: Options,
}

/// The user mapping of a role, or that for PUBLIC.
pub fn user_mapping(role: Oid, server: Oid) -> Option<Mapping> {
    if let Some(options) = mapping_of(role, server) {
        // SAFETY: looks into a cache, and raises an error for a role that is not there.
        let name = unsafe { text(pg_sys::GetUserNameFromId(role, false)) };
        return Some(Mapping { role: Some(name), options });
    }
    mapping_of(Oid::INVALID, server).map(|options| Mapping { role: None, options })
}

fn mapping_of(role: Oid, server: Oid) -> Option<Options> {
    const CACHE: i32 = pg_sys::SysCacheIdentifier::USERMAPPINGUSERSERVER as i32;
    // SAFETY: the cache has these two keys, and its tuple is released after its last use.
    unsafe {
        let tuple = pg_sys::SearchSysCache2(CACHE, role.into(), server.into());
        if tuple.is_null() {
            return None;
        }
        let mut is_null = false;
        let number = pg_sys::Anum_pg_user_mapping_umoptions as i16;
        let datum = pg_sys::SysCacheGetAttr(CACHE, tuple, number, &mut is_null);
        let given =
            if is_null { Options::new() } else { options(pg_sys::untransformRelOptions(datum)) };
        pg_sys::ReleaseSysCache(tuple);
        Some(given)
    }
}

/// The value of an option.
pub fn option<'a>(options: &'a Options, name: &str) -> Option<&'a str> {
    options.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
}
