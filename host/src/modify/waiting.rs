//! Changes that wait for COMMIT. They belong to the transaction and not to the statement that has made them, so nothing
//! here leads into the executor's memory.

use crate::environment::Session;
use crate::process::sent;
use crate::raise::{self, OrRaise};
use crate::scan::Source;
use k8s_fdw_guest::{Cell as Value, Error, Query};
use pgrx::pg_sys::panic::ErrorReport;
use pgrx::pg_sys::{self, Oid, SubTransactionId, SubXactEvent, XactEvent};
use pgrx::prelude::*;
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::ffi::c_void;

/// An instance takes memory. Of more statements than these only the rows wait, which are checked anew at COMMIT.
const MOST_INSTANCES: usize = 64;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Insert,
    Update,
    Delete,
}

/// A row that a statement has written, after its dry run.
pub struct Row {
    /// The value of the column that says which object it is; `None` for a new one.
    pub identity: Option<String>,
    pub cells: Vec<Option<Value>>,
    /// The object's; of a new one it is not the one that it will have. Empty if a server gives objects none.
    pub uid: String,
    /// Where the object is, to tell new ones apart.
    pub place: String,
    /// Whether its name was made up by the API server, which would make up another one the next time.
    pub is_named_by_server: bool,
}

impl Row {
    /// Lets an instance check the row.
    pub fn check(&self, source: &mut Source, operation: Operation) -> Result<(), Error> {
        let identity = Value::String(self.identity.clone().unwrap_or_default());
        let instance = source.instance();
        match operation {
            Operation::Insert => instance.insert(self.cells.clone()),
            Operation::Update => instance.update(&identity, self.cells.clone()),
            Operation::Delete => instance.delete(&identity),
        }
    }

    /// Sets the version that the object must have.
    fn expect(&mut self, version: &str) {
        if let Some((object, _)) = self.identity.as_deref().and_then(|text| text.rsplit_once(' ')) {
            self.identity = Some(format!("{object} {version}"));
        }
    }
}

/// What sends a statement's changes.
enum Sender {
    /// An instance that has checked them.
    Checked(Source),
    /// What an instance is made of, which has to check them first.
    Unchecked(Box<Session>, Query),
}

impl Sender {
    fn new(mut source: Source, keeps_instance: bool) -> Self {
        if keeps_instance {
            source.rest();
            return Self::Checked(source);
        }
        let query = source.instance().query().clone();
        Self::Unchecked(Box::new(source.instance().environment().again()), query)
    }

    /// Forgets what the instance has checked.
    fn anew(self) -> Self {
        match self {
            Self::Checked(source) => Self::new(source, false),
            unchecked => unchecked,
        }
    }

    /// An instance that has checked the rows.
    fn checked(self, operation: Operation, rows: &[Row]) -> Source {
        match self {
            Self::Checked(mut source) => {
                source.wake();
                source
            }
            Self::Unchecked(session, query) => {
                let mut source = Source::start(*session, query);
                source.instance().begin_modify().or_raise();
                rows.iter().for_each(|row| row.check(&mut source, operation).or_raise());
                source
            }
        }
    }
}

/// A statement that has ended.
struct Waiting {
    table: Oid,
    operation: Operation,
    sender: Sender,
    rows: Vec<Row>,
    subtransaction: SubTransactionId,
}

thread_local! {
    static WAITING: RefCell<Vec<Waiting>> = const { RefCell::new(Vec::new()) };
    static IS_LISTENING: Cell<bool> = const { Cell::new(false) };
}

/// Keeps what a statement has written until the transaction ends.
pub fn add(table: Oid, operation: Operation, source: Source, rows: Vec<Row>) {
    refuse_twice(operation, &rows);
    listen();
    // SAFETY: within a transaction.
    let subtransaction = unsafe { pg_sys::GetCurrentSubTransactionId() };
    WAITING.with_borrow_mut(|waiting| {
        let is_kept =
            waiting.len() < MOST_INSTANCES || rows.iter().any(|row| row.is_named_by_server);
        let sender = Sender::new(source, is_kept);
        waiting.push(Waiting { table, operation, sender, rows, subtransaction });
    });
}

/// Whether changes of a table wait.
pub fn has_changes_of(table: Oid) -> bool {
    WAITING.with_borrow(|waiting| waiting.iter().any(|statement| statement.table == table))
}

fn any_row(is_meant: impl Fn(Operation, &Row) -> bool) -> bool {
    WAITING.with_borrow(|waiting| {
        waiting
            .iter()
            .any(|statement| statement.rows.iter().any(|row| is_meant(statement.operation, row)))
    })
}

/// Whether an object is going to be deleted, by its uid.
pub fn is_deleted(uid: &str) -> bool {
    any_row(|operation, row| operation == Operation::Delete && row.uid == uid)
}

/// Whether the object of a place is going to be deleted.
pub fn is_place_cleared(place: &str) -> bool {
    any_row(|operation, row| operation == Operation::Delete && row.place == place)
}

/// Refuses what cannot be done to an object that the transaction changes already.
fn refuse_twice(operation: Operation, rows: &[Row]) {
    for row in rows {
        let is_twice = match operation {
            Operation::Insert => any_row(|_, other| {
                other.place == row.place || (other.uid == row.uid && !row.uid.is_empty())
            }),
            Operation::Update | Operation::Delete => is_deleted(&row.uid),
        };
        if is_twice {
            let name = row.place.rsplit(' ').next().unwrap_or_default();
            raise::message_with_hint(
                &format!(
                    "k8s_fdw[write] the transaction changes the object {name} already, and that change waits for COMMIT"
                ),
                "COMMIT first, and then run the statement again.",
            );
        }
    }
}

/// Sends all that waits, in the order of the statements. An error leaves the rest unsent.
fn send() {
    sent::take_made();
    let mut versions: HashMap<String, String> = HashMap::new();
    let mut changed: HashSet<String> = HashSet::new();
    for Waiting { operation, mut sender, mut rows, .. } in WAITING.take() {
        // Such an object has another version by now, through this transaction itself.
        if rows.iter().any(|row| changed.contains(&row.uid)) {
            sender = sender.anew();
            for row in &mut rows {
                if let Some(version) = versions.get(&row.uid) {
                    row.expect(version);
                }
            }
        }
        let mut source = sender.checked(operation, &rows);
        source.instance().end_modify().or_raise();
        let session = source.instance().environment();
        versions.extend(session.versions().map(|(uid, version)| (uid.clone(), version.clone())));
        changed.extend(rows.into_iter().map(|row| row.uid));
    }
}

fn listen() {
    if !IS_LISTENING.replace(true) {
        // SAFETY: the functions stay where they are as long as the process lives.
        unsafe {
            pg_sys::RegisterXactCallback(Some(transaction), std::ptr::null_mut());
            pg_sys::RegisterSubXactCallback(Some(subtransaction), std::ptr::null_mut());
        }
    }
}

/// # Safety
///
/// Called by Postgres when a transaction ends.
#[pg_guard]
unsafe extern "C-unwind" fn transaction(event: XactEvent::Type, _argument: *mut c_void) {
    match event {
        XactEvent::XACT_EVENT_PRE_COMMIT => send(),
        XactEvent::XACT_EVENT_PRE_PREPARE if WAITING.with_borrow(|all| !all.is_empty()) => {
            raise::message_with_hint(
                "k8s_fdw[write] the transaction has changed foreign tables of k8s_fdw, and PREPARE TRANSACTION cannot keep such changes",
                "End the transaction by COMMIT, which sends them.",
            );
        }
        XactEvent::XACT_EVENT_ABORT => {
            WAITING.take();
            let made = sent::take_made();
            if made > 0 {
                let changes =
                    if made == 1 { "1 change was" } else { &format!("{made} changes were") };
                ErrorReport::new(
                    PgSqlErrorCode::ERRCODE_WARNING,
                    format!("k8s_fdw: {changes} made in the cluster before the COMMIT failed"),
                    "k8s_fdw",
                )
                .set_hint("SELECT * FROM k8s_fdw.writes() lists them; nothing undoes them.")
                .report(PgLogLevel::WARNING);
            }
        }
        XactEvent::XACT_EVENT_COMMIT => {
            sent::take_made();
        }
        _ => {}
    }
}

/// # Safety
///
/// Called by Postgres when a subtransaction ends.
#[pg_guard]
unsafe extern "C-unwind" fn subtransaction(
    event: SubXactEvent::Type,
    own: SubTransactionId,
    parent: SubTransactionId,
    _argument: *mut c_void,
) {
    match event {
        SubXactEvent::SUBXACT_EVENT_COMMIT_SUB => WAITING.with_borrow_mut(|waiting| {
            for statement in waiting.iter_mut().filter(|one| one.subtransaction == own) {
                statement.subtransaction = parent;
            }
        }),
        SubXactEvent::SUBXACT_EVENT_ABORT_SUB => {
            WAITING.with_borrow_mut(|waiting| waiting.retain(|one| one.subtransaction != own));
        }
        _ => {}
    }
}
