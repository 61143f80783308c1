use std::error::Error;
use std::fmt;
use std::str::FromStr;

/// A version of the language, such as 1.22. Releases and patches of one version speak the same language.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct GoVersion {
    /// 1, until there is a Go 2.
    pub major: u16,
    /// The number behind the point.
    pub minor: u16,
}

impl GoVersion {
    /// The newest version known here.
    pub const NEWEST: GoVersion = GoVersion::new(1, 27);

    /// The version of a module whose go.mod has no `go` line (Go Modules Reference: go directive).
    pub const WITHOUT_DIRECTIVE: GoVersion = GoVersion::new(1, 16);

    /// The oldest version that a `//go:build` line can give a file (go/types' `initFiles`).
    pub const OLDEST_OF_FILE: GoVersion = GoVersion::new(1, 21);

    /// The version `major.minor`.
    pub const fn new(major: u16, minor: u16) -> GoVersion {
        GoVersion { major, minor }
    }

    /// Reads `1.21`, `1.21.3`, `1.21rc1` and the same with `go` in front, as in go.mod files and names of releases.
    pub fn parse(text: &str) -> Option<GoVersion> {
        let text = text.strip_prefix("go").unwrap_or(text);
        let (major, rest) = number(text)?;
        let Some(rest) = rest.strip_prefix('.') else {
            return rest.is_empty().then_some(GoVersion::new(major, 0));
        };
        let (minor, rest) = number(rest)?;
        let valid = match rest.strip_prefix('.') {
            Some(patch) => number(patch).is_some_and(|(_, rest)| rest.is_empty()),
            None => rest.is_empty() || is_prerelease(rest),
        };
        valid.then_some(GoVersion::new(major, minor))
    }
}

/// The number that `text` starts with, and what follows it.
fn number(text: &str) -> Option<(u16, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let plain = digits == "0" || !digits.starts_with('0');
    Some((digits.parse().ok().filter(|_| plain)?, rest))
}

/// Whether `text` is a kind of release and its number, such as `rc1`.
fn is_prerelease(text: &str) -> bool {
    let kind = text.trim_end_matches(|c: char| c.is_ascii_digit());
    kind.len() < text.len() && !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_lowercase())
}

impl fmt::Display for GoVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// A text that is no version of Go.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BadVersion(String);

impl fmt::Display for BadVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no version of Go; write one like 1.22", self.0)
    }
}

impl Error for BadVersion {}

impl FromStr for GoVersion {
    type Err = BadVersion;

    fn from_str(text: &str) -> Result<GoVersion, BadVersion> {
        GoVersion::parse(text).ok_or_else(|| BadVersion(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_in_all_their_forms() {
        for text in ["1.21", "1.21.0", "1.21.3", "1.21rc1", "go1.21", "go1.21rc2", "go1.21.13"] {
            assert_eq!(GoVersion::parse(text), Some(GoVersion::new(1, 21)), "{text}");
        }
        assert_eq!(GoVersion::parse("1"), Some(GoVersion::new(1, 0)));
        for text in
            ["", "go", "1.", ".21", "1.x", "1.21.", "1.21.x", "01.21", "1.021", "1.21rc", "1.21-x", "v1.21", "1.99999"]
        {
            assert_eq!(GoVersion::parse(text), None, "{text}");
        }
        assert_eq!("x".parse::<GoVersion>().unwrap_err().to_string(), "\"x\" is no version of Go; write one like 1.22");
    }

    #[test]
    fn versions_are_ordered_as_numbers() {
        assert!(GoVersion::new(1, 9) < GoVersion::new(1, 10));
        assert!(GoVersion::new(1, 27) < GoVersion::new(2, 0));
        assert_eq!(GoVersion::new(1, 9).to_string(), "1.9");
    }
}
