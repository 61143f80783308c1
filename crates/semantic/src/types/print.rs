//! Types in canonical form: one spelling for each type, by import paths, aliases resolved.

use std::fmt::Write;

use num_rational::BigRational;

use super::{
    db::{Db, OBJ_ERROR},
    name::Sym,
    ty::{ChanDir, List, Obj, Pkg, Sig, Ty, TyKind},
    value::Value,
};

/// Types that take more bytes are not written.
const MAX_LEN: usize = 1 << 16;

impl<'w> Db<'w> {
    /// A type; None if a part of it is unknown, or it is too large to be written.
    pub(super) fn spell(&mut self, ty: Ty) -> Option<String> {
        if self.has_unknown(ty) || self.is_generic_func(ty) {
            return None;
        }
        let mut out = String::new();
        self.write_type(&mut out, ty)?;
        Some(out)
    }

    fn write_type(&mut self, out: &mut String, ty: Ty) -> Option<()> {
        if out.len() > MAX_LEN {
            return None;
        }
        self.deeper(|db| db.write_type_deep(out, ty)).flatten()
    }

    fn write_type_deep(&mut self, out: &mut String, ty: Ty) -> Option<()> {
        match self.kind(ty) {
            TyKind::Unknown => return None,
            TyKind::Basic(basic) => out.push_str(basic.text()),
            TyKind::Named(obj, args) => {
                self.write_obj(out, obj);
                if args != List::EMPTY {
                    out.push('[');
                    self.write_types(out, args, ",")?;
                    out.push(']');
                }
            }
            TyKind::Pointer(to) => {
                out.push('*');
                self.write_type(out, to)?;
            }
            TyKind::Slice(element) => {
                out.push_str("[]");
                self.write_type(out, element)?;
            }
            TyKind::Array(element, len) => {
                let _ = write!(out, "[{len}]");
                self.write_type(out, element)?;
            }
            TyKind::Map(key, value) => {
                out.push_str("map[");
                self.write_type(out, key)?;
                out.push(']');
                self.write_type(out, value)?;
            }
            TyKind::Chan(dir, element) => {
                out.push_str(match dir {
                    ChanDir::Both => "chan(",
                    ChanDir::Send => "chan<-(",
                    ChanDir::Recv => "<-chan(",
                });
                self.write_type(out, element)?;
                out.push(')');
            }
            TyKind::Func(sig) => {
                out.push_str("func");
                self.write_sig(out, sig)?;
            }
            TyKind::Struct(id) => {
                out.push_str("struct{");
                for (index, field) in self.fields(id).iter().enumerate() {
                    out.push_str(if index > 0 { "; " } else { "" });
                    out.push_str(if field.embedded { "!" } else { "" });
                    self.write_member(out, field.name, field.pkg);
                    out.push(' ');
                    self.write_type(out, field.ty)?;
                    if let Some(tag) = field.tag {
                        out.push(' ');
                        out.push_str(&quoted(self.names.bytes(tag)));
                    }
                }
                out.push('}');
            }
            TyKind::Interface(id) => {
                let data = std::rc::Rc::clone(self.store.iface(id));
                let mut methods = Vec::new();
                for method in &data.methods {
                    let mut name = String::new();
                    self.write_member(&mut name, method.name, method.pkg);
                    methods.push((name, method.sig));
                }
                methods.sort();
                out.push_str("interface{");
                for (index, (name, sig)) in methods.into_iter().enumerate() {
                    out.push_str(if index > 0 { "; " } else { "" });
                    out.push_str(&name);
                    let TyKind::Func(sig) = self.kind(sig) else { return None };
                    self.write_sig(out, sig)?;
                }
                out.push('}');
            }
            TyKind::Tuple(types) => {
                out.push('(');
                self.write_types(out, types, ", ")?;
                out.push(')');
            }
            TyKind::TypeParam(obj) => {
                out.push('$');
                out.push_str(self.names.text(self.name_of(obj)));
            }
        }
        Some(())
    }

    fn write_types(&mut self, out: &mut String, types: List, separator: &str) -> Option<()> {
        for (index, ty) in self.items(types).iter().enumerate() {
            out.push_str(if index > 0 { separator } else { "" });
            self.write_type(out, *ty)?;
        }
        Some(())
    }

    fn write_sig(&mut self, out: &mut String, sig: Sig) -> Option<()> {
        let params = self.items(sig.params);
        out.push('(');
        for (index, ty) in params.iter().enumerate() {
            out.push_str(if index > 0 { ", " } else { "" });
            match self.kind(*ty) {
                TyKind::Slice(element) if sig.variadic && index + 1 == params.len() => {
                    out.push_str("...");
                    self.write_type(out, element)?;
                }
                // `append([]byte, string...)` aside, a variadic parameter is a slice.
                _ => self.write_type(out, *ty)?,
            }
        }
        out.push_str(") (");
        self.write_types(out, sig.results, ", ")?;
        out.push(')');
        Some(())
    }

    fn write_member(&self, out: &mut String, name: Sym, pkg: Pkg) {
        if pkg != Pkg::NONE {
            out.push_str(&self.pkg(pkg).path);
            out.push('.');
        }
        out.push_str(self.names.text(name));
    }

    /// `path.Name`; of a local type also where it is declared.
    pub(super) fn write_obj(&self, out: &mut String, obj: Obj) {
        let data = self.obj(obj);
        if obj == OBJ_ERROR {
            out.push_str("error");
            return;
        }
        out.push_str(&self.pkg(data.pkg).path);
        out.push('.');
        out.push_str(self.names.text(data.name));
        if data.local
            && let Some(ident) = data.ident
        {
            let project = self.ws.project();
            let id = ident.file().id().0 as usize;
            let name = project.files().get(id).map_or("", |it| it.name());
            let _ = write!(out, "@{name}:{}", ident.start());
        }
    }

    /// A constant; None if its value is unknown.
    pub(super) fn spell_value(&mut self, ty: Ty, value: &Value) -> Option<String> {
        let basic = self.basic(ty)?;
        Some(match value {
            Value::Unknown => return None,
            Value::Bool(value) => value.to_string(),
            Value::Str(bytes) => quoted(bytes),
            _ if basic.is_integer() => value.as_int()?.to_string(),
            _ if basic.is_complex() => {
                let (re, im) = value.as_complex()?;
                format!("({}, {})", fraction(&re), fraction(&im))
            }
            _ => fraction(&value.as_ratio()?),
        })
    }
}

fn fraction(value: &BigRational) -> String {
    format!("{}/{}", value.numer(), value.denom())
}

/// Bytes in quotes; all but plain characters as `\xhh`.
fn quoted(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() + 2);
    out.push('"');
    for &byte in bytes {
        match byte {
            b'"' | b'\\' => {
                let _ = write!(out, "\\x{byte:02x}");
            }
            0x20..=0x7e => out.push(byte as char),
            _ => {
                let _ = write!(out, "\\x{byte:02x}");
            }
        }
    }
    out.push('"');
    out
}
