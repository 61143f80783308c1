//! What consumers look at.

use gofix_syntax::{FileId, TextRange};

use super::place::Seen;

/// How a consumer looks at an error.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Look {
    /// `==`, `!=` or a `case` compares it with something other than `nil`.
    Compared,
    /// A type assertion or a type switch asks for its type.
    Asserted,
    /// A function that looks at the error itself and at no error that it wraps: `os.IsNotExist` and its like.
    Classified,
    /// A format shows its type, or what it is made of: `%T`, `%#v`, `%d`.
    Printed,
    /// Something compares it by all that it is made of: `reflect.DeepEqual`, `assert.Equal`.
    DeepCompared,
    /// It is unwrapped by hand: once, or by `Cause` of `github.com/pkg/errors` and its like, which do not unwrap what
    /// `fmt.Errorf` makes.
    Caused,
    /// Code outside that is known to compare it, such as `filepath.WalkDir`.
    Handled,
    /// Its whole text, or the start of it, is compared.
    Text,
    /// Something is looked for in its text.
    TextPart,
    /// `errors.Is`, `errors.As` and their like, which see through wrapping.
    Unwrapped,
    /// It leaves what can be followed; see [`Consumer::what`](super::Consumer::what).
    Lost(Loss),
}

/// Where an error goes that cannot be followed.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Loss {
    /// Into a function outside the module that answers a question about it.
    Asked,
    /// Into a function outside the module that returns an error, maybe this one.
    Returned,
    /// Out of a function value that code outside the module calls.
    Callback,
    /// Out of a method that code outside the module can call, because it was given something that has it.
    Method,
    /// Into a function that is not known.
    Unknown,
    /// To whoever imports the package: an exported function returns it.
    Exported,
    /// Its text, into something that is not followed: a field, a list, a function of the module, what one returns.
    Kept,
}

impl Look {
    /// Whether the consumer cares for the error itself, or its type: wrapping it changes what happens.
    pub fn is_identity(self) -> bool {
        use Look::{Asserted, Caused, Classified, Compared, DeepCompared, Handled, Printed};
        matches!(self, Compared | Asserted | Classified | Printed | DeepCompared | Caused | Handled)
    }

    /// Whether the consumer cares for the text: more of it changes what happens. A part that is looked for is still there.
    pub fn is_text(self) -> bool {
        matches!(self, Look::Text)
    }

    /// The most that may be hidden of an error so that the consumer still looks at it.
    pub(super) fn limit(self) -> Seen {
        match self {
            Look::Text | Look::TextPart | Look::Lost(Loss::Kept) => Seen::Text,
            Look::Unwrapped | Look::Caused | Look::Lost(_) => Seen::Wrapped,
            _ => Seen::Value,
        }
    }
}

/// A place in the code that looks at an error.
#[derive(Clone, Debug)]
pub(super) struct Use {
    pub(super) look: Look,
    pub(super) file: FileId,
    pub(super) range: TextRange,
    /// The function that it is in.
    pub(super) func: u32,
    /// As a reader would say it: `err == io.EOF`.
    pub(super) what: Box<str>,
}
