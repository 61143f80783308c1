//! Names as Go writes them.

/// Words of one size (Go Code Review Comments: Initialisms).
const INITIALISMS: &[&str] = &[
    "acl", "api", "ascii", "cpu", "css", "dns", "eof", "grpc", "guid", "html", "http", "https", "id", "io", "ip",
    "json", "jwt", "lhs", "oid", "os", "qps", "ram", "rhs", "rpc", "sla", "smtp", "sql", "ssh", "tcp", "tls", "ttl",
    "udp", "ui", "uid", "uri", "url", "utf8", "uuid", "vm", "xml", "xmpp", "xsrf", "xss",
];

/// Words of several sizes, which have one in the names of what is not exported.
const MIXED: &[&str] = &["OAuth2", "OAuth", "IPv4", "IPv6", "GraphQL", "MySQL", "MacOS"];

/// The name that something exported gets if it no longer is: its first word in small letters, `HTTPClient` becomes
/// `httpClient`. A name that is not exported stays.
pub fn unexported(name: &str) -> String {
    let (first, rest) = name.split_at(first_word(name));
    first.to_lowercase() + rest
}

/// Where the first word of a name that starts with a capital ends.
fn first_word(name: &str) -> usize {
    let ends = |at: usize| name[at..].chars().next().is_none_or(|it| !it.is_lowercase());
    if let Some(word) = MIXED.iter().find(|it| name.starts_with(**it) && ends(it.len())) {
        return word.len();
    }
    let capitals = name.find(|it: char| !it.is_uppercase() && !it.is_ascii_digit()).unwrap_or(name.len());
    // Several of it: `URLs`, but not `URLset`.
    if name[capitals..].starts_with('s') && ends(capitals + 1) && is_initialism(&name[..capitals]) {
        return capitals + 1;
    }
    match name[..capitals].char_indices().next_back() {
        // The last capital of several begins the next word.
        Some((last, _)) if last > 0 && capitals < name.len() => last,
        _ => capitals,
    }
}

/// A name, or a part of one, as it stands behind another part or is exported: `Foo` for `foo`, `URLParse` for `urlParse`.
pub fn capitalized(name: &str) -> String {
    let end = name.find(|it: char| it.is_ascii_uppercase()).unwrap_or(name.len());
    let (first, rest) = name.split_at(end);
    let first = match first.strip_suffix('s').filter(|it| is_initialism(it) && !is_initialism(first)) {
        Some(one) => format!("{}s", one.to_ascii_uppercase()),
        None if is_initialism(first) => first.to_ascii_uppercase(),
        None => {
            let mut chars = first.chars();
            chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect()
        }
    };
    first + rest
}

fn is_initialism(word: &str) -> bool {
    INITIALISMS.iter().any(|it| it.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_words_become_small() {
        let cases = [
            ("Store", "store"),
            ("HTTPClient", "httpClient"),
            ("DNS", "dns"),
            ("IFile", "iFile"),
            ("X", "x"),
            ("S3", "s3"),
            ("store", "store"),
            ("MD5Sum", "md5Sum"),
            ("Ärger", "ärger"),
            ("OAuthAPI", "oauthAPI"),
            ("IPv4Pool", "ipv4Pool"),
            ("IDs", "ids"),
            ("URLsOf", "urlsOf"),
            ("IDset", "iDset"),
            ("", ""),
        ];
        for (name, expected) in cases {
            assert_eq!(unexported(name), expected);
        }
    }

    #[test]
    fn first_letters_become_large() {
        let cases = [
            ("store", "Store"),
            ("httpClient", "HTTPClient"),
            ("ids", "IDs"),
            ("os", "OS"),
            ("idle", "Idle"),
            ("Store", "Store"),
            ("ärger", "Ärger"),
            ("", ""),
        ];
        for (name, expected) in cases {
            assert_eq!(capitalized(name), expected);
        }
    }
}
