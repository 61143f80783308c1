//! Real Go files, laid out as nobody would: the same tokens, with other white space, line ends and comments between.

use gofix_syntax::{Kind, SourceFile, TextRange, Token, ast::AstNode as _, ast::GenDecl};

use crate::random::Random;

/// Which kind of disorder a file is brought into.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Style {
    /// Blanks and tabs: between tokens, at the beginning of lines and at their ends.
    Blanks,
    /// Line ends inserted and removed, empty lines added and taken away.
    Lines,
    /// Comments moved to other columns and lines, and the blanks in them.
    MovedComments,
    /// Comments where there were none.
    NewComments,
    /// Several statements on one line.
    Joined,
    /// All that, but for new comments.
    Mixed,
    /// All that.
    All,
}

impl Style {
    pub(crate) const ALL: [Style; 7] = [
        Style::Blanks,
        Style::Lines,
        Style::MovedComments,
        Style::NewComments,
        Style::Joined,
        Style::Mixed,
        Style::All,
    ];

    /// In a word or two.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Style::Blanks => "blanks",
            Style::Lines => "lines",
            Style::MovedComments => "comments moved",
            Style::NewComments => "comments inserted",
            Style::Joined => "statements joined",
            Style::Mixed => "mixed",
            Style::All => "everything",
        }
    }

    /// What is done, each as likely as the others.
    fn deeds(self) -> &'static [Deed] {
        use Deed::*;
        match self {
            Style::Blanks => &[Pad, Pad, Indent, Trail],
            Style::Lines => &[Break, Unbreak, EmptyLines],
            Style::MovedComments => &[MoveComment, MoveComment, MoveComment, StretchComment],
            Style::NewComments => &[InsertComment],
            Style::Joined => &[Semicolon, Semicolon, Unbreak],
            Style::Mixed => {
                &[Pad, Pad, Indent, Trail, Break, Unbreak, EmptyLines, MoveComment, StretchComment, Semicolon]
            }
            Style::All => {
                &[Pad, Indent, Trail, Break, Unbreak, EmptyLines, MoveComment, StretchComment, Semicolon, InsertComment]
            }
        }
    }
}

/// One thing to do between two tokens.
#[derive(Copy, Clone, Debug)]
enum Deed {
    /// Other blanks within a line, or none.
    Pad,
    /// Other indentation.
    Indent,
    /// Blanks at the end of a line.
    Trail,
    /// A line end more.
    Break,
    /// A line end less.
    Unbreak,
    /// More or fewer empty lines.
    EmptyLines,
    /// A comment at another column, on a line of its own, or behind what stands before it.
    MoveComment,
    /// Other blanks in a comment.
    StretchComment,
    /// A new comment.
    InsertComment,
    /// A semicolon for a line end.
    Semicolon,
}

/// Gives a file without errors another layout, from a few places to all of it; says which style was taken.
pub(crate) fn mangle(file: &SourceFile, random: &mut Random) -> (Style, String) {
    let style = Style::ALL[random.below(Style::ALL.len())];
    let mut stretches = stretches(file);
    let eager: Vec<usize> = (0..stretches.len()).filter(|&it| stretches[it].suits(style)).collect();
    // Per mille of the places.
    let share = match random.below(5) {
        0 => (5000 / eager.len().max(1)).clamp(1, 1000),
        1 => 20,
        2 => 100,
        3 => 400,
        _ => 1000,
    };
    for at in eager {
        if random.below(1000) < share {
            stretches[at].touched = true;
            let deeds = style.deeds();
            stretches[at].disturb(deeds[random.below(deeds.len())], at, random);
        }
    }
    (style, with_line_ends(written(file, &mut stretches), random))
}

/// Some files get the line ends of another system, in all or in some lines.
fn with_line_ends(text: String, random: &mut Random) -> String {
    match random.below(24) {
        0 => text.replace('\n', "\r\n"),
        1 => {
            let lines = text.split_inclusive('\n');
            let mut ended = |line: &str| match random.below(2) {
                0 => line.replace('\n', "\r\n"),
                _ => line.to_owned(),
            };
            lines.map(&mut ended).collect()
        }
        _ => text,
    }
}

/// The text of the file with these stretches between its tokens.
fn written(file: &SourceFile, stretches: &mut [Stretch]) -> String {
    let mut text = String::with_capacity(file.text().len() * 2);
    if file.text().starts_with('\u{feff}') {
        text.push('\u{feff}');
    }
    for stretch in stretches {
        if stretch.touched {
            stretch.repair(file.text());
        }
        text += &file.text()[stretch.before.to_usize()];
        if stretch.semicolon {
            text.push(';');
        }
        for (i, gap) in stretch.gaps.iter().enumerate() {
            text += gap;
            text += stretch.comments.get(i).map_or("", String::as_str);
        }
    }
    text
}

/// Whether there may be line ends between two tokens (spec: Semicolons).
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum LineEnds {
    /// One at least: it stands for a semicolon.
    Needed,
    /// As many as one likes.
    Free,
    /// None: it would stand for a semicolon.
    Forbidden,
}

/// What stands between two tokens: white space and comments in turn; white space, maybe none, is first and last.
struct Stretch {
    /// The token in front; empty at the beginning of the file.
    before: TextRange,
    /// The token behind; empty at the end of the file.
    after: TextRange,
    gaps: Vec<String>,
    comments: Vec<String>,
    line_ends: LineEnds,
    /// Whether a semicolon follows the token in front.
    semicolon: bool,
    /// Whether anything is different from what it was.
    touched: bool,
}

/// All stretches of a file, from its beginning to its end.
fn stretches(file: &SourceFile) -> Vec<Stretch> {
    let text = file.text();
    let optional = optional_semicolons(file);
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let mut before = (Token::Eof, TextRange::empty(start));
    let (mut newline, mut stretches) = (false, Vec::new());
    for (token, range) in file.tokens_in(TextRange::new(0, text.len() as u32)) {
        if token == Token::Newline {
            newline = true;
            continue;
        }
        let is_optional = token == Token::Eof || newline && closes(token) || optional.binary_search(&range.end).is_ok();
        let line_ends = match (ends_line(before.0), newline) {
            (false, _) => LineEnds::Free,
            _ if is_optional => LineEnds::Free,
            (true, true) => LineEnds::Needed,
            (true, false) => LineEnds::Forbidden,
        };
        let between = TextRange::new(before.1.end, range.start);
        let comments: Vec<TextRange> = file.comments_in(between).to_vec();
        let starts = std::iter::once(between.start).chain(comments.iter().map(|it| it.end));
        let ends = comments.iter().map(|it| it.start).chain([between.end]);
        let gaps = starts.zip(ends).map(|(start, end)| text[start as usize..end as usize].to_owned()).collect();
        let comments = comments.iter().map(|it| text[it.to_usize()].to_owned()).collect();
        stretches.push(Stretch {
            before: before.1,
            after: range,
            gaps,
            comments,
            line_ends,
            semicolon: false,
            touched: false,
        });
        (before, newline) = ((token, range), false);
    }
    stretches
}

/// The ends of the closing tokens before which a semicolon may stand or not (spec: Semicolons), sorted.
fn optional_semicolons(file: &SourceFile) -> Vec<u32> {
    let closes = file.nodes().filter(|it| match it.kind() {
        Kind::BlockStmt | Kind::StructType | Kind::InterfaceType => true,
        _ => GenDecl::cast(*it).is_some_and(GenDecl::is_group),
    });
    let mut ends: Vec<u32> = closes.map(|it| it.end()).collect();
    ends.sort_unstable();
    ends
}

fn closes(token: Token) -> bool {
    matches!(token, Token::RParen | Token::RBrace)
}

/// Whether a line end behind the token stands for a semicolon (spec: Semicolons).
fn ends_line(token: Token) -> bool {
    use Token::*;
    let closes = matches!(token, RParen | RBrack | RBrace | Inc | Dec);
    closes || token == Ident || token.is_literal() || matches!(token, Break | Continue | Fallthrough | Return)
}

/// Blanks between tokens.
const PADDING: [&str; 8] = ["", "", " ", "  ", "\t", "\t\t", " \t ", "            "];
/// Blanks at the beginning of a line.
const INDENTATION: [&str; 7] = ["", "\t", "\t\t", "\t\t\t\t", "    ", "  \t", "                "];

impl Stretch {
    /// Whether there is something to do for the style.
    fn suits(&self, style: Style) -> bool {
        match style {
            Style::MovedComments => !self.comments.is_empty(),
            Style::Joined => self.line_ends == LineEnds::Needed,
            Style::Lines => self.line_ends != LineEnds::Forbidden,
            _ => true,
        }
    }

    /// Does `deed` at one of the gaps, if it fits. `number` is one of its own in the file.
    fn disturb(&mut self, deed: Deed, number: usize, random: &mut Random) {
        let at = random.below(self.gaps.len());
        let gap = &mut self.gaps[at];
        let line_end = gap.rfind('\n');
        match (deed, line_end) {
            (Deed::Pad, None) => *gap = random.pick(&PADDING).to_owned(),
            (Deed::Pad | Deed::Indent, Some(line_end)) => {
                gap.truncate(line_end + 1);
                *gap += random.pick(&INDENTATION);
            }
            (Deed::Trail, Some(_)) => gap.insert_str(0, random.pick(&[" ", "\t", "  \t "])),
            (Deed::EmptyLines, Some(line_end)) => {
                let indentation = gap.split_off(line_end + 1);
                *gap = random.pick(&["\n", "\n", "\n\n", "\n\n\n", "\n \n\t\n\n\n"]).to_owned() + &indentation;
            }
            (Deed::Break, None) if self.line_ends != LineEnds::Forbidden => {
                *gap = random.pick(&["\n", "\n", "\n\n"]).to_owned() + random.pick(&INDENTATION);
            }
            (Deed::Unbreak, Some(_)) => *gap = random.pick(&[" ", "", "\t"]).to_owned(),
            (Deed::MoveComment, _) if !self.comments.is_empty() => self.move_comment(random),
            (Deed::StretchComment, _) if !self.comments.is_empty() => self.stretch_comment(random),
            (Deed::InsertComment, _) => self.insert_comment(at, number, random),
            (Deed::Semicolon, _) if self.line_ends == LineEnds::Needed => {
                self.semicolon = true;
                self.line_ends = LineEnds::Free;
                *gap = random.pick(&["", " ", " ", "\n"]).to_owned();
            }
            _ => {}
        }
    }

    /// Moves one of the comments.
    fn move_comment(&mut self, random: &mut Random) {
        let at = random.below(self.comments.len());
        let indentation = random.pick(&INDENTATION);
        let (before, behind) = self.gaps.split_at_mut(at + 1);
        let (before, behind) = (&mut before[at], &mut behind[0]);
        let may_break = self.line_ends != LineEnds::Forbidden;
        match random.below(6) {
            0 if may_break => *before = format!("\n{indentation}"),
            1 if may_break => *before = format!("\n\n{indentation}"),
            2 => *before = random.pick(&PADDING).to_owned(),
            3 if may_break => *behind = format!("\n{indentation}"),
            4 if may_break => *behind = format!("\n\n{indentation}"),
            _ => *behind = random.pick(&PADDING).to_owned(),
        }
    }

    /// Changes the blanks at the beginning or at the end of the text of one of the comments.
    fn stretch_comment(&mut self, random: &mut Random) {
        let at = random.below(self.comments.len());
        let comment = &mut self.comments[at];
        let is_line = comment.starts_with("//");
        match random.below(3) {
            0 if is_line => *comment += random.pick(&[" ", "\t", "  \t"]),
            // Without a blank, a comment could become a directive, or cease to be one.
            _ if comment.as_bytes().get(2).is_some_and(|it| matches!(it, b' ' | b'\t')) => {
                comment.insert_str(2, random.pick(&[" ", "\t", "   "]));
            }
            _ => {}
        }
    }

    /// Puts a comment into a gap.
    fn insert_comment(&mut self, at: usize, number: usize, random: &mut Random) {
        let indentation = random.pick(&INDENTATION);
        let (comment, behind) = match random.below(if self.line_ends == LineEnds::Forbidden { 2 } else { 6 }) {
            0 => (format!("/* c{number} */"), " ".to_owned()),
            1 => (format!("/*c{number}*/"), String::new()),
            2 | 3 => (format!("// c{number}"), format!("\n{indentation}")),
            4 => (format!("//c{number}"), format!("\n\n{indentation}")),
            _ => (format!("/* c{number}\n{indentation}d{number} */"), random.pick(&["", " ", "\n"]).to_owned()),
        };
        let is_before = random.below(2) == 0;
        let gap = self.gaps[at].clone();
        let gaps = if is_before { [random.pick(&["", " ", "\t"]).to_owned(), behind + &gap] } else { [gap, behind] };
        self.gaps.splice(at..=at, gaps);
        self.comments.insert(at, comment);
    }

    /// Adds the white space without which there would be other tokens.
    fn repair(&mut self, text: &str) {
        let last = self.gaps.len() - 1;
        for (i, comment) in self.comments.iter().enumerate() {
            let at_end = i + 1 == last && self.after.is_empty();
            if comment.starts_with("//") && !self.gaps[i + 1].contains('\n') && !at_end {
                self.gaps[i + 1].push('\n');
            }
        }
        let has_line_end = self.gaps.iter().chain(&self.comments).any(|it| it.contains('\n'));
        if self.line_ends == LineEnds::Needed && !has_line_end {
            self.gaps[last].push('\n');
        }
        let (before, after) = (&text[self.before.to_usize()], &text[self.after.to_usize()]);
        let first = self.comments.first().map_or(after, String::as_str);
        if self.gaps[0].is_empty() && !self.semicolon && stick_together(before, first) {
            self.gaps[0].push(' ');
        }
    }
}

/// Whether two tokens, or a token and a comment, may be something else without white space between them.
fn stick_together(before: &str, after: &str) -> bool {
    let (Some(a), Some(b)) = (before.chars().last(), after.chars().next()) else { return false };
    let in_word = |it: char| it.is_alphanumeric() || it == '_' || !it.is_ascii();
    let in_operator = |it: char| "+-*/%&|^<>=!:~.".contains(it);
    let is_number = before.trim_start_matches('.').starts_with(|it: char| it.is_ascii_digit());
    in_word(a) && in_word(b)
        || in_operator(a) && in_operator(b)
        || is_number && (b == '.' || in_word(b))
        || a == '.' && b.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const SAMPLE: &str = "// Package p.\npackage p // p\n\nimport (\n\t\"a\"\n\n\t\"b\" /* b */\n)\n\n/* T\nis a type. */\n\
        type T struct {\n\ta, b int `x` // c\n\n\tU\n}\n\ntype I interface{ m(int) }\n\n// f does it.\nfunc f(x int) (y int) {\n\
        \tfor i := 0; i < 10; i++ { // d\n\t\ty += x - -i*1. + 2. / *&x ^ -0x1e + 1\n\t}\n\tswitch {\n\tcase x > 1 &&\n\
        \t\tx < -1:\n\t\treturn 1\n\t}\n\tg(func() { x++ }, T{\n\t\ta: 1,\n\t\tb: 2})\nL:\n\tif x := `\n`; x == \"\" /* e */ {\n\
        \t\tgoto L\n\t} else {\n\t\tgo f(1)\n\t}\n\treturn /* r */\n} // end\n";

    /// The tokens, but for semicolons of both kinds.
    fn tokens(file: &SourceFile) -> Vec<(Token, &str)> {
        let all = file.tokens_in(TextRange::new(0, file.text().len() as u32));
        let tokens = all.filter(|it| !matches!(it.0, Token::Newline | Token::Semicolon));
        tokens.map(|(token, range)| (token, &file.text()[range.to_usize()])).collect()
    }

    #[test]
    fn tokens_stay_and_the_result_is_go() {
        let before = SourceFile::parse(SAMPLE);
        assert_eq!(before.errors(), []);
        let mut texts = BTreeSet::new();
        for seed in 0..2000 {
            let (style, text) = mangle(&before, &mut Random::new(seed));
            let after = SourceFile::parse(text);
            assert_eq!(after.errors(), [], "{style:?} {seed}: {}", after.text());
            // Carriage returns in raw strings do not count.
            let text = after.text().replace('\r', "");
            let plain = SourceFile::parse(text.as_str());
            assert_eq!(tokens(&plain), tokens(&before), "{style:?} {seed}: {text}");
            texts.insert((style, text));
        }
        let styles: BTreeSet<Style> = texts.iter().map(|it| it.0).collect();
        assert_eq!(styles.len(), Style::ALL.len());
        assert!(texts.len() > 1500, "only {} different texts", texts.len());
    }

    #[test]
    fn no_comment_is_lost_but_new_ones_come() {
        let before = SourceFile::parse(SAMPLE);
        for seed in 0..500 {
            let (style, text) = mangle(&before, &mut Random::new(seed));
            let after = SourceFile::parse(text);
            let (old, new) = (before.comments().len(), after.comments().len());
            match style {
                Style::NewComments | Style::All => assert!(old <= new, "{seed}: {}", after.text()),
                _ => assert_eq!(old, new, "{style:?} {seed}: {}", after.text()),
            }
        }
    }

    #[test]
    fn a_file_is_always_mangled_in_the_same_way() {
        let file = SourceFile::parse(SAMPLE);
        for seed in 0..50 {
            assert_eq!(mangle(&file, &mut Random::new(seed)), mangle(&file, &mut Random::new(seed)));
        }
        let empty = SourceFile::parse("\u{feff}package p");
        for seed in 0..200 {
            assert_eq!(SourceFile::parse(mangle(&empty, &mut Random::new(seed)).1).errors(), []);
        }
    }

    #[test]
    fn tokens_are_kept_apart() {
        for (a, b) in [("x", "y"), ("1", "."), ("1.", "x"), ("-", "-"), ("&", "^"), ("/", "/* c */"), (".", "1")] {
            assert!(stick_together(a, b), "{a}{b}");
        }
        for (a, b) in [("x", "."), (")", "x"), ("x", "\"\""), ("]", "["), ("x", "/* c */"), ("", "x"), ("x", "")] {
            assert!(!stick_together(a, b), "{a}{b}");
        }
    }
}
