//! Ctrl-C while files are written: the write is finished first, so that nothing is left half done or lying around.

use std::io::{Write, stderr};
use std::process::exit;
use std::sync::{Mutex, PoisonError};

/// Held while files are written.
static WRITING: Mutex<()> = Mutex::new(());

/// What shells expect of a program that was interrupted.
const INTERRUPTED: i32 = 130;

/// Writes files. An interruption that comes meanwhile ends the program afterwards.
pub(crate) fn shielded<T>(write: impl FnOnce() -> T) -> T {
    // Where no handler can be set, an interruption ends the program at once, as it would have anyway.
    let _ = ctrlc::set_handler(|| {
        if WRITING.try_lock().is_err() {
            let _ = writeln!(stderr(), "interrupted; finishing the write");
        }
        let _writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
        exit(INTERRUPTED);
    });
    let _writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    write()
}
