//! Sizes as the compiler gc lays types out (go/types' `gcSizes`).

use super::{
    db::Db,
    ty::{Basic, StructId, Ty, TyKind, UNKNOWN_LEN},
};

impl<'w> Db<'w> {
    /// Bytes in a word of the configuration's architecture.
    pub(super) fn word_size(&self) -> i64 {
        match self.config.goarch.as_str() {
            "386" | "arm" | "mips" | "mipsle" | "amd64p32" | "armbe" | "ppc" | "riscv" | "s390" | "sparc"
            | "mips64p32" | "mips64p32le" => 4,
            _ => 8,
        }
    }

    fn max_align(&self) -> i64 {
        if self.config.goarch == "amd64p32" { 8 } else { self.word_size() }
    }

    /// Size in bytes; None if it cannot be known, or overflows.
    pub(super) fn size_of(&mut self, ty: Ty) -> Option<i64> {
        if let Some(&found) = self.sizes.get(&ty) {
            return Some(found);
        }
        let size = self.find_size(ty)?;
        self.sizes.insert(ty, size);
        Some(size)
    }

    fn find_size(&mut self, ty: Ty) -> Option<i64> {
        let word = self.word_size();
        let under = self.underlying(ty);
        match self.kind(under) {
            TyKind::Basic(basic) => match basic {
                Basic::Bool | Basic::Int8 | Basic::Uint8 => Some(1),
                Basic::Int16 | Basic::Uint16 => Some(2),
                Basic::Int32 | Basic::Uint32 | Basic::Float32 => Some(4),
                Basic::Int64 | Basic::Uint64 | Basic::Float64 | Basic::Complex64 => Some(8),
                Basic::Complex128 => Some(16),
                Basic::Int | Basic::Uint | Basic::Uintptr | Basic::UnsafePointer => Some(word),
                Basic::String => Some(2 * word),
                _ => None,
            },
            TyKind::Array(_, 0) => Some(0),
            TyKind::Array(_, UNKNOWN_LEN) => None,
            TyKind::Array(element, len) => {
                let size = self.deeper(|db| db.size_of(element)).flatten()?;
                size.checked_mul(i64::try_from(len).ok()?)
            }
            TyKind::Slice(_) => Some(3 * word),
            TyKind::Interface(_) => Some(2 * word),
            TyKind::Struct(id) => {
                let fields = self.fields(id);
                let Some(last) = fields.last() else { return Some(0) };
                let offset = self.offset_of(id, fields.len() - 1)?;
                let mut size = self.deeper(|db| db.size_of(last.ty)).flatten()?;
                if offset > 0 && size == 0 {
                    // So that a pointer to the last field never points behind the struct.
                    size = 1;
                }
                align(offset.checked_add(size)?, self.align_of(under)?)
            }
            TyKind::Pointer(_) | TyKind::Map(..) | TyKind::Chan(..) | TyKind::Func(_) => Some(word),
            TyKind::Unknown | TyKind::Named(..) | TyKind::Tuple(_) | TyKind::TypeParam(_) => None,
        }
    }

    /// Alignment in bytes; None if it cannot be known.
    pub(super) fn align_of(&mut self, ty: Ty) -> Option<i64> {
        if let Some(&found) = self.aligns.get(&ty) {
            return Some(found);
        }
        let align = self.find_align(ty)?;
        self.aligns.insert(ty, align);
        Some(align)
    }

    fn find_align(&mut self, ty: Ty) -> Option<i64> {
        if self.is_align64(ty) {
            return Some(8);
        }
        let under = self.underlying(ty);
        let size = match self.kind(under) {
            TyKind::Array(element, _) => return self.deeper(|db| db.align_of(element)).flatten(),
            TyKind::Struct(id) => {
                let mut max = 1;
                for field in self.fields(id).iter() {
                    max = max.max(self.deeper(|db| db.align_of(field.ty)).flatten()?);
                }
                return Some(max);
            }
            TyKind::Slice(_) | TyKind::Interface(_) | TyKind::Basic(Basic::String) => return Some(self.word_size()),
            TyKind::Basic(Basic::Complex64 | Basic::Complex128) => self.size_of(ty)? / 2,
            _ => self.size_of(ty)?,
        };
        Some(size.clamp(1, self.max_align()))
    }

    /// The marker with which `sync/atomic` aligns its types.
    fn is_align64(&self, ty: Ty) -> bool {
        let TyKind::Named(obj, _) = self.kind(ty) else { return false };
        let data = self.obj(obj);
        self.names.text(data.name) == "align64"
            && matches!(
                &*self.pkg(data.pkg).path,
                "sync/atomic" | "internal/runtime/atomic" | "runtime/internal/atomic"
            )
    }

    /// Where a field starts.
    pub(super) fn offset_of(&mut self, id: StructId, index: usize) -> Option<i64> {
        let fields = self.fields(id);
        let mut end = 0i64;
        for (i, field) in fields.iter().enumerate() {
            let start = align(end, self.deeper(|db| db.align_of(field.ty)).flatten()?)?;
            if i == index {
                return Some(start);
            }
            end = start.checked_add(self.deeper(|db| db.size_of(field.ty)).flatten()?)?;
        }
        None
    }
}

fn align(offset: i64, to: i64) -> Option<i64> {
    Some(offset.checked_add(to - 1)? / to * to)
}
