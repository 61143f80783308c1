//! What is in the blocks of a doc comment.

use std::collections::HashMap;

use super::{
    inline,
    lines::{Marker, unindent},
    spans::{Kind, Spans},
    url,
};

/// A doc comment without its comment markers.
pub(super) struct Doc<'a> {
    pub(super) blocks: Vec<Block<'a>>,
    pub(super) links: Links<'a>,
}

pub(super) enum Block<'a> {
    /// Lines with line ends between.
    Paragraph(String),
    Heading(&'a str),
    /// Lines without common indentation.
    Code(Vec<&'a str>),
    List(List<'a>),
}

pub(super) struct List<'a> {
    pub(super) items: Vec<Item<'a>>,
    /// Whether an empty line is above the list.
    pub(super) is_apart: bool,
    /// Whether empty lines are in the list.
    pub(super) is_loose: bool,
}

impl<'a> List<'a> {
    /// Moves the lines into a paragraph of the last item.
    fn end_paragraph(&mut self, lines: &mut Vec<&'a str>, links: &mut Links<'a>) {
        if let Some(item) = self.items.last_mut() {
            item.paragraphs.extend(links.define_or_join(lines));
        }
        lines.clear();
    }
}

pub(super) struct Item<'a> {
    /// The digits of a numbered item.
    pub(super) number: Option<&'a str>,
    /// As a paragraph is. None at all, if the item was but link definitions.
    pub(super) paragraphs: Vec<String>,
}

/// `[text]: url`
pub(super) struct Link<'a> {
    pub(super) text: &'a str,
    pub(super) url: &'a str,
    /// Whether some text refers to it.
    pub(super) is_used: bool,
}

/// The link definitions of a doc comment.
#[derive(Default)]
pub(super) struct Links<'a> {
    /// In the order of the text.
    pub(super) all: Vec<Link<'a>>,
    /// The first of each text.
    by_text: HashMap<&'a str, usize>,
}

impl<'a> Links<'a> {
    fn define(&mut self, text: &'a str, url: &'a str) {
        self.by_text.entry(text).or_insert(self.all.len());
        self.all.push(Link { text, url, is_used: false });
    }

    /// Marks the definition of the text as used. Whether there is one.
    pub(super) fn refer(&mut self, text: &str) -> bool {
        let Some(&index) = self.by_text.get(text) else { return false };
        self.all[index].is_used = true;
        true
    }

    /// Takes the lines of a paragraph as definitions if all of them are; else returns its text.
    fn define_or_join(&mut self, lines: &[&'a str]) -> Option<String> {
        match lines.iter().map(|it| definition(it)).collect::<Option<Vec<_>>>() {
            Some(definitions) => {
                definitions.into_iter().for_each(|(text, url)| self.define(text, url));
                None
            }
            None => Some(lines.join("\n")),
        }
    }
}

/// The text and the URL of a link that the line defines.
pub(super) fn definition(line: &str) -> Option<(&str, &str)> {
    let (text, rest) = line.strip_prefix('[')?.split_once("]:")?;
    let url = rest.strip_prefix([' ', '\t'])?.trim();
    url::after_scheme(url).map(|_| (text, url))
}

/// Reads the lines of a doc comment, without comment markers.
pub(super) fn parse(lines: Vec<&str>) -> Doc<'_> {
    let lines = unindent(lines);
    let mut links = Links::default();
    let mut blocks = Vec::new();
    let mut previous_end = 0;
    for span in Spans::new(&lines) {
        let is_apart = previous_end < span.lines.start;
        previous_end = span.lines.end;
        let lines = &lines[span.lines];
        let block = match span.kind {
            Kind::Paragraph => links.define_or_join(lines).map(Block::Paragraph),
            Kind::Heading => Some(Block::Heading(lines[0][1..].trim())),
            Kind::OldHeading => Some(Block::Heading(lines[0].trim())),
            Kind::Code => Some(Block::Code(unindent(lines.to_vec()))),
            Kind::List => Some(Block::List(list(lines, is_apart, &mut links))),
        };
        blocks.extend(block);
    }
    for block in &mut blocks {
        let mut normalise = |text| inline::normalise(text, &mut links);
        match block {
            Block::Paragraph(text) => normalise(text),
            Block::List(list) => list.items.iter_mut().flat_map(|it| &mut it.paragraphs).for_each(normalise),
            Block::Heading(_) | Block::Code(_) => {}
        }
    }
    Doc { blocks, links }
}

/// Reads the lines of a list, of which the first is an item.
fn list<'a>(lines: &[&'a str], is_apart: bool, links: &mut Links<'a>) -> List<'a> {
    let is_numbered = Marker::of(lines[0]).is_some_and(|it| it.number.is_some());
    let mut list = List { items: Vec::new(), is_apart, is_loose: false };
    let mut paragraph = Vec::new();
    for line in lines {
        match Marker::of(line) {
            Some(Marker { number, text }) if number.is_some() == is_numbered => {
                list.end_paragraph(&mut paragraph, links);
                list.items.push(Item { number, paragraphs: Vec::new() });
                paragraph.push(text);
            }
            _ if line.is_empty() => {
                list.end_paragraph(&mut paragraph, links);
                list.is_loose = true;
            }
            _ => paragraph.push(line.trim()),
        }
    }
    list.end_paragraph(&mut paragraph, links);
    list.is_loose |= list.items.iter().any(|it| it.paragraphs.len() != 1);
    list
}
