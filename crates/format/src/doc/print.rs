//! The blocks of a doc comment as text, without comment markers.

use super::blocks::{Block, Doc, List};

/// What the lines of an item stand behind, from its second line on.
const ITEM_INDENT: &str = "    ";

/// The text of the doc comment. Each line ends with a line end.
pub(super) fn print(doc: &Doc<'_>) -> String {
    let mut out = String::new();
    for (index, block) in doc.blocks.iter().enumerate() {
        let is_apart = match block {
            Block::List(list) => list.is_apart || list.is_loose,
            _ => true,
        };
        if index > 0 && is_apart {
            out.push('\n');
        }
        match block {
            Block::Paragraph(text) => push_line(&mut out, &[text]),
            Block::Heading(text) => push_line(&mut out, &["# ", text]),
            Block::Code(lines) => {
                for line in lines {
                    push_line(&mut out, &[if line.is_empty() { "" } else { "\t" }, line]);
                }
            }
            Block::List(list) => push_list(&mut out, list),
        }
    }
    // What can be deleted stands together at the end.
    for is_used in [true, false] {
        for (index, link) in doc.links.all.iter().filter(|it| it.is_used == is_used).enumerate() {
            if index == 0 {
                out.push('\n');
            }
            push_line(&mut out, &["[", link.text, "]: ", link.url]);
        }
    }
    out
}

fn push_list(out: &mut String, list: &List<'_>) {
    for (index, item) in list.items.iter().enumerate() {
        if index > 0 && list.is_loose {
            out.push('\n');
        }
        match item.number {
            Some(number) => out.extend([" ", number, ". "]),
            None => out.push_str("  - "),
        }
        for (index, paragraph) in item.paragraphs.iter().enumerate() {
            if index > 0 {
                out.extend(["\n", ITEM_INDENT]);
            }
            for (index, line) in paragraph.split('\n').enumerate() {
                push_line(out, &[if index > 0 { ITEM_INDENT } else { "" }, line]);
            }
        }
    }
}

fn push_line(out: &mut String, pieces: &[&str]) {
    out.extend(pieces.iter().copied());
    out.push('\n');
}
