//! General comments (`/* */`) over several lines: what of their indentation is theirs.

/// The text without carriage returns, but those that keep `*` and `/` apart.
pub(super) fn without_carriage_returns(text: &str) -> String {
    let is_general = text.starts_with("/*");
    let mut result = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let separates = is_general && result.len() > 2 && result.ends_with('*') && rest.peek() == Some(&'/');
        if c != '\r' || separates {
            result.push(c);
        }
    }
    result
}

/// The lines of a comment, all but the first without the indentation they share. `is_out_of_place`: the comment started
/// its line while the code around it is indented; then its other lines move with it.
pub(super) fn lines(text: &str, is_out_of_place: bool) -> Vec<String> {
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    if is_out_of_place {
        lines[1..].iter_mut().for_each(|it| it.insert_str(0, "   "));
    }
    let [first, inner @ .., last] = &mut lines[..] else { return lines };
    inner.iter_mut().filter(|it| is_blank(it)).for_each(String::clear);
    let shared = inner.iter().filter(|it| !it.is_empty()).map(|it| &**it).reduce(common_margin);
    let margin = shared.map_or_else(|| common_margin(last, last), |it| common_margin(it, it)).to_owned();
    let has_stars = margin.contains('*');
    let mut margin = match margin.split_once('*') {
        // The stars stay, and the blank in front of them.
        Some((before, _)) => before.strip_suffix(' ').unwrap_or(before),
        None => without_padding(&margin, first),
    };
    let before_end = last.split("*/").next().unwrap_or_default();
    if is_blank(before_end) {
        *last = format!("{margin}{}", if has_stars { " */" } else { "*/" });
    } else {
        margin = common_margin(margin, last);
    }
    let margin = margin.len();
    inner.iter_mut().chain([last]).filter(|it| !it.is_empty()).for_each(|it| {
        it.drain(..margin);
    });
    lines
}

/// The margin without what sets the text off from the comment's delimiters: the white space that follows `/*`, or, if the
/// text starts on a line of its own, up to three blanks or a tab.
fn without_padding<'m>(margin: &'m str, first: &str) -> &'m str {
    let behind = &first[2..];
    if is_blank(behind) {
        let blanks = margin.bytes().rev().take(3).take_while(|&it| it == b' ').count();
        return match blanks {
            0 => margin.strip_suffix('\t').unwrap_or(margin),
            _ => &margin[..margin.len() - blanks],
        };
    }
    let white = &behind[..behind.bytes().take_while(|&it| it <= b' ').count()];
    let padding = if white.starts_with('\t') { white.to_owned() } else { format!("  {white}") };
    margin.strip_suffix(padding.as_str()).unwrap_or(margin)
}

fn is_blank(text: &str) -> bool {
    text.bytes().all(|it| it <= b' ')
}

/// What white space and stars both start with.
fn common_margin<'m>(a: &'m str, b: &str) -> &'m str {
    let is_margin = |it: u8| it <= b' ' || it == b'*';
    let len = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b && is_margin(*a)).count();
    &a[..len]
}
