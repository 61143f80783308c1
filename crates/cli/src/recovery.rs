//! Runs that were killed while they wrote files.

use std::io::{Write, stderr};
use std::path::Path;

use gofix::{FileError, Interrupted, LeftAlone, Recovered, Recovery, Session};

use crate::Failure;
use crate::interrupt;
use crate::term::{Term, escape};

/// Finishes or undoes what such runs had begun; whether there was anything, so that files may have changed. Fails if a file
/// was left as it is: somebody should look at it before anything else is written.
pub(crate) fn settle(session: &Session, term: &Term) -> Result<bool, Failure> {
    let mut any = false;
    for run in session.interrupted() {
        let recovered = interrupt::shielded(|| session.recover(&run));
        let Some(recovered) = recovered.map_err(|error| message(session, error))? else { continue };
        any = true;
        if !recovered.left_alone.is_empty() {
            return Err(left_alone(session, &recovered).into());
        }
        note(
            term,
            &match recovered.how {
                Recovery::Untouched => {
                    "what an interrupted run had left was removed; it had changed no file".to_owned()
                }
                Recovery::Finished => format!("{}; that has been finished", begun(recovered.files)),
                Recovery::Undone => format!("{}; that has been undone", begun(recovered.files)),
            },
        );
    }
    Ok(any)
}

/// Says that there are such runs, where nothing is to be written.
pub(crate) fn mention(session: &Session, term: &Term) {
    for Interrupted { journal, files, is_alive } in session.interrupted() {
        let journal = shown(session, &journal);
        note(
            term,
            &match (is_alive, files) {
                (true, _) => format!("another run is writing files ({journal})"),
                (false, 0) => format!(
                    "a run was interrupted before it changed a file ({journal}); the next run that writes cleans up"
                ),
                (false, _) => format!("{} ({journal}); the next run that writes ends that first", begun(files)),
            },
        );
    }
}

fn begun(files: usize) -> String {
    let files = if files == 1 { "1 file".to_owned() } else { format!("{files} files") };
    format!("an earlier run was interrupted while it wrote {files}")
}

fn left_alone(session: &Session, recovered: &Recovered) -> String {
    let state = match recovered.how {
        Recovery::Undone => "as before it",
        Recovery::Untouched | Recovery::Finished => "as after it",
    };
    let mut text = format!("{}; they are {state} now, but for\n", begun(recovered.files));
    for LeftAlone { path, is_edited, copy } in &recovered.left_alone {
        let why =
            if *is_edited { "edited since, and left as it is" } else { "changed by that run; its old text is lost" };
        text += &format!("  {}: {why}\n", shown(session, path));
        if let Some(copy) = copy {
            text += &format!("    its text before that run is in {}\n", shown(session, copy));
        }
    }
    text + "look at that, and run again"
}

fn message(session: &Session, error: FileError) -> String {
    FileError { path: shown(session, &error.path).into(), ..error }.to_string()
}

/// A path as people would write it.
fn shown(session: &Session, path: &Path) -> String {
    let relative = path.strip_prefix(session.project().root()).ok().and_then(Path::to_str);
    relative.map_or_else(|| path.display().to_string(), |it| session.shown(it))
}

fn note(term: &Term, text: &str) {
    if !term.quiet {
        let style = term.err.note;
        let _ = writeln!(stderr(), "{style}note:{style:#} {}", escape(text));
    }
}
