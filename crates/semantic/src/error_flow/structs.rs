//! Structs of different types that share their fields: one is converted to the other, or has no name.

use gofix_syntax::{
    Kind, Node, Role,
    ast::{AstNode, TypeSpec},
};

use super::{
    place::Way,
    summary::Link,
    visit::{Src, Visitor},
};
use crate::types::{Form, Ty};

impl<'w> Visitor<'_, 'w> {
    /// Links the fields of two struct types, of pointers to them or of what else holds them, one of which is converted to the
    /// other.
    pub(super) fn struct_converted(&mut self, from: Node<'w>, to: Ty) {
        let types = self.shapes.types();
        let (mut from, mut to) = (types.type_of(from), to);
        while let (Form::Pointer(a) | Form::Slice(a), Form::Pointer(b) | Form::Slice(b)) =
            (types.form(types.underlying(from)), types.form(types.underlying(to)))
        {
            (from, to) = (a, b);
        }
        if from == to {
            return;
        }
        let (Form::Struct(fields), Form::Struct(_)) =
            (types.form(types.underlying(from)), types.form(types.underlying(to)))
        else {
            return;
        };
        for field in fields {
            let parts = self.shapes.of(field.ty).to_vec();
            if parts.is_empty() {
                continue;
            }
            let (a, b) = (self.field_place(from, &field.name, None), self.field_place(to, &field.name, None));
            let (Some(a), Some(b)) = (a, b) else { continue };
            for (from, to) in [(a, b), (b, a)] {
                self.flow(&[Src { way: Way::Loose, ..Src::at(from) }], Src::at(to), &parts);
            }
        }
    }

    /// Notes the fields of struct types with names, for the types without a name that they can be assigned to and from (Go
    /// spec: Assignability).
    pub(super) fn declared_structs(&mut self) {
        let specs: Vec<TypeSpec<'w>> = self.file.nodes().filter_map(TypeSpec::cast).collect();
        for spec in specs {
            let types = self.shapes.types();
            let ty = types.declared_type(spec.name());
            if spec.is_alias() || spec.node().child(Role::Type).is_none_or(|it| it.kind() != Kind::StructType) {
                continue;
            }
            let underlying = types.underlying(ty);
            let Form::Struct(fields) = types.form(underlying) else { continue };
            for field in fields {
                let parts = self.shapes.of(field.ty).to_vec();
                let named = self.field_place(ty, &field.name, None);
                let (Some(named), Some(unnamed)) = (named, self.field_place(underlying, &field.name, None)) else {
                    continue;
                };
                for part in parts {
                    self.out.links.push(Link { named, unnamed, slot: part.slot });
                }
            }
        }
    }
}
