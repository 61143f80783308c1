//! URLs in running text, and import paths in brackets.

const SCHEMES: [&str; 7] = ["file", "ftp", "gopher", "http", "https", "mailto", "nntp"];

/// Splits off the scheme of a URL that go/doc/comment knows.
pub(super) fn after_scheme(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once("://")?;
    SCHEMES.contains(&scheme).then_some(rest)
}

/// How long the URL is that the text starts with, without punctuation that ends the sentence around it.
pub(super) fn url_len(text: &str) -> Option<usize> {
    let scheme = SCHEMES.iter().find(|it| text.strip_prefix(**it).is_some_and(|rest| rest.starts_with("://")))?;
    let bytes = text.as_bytes();
    let host = scheme.len() + "://".len();
    if !bytes.get(host).is_some_and(|&it| is_host(it) && !is_punctuation(it)) {
        return None;
    }
    let host_len = bytes[host..].iter().take_while(|it| is_host(**it)).count();
    let path = host + bytes[host..host + host_len].iter().rposition(|it| !is_punctuation(*it))? + 1;
    Some(path + path_len(&bytes[path..]))
}

/// How long the path is that the text starts with. Brackets are part of it in pairs.
fn path_len(text: &[u8]) -> usize {
    let mut open = Vec::new();
    let mut len = 0;
    for (index, &byte) in text.iter().enumerate() {
        match byte {
            _ if is_punctuation(byte) => continue,
            b'(' => open.push(b')'),
            b'{' => open.push(b'}'),
            b'[' => open.push(b']'),
            b')' | b'}' | b']' if open.pop() == Some(byte) => {}
            _ if byte.is_ascii_alphanumeric() || b"$'*+&#=@~_/-%".contains(&byte) => {}
            _ => break,
        }
        if open.is_empty() {
            len = index + 1;
        }
    }
    len
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
