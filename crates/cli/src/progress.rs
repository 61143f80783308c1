//! A progress bar for people who have waited for a second.

use std::io::{IsTerminal, stderr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use gofix::{DirItem, FileError, FileKind, FileWrite, Files, Interrupted, Recovered, Session, WriteError, WriteReport};
use indicatif::{ProgressBar, ProgressStyle};

use crate::input::disk;
use crate::term::Term;

/// How long nothing is shown.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often the bar is drawn.
const INTERVAL: Duration = Duration::from_millis(100);

/// Counts the files that are read, where somebody watches.
pub(crate) struct Meter {
    started: Instant,
    read: Option<Arc<AtomicU64>>,
}

impl Meter {
    /// For a run that began at `started`.
    pub(crate) fn new(term: &Term, started: Instant) -> Meter {
        let is_watched = stderr().is_terminal() && !term.quiet;
        Meter { started, read: is_watched.then(Arc::default) }
    }

    /// The files of the disk.
    pub(crate) fn disk(&self) -> Arc<dyn Files> {
        match &self.read {
            Some(read) => Arc::new(Counted { files: disk(), read: Arc::clone(read) }),
            None => disk(),
        }
    }

    /// A bar, if somebody watches, for reading the files that the patterns mean.
    pub(crate) fn show(self, session: &Session) -> Option<Progress> {
        let selected = session.project().files().iter().filter(|file| file.selected).count();
        self.read.map(|read| Progress::new(self.started, selected as u64, read))
    }
}

/// Shows how many files have been read, until it is dropped.
#[derive(Debug)]
pub(crate) struct Progress {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// A bar on stderr, for a run that began at `started` and is to read `total` files; `read` counts them.
    fn new(started: Instant, total: u64, read: Arc<AtomicU64>) -> Progress {
        let (stop, stopped) = channel();
        let run = move || {
            let wait = |time| stopped.recv_timeout(time) == Err(RecvTimeoutError::Timeout);
            if !wait(PATIENCE.saturating_sub(started.elapsed())) {
                return;
            }
            let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} files")
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            let bar = ProgressBar::new(total).with_style(style);
            while wait(INTERVAL) {
                bar.set_position(read.load(Ordering::Relaxed).min(total));
            }
            bar.finish_and_clear();
        };
        // Without a thread there is no bar.
        let thread = thread::Builder::new().name("progress".to_owned()).spawn(run).ok();
        Progress { stop: Some(stop), thread }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Files that count how many of them are read.
#[derive(Debug)]
struct Counted {
    files: Arc<dyn Files>,
    read: Arc<AtomicU64>,
}

impl Files for Counted {
    fn read(&self, path: &Path) -> Result<Vec<u8>, FileError> {
        self.read.fetch_add(1, Ordering::Relaxed);
        self.files.read(path)
    }

    fn list(&self, dir: &Path) -> Result<Vec<DirItem>, FileError> {
        self.files.list(dir)
    }

    fn kind(&self, path: &Path) -> Option<FileKind> {
        self.files.kind(path)
    }

    fn write(&self, root: &Path, changes: &[FileWrite<'_>]) -> Result<WriteReport, WriteError> {
        self.files.write(root, changes)
    }

    fn interrupted(&self, root: &Path, dirs: &[PathBuf]) -> Vec<Interrupted> {
        self.files.interrupted(root, dirs)
    }

    fn recover(&self, journal: &Path) -> Result<Option<Recovered>, FileError> {
        self.files.recover(journal)
    }
}
