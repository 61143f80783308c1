//! From flags to a session and a choice of rules.

use std::io::{Read, stdin};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gofix::{Choice, DiskFiles, Files, LoadError, LoadOptions, MemoryFiles, OverlayFiles, Session};

use crate::args::{Build, Fmt, Run, Wanted, WhyArgs};

/// The name of the file on stdin if none is given.
const STDIN_NAME: &str = "stdin.go";

/// The rules that the flags choose.
pub(crate) fn choose(run: &Run) -> Result<Choice<'static>, String> {
    let known = gofix::rules();
    let choice = match run.rules.is_empty() {
        true => Ok(Choice::recommended(known)),
        false => Choice::named(known, &run.rules),
    };
    let mut choice = choice.map_err(|error| match error {
        gofix::ChoiceError::UnknownRule { suggestion: None, .. } => format!("{error}; gofix-rs rules lists them"),
        error => error.to_string(),
    })?;
    for setting in &run.settings {
        choice.set(setting).map_err(|error| format!("--set {setting}: {error}"))?;
    }
    Ok(choice)
}

/// The files to look at, and the content of stdin if that is one of them.
pub(crate) struct Input {
    pub(crate) session: Session,
    pub(crate) stdin: Option<Vec<u8>>,
}

/// Finds the files that the flags mean, and their modules, as the chosen rules need them. `disk` is how the disk is read.
pub(crate) fn load(run: &Run, choice: &Choice<'_>, disk: Arc<dyn Files>) -> Result<Input, String> {
    let mut options = build_options(&run.build)?;
    options.whole_modules = choice.needs_whole_modules();
    find(run.into(), options, disk)
}

/// Finds the file of a place, and what it is built with. `disk` is how the disk is read.
pub(crate) fn load_place(args: &WhyArgs, disk: Arc<dyn Files>) -> Result<Session, String> {
    let mut options = build_options(&args.build)?;
    options.patterns = vec![args.place.path.clone()];
    Session::load(disk, &options).map_err(|error| match error {
        LoadError::Pattern { pattern, problem } => format!("{pattern} {problem}"),
        error => error.to_string(),
    })
}

/// Finds the files that are to be formatted, whatever their modules. `disk` is how the disk is read.
pub(crate) fn load_files(args: &Fmt, disk: Arc<dyn Files>) -> Result<Input, String> {
    let mut options = options()?;
    options.files_only = true;
    let wanted = Wanted::from(args);
    match wanted.is_stdin()? {
        // What stands on the disk does not matter to it.
        true => find(wanted, options, Arc::new(MemoryFiles::default())),
        false => find(wanted, options, disk),
    }
}

/// What the environment says, and the flags on how code is built.
fn build_options(build: &Build) -> Result<LoadOptions, String> {
    let mut options = options()?;
    options.modfile.clone_from(&build.modfile);
    options.go_version = build.go_version;
    options.config.tags.extend(build.tags.iter().filter(|tag| !tag.is_empty()).cloned());
    Ok(options)
}

fn options() -> Result<LoadOptions, String> {
    LoadOptions::from_env().map_err(|error| format!("the current directory cannot be found: {error}; go to another"))
}

fn find(wanted: Wanted<'_>, mut options: LoadOptions, disk: Arc<dyn Files>) -> Result<Input, String> {
    options.patterns = wanted.patterns.to_vec();
    let (files, stdin) = match wanted.is_stdin()? {
        true => {
            let content = read_stdin()?;
            (stdin_files(wanted, &mut options, &content, disk), Some(content))
        }
        false => (disk, None),
    };
    let session = Session::load(files, &options).map_err(|error| error.to_string())?;
    Ok(Input { session, stdin })
}

fn read_stdin() -> Result<Vec<u8>, String> {
    let mut content = Vec::new();
    match stdin().lock().read_to_end(&mut content) {
        Ok(_) => Ok(content),
        Err(error) => Err(format!("cannot read stdin: {error}")),
    }
}

/// Puts the file on stdin among the others, or by itself if it has no name.
fn stdin_files(wanted: Wanted<'_>, options: &mut LoadOptions, content: &[u8], disk: Arc<dyn Files>) -> Arc<dyn Files> {
    let Some(name) = wanted.stdin_filename else {
        options.cwd = PathBuf::from("/");
        options.patterns = vec![STDIN_NAME.to_owned()];
        return Arc::new(MemoryFiles::new([(Path::new("/").join(STDIN_NAME), content)]));
    };
    options.patterns = vec![name.to_string_lossy().into_owned()];
    Arc::new(OverlayFiles::new(disk, MemoryFiles::new([(options.cwd.join(name), content)])))
}

/// The files of the disk.
pub(crate) fn disk() -> Arc<dyn Files> {
    Arc::new(DiskFiles)
}
