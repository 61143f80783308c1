//! `oracle format`: our formatter against gofmt, on real files, on files of another layout, and on broken ones.

use std::{collections::BTreeMap, fmt, fs, path::PathBuf, process::ExitCode};

use gofix_syntax::SourceFile;
use rayon::prelude::*;

use crate::{
    Result,
    flags::Flags,
    formatting::{Ours, Trouble, difference, excerpt, format, lost_word},
    go::Go,
    gofmt::{Answer, Gofmt},
    mangle, mutate,
    random::Random,
    reduce, workspace,
};

/// How many files are worked on at a time.
const BATCH: usize = 512;

pub(crate) fn run(go: &Go, flags: &Flags) -> Result<ExitCode> {
    let files = workspace::go_files(flags.some_paths()?).map_err(|it| it.to_string())?;
    let seed = flags.get("--seed")?.unwrap_or(1);
    let files = match flags.get("--sample")? {
        Some(count) => Random::new(seed).sample(&files, count),
        None => files,
    };
    let (mangled, broken) = (flags.get("--mangle")?, flags.get("--mutate")?);
    let shown = flags.get("--show")?.unwrap_or(3);
    let mut comparison = Comparison { gofmt: Gofmt::start(go)?, shown, reduce: flags.has("--reduce") };
    let mut clean = true;
    if let Some(count) = mangled {
        println!("laid out at random, seed {seed}");
        clean &= comparison.run(manglings(&files, seed).take(count))?;
    }
    if let Some(count) = broken {
        println!("broken at random, seed {seed}");
        clean &= comparison.run(mutate::broken(&files, seed).take(count).map(|(original, what, text)| Subject {
            path: original.to_path_buf(),
            group: Some("broken"),
            what,
            text,
        }))?;
    }
    if mangled.is_none() && broken.is_none() {
        clean &= comparison.run(files.iter().filter_map(|path| {
            Some(Subject { path: path.clone(), group: None, what: "as it is", text: fs::read(path).ok()? })
        }))?;
    }
    Ok(if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A text to format.
struct Subject {
    /// The file that it was made of.
    path: PathBuf,
    /// With which others it is counted; none: by what gofmt says of it.
    group: Option<&'static str>,
    /// What was done to the file.
    what: &'static str,
    text: Vec<u8>,
}

/// Files of another layout, without end unless there is no file to be had. Each depends on its number and the seed alone.
fn manglings(files: &[PathBuf], seed: u64) -> impl Iterator<Item = Subject> {
    let endless = if files.is_empty() { 0 } else { u64::MAX };
    (0..endless).filter_map(move |number| {
        let mut random = Random::new(seed ^ number.wrapping_mul(0xd1b5_4a32_d192_ed03));
        let path = &files[random.below(files.len())];
        let file = SourceFile::parse(fs::read_to_string(path).ok()?);
        if !file.errors().is_empty() {
            return None;
        }
        let (style, text) = mangle::mangle(&file, &mut random);
        Some(Subject { path: path.clone(), group: Some(style.name()), what: style.name(), text: text.into_bytes() })
    })
}

/// A subject and what became of it.
struct Judged {
    subject: Subject,
    theirs: Answer,
    ours: Ours,
    /// What we make of our own text, if that is another one.
    again: Option<Ours>,
    /// What gofmt makes of our text, if we asked.
    their_again: Option<Answer>,
    /// What the comments have lost, if anything.
    lost: Option<String>,
}

impl Judged {
    fn new(subject: Subject, theirs: Answer, ours: Ours) -> Judged {
        let mut judged = Judged { subject, theirs, ours, again: None, their_again: None, lost: None };
        let (Ours::Text(ours), Ok(before)) = (&judged.ours, std::str::from_utf8(&judged.subject.text)) else {
            return judged;
        };
        if ours != before {
            judged.again = Some(format(ours.as_bytes())).filter(|it| *it != judged.ours);
            judged.lost = lost_word(before, ours);
        }
        judged
    }

    /// What is wrong.
    fn troubles(&self) -> Vec<Trouble> {
        let mut troubles: Vec<Trouble> = difference(&self.subject.text, &self.theirs, &self.ours).into_iter().collect();
        let Ours::Text(ours) = &self.ours else { return troubles };
        if let (Some(again), Some(theirs)) = (&self.again, &self.their_again) {
            troubles.extend(difference(ours.as_bytes(), theirs, again).map(|it| match it {
                Trouble::Different(shape) => Trouble::Unstable(shape),
                other => other,
            }));
        }
        let theirs = self.their_text();
        let lost = self.lost.iter().filter(|_| theirs.is_none_or(|it| lost_word(it, ours).is_some()));
        troubles.extend(lost.cloned().map(Trouble::Comments));
        troubles
    }

    fn their_text(&self) -> Option<&str> {
        self.theirs.formatted(std::str::from_utf8(&self.subject.text).ok()?)
    }
}

struct Comparison {
    gofmt: Gofmt,
    /// How many differences of each kind are shown.
    shown: usize,
    /// Whether those are made small first.
    reduce: bool,
}

impl Comparison {
    /// Compares all subjects and prints the report; whether it is clean.
    fn run(&mut self, subjects: impl Iterator<Item = Subject>) -> Result<bool> {
        let mut report = Report::default();
        let mut subjects = subjects.peekable();
        while subjects.peek().is_some() {
            let batch = subjects.by_ref().take(BATCH).collect();
            for judged in self.judge(batch)? {
                report.add(judged, self.shown);
            }
        }
        print!("{report}");
        self.show(&report)?;
        Ok(report.is_clean())
    }

    fn judge(&mut self, batch: Vec<Subject>) -> Result<Vec<Judged>> {
        let texts: Vec<&[u8]> = batch.iter().map(|it| &*it.text).collect();
        let gofmt = &mut self.gofmt;
        let ours = || texts.par_iter().map(|it| format(it)).collect::<Vec<Ours>>();
        let (theirs, ours) = rayon::join(|| gofmt.ask(&texts), ours);
        let answers: Vec<_> = batch.into_iter().zip(theirs?.into_iter().zip(ours)).collect();
        let judged = answers.into_par_iter().map(|(subject, (theirs, ours))| Judged::new(subject, theirs, ours));
        let mut judged: Vec<Judged> = judged.collect();
        let mut unstable: Vec<&mut Judged> = judged.iter_mut().filter(|it| it.again.is_some()).collect();
        let text = |it: &&mut Judged| match &it.ours {
            Ours::Text(text) => text.clone(),
            Ours::Rejected(_) | Ours::Panicked => String::new(),
        };
        let texts: Vec<String> = unstable.iter().map(text).collect();
        for (judged, answer) in unstable.iter_mut().zip(self.gofmt.ask(&texts)?) {
            judged.their_again = Some(answer);
        }
        Ok(judged)
    }

    /// Prints the differences that are to be shown, and writes the texts to files.
    fn show(&mut self, report: &Report) -> Result<()> {
        let dir = workspace::target().join("oracle/format");
        let message = |it: std::io::Error| format!("{}: {it}", dir.display());
        fs::create_dir_all(&dir).map_err(message)?;
        let mut kinds: Vec<(&String, &Kind)> = report.kinds.iter().collect();
        kinds.sort_by_key(|(name, kind)| (std::cmp::Reverse(kind.count), *name));
        for (name, kind) in kinds {
            for (number, (trouble, judged)) in kind.examples.iter().enumerate() {
                let stem = format!("{}-{number}", name.replace(|it: char| !it.is_ascii_alphanumeric(), "-"));
                println!("\n{name}: {} ({})", judged.subject.path.display(), judged.subject.what);
                let path = dir.join(stem).with_extension("go");
                println!("  as formatted: {}", path.display());
                fs::write(&path, &judged.subject.text).map_err(message)?;
                self.explain(trouble, judged)?;
            }
        }
        Ok(())
    }

    fn explain(&mut self, trouble: &Trouble, judged: &Judged) -> Result<()> {
        match (trouble, &judged.ours, &judged.again) {
            (Trouble::Panic, ..) => {}
            (Trouble::WronglyAccepted(reason), ..) => println!("  gofmt says: {reason}"),
            (Trouble::WronglyRejected(reason), ..) => println!("  we say: {reason}"),
            (Trouble::Comments(lost), ..) => println!("  {lost}"),
            (Trouble::Different(_), Ours::Text(ours), _) => {
                let text = String::from_utf8_lossy(&judged.subject.text);
                self.explain_difference(trouble, &text, judged.their_text().unwrap_or_default(), ours)?;
            }
            (Trouble::Unstable(_), Ours::Text(ours), Some(Ours::Text(again))) => {
                let theirs = judged.their_again.as_ref().and_then(|it| it.formatted(ours));
                self.explain_difference(trouble, ours, theirs.unwrap_or_default(), again)?;
            }
            (Trouble::Different(_) | Trouble::Unstable(_), ..) => {}
        }
        Ok(())
    }

    fn explain_difference(&mut self, trouble: &Trouble, text: &str, theirs: &str, ours: &str) -> Result<()> {
        print!("  {}", excerpt(("gofmt", theirs), ("we", ours)));
        if self.reduce {
            let small = reduce::reduce(text, |texts| self.show_the_same(trouble, texts))?;
            println!("  it takes no more than\n{}", small.replace('\r', "␍").trim_end_matches('\n'));
            let (answer, small_ours) = (self.gofmt.ask(&[&small])?, format(small.as_bytes()));
            if let (Some(theirs), Ours::Text(ours)) = (answer[0].formatted(&small), small_ours) {
                print!("  {}", excerpt(("gofmt", theirs), ("we", &ours)));
            }
        }
        Ok(())
    }

    /// Which of `texts` are formatted differently, in the same way.
    fn show_the_same(&mut self, trouble: &Trouble, texts: &[String]) -> Result<Vec<bool>> {
        let theirs = self.gofmt.ask(texts)?;
        let shape = match trouble {
            Trouble::Different(shape) | Trouble::Unstable(shape) => *shape,
            _ => return Ok(vec![false; texts.len()]),
        };
        let found = texts.par_iter().zip(theirs).map(|(text, theirs)| {
            difference(text.as_bytes(), &theirs, &format(text.as_bytes())) == Some(Trouble::Different(shape))
        });
        Ok(found.collect())
    }
}

/// Differences of one kind.
#[derive(Default)]
struct Kind {
    count: usize,
    /// Those that are shown.
    examples: Vec<(Trouble, Judged)>,
}

/// Figures of one group of files.
#[derive(Default)]
struct Group {
    files: usize,
    /// Those that both accept.
    accepted: usize,
    /// Those that are as they should be.
    same: usize,
}

/// The outcome of a comparison.
#[derive(Default)]
struct Report {
    groups: BTreeMap<&'static str, Group>,
    kinds: BTreeMap<String, Kind>,
    /// Files that gofmt, too, formats otherwise the second time.
    unstable: usize,
    /// Files in which gofmt changes comments, too.
    rewritten: usize,
    /// Files on which gofmt panics.
    failed: usize,
}

impl Report {
    fn add(&mut self, judged: Judged, shown: usize) {
        let by_answer = match &judged.theirs {
            Answer::Same => "gofmt-clean",
            Answer::Text(_) => "not gofmt-clean",
            Answer::Rejected(_) | Answer::Failed(_) => "rejected by gofmt",
        };
        let troubles = judged.troubles();
        let group = self.groups.entry(judged.subject.group.unwrap_or(by_answer)).or_default();
        group.files += 1;
        group.accepted += usize::from(judged.their_text().is_some() && matches!(judged.ours, Ours::Text(_)));
        group.same += usize::from(troubles.is_empty());
        self.failed += usize::from(matches!(judged.theirs, Answer::Failed(_)));
        let is = |found: fn(&Trouble) -> bool| troubles.iter().any(found);
        self.unstable += usize::from(judged.again.is_some() && !is(|it| matches!(it, Trouble::Unstable(_))));
        self.rewritten += usize::from(judged.lost.is_some() && !is(|it| matches!(it, Trouble::Comments(_))));
        for trouble in &troubles {
            self.kinds.entry(trouble.kind()).or_default().count += 1;
        }
        if let Some(trouble) = troubles.into_iter().next() {
            let examples = &mut self.kinds.entry(trouble.kind()).or_default().examples;
            if examples.len() < shown {
                examples.push((trouble, judged));
            }
        }
    }

    fn is_clean(&self) -> bool {
        self.kinds.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<20}{:>8}{:>10}{:>8}{:>10}", "", "files", "accepted", "same", "")?;
        let mut all = Group::default();
        let mut line = |name: &str, Group { files, accepted, same }: &Group| {
            let share = 100.0 * *same as f64 / (*files).max(1) as f64;
            writeln!(f, "{name:<20}{files:>8}{accepted:>10}{same:>8}{share:>9.3}%")
        };
        for (name, group) in &self.groups {
            line(name, group)?;
            all.files += group.files;
            all.accepted += group.accepted;
            all.same += group.same;
        }
        line("all", &all)?;
        let mut kinds: Vec<(&String, usize)> = self.kinds.iter().map(|(name, kind)| (name, kind.count)).collect();
        kinds.sort_by_key(|it| std::cmp::Reverse(it.1));
        for (name, count) in kinds {
            writeln!(f, "{count:>8} {name}")?;
        }
        for (count, what) in [
            (self.unstable, "formatted otherwise the second time, by gofmt as well"),
            (self.rewritten, "with other words in comments, as gofmt has it"),
            (self.failed, "on which gofmt panics"),
        ] {
            if count > 0 {
                writeln!(f, "{count:>8} {what}")?;
            }
        }
        Ok(())
    }
}
