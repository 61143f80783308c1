//! The outcome of a comparison.

use std::{collections::BTreeMap, fmt};

use super::facts::About;

/// What came of one fact.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Outcome {
    Same,
    /// Not what go/types says about the whole program, but what it says about the files that we get to see.
    Reduced,
    Contradiction,
    Unknown,
    /// Unknown in a file that imports "C".
    Cgo,
    /// In a declaration of a broken file that does not parse for us as it does for go/parser.
    Unparsed,
}

/// A fact that only one of the two has.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Sample {
    /// `file:line:column`.
    pub(super) place: String,
    /// The expression, shortened.
    pub(super) text: String,
    pub(super) theirs: String,
    pub(super) ours: String,
}

/// Numbers and samples.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) files: usize,
    /// Files that go/types checked and we do not have.
    pub(super) missing_files: Vec<String>,
    /// Facts that were falsified.
    pub(super) falsified: usize,
    counts: BTreeMap<(About, Outcome), usize>,
    /// Unknown ones by the kind of their expression.
    classes: BTreeMap<(About, String), usize>,
    contradictions: Vec<(About, Sample)>,
    unknown: Vec<(About, Sample)>,
    /// How many samples of each are kept.
    limit: usize,
}

impl Report {
    /// An empty one that will keep that many samples of what is unknown, and all contradictions.
    pub(super) fn new(limit: usize) -> Report {
        Report {
            files: 0,
            missing_files: Vec::new(),
            falsified: 0,
            counts: BTreeMap::new(),
            classes: BTreeMap::new(),
            contradictions: Vec::new(),
            unknown: Vec::new(),
            limit,
        }
    }

    /// Counts a fact.
    pub(super) fn count(&mut self, about: About, outcome: Outcome) {
        *self.counts.entry((about, outcome)).or_default() += 1;
    }

    /// Counts what we do not know, of that class.
    pub(super) fn unknown_class(&mut self, about: About, class: &str) {
        self.count(about, Outcome::Unknown);
        *self.classes.entry((about, class.to_owned())).or_default() += 1;
    }

    /// Counts and keeps a contradiction.
    pub(super) fn contradiction(&mut self, about: About, sample: Sample) {
        self.count(about, Outcome::Contradiction);
        self.contradictions.push((about, sample));
    }

    /// Counts what we do not know, of a class, and keeps some. In files that import "C" that is no surprise.
    pub(super) fn unknown(&mut self, about: About, cgo: bool, class: &str, sample: Sample) {
        if cgo {
            return self.count(about, Outcome::Cgo);
        }
        self.unknown_class(about, class);
        if self.unknown.len() < self.limit {
            self.unknown.push((about, sample));
        }
    }

    /// Adds what another thread found.
    pub(super) fn add(&mut self, other: Report) {
        self.files += other.files;
        self.falsified += other.falsified;
        self.missing_files.extend(other.missing_files);
        other.counts.into_iter().for_each(|(key, count)| *self.counts.entry(key).or_default() += count);
        other.classes.into_iter().for_each(|(key, count)| *self.classes.entry(key).or_default() += count);
        self.contradictions.extend(other.contradictions);
        self.unknown.extend(other.unknown);
    }

    /// The same without samples.
    pub(super) fn numbers(&self) -> Report {
        let (counts, classes) = (self.counts.clone(), self.classes.clone());
        Report { files: self.files, falsified: self.falsified, counts, classes, ..Report::new(0) }
    }

    /// Puts a text in front of the places of all contradictions.
    pub(super) fn prefix(&mut self, text: &str) {
        self.contradictions.iter_mut().for_each(|it| it.1.place.insert_str(0, text));
    }

    /// How many facts came out that way.
    pub(super) fn total(&self, outcome: Outcome) -> usize {
        [About::Type, About::Callee, About::Constant].iter().map(|&it| self.of(it, outcome)).sum()
    }

    fn of(&self, about: About, outcome: Outcome) -> usize {
        self.counts.get(&(about, outcome)).copied().unwrap_or(0)
    }

    /// Whether nothing is contradicted and, where all is there to be known (`whole`), at most one in a thousand is
    /// unknown.
    pub(super) fn is_good(&self, whole: bool) -> bool {
        let known = self.total(Outcome::Same);
        let few = !whole || self.total(Outcome::Unknown) * 1000 <= known && self.missing_files.is_empty();
        self.total(Outcome::Contradiction) == 0 && known > 0 && few
    }

    /// Prints numbers, then `shown` samples of contradictions, then those of what is unknown.
    pub(super) fn print(&mut self, shown: usize) {
        print!("{self}");
        self.contradictions.sort();
        self.unknown.sort();
        // As many different ones as possible: one of each pair of answers first.
        let mut seen = std::collections::HashSet::new();
        let (first, again): (Vec<_>, Vec<_>) =
            self.contradictions.iter().partition(|(_, it)| seen.insert((it.theirs.as_str(), it.ours.as_str())));
        for (about, sample) in first.into_iter().chain(again).take(shown) {
            println!("  contradiction ({about:?}) {sample}");
        }
        for (about, sample) in self.unknown.iter().take(self.limit) {
            println!("  unknown ({about:?}) {sample}");
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.falsified > 0 {
            writeln!(f, "  {} facts falsified", self.falsified)?;
        }
        writeln!(f, "  {} files, {} of them missing on our side", self.files, self.missing_files.len())?;
        for path in self.missing_files.iter().take(10) {
            writeln!(f, "    missing: {path}")?;
        }
        for about in [About::Type, About::Callee, About::Constant] {
            let [same, wrong, unknown, cgo] =
                [Outcome::Same, Outcome::Contradiction, Outcome::Unknown, Outcome::Cgo].map(|it| self.of(about, it));
            let percent = 100.0 * unknown as f64 / (same + wrong + unknown).max(1) as f64;
            let name = format!("{about:?}");
            writeln!(
                f,
                "  {name:<9}{same:>9} same{wrong:>8} contradictions{unknown:>9} unknown ({percent:.3} %){cgo:>6} cgo"
            )?;
        }
        if self.total(Outcome::Reduced) > 0 {
            writeln!(f, "  {} more same as of go/types with the same files missing", self.total(Outcome::Reduced))?;
        }
        if self.total(Outcome::Unparsed) > 0 {
            writeln!(f, "  {} in declarations that parse for go/parser only", self.total(Outcome::Unparsed))?;
        }
        let mut classes: Vec<_> = self.classes.iter().collect();
        classes.sort_by_key(|it| std::cmp::Reverse(it.1));
        for ((about, class), count) in classes.iter().take(12) {
            writeln!(f, "    unknown {about:?} {class}: {count}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Sample { place, text, theirs, ours } = self;
        write!(f, "{place}: {text}\n      theirs {theirs}\n      ours   {ours}")
    }
}

/// Numbers and samples of answers that are yes or no.
#[derive(Default, Debug)]
pub(super) struct Pairs {
    yes: usize,
    no: usize,
    different: Vec<String>,
    unknown: Vec<String>,
}

impl Pairs {
    /// We say the same as go/types: yes, or no.
    pub(super) fn same(&mut self, yes: bool) {
        *(if yes { &mut self.yes } else { &mut self.no }) += 1;
    }

    pub(super) fn different(&mut self, what: String) {
        self.different.push(what);
    }

    /// We do not know.
    pub(super) fn unknown(&mut self, what: impl FnOnce() -> String) {
        self.unknown.push(what());
    }

    /// Adds what another thread found.
    pub(super) fn add(&mut self, other: Pairs) {
        self.yes += other.yes;
        self.no += other.no;
        self.different.extend(other.different);
        self.unknown.extend(other.unknown);
    }

    /// Prints all this, with that many samples.
    pub(super) fn print(&mut self, shown: usize, unknown_shown: usize) {
        self.different.sort();
        self.unknown.sort();
        let Pairs { yes, no, different, unknown } = self;
        println!("  {yes} times yes and {no} times no, {} different, {} unknown", different.len(), unknown.len());
        different.iter().take(shown).for_each(|it| println!("  different {it}"));
        unknown.iter().take(unknown_shown).for_each(|it| println!("  unknown {it}"));
    }

    /// Whether something was compared, and nothing is different.
    pub(super) fn is_good(&self) -> bool {
        self.yes > 0 && self.different.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Sample {
        Sample { place: "a.go:1:1".into(), text: "x".into(), theirs: "int".into(), ours: "string".into() }
    }

    #[test]
    fn one_contradiction_or_much_unknown_is_bad() {
        let mut report = Report::new(1);
        assert!(!report.is_good(true), "nothing was compared");
        (0..1000).for_each(|_| report.count(About::Type, Outcome::Same));
        report.unknown(About::Type, true, "Ident", sample());
        report.unknown(About::Type, false, "Ident", sample());
        assert!(report.is_good(true));
        report.unknown(About::Callee, false, "CallExpr", sample());
        assert!(!report.is_good(true));
        assert!(report.is_good(false));
        report.contradiction(About::Constant, sample());
        assert!(!report.is_good(false));
    }
}
