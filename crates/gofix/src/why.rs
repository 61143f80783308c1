//! What is known at a place of a file: for reports of bugs, and for whoever wonders why a rule left something alone.

mod ask;
mod position;
mod reason;
mod token;

use std::error::Error;
use std::fmt;

use gofix_project::FileConstraints;
use gofix_rule::FileId;
use gofix_rule::semantic::{TextError, Typing, Workspace};
use gofix_rule::syntax::{SourceFile, header};

use crate::session::Session;
use ask::Asker;

pub use position::{BadPosition, Position};
pub use reason::Reason;

/// What is known at a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Why {
    /// The file.
    pub file: WhyFile,
    /// The place; of a line without a column all its names, or what else is on it.
    pub places: Vec<WhyPlace>,
}

/// What is known of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WhyFile {
    /// Its path, relative to the current directory.
    pub path: String,
    /// The name in its package clause; empty if there is none.
    pub package: String,
    /// The import path of its package; none outside of modules.
    pub import_path: Option<String>,
    /// The version of the language, such as `1.21`.
    pub go_version: String,
    /// Where the version comes from, as a phrase.
    pub go_version_from: &'static str,
    /// Whether it says that it is generated.
    pub generated: bool,
    /// The build that it is looked at in; none if it belongs to no build.
    pub build: Option<Build>,
}

/// A build configuration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Build {
    /// The operating system.
    pub goos: String,
    /// The architecture.
    pub goarch: String,
    /// The tags that were set for it.
    pub tags: Vec<String>,
    /// Whether cgo is on.
    pub cgo: bool,
    /// Whether it is another one than that of the run, because the file does not belong to that.
    pub is_other: bool,
}

/// A place in a file, as people write it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spot {
    /// The path, relative to the current directory; absolute if it is outside the root.
    pub path: String,
    /// From 1.
    pub line: u32,
    /// In bytes, from 1.
    pub column: u32,
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.path, self.line, self.column)
    }
}

/// What is known of one place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WhyPlace {
    /// Where what is described starts.
    pub spot: Spot,
    /// What stands there: `identifier`, `operator`, `keyword`, `string`, `comment`, `nothing` and the like.
    pub kind: &'static str,
    /// Its text, shortened; empty if there is nothing.
    pub text: String,
    /// The innermost node of the tree, by its name in go/ast; none for comments and nothing.
    pub node: Option<String>,
    /// The expression that it stands for, if that is more than itself: the selector whose name it is, the call whose
    /// function it is. Shortened.
    pub expression: Option<String>,
    /// What the name denotes.
    pub meaning: Option<Meaning>,
    /// The type, in canonical form.
    pub ty: Option<String>,
    /// The value of a constant.
    pub value: Option<String>,
    /// What is called, if it is a call or the function of one.
    pub callee: Option<String>,
    /// How much is known.
    pub confidence: Confidence,
    /// Why not more is known, outermost first: each is so because of the next.
    pub reasons: Vec<Reason>,
}

/// What a name denotes.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Meaning {
    /// In a word: `variable`, `function`, `package`, `predeclared` and the like.
    pub kind: &'static str,
    /// The name, with the import path of its package in front if it is declared at the top level there.
    pub name: String,
    /// Of a field or method, the type that has it.
    pub holder: Option<String>,
    /// The embedded fields on the way to it.
    pub through: Vec<String>,
    /// Where it is declared.
    pub declared: Option<Spot>,
}

/// How much is known of a place.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Confidence {
    /// What it looks like, and no more.
    Syntactic,
    /// What it denotes, by import path and name or by its declaration, but not its type.
    Identity,
    /// What it denotes, and its type if it has one.
    Typed,
}

impl Confidence {
    /// In a word.
    pub fn text(self) -> &'static str {
        match self {
            Confidence::Syntactic => "syntactic",
            Confidence::Identity => "identity",
            Confidence::Typed => "typed",
        }
    }
}

/// Why there is no answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum WhyError {
    /// The file is none of the session's.
    NotInProject(String),
    /// The file has no text.
    Text {
        /// The file.
        path: String,
        /// Why.
        error: TextError,
    },
    /// The file has fewer lines.
    NoLine {
        /// The file.
        path: String,
        /// The line that was asked for.
        line: u32,
        /// How many there are.
        lines: u32,
    },
    /// The line has fewer columns.
    NoColumn {
        /// The file.
        path: String,
        /// The line.
        line: u32,
        /// The column that was asked for.
        column: u32,
        /// How many there are.
        columns: u32,
    },
}

impl fmt::Display for WhyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let s = |count: u32| if count == 1 { "" } else { "s" };
        match self {
            WhyError::NotInProject(path) => write!(f, "{path}: no Go file of the project"),
            WhyError::Text { error: TextError::File(error), .. } => error.fmt(f),
            WhyError::Text { path, error } => write!(f, "{path}: {error}; Go source has to be"),
            WhyError::NoLine { path, line, lines } => {
                write!(f, "{path}:{line}: the file has {lines} line{}", s(*lines))
            }
            WhyError::NoColumn { path, line, column, columns } => {
                write!(f, "{path}:{line}:{column}: line {line} has {columns} column{}", s(*columns))
            }
        }
    }
}

impl Error for WhyError {}

impl Session {
    /// What is known at a place of one of the session's files: what stands there, what it denotes, its type, and how
    /// certain all that is or why it is unknown. On white space, of what follows on the line.
    ///
    /// # Errors
    /// There is no such file or place, or the file cannot be read.
    pub fn why(&self, at: &Position) -> Result<Why, WhyError> {
        let missing = || WhyError::NotInProject(at.path.clone());
        let id = self.file_at(&at.path).ok_or_else(missing)?;
        let ws = Workspace::new(self.shared_project());
        let path = self.shown(&self.project().file(id).path);
        ws.text(id).map_err(|error| WhyError::Text { path: path.clone(), error: error.clone() })?;
        let file = ws.file(id).ok_or_else(missing)?;
        let line = line_range(file, at.line).ok_or_else(|| {
            let lines = line_count(file);
            WhyError::NoLine { path: path.clone(), line: at.line, lines }
        })?;
        let columns = line.len();
        let column = |column: u32| match column <= columns.max(1) {
            true => Ok(line.start + column - 1),
            false => Err(WhyError::NoColumn { path: path.clone(), line: at.line, column, columns }),
        };
        let found = match at.column {
            Some(it) => vec![token::at(file, column(it)?, line)],
            None => token::of_line(file, line),
        };
        let typing = Typing::new(&ws);
        let asker = Asker::new(self, &ws, &typing, file);
        let places = found.into_iter().map(|it| asker.place(it)).collect();
        Ok(Why { file: self.why_file(&ws, id, file.text()), places })
    }

    fn why_file(&self, ws: &Workspace, id: FileId, text: &str) -> WhyFile {
        let entry = self.project().file(id);
        let top = header::read(text);
        let constraints = FileConstraints::new(entry.name(), &top);
        let usual = self.project().config();
        let build = ws.config_of(id).map(|config| Build {
            is_other: config != *usual,
            goos: config.goos,
            goarch: config.goarch,
            tags: config.tags.into_iter().collect(),
            cgo: config.cgo,
        });
        WhyFile {
            path: self.shown(&entry.path),
            package: top.package.map_or("", |it| it.name).to_owned(),
            import_path: self.project().import_path(entry.dir),
            go_version: self.project().file_version(id, &constraints).to_string(),
            go_version_from: self.version_from(id, &constraints),
            generated: top.generated,
            build,
        }
    }

    fn version_from(&self, id: FileId, constraints: &FileConstraints) -> &'static str {
        let entry = self.project().file(id);
        let own = constraints.build.as_ref().filter(|_| constraints.is_go_build);
        let module = self.project().dir(entry.dir).module;
        match module.map(|it| self.project().module(it).go_mod.go.is_some()) {
            _ if own.and_then(|it| it.go_version()).is_some() => "//go:build",
            _ if entry.in_vendor() => "vendor/modules.txt",
            Some(true) => "go.mod",
            Some(false) => "go.mod without a go line",
            None => "--go, or the newest: the file is in no module",
        }
    }
}

/// How many lines a file has; a line end at its end starts none.
fn line_count(file: &SourceFile) -> u32 {
    let starts = file.line_starts();
    let ends_empty = starts.last().is_some_and(|it| *it as usize == file.text().len());
    (starts.len() - usize::from(ends_empty && starts.len() > 1)) as u32
}

/// A line, without its end.
fn line_range(file: &SourceFile, line: u32) -> Option<gofix_rule::TextRange> {
    let index = line.checked_sub(1).filter(|_| line <= line_count(file))? as usize;
    let start = *file.line_starts().get(index)?;
    let end = file.line_starts().get(index + 1).map_or(file.text().len() as u32, |it| it - 1);
    let text = &file.text()[start as usize..end as usize];
    Some(gofix_rule::TextRange::new(start, end - u32::from(text.ends_with('\r'))))
}

/// A text on one line, and not a long one.
fn shortened(text: &str) -> String {
    const MOST: usize = 60;
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests;
