package main

import (
	"fmt"
	"go/types"
	"path/filepath"
	"sort"
	"strings"
)

// A speller spells types so that two are spelled alike if and only if they are identical: aliases are resolved, names
// have the import path of their package before them, and those of local types their place after them.
type speller struct {
	world *world
	known map[types.Type]string
}

func newSpeller(w *world) *speller {
	return &speller{w, map[types.Type]string{}}
}

// typ returns the spelling, or "" if the type is invalid in some part, or no type of a value.
func (s *speller) typ(t types.Type) string {
	if spelled, ok := s.known[t]; ok {
		return spelled
	}
	spelled := s.compute(t)
	s.known[t] = spelled
	return spelled
}

func (s *speller) compute(t types.Type) string {
	switch t := t.(type) {
	case *types.Alias:
		return s.typ(types.Unalias(t))
	case *types.Basic:
		if t.Kind() == types.Invalid {
			return ""
		}
		// byte and rune are other objects than uint8 and int32.
		return types.Typ[t.Kind()].String()
	case *types.Named:
		return s.named(t)
	case *types.TypeParam:
		return "$" + t.Obj().Name()
	case *types.Pointer:
		return s.around("*", t.Elem(), "")
	case *types.Slice:
		return s.around("[]", t.Elem(), "")
	case *types.Array:
		if t.Len() < 0 {
			return ""
		}
		return s.around(fmt.Sprintf("[%d]", t.Len()), t.Elem(), "")
	case *types.Map:
		key, elem := s.typ(t.Key()), s.typ(t.Elem())
		if key == "" || elem == "" {
			return ""
		}
		return "map[" + key + "]" + elem
	case *types.Chan:
		before := map[types.ChanDir]string{types.SendRecv: "chan(", types.SendOnly: "chan<-(", types.RecvOnly: "<-chan("}
		return s.around(before[t.Dir()], t.Elem(), ")")
	case *types.Signature:
		if t.TypeParams().Len() > 0 {
			return ""
		}
		return s.around("func", signature{t}, "")
	case signature:
		return s.signature(t.Signature)
	case *types.Tuple:
		return s.tuple(t, false)
	case *types.Struct:
		return s.structure(t)
	case *types.Interface:
		return s.interfaceType(t)
	}
	return ""
}

// around spells a type with something before and after it.
func (s *speller) around(before string, t types.Type, after string) string {
	spelled := s.typ(t)
	if spelled == "" {
		return ""
	}
	return before + spelled + after
}

// A signature is parameters and results without the word func.
type signature struct{ *types.Signature }

func (s *speller) signature(t *types.Signature) string {
	params, results := s.tuple(t.Params(), t.Variadic()), s.tuple(t.Results(), false)
	if params == "" || results == "" {
		return ""
	}
	return params + " " + results
}

func (s *speller) tuple(t *types.Tuple, variadic bool) string {
	parts := make([]string, t.Len())
	for i := range parts {
		parts[i] = s.typ(t.At(i).Type())
		if parts[i] == "" {
			return ""
		}
		if variadic && i == len(parts)-1 {
			elem, ok := strings.CutPrefix(parts[i], "[]")
			if !ok {
				return ""
			}
			parts[i] = "..." + elem
		}
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

// named spells a defined type, with its arguments.
func (s *speller) named(t *types.Named) string {
	spelled := s.object(t.Obj())
	var args []string
	for arg := range t.TypeArgs().Types() {
		args = append(args, s.typ(arg))
	}
	if len(args) == 0 {
		for param := range t.TypeParams().TypeParams() {
			args = append(args, s.typ(param))
		}
	}
	if len(args) == 0 {
		return spelled
	}
	for _, arg := range args {
		if arg == "" {
			return ""
		}
	}
	return spelled + "[" + strings.Join(args, ",") + "]"
}

// object spells the name of a type without arguments.
func (s *speller) object(o *types.TypeName) string {
	if o.Pkg() == nil {
		return o.Name()
	}
	spelled := o.Pkg().Path() + "." + o.Name()
	if o.Parent() != o.Pkg().Scope() {
		file := s.world.fset.File(o.Pos())
		spelled += fmt.Sprintf("@%s:%d", filepath.Base(file.Name()), file.Offset(o.Pos()))
	}
	return spelled
}

// name spells the name of a field or of a method.
func (s *speller) name(o types.Object) string {
	if o.Exported() {
		return o.Name()
	}
	return o.Pkg().Path() + "." + o.Name()
}

func (s *speller) structure(t *types.Struct) string {
	fields := make([]string, t.NumFields())
	for i := range fields {
		field := t.Field(i)
		spelled := s.typ(field.Type())
		if spelled == "" {
			return ""
		}
		fields[i] = s.name(field) + " " + spelled
		if field.Embedded() {
			fields[i] = "!" + fields[i]
		}
		if t.Tag(i) != "" {
			fields[i] += " " + quoted(t.Tag(i))
		}
	}
	return "struct{" + strings.Join(fields, "; ") + "}"
}

func (s *speller) interfaceType(t *types.Interface) string {
	if !t.IsMethodSet() {
		return ""
	}
	type method struct{ name, signature string }
	methods := make([]method, t.NumMethods())
	for i := range methods {
		function := t.Method(i)
		methods[i] = method{s.name(function), s.typ(signature{function.Signature()})}
		if methods[i].signature == "" {
			return ""
		}
	}
	sort.Slice(methods, func(i, j int) bool { return methods[i].name < methods[j].name })
	parts := make([]string, len(methods))
	for i, method := range methods {
		parts[i] = method.name + method.signature
	}
	return "interface{" + strings.Join(parts, "; ") + "}"
}

// quoted spells a string: printable ASCII as it is, but for quotes and backslashes, and each other byte as \xhh.
func quoted(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			fmt.Fprintf(&b, `\x%02x`, c)
		} else {
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
