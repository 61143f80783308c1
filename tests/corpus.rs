//! What must hold of every run, over as much code as there is: `GOFIX_CORPUS` names directories, separated by colons.

use std::{
    collections::BTreeMap,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
};

use gofix::testing::broken_promises;
use gofix::{
    Choice, DirItem, DiskFiles, FileError, FileKind, FileWrite, Files, LoadOptions, Outcome, RunOptions, Session,
    Status, WriteError, WriteReport, rules,
};
use gofix_tests::has_go;

/// The files of the disk, some of which have other contents. Nothing is written.
#[derive(Debug)]
struct Changed(BTreeMap<PathBuf, Vec<u8>>);

impl Files for Changed {
    fn read(&self, path: &Path) -> Result<Vec<u8>, FileError> {
        self.0.get(path).map_or_else(|| DiskFiles.read(path), |it| Ok(it.clone()))
    }

    fn list(&self, dir: &Path) -> Result<Vec<DirItem>, FileError> {
        DiskFiles.list(dir)
    }

    fn kind(&self, path: &Path) -> Option<FileKind> {
        DiskFiles.kind(path)
    }

    fn write(&self, _: &Path, _: &[FileWrite<'_>]) -> Result<WriteReport, WriteError> {
        Ok(WriteReport::default())
    }
}

fn run(files: Arc<dyn Files>, dir: &Path, jobs: usize) -> (Session, Outcome) {
    let options = LoadOptions { cwd: dir.to_owned(), ..LoadOptions::default() };
    let session = Session::load(files, &options).unwrap_or_else(|error| panic!("{}: {error}", dir.display()));
    let names = rules().iter().map(|it| it.meta().name);
    let choice = Choice::named(rules(), names).expect("the rules are known");
    let outcome = session.run(&choice, &RunOptions { review: true, jobs });
    (session, outcome)
}

#[test]
fn no_promise_is_broken() {
    let Some(dirs) = std::env::var_os("GOFIX_CORPUS") else {
        eprintln!("skipped, since GOFIX_CORPUS names no directories");
        return;
    };
    for dir in std::env::split_paths(&dirs) {
        let (session, outcome) = run(Arc::new(DiskFiles), &dir, 0);
        let after =
            outcome.files.iter().map(|it| (session.project().root().join(&it.path), it.after.as_bytes().to_vec()));
        let (_, again) = run(Arc::new(Changed(after.collect())), &dir, 0);
        let (_, alone) = run(Arc::new(DiskFiles), &dir, 1);
        let mut broken = broken_promises(&outcome, &again, &alone);
        // Files that are not UTF-8 are no fault of the run.
        broken.retain(|it| !outcome.errors.iter().any(|error| error.to_string() == *it));
        let withheld = outcome.findings.iter().filter(|it| matches!(it.status, Status::Withheld(_)));
        broken.extend(withheld.map(|it| format!("{}:{}: {:?}", it.path, it.line, it.status)));
        if has_go("what gofmt likes it likes afterwards") {
            let dirty = outcome.files.iter().filter(|it| is_formatted(&it.before) && !is_formatted(&it.after));
            broken.extend(dirty.map(|it| format!("gofmt does not like {} any more", it.path)));
        }
        let (files, findings) = (outcome.files.len(), outcome.findings.len());
        eprintln!("{}: {findings} findings, {files} files change", dir.display());
        assert!(broken.is_empty(), "{}: {}", dir.display(), broken.join("\n"));
    }
}

/// Whether gofmt would leave the text as it is.
fn is_formatted(text: &str) -> bool {
    let child = Command::new("gofmt").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut child = child.expect("gofmt can be run");
    let mut stdin = child.stdin.take().expect("stdin is a pipe");
    let output = std::thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(text.as_bytes()));
        child.wait_with_output().expect("gofmt ends")
    });
    output.stdout == text.as_bytes()
}
