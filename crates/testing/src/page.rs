use gofix_rule::{GoVersion, Level, Rule};

use crate::{Case, Run, Verdict};

/// What a block of a page states.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum BlockKind {
    /// ```` ```diff ````, ```` ```diff review ````: a file before and after, and the level of every fix.
    Diff(Level),
    /// ```` ```go ````: a file that stays as it is.
    Same,
}

/// A block of code in the page of a rule: one whole Go file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Block {
    /// What it states.
    pub kind: BlockKind,
    /// The line of the page on which it starts, counted from 1.
    pub line: usize,
    /// The file before.
    pub before: String,
    /// The file after.
    pub after: String,
}

/// The blocks of a page, in order. Blocks of other kinds than [`BlockKind`] knows are left out.
///
/// # Errors
/// A line of a diff starts with neither a space, `-` nor `+`, or the last block has no end.
pub fn blocks(page: &str) -> Result<Vec<Block>, String> {
    let mut blocks: Vec<Block> = Vec::new();
    // The block that the line is in; None inside: one of another kind.
    let mut open: Option<Option<Block>> = None;
    for (index, line) in page.lines().enumerate() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(info), None) => {
                let kind = match info.trim() {
                    "diff" => Some(BlockKind::Diff(Level::Safe)),
                    "diff review" => Some(BlockKind::Diff(Level::Review)),
                    "go" => Some(BlockKind::Same),
                    _ => None,
                };
                open =
                    Some(kind.map(|kind| Block { kind, line: index + 1, before: String::new(), after: String::new() }));
            }
            (Some(_), Some(block)) => {
                blocks.extend(block.take());
                open = None;
            }
            (None, Some(Some(block))) => block.add(line).map_err(|it| format!("line {}: {it}", index + 1))?,
            _ => {}
        }
    }
    match open {
        Some(_) => Err("the last block has no end".to_owned()),
        None => Ok(blocks),
    }
}

impl Block {
    fn add(&mut self, line: &str) -> Result<(), String> {
        let (sign, line) = match self.kind {
            BlockKind::Same => (" ", line),
            // Editors take the space of an empty line away.
            BlockKind::Diff(_) if line.is_empty() => (" ", ""),
            BlockKind::Diff(_) => line.split_at_checked(1).ok_or("a line of a diff starts with a space, - or +")?,
        };
        let (before, after) = match sign {
            " " => (true, true),
            "-" => (true, false),
            "+" => (false, true),
            _ => return Err("a line of a diff starts with a space, - or +".to_owned()),
        };
        for (_, text) in [(before, &mut self.before), (after, &mut self.after)].into_iter().filter(|(is_in, _)| *is_in)
        {
            text.push_str(line);
            text.push('\n');
        }
        Ok(())
    }

    /// The file as a case; `page` is the name of the page.
    pub fn case(&self, page: &str) -> Case {
        Case::new(format!("{page}:{}", self.line), [("page.go".to_owned(), self.before.clone())])
    }

    /// The reasons in comments `// declined: …`, each with its line in the file, counted from 1. A line may have several.
    pub fn declined(&self) -> Vec<(u32, String)> {
        let lines = self.before.lines().zip(1..);
        let reasons =
            lines.flat_map(|(line, number)| line.split("// declined: ").skip(1).map(move |it| (number, it.trim())));
        reasons.map(|(line, it)| (line, it.to_owned())).collect()
    }
}

/// Runs `rule` over one block of its page, and compares: the text, the level of every fix, and the reasons. Returns the run,
/// and in sentences what is wrong. A rule that needs a later Go version than [`Case::new`] states gets that.
///
/// # Errors
/// The block cannot be run.
pub fn check_block(rule: &dyn Rule, block: &Block) -> Result<(Run, Vec<String>), String> {
    let mut case = block.case(rule.meta().name);
    if let Some(since) = rule.meta().since.filter(|it| *it > GoVersion::new(1, 22)) {
        case.files.insert("go.mod".to_owned(), format!("module example.com/m\n\ngo {since}\n"));
    }
    let name = case.name.clone();
    let run = case.run(rule)?;
    let mut wrong = run.broken_promises();
    let after = run.after("page.go").unwrap_or_default();
    if after != block.after {
        wrong.push(format!("{name}: the page promises\n{}but the rule writes\n{after}", block.after));
    }
    let mut declined = Vec::new();
    for found in run.findings() {
        match (&found.verdict, block.kind) {
            (Verdict::Declined(reason), _) => declined.push((found.line, reason.clone())),
            (Verdict::Fixed(level), BlockKind::Diff(stated)) if *level == stated => {}
            _ => wrong.push(format!("{name}: {found}")),
        }
    }
    if declined != block.declined() {
        wrong.push(format!("{name}: the page says {:?}, the rule {declined:?}", block.declined()));
    }
    Ok((run, wrong))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_have_blocks() {
        let page = "# x\n\n```diff review\n a\n-b\n+c\n\n```\n```sh\n-x\n```\n```go\nf() // declined: one // declined: two\n```\n";
        let blocks = blocks(page).unwrap();
        assert_eq!(blocks.len(), 2);
        assert_eq!((blocks[0].kind, blocks[0].line), (BlockKind::Diff(Level::Review), 3));
        assert_eq!((&*blocks[0].before, &*blocks[0].after), ("a\nb\n\n", "a\nc\n\n"));
        assert_eq!(blocks[1].kind, BlockKind::Same);
        assert_eq!(blocks[1].declined(), [(1, "one".to_owned()), (1, "two".to_owned())]);
    }

    #[test]
    fn broken_pages() {
        assert_eq!(
            blocks("```diff\nab\n```\n"),
            Err("line 2: a line of a diff starts with a space, - or +".to_owned())
        );
        assert_eq!(blocks("```go\n"), Err("the last block has no end".to_owned()));
    }
}
