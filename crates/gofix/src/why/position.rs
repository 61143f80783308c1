//! Places as they are written on a command line.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

/// A place in a file: `FILE:LINE:COLUMN`, or `FILE:LINE` for all of a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Position {
    /// The path, relative to the current directory or absolute.
    pub path: String,
    /// From 1.
    pub line: u32,
    /// In bytes, from 1.
    pub column: Option<u32>,
}

/// Why a text is no [`Position`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BadPosition(&'static str);

impl fmt::Display for BadPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Error for BadPosition {}

impl FromStr for Position {
    type Err = BadPosition;

    /// Reads it from the end, since paths can have colons themselves. The colon that compilers print behind a place may
    /// stay.
    fn from_str(text: &str) -> Result<Position, BadPosition> {
        let text = text.strip_suffix(':').unwrap_or(text);
        let (rest, last) = numbered(text)?.ok_or(BadPosition("write FILE:LINE:COLUMN or FILE:LINE"))?;
        let (path, line, column) = match numbered(rest)? {
            Some((path, line)) => (path, line, Some(last)),
            None => (rest, last, None),
        };
        if path.is_empty() {
            return Err(BadPosition("write the file in front of the line"));
        }
        Ok(Position { path: path.to_owned(), line, column })
    }
}

/// Splits off the number behind the last colon, if there is one.
fn numbered(text: &str) -> Result<Option<(&str, u32)>, BadPosition> {
    let Some((rest, number)) = text.rsplit_once(':') else { return Ok(None) };
    if number.is_empty() || !number.bytes().all(|it| it.is_ascii_digit()) {
        return Ok(None);
    }
    match number.parse() {
        Ok(0) => Err(BadPosition("lines and columns count from 1")),
        Ok(number) => Ok(Some((rest, number))),
        Err(_) => Err(BadPosition("no file has that many lines or columns")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_from_the_end() {
        let read = |text: &str| text.parse::<Position>().map(|it| (it.path, it.line, it.column));
        let place = |path: &str, line, column| Ok((path.to_owned(), line, column));
        assert_eq!(read("a/b.go:3:14"), place("a/b.go", 3, Some(14)));
        assert_eq!(read("a.go:3"), place("a.go", 3, None));
        assert_eq!(read("a.go:3:14:"), place("a.go", 3, Some(14)));
        assert_eq!(read(r"C:\m\a.go:3:14"), place(r"C:\m\a.go", 3, Some(14)));
        assert_eq!(read(r"C:\m\a.go:3"), place(r"C:\m\a.go", 3, None));
        for bad in ["a.go", "a.go:0", "a.go:1:0", "a.go:x:1:y", ":3:4", "a.go:99999999999", r"C:\m\a.go", ""] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
