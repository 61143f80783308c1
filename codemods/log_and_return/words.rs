//! The words of a log line as those of an error.

use gofix_rule::{
    Spelling,
    errors::{self, Confidence, Message, quoted, verbs},
};

use super::{
    Stop,
    logged::{Logged, Words},
};

/// What a log line says of its error. None if that is nothing.
pub(super) fn message(logged: &Logged<'_>) -> Result<Option<Message>, Stop> {
    let (text, values) = match &logged.words {
        Words::None => return Ok(None),
        Words::Text(text) => (trimmed(text).replace('%', "%%"), Vec::new()),
        Words::Format { format, args, error } => {
            let spelling = Spelling::of(*format).ok_or("the format is not written out here")?;
            let found = verbs(&spelling)?;
            if found.len() != args.len() {
                return Err("the format does not fit its arguments".into());
            }
            let last = found.last().filter(|_| error + 1 == args.len());
            let last = last.ok_or(Stop::note("but the text goes on behind the error"))?;
            if !last.is_plain || !matches!(last.letter, 'v' | 's') {
                return Err(Stop::note("but the log prints more of the error than %w does"));
            }
            let text = spelling.text().ok_or("the format is not written out here")?;
            let end = text.trim_end_matches(['.', '!', '\n', ' ']);
            let verb = format!("%{}", last.letter);
            let text = end.strip_suffix(&*verb).ok_or(Stop::note("but the text goes on behind the error"))?;
            (trimmed(text).to_owned(), args[..*error].iter().map(|it| it.text().to_owned()).collect())
        }
        Words::Values(_) | Words::Unknown => return Err(Stop::note("but its text is put together")),
    };
    if text.contains('\n') {
        return Err(Stop::note("but its text has several lines"));
    }
    if text.is_empty() {
        return match values.is_empty() {
            true => Ok(None),
            false => Err(Stop::note("but its text is put together")),
        };
    }
    Ok(Some(Message { format: quoted(&lowered(&text)), values, confidence: Confidence::High }))
}

/// A text without what leads over to the error: `: `, ` err=`.
fn trimmed(text: &str) -> &str {
    let punctuation = [':', ',', ';', '=', '-', '.', '!', ' ', '\t', '\n'];
    let text = unlabelled(text).trim_end_matches(punctuation);
    let text = match text.strip_suffix("err") {
        Some(head) if head.ends_with([' ', ',', ';', ':']) => head.trim_end_matches(punctuation),
        _ => text,
    };
    let text = match text.strip_suffix("error").map(str::trim_end) {
        Some(head) if head.ends_with([',', ';', ':', '-']) => head.trim_end_matches(punctuation),
        Some("") => "",
        _ => text,
    };
    match text.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
        Some(inner) if !inner.contains(['[', ']']) => inner,
        _ => text,
    }
}

/// A text without what catches the eye in a log: `ERROR: `, `[warn] `, `=== `.
fn unlabelled(text: &str) -> &str {
    const LEVELS: &[&str] = &["error", "err", "warning", "warn", "fatal"];
    let text = text.trim_start_matches(['=', '-', '*', '>', '#', '!', ' ', '\t', '\n']);
    let is_level = |it: &str| LEVELS.iter().any(|level| it.eq_ignore_ascii_case(level));
    let bracketed = text.strip_prefix('[').and_then(|it| it.split_once(']')).filter(|it| is_level(it.0));
    match bracketed.or_else(|| text.split_once(':').filter(|it| is_level(it.0))) {
        Some((_, rest)) => rest.trim_start_matches([':', ' ']),
        None if is_level(text.trim()) => "",
        None => text,
    }
}

/// A text that starts with a small letter, as texts of errors do, unless its first word may be a name.
fn lowered(text: &str) -> String {
    let word = text.split(' ').next().unwrap_or_default().trim_end_matches([':', ',', ';']);
    if !errors::is_word(word) {
        return text.to_owned();
    }
    let mut chars = text.chars();
    chars.next().into_iter().flat_map(char::to_lowercase).chain(chars).collect()
}
