//! Classes of characters, as Go's package unicode has them.

use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

pub(super) fn is_letter(char: char) -> bool {
    char.general_category_group() == GeneralCategoryGroup::Letter
}

pub(super) fn is_upper(char: char) -> bool {
    char.general_category() == GeneralCategory::UppercaseLetter
}

pub(super) fn is_digit(char: char) -> bool {
    char.general_category() == GeneralCategory::DecimalNumber
}

pub(super) fn is_punctuation(char: char) -> bool {
    char.general_category_group() == GeneralCategoryGroup::Punctuation
}
