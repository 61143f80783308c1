//! URLs in running text, and import paths in brackets.

use std::collections::HashMap;

const SCHEMES: [&str; 7] = ["file", "ftp", "gopher", "http", "https", "mailto", "nntp"];

/// Splits off the scheme of a URL that go/doc/comment knows.
pub(super) fn after_scheme(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once("://")?;
    SCHEMES.contains(&scheme).then_some(rest)
}

/// Finds URLs in a text.
pub(super) struct Urls<'a> {
    text: &'a str,
    /// Where the brackets close that are open at an offset. It would take quadratic time to find out for each URL anew.
    closing: HashMap<usize, usize>,
}

impl<'a> Urls<'a> {
    pub(super) fn new(text: &'a str) -> Urls<'a> {
        let mut closing = HashMap::new();
        let mut open = Vec::new();
        let searched = if text.contains("://") { text } else { "" };
        for (at, byte) in searched.bytes().enumerate() {
            match byte {
                b'(' => open.push((at, b')')),
                b'{' => open.push((at, b'}')),
                b'[' => open.push((at, b']')),
                b')' | b'}' | b']' => match open.pop() {
                    Some((start, expected)) if expected == byte => _ = closing.insert(start, at),
                    _ => open.clear(),
                },
                _ if is_path(byte) || is_punctuation(byte) => {}
                _ => open.clear(),
            }
        }
        Urls { text, closing }
    }

    /// How long the URL is that starts at the offset, without punctuation that ends the sentence around it.
    pub(super) fn len_at(&self, start: usize) -> Option<usize> {
        let text = &self.text[start..];
        let scheme = SCHEMES.iter().find(|it| text.strip_prefix(**it).is_some_and(|rest| rest.starts_with("://")))?;
        let host = &text.as_bytes()[scheme.len() + "://".len()..];
        if !host.first().is_some_and(|it| is_host(*it) && !is_punctuation(*it)) {
            return None;
        }
        let host_len = host.iter().take_while(|it| is_host(**it)).count();
        let host_len = host[..host_len].iter().rposition(|it| !is_punctuation(*it))? + 1;
        let path = start + text.len() - host.len() + host_len;
        Some(self.path_end(path) - start)
    }

    /// Where the path ends that starts at the offset. Brackets are part of it in pairs, and one without another ends it.
    fn path_end(&self, start: usize) -> usize {
        let bytes = self.text.as_bytes();
        let mut at = start;
        let mut end = start;
        while let Some(&byte) = bytes.get(at) {
            if is_path(byte) {
                at += 1;
                end = at;
            } else if let Some(closing) = self.closing.get(&at) {
                at = closing + 1;
                end = at;
            } else if is_punctuation(byte) {
                at += 1;
            } else {
                break;
            }
        }
        end
    }
}

/// Whether the byte can be in the path of a URL, other than brackets and punctuation.
fn is_path(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"$'*+&#=@~_/-%".contains(&byte)
}

fn is_host(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_@-.[]:".contains(&byte)
}

fn is_punctuation(byte: u8) -> bool {
    b".,:;?!".contains(&byte)
}

/// Packages of the standard library whose path is one element (Go 1.27). Any other is recognised by its slash.
const SHORT_PATHS: [&str; 41] = [
    "bufio", "bytes", "cmp", "context", "crypto", "embed", "encoding", "errors", "expvar", "flag", "fmt", "hash",
    "html", "image", "io", "iter", "log", "maps", "math", "mime", "net", "os", "path", "plugin", "reflect", "regexp",
    "runtime", "slices", "sort", "strconv", "strings", "structs", "sync", "syscall", "testing", "time", "unicode",
    "unique", "unsafe", "uuid", "weak",
];

/// Whether the text is the path of a package as a doc link may name it.
pub(super) fn is_package(path: &str) -> bool {
    let is_element = |it: &str| {
        !it.is_empty()
            && !it.starts_with('.')
            && !it.ends_with('.')
            && it.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.~_+".contains(&byte))
    };
    if path.contains('/') {
        !path.starts_with('-') && path.split('/').all(is_element)
    } else {
        SHORT_PATHS.contains(&path)
    }
}
