use gofix_rule::{GoVersion, Level, Rule};

use crate::{Archive, Case, Run, Verdict};

/// What a block of a page states.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum BlockKind {
    /// ```` ```diff ````, ```` ```diff review ````: a file before and after, and the level of every fix.
    Diff(Level),
    /// ```` ```go ````: a file that stays as it is.
    Same,
}

/// A block of code in the page of a rule: one whole Go file, or several, each behind a line `-- its path --`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Block {
    /// What it states.
    pub kind: BlockKind,
    /// The line of the page on which it starts, counted from 1.
    pub line: usize,
    /// The file before, or the files.
    pub before: String,
    /// The same after.
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

    /// The files as a case; `page` is the name of the page.
    pub fn case(&self, page: &str) -> Case {
        Case::new(format!("{page}:{}", self.line), files_of(&self.before))
    }

    /// How many lines of the text before stand in front of a file of it.
    fn lines_before(&self, path: &str) -> u32 {
        let marker = format!("-- {path} --");
        self.before.lines().position(|it| it == marker).map_or(0, |it| it as u32 + 1)
    }

    /// The reasons in comments `// declined: …`, each with its line in the block, counted from 1. A line may have several.
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
    for (path, promised) in files_of(&block.after) {
        let after = run.after(&path).unwrap_or_default();
        if after != promised {
            wrong.push(format!("{name}: the page promises\n{promised}but the rule writes\n{after}"));
        }
    }
    let mut declined = Vec::new();
    for found in run.findings() {
        match (&found.verdict, block.kind) {
            (Verdict::Declined(reason), _) => {
                declined.push((block.lines_before(&found.path) + found.line, reason.clone()));
            }
            (Verdict::Fixed(level), BlockKind::Diff(stated)) if *level == stated => {}
            _ => wrong.push(format!("{name}: {found}")),
        }
    }
    if declined != block.declined() {
        wrong.push(format!("{name}: the page says {:?}, the rule {declined:?}", block.declined()));
    }
    Ok((run, wrong))
}

/// The files that a text stands for: one, or those of an archive.
fn files_of(text: &str) -> Vec<(String, String)> {
    let archive = Archive::parse(text);
    match archive.files.is_empty() {
        true => vec![("page.go".to_owned(), text.to_owned())],
        false => archive.files,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_may_have_several_files() {
        let block =
            &blocks("```go\n-- a/a.go --\npackage a\n-- b/b.go --\npackage b // declined: no\n```\n").unwrap()[0];
        assert_eq!(block.case("x").files["b/b.go"], "package b // declined: no\n");
        assert_eq!((block.lines_before("b/b.go"), block.declined()), (3, vec![(4, "no".to_owned())]));
    }

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
