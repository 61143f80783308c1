//! What becomes of the files of a run that was killed.
//!
//! Each of them is looked at. If all have their old text, with the new one beside them, or the new text already, the change
//! is finished. Else it is undone. A file with any other text was edited by somebody meanwhile: it stays as it is.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use crate::error::{FileAction, FileCause, FileError};
use crate::platform::is_same_file;
use crate::write::{Interrupted, LeftAlone, Recovered, Recovery};

use super::journal::{Content, Digest, Found, Journal, Plan, Planned, Text, find, look};
use super::{Disk, Hook};

/// The runs that were killed while they wrote files in `dirs`, directories below `root`, or in those above or between.
pub(crate) fn interrupted(root: &Path, dirs: &[PathBuf]) -> Vec<Interrupted> {
    let journals = find(root, dirs.iter().map(PathBuf::as_path)).into_iter();
    let found = journals.filter_map(|journal| {
        let (files, is_alive) = match look(&journal) {
            Ok(Some(Found::Busy)) => (0, true),
            Ok(Some(Found::Left(Content::Plan(plan, true)))) => (plan.files.len(), false),
            Ok(Some(Found::Left(_))) | Err(_) => (0, false),
            Ok(None) => return None,
        };
        Some(Interrupted { journal, files, is_alive })
    });
    found.collect()
}

/// Finishes or undoes what one of them had begun. Running it again after an error, or after being killed, is fine. None if
/// there is nothing left to do.
pub(crate) fn recover(journal: &Path) -> Result<Option<Recovered>, FileError> {
    recover_with(journal, &|_, _| Ok(()))
}

pub(super) fn recover_with(journal: &Path, hook: Hook<'_>) -> Result<Option<Recovered>, FileError> {
    let Some((journal, content)) = Journal::take(journal)? else { return Ok(None) };
    let root = journal.path().parent().unwrap_or(Path::new("")).to_owned();
    let disk = Disk { root: &root, hook };
    let fail = |cause| Err(FileError::new(journal.path(), FileAction::Read, cause));
    let (plan, touched) = match content {
        Content::Nothing => (None, false),
        Content::Plan(plan, touched) => (Some(plan), touched),
        Content::Strange => return fail(FileCause::StrangeJournal),
    };
    let mut recovered = Recovered { files: 0, how: Recovery::Untouched, left_alone: Vec::new() };
    if let Some(plan) = &plan {
        plan.files.iter().try_for_each(|it| check_links(&root, &it.path))?;
        if touched {
            recovered.files = plan.files.len();
            (recovered.how, recovered.left_alone) = settle(&disk, plan)?;
        }
        clean_up(&disk, plan, &recovered)?;
    }
    disk.step(super::Step::Forget, journal.path(), || Ok(()))?;
    journal.finish();
    disk.sync_dir(&root)?;
    Ok(Some(recovered))
}

/// A path behind a symbolic link could lead anywhere.
fn check_links(root: &Path, path: &Path) -> Result<(), FileError> {
    let mut dirs = path.ancestors().skip(1).take_while(|it| it.starts_with(root) && *it != root);
    match dirs.any(|it| fs::symlink_metadata(it).is_ok_and(|it| it.is_symlink())) {
        true => Err(FileError::new(path, FileAction::Write, FileCause::Symlink)),
        false => Ok(()),
    }
}

/// What stands at the path of a file of the change.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum State {
    Old,
    New,
    /// Some of the new text, and behind it what is left of the old one. No editor does that.
    Torn,
    Other,
}

fn state(disk: &Disk<'_>, plan: &Plan, index: usize) -> Result<State, FileError> {
    let Planned { path, old, new, in_place } = &plan.files[index];
    let content = match disk.look(path)? {
        None => None,
        Some(found) if !found.is_file() => return Ok(State::Other),
        Some(_) => Some(disk.step(super::Step::Read, path, || fs::read(path))?),
    };
    let digest = content.as_deref().map(Digest::of);
    let is_torn = |content: &[u8]| {
        let text = |text| whole(plan, index, text).and_then(|it| fs::read(it).ok());
        text(Text::Old).zip(text(Text::New)).is_some_and(|(old, new)| is_torn(content, &old, &new))
    };
    Ok(match digest {
        digest if digest == *new => State::New,
        digest if digest == *old => State::Old,
        _ if *in_place && content.as_deref().is_some_and(is_torn) => State::Torn,
        _ => State::Other,
    })
}

/// Whether a file is what remains when one of the two texts is written over the other and the writer is killed, maybe
/// several times. Systems write whole pages, but for the last one.
fn is_torn(content: &[u8], old: &[u8], new: &[u8]) -> bool {
    const PAGE: usize = 4096;
    let (length, texts) = (content.len(), old.len().min(new.len())..=old.len().max(new.len()));
    if !texts.contains(&length) || !(length.is_multiple_of(PAGE) || length == *texts.start() || length == *texts.end())
    {
        return false;
    }
    let over = |a: &[u8], b: &[u8], at: usize| a.get(at).or(b.get(at)).copied();
    content.chunks(PAGE).enumerate().all(|(page, bytes)| {
        let is = |a: &[u8], b: &[u8]| (page * PAGE..).zip(bytes).all(|(at, byte)| over(a, b, at) == Some(*byte));
        is(old, new) || is(new, old)
    })
}

/// The temporary file with a text of a file, if it is there and all of it.
fn whole(plan: &Plan, index: usize, text: Text) -> Option<PathBuf> {
    let Planned { old, new, .. } = &plan.files[index];
    let wanted = if text == Text::Old { old } else { new };
    let path = plan.temp(index, text);
    let is_file = fs::symlink_metadata(&path).is_ok_and(|it| it.is_file());
    let content = is_file.then(|| fs::read(&path).ok()).flatten()?;
    (Some(Digest::of(&content)) == *wanted).then_some(path)
}

/// Finishes the change or undoes it.
fn settle(disk: &Disk<'_>, plan: &Plan) -> Result<(Recovery, Vec<LeftAlone>), FileError> {
    let all = 0..plan.files.len();
    let states = all.clone().map(|it| state(disk, plan, it)).collect::<Result<Vec<State>, FileError>>()?;
    let can_be_new = |index: usize| match states[index] {
        State::New => true,
        State::Other => false,
        State::Old | State::Torn => plan.files[index].new.is_none() || whole(plan, index, Text::New).is_some(),
    };
    let (how, goal, there) = match all.clone().all(can_be_new) {
        true => (Recovery::Finished, Text::New, State::New),
        false => (Recovery::Undone, Text::Old, State::Old),
    };
    let mut left_alone = Vec::new();
    for index in all {
        if states[index] == there {
            continue;
        }
        let is_edited = states[index] == State::Other;
        if is_edited || !give(disk, plan, index, goal)? {
            let copy = is_edited.then(|| old_text(plan, index)).flatten();
            left_alone.push(LeftAlone { path: plan.files[index].path.clone(), is_edited, copy });
        }
    }
    let parents: BTreeSet<&Path> = plan.files.iter().filter_map(|it| it.path.parent()).collect();
    parents.into_iter().filter(|it| it.is_dir()).try_for_each(|dir| disk.sync_dir(dir))?;
    Ok((how, left_alone))
}

/// The old text of a file that was edited, unless the text is that of the file under another name.
fn old_text(plan: &Plan, index: usize) -> Option<PathBuf> {
    let copy = whole(plan, index, Text::Old)?;
    let found = fs::symlink_metadata(&plan.files[index].path).ok();
    let same = found.zip(fs::symlink_metadata(&copy).ok()).is_some_and(|(a, b)| is_same_file(&a, &b));
    (!same).then_some(copy)
}

/// Gives a file its old or new text; whether there is such a text.
fn give(disk: &Disk<'_>, plan: &Plan, index: usize, goal: Text) -> Result<bool, FileError> {
    let Planned { path, old, new, in_place } = &plan.files[index];
    let (from, to) = if goal == Text::Old { (new, old) } else { (old, new) };
    let Some(wanted) = to else {
        check_again(disk, path, *from)?;
        disk.step(super::Step::Remove, path, || fs::remove_file(path))?;
        return Ok(true);
    };
    let Some(temp) = whole(plan, index, goal) else { return Ok(false) };
    if *in_place {
        let content = disk.step(super::Step::Read, &temp, || fs::read(&temp))?;
        let file = disk.step(super::Step::Write, path, || OpenOptions::new().write(true).open(path))?;
        disk.write(path, &file, &content)?;
        disk.finish(path, &file, &content)?;
        return Ok(Digest::of(&content) == *wanted);
    }
    check_again(disk, path, *from)?;
    disk.step(super::Step::Rename, path, || match from {
        Some(_) => fs::rename(&temp, path),
        None => noclobber(&temp, path),
    })?;
    Ok(true)
}

/// Renames a file unless there is one of that name.
fn noclobber(temp: &Path, path: &Path) -> io::Result<()> {
    TempPath::try_from_path(temp)?.persist_noclobber(path).map_err(|failed| {
        // An error must not make the text go.
        let _ = failed.path.keep();
        failed.error
    })
}

/// Fails if somebody has edited a file since it was looked at.
fn check_again(disk: &Disk<'_>, path: &Path, wanted: Option<Digest>) -> Result<(), FileError> {
    let found = disk.step(super::Step::Read, path, || match fs::read(path) {
        Ok(content) => Ok(Some(Digest::of(&content))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    })?;
    match found == wanted {
        true => Ok(()),
        false => Err(FileError::new(path, FileAction::Write, FileCause::Changed)),
    }
}

/// Removes what the run has made for itself.
fn clean_up(disk: &Disk<'_>, plan: &Plan, recovered: &Recovered) -> Result<(), FileError> {
    let kept: Vec<&PathBuf> = recovered.left_alone.iter().filter_map(|it| it.copy.as_ref()).collect();
    let temps = (0..plan.files.len()).flat_map(|it| [plan.temp(it, Text::Old), plan.temp(it, Text::New)]);
    for temp in temps.filter(|it| !kept.contains(&it)) {
        disk.step(super::Step::Forget, &temp, || match fs::remove_file(&temp) {
            Err(error) if !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Err(error),
            _ => Ok(()),
        })?;
    }
    if recovered.how != Recovery::Finished {
        for dir in plan.dirs.iter().rev() {
            // Not there, or not empty: somebody else has put a file there meanwhile.
            let _ = disk.step(super::Step::Forget, dir, || fs::remove_dir(dir));
        }
    }
    Ok(())
}
