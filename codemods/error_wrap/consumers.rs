//! Who looks at an error that is returned here.

use std::{cell::OnceCell, collections::HashMap};

use gofix_rule::{
    Decline,
    semantic::error_flow::{Consumer, Look, Loss},
    syntax::{FileId, NodeId, ast::CallExpr},
};

use super::{
    guards::{self, Sentinel},
    level,
    settings::Exported,
    site::Site,
};

/// What is known of those who get the error.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) enum Known {
    /// None of them looks at its identity or its text.
    All,
    /// Some of them are not known.
    Some,
}

/// Farther than this nobody is looked for.
const FAR: u32 = 24;

/// The consumers of the errors of functions, looked up once for each.
#[derive(Default)]
pub(super) struct Kept(HashMap<(FileId, NodeId), Option<Vec<Consumer>>>);

impl Kept {
    /// Declines if somebody compares the error that is returned at `site`, asks for its type, or reads its text.
    pub(super) fn of<'a>(&mut self, site: &Site<'a, '_>, call: CallExpr<'a>) -> Result<Known, Decline> {
        let key = (site.func.file().id(), site.func.id());
        let look_up = || site.cx.error_flow().consumers(site.func, FAR.max(site.settings.max_hops));
        let Some(found) = self.0.entry(key).or_insert_with(look_up) else { return Ok(Known::Some) };
        let excluded = OnceCell::new();
        let excluded = || &**excluded.get_or_init(|| guards::excluded(site, call));
        let minds = |it: &&Consumer| it.minds_wrapping() && !is_excluded(site, it, excluded);
        let near = |it: &&Consumer| it.hops <= site.settings.max_hops;
        // What the product does counts before what its tests do.
        let mut minding: Vec<&Consumer> = found.iter().filter(minds).collect();
        minding.sort_by_key(|it| it.in_test);
        if let Some(first) = minding.iter().copied().find(near) {
            return Err(first.sentence(site.cx.workspace()).into());
        }
        // How a status is looked for is a matter of the version.
        if found.iter().any(|it| it.sees_through() && it.what.starts_with("status.")) {
            level::finds_status(&site.cx)?;
        }
        let is_lost = |it: &Consumer| match it.look {
            Look::Lost(Loss::Exported) => site.settings.exported != Exported::Safe,
            Look::Lost(_) => true,
            // The words in front may have what is looked for.
            Look::TextPart => !it.in_test,
            _ => false,
        };
        let is_whole = site.cx.workspace().project().is_whole();
        let is_complete = is_whole && minding.is_empty() && !found.iter().any(is_lost);
        Ok(if is_complete { Known::All } else { Known::Some })
    }
}

/// Whether a consumer compares the error with one that it is known not to be.
fn is_excluded<'s>(site: &Site<'_, '_>, consumer: &Consumer, excluded: impl Fn() -> &'s [Sentinel]) -> bool {
    let compared = consumer.look == Look::Compared && !excluded().is_empty();
    compared && guards::compared_with(&site.cx, consumer).is_some_and(|it| excluded().contains(&it))
}
