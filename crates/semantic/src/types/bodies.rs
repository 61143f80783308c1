//! Leaving out the bodies of functions before parsing: declarations need none of them, and most of a file is bodies.

use memchr::{memchr, memchr2};

/// `text` without the bodies of its top-level functions. None where it is not certain what they are; the text is then
/// best parsed as it is.
pub(super) fn without_bodies(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len() / 2);
    let mut scan = Scan { bytes, at: 0 };
    let mut kept = 0;
    // Outside any bracket a `func` at the start of a line starts a function's declaration.
    loop {
        match scan.next()? {
            Item::End => break,
            Item::Word(start, b"func") if start == 0 || bytes[start - 1] == b'\n' => {
                let Some(open) = scan.function()? else { continue };
                out.push_str(text.get(kept..open)?);
                scan.close_braces()?;
                kept = scan.at;
            }
            Item::Open(bracket) => scan.close(bracket)?,
            Item::Close => return None,
            _ => {}
        }
    }
    out.push_str(text.get(kept..)?);
    Some(out)
}

enum Item<'t> {
    Word(usize, &'t [u8]),
    Open(u8),
    Close,
    Newline,
    Other,
    End,
}

struct Scan<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl<'t> Scan<'t> {
    /// The next item; None if the text is broken.
    fn next(&mut self) -> Option<Item<'t>> {
        loop {
            let Some(&byte) = self.bytes.get(self.at) else { return Some(Item::End) };
            let start = self.at;
            self.at += 1;
            return Some(match byte {
                b' ' | b'\t' | b'\r' => continue,
                b'\n' => Item::Newline,
                b'/' if matches!(self.bytes.get(self.at), Some(b'/' | b'*')) => {
                    self.comment()?;
                    continue;
                }
                b'"' | b'\'' => {
                    self.quoted(byte)?;
                    Item::Other
                }
                b'`' => {
                    self.at += memchr(b'`', &self.bytes[self.at..])? + 1;
                    Item::Other
                }
                b'(' | b'[' | b'{' => Item::Open(byte),
                b')' | b']' | b'}' => Item::Close,
                _ if is_word(byte) => {
                    while self.bytes.get(self.at).is_some_and(|&it| is_word(it)) {
                        self.at += 1;
                    }
                    Item::Word(start, &self.bytes[start..self.at])
                }
                _ => Item::Other,
            });
        }
    }

    fn quoted(&mut self, quote: u8) -> Option<()> {
        loop {
            self.at += memchr2(quote, b'\\', &self.bytes[self.at..])?;
            if self.bytes[self.at] == quote {
                self.at += 1;
                return Some(());
            }
            self.at += 2;
            if self.at > self.bytes.len() {
                return None;
            }
        }
    }

    /// Goes behind the bracket that closes the one just read.
    fn close(&mut self, open: u8) -> Option<()> {
        let mut stack = vec![open];
        while let Some(&inner) = stack.last() {
            match self.next()? {
                Item::Open(bracket) => stack.push(bracket),
                Item::Close => {
                    let closes = match inner {
                        b'(' => b')',
                        b'[' => b']',
                        _ => b'}',
                    };
                    if self.bytes[self.at - 1] != closes {
                        return None;
                    }
                    stack.pop();
                }
                Item::End => return None,
                _ => {}
            }
        }
        Some(())
    }

    /// Goes behind the brace that closes the one just read. Other brackets do not matter.
    fn close_braces(&mut self) -> Option<()> {
        let mut depth = 1usize;
        loop {
            let rest = &self.bytes[self.at..];
            self.at += rest.iter().position(|it| STOPS[usize::from(*it)])?;
            let byte = self.bytes[self.at];
            self.at += 1;
            match byte {
                b'{' => depth += 1,
                b'}' if depth == 1 => return Some(()),
                b'}' => depth -= 1,
                b'/' => self.comment()?,
                b'`' => self.at += memchr(b'`', &self.bytes[self.at..])? + 1,
                quote => self.quoted(quote)?,
            }
        }
    }

    /// Goes behind the comment that the slash just read starts, if it starts one.
    fn comment(&mut self) -> Option<()> {
        match self.bytes.get(self.at) {
            Some(b'/') => self.at = memchr(b'\n', &self.bytes[self.at..]).map_or(self.bytes.len(), |it| self.at + it),
            Some(b'*') => self.at += 1 + memchr::memmem::find(&self.bytes[self.at + 1..], b"*/")? + 2,
            _ => {}
        }
        Some(())
    }

    /// Reads a function's declaration behind `func` up to the brace that opens its body, and returns the offset of that.
    /// `Some(None)`: it has none.
    fn function(&mut self) -> Option<Option<usize>> {
        let mut of_type = false;
        loop {
            match self.next()? {
                Item::Word(_, b"struct" | b"interface") => of_type = true,
                Item::Open(b'{') if !of_type => return Some(Some(self.at - 1)),
                Item::Open(bracket) => {
                    self.close(bracket)?;
                    of_type = false;
                }
                Item::Newline | Item::End => return Some(None),
                Item::Close => return None,
                _ => of_type = false,
            }
        }
    }
}

/// What matters inside a body.
const STOPS: [bool; 256] = {
    let mut stops = [false; 256];
    let mut rest: &[u8] = b"{}/`\"'";
    while let [first, others @ ..] = rest {
        stops[*first as usize] = true;
        rest = others;
    }
    stops
};

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::without_bodies;

    #[test]
    fn bodies_go_and_all_else_stays() {
        let text = "package p\n\nfunc f(a struct{ x int }) interface{ m() } { if x { \"}\"; '}' } /* } */ }\nfunc g()\n\
                    var x = func() { y }\nfunc (t T[K]) h[P any]() (a, b int) { `}` } // c\n";
        let expected = "package p\n\nfunc f(a struct{ x int }) interface{ m() } \nfunc g()\nvar x = func() { y }\n\
                        func (t T[K]) h[P any]() (a, b int)  // c\n";
        assert_eq!(without_bodies(text).as_deref(), Some(expected));
    }

    #[test]
    fn broken_text_is_left_alone() {
        for text in ["func f() { } }\n", "func f() {\n", "}\n", "var x = \"\\", "/* "] {
            assert_eq!(without_bodies(text), None, "{text}");
        }
    }
}
