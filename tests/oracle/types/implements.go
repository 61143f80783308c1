package main

import (
	"bufio"
	"fmt"
	"go/types"
	"slices"
)

// Packages of the standard library whose interfaces are asked about besides those of the module.
var wellKnown = []string{
	"context", "encoding", "encoding/json", "flag", "fmt", "io", "net", "net/http", "sort",
}

// printImplements prints which of the module's named types implement which interfaces. Generic types are left out.
func printImplements(out *bufio.Writer, w *world) {
	s := newSpeller(w)
	var all, interfaces []*types.Named
	for _, v := range w.views {
		own := v.root && v.ForTest == ""
		if v.pkg == nil || v.ForTest != "" || !own && !slices.Contains(wellKnown, v.ImportPath) {
			continue
		}
		for _, named := range namedTypes(v.pkg) {
			if own {
				all = append(all, named)
			}
			if isInterface(named) && (own || named.Obj().Exported()) {
				interfaces = append(interfaces, named)
			}
		}
	}
	interfaces = append(interfaces, types.Universe.Lookup("error").Type().(*types.Named))
	for _, named := range all {
		fmt.Fprintln(out, "T", s.typ(named))
	}
	for _, named := range interfaces {
		fmt.Fprintln(out, "J", s.typ(named))
	}
	for _, named := range all {
		for _, target := range interfaces {
			underlying := target.Underlying().(*types.Interface)
			switch {
			case types.Implements(named, underlying):
				fmt.Fprintln(out, "I", s.typ(named), s.typ(target), "v")
			case !types.IsInterface(named) && types.Implements(types.NewPointer(named), underlying):
				fmt.Fprintln(out, "I", s.typ(named), s.typ(target), "p")
			}
		}
	}
}

// namedTypes returns the types that a package declares and that are not generic, by name.
func namedTypes(pkg *types.Package) []*types.Named {
	var found []*types.Named
	for _, name := range pkg.Scope().Names() {
		object, ok := pkg.Scope().Lookup(name).(*types.TypeName)
		if !ok || object.IsAlias() {
			continue
		}
		named, ok := object.Type().(*types.Named)
		if ok && named.TypeParams().Len() == 0 && named.Underlying() != types.Typ[types.Invalid] {
			found = append(found, named)
		}
	}
	return found
}

// isInterface says whether a type is an interface with methods that a value can have as its type.
func isInterface(named *types.Named) bool {
	underlying, ok := named.Underlying().(*types.Interface)
	return ok && underlying.NumMethods() > 0 && underlying.IsMethodSet()
}
