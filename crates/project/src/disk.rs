//! Writes to the disk, all or none.
//!
//! 1. Every file is looked at: inside the root, not behind a symbolic link, a regular file, writable by its mode, and
//!    with the content that it had when it was read.
//! 2. What is about to be done is noted in a journal, which is locked: no other run touches these files meanwhile.
//! 3. The new contents are written to temporary files beside the old ones, with the same permissions, and synced. Up
//!    to here no file was touched, and an error removes the temporary files. The journal says so from now on.
//! 4. File by file: the content is compared once more, the old file gets a second name, and the new one takes its name.
//!    An error renames the old files back.
//! 5. The directories are synced, and the second names and the journal removed.
//!
//! A file with several names (hard links) would lose the others by this. It is written in place, after a copy of its
//! old content has been synced beside it; if anything goes wrong, the old content is written back, and should even that
//! fail, the copy stays and is named in the error.
//!
//! A run that is killed leaves its journal, from which [`recover`] finishes or undoes it.
//!
//! Extended attributes and access lists are not carried over.

use std::collections::BTreeSet;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use tempfile::TempPath;

use crate::error::{FileAction, FileCause, FileError};
use crate::platform::{copy_permissions, links, only_for_the_user, sync_dir};
use crate::write::{FileWrite, Unrestored, WriteError, WriteReport, targets};

use self::journal::{Digest, Journal, Plan, Planned, Text};

mod journal;
mod recover;

pub(crate) use self::recover::{interrupted, recover};

/// How many bytes are written at once. Tests need no large files to see several writes.
const CHUNK: usize = if cfg!(test) { 1 << 13 } else { 1 << 20 };

/// A step that may fail.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum Step {
    Look,
    Read,
    MakeDir,
    MakeTemp,
    Write,
    Sync,
    SecondName,
    Rename,
    Remove,
    SyncDir,
    /// Something that was made for this run alone goes, when the files are in order. That it stays is no failure.
    Forget,
}

/// Told of every step in advance. Tests let steps fail.
type Hook<'h> = &'h (dyn Fn(Step, &Path) -> io::Result<()> + Sync);

/// Makes all of `changes` below `root` or none of them.
pub(crate) fn write(root: &Path, changes: &[FileWrite<'_>]) -> Result<WriteReport, WriteError> {
    write_with(root, changes, &|_, _| Ok(()))
}

fn write_with(root: &Path, changes: &[FileWrite<'_>], hook: Hook<'_>) -> Result<WriteReport, WriteError> {
    let targets = targets(root, changes)?;
    let disk = Disk { root, hook };
    let files: Vec<Target<'_>> = targets
        .par_iter()
        .zip(changes)
        .map(|(path, &change)| Target::new(&disk, path, change))
        .collect::<Result<_, _>>()?;
    let plan = plan(&disk, &files)?;
    // In this order, since what is dropped last has been made first.
    let journal = Journal::begin(&disk, &plan)?;
    let mut dirs = NewDirs { made: Vec::new() };
    dirs.make(&disk, &plan.dirs)?;
    let files = files.into_par_iter().enumerate();
    let prepared: Vec<Prepared<'_>> =
        files.map(|(index, file)| file.prepare(&disk, &plan, index)).collect::<Result<_, _>>()?;
    journal.ready(&disk)?;
    let mut done = Done { disk: &disk, files: Vec::with_capacity(prepared.len()) };
    let parents: BTreeSet<&Path> = targets.iter().filter_map(|path| path.parent()).collect();
    let mut prepared = prepared.into_iter();
    let written = prepared.try_for_each(|file| done.commit(file));
    if let Err(error) = written.and_then(|()| parents.into_par_iter().try_for_each(|dir| disk.sync_dir(dir))) {
        let error = done.roll_back(error);
        drop(prepared);
        if !error.unrestored.is_empty() {
            journal.keep();
        }
        return Err(error);
    }
    dirs.made.clear();
    done.forget();
    let _ = disk.step(Step::Forget, journal.path(), || Ok(()));
    journal.finish();
    Ok(WriteReport::of(changes))
}

/// What is about to be done, and the directories that are missing for it.
fn plan(disk: &Disk<'_>, files: &[Target<'_>]) -> Result<Plan, FileError> {
    let planned = files.par_iter().map(|file| Planned {
        path: file.path.to_owned(),
        old: file.change.before.map(Digest::of),
        new: file.change.after.map(Digest::of),
        in_place: file.is_in_place(),
    });
    let mut dirs = BTreeSet::new();
    for file in files.iter().filter(|it| it.metadata.is_none()) {
        for dir in file.path.ancestors().skip(1).take_while(|dir| dir.starts_with(disk.root)) {
            if dirs.contains(dir) || disk.look(dir)?.is_some() {
                break;
            }
            dirs.insert(dir.to_owned());
        }
    }
    Ok(Plan::new(planned.collect(), dirs.into_iter().collect()))
}

struct Disk<'a> {
    root: &'a Path,
    hook: Hook<'a>,
}

impl Disk<'_> {
    /// Does one step and gives its error the path.
    fn step<T>(&self, step: Step, path: &Path, action: impl FnOnce() -> io::Result<T>) -> Result<T, FileError> {
        let result = (self.hook)(step, path).and_then(|()| action());
        result.map_err(|error| FileError::io(path, FileAction::Write, &error))
    }

    /// What stands at `path`; None if nothing does.
    fn look(&self, path: &Path) -> Result<Option<Metadata>, FileError> {
        self.step(Step::Look, path, || match fs::symlink_metadata(path) {
            Ok(metadata) => Ok(Some(metadata)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        })
    }

    fn write(&self, path: &Path, mut file: &File, content: &[u8]) -> Result<(), FileError> {
        content.chunks(CHUNK).try_for_each(|chunk| self.step(Step::Write, path, || file.write_all(chunk)))
    }

    /// Makes sure that what was written is on the disk, all of it and no more.
    fn finish(&self, path: &Path, file: &File, content: &[u8]) -> Result<(), FileError> {
        let length = content.len() as u64;
        self.step(Step::Sync, path, || {
            file.set_len(length)?;
            file.sync_all()?;
            match file.metadata()?.len() == length {
                true => Ok(()),
                false => Err(io::Error::other("the file is shorter than what was written to it")),
            }
        })
    }

    fn sync_dir(&self, dir: &Path) -> Result<(), FileError> {
        self.step(Step::SyncDir, dir, || sync_dir(dir))
    }
}

/// A file to be written that was found in order.
struct Target<'a> {
    path: &'a Path,
    change: FileWrite<'a>,
    /// None for a new file.
    metadata: Option<Metadata>,
}

impl<'a> Target<'a> {
    fn new(disk: &Disk<'_>, path: &'a Path, change: FileWrite<'a>) -> Result<Target<'a>, FileError> {
        let fail = |cause| Err(FileError::new(path, FileAction::Write, cause));
        // A path behind a symbolic link could lead anywhere.
        for dir in path.ancestors().skip(1).take_while(|dir| *dir != disk.root && dir.starts_with(disk.root)) {
            match disk.look(dir)? {
                Some(metadata) if metadata.is_symlink() => return fail(FileCause::Symlink),
                Some(metadata) if !metadata.is_dir() => return fail(FileCause::NotAFile),
                _ => {}
            }
        }
        let metadata = disk.look(path)?;
        match (&metadata, change.before) {
            (None, None) => {}
            (None, Some(_)) => return fail(FileCause::Changed),
            (Some(found), _) if found.is_symlink() => return fail(FileCause::Symlink),
            (Some(found), _) if !found.is_file() => return fail(FileCause::NotAFile),
            (Some(_), None) => return fail(FileCause::Exists),
            (Some(_), Some(_)) => {}
        }
        let target = Target { path, change, metadata };
        target.check_writable(disk)?;
        target.check_content(disk)?;
        Ok(target)
    }

    /// Fails unless the user may write the file. A new file could take its name all the same, but not with leave.
    fn check_writable(&self, disk: &Disk<'_>) -> Result<(), FileError> {
        if self.metadata.is_none() {
            return Ok(());
        }
        let open = || match OpenOptions::new().write(true).open(self.path) {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(false),
            Err(error) => Err(error),
        };
        match disk.step(Step::Look, self.path, open)? {
            true => Ok(()),
            false => Err(FileError::new(self.path, FileAction::Write, FileCause::ReadOnly)),
        }
    }

    /// Fails unless the file still has the content that it had when it was read.
    fn check_content(&self, disk: &Disk<'_>) -> Result<(), FileError> {
        let Some(before) = self.change.before else { return Ok(()) };
        let unchanged = disk.step(Step::Read, self.path, || {
            let is_file = fs::symlink_metadata(self.path)?.is_file();
            Ok(is_file && fs::read(self.path)? == before)
        })?;
        match unchanged {
            true => Ok(()),
            false => Err(FileError::new(self.path, FileAction::Write, FileCause::Changed)),
        }
    }

    /// Whether other names of the file must not lose it.
    fn is_in_place(&self) -> bool {
        self.change.after.is_some() && self.metadata.as_ref().is_some_and(|found| links(found) > 1)
    }

    /// Writes the new content to a temporary file.
    fn prepare(self, disk: &Disk<'_>, plan: &Plan, index: usize) -> Result<Prepared<'a>, FileError> {
        let (old, new) = (plan.temp(index, Text::Old), plan.temp(index, Text::New));
        let temp = self.change.after.map(|content| self.write_temp(disk, &new, content)).transpose()?;
        let kind = match (temp, self.change.before) {
            (Some(temp), Some(before)) if self.is_in_place() => {
                Kind::InPlace { backup: self.write_temp(disk, &old, before)?, new: temp }
            }
            (Some(temp), _) => Kind::Replace { temp },
            (None, _) => Kind::Remove,
        };
        Ok(Prepared { target: self, kind, old })
    }

    /// A synced file beside this one, with the same permissions, that goes away when dropped.
    fn write_temp(&self, disk: &Disk<'_>, name: &Path, content: &[u8]) -> Result<TempPath, FileError> {
        let open = || {
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            if self.metadata.is_some() {
                only_for_the_user(&mut options);
            }
            let file = options.open(name)?;
            Ok((TempPath::try_from_path(name)?, file))
        };
        let (temp, file) = disk.step(Step::MakeTemp, self.path, open)?;
        disk.write(self.path, &file, content)?;
        if let Some(metadata) = &self.metadata {
            disk.step(Step::Write, self.path, || copy_permissions(metadata, &file))?;
        }
        disk.finish(self.path, &file, content)?;
        Ok(temp)
    }
}

/// A file whose new content is on the disk.
struct Prepared<'a> {
    target: Target<'a>,
    kind: Kind,
    /// A free name for the old content.
    old: PathBuf,
}

enum Kind {
    /// The temporary file takes the name.
    Replace {
        temp: TempPath,
    },
    /// The file has other names as well, so its content is replaced.
    InPlace {
        backup: TempPath,
        /// The new content, for whoever finishes this if the run is killed.
        new: TempPath,
    },
    Remove,
}

/// A file that was changed, with what it takes to undo that.
struct Committed<'a> {
    path: &'a Path,
    undo: Undo,
}

enum Undo {
    /// The file is new.
    Remove,
    /// The old file, or a copy of it, has this name.
    Rename(TempPath),
    /// The old content, of which this is a copy, is written back. The new one goes with it.
    WriteBack { copy: TempPath, _new: TempPath },
}

struct Done<'a> {
    disk: &'a Disk<'a>,
    files: Vec<Committed<'a>>,
}

impl<'a> Done<'a> {
    /// Puts one new content in place. On error this file is as before.
    fn commit(&mut self, file: Prepared<'a>) -> Result<(), FileError> {
        let Prepared { target, kind, old } = file;
        let path = target.path;
        target.check_content(self.disk)?;
        let undo = match kind {
            Kind::InPlace { backup, new } => return self.commit_in_place(&target, backup, new),
            Kind::Replace { .. } if target.change.before.is_none() => Undo::Remove,
            _ => Undo::Rename(self.second_name(&target, &old)?),
        };
        match kind {
            Kind::Replace { temp } if target.change.before.is_none() => {
                self.disk.step(Step::Rename, path, || temp.persist_noclobber(path).map_err(|persist| persist.error))?
            }
            Kind::Replace { temp } => {
                self.disk.step(Step::Rename, path, || temp.persist(path).map_err(|persist| persist.error))?;
            }
            _ => self.disk.step(Step::Remove, path, || fs::remove_file(path))?,
        }
        self.files.push(Committed { path, undo });
        Ok(())
    }

    /// Gives the old file a second name, or makes a copy where the file system has no links.
    fn second_name(&self, target: &Target<'_>, old: &Path) -> Result<TempPath, FileError> {
        let linked = self.disk.step(Step::SecondName, target.path, || {
            fs::hard_link(target.path, old)?;
            TempPath::try_from_path(old)
        });
        match (linked, target.change.before) {
            (Err(_), Some(before)) => target.write_temp(self.disk, old, before),
            (linked, _) => linked,
        }
    }

    /// Replaces the content of a file that has several names.
    fn commit_in_place(&mut self, target: &Target<'a>, backup: TempPath, new: TempPath) -> Result<(), FileError> {
        let path = target.path;
        let after = target.change.after.unwrap_or_default();
        let file = self.disk.step(Step::Write, path, || OpenOptions::new().write(true).open(path))?;
        self.disk.sync_dir(path.parent().unwrap_or(self.disk.root))?;
        // From here on the old content may be damaged, so that an error must put it back.
        self.files.push(Committed { path, undo: Undo::WriteBack { copy: backup, _new: new } });
        self.disk.write(path, &file, after)?;
        self.disk.finish(path, &file, after)?;
        let arrived = self.disk.step(Step::Read, path, || Ok(fs::read(path)? == after))?;
        match arrived {
            true => Ok(()),
            false => Err(FileError::new(path, FileAction::Write, FileCause::Changed)),
        }
    }

    /// Removes the old contents, when all is in order.
    fn forget(self) {
        for Committed { path, undo } in self.files {
            let _ = self.disk.step(Step::Forget, path, || Ok(()));
            drop(undo);
        }
    }

    /// Undoes all that was committed, the last one first.
    fn roll_back(self, error: FileError) -> WriteError {
        let Done { disk, files } = self;
        let undone = files.into_iter().rev().filter_map(|file| file.undo(disk).err());
        WriteError { error, unrestored: undone.collect() }
    }
}

impl Committed<'_> {
    fn undo(self, disk: &Disk<'_>) -> Result<(), Unrestored> {
        let Committed { path, undo } = self;
        match undo {
            Undo::Remove => disk
                .step(Step::Remove, path, || fs::remove_file(path))
                .map_err(|error| Unrestored { error, copy: None }),
            Undo::Rename(second) => {
                let renamed = disk.step(Step::Rename, path, || fs::rename(&second, path));
                keep_unless(renamed, second)
            }
            Undo::WriteBack { copy, .. } => {
                let written = disk
                    .step(Step::Write, path, || Ok((fs::read(&copy)?, OpenOptions::new().write(true).open(path)?)))
                    .and_then(|(content, file)| {
                        disk.write(path, &file, &content)?;
                        disk.finish(path, &file, &content)
                    });
                keep_unless(written, copy)
            }
        }
    }
}

/// Leaves the copy on the disk if the file could not be restored from it.
fn keep_unless(restored: Result<(), FileError>, copy: TempPath) -> Result<(), Unrestored> {
    restored.map_err(|error| {
        let name = copy.to_path_buf();
        // Should this fail, the copy stays all the same: only dropping the name would remove it.
        let copy = copy.keep().unwrap_or(name);
        Unrestored { error, copy: Some(copy) }
    })
}

/// Directories made for new files. Those that are still empty go when this is dropped.
struct NewDirs {
    made: Vec<PathBuf>,
}

impl NewDirs {
    fn make(&mut self, disk: &Disk<'_>, missing: &[PathBuf]) -> Result<(), FileError> {
        for dir in missing {
            disk.step(Step::MakeDir, dir, || fs::create_dir(dir))?;
            self.made.push(dir.to_owned());
        }
        Ok(())
    }
}

impl Drop for NewDirs {
    fn drop(&mut self) {
        for dir in self.made.iter().rev() {
            // Not empty: someone else has put a file there meanwhile.
            let _ = fs::remove_dir(dir);
        }
    }
}

#[cfg(all(test, unix))]
mod kill_tests;
#[cfg(test)]
mod tests;
