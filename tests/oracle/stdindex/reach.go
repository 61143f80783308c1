package main

import (
	"fmt"
	"go/types"
	"strings"
)

// A level is how much of a type has to be known.
type level int

const (
	layout level = 1 + iota // what it is made of, without methods: only what programs cannot read is of that type
	full                    // all that programs can do with its values
)

// A reach is what is kept of a library.
type reach struct {
	lib     *library
	types   map[*types.TypeName]level
	pending []*types.TypeName
	// Methods that are not exported and that interfaces have. These names belong to their packages.
	hidden map[string]bool
}

// importable reports whether programs can import a package.
func importable(path string) bool {
	for element := range strings.SplitSeq(path, "/") {
		if element == "internal" || element == "vendor" {
			return false
		}
	}
	return true
}

// explore finds what is reached from the exported names of importable packages.
func explore(lib *library) *reach {
	r := &reach{lib: lib, types: map[*types.TypeName]level{}, hidden: map[string]bool{}}
	for _, pkg := range lib.packages {
		if !importable(pkg.Path()) {
			continue
		}
		scope := pkg.Scope()
		for _, name := range scope.Names() {
			switch obj := scope.Lookup(name); {
			case !obj.Exported():
			case isTypeName(obj):
				r.object(obj.(*types.TypeName), full)
			default:
				r.typ(obj.Type(), full)
			}
		}
	}
	r.settle()
	return r
}

func isTypeName(obj types.Object) bool {
	_, ok := obj.(*types.TypeName)
	return ok
}

// settle follows what was reached until nothing new is.
func (r *reach) settle() {
	for {
		for len(r.pending) > 0 {
			obj := r.pending[len(r.pending)-1]
			r.pending = r.pending[:len(r.pending)-1]
			r.follow(obj, r.types[obj])
		}
		// A hidden method can be asked for after its type was followed.
		before := len(r.hidden)
		for obj, level := range r.types {
			r.follow(obj, level)
		}
		if len(r.pending) == 0 && len(r.hidden) == before {
			return
		}
	}
}

func (r *reach) object(obj *types.TypeName, level level) {
	if obj.Pkg() == nil || r.types[obj] >= level {
		return
	}
	if obj.Parent() != obj.Pkg().Scope() {
		panic(failure(fmt.Sprintf("%v is declared in a function", obj)))
	}
	r.types[obj] = level
	r.pending = append(r.pending, obj)
}

// follow reaches what the declaration of obj is made of.
func (r *reach) follow(obj *types.TypeName, level level) {
	r.typ(r.lib.declaredAs[obj], level)
	switch t := obj.Type().(type) {
	case *types.Alias:
		r.typeParams(t.TypeParams())
	case *types.Named:
		r.typeParams(t.TypeParams())
		for method := range t.Methods() {
			if r.keeps(method, level) {
				r.typ(method.Type(), signatureLevel(method))
			}
		}
	}
}

// keeps reports whether a method of a type of that level is kept.
func (r *reach) keeps(method *types.Func, level level) bool {
	if level == full {
		return method.Exported() || r.hidden[method.Id()]
	}
	// Whoever looks for values that must not be copied looks for these.
	return method.Name() == "Lock" || method.Name() == "Unlock"
}

// signatureLevel is what has to be known of the types of the parameters and results of a method.
func signatureLevel(method *types.Func) level {
	if method.Exported() {
		return full
	}
	return layout
}

func (r *reach) typeParams(list *types.TypeParamList) {
	for param := range list.TypeParams() {
		r.typ(param.Constraint(), full)
	}
}

// typ reaches what t is made of.
func (r *reach) typ(t types.Type, level level) {
	switch t := t.(type) {
	case *types.Alias:
		r.object(t.Obj(), level)
		r.typeArgs(t.TypeArgs(), level)
	case *types.Named:
		r.object(t.Obj(), level)
		r.typeArgs(t.TypeArgs(), level)
	case *types.Array:
		r.typ(t.Elem(), level)
	case *types.Pointer:
		r.typ(t.Elem(), level)
	case *types.Slice:
		r.typ(t.Elem(), level)
	case *types.Chan:
		r.typ(t.Elem(), level)
	case *types.Map:
		r.typ(t.Key(), level)
		r.typ(t.Elem(), level)
	case *types.Signature:
		r.typeParams(t.TypeParams())
		r.typ(t.Params(), level)
		r.typ(t.Results(), level)
	case *types.Tuple:
		for v := range t.Variables() {
			r.typ(v.Type(), level)
		}
	case *types.Struct:
		for field := range t.Fields() {
			r.typ(field.Type(), fieldLevel(field, level))
		}
	case *types.Interface:
		for embedded := range t.EmbeddedTypes() {
			r.typ(embedded, level)
		}
		for method := range t.ExplicitMethods() {
			if !method.Exported() && level == full {
				r.hidden[method.Id()] = true
			}
			r.typ(method.Type(), min(level, signatureLevel(method)))
		}
	case *types.Union:
		for term := range t.Terms() {
			r.typ(term.Type(), level)
		}
	}
}

// fieldLevel is what has to be known of the type of a field of a struct of that level.
func fieldLevel(field *types.Var, of level) level {
	if of == full && !field.Exported() && !field.Embedded() {
		return layout
	}
	return of
}

func (r *reach) typeArgs(list *types.TypeList, level level) {
	for arg := range list.Types() {
		r.typ(arg, level)
	}
}
