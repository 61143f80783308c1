//! Why not all uses of something are known, in words.

use gofix_semantic::Gap;

use crate::Decline;

/// The reason to decline for references that may be missing: the file that builds leave out, if it is one, which helps whoever
/// reads it more than what else there is to say.
pub(crate) fn decline(gaps: &[Gap<'_>], otherwise: impl Into<Decline>) -> Decline {
    gaps.iter().find_map(left_out).unwrap_or_else(|| otherwise.into())
}

/// The same for one gap, if it is such a file.
pub fn left_out(gap: &Gap<'_>) -> Option<Decline> {
    match gap {
        Gap::LeftOut(path) => Some(format!("a file that builds leave out uses it, or may: {path}").into()),
        _ => None,
    }
}
