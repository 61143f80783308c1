//! Where error values are: places, and the slots in them.

use gofix_project::DirId;
use gofix_syntax::{FileId, Node};

use super::summary::hash_of;

/// Something that can hold error values, or functions that take or return them.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) enum Place {
    /// What the node declares: a variable as one assignment leaves it (each has its own), a variable of a package, a
    /// field, a function; or a function literal.
    Decl(FileId, u32),
    /// A variable of a function, whoever assigned it.
    Shared(FileId, u32),
    /// What function literals, and whoever has the address, leave in a variable of the function around them.
    Foreign(FileId, u32),
    /// A call: its arguments, and what it hands back of them.
    Call(FileId, u32),
    /// A method of all that implements some interface.
    Method(u64),
    /// What is outside: something that code which nobody looks at keeps.
    Outside(u64),
}

impl Place {
    pub(super) fn decl(node: Node<'_>) -> Place {
        Place::Decl(node.file().id(), node.id().index() as u32)
    }

    pub(super) fn shared(node: Node<'_>) -> Place {
        Place::Shared(node.file().id(), node.id().index() as u32)
    }

    pub(super) fn foreign(node: Node<'_>) -> Place {
        Place::Foreign(node.file().id(), node.id().index() as u32)
    }

    pub(super) fn call(node: Node<'_>) -> Place {
        Place::Call(node.file().id(), node.id().index() as u32)
    }

    /// A variable of a package outside the project.
    pub(super) fn variable_outside(path: &str, name: &str) -> Place {
        Place::Outside(hash_of((path, name)))
    }

    /// All values of a defined type that were converted to it.
    pub(super) fn converted_to(path: &str, name: &str) -> Place {
        Place::Outside(hash_of(("type", path, name)))
    }

    /// What contexts say that they were cancelled for.
    pub(super) fn context_cause() -> Place {
        Place::Outside(hash_of("context.Cause"))
    }

    /// The values that contexts carry.
    pub(super) fn context_value() -> Place {
        Place::Outside(hash_of("context.Context.Value"))
    }

    /// `error.Error`, a function that gives the text of an error.
    pub(super) fn text_function() -> Place {
        Place::Outside(hash_of("error.Error"))
    }

    /// All methods of types outside that are values.
    pub(super) fn outer_method() -> Place {
        Place::Outside(hash_of("a method outside"))
    }

    /// What the code in a directory, or all code, writes to a thing of that kind and name: to a log, say.
    pub(super) fn written(kind: &str, name: &str, dir: Option<DirId>) -> Place {
        Place::Outside(hash_of((kind, name, dir)))
    }

    /// What is logged, as a value.
    pub(super) fn logged_value(logger: &str) -> Place {
        Place::Outside(hash_of(("logged", logger)))
    }

    /// The file and the node, if it is a place in a file.
    pub(super) fn at(self) -> Option<(FileId, u32)> {
        match self {
            Place::Decl(file, node) | Place::Shared(file, node) | Place::Foreign(file, node) => Some((file, node)),
            Place::Call(file, node) => Some((file, node)),
            Place::Method(_) | Place::Outside(_) => None,
        }
    }
}

/// The way from a value to the error values in it: through results and parameters of functions. What a pointer, a
/// channel, a slice, an array or a map holds is in the same slot as the thing itself. At most three steps, the first in
/// the highest byte in use.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Slot(u32);

const RESULT: u32 = 0x80;
const PARAM: u32 = 0x40;
const LAST: usize = 0x3f;
/// Parameters beyond are one.
const LAST_PARAM: usize = LAST - 1;

impl Slot {
    /// The value itself.
    pub(super) const VALUE: Slot = Slot(0);

    pub(super) fn result(index: usize) -> Slot {
        Slot(RESULT | index.min(LAST) as u32)
    }

    pub(super) fn param(index: usize) -> Slot {
        Slot(PARAM | if index == LAST { LAST } else { index.min(LAST_PARAM) } as u32)
    }

    /// The receiver of a method.
    pub(super) const RECEIVER: usize = LAST;

    fn len(self) -> u32 {
        (32 - self.0.leading_zeros()).div_ceil(8)
    }

    /// This way, and then that. None if it is too long.
    pub(super) fn then(self, next: Slot) -> Option<Slot> {
        if self.len() + next.len() > 3 { None } else { Some(Slot(self.0 << (8 * next.len()) | next.0)) }
    }

    /// Whether values move against the direction in which the thing itself moves: they are given to a function.
    pub(super) fn is_backward(self) -> bool {
        self.0.to_be_bytes().iter().filter(|it| **it & PARAM as u8 != 0).count() % 2 == 1
    }

    /// The first step, and the rest.
    pub(super) fn split(self) -> Option<(Step, Slot)> {
        let shift = 8 * self.len().checked_sub(1)?;
        let (first, rest) = (self.0 >> shift, Slot(self.0 & ((1 << shift) - 1)));
        let index = (first & LAST as u32) as usize;
        Some((if first & RESULT != 0 { Step::Result(index) } else { Step::Param(index) }, rest))
    }

    /// Whether it is what some function returns.
    pub(super) fn is_result(self) -> bool {
        matches!(self.split(), Some((Step::Result(_), _)))
    }
}

/// A step of a [`Slot`].
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) enum Step {
    Result(usize),
    Param(usize),
}

/// What a consumer can still see of an error that got there. The order is from all to least.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Seen {
    /// The value itself.
    Value,
    /// Another error that wraps it: `errors.Is` and `errors.As` still find it.
    Wrapped,
    /// Its text alone.
    Text,
}

/// How a value gets from one slot to another.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) enum Way {
    /// Within one function, or through a variable.
    Plain,
    /// As an argument, to a function that is known.
    Argument,
    /// As a result, from a function that is known.
    Result,
    /// To or from functions that are values or methods of interfaces: which one runs is not known.
    Loose,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_ways_of_up_to_three_steps() {
        let (r, p) = (Slot::result(1), Slot::param(0));
        let both = r.then(p).expect("two steps");
        assert_eq!(both.split(), Some((Step::Result(1), p)));
        assert_eq!(p.split(), Some((Step::Param(0), Slot::VALUE)));
        assert_eq!(Slot::VALUE.split(), None);
        assert_eq!([both.is_backward(), r.is_backward(), p.then(p).expect("two").is_backward()], [true, false, false]);
        assert_eq!(both.then(both), None);
        assert_eq!(Slot::VALUE.then(both), Some(both));
    }
}
