//! The Go program `tests/oracle/gofmt`, which says what gofmt makes of texts.

use std::{
    io::{BufRead as _, BufReader, BufWriter, Read as _, Write as _},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    thread,
};

use crate::{Result, go::Go};

/// What gofmt makes of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Answer {
    /// It leaves it as it is.
    Same,
    /// It turns it into this.
    Text(String),
    /// It says that it is not Go.
    Rejected(String),
    /// It panics.
    Failed(String),
}

impl Answer {
    /// What gofmt makes of `text`, to which this is the answer; none if that is not Go.
    pub(crate) fn formatted<'a>(&'a self, text: &'a str) -> Option<&'a str> {
        match self {
            Answer::Same => Some(text),
            Answer::Text(formatted) => Some(formatted),
            Answer::Rejected(_) | Answer::Failed(_) => None,
        }
    }
}

/// The running program.
pub(crate) struct Gofmt {
    child: Child,
    input: Option<BufWriter<ChildStdin>>,
    output: BufReader<ChildStdout>,
}

impl Gofmt {
    /// Builds the program and starts it.
    pub(crate) fn start(go: &Go) -> Result<Gofmt> {
        let program = go.build_oracle("gofmt")?;
        let spawned = Command::new(&program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = spawned.map_err(|it| format!("{}: {it}", program.display()))?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let (Some(input), Some(output)) = (input, output) else { return Err("gofmt has no input or output".into()) };
        Ok(Gofmt { child, input: Some(BufWriter::new(input)), output: BufReader::with_capacity(1 << 20, output) })
    }

    /// What gofmt makes of each of `texts`.
    pub(crate) fn ask<T: AsRef<[u8]> + Sync>(&mut self, texts: &[T]) -> Result<Vec<Answer>> {
        let Gofmt { input, output, .. } = self;
        let input = input.as_mut().ok_or("gofmt has no input")?;
        let (answers, written) = thread::scope(|scope| {
            let writer = scope.spawn(move || {
                texts.iter().map(AsRef::as_ref).try_for_each(|it| {
                    writeln!(input, "{}", it.len())?;
                    input.write_all(it)
                })?;
                input.flush()
            });
            let answers: Result<Vec<Answer>> = texts.iter().map(|_| read(output)).collect();
            (answers, writer.join())
        });
        let written = written.map_err(|_| "the thread that talks to gofmt panicked")?;
        written.map_err(|it| format!("gofmt: {it}"))?;
        answers
    }
}

impl Drop for Gofmt {
    fn drop(&mut self) {
        drop(self.input.take());
        // It ends with its input; how, does not matter any more.
        let _ = self.child.wait();
    }
}

/// Reads an answer.
fn read(output: &mut BufReader<ChildStdout>) -> Result<Answer> {
    let mut line = String::new();
    output.read_line(&mut line).map_err(|it| format!("gofmt: {it}"))?;
    let header = line.trim_end().split_once(' ').and_then(|(word, len)| Some((word, len.parse().ok()?)));
    let (word, len): (&str, usize) = header.ok_or("gofmt gave up")?;
    let mut body = vec![0; len];
    output.read_exact(&mut body).map_err(|it| format!("gofmt: {it}"))?;
    let body = String::from_utf8(body).map_err(|it| format!("gofmt: {it}"))?;
    match word {
        "same" => Ok(Answer::Same),
        "text" => Ok(Answer::Text(body)),
        "rejected" => Ok(Answer::Rejected(body)),
        "failed" => Ok(Answer::Failed(body)),
        _ => Err(format!("gofmt answers {word}")),
    }
}
