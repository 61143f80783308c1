//! What a run is about to write, noted on the disk before it begins, so that a run that is killed can be finished or undone
//! by a later one.
//!
//! The journal stands in the deepest directory that all files of the change have in common, so a run that touches one of
//! them finds it in a directory above that file. It is locked as long as the run lives. Its lines:
//!
//! 1. The plan, as JSON: the paths with the lengths and hashes of their old and new contents, and directories to be made.
//!    It is on the disk before anything else is made, and names all temporary files.
//! 2. `ready`: the new contents are on the disk. Only now files are touched.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::error::{FileAction, FileCause, FileError};
use crate::platform::{is_same_file, is_trusted_above};

use super::{Disk, Step};

/// The name of the file.
const NAME: &str = ".gofix-journal";

/// The version of what stands in it.
const VERSION: u64 = 1;

/// The second line.
const READY: &str = "ready\n";

/// How often, and how long, it is waited for a run that has the journal: it may just be looking, or end.
const ATTEMPTS: usize = 20;
const PAUSE: Duration = Duration::from_millis(10);

/// What tells a content from others.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) struct Digest {
    length: u64,
    hash: u64,
}

impl Digest {
    /// FNV-1a, which is the same in all versions of the program. Nobody gains from finding two contents with one hash.
    pub(super) fn of(content: &[u8]) -> Digest {
        let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        Digest { length: content.len() as u64, hash: content.iter().fold(0xcbf2_9ce4_8422_2325, step) }
    }

    fn to_json(self) -> Value {
        json!([self.length, format!("{:016x}", self.hash)])
    }

    /// None if it is no digest; `Some(None)` if it says that there is no file.
    fn from_json(value: &Value) -> Option<Option<Digest>> {
        if value.is_null() {
            return Some(None);
        }
        let (length, hash) = (value.get(0)?.as_u64()?, value.get(1)?.as_str()?);
        Some(Some(Digest { length, hash: u64::from_str_radix(hash, 16).ok()? }))
    }
}

/// One file of a plan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Planned {
    pub(super) path: PathBuf,
    /// The content before. None: there was no such file.
    pub(super) old: Option<Digest>,
    /// The content afterwards. None: there is no such file.
    pub(super) new: Option<Digest>,
    /// The file has several names, so its content is replaced rather than the file.
    pub(super) in_place: bool,
}

/// What a run is about to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Plan {
    /// Part of the names of its temporary files.
    id: String,
    pub(super) files: Vec<Planned>,
    /// Directories to be made, each after those above it.
    pub(super) dirs: Vec<PathBuf>,
}

/// What a temporary file holds.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) enum Text {
    Old,
    New,
}

impl Plan {
    pub(super) fn new(files: Vec<Planned>, dirs: Vec<PathBuf>) -> Plan {
        let id = format!("{:016x}", RandomState::new().build_hasher().finish());
        Plan { id, files, dirs }
    }

    /// The name beside a file for its old or new text.
    pub(super) fn temp(&self, index: usize, text: Text) -> PathBuf {
        let text = if text == Text::Old { "old" } else { "new" };
        self.files[index].path.with_file_name(format!(".gofix-{}-{index}-{text}.tmp", self.id))
    }

    /// The deepest directory, existing and not above `root`, that all files are below.
    fn home(&self, root: &Path) -> PathBuf {
        let mut home = self.files.first().and_then(|it| it.path.parent()).unwrap_or(root);
        let is_home = |dir: &Path| {
            let holds_all = self.files.iter().all(|it| it.path.starts_with(dir));
            holds_all && !self.dirs.iter().any(|it| it == dir)
        };
        while !is_home(home) && home != root {
            home = home.parent().unwrap_or(root);
        }
        home.to_owned()
    }

    /// The line that describes it, with paths relative to `home`.
    pub(super) fn line(&self, home: &Path) -> Result<String, FileError> {
        let relative = |path: &Path| {
            let relative = path.strip_prefix(home).ok().and_then(Path::to_str);
            let cause = || FileCause::Other("its name is not UTF-8".to_owned());
            relative.map(str::to_owned).ok_or_else(|| FileError::new(path, FileAction::Write, cause()))
        };
        let file = |it: &Planned| {
            let [old, new] = [it.old, it.new].map(|it| it.map(Digest::to_json));
            Ok(json!({"path": relative(&it.path)?, "old": old, "new": new, "in_place": it.in_place}))
        };
        let files = self.files.iter().map(file).collect::<Result<Vec<Value>, FileError>>()?;
        let dirs = self.dirs.iter().map(|it| relative(it)).collect::<Result<Vec<String>, FileError>>()?;
        Ok(format!("{}\n", json!({"gofix": VERSION, "id": self.id, "files": files, "dirs": dirs})))
    }

    /// Reads such a line. All paths are below `home`, as far as their texts tell.
    fn parse(line: &str, home: &Path) -> Option<Plan> {
        let json: Value = serde_json::from_str(line).ok()?;
        let id = json.get("id")?.as_str().filter(|it| it.bytes().all(|it| it.is_ascii_hexdigit()))?.to_owned();
        let below = |value: &Value| {
            let path = Path::new(value.as_str()?);
            let is_below = path.components().all(|part| matches!(part, Component::Normal(_)));
            (is_below && path.file_name().is_some()).then(|| home.join(path))
        };
        let file = |it: &Value| {
            let [old, new] = [it.get("old")?, it.get("new")?].map(Digest::from_json);
            let in_place = it.get("in_place")?.as_bool()?;
            Some(Planned { path: below(it.get("path")?)?, old: old?, new: new?, in_place })
        };
        let files = json.get("files")?.as_array()?.iter().map(file).collect::<Option<Vec<Planned>>>()?;
        let dirs = json.get("dirs")?.as_array()?.iter().map(below).collect::<Option<Vec<PathBuf>>>()?;
        (json.get("gofix")?.as_u64()? == VERSION).then_some(Plan { id, files, dirs })
    }
}

/// What stands in a journal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Content {
    /// The run was stopped before it had made anything.
    Nothing,
    /// What the run was about to do, and whether it may have touched files.
    Plan(Plan, bool),
    /// It was written by something else.
    Strange,
}

impl Content {
    fn parse(text: &[u8], home: &Path) -> Content {
        let Some(end) = text.iter().position(|it| *it == b'\n') else { return Content::Nothing };
        let plan = std::str::from_utf8(&text[..end]).ok().and_then(|it| Plan::parse(it, home));
        plan.map_or(Content::Strange, |plan| Content::Plan(plan, &text[end + 1..] == READY.as_bytes()))
    }
}

/// The journal of a run that lives, locked. It goes when dropped.
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    keep: bool,
}

impl Journal {
    /// Notes a plan on the disk. Fails if another run is at work on one of the files, or was stopped at it.
    pub(super) fn begin(disk: &Disk<'_>, plan: &Plan) -> Result<Journal, FileError> {
        let home = plan.home(disk.root);
        let path = home.join(NAME);
        let line = plan.line(&home)?;
        let file = disk.step(Step::MakeTemp, &path, || match open_locked(&path, true) {
            Ok(Some(file)) => Ok(Ok(file)),
            Ok(None) => Err(io::Error::from(io::ErrorKind::NotFound)),
            Err(Refusal::Io(error)) => Err(error),
            Err(Refusal::Cause(cause)) => Ok(Err(cause)),
        })?;
        let fail = |cause| FileError::new(&path, FileAction::Write, cause);
        let file = file.map_err(fail)?;
        match read(&file, &path)? {
            Content::Nothing => {}
            Content::Plan(..) => return Err(fail(FileCause::Interrupted)),
            Content::Strange => return Err(fail(FileCause::StrangeJournal)),
        }
        let journal = Journal { path, file, keep: false };
        journal.check_others(disk, plan)?;
        disk.step(Step::Write, &journal.path, || journal.file.set_len(0))?;
        disk.write(&journal.path, &journal.file, line.as_bytes())?;
        disk.step(Step::Sync, &journal.path, || journal.file.sync_all())?;
        disk.sync_dir(&home)?;
        Ok(journal)
    }

    /// Any other run that is at work on one of the files has its journal in a directory above it. Of two that begin at the
    /// same time at least one sees the other, since each makes its journal first.
    fn check_others(&self, disk: &Disk<'_>, plan: &Plan) -> Result<(), FileError> {
        let parents = plan.files.iter().filter_map(|it| it.path.parent());
        for path in find(disk.root, parents) {
            if path == self.path {
                continue;
            }
            let fail = |cause| FileError::new(&path, FileAction::Write, cause);
            match look(&path)? {
                Some(Found::Busy) => return Err(fail(FileCause::Busy)),
                Some(Found::Left(Content::Plan(..))) => return Err(fail(FileCause::Interrupted)),
                Some(Found::Left(_)) | None => {}
            }
        }
        Ok(())
    }

    /// Notes that the new contents are on the disk.
    pub(super) fn ready(&self, disk: &Disk<'_>) -> Result<(), FileError> {
        disk.write(&self.path, &self.file, READY.as_bytes())?;
        disk.step(Step::Sync, &self.path, || self.file.sync_all())
    }

    /// The run has failed, and left something for the next one.
    pub(super) fn keep(mut self) {
        self.keep = true;
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Takes over what a run has left. None if there is nothing any more.
    pub(super) fn take(path: &Path) -> Result<Option<(Journal, Content)>, FileError> {
        let file = match open_locked(path, false) {
            Ok(None) => return Ok(None),
            Ok(Some(file)) => file,
            Err(Refusal::Io(error)) => return Err(FileError::io(path, FileAction::Write, &error)),
            Err(Refusal::Cause(cause)) => return Err(FileError::new(path, FileAction::Write, cause)),
        };
        let content = read(&file, path)?;
        // Until the files are in order, an error must not make the journal go.
        Ok(Some((Journal { path: path.to_owned(), file, keep: true }, content)))
    }

    /// All is in order.
    pub(super) fn finish(mut self) {
        self.keep = false;
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        if !self.keep {
            // Should this fail, the next run finds that all is in order.
            let _ = fs::remove_file(&self.path);
        }
        // A process that is being started may have the file, and the lock with it, for a moment longer.
        let _ = self.file.unlock();
    }
}

enum Refusal {
    Io(io::Error),
    Cause(FileCause),
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Refusal {
        Refusal::Io(error)
    }
}

/// Opens a journal and locks it; None if there is none and none is to be made.
fn open_locked(path: &Path, create: bool) -> Result<Option<File>, Refusal> {
    for _ in 0..ATTEMPTS {
        let file = match fs::symlink_metadata(path) {
            // What a link points to is none of ours.
            Ok(found) if !found.is_file() => return Err(Refusal::Cause(FileCause::NotAFile)),
            Ok(_) => OpenOptions::new().read(true).write(true).open(path),
            Err(error) if error.kind() == io::ErrorKind::NotFound && !create => return Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                OpenOptions::new().read(true).write(true).create_new(true).open(path)
            }
            Err(error) => Err(error),
        };
        let file = match file {
            // Another run was quicker, or has ended just now.
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::AlreadyExists) => {
                if path.parent().is_some_and(|it| !it.is_dir()) {
                    return Err(Refusal::Io(error));
                }
                continue;
            }
            file => file?,
        };
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                thread::sleep(PAUSE);
                continue;
            }
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {}
            Err(TryLockError::Error(error)) => return Err(Refusal::Io(error)),
        }
        // The run that held the lock may have removed the file.
        if fs::symlink_metadata(path).is_ok_and(|found| file.metadata().is_ok_and(|it| is_same_file(&found, &it))) {
            return Ok(Some(file));
        }
    }
    Err(Refusal::Cause(FileCause::Busy))
}

fn read(mut file: &File, path: &Path) -> Result<Content, FileError> {
    let mut text = Vec::new();
    file.read_to_end(&mut text).map_err(|error| FileError::io(path, FileAction::Read, &error))?;
    Ok(Content::parse(&text, path.parent().unwrap_or(Path::new(""))))
}

/// A journal that was found.
pub(super) enum Found {
    /// Its run is at work.
    Busy,
    /// Its run has been stopped.
    Left(Content),
}

/// Looks at a journal without taking it over; None if there is none.
pub(super) fn look(path: &Path) -> Result<Option<Found>, FileError> {
    let error = |error: io::Error| FileError::io(path, FileAction::Read, &error);
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_file() => {}
        _ => return Ok(None),
    }
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file.map_err(error)?,
    };
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => Ok(Some(Found::Busy)),
        _ => {
            let content = read(&file, path);
            let _ = file.unlock();
            content.map(|it| Some(Found::Left(it)))
        }
    }
}

/// The paths of journals in `dirs`, which are below `root`, and in all directories above them. One above the root counts
/// only if nobody else could have put it there.
pub(super) fn find<'a>(root: &Path, dirs: impl IntoIterator<Item = &'a Path>) -> Vec<PathBuf> {
    let mut homes: BTreeSet<&Path> = BTreeSet::from([root]);
    for dir in dirs {
        for above in dir.ancestors().take_while(|it| it.starts_with(root)) {
            if !homes.insert(above) {
                break;
            }
        }
    }
    let above = root.ancestors().skip(1).map(|it| it.join(NAME)).filter(|it| is_trusted_above(it));
    let within = homes.into_iter().map(|it| it.join(NAME));
    let mut found: Vec<PathBuf> = above.chain(within).filter(|it| fs::symlink_metadata(it).is_ok()).collect();
    found.sort();
    found
}
